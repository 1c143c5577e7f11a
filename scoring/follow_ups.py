"""Which follow-up is worth asking now, and in which words.

Works while the answer is still open: only clauses that are finished are quoted. What could be asked is
found from the evidence (``follow_up_candidates``), what is likeliest to be right comes first
(``follow_up_choice``); the sentences themselves are in ``follow_up_words``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scoring.alike import Likely
from scoring.alike_file import rated_answers
from scoring.contradictions import find_contradictions
from scoring.evidence import AnswerReading, read_answer
from scoring.follow_up_candidates import Candidates, request_in
from scoring.follow_up_choice import (
    LEAST_ELSEWHERE,
    LIKELY_ONE_CASE,
    chances_by_words,
    is_long_enough_to_compare,
    likeliest,
    may_be_elsewhere,
    with_what_words_show,
    worthwhile,
)
from scoring.follow_up_signs import signs_of
from scoring.follow_up_types import (
    PLANNER_DEFAULTS,
    AskedFollowUp,
    FollowUpKind,
    Moment,
    PlannedFollowUp,
    PlannerOptions,
)
from scoring.follow_up_words import of_the_case_told
from scoring.job import Job, Question
from scoring.levels import AnswerStrength, strength_of
from scoring.meaning import Vectors, meaning_of, whole_and_end
from scoring.moving_on import asks_to_move_on, says_the_question_again, told_in_a_line
from scoring.told_points import Telling, chance_told
from scoring.transcript import Transcript


def plan(
    job: Job,
    transcript: Transcript,
    question_id: str,
    asked: Sequence[AskedFollowUp] = (),
    options: PlannerOptions = PLANNER_DEFAULTS,
    read: Vectors | None = None,
) -> tuple[PlannedFollowUp, ...]:
    """Follow-ups worth asking on this question now, best first; empty when nothing is missing.

    ``read``: what an answer reader (``answer_reader``) made of this answer, or of what had been said of it
    when it was last read; without it the sentence encoder stands in.

    Never repeats a kind for the same words, nor asks for the same missing part twice; returns nothing
    once the question's budget is used, or where the answer ends with the wish to move on. ``asked`` may hold
    follow-ups of other questions too.
    """
    question = job.question(question_id)
    if question is None:
        return ()
    here = [item for item in asked if item.question == question_id]
    if len(here) >= question.follow_up_budget:
        return ()
    reading = read_answer(job, question, transcript)
    if not reading.clauses or asks_to_move_on(reading.answer):
        return ()
    contradictions = find_contradictions([read_answer(job, other, transcript) for other in job.questions])
    candidates = Candidates(job, question, reading, here, len(asked), options, contradictions)
    best = (
        *candidates.contradicting(),
        *_weighed(job, question, reading, candidates, options, read),
    )[: options.most]
    if told_in_a_line(reading):
        best = tuple(replace(item, text=of_the_case_told(item.text, job.language)) for item in best)
    return tuple(
        replace(item, alternatives=tuple(other.text for other in best if other is not item)) for item in best
    )


def _weighed(
    job: Job,
    question: Question,
    reading: AnswerReading,
    candidates: Candidates,
    options: PlannerOptions,
    read: Vectors | None,
) -> list[PlannedFollowUp]:
    """What is worth asking beside contradictions, the likeliest to be right first."""
    triggered = candidates.triggered()
    strength = strength_of(job, question, reading)
    signs = signs_of(reading, strength, triggered)
    compared = options.by_meaning and is_long_enough_to_compare(reading)
    vectors = meaning_of(reading) if compared else None
    if vectors is None:
        if reading.off_topic:
            return candidates.about_something_else()
        possible = [*triggered, *candidates.always_possible()]
        open_ones = [item for item in possible if not candidates.was_asked(item)]
        return worthwhile(open_ones, chances_by_words(signs), strength, options)
    untold = points_untold(reading, strength, vectors)
    all_signs = {**signs, **signs_of_untold(question, untold)}
    likely = _likely(all_signs, vectors, read, reading.answer.text)
    likely = with_what_words_show(likely, reading, triggered)
    if reading.off_topic and likely.right["off_topic"] >= LEAST_ELSEWHERE:
        return candidates.about_something_else()
    if says_the_question_again(reading) and candidates.easier_form():
        return candidates.easier_form()
    possible = possible_by_meaning(candidates, triggered, reading, untold)
    open_ones = [item for item in possible if not candidates.was_asked(item)]
    found = likeliest(open_ones, likely, question.kind, options)
    if likely.told["case"] < LIKELY_ONE_CASE:
        return found
    return [replace(item, text=of_the_case_told(item.text, job.language)) for item in found]


def _likely(signs: Mapping[str, float], parts: Vectors, read: Vectors | None, text: str) -> Likely:
    """What rated answers say of one with these signs: by what was read of it, else by its parts' meaning."""
    if read is not None:
        return rated_answers("reader").likely(signs, read, text)
    return rated_answers("encoder").likely(signs, whole_and_end(parts), text)


def points_untold(reading: AnswerReading, strength: AnswerStrength, vectors: Vectors) -> Mapping[str, float]:
    """For each expected point of the question that no word names, the chance that it has not been told."""
    telling = Telling(vectors, reading.length, strength.whole, reading.question.kind, reading.answer.language)
    said = reading.points()
    return {
        point.id: 1 - chance_told(point, telling)
        for point in reading.question.expected_points
        if point.id not in said
    }


def signs_of_untold(question: Question, untold: Mapping[str, float]) -> Mapping[str, float]:
    """Two more signs of an answer, 0–1: how much of what is expected is untold, and the least told of it."""
    return {
        "untold": sum(untold.values()) / max(1, len(question.expected_points)),
        "most_untold": max(untold.values(), default=0.0),
    }


def possible_by_meaning(
    candidates: Candidates,
    triggered: Sequence[PlannedFollowUp],
    reading: AnswerReading,
    untold: Mapping[str, float],
) -> list[PlannedFollowUp]:
    """What can be asked where the meaning of an answer is known, the most fitting of each type first."""
    return [
        *candidates.going_further(untold),
        *(item for item in triggered if item.kind != "deepen"),
        *candidates.always_possible(),
        *candidates.without_cause(),
        *candidates.not_fitting(),
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
