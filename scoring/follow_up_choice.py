"""Which type of follow-up is worth asking: the chance that a trained interviewer would find it right.

One logistic sum for each type over a few signs of the answer, none of which knows a trade or a case; among
them what it sounds like (``meaning``), where the sentence encoder is installed. The tables are fitted by
``python -m tests.scoring.fit_follow_ups``; "none" is one of the types. Contradictions and answers that by
their words are about something else are not weighed here: where one is found, it is asked about.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from scoring.evidence import AnswerReading
from scoring.follow_up_types import FollowUpKind, PlannedFollowUp, PlannerOptions
from scoring.levels import AnswerStrength
from scoring.meaning import RESEMBLED
from scoring.topic import FROM_LENGTH

TYPES: tuple[FollowUpKind | None, ...] = (
    "own_role",
    "quantify",
    "clarify",
    "missing_star",
    "deepen",
    None,
    "off_topic",
)
"""None is "no follow-up"."""

Table = Mapping[str, tuple[float, ...]]

LOG_ODDS: Table = {
    "constant": (-3.85, -3.11, -1.83, -2.36, -0.55, -1.24, -0.78),
    "empty": (0.22, -0.3, 0.83, 0.9, 0.04, -0.58, -0.22),
    "weak": (0.06, 0.37, 1.42, 0.12, -1.28, -0.94, 0.44),
    "fair": (0.42, 0.86, -1.56, -0.05, -0.54, -0.26, 0.27),
    "strong": (-0.61, -0.56, -1.24, -1.52, 1.55, 1.57, -0.68),
    "team_deeds": (1.73, -1.42, -0.14, -0.33, -0.73, -1.01, -0.03),
    "all_as_we": (3.34, -0.99, 0.96, -0.69, -0.99, -1.03, -0.33),
    "no_deed": (0.79, -1.08, 0.5, 0.5, -1.44, -1.42, 0.91),
    "general_words": (0.29, -0.09, 0.8, -0.62, 0.3, -0.13, -0.43),
    "claim": (0.06, 2.0, 0.01, -0.74, -1.43, -1.12, -0.24),
    "no_figure": (-0.32, 1.36, 0.13, 1.4, 1.14, 0.79, -1.04),
    "no_result": (0.61, -0.42, -0.37, 1.45, -1.19, -1.21, -0.02),
    "no_end": (-0.59, -0.64, 0.16, 1.18, 0.02, -1.47, 0.48),
    "open_points": (-0.36, -0.69, 1.16, -0.19, -1.5, -1.96, 1.7),
    "situational": (-0.69, -2.26, 0.74, -1.34, 0.8, -1.22, -0.6),
    "introduction": (-0.25, -0.52, 0.79, 0.3, 1.67, 1.1, -1.48),
    "sounds_own_role": (0.15, -0.65, -0.28, -0.2, -0.67, -0.52, 0.44),
    "sounds_quantify": (0.2, 0.67, 0.47, -0.33, -0.52, -0.88, 0.01),
    "sounds_clarify": (0.08, -0.02, 1.61, -0.1, 0.22, -0.59, -0.07),
    "sounds_missing_star": (-0.39, -0.96, 0.59, 1.84, -0.96, -0.53, 0.12),
    "sounds_deepen": (-0.48, -1.13, 0.55, -0.16, 0.14, -0.32, 0.05),
    "sounds_none": (-0.69, -0.51, -0.21, -0.27, -0.46, 1.32, 0.56),
    "sounds_off_topic": (-0.44, -0.47, -0.22, -0.51, -0.61, 0.13, 2.92),
}
"""What each sign adds for each of ``TYPES`` when it is fully there, in units of log odds; fitted."""

LOG_ODDS_BY_WORDS: Table = {
    "constant": (-3.77, -2.16, -3.14, -2.33, 1.91, 1.21, -2.68),
    "empty": (0.28, -0.25, 1.23, 0.76, -0.02, -0.76, 0.25),
    "weak": (0.25, 0.4, 1.71, 0.54, -1.35, -1.4, 0.73),
    "fair": (0.28, 0.74, -2.04, -0.53, -0.39, 0.24, 0.37),
    "strong": (-0.75, -0.58, -1.68, -1.72, 1.75, 1.94, -1.34),
    "team_deeds": (1.96, -1.43, -0.49, -0.32, -0.96, -1.34, -0.21),
    "all_as_we": (3.82, -0.78, 0.78, -0.47, -1.08, -1.41, -1.14),
    "no_deed": (0.84, -0.94, 0.2, 0.42, -1.52, -1.4, 1.17),
    "general_words": (0.62, 0.22, 1.55, -0.48, 0.57, -0.22, -0.93),
    "claim": (0.5, 2.59, -0.06, -1.07, -1.37, -1.48, -0.59),
    "no_figure": (-0.04, 1.46, 1.08, 1.91, 1.19, 0.05, -1.64),
    "no_result": (0.55, -0.34, -0.48, 1.13, -1.04, -0.76, -0.3),
    "no_end": (-0.69, -0.63, 0.1, 1.15, 0.05, -1.07, 0.17),
    "open_points": (-0.14, -0.44, 1.15, -0.05, -1.46, -2.2, 1.68),
    "situational": (-0.8, -2.23, 0.69, -1.88, 1.61, -0.59, -0.64),
    "introduction": (-0.43, -0.64, 0.58, -0.06, 1.53, 1.12, -0.06),
}
"""The same where nothing can say what an answer sounds like."""

SIGNS = tuple(name for name in LOG_ODDS_BY_WORDS if name != "constant")
SOUNDS = tuple(f"sounds_{name}" for name in RESEMBLED)

COMPLETE_LEVEL = 3.8
"""From this level on an answer is complete: nothing is asked for the asking's sake."""
SURE = 0.5
"""Chance from which a question is put to a complete answer all the same."""
LEAST_ELSEWHERE = 0.4
"""Chance from which an answer is taken to be about something else though no word says so."""
ELSEWHERE_LEAD = 0.1
"""How far another type's chance may lie above it: what is asked of an answer about something else is lost."""


