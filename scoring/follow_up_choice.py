"""Which type of follow-up is worth asking: the chance that a trained interviewer would find it right.

Told by the signs of the answer, none of which knows a trade or a case, and by what it means: by what raters
asked after answers like it (``alike``). Where nothing can say what an answer means, one logistic sum for each
type over some of the signs. Both are fitted by ``python -m tests.scoring.fit_follow_ups``; "none" is one of
the types. Contradictions, and answers that by their words are about something else, are not weighed here:
where one is found, it is asked about.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from scoring.alike import TYPES
from scoring.evidence import AnswerReading
from scoring.follow_up_types import FollowUpKind, PlannedFollowUp, PlannerOptions
from scoring.job import QuestionKind
from scoring.levels import AnswerStrength
from scoring.topic import FROM_LENGTH

Table = Mapping[str, tuple[float, ...]]

LOG_ODDS_BY_WORDS: Table = {
    "constant": (-3.87, -2.33, -3.3, -2.3, 1.73, 1.23, -3.09),
    "empty": (0.41, -0.3, 1.54, 0.6, 0.44, -0.65, 0.2),
    "weak": (0.01, 0.33, 1.55, 0.49, -1.48, -1.04, 0.98),
    "fair": (0.17, 0.79, -1.75, -0.54, -0.21, 0.13, 0.27),
    "strong": (-0.64, -0.45, -1.71, -1.62, 1.48, 1.81, -1.18),
    "team_deeds": (1.98, -1.4, -0.46, -0.3, -1.08, -1.49, -0.24),
    "all_as_we": (3.84, -0.71, 0.71, -0.46, -1.11, -1.51, -1.18),
    "no_deed": (0.74, -0.9, -0.2, 0.39, -1.63, -1.19, 0.89),
    "general_words": (0.61, 0.28, 1.83, -0.39, 0.75, -0.34, -1.1),
    "claim": (0.47, 2.41, -0.12, -1.07, -1.23, -1.17, -0.6),
    "no_figure": (-0.06, 1.41, 0.97, 1.87, 1.34, 0.14, -1.76),
    "no_result": (0.51, -0.24, -0.48, 1.21, -0.99, -0.84, -0.74),
    "no_end": (-0.68, -0.65, 0.1, 1.15, -0.05, -1.17, 0.35),
    "open_points": (0.22, -0.2, 1.37, -0.09, -1.56, -2.7, 2.63),
    "situational": (-0.81, -2.19, 0.8, -1.81, 1.55, -0.71, -0.63),
    "introduction": (-0.39, -0.64, 1.0, 0.01, 1.37, 0.7, 0.21),
}
"""What each sign adds for each of ``TYPES`` when it is fully there, in units of log odds; fitted. For where
nothing can say what an answer means."""

SIGNS = tuple(name for name in LOG_ODDS_BY_WORDS if name != "constant")

COMPLETE_LEVEL = 3.8
"""From this level on an answer is complete: nothing is asked for the asking's sake."""
CLAIM_FIRST = 0.4
"""Chance from which a claimed change is asked about before how it was done."""
SURE = 0.5
"""Chance from which a question is put to a complete answer all the same."""
COST_OF_ASKING = 0.05
"""So much likelier to be right than nothing a question has to be: a needless one costs the candidate time."""
LEAST_ELSEWHERE = 0.1
"""Chance that an answer is about something else below which, by its meaning, words are not believed."""
LONG_ANSWER = {"en": 150, "zh": 250}
"""Words (Chinese: characters) from which an answer is simply long."""
MANY_CLAUSES = 25
COMPARED_FROM = {"en": 20, "zh": 32}
"""Words (Chinese: characters) from which an answer is compared with rated ones, few of which are shorter."""
KINDS: tuple[QuestionKind, ...] = ("self_introduction", "structured", "situational", "culture", "free")
TRIGGERS: tuple[FollowUpKind, ...] = ("own_role", "quantify", "clarify", "missing_star", "deepen")


