"""What raters asked after answers like this one: help in choosing a follow-up, never part of a score.

Three thousand written answers, each with the follow-up a trained rater would ask and with what a reader says
it tells, are kept as points: the signs of each (``follow_up_signs``) and the meaning of the whole and of its
end, by the layers of a language model (``answer_reader``) or, where there are none, by a multilingual
sentence encoder (``meaning``). A new answer is laid among them, and the nearer ones say more; the words of
the whole and of its end say the rest (``wordings``). Kernel ridge regression, a Gaussian kernel and two
linear ones, one column for each type and each part. The texts themselves are not kept, only their points and
a table of words; both languages are in one space, so each teaches the other. Fitted by
``python -m tests.scoring.fit_follow_ups``.

Source: Rasmussen and Williams (2006), Gaussian Processes for Machine Learning, chapter 2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from scoring.follow_up_types import FollowUpKind
from scoring.wordings import WordTable, end_of

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

Part = Literal["topic", "case", "ending", "claim", "figure", "own", "clash"]
"""What an answer may tell: is it on the topic, is something concrete told (a lived case, a job, a step), how
it ended, an effect, the effect's size, what was done by whoever speaks, two things that do not fit."""
PARTS: tuple[Part, ...] = get_args(Part)


class Likely(NamedTuple):
    """What answers like one make likely, 0–1 each."""

    right: Mapping[FollowUpKind | None, float]
    """For each of ``TYPES`` that a rater would name it."""
    told: Mapping[Part, float]
    """For each of ``PARTS`` that a reader would say it is there."""


@dataclass(frozen=True, slots=True)
class Directions:
    """The middle of many vectors and the directions in which they differ most."""

    middle: Floats
    """As long as the vectors."""
    axes: Floats
    """Directions × length of the vectors, each as long as it weighs in the distance of two answers."""

    def along(self, vectors: Floats) -> Floats:
        return np.asarray((vectors - self.middle) @ self.axes.T, dtype=np.float32)


@dataclass(frozen=True)
class RatedAnswers:
    """The fitted points."""

    signs: tuple[str, ...]
    """Names of the signs, in the order of the points' first columns."""
    sign_scale: float
    """How much signs weigh in the distance of two answers."""
    views: tuple[Directions, ...]
    """One for each vector of an answer: of the whole, of its end."""
    points: Floats
    """Answers × (signs, views), scaled."""
    weights: Floats
    """Answers × (``TYPES``, ``PARTS``)."""
    usual: Floats
    """How often each of ``TYPES`` is right, and each of ``PARTS`` told, where nothing is known."""
    narrowness: float
    """Of the Gaussian kernel: 1 / (2 · width²)."""
    words: WordTable
    """Of the whole text."""
    end_words: WordTable

    @cached_property
    def _squares(self) -> Floats:
        return np.asarray((self.points**2).sum(axis=1), dtype=np.float32)

    def point(self, signs: Mapping[str, float], vectors: Floats) -> Floats:
        """Where an answer lies; ``vectors``: one row for each of ``views``."""
        views = [view.along(row) for view, row in zip(self.views, vectors, strict=True)]
        named = np.array([signs[name] for name in self.signs], dtype=np.float32)
        return np.concatenate((np.float32(self.sign_scale) * named, *views))

    def likely(self, signs: Mapping[str, float], vectors: Floats, text: str) -> Likely:
        """What the answers around this one say, and its words."""
        here = self.point(signs, vectors)
        apart = self._squares + here @ here - 2 * (self.points @ here)
        by_words = self.words.sums(text) + self.end_words.sums(end_of(text))
        sums = np.exp(-self.narrowness * apart) @ self.weights + by_words + self.usual
        found = np.clip(sums, 0.0, 1.0).tolist()
        right = zip(TYPES, found[: len(TYPES)], strict=True)
        return Likely(dict(right), dict(zip(PARTS, found[len(TYPES) :], strict=True)))
