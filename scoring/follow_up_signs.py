"""Signs of one answer, none of which knows a trade or a case: by them it is laid among rated ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from scoring.answer import Mark
from scoring.evidence import AnswerReading
from scoring.follow_up_types import FollowUpKind, PlannedFollowUp
from scoring.job import QuestionKind
from scoring.levels import AnswerStrength

LONG_ANSWER = {"en": 150, "zh": 250}
"""Words (Chinese: characters) from which an answer is simply long."""
MANY_CLAUSES = 25
KINDS: tuple[QuestionKind, ...] = ("self_introduction", "structured", "situational", "culture", "free")
TRIGGERS: tuple[FollowUpKind, ...] = ("own_role", "quantify", "clarify", "missing_star", "deepen")
MARKS: tuple[Mark, ...] = get_args(Mark)
MARKS_WEIGH = 0.7
"""Beside other signs; with 1.0 and more the end is seen no better and the type chosen a little worse."""
LAST_CLAUSES = 3


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
        **_where_marks_stand(reading),
    }


def _where_marks_stand(reading: AnswerReading) -> Mapping[str, float]:
    """How much of an answer bears each mark, how far on its last one comes, and whether the end does: an end
    and a figure are told late, a situation early."""
    count = max(1, len(reading.clauses))
    signs: dict[str, float] = {}
    for mark in MARKS:
        places = [place for place, clause in enumerate(reading.clauses) if mark in clause.marks]
        signs[f"share_{mark}"] = MARKS_WEIGH * len(places) / count
        signs[f"last_{mark}"] = MARKS_WEIGH * (places[-1] + 1) / count if places else 0.0
        late = sum(place >= count - LAST_CLAUSES for place in places)
        signs[f"end_{mark}"] = MARKS_WEIGH * late / LAST_CLAUSES
    return signs


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
