"""Is an expected point told already, in words that the job file does not know?

Help in choosing a follow-up, never part of a score: whoever has explained something is not asked for it
again. Each part of an answer is compared by its meaning (``meaning``) with the point, its question and the
job file's examples of how people say it; how near the nearest are says how likely it is that the point is
told. One logistic sum, fitted by ``python -m tests.scoring.fit_told_points`` to answers of which readers had
said what they tell.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from scoring.job import ExpectedPoint, Language, QuestionKind
from scoring.meaning import Vectors, vectors_of

LOG_ODDS_WITH_EXAMPLES: Mapping[str, float] = {
    "constant": -13.06,
    "point": 1.0,
    "probe": 0.75,
    "nearest": 3.35,
    "nearest_ways": 3.42,
    "nearest_parts": 2.83,
    "length": 1.54,
    "strength": 2.12,
    "strength_squared": 1.48,
    "chinese": -0.86,
    "structured": -0.04,
    "situational": -1.38,
}
LOG_ODDS_WITHOUT: Mapping[str, float] = {
    "constant": -12.47,
    "point": 1.18,
    "probe": 0.84,
    "nearest": 1.54,
    "nearest_ways": 1.58,
    "nearest_parts": 2.0,
    "length": 1.75,
    "strength": 2.54,
    "strength_squared": 1.61,
    "chinese": -1.03,
    "structured": -0.12,
    "situational": -1.44,
}
"""Where the job file gives no examples, its synonyms stand for them."""

TOLD = 0.5
"""Chance from which a point is taken as told: asking for it would more often annoy than help."""
_NEAREST = 3
"""So many of the nearest are looked at beside the very nearest one."""


class Telling(NamedTuple):
    """What is compared of one answer."""

    parts: Vectors
    """One row for each part."""
    length: int
    """Words (Chinese: characters)."""
    strength: float
    """Of the whole answer, 0–1."""
    kind: QuestionKind
    language: Language


class _Ways(NamedTuple):
    point: Vectors
    probe: Vectors
    ways: Vectors


def chance_told(point: ExpectedPoint, telling: Telling) -> float:
    """How likely, 0–1, a point that none of its words names is told all the same."""
    table = LOG_ODDS_WITH_EXAMPLES if point.told_as else LOG_ODDS_WITHOUT
    return chance_by(table, signs_of_telling(point, telling))


def chance_by(table: Mapping[str, float], signs: Mapping[str, float]) -> float:
    """The logistic sum of some signs, 0–1."""
    return 1 / (1 + math.exp(-sum(weight * signs[name] for name, weight in table.items())))


def signs_of_telling(point: ExpectedPoint, telling: Telling) -> Mapping[str, float]:
    """What speaks for the point being told; nearness is −1 to 1, the same is 1."""
    forms = _forms(point)
    near = telling.parts @ forms.ways.T
    return {
        "constant": 1.0,
        "point": float((telling.parts @ forms.point.T).max()),
        "probe": float((telling.parts @ forms.probe.T).max()),
        "nearest": float(near.max()),
        "nearest_ways": _mean_of_greatest(near.max(axis=0)),
        "nearest_parts": _mean_of_greatest(near.max(axis=1)),
        "length": math.log(max(1, telling.length)),
        "strength": telling.strength,
        "strength_squared": telling.strength**2,
        "chinese": float(telling.language == "zh"),
        "structured": float(telling.kind == "structured"),
        "situational": float(telling.kind == "situational"),
    }


def _mean_of_greatest(values: Vectors) -> float:
    return float(np.sort(values)[-_NEAREST:].mean())


@lru_cache(maxsize=1_000)
def _forms(point: ExpectedPoint) -> _Ways:
    """An encoder has to be installed."""
    return _Ways(
        vectors_of([point.text]),
        vectors_of([point.probe or point.text]),
        vectors_of(point.told_as or point.synonyms or [point.text]),
    )


def prepare(point: ExpectedPoint) -> None:
    """Encode a point before an answer waits for it."""
    _forms(point)
