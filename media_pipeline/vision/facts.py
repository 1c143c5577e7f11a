"""What one look at one frame finds: numbers with units, no judgement."""

from __future__ import annotations

from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

RgbFrame = NDArray[np.uint8]
"""Height × width × 3, red green blue, 0–255."""

Share = Annotated[float, msgspec.Meta(ge=-1.0, le=3.0)]

_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601


class FaceFacts(msgspec.Struct, frozen=True):
    """One face. Angles against the camera's axis; expression values are blendshapes, 0–1."""

    left: Share
    """Of the face's box, as shares of the frame's width and height."""
    top: Share
    width: Share
    height: Share
    brightness: float
    """Mean luma inside the box, 0–255."""
    contrast: float
    """Standard deviation of luma inside the box."""
    sharpness: float
    """Variance of the Laplacian inside the box."""
    yaw_deg: float | None = None
    """Positive: turned to the picture's right."""
    pitch_deg: float | None = None
    """Positive: raised."""
    gaze_across: float | None = None
    """Eyes in the head, -1 (picture's left) to 1."""
    gaze_up: float | None = None
    smile: float | None = None
    brow_lowered: float | None = None


class FrameFacts(msgspec.Struct, frozen=True):
    """One frame. ``faces`` is None where no face was looked for; the largest comes first."""

    brightness: float
    """Mean luma, 0–255."""
    contrast: float
    """Standard deviation of luma."""
    sharpness: float
    """Variance of the Laplacian at the width the frame was looked at."""
    faces: tuple[FaceFacts, ...] | None = None


def luma(frame: RgbFrame) -> NDArray[np.float32]:
    return np.asarray(frame, dtype=np.float32) @ _LUMA


def laplacian_variance(gray: NDArray[np.float32]) -> float:
    """Sharpness as the variance of the 4-neighbour Laplacian (Pech-Pacheco et al., 2000)."""
    if gray.shape[0] < 3 or gray.shape[1] < 3:
        return 0.0
    inner = gray[1:-1, 1:-1]
    edges = gray[:-2, 1:-1] + gray[2:, 1:-1] + gray[1:-1, :-2] + gray[1:-1, 2:] - 4.0 * inner
    return float(edges.var())


def picture_facts(gray: NDArray[np.float32]) -> FrameFacts:
    """The facts that need no face; zeros for an empty picture."""
    if gray.size == 0:
        return FrameFacts(0.0, 0.0, 0.0)
    return FrameFacts(float(gray.mean()), float(gray.std()), laplacian_variance(gray))


def inside(
    gray: NDArray[np.float32], left: float, top: float, width: float, height: float
) -> NDArray[np.float32]:
    """The part of a picture in a box of shares, cut to the picture; empty if it lies outside."""
    rows, columns = gray.shape
    first_row, last_row = (int(np.clip(edge * rows, 0, rows)) for edge in (top, top + height))
    first_column, last_column = (int(np.clip(edge * columns, 0, columns)) for edge in (left, left + width))
    return gray[first_row:last_row, first_column:last_column]