def signs_of(
    reading: AnswerReading,
    strength: AnswerStrength,
    triggered: Sequence[PlannedFollowUp],
    resemblance: Mapping[str, float] | None = None,
) -> Mapping[str, float]:
    """Signs of one answer, 0–1 each; ``triggered``: what its words give cause to ask; ``resemblance``: what
    it sounds like, any number each, left out where nothing can say so."""
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
        **{f"sounds_{name}": value for name, value in (resemblance or {}).items()},
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


def table_for(signs: Mapping[str, float]) -> Table:
    """The table for what is known of an answer: with its meaning, or by words alone."""
    return LOG_ODDS if SOUNDS[0] in signs else LOG_ODDS_BY_WORDS


def chances_of(signs: Mapping[str, float], table: Table | None = None) -> Mapping[FollowUpKind | None, float]:
    """For each type (None: no follow-up) the chance, 0–1, that it is a right one."""
    table = table_for(signs) if table is None else table
    found: dict[FollowUpKind | None, float] = {}
    for place, kind in enumerate(TYPES):
        odds = sum(row[place] * signs.get(name, 1.0) for name, row in table.items())
        found[kind] = 1 / (1 + math.exp(-odds))
    return found


def is_elsewhere(reading: AnswerReading, chances: Mapping[FollowUpKind | None, float], best: float) -> bool:
    """Is the answer likelier about something else than a follow-up of chance ``best`` is right?"""
    long_enough = reading.length >= FROM_LENGTH[reading.answer.language]
    known = reading.question.kind != "free" and long_enough
    return known and chances["off_topic"] > max(LEAST_ELSEWHERE, best - ELSEWHERE_LEAD)


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
