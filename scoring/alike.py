"""What raters asked after answers like this one: help in choosing a follow-up, never part of a score.

Two thousand written answers, each with the follow-up a trained rater would ask, are kept as points: the signs
of each (``follow_up_choice.signs_of``) and the meaning of the whole and of its end by a multilingual sentence
encoder (``meaning``). A new answer is laid among them, and the nearer ones say more: kernel ridge regression
with a Gaussian kernel, one column for each type. The texts themselves are not kept, only their points; both
languages are in one space, so each teaches the other. Fitted by ``python -m tests.scoring.fit_follow_ups``.

Source: Rasmussen and Williams (2006), Gaussian Processes for Machine Learning, chapter 2.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.follow_up_types import FollowUpKind

Floats = NDArray[np.float32]

TYPES: tuple[FollowUpKind | None, ...] = (
    "own_role",
    "quantify",
    "clarify",
    "missing_star",
    "deepen",
    None,
    "off_topic",
)
"""None is "no follow-up". Contradictions are not among them: they sound like anything."""

SIGN_SCALE, WHOLE_SCALE, END_SCALE = 0.5, 4.0, 2.0
"""How much signs, the meaning of the whole and that of its end weigh in the distance of two answers."""
END_PARTS = 2
"""Parts of an answer that are its end."""
FILE = "rated_answers.json"


@dataclass(frozen=True, slots=True)
class Directions:
    """The middle of many vectors and the directions in which they differ most."""

    middle: Floats
    """512."""
    axes: Floats
    """Directions × 512."""

    def along(self, vectors: Floats) -> Floats:
        return np.asarray((vectors - self.middle) @ self.axes.T, dtype=np.float32)


@dataclass(frozen=True)
class RatedAnswers:
    """The fitted points."""

    signs: tuple[str, ...]
    """Names of the signs, in the order of the points' first columns."""
    whole: Directions
    end: Directions
    points: Floats
    """Answers × (signs, whole, end), scaled."""
    weights: Floats
    """Answers × ``TYPES``."""
    usual: Floats
    """How often each of ``TYPES`` is right where nothing is known."""
    narrowness: float
    """Of the kernel: 1 / (2 · width²)."""

    @cached_property
    def _squares(self) -> Floats:
        return np.asarray((self.points**2).sum(axis=1), dtype=np.float32)

    def point(self, signs: Mapping[str, float], vectors: Floats) -> Floats:
        """Where an answer lies; ``vectors``: one row for each of its parts, at least one."""
        return np.concatenate(
            (
                SIGN_SCALE * np.array([signs[name] for name in self.signs], dtype=np.float32),
                WHOLE_SCALE * self.whole.along(vectors.mean(axis=0)),
                END_SCALE * self.end.along(vectors[-END_PARTS:].mean(axis=0)),
            )
        )

    def chances(self, signs: Mapping[str, float], vectors: Floats) -> Mapping[FollowUpKind | None, float]:
        """For each type the chance, 0–1, that a rater would name it."""
        here = self.point(signs, vectors)
        apart = self._squares + here @ here - 2 * (self.points @ here)
        found = np.exp(-self.narrowness * apart) @ self.weights + self.usual
        return {kind: min(1.0, max(0.0, float(value))) for kind, value in zip(TYPES, found, strict=True)}


@cache
def rated_answers() -> RatedAnswers:
    """The points that come with Viva."""
    return from_json((files("scoring") / FILE).read_text(encoding="ascii"))


def to_json(rated: RatedAnswers) -> str:
    """As text: numbers in 16 bits, the points' columns in 8 with a scale each."""
    scales = np.abs(rated.points).max(axis=0) / 127
    scales[scales == 0] = 1
    parts = {
        "signs": list(rated.signs),
        "narrowness": round(rated.narrowness, 6),
        "usual": [round(float(value), 4) for value in rated.usual],
        "scales": [float(f"{scale:.5g}") for scale in scales],
        "whole": [_packed(rated.whole.middle, "<f2"), *map(_half, rated.whole.axes)],
        "end": [_packed(rated.end.middle, "<f2"), *map(_half, rated.end.axes)],
        "answers": [
            [_packed(np.round(point / scales), "i1"), _half(weights)]
            for point, weights in zip(rated.points, rated.weights, strict=True)
        ],
    }
    return json.dumps(parts, indent=0) + "\n"


def from_json(text: str) -> RatedAnswers:
    read: dict[str, Any] = json.loads(text)
    scales = np.array(read["scales"], dtype=np.float32)
    return RatedAnswers(
        tuple(read["signs"]),
        _directions(read["whole"]),
        _directions(read["end"]),
        np.array([_unpacked(point, "i1") for point, _ in read["answers"]]) * scales,
        np.array([_unpacked(weights, "<f2") for _, weights in read["answers"]]),
        np.array(read["usual"], dtype=np.float32),
        read["narrowness"],
    )


def _directions(rows: Sequence[str]) -> Directions:
    middle, *axes = (_unpacked(row, "<f2") for row in rows)
    return Directions(middle, np.array(axes))


def _half(row: Floats) -> str:
    return _packed(row, "<f2")


def _packed(row: Floats, kind: str) -> str:
    return base64.b64encode(np.asarray(row).astype(kind).tobytes()).decode("ascii")


def _unpacked(text: str, kind: str) -> Floats:
    return np.frombuffer(base64.b64decode(text), dtype=kind).astype(np.float32)
