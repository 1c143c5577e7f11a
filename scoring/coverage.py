"""What an answer has covered so far: STAR parts and expected points, each with the words that show it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from scoring.evidence import AnswerReading, Evidence, read_answer
from scoring.evidence_kinds import STAR, StarPart
from scoring.job import Job, Question
from scoring.transcript import Transcript

STAR_WANTED: Mapping[str, tuple[StarPart, ...]] = {
    "structured": STAR,
    "situational": ("action",),
    "self_introduction": (),
    "culture": (),
    "free": (),
}
"""Parts an answer of each kind of question should have."""


@dataclass(frozen=True, slots=True)
class QuestionCoverage:
    """``star`` and ``points`` (by id) hold the showing words, or None. ``covered`` and ``missing`` list
    STAR part names and the texts of expected points, in the order of the question."""

    question: str
    star: Mapping[StarPart, Evidence | None]
    points: Mapping[str, Evidence | None]
    covered: tuple[str, ...]
    missing: tuple[str, ...]


def cover(job: Job, transcript: Transcript, question_id: str) -> QuestionCoverage:
    """Coverage of one question. Raises KeyError for a question the job does not have."""
    question = job.question(question_id)
    if question is None:
        raise KeyError(question_id)
    return coverage_of(question, read_answer(job, question, transcript))


def coverage_of(question: Question, reading: AnswerReading) -> QuestionCoverage:
    said = reading.points()
    star = {part: next(iter(reading.of(part)), None) for part in STAR_WANTED[question.kind]}
    points = {point.id: said.get(point.id) for point in question.expected_points}
    named: list[tuple[str, Evidence | None]] = list(star.items())
    named += [(point.text, points[point.id]) for point in question.expected_points]
    return QuestionCoverage(
        question.id,
        star,
        points,
        covered=tuple(name for name, found in named if found is not None),
        missing=tuple(name for name, found in named if found is None),
    )


BoardPart = Literal["situation", "task", "action", "result", "number"]
BOARD: tuple[BoardPart, ...] = (*STAR, "number")
"""What the board has a column for, beside the expected points."""


@dataclass(frozen=True, slots=True)
class BoardPoint:
    """An expected point of a question that was put; ``evidence`` is None while it was not said."""

    question: str
    text: str
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One competency: what shows each part, in the order it was said.

    A part that is not in ``parts`` has not been asked for yet; one with no evidence is missing.
    """

    competency: str
    parts: Mapping[BoardPart, tuple[Evidence, ...]]
    points: tuple[BoardPoint, ...]


def board(job: Job, transcript: Transcript, put: Collection[str]) -> tuple[BoardRow, ...]:
    """Coverage of each competency over the questions that were ``put``. Evidence only, no score."""
    readings = {
        question.id: read_answer(job, question, transcript)
        for question in job.questions
        if question.id in put
    }
    rows = []
    for competency in job.competencies:
        asked = [question for question in job.questions_for(competency.id) if question.id in readings]
        wanted = {part for question in asked for part in STAR_WANTED[question.kind]}
        parts: dict[BoardPart, tuple[Evidence, ...]] = {}
        for part in BOARD:
            found = tuple(item for question in asked for item in _showing(readings[question.id], part))
            if found or part in wanted or (asked and part == "number"):
                parts[part] = found
        points = tuple(
            BoardPoint(question.id, point.text, readings[question.id].points().get(point.id))
            for question in asked
            for point in question.expected_points
        )
        rows.append(BoardRow(competency.id, parts, points))
    return tuple(rows)


def _showing(reading: AnswerReading, part: BoardPart) -> tuple[Evidence, ...]:
    """The evidence of a part; what tells the result is not shown as the situation as well."""
    found = reading.of(part)
    if part != "situation":
        return found
    told_as_result = {item.clause for item in reading.of("result")}
    told_as_result |= {item.clause for item in reading.of("comparison")}
    return tuple(item for item in found if item.clause not in told_as_result) or found[:1]
