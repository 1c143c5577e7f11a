"""Which follow-up is worth asking now, and in which words.

Works while the answer is still open: only clauses that are finished are quoted. What could be asked is
found from the evidence (``follow_up_candidates``), what is likeliest to be right comes first
(``follow_up_choice``); the sentences themselves are in ``follow_up_words``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scoring.alike import rated_answers
from scoring.contradictions import find_contradictions
from scoring.evidence import AnswerReading, read_answer
from scoring.follow_up_candidates import Candidates, request_in
from scoring.follow_up_choice import (
    LEAST_ELSEWHERE,
    chances_by_words,
    is_long_enough_to_compare,
    likeliest,
    may_be_elsewhere,
    signs_of,
    worthwhile,
)
from scoring.follow_up_types import (
    PLANNER_DEFAULTS,
    AskedFollowUp,
    FollowUpKind,
    Moment,
    PlannedFollowUp,
    PlannerOptions,
)
from scoring.job import Job, Question
from scoring.levels import strength_of
from scoring.meaning import Vectors, meaning_of, nearest, vectors_of_point
from scoring.transcript import Transcript


def plan(
    job: Job,
    transcript: Transcript,
    question_id: str,
    asked: Sequence[AskedFollowUp] = (),
    options: PlannerOptions = PLANNER_DEFAULTS,
) -> tuple[PlannedFollowUp, ...]:
    """Follow-ups worth asking on this question now, best first; empty when nothing is missing.

    Never repeats a kind for the same words, nor asks for the same missing part twice; returns nothing
    once the question's budget is used. ``asked`` may hold follow-ups of other questions too.
    """
    question = job.question(question_id)
    if question is None:
        return ()
    here = [item for item in asked if item.question == question_id]
    if len(here) >= question.follow_up_budget:
        return ()
    reading = read_answer(job, question, transcript)
    if not reading.clauses:
        return ()
    contradictions = find_contradictions([read_answer(job, other, transcript) for other in job.questions])
    candidates = Candidates(job, question, reading, here, len(asked), options, contradictions)
    best = (
        *candidates.contradicting(),
        *_weighed(job, question, reading, candidates, options),
    )[: options.most]
    return tuple(
        replace(item, alternatives=tuple(other.text for other in best if other is not item)) for item in best
    )


def _weighed(
    job: Job, question: Question, reading: AnswerReading, candidates: Candidates, options: PlannerOptions
) -> list[PlannedFollowUp]:
    """What is worth asking beside contradictions, the likeliest to be right first."""
    triggered = candidates.triggered()
    strength = strength_of(job, question, reading)
    signs = signs_of(reading, strength, triggered)
    compared = options.by_meaning and is_long_enough_to_compare(reading)
    vectors = meaning_of(reading) if compared else None
    chances = chances_by_words(signs) if vectors is None else rated_answers().chances(signs, vectors)
    if reading.off_topic and (vectors is None or chances["off_topic"] >= LEAST_ELSEWHERE):
        return candidates.about_something_else()
    if vectors is None:
        possible = [*triggered, *candidates.always_possible()]
        open_ones = [item for item in possible if not candidates.was_asked(item)]
        return worthwhile(open_ones, chances, strength, options)
    possible = possible_by_meaning(candidates, triggered, reading, vectors)
    return likeliest([item for item in possible if not candidates.was_asked(item)], chances, options)


def possible_by_meaning(
    candidates: Candidates, triggered: Sequence[PlannedFollowUp], reading: AnswerReading, vectors: Vectors
) -> list[PlannedFollowUp]:
    """What can be asked where the meaning of an answer is known, the most fitting of each type first."""
    of_points = candidates.points_not_said(lambda point: nearest(vectors, vectors_of_point(point)))
    return [
        *of_points,
        *(item for item in triggered if item.kind != "deepen"),
        *candidates.always_possible(),
        *candidates.without_cause(),
        *(candidates.back_to_the_question() if may_be_elsewhere(reading) else ()),
    ]


__all__ = [
    "AskedFollowUp",
    "FollowUpKind",
    "Moment",
    "PlannedFollowUp",
    "PlannerOptions",
    "plan",
    "request_in",
]
