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
    "constant": (-3.32, -2.78, -2.9, -0.87, -1.18, -0.72, -4.18),
    "empty": (-1.17, -0.58, 2.37, 0.86, -0.57, -0.56, 0.4),
    "weak": (1.61, -0.86, 1.28, 0.23, -0.27, -0.95, 0.82),
    "fair": (1.23, 0.55, -1.11, 0.2, 0.76, 0.43, -0.84),
    "strong": (-0.55, 0.7, -3.53, -2.16, -0.16, 2.18, -0.98),
    "team_deeds": (4.06, -0.36, -0.79, -0.97, -0.91, -1.88, -0.42),
    "all_as_we": (3.13, -0.48, -0.46, -0.21, -0.2, -1.64, -0.58),
    "no_deed": (2.56, -0.87, -0.07, -0.44, -0.41, -0.93, 0.18),
    "general_words": (-0.28, -0.52, 1.47, -0.08, -0.75, -0.09, -0.41),
    "claim": (0.28, 2.4, -0.46, -0.89, 0.03, -1.53, -0.12),
    "no_figure": (-0.87, 1.79, 2.26, -0.17, 0.15, -0.74, -1.38),
    "no_result": (1.5, -1.41, -0.91, 0.28, -0.21, -0.0, 0.85),
    "no_end": (-1.07, 0.25, -0.44, 0.58, -0.31, -0.13, 0.16),
    "open_points": (-1.83, -0.19, -0.27, 0.32, 0.23, -0.88, 2.72),
    "situational": (-1.46, -2.81, 0.77, -2.65, 0.77, 0.01, 0.38),
    "introduction": (-0.72, -0.13, 0.62, -2.75, 0.21, 0.9, 0.41),
}
"""What each sign adds for each of ``TYPES`` when it is fully there, in units of log odds; fitted. For where
nothing can say what an answer means."""

SIGNS = tuple(name for name in LOG_ODDS_BY_WORDS if name != "constant")

COMPLETE_LEVEL = 3.8
"""From this level on an answer is complete: nothing is asked for the asking's sake."""
SURE = 0.5
"""Chance from which a question is put to a complete answer all the same."""
LONG_ANSWER = {"en": 150, "zh": 250}
"""Words (Chinese: characters) from which an answer is simply long."""
MANY_CLAUSES = 25
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
    if not found or chances[None] > found[0].worth:
        return []
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
    if chances["quantify"] >= SURE and any(item.kind == "quantify" for item in possible):
        possible = [item for item in possible if item.kind != "clarify"]
    found = sorted({item.text: item for item in reversed(possible)}.values(), key=lambda item: -item.worth)
    found.sort(key=lambda item: -chances[item.kind])
    found = [replace(item, worth=round(chances[item.kind], 3)) for item in found]
    if strength.has_evidence and 1 + 4 * strength.whole >= COMPLETE_LEVEL:
        found = [item for item in found if item.kind != "deepen" and item.worth >= SURE]
    if not found or chances[None] > chances[found[0].kind]:
        return []
    return found[:1] + [item for item in found[1:] if item.worth >= options.least_worth]