def signs_of(
    reading: AnswerReading,
    strength: AnswerStrength,
    triggered: Sequence[PlannedFollowUp],
) -> Mapping[str, float]:
    """Signs of one answer, 0–1 each; ``triggered``: what its words give cause to ask."""
    kind = reading.question.kind
    level = 1 + 4 * strength.whole if strength.has_evidence else 1.0
    own, team, loose = _deeds(reading)
    all_deeds = max(1, own + team + loose)
    parts = strength.parts
    return {
        "empty": max(0.0, (2.2 - level) / 1.2),
        "weak": _peak(level, 2.3),
        "fair": _peak(level, 3.2),
        "strong": min(1.0, max(0.0, (level - 3.3) / 0.9)),
        "team_deeds": team / all_deeds * (1.0 if not own else 0.4 if 3 * own <= team else 0.0),
        "all_as_we": float(any(item.kind == "own_role" for item in triggered)),
        "no_deed": float(own + team == 0),
        "general_words": loose / all_deeds,
        "claim": float(any(item.kind == "quantify" for item in triggered)),
        "no_figure": 1 - parts["number"],
        "no_result": 1 - parts["result"] if kind == "structured" else 0.0,
        "no_end": float(any(item.target == "result" for item in triggered)),
        "open_points": 1 - parts["expected_point"],
        "situational": float(kind == "situational"),
        "introduction": float(kind == "self_introduction"),
        **{f"part_{name}": share for name, share in sorted(parts.items())},
        **{f"kind_{name}": float(kind == name) for name in KINDS},
        **{f"cause_{name}": float(any(item.kind == name for item in triggered)) for name in TRIGGERS},
        "strength": strength.whole,
        "strength_squared": strength.whole**2,
        "long": min(1.0, reading.length / LONG_ANSWER[reading.answer.language]),
        "clauses": min(1.0, len(reading.clauses) / MANY_CLAUSES),
        "chinese": float(reading.answer.language == "zh"),
    }


def _deeds(reading: AnswerReading) -> tuple[int, int, int]:
    """Own deeds and deeds as "we", told plainly; and those told vaguely, as possible or as a habit."""
    own = team = loose = 0
    for index, clause in enumerate(reading.clauses):
        if "action" not in clause.marks or index in reading.without_credit:
            continue
        possible = "hedged" in clause.marks and reading.question.kind != "situational"
        if possible or clause.marks & {"vague", "habit"}:
            loose += 1
        elif clause.who == "i":
            own += 1
        else:
            team += 1
    return own, team, loose


def _peak(level: float, at: float) -> float:
    return max(0.0, 1 - abs(level - at))


def chances_by_words(
    signs: Mapping[str, float], table: Table = LOG_ODDS_BY_WORDS
) -> Mapping[FollowUpKind | None, float]:
    """For each type (None: no follow-up) the chance, 0–1, that it is a right one."""
    found: dict[FollowUpKind | None, float] = {}
    for place, kind in enumerate(TYPES):
        odds = sum(row[place] * (1.0 if name == "constant" else signs[name]) for name, row in table.items())
        found[kind] = 1 / (1 + math.exp(-odds))
    return found


def is_long_enough_to_compare(reading: AnswerReading) -> bool:
    """Has enough been said to be like one answer more than like another? Till then words alone choose."""
    return reading.length >= COMPARED_FROM[reading.answer.language]


def may_be_elsewhere(reading: AnswerReading) -> bool:
    """Has enough been said, to a question that asks for something, to be about something else?"""
    return reading.question.kind != "free" and reading.length >= FROM_LENGTH[reading.answer.language]


def likeliest(
    possible: Sequence[PlannedFollowUp],
    chances: Mapping[FollowUpKind | None, float],
    options: PlannerOptions,
) -> list[PlannedFollowUp]:
    """Those worth asking by what raters asked after answers like this one, the likeliest to be right first;
    none where to ask nothing is as right. Of one type the one that its words give most cause for."""
    found = sorted({item.text: item for item in reversed(possible)}.values(), key=lambda item: -item.worth)
    found = [replace(item, worth=round(chances[item.kind], 3)) for item in found if item.kind in chances]
    found.sort(key=lambda item: -item.worth)
    if not found or chances[None] + COST_OF_ASKING > found[0].worth:
        return []
    if found[0].kind == "off_topic":  # what else is asked of such an answer is lost
        return found[:1]
    return found[:1] + [item for item in found[1:] if item.worth >= options.least_worth]


def worthwhile(
    possible: Sequence[PlannedFollowUp],
    chances: Mapping[FollowUpKind | None, float],
    strength: AnswerStrength,
    options: PlannerOptions,
) -> list[PlannedFollowUp]:
    """The same by words alone.

    A complete answer is asked about only where something stands out. Whoever claims a change has said what
    was done, however generally: how much it was comes before how.
    """
    if chances["quantify"] >= CLAIM_FIRST and any(item.kind == "quantify" for item in possible):
        possible = [item for item in possible if item.kind != "clarify"]
    found = sorted({item.text: item for item in reversed(possible)}.values(), key=lambda item: -item.worth)
    found.sort(key=lambda item: -chances[item.kind])
    found = [replace(item, worth=round(chances[item.kind], 3)) for item in found]
    if strength.has_evidence and 1 + 4 * strength.whole >= COMPLETE_LEVEL:
        found = [item for item in found if item.kind != "deepen" and item.worth >= SURE]
    if not found or chances[None] > chances[found[0].kind]:
        return []
    return found[:1] + [item for item in found[1:] if item.worth >= options.least_worth]
