"""From evidence to a level: how much of a full answer is there, as a share from 0 to 1.

Every term only grows with evidence, so that a true thing said can never cost anything. The figures
were set on the development half of tests/scenarios and are explained in docs/scoring.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.contradictions import find_contradictions
from scoring.evidence import TOLD, AnswerReading
from scoring.job import Question


@dataclass(frozen=True, slots=True)
class LevelWeights:
    """Shares of a full answer, adding up to 1. ``full_*``: how many make the share full."""

    situation: float
    actions: float
    result: float
    figure: float
    points: float
    method: float
    full_points: float = 0.9
    """Share of the expected points that counts as all (nobody says everything)."""
    action_scale: float = 2.5
    """Deeds (weighed) at which 63 % of the share for deeds is reached."""


WEIGHTS: Mapping[str, LevelWeights] = {
    "structured": LevelWeights(0.08, 0.42, 0.10, 0.12, 0.18, 0.10),
    "situational": LevelWeights(0.0, 0.45, 0.0, 0.05, 0.45, 0.05, action_scale=1.8),
    "self_introduction": LevelWeights(0.05, 0.35, 0.12, 0.13, 0.30, 0.05, action_scale=2.0),
    "culture": LevelWeights(0.10, 0.45, 0.12, 0.03, 0.25, 0.05),
    "free": LevelWeights(0.10, 0.45, 0.12, 0.03, 0.25, 0.05),
}

VAGUE_DEED = 0.35
TEAM_DEED = 0.5
POSSIBLE_DEED = 0.3
HABITUAL_DEED = 0.5
"""What a vaguely told deed, a deed told as "we", one that might be done ("I would") and one that is done in
general ("I always"), where a real one was asked for, weigh against an own one told plainly."""


@dataclass(frozen=True, slots=True)
class AnswerStrength:
    """How far each part of one answer is there, 0–1; ``whole`` is their weighed sum."""

    parts: Mapping[str, float]
    whole: float
    has_evidence: bool


def strength_of(question: Question, reading: AnswerReading) -> AnswerStrength:
    weights = WEIGHTS[question.kind]
    own = deeds = 0.0
    for index, clause in enumerate(reading.clauses):
        if "action" not in clause.marks or index in reading.without_credit or reading.off_topic:
            continue
        weight = VAGUE_DEED if "vague" in clause.marks else 1.0
        if question.kind == "structured" and "habit" in clause.marks:
            weight *= HABITUAL_DEED
        if "hedged" in clause.marks and question.kind != "situational":
            weight *= POSSIBLE_DEED
        own += weight if clause.who == "i" else 0.0
        deeds += weight if clause.who == "i" else weight * TEAM_DEED
    kinds = {item.kind for item in reading.evidence}
    points = len(reading.points())
    doubtful = frozenset(
        clause
        for item in find_contradictions([reading])
        for clause in (item.earlier.clause, item.later.clause)
    )
    carried = max(LEAST_CARRIED, min(1.0, deeds)) if question.kind in ("structured", "situational") else 1.0
    believed = DOUBTED if doubtful else 1.0
    wanted = max(1.0, weights.full_points * len(question.expected_points))
    parts = {
        "situation": 1.0 if kinds & {"situation", "task"} else 0.0,
        "task": 1.0 if "task" in kinds else 0.0,
        "action": 1 - math.exp(-deeds / weights.action_scale),
        "own_role": 1 - math.exp(-own / weights.action_scale),
        "result": carried * believed * _result(reading, doubtful),
        "number": carried * believed * _number(reading, doubtful),
        "expected_point": min(1.0, points / wanted),
        "method": carried if kinds & {"method", "comparison"} else 0.0,
        "comparison": 1.0 if "comparison" in kinds else 0.0,
        "time": 1.0 if "time" in kinds else 0.0,
    }
    whole = (
        weights.situation * parts["situation"]
        + weights.actions * parts["action"]
        + weights.result * parts["result"]
        + weights.figure * parts["number"]
        + weights.points * parts["expected_point"]
        + weights.method * parts["method"]
    )
    return AnswerStrength(parts, whole, bool(kinds & {"action", "result", "expected_point"}))


LEAST_CARRIED = 0.3
"""What a result, a figure or a method weighs at least where hardly a deed is told that led to it."""
DOUBTED = 0.5
"""What results and figures weigh in an answer that contradicts itself, until it is cleared up; the two
statements that do not fit show neither."""
TOLD_RESULT = 0.6
"""What a result weighs that is one by its place alone: what somebody did or how things were after a deed."""


def _result(reading: AnswerReading, doubtful: frozenset[int]) -> float:
    """A story that goes on must not lose what it had: something told after any deed stays a result.

    What does not fit together with something else in the answer shows none until it is cleared up.
    """
    results = [item for item in reading.of("result") if item.clause not in doubtful]
    if any(item.detail != TOLD for item in results):
        return 1.0
    deeds = [
        i for i, c in enumerate(reading.clauses) if "action" in c.marks and i not in reading.without_credit
    ]
    told = any(
        "told" in clause.marks
        and index > deeds[0]
        and index not in reading.without_credit
        and index not in doubtful
        and not clause.marks & {"hedged", "negated", "task", "reaction"}
        for index, clause in enumerate(reading.clauses)
        if deeds
    )
    return TOLD_RESULT if told or results else 0.0


def _number(reading: AnswerReading, doubtful: frozenset[int]) -> float:
    """Half for any figure; whole for one that says how much changed, not just how many people there were."""
    numbered = {item.clause for item in reading.of("number")} - doubtful
    if not numbered:
        return 0.0
    telling = {
        item.clause
        for kind in ("result", "comparison")
        for item in reading.of(kind)
        if item.detail != TOLD or "since" in reading.clauses[item.clause].marks
    }
    telling |= {i for i, clause in enumerate(reading.clauses) if "change" in clause.marks}
    return 1.0 if numbered & (telling | {i + 1 for i in telling}) else 0.5


def combine(strengths: Sequence[float]) -> float:
    """Strength over several answers: the best counts most, none lowers another."""
    shares = {1: (1.0,), 2: (0.65, 0.35)}.get(len(strengths), (0.55, 0.3, 0.15))
    ordered = sorted(strengths, reverse=True)
    return sum(share * strength for share, strength in zip(shares, ordered, strict=False))


def to_level(strength: float) -> float:
    """1–5, one decimal."""
    return round(1 + 4 * min(1.0, max(0.0, strength)) + 1e-9, 1)
