from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from media_pipeline.audio.levels import FLOOR_DBFS, clipped_samples, level_dbfs


def test_known_levels() -> None:
    assert level_dbfs(np.zeros(320, np.int16)) == FLOOR_DBFS
    assert level_dbfs(np.empty(0, np.int16)) == FLOOR_DBFS
    assert level_dbfs(np.full(320, -32_768, np.int16)) == pytest.approx(0.0)
    sine = (16_384 * np.sin(np.arange(1_600) * 2 * np.pi / 16)).astype(np.int16)
    assert level_dbfs(sine) == pytest.approx(-9.03, abs=0.05)


def test_both_ends_of_the_range_clip() -> None:
    assert clipped_samples(np.array([32_767, -32_768, 32_700, -32_700, 32_000, 0], np.int16)) == 4


@given(hnp.arrays(np.int16, st.integers(1, 400)))
def test_levels_stay_in_range_and_double_by_six_decibels(samples: np.ndarray) -> None:
    level = level_dbfs(samples)
    assert FLOOR_DBFS <= level <= 0.01
    halved = (samples // 2 * 2 // 2).astype(np.int16)
    assert level_dbfs(halved) <= level + 0.01
