"""Session time and media time: wrap-around, drift, jumps, and never backwards."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from media_pipeline.clock import AUDIO_RATE_HZ, VIDEO_RATE_HZ, MediaClock, MediaClockOptions, SessionClock

WRAP = 1 << 32


class Hands:
    """A source of seconds that the test moves."""

    def __init__(self) -> None:
        self.seconds = 1234.5

    def __call__(self) -> float:
        return self.seconds


def test_a_session_begins_at_zero_and_a_resumed_one_where_it_was() -> None:
    hands = Hands()
    fresh, resumed = SessionClock(hands), SessionClock(hands, offset_ms=90_000)
    assert (fresh.now_ms(), resumed.now_ms()) == (0, 90_000)
    hands.seconds += 1.25
    assert (fresh.now_ms(), resumed.now_ms()) == (1_250, 91_250)
    assert fresh.exact_ms() == pytest.approx(1_250)


@given(
    start=st.integers(0, WRAP - 1),
    arrival_ms=st.floats(0, 1e7),
    delays=st.lists(st.floats(0, 15), min_size=1, max_size=200),
)
def test_media_time_follows_timestamps_not_arrival(
    start: int, arrival_ms: float, delays: list[float]
) -> None:
    """Whatever the network does within its tolerance, packets lie exactly 20 ms apart."""
    clock = MediaClock(AUDIO_RATE_HZ, MediaClockOptions(window_ms=1e9))
    times = [
        clock.at((start + 960 * number) % WRAP, arrival_ms + 20 * number + delay)
        for number, delay in enumerate(delays)
    ]
    assert times[0] == pytest.approx(arrival_ms + delays[0])
    for earlier, later in itertools.pairwise(times):
        assert later - earlier == pytest.approx(20, abs=1e-3)


@example(start=0, steps=[(1, 0.0), (90_000, 0.0), (0, 0.0)])
@given(
    start=st.integers(0, WRAP - 1),
    steps=st.lists(st.tuples(st.integers(0, 90_000 * 30), st.floats(0, 60_000)), max_size=100),
)
def test_media_time_never_goes_back_while_timestamps_do_not(
    start: int, steps: list[tuple[int, float]]
) -> None:
    clock = MediaClock(VIDEO_RATE_HZ)
    timestamp, arrival_ms = start, 0.0
    last = clock.at(timestamp, arrival_ms)
    for ticks, waited_ms in steps:
        timestamp, arrival_ms = (timestamp + ticks) % WRAP, arrival_ms + waited_ms
        now = clock.at(timestamp, arrival_ms)
        assert now >= last
        last = now


@given(order=st.permutations(range(8)), start=st.integers(0, WRAP - 1))
def test_late_packets_keep_their_place(order: list[int], start: int) -> None:
    clock = MediaClock(AUDIO_RATE_HZ)
    clock.at(start, 1_000)
    times = {number: clock.at((start + 960 * number) % WRAP, 1_200) for number in order}
    for number in range(8):
        assert times[number] == pytest.approx(1_000 + 20 * number, abs=1e-3)


@pytest.mark.parametrize("parts_per_million", [-200, 200])
def test_a_drifting_sender_is_followed_for_an_hour(parts_per_million: int) -> None:
    """200 ppm is 720 ms in an hour: uncorrected, captions would leave the recording."""
    dice = random.Random(7)
    clock = MediaClock(AUDIO_RATE_HZ, MediaClockOptions(lead_ms=20))
    faster = 1 + parts_per_million / 1e6
    errors = []
    for number in range(0, 50 * 3600, 5):
        real_ms = 20.0 * number
        media_ms = clock.at(int(960 * number * faster) % WRAP, real_ms + 20 + dice.random() * 10)
        errors.append(abs(media_ms - real_ms))
    assert max(errors) < 40


def test_a_slow_first_packet_is_made_up_for() -> None:
    """The first packet waited 400 ms for the handshake; all others come at once."""
    clock = MediaClock(AUDIO_RATE_HZ)
    clock.at(0, 400.0)
    last = 0.0
    for number in range(1, 50 * 120):
        last = clock.at(960 * number, 20.0 * number)
    assert last == pytest.approx(20.0 * (50 * 120 - 1), abs=25)


def test_a_sender_that_slept_is_mapped_anew() -> None:
    """A closed laptop stops its timestamps for a minute; what is said after it was not said before it."""
    clock = MediaClock(AUDIO_RATE_HZ)
    for number in range(100):
        clock.at(960 * number, 20.0 * number)
    late = [clock.at(960 * number, 60_000 + 20.0 * number) for number in range(100, 1_000)]
    assert late[-1] == pytest.approx(60_000 + 20.0 * 999, abs=25)
    assert late == sorted(late)


def test_timestamps_that_jump_ahead_cannot_come_from_the_future() -> None:
    clock = MediaClock(AUDIO_RATE_HZ)
    clock.at(0, 0.0)
    assert clock.at(960 + 48_000 * 3_600, 20.0) == pytest.approx(20.0)
    assert clock.at(1_920 + 48_000 * 3_600, 40.0) == pytest.approx(40.0)
