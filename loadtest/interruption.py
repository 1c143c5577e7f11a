"""A synthetic candidate speaks over a question: when, and how soon the question falls silent. Pure.

Times in seconds of the loop's clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

GAP_S: Final = 0.4
"""Voices pause between words: only a longer silence ends a stretch of sound."""

INTERRUPTS_AFTER_S: Final = 1.5
"""So much of a question is heard before somebody speaks over it."""


@dataclass(slots=True)
class SoundHeard:
    """Told of every loud frame that reached the candidate."""

    since_s: float | None = None
    """When the latest stretch of sound began."""

    last_s: float = float("-inf")
    """The latest loud frame."""

    def loud(self, at_s: float) -> None:
        if self.since_s is None or at_s - self.last_s > GAP_S:
            self.since_s = at_s
        self.last_s = at_s

    def lasting_s(self, now_s: float) -> float:
        """For how long there has been sound; 0 where there is none now."""
        if self.since_s is None or now_s - self.last_s > GAP_S:
            return 0.0
        return now_s - self.since_s


@dataclass(slots=True)
class Interruption:
    """Every second question is interrupted once."""

    sound: SoundHeard = field(default_factory=SoundHeard)
    happened: bool = False
    _question: str | None = None
    _voice_began_s: float = 0.0

    def is_due(self, view: Mapping[str, Any], now_s: float) -> bool:
        """Is this the moment to speak over the question? Says so once a question."""
        question = view.get("question") or {}
        if question.get("index", 1) % 2 or question.get("id") in (None, self._question):
            return False
        if not view.get("speaking") or self.sound.lasting_s(now_s) < INTERRUPTS_AFTER_S:
            return False
        self._question = question["id"]
        return True

    def voice_began(self, at_s: float) -> None:
        self._voice_began_s = at_s
        self.happened = True

    def silent_after_s(self, decided_s: float) -> dict[str, float]:
        """Stages of the journey: from the first sound of the candidate, and from the server's decision."""
        last_s = self.sound.last_s
        return {
            "barge_in": max(0.0, last_s - self._voice_began_s),
            "barge_in_decided": max(0.0, last_s - decided_s),
        }
