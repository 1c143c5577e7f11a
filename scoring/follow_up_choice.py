"""Which type of follow-up is worth asking: the chance that a trained interviewer would find it right.

One logistic sum for each type over a few signs of the answer, none of which knows a trade or a case. The
table is fitted by ``python -m tests.scoring.fit_follow_ups``; "none" is one of the types. Contradictions and
answers about something else are not weighed here: where one is found, it is asked about.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from scoring.evidence import AnswerReading
from scoring.follow_up_types import FollowUpKind, PlannedFollowUp, PlannerOptions
from scoring.levels import AnswerStrength

TYPES: tuple[FollowUpKind | None, ...] = (
    "own_role",
    "quantify",
    "clarify",
    "missing_star",
    "deepen",
    None,
)
"""None is "no follow-up"."""

Table = Mapping[str, tuple[float, ...]]

LOG_ODDS: Table = {
    "constant": (-3.8, -2.3, -3.0, -2.7, 2.2, 1.5),
    "empty": (-0.0, -1.0, 0.5, -0.2, -1.0, -1.1),
    "weak": (0.5, 0.6, 2.0, 0.6, -0.2, -0.6),
    "fair": (0.2, 1.0, -1.9, -0.2, -0.1, 0.5),
    "strong": (-0.7, -0.4, -1.5, -1.2, 1.7, 1.6),
    "team_deeds": (1.9, -1.1, -0.3, -0.8, -1.1, -1.2),
    "all_as_we": (3.6, -0.9, 0.9, 0.3, -1.4, -1.4),
    "no_deed": (1.0, -0.3, 2.2, 1.7, 1.0, -0.8),
    "general_words": (0.6, 0.4, 0.8, -1.0, 0.0, -0.4),
    "claim": (0.6, 2.8, 0.1, -0.6, -1.8, -1.4),
    "no_figure": (-0.2, 0.9, 0.1, 0.9, -0.5, -0.7),
    "no_result": (0.5, -1.1, -1.1, 0.5, -2.4, -2.4),
    "no_end": (-0.6, 0.1, 0.5, 2.3, 0.5, -1.2),
    "open_points": (0.0, 0.1, 1.6, 0.5, -0.6, -2.0),
    "situational": (-0.7, -2.1, 0.9, -1.1, 1.5, -0.7),
}
"""What each sign adds for each of ``TYPES`` when it is fully there, in units of log odds; fitted."""

SIGNS = tuple(name for name in LOG_ODDS if name != "constant")

COMPLETE_LEVEL = 3.8
"""From this level on an answer is complete: nothing is asked for the asking's sake."""
SURE = 0.5
"""Chance from which a question is put to a complete answer all the same."""


def signs_of(
    reading: AnswerReading, strength: AnswerStrength, triggered: Sequence[PlannedFollowUp]
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


def chances_of(signs: Mapping[str, float], table: Table = LOG_ODDS) -> Mapping[FollowUpKind | None, float]:
    """For each type (None: no follow-up) the chance, 0–1, that it is a right one."""
    found: dict[FollowUpKind | None, float] = {}
    for place, kind in enumerate(TYPES):
        odds = table["constant"][place] + sum(table[name][place] * signs[name] for name in SIGNS)
        found[kind] = 1 / (1 + math.exp(-odds))
    return found


def worthwhile(
    possible: Sequence[PlannedFollowUp],
    chances: Mapping[FollowUpKind | None, float],
    strength: AnswerStrength,
    options: PlannerOptions,
) -> list[PlannedFollowUp]:
    """Those worth asking, the likeliest to be right first; none where to ask nothing is as right.

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
