"""What was said just before a short utterance, put in front of it to be heard along. Pure.

Two words between two pauses ("ask not", "about thirty") are hard to understand alone, for people and
for Whisper. With the utterance before them in the same window they are heard as part of what they
belong to; whatever the recogniser then says about the earlier speech is thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from media_pipeline.audio.frame import SAMPLES_PER_MS
from media_pipeline.events import Word
from media_pipeline.recognition.utterance import Window


@dataclass(frozen=True, slots=True)
class LeftContextOptions:
    """Times in ms."""

    short_ms: float = 3_000
    """Voice of an utterance up to this long wants context."""

    short_in_haste_ms: float = 1_500
    """The same while there is no time for thorough finals: context makes a short window a long one."""

    gap_ms: float = 2_500
    """Longest silence since the speech before; what is further back is another matter."""

    longest_ms: float = 4_000
    """So much of the speech before is heard again at most."""


@dataclass(frozen=True, slots=True)
class LeftContext:
    """Earlier speech to be laid in front of a window."""

    samples: NDArray[np.int16]
    """The speech and the silence after it: up to the window's first sample."""

    @property
    def duration_ms(self) -> float:
        return len(self.samples) / SAMPLES_PER_MS

    def before(self, window: Window) -> NDArray[np.int16]:
        return np.concatenate((self.samples, window.samples))

    def removed(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """The words that end in the window itself, counted from its first sample.

        The end decides: a word after a pause may seem to begin inside the pause, but never ends there.
        """
        lead_ms = round(self.duration_ms)
        return tuple(
            replace(word, start_ms=max(0, word.start_ms - lead_ms), end_ms=word.end_ms - lead_ms)
            for word in words
            if word.end_ms > lead_ms
        )


def left_context(
    previous: Window | None,
    window: Window,
    voice_ms: float,
    options: LeftContextOptions | None = None,
    *,
    thorough: bool = True,
) -> LeftContext | None:
    """What to put in front of ``window``, or None where it is better heard alone.

    Args:
        previous: the audio of the utterance before, its trailing silence included.
        voice_ms: how long somebody spoke in ``window``.
        thorough: there is time to hear more than is needed most.
    """
    options = options or LeftContextOptions()
    short_ms = options.short_ms if thorough else options.short_in_haste_ms
    if previous is None or voice_ms > short_ms or not len(previous.samples):
        return None
    gap_ms = window.start_ms - previous.end_ms
    if gap_ms > options.gap_ms:
        return None
    samples = previous.samples[-round(options.longest_ms * SAMPLES_PER_MS) :]
    if gap_ms >= 0:
        return LeftContext(np.concatenate((samples, np.zeros(round(gap_ms * SAMPLES_PER_MS), np.int16))))
    # The pre-roll of an utterance begins inside the trailing silence of the one before.
    kept = len(samples) + round(gap_ms * SAMPLES_PER_MS)
    return LeftContext(samples[:kept]) if kept > 0 else None
