"""Running measures over speech: a recent value and the person's own baseline beside it. Pure."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from media_pipeline.audio.levels import FLOOR_DBFS, clipped_samples, dbfs_of_power, mean_square


@dataclass(slots=True)
class Baseline:
    """A weighted mean over somebody's first so many ms of speech; then it stays as it is.

    It must not follow the person: what is to be seen later is the difference from the beginning.
    """

    known_from_ms: float
    """Below this much speech there is no baseline yet."""

    learned_ms: float
    """Speech after this much is no longer taken in."""

    amount: float = 0.0
    speech_ms: float = 0.0

    def add(self, amount: float, speech_ms: float) -> None:
        if self.speech_ms < self.learned_ms:
            self.amount += amount
            self.speech_ms += speech_ms

    @property
    def per_ms(self) -> float | None:
        return self.amount / self.speech_ms if self.speech_ms >= self.known_from_ms else None


MINUTE_MS: Final = 60_000.0


@dataclass(slots=True)
class Pace:
    """Units a minute of speech: now (the last finals of this answer) and at the beginning."""

    recent_ms: float = 20_000
    """Speech that "now" looks back on, in ms."""

    least_ms: float = 5_000
    """Less speech says nothing about pace."""

    baseline: Baseline = field(default_factory=lambda: Baseline(known_from_ms=15_000, learned_ms=90_000))
    _recent: deque[tuple[int, float]] = field(default_factory=deque)

    def add(self, units: int, speech_ms: float) -> None:
        """One utterance: how much was said in how long."""
        if units <= 0 or speech_ms <= 0:
            return
        self.baseline.add(units, speech_ms)
        self._recent.append((units, speech_ms))
        while sum(ms for _, ms in self._recent) - self._recent[0][1] >= self.recent_ms:
            self._recent.popleft()

    def next_answer(self) -> None:
        self._recent.clear()

    @property
    def per_minute(self) -> float | None:
        speech_ms = sum(ms for _, ms in self._recent)
        if speech_ms < self.least_ms:
            return None
        return sum(units for units, _ in self._recent) / speech_ms * MINUTE_MS

    @property
    def baseline_per_minute(self) -> float | None:
        per_ms = self.baseline.per_ms
        return None if per_ms is None else per_ms * MINUTE_MS


BUCKET_MS: Final = 100.0
ACTIVE_MARGIN_DB: Final = 15.9
"""Of ITU-T P.56: what is so much weaker than the active speech level is a pause, not quiet speech."""


@dataclass(slots=True)
class Volume:
    """Active speech level in dBFS: mean power of those 100 ms that are not pauses (after ITU-T P.56)."""

    recent_ms: float = 20_000
    least_ms: float = 2_000
    baseline: Baseline = field(default_factory=lambda: Baseline(known_from_ms=10_000, learned_ms=60_000))
    _buckets: deque[float] = field(default_factory=deque)
    _power: float = 0.0
    _power_ms: float = 0.0
    _samples: int = 0
    _clipped: int = 0

    def add(self, samples: NDArray[np.int16], duration_ms: float) -> None:
        """Audio of the candidate's speech."""
        if duration_ms <= 0:
            return
        self._samples += len(samples)
        self._clipped += clipped_samples(samples)
        self._power += mean_square(samples) * duration_ms
        self._power_ms += duration_ms
        if self._power_ms >= BUCKET_MS:
            self._close_bucket()

    def next_answer(self) -> None:
        self._samples = self._clipped = 0

    @property
    def dbfs(self) -> float | None:
        if len(self._buckets) * BUCKET_MS < self.least_ms:
            return None
        powers = np.asarray(self._buckets)
        return dbfs_of_power(float(powers[powers >= self._pause_below()].mean()))

    @property
    def baseline_dbfs(self) -> float | None:
        power = self.baseline.per_ms
        return None if power is None else dbfs_of_power(power)

    @property
    def clipping_share(self) -> float | None:
        return self._clipped / self._samples if self._samples else None

    def _close_bucket(self) -> None:
        power = self._power / self._power_ms
        self._buckets.append(power)
        if len(self._buckets) > self.recent_ms / BUCKET_MS:
            self._buckets.popleft()
        if power >= self._pause_below():
            self.baseline.add(power * self._power_ms, self._power_ms)
        self._power = self._power_ms = 0.0

    def _pause_below(self) -> float:
        mean = math.fsum(self._buckets) / len(self._buckets)
        return mean * 10 ** (-ACTIVE_MARGIN_DB / 10) if dbfs_of_power(mean) > FLOOR_DBFS else 0.0
