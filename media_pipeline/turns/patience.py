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

import math
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
    """Even a finished sentence of a quick speaker gets this long to be followed by another."""

    long_gap_ms: int = 3_300
    """Without a sign of an end: longer than the thinking pauses people make inside an answer."""

    longest_gap_ms: int = 8_000
    """However slowly somebody speaks."""

    short_share: float = 0.875
    """The short gap outlasts this share of the candidate's own pauses…"""

    long_share: float = 0.97
    """…and the long gap this one."""

    short_margin: float = 1.3
    """The short gap is this much longer than the pause it is to outlast: what is known of somebody
    after twenty pauses is not much, and a silence is heard a little longer than it was."""

    long_margin: float = 1.15

    unfinished_factor: float = 1.5
    """An answer seems finished after the long gap where the turn sounded finished, and after this many
    of them where it did not."""

    nudge_ms: int = 20_000
    longest_nudge_ms: int = 45_000


SHORTEST_PAUSE_MS: Final = 250
"""Shorter silences are articulation, not pauses."""

LONGEST_PAUSE_MS: Final = 15_000
"""Longer ones are thinking time asked for, an interruption, a lost connection: not a habit."""

REMEMBERED_PAUSES: Final = 60

_PRIOR_MS: Final = (900, 1_600, 3_000)
"""What is assumed of a stranger, each as if observed once. The last keeps the gaps long until about
fifteen pauses are known: a detector that hears an end in every fourth pause inside a sentence (as
measured, docs/turn-taking.md) must not be enough to interrupt somebody."""


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

    def outlasting_ms(self, share: float) -> int:
        """A pause length that at least ``share`` of this candidate's pauses do not exceed.

        The order statistic that holds whatever the distribution is: of n known pauses, the next one
        exceeds the k-th smallest with probability 1 - k / (n + 1).
        """
        known = sorted((*_PRIOR_MS, *self.pauses_ms))
        rank = math.ceil(share * (len(known) + 1))
        return known[min(rank, len(known)) - 1]

    def follow_up_gap_ms(self, turn_probability: float | None) -> int:
        """Silence after which the pause is a moment for a follow-up."""
        options = self.options
        long_gap = options.long_margin * self.outlasting_ms(options.long_share)
        long_gap = min(max(long_gap, options.long_gap_ms), options.longest_gap_ms)
        short_gap = options.short_margin * self.outlasting_ms(options.short_share)
        short_gap = min(max(short_gap, options.short_gap_ms), long_gap)
        certainty = 0.0
        if turn_probability is not None:
            span = options.sure_probability - options.unsure_probability
            certainty = min(max((turn_probability - options.unsure_probability) / span, 0.0), 1.0)
        return round(long_gap + certainty * (short_gap - long_gap))

    def answer_end_gap_ms(self, turn_probability: float | None) -> int:
        """Silence after which the whole answer seems finished, not just a sentence of it.

        A finished sentence is followed by another one more often than not; so even a sure end of turn
        waits for longer than this candidate's pauses inside an answer.
        """
        options = self.options
        long_gap = self.follow_up_gap_ms(None)
        if turn_probability is None or turn_probability >= options.sure_probability:
            return long_gap
        return min(round(options.unfinished_factor * long_gap), options.longest_gap_ms)

    def nudge_after_ms(self) -> int:
        """Silence after which a gentle line may be said. It never moves the interview on."""
        options = self.options
        usual = self.outlasting_ms(options.short_share)
        return min(max(options.nudge_ms, 6 * usual), options.longest_nudge_ms)
