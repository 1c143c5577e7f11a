"""How long a silence of this candidate may be. Pure; the conductor asks, this never acts.

Assistants answer after 0.3–0.6 s of silence and so cut off everybody who thinks. An interview has
other moments: a pause after a finished thought is a *moment for a follow-up*; a long silence is one
for a *gentle nudge*; and no silence, however long, ends an answer. How long is long differs from
person to person, so each candidate's own pauses are learned, those of the practice included::

    patience = Patience()
    patience = patience.observe_pause(1200)      # a pause after which the candidate went on
    patience.follow_up_gap_ms(0.97)              # ms of silence from the last voiced sound, after
                                                 # which a waiting follow-up may be asked
    patience.nudge_after_ms()                    # ms of silence until a nudge

Give ``observe_pause`` only pauses the candidate ended by speaking on: not the ones in which we
spoke or which a follow-up filled. ``turn_probability`` is that of the last ``TurnAssessed`` after
the last speech; None where there is none (yet), and then only patience helps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class PatienceOptions:
    """All in ms of silence unless said otherwise."""

    sure_probability: float = 0.9
    """From this probability of a finished turn on, only the short gap is waited."""

    unsure_probability: float = 0.5
    """Up to this one the long gap is; between the two, in between."""

    short_gap_ms: int = 1_200
    """Even a finished sentence gets this long to be followed by another."""

    long_gap_ms: int = 3_300
    """Without a sign of an end: longer than the thinking pauses people make inside an answer."""

    longest_gap_ms: int = 8_000
    """However slowly somebody speaks."""

    nudge_ms: int = 20_000
    longest_nudge_ms: int = 45_000


SHORTEST_PAUSE_MS: Final = 250
"""Shorter silences are articulation, not pauses."""

LONGEST_PAUSE_MS: Final = 15_000
"""Longer ones are thinking time asked for, an interruption, a lost connection: not a habit."""

REMEMBERED_PAUSES: Final = 40

_PRIOR_MS: Final = (500, 700, 900, 1_200, 1_800)
"""What is assumed of a stranger; each weighs as much as one observed pause."""


@dataclass(frozen=True, slots=True)
class Patience:
    """What is known of one candidate's pauses."""

    pauses_ms: tuple[int, ...] = ()
    options: PatienceOptions = PatienceOptions()

    def observe_pause(self, pause_ms: float) -> Patience:
        """The candidate paused for so long and then went on."""
        if not SHORTEST_PAUSE_MS <= pause_ms <= LONGEST_PAUSE_MS:
            return self
        return replace(self, pauses_ms=(*self.pauses_ms, round(pause_ms))[-REMEMBERED_PAUSES:])

    def usual_long_pause_ms(self) -> float:
        """The pause that nine in ten of this candidate's pauses do not reach (with the prior's help)."""
        known = sorted((*_PRIOR_MS, *self.pauses_ms))
        rank = 0.9 * (len(known) - 1)
        below = int(rank)
        above = min(below + 1, len(known) - 1)
        return known[below] + (rank - below) * (known[above] - known[below])

    def follow_up_gap_ms(self, turn_probability: float | None) -> int:
        """Silence after which the pause is a moment for a follow-up."""
        options = self.options
        usual = self.usual_long_pause_ms()
        long_gap = min(max(options.long_gap_ms, 1.5 * usual), options.longest_gap_ms)
        short_gap = min(max(options.short_gap_ms, 0.8 * usual), long_gap)
        certainty = 0.0
        if turn_probability is not None:
            span = options.sure_probability - options.unsure_probability
            certainty = min(max((turn_probability - options.unsure_probability) / span, 0.0), 1.0)
        return round(long_gap + certainty * (short_gap - long_gap))

    def nudge_after_ms(self) -> int:
        """Silence after which a gentle line may be said. It never moves the interview on."""
        options = self.options
        return round(min(max(options.nudge_ms, 5 * self.usual_long_pause_ms()), options.longest_nudge_ms))
