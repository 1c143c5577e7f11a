"""The same recordings a little later and louder or softer, so that a figure is not at a single word's mercy.

Twenty short recordings are two hundred words: one of them is half a point of error rate. A small model is
unsure of a few words in each, and which way it decides hangs on a hundredth of a second of silence in
front. Several versions of each recording, for both sides of a comparison, measure how often it errs
instead of whether it did once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from loadtest.speech_streams import Clip
from media_pipeline.audio.frame import SAMPLES_PER_MS

VERSIONS: Final = ((0, 1.0), (30, 0.85), (70, 0.7), (110, 1.1), (130, 1.2), (170, 0.5), (190, 0.95))
"""Silence in front in ms, and gain. No multiple of the detector's 32 ms."""


def versions_of(clips: Sequence[Clip], count: int) -> list[Clip]:
    """All clips as they are, then all in the second version, and so on; ``count`` versions in all.

    A clip is never made so loud that it would be clipped.
    """
    return [_version(clip, number) for number in range(count) for clip in clips]


def _version(clip: Clip, number: int) -> Clip:
    if number == 0:
        return clip
    delay_ms, gain = VERSIONS[number]
    loudest = int(np.abs(clip.samples.astype(np.int32)).max(initial=1))
    samples = np.rint(clip.samples * min(gain, 32_767 / loudest)).astype(np.int16)
    silence = np.zeros(delay_ms * SAMPLES_PER_MS, np.int16)
    return replace(clip, name=f"{clip.name} ({number + 1})", samples=np.concatenate((silence, samples)))
