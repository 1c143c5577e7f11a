"""Which open questions of the job file take an answer further.

Whether a point was told in words that nobody foresaw is uncertain (``told_points``), and to be asked for what
one has just explained tells a candidate that nobody listened. What is surely untold may yet have no room in
the story that was told ("which kind of customer do you find hardest?" after a life without customers); where
a case is only imagined there is room for everything. So there a point is asked for that is surely untold;
else first the question that goes further than any answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scoring.job import ExpectedPoint, Question
from scoring.told_points import TOLD

SURELY_UNTOLD = 0.9
"""Chance from which a point is asked for before anything else. Of the shipped jobs' first open questions one
in twenty-five asked for something told from here on, below it one in four, however near to it."""
UNTOLD_BY_WORDS = 0.6
"""Chance that a point has not been told where no word names it and nothing else is known."""


class OpenQuestion(NamedTuple):
    text: str
    point: ExpectedPoint | None
    """None: it goes further than what is expected."""


def open_questions(
    question: Question, asked: Sequence[str], untold: Mapping[str, float]
) -> list[OpenQuestion]:
    """Those that were not asked yet, the most fitting first.

    Args:
        asked: what was asked on this question before.
        untold: for each point that no word names the chance, 0–1, that it has not been told.
    """
    points = [
        OpenQuestion(point.probe, point)
        for point in sorted(question.expected_points, key=lambda point: -untold.get(point.id, 0.0))
        if point.probe and untold.get(point.id, 0.0) > 1 - TOLD
    ]
    nothing_presupposed = question.kind == "situational"
    surely = [
        item
        for item in points
        if item.point and nothing_presupposed and untold[item.point.id] >= SURELY_UNTOLD
    ]
    deeper = [OpenQuestion(question.deeper, None)] if question.deeper else []
    found = [*surely, *deeper, *points[len(surely) :]]
    return [item for item in found if not any(item.text in earlier for earlier in asked)]
