"""The one shape audio has inside Viva: 16 kHz mono int16, in pieces of 20 ms, on session time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE: Final = 16_000
"""Samples a second, everywhere between the decoder and the models."""

FRAME_MS: Final = 20
FRAME_SAMPLES: Final = SAMPLE_RATE * FRAME_MS // 1000
SAMPLES_PER_MS: Final = SAMPLE_RATE // 1000


@dataclass(frozen=True, slots=True, eq=False)  # compared by identity: samples are arrays
class AudioFrame:
    """A piece of one candidate's audio; frames of a session follow each other without gaps.

    A lost packet is filled in (``concealed``), so that sample count and session time agree.
    """

    samples: NDArray[np.int16]
    """Mono, 16 kHz; 20 ms = 320 samples unless at a stream's end."""

    start_ms: float
    """Session time of the first sample: media time from RTP, not time of arrival."""

    concealed: bool = False
    """Filled in for a lost packet."""

    @property
    def duration_ms(self) -> float:
        return len(self.samples) / SAMPLES_PER_MS

    @property
    def end_ms(self) -> float:
        """Session time just after the last sample."""
        return self.start_ms + self.duration_ms
