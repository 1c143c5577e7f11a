"""Segments of speech from scored spans: table of times, and what holds for any input."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from media_pipeline.audio.segmenter import (
    Began,
    Boundary,
    Ceased,
    Paused,
    SegmenterOptions,
    SegmenterState,
    advance,
    finish,
)

OPTIONS = SegmenterOptions(
    min_voiced_ms=100,
    onset_gap_ms=100,
    hangover_ms=500,
    soft_limit_ms=5_000,
    short_hangover_ms=200,
    hard_limit_ms=8_000,
)
SPAN_MS = 20


def run(stretches: list[tuple[int, float]], options: SegmenterOptions = OPTIONS) -> list[Boundary]:
    """(milliseconds, probability) stretches in spans of 20 ms, then the end of the stream."""
    state = SegmenterState(0)
    boundaries: list[Boundary] = []
    for length_ms, probability in stretches:
        for _ in range(length_ms // SPAN_MS):
            state, new = advance(state, SPAN_MS, probability, options)
            boundaries += new
    _, new = finish(state)
    return [*boundaries, *new]


@pytest.mark.parametrize(
    ("stretches", "expected"),
    [
        ([(3_000, 0.0)], []),
        ([(1_000, 0.0), (80, 0.9), (1_000, 0.0)], []),  # a click
        ([(1_000, 0.0), (80, 0.9), (200, 0.0), (80, 0.9), (1_000, 0.0)], []),  # two clicks
        ([(1_000, 0.0), (600, 0.9), (1_000, 0.0)], [Began(1_000), Ceased(1_600, 600, "silence")]),
        ([(1_000, 0.0), (60, 0.9), (60, 0.2), (600, 0.9), (1_000, 0.0)],
         [Began(1_000), Ceased(1_720, 660, "silence")]),  # a stop consonant in the onset
        ([(600, 0.9), (480, 0.1), (600, 0.9), (1_000, 0.1)], [Began(0), Ceased(1_680, 1_200, "silence")]),
        ([(600, 0.9), (500, 0.1), (600, 0.9), (1_000, 0.1)],
         [Began(0), Ceased(600, 600, "silence"), Began(1_100), Ceased(1_700, 600, "silence")]),
        # Weak: enough to go on, not to begin.
        ([(600, 0.9), (1_000, 0.4), (1_000, 0.1)], [Began(0), Ceased(1_600, 1_600, "silence")]),
        ([(1_000, 0.4)], []),
        ([(600, 0.9)], [Began(0), Ceased(600, 600, "stream_end")]),
        # Beyond the soft limit a short silence is enough.
        ([(5_200, 0.9), (240, 0.0), (400, 0.9), (600, 0.0)],
         [Began(0), Ceased(5_200, 5_200, "silence"), Began(5_440), Ceased(5_840, 400, "silence")]),
        # At the hard limit it is cut and goes on at once.
        ([(9_000, 0.9), (600, 0.0)],
         [Began(0), Ceased(8_000, 8_000, "length"),
          Began(8_000, continues=True), Ceased(9_000, 1_000, "silence")]),
    ],
)  # fmt: skip
def test_table_of_times(stretches: list[tuple[int, float]], expected: list[Boundary]) -> None:
    assert run(stretches) == expected


def test_a_pause_is_told_once_and_whether_or_not_speech_goes_on() -> None:
    stretches = [(600, 0.9), (300, 0.1), (600, 0.9), (1_000, 0.1)]

    boundaries = run(stretches, replace(OPTIONS, pause_ms=200))

    assert boundaries == [Began(0), Paused(600), Paused(1_500), Ceased(1_500, 1_200, "silence")]


@given(st.lists(st.tuples(st.integers(20, 4_000), st.floats(0, 1)), max_size=30))
@example([(7_800, 1.0), (400, 0.0)])  # cut at the hard limit inside a short silence
def test_boundaries_alternate_and_time_never_runs_back(stretches: list[tuple[int, float]]) -> None:
    boundaries = run(stretches)
    assert len(boundaries) % 2 == 0
    times: list[float] = []
    for began, ceased in zip(boundaries[::2], boundaries[1::2], strict=True):
        assert isinstance(began, Began)
        assert isinstance(ceased, Ceased)
        assert ceased.end_ms - began.start_ms <= OPTIONS.hard_limit_ms
        times += [began.start_ms, ceased.end_ms]
    assert times == sorted(times)
