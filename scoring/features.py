"""What can be counted in an answer, each as a share from 0 to 1: what a level is reckoned from.

Every one only grows with evidence, so that a true thing said can never cost anything. None knows a trade
or a case: they ask how much was done, how concretely, in which order, with which figures and with what
lasting, and how much of it leads to the question. ``levels`` says what each is worth.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from scoring.answer import Clause
from scoring.contradictions import find_contradictions
from scoring.evidence import TOLD, AnswerReading
from scoring.job import Job, Question
from scoring.topic import words_of_work

VAGUE_DEED = 0.35
TEAM_DEED = 0.5
POSSIBLE_DEED = 0.3
HABITUAL_DEED = 0.5
"""What a vaguely told deed, a deed told as "we", one that might be done ("I would") and one that is done in
general ("I always"), where a real one was asked for, weigh against an own one told plainly."""
LEAST_CARRIED = 0.3
"""What a result or a figure weighs at least where hardly a deed is told that led to it."""
DOUBTED = 0.5
"""What results and figures weigh in an answer that contradicts itself, until it is cleared up; the two
statements that do not fit show neither."""
TOLD_RESULT = 0.6
"""What a result weighs that is one by its place alone: what somebody did or how things were after a deed."""
MANY_POINTS = 0.9
"""Share of the expected points that counts as all (nobody says everything)."""
RICH_WORDS = 3
"""Different words with meaning from which a deed is told concretely."""
ALL_WORDS = 100
"""Different words with meaning at which an answer is as full as it need be."""
MANY_FIGURES = 8
"""Clauses with a figure in them (how many, how long, how much) at which an answer is as exact as need be."""

DEEDS_AT_63 = {"structured": 2.5, "situational": 1.8, "self_introduction": 2.0, "culture": 2.5, "free": 2.5}
"""Deeds (weighed) at which 63 % of the share for deeds is reached, by kind of question."""
RICH_DEEDS_AT_63 = 3.0
STEPS_AT_63 = 3.0
WORK_WORDS_AT_63 = 6.0

STEPS = {
    "en": frozenset(
        "first firstly second secondly then next after afterwards before later meanwhile finally once".split()
    ),
    "zh": (
        "先",
        "然后",
        "接着",
        "之后",
        "以后",
        "再",
        "后来",
        "第一",
        "第二",
        "最后",
        "同时",
        "当场",
        "另外",
    ),
}
"""Words that put one thing after another, whatever the trade."""


def features_of(job: Job, question: Question, reading: AnswerReading) -> Mapping[str, float]:
    """All features of one answer, by name; 0 each for an answer about something else."""
    credited = [
        (index, clause)
        for index, clause in enumerate(reading.clauses)
        if index not in reading.without_credit and not reading.off_topic
    ]
    deeds, own, rich = _deeds(question, credited)
    kinds = {item.kind for item in reading.evidence}
    doubtful = frozenset(
        clause
        for item in find_contradictions([reading])
        for clause in (item.earlier.clause, item.later.clause)
    )
    carried = max(LEAST_CARRIED, min(1.0, deeds)) if question.kind in ("structured", "situational") else 1.0
    believed = DOUBTED if doubtful else 1.0
    wanted = max(1.0, MANY_POINTS * len(question.expected_points))
    scale = DEEDS_AT_63[question.kind]
    words = frozenset().union(*(clause.content for _, clause in credited))
    on_topic = words_of_work(
        job, question, [clause for _, clause in credited], [reading.texts[index] for index, _ in credited]
    )
    steps = sum(_steps(reading, index, clause) for index, clause in credited)
    return {
        "situation": 1.0 if kinds & {"situation", "task"} else 0.0,
        "task": 1.0 if "task" in kinds else 0.0,
        "action": _towards(deeds, scale),
        "own_role": _towards(own, scale),
        "concrete": _towards(rich, RICH_DEEDS_AT_63),
        "result": carried * believed * _result(reading, doubtful),
        "number": carried * believed * _number(reading, doubtful),
        "exactness": carried * believed * _exactness(credited, doubtful),
        "expected_point": min(1.0, len(reading.points()) / wanted),
        "method": 1.0 if kinds & {"method", "comparison"} else 0.0,
        "comparison": 1.0 if "comparison" in kinds else 0.0,
        "time": 1.0 if "time" in kinds else 0.0,
        "lasting": 1.0 if any("since" in clause.marks for _, clause in credited) else 0.0,
        "steps": _towards(steps, STEPS_AT_63),
        "topic": _towards(on_topic, WORK_WORDS_AT_63),
        "fullness": min(1.0, math.log1p(len(words)) / math.log1p(ALL_WORDS)),
    }


def _towards(amount: float, at_63: float) -> float:
    """Saturating: each further one is worth less; 63 % at ``at_63``."""
    return 1 - math.exp(-amount / at_63)


def _deeds(question: Question, credited: list[tuple[int, Clause]]) -> tuple[float, float, int]:
    """Deeds (weighed), own deeds (weighed), own deeds told plainly and concretely."""
    own = deeds = 0.0
    rich = 0
    for _, clause in credited:
        if "action" not in clause.marks:
            continue
        weight = VAGUE_DEED if "vague" in clause.marks else 1.0
        if question.kind == "structured" and "habit" in clause.marks:
            weight *= HABITUAL_DEED
        if "hedged" in clause.marks and question.kind != "situational":
            weight *= POSSIBLE_DEED
        own += weight if clause.who == "i" else 0.0
        deeds += weight if clause.who == "i" else weight * TEAM_DEED
        plain = "habit" not in clause.marks and weight == 1.0
        rich += clause.who == "i" and plain and len(clause.content) >= RICH_WORDS
    return deeds, own, rich


def _exactness(credited: list[tuple[int, Clause]], doubtful: frozenset[int]) -> float:
    """Who did a thing can say how many and how long: figures all through the answer, of whatever kind."""
    with_figure = sum("number" in clause.marks and index not in doubtful for index, clause in credited)
    return min(1.0, with_figure / MANY_FIGURES)


def _steps(reading: AnswerReading, index: int, clause: Clause) -> int:
    if reading.answer.language == "zh":
        return sum(reading.texts[index].count(word) for word in STEPS["zh"])
    return sum(word.strip(".,!?;:") in STEPS["en"] for word in reading.texts[index].lower().split())


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
