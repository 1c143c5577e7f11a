"""What an answer has covered so far: STAR parts and expected points, each with the words that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
