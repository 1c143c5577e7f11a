"""What a follow-up is: the types, one that was planned, one that was asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FollowUpKind = Literal[
    "quantify", "own_role", "missing_star", "clarify", "contradiction", "off_topic", "deepen"
]
Moment = Literal["clause", "answer_end"]


@dataclass(frozen=True, slots=True)
class AskedFollowUp:
    """A follow-up that was asked already (or proposed and dismissed), so that it is not repeated."""

    question: str
    kind: FollowUpKind
    text: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class PlannedFollowUp:
    """``quote`` is verbatim from the answer; ``alternatives`` are the other sentences considered.

    ``moment``: worth asking at a clause's end while the answer is open, or only once it seems finished.
    ``worth`` orders the proposals, 0–1.
    """

    kind: FollowUpKind
    text: str
    quote: str
    quote_start_ms: int
    quote_end_ms: int
    reason: str
    alternatives: tuple[str, ...] = ()
    worth: float = 0.0
    moment: Moment = "clause"
    target: str = ""
    """What is missing: a STAR part, an expected point's id, or empty."""


@dataclass(frozen=True, slots=True)
class PlannerOptions:
    most: int = 3
    """Proposals returned, at most."""
    enough_words: int = 12
    """Words (Chinese: characters / 1.6) before a missing part may be called missing."""
    least_worth: float = 0.25
    """Proposals below this are not worth a candidate's time."""
    by_meaning: bool = True
    """Choose also by what the answer sounds like, where the sentence encoder is installed."""


PLANNER_DEFAULTS = PlannerOptions()
