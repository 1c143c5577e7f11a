"""From a decoded video frame to the small RGB picture that is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from media_pipeline.vision.facts import RgbFrame

if TYPE_CHECKING:
    import av


def fitted(width: int, height: int, width_at_most: int, height_at_most: int) -> tuple[int, int]:
    """The largest even size of the same shape that fits; never larger than the original."""
    scale = min(width_at_most / width, height_at_most / height, 1.0)
    return max(int(width * scale) // 2 * 2, 2), max(int(height * scale) // 2 * 2, 2)


def small_rgb(frame: av.VideoFrame, width_at_most: int, height_at_most: int) -> RgbFrame:
    """The frame as RGB, at most so large. CPU work of about a millisecond: not for the event loop."""
    width, height = fitted(frame.width, frame.height, width_at_most, height_at_most)
    # AREA averages what it drops: a picture made small by picking pixels looks sharper than it is.
    small = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA")
    return cast(RgbFrame, np.ascontiguousarray(small.to_ndarray()))
