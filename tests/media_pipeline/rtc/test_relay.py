"""Passing encoded media on: whole chains only, bounded, one question to the candidate a second."""

from __future__ import annotations

import asyncio

import pytest
from aiortc.mediastreams import MediaStreamError
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.rtc.relay import Relay, RelayTrack


class Clock:
    def __init__(self) -> None:
        self.ms = 0.0

    def __call__(self) -> float:
        return self.ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def relay(clock: Clock) -> Relay:
    return Relay(clock)


async def taken(track: RelayTrack) -> list[bytes]:
    """Everything that waits."""
    got = []
    while True:
        try:
            async with asyncio.timeout(0.01):
                got.append(bytes(await track.recv()))
        except TimeoutError:
            return got


async def test_a_viewer_begins_with_a_keyframe_and_the_candidate_is_asked_for_one(
    relay: Relay, clock: Clock
) -> None:
    asked: list[float] = []
    relay.source(lambda: asked.append(clock.ms))
    track = relay.join("video")
    assert asked == [0.0]
    relay.picture("VP8", b"p1", 10, keyframe=False)
    clock.ms = 1_500
    relay.picture("VP8", b"p2", 1_500, keyframe=False)
    relay.picture("VP8", b"p3", 1_510, keyframe=False)
    assert asked == [0.0, 1_500], "once a second"
    relay.picture("VP8", b"k1", 1_600, keyframe=True)
    relay.picture("VP8", b"p4", 1_660, keyframe=False)
    assert await taken(track) == [b"k1", b"p4"]


async def test_session_time_is_the_viewers_clock(relay: Relay) -> None:
    sound, picture = relay.join("audio"), relay.join("video")
    relay.audio(b"opus", 2_000)
    relay.picture("VP8", b"k", 2_000, keyframe=True)
    heard, seen = await sound.recv(), await picture.recv()
    assert (heard.pts, seen.pts) == (96_000, 180_000)
    assert bytes(heard) == b"opus"


async def test_a_slow_viewer_skips_ahead_and_begins_anew(relay: Relay) -> None:
    slow = relay.join("video")
    relay.picture("VP8", b"k1", 0, keyframe=True)
    for number in range(100):
        relay.picture("VP8", b"p%d" % number, number, keyframe=False)
    assert await taken(slow) == []
    assert slow.skipped == 30
    relay.picture("VP8", b"k2", 200, keyframe=True)
    relay.picture("VP8", b"p", 201, keyframe=False)
    assert await taken(slow) == [b"k2", b"p"]


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=120))
async def test_what_is_sent_after_a_gap_begins_with_a_keyframe(script: list[tuple[bool, bool]]) -> None:
    """Whatever comes and however the viewer reads: no picture without all since its keyframe."""
    relay = Relay(lambda: 0.0)
    track, sent = relay.join("video"), []
    for number, (keyframe, reads) in enumerate(script):
        relay.picture("VP8", f"{'k' if keyframe else 'p'}{number}".encode(), number, keyframe=keyframe)
        if reads and track._kept:
            sent.append(bytes(await track.recv()).decode())
    while track._kept:
        sent.append(bytes(await track.recv()).decode())
    last = None
    for picture in sent:
        place = int(picture[1:])
        assert picture[0] == "k" or place == (last if last is not None else -2) + 1
        last = place


async def test_leaving_ends_the_track_and_nothing_is_kept_for_it(relay: Relay) -> None:
    track = relay.join("audio")
    waiting = asyncio.create_task(track.recv())
    await asyncio.sleep(0)
    track.stop()
    with pytest.raises(MediaStreamError):
        await waiting
    assert not relay.watched
    relay.audio(b"x", 0)


async def test_viewers_who_come_one_after_another_do_not_wait_a_second_each(
    relay: Relay, clock: Clock
) -> None:
    asked: list[float] = []
    relay.source(lambda: asked.append(clock.ms))
    relay.join("video")
    clock.ms = 100
    relay.picture("VP8", b"k", 100, keyframe=True)
    clock.ms = 200
    second = relay.join("video")
    for at_ms in (260, 320, 380):
        clock.ms = at_ms
        relay.picture("VP8", b"p", at_ms, keyframe=False)
    assert asked == [0, 320]
    relay.picture("VP8", b"k2", 400, keyframe=True)
    assert await taken(second) == [b"k2"]
