"""The seam for end-of-turn detection from audio, and the window of audio it is asked about."""

from __future__ import annotations

from collections import deque
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from media_pipeline.audio.frame import SAMPLES_PER_MS, AudioFrame

TURN_WINDOW_MS: Final = 8_000


LONGEST_ENDPOINT_MS: Final = 3_000
"""The window may be asked for as it was up to this long ago."""

SILENCE_SHOWN_MS: Final = 200
"""How much of the pause the detector hears. Smart Turn was trained on so much; of more it believes
too readily that the turn is over (docs/turn-taking.md has the figures)."""


class TurnDetector(Protocol):
    """Judges from sound (intonation, tempo, wording as far as heard) whether a speaker has finished.

    Stateless and safe to call from several threads; takes tens of milliseconds, so never on the
    event loop.
    """

    def end_probability(self, samples: NDArray[np.int16]) -> float:
        """Probability 0–1 that the turn is over.

        ``samples``: 16 kHz mono up to now, the present pause included. Only the last 8 s are looked
        at; fewer, even none, are allowed.
        """
        ...


class TurnWindow:
    """The last 8 s of a session's audio."""

    def __init__(self) -> None:
        self._frames: deque[AudioFrame] = deque()
        self._held_ms = 0.0

    def add(self, frame: AudioFrame) -> None:
        """A jump in media time (a new connection) forgets what was before it."""
        if self._frames and abs(frame.start_ms - self._frames[-1].end_ms) > 1_000:
            self._frames.clear()
            self._held_ms = 0.0
        self._frames.append(frame)
        self._held_ms += frame.duration_ms
        while self._held_ms - self._frames[0].duration_ms >= TURN_WINDOW_MS + LONGEST_ENDPOINT_MS:
            self._held_ms -= self._frames.popleft().duration_ms

    def samples(self, until_ms: float | None = None) -> NDArray[np.int16]:
        """At most 8 s, up to session time ``until_ms`` (None: everything)."""
        if not self._frames:
            return np.empty(0, np.int16)
        held = np.concatenate([frame.samples for frame in self._frames])
        if until_ms is not None:
            behind_ms = max(0.0, self._frames[-1].end_ms - until_ms)
            held = held[: max(0, len(held) - round(behind_ms * SAMPLES_PER_MS))]
        return held[-TURN_WINDOW_MS * SAMPLES_PER_MS :]
