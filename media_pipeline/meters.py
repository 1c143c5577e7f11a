"""What a session tells now and then while it runs: level a few times a second, delivery every few seconds."""

from __future__ import annotations

from collections.abc import Callable

from media_pipeline.audio.frame import AudioFrame
from media_pipeline.audio.levels import FLOOR_DBFS, dbfs_of_power, mean_square

OnLevel = Callable[[float, bool], None]
"""Level in dBFS, and whether the candidate is speaking."""

LEVEL_EVERY_MS = 200.0


class LevelMeter:
    """The microphone's level for live meters, five times a second of media time."""

    def __init__(self) -> None:
        self.on_level: OnLevel | None = None
        self.level_dbfs = FLOOR_DBFS
        self._power = 0.0
        self._gathered_ms = 0.0

    def add(self, frame: AudioFrame, *, speaking: bool) -> None:
        self._power += mean_square(frame.samples) * frame.duration_ms
        self._gathered_ms += frame.duration_ms
        if self._gathered_ms < LEVEL_EVERY_MS:
            return
        self.level_dbfs = dbfs_of_power(self._power / self._gathered_ms)
        self._power = self._gathered_ms = 0.0
        if self.on_level is not None:
            self.on_level(self.level_dbfs, speaking)
