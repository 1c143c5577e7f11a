"""Loudness and clipping of a frame. Pure."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

FULL_SCALE: Final = 32_768.0
FLOOR_DBFS: Final = -96.0
"""What digital silence is reported as: the range of 16 bits."""

CLIPPED_AT: Final = 32_700
"""A sample this far out counts as clipped; a codec rarely reproduces full scale to the last bit."""


def dbfs_of_power(mean_square: float) -> float:
    """Level of a mean of squared int16 samples, in dB below full scale (a full-scale square wave is 0)."""
    if mean_square <= 0:
        return FLOOR_DBFS
    return max(FLOOR_DBFS, 10 * math.log10(mean_square / FULL_SCALE**2))


def mean_square(samples: NDArray[np.int16]) -> float:
    """Mean of the squared samples; 0 for no samples."""
    if not len(samples):
        return 0.0
    wide = samples.astype(np.float32)
    return float(np.dot(wide, wide)) / len(samples)


def level_dbfs(samples: NDArray[np.int16]) -> float:
    """RMS level of a frame in dBFS, never below :data:`FLOOR_DBFS`."""
    return dbfs_of_power(mean_square(samples))


def clipped_samples(samples: NDArray[np.int16]) -> int:
    """How many samples sit at the ends of the range."""
    # int16's lowest value has no positive twin: comparing both ends avoids abs() overflow.
    return int(np.count_nonzero((samples >= CLIPPED_AT) | (samples <= -CLIPPED_AT)))
