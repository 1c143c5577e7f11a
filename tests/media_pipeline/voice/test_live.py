"""Somebody's own voice on the candidate's track, in virtual time."""

from __future__ import annotations

import asyncio
import itertools

from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.voice.live import LiveVoice
from media_pipeline.voice.opus import SAMPLES, SILENCE
from media_pipeline.voice.track import Playout, VoiceTrack
from tests.media_pipeline.voice import virtual_time
from tests.media_pipeline.voice.virtual_time import now_ms


class Line:
    """A track that plays the system's voice and somebody's own, and what its connection took of it."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, int, bytes]] = []
        self.playout = Playout(lambda utterance: None, lambda utterance: None)
        self.live = LiveVoice(self.playout.rouse, now_ms)
        self.track = VoiceTrack(self.playout, lambda track: None, self.live)

    async def send_on(self) -> None:
        while True:
            packet = await self.track.recv()
            assert packet.pts is not None
            self.sent.append((now_ms(), packet.pts, bytes(packet)))

    def loud(self) -> list[tuple[int, int, bytes]]:
        return [sent for sent in self.sent if sent[2] != SILENCE]


def said(number: int) -> bytes:
    return b"\xf8" + bytes([number % 250]) + b"own"


async def speak(line: Line, packets: int, *, lost: frozenset[int] = frozenset(), late_ms: int = 0) -> None:
    """As packets come in: 20 ms each, told when they are complete."""
    begun = now_ms()
    for number in range(packets):
        await asyncio.sleep(0.02)
        if number not in lost:
            line.live.audio(said(number), begun + 20 * number - late_ms)


def heard(packets: int, lost: frozenset[int] = frozenset(), silence_s: float = 10.0) -> Line:
    async def scenario() -> Line:
        line = Line()
        sending = asyncio.create_task(line.send_on())
        await asyncio.sleep(silence_s)
        line.live.begin()
        await speak(line, packets, lost=lost)
        line.live.end()
        await asyncio.sleep(2)
        sending.cancel()
        return line

    return virtual_time.run(scenario())


def test_it_is_passed_on_at_once_and_as_it_came() -> None:
    line = heard(100)
    loud = line.loud()
    assert [payload for _, _, payload in loud] == [said(number) for number in range(100)]
    assert [at_ms for at_ms, _, _ in loud] == [10_020 + 20 * number for number in range(100)], "no delay"
    assert {b - a for (_, a, _), (_, b, _) in itertools.pairwise(loud)} == {SAMPLES}


def test_a_lost_packet_leaves_its_gap() -> None:
    line = heard(50, lost=frozenset({20, 21}))
    ticks = [pts for _, pts, _ in line.loud()]
    gaps = [b - a for a, b in itertools.pairwise(ticks)]
    assert gaps.count(3 * SAMPLES) == 1
    assert gaps.count(SAMPLES) == len(gaps) - 1


@given(st.lists(st.integers(-400, 400), min_size=5, max_size=40), st.floats(0.1, 2.0))
def test_a_corrected_clock_is_not_heard(corrections: list[int], silence_s: float) -> None:
    async def scenario() -> Line:
        line = Line()
        sending = asyncio.create_task(line.send_on())
        await asyncio.sleep(silence_s)
        line.live.begin()
        begun = now_ms()
        for number, correction in enumerate(corrections):
            await asyncio.sleep(0.02)
            line.live.audio(said(number), begun + 20 * number + correction / 100)
        await asyncio.sleep(0.01)
        sending.cancel()
        return line

    ticks = [pts for _, pts, _ in virtual_time.run(scenario()).loud()]
    assert {b - a for a, b in itertools.pairwise(ticks)} == {SAMPLES}


def test_the_clock_never_goes_back_between_the_two_voices() -> None:
    async def scenario() -> Line:
        line = Line()
        sending = asyncio.create_task(line.send_on())
        for turn in range(4):
            await line.playout.put(f"u{turn}", tuple(b"\xf8" + bytes([n, 9]) for n in range(30)))
            await asyncio.sleep(0.3)
            line.playout.clear()  # as `Voice.hold` does
            line.live.begin()
            await speak(line, 25)
            line.live.end()
        await asyncio.sleep(1)
        sending.cancel()
        return line

    line = virtual_time.run(scenario())
    assert all(later[1] >= earlier[1] + SAMPLES for earlier, later in itertools.pairwise(line.sent))
    assert sum(payload.endswith(b"own") for _, _, payload in line.sent) == 100
    assert all(abs(pts / 48 - at_ms) <= 45 for at_ms, pts, _ in line.sent), "pauses are as long as they were"


def test_on_air_and_silent_the_listener_still_hears_of_us() -> None:
    async def scenario() -> Line:
        line = Line()
        sending = asyncio.create_task(line.send_on())
        await asyncio.sleep(1)
        line.live.begin()
        await asyncio.sleep(10)
        await speak(line, 10)
        await asyncio.sleep(0.01)
        sending.cancel()
        return line

    line = virtual_time.run(scenario())
    meanwhile = [at_ms for at_ms, _, _ in line.sent if 2_000 < at_ms < 11_000]
    assert 10 <= len(meanwhile) <= 30
    assert len(line.loud()) == 10


def test_what_nobody_took_in_time_is_counted_and_not_said_late() -> None:
    async def scenario() -> Line:
        line = Line()
        line.live.begin()
        await speak(line, 150)  # there is no connection
        await asyncio.sleep(0.9)
        sending = asyncio.create_task(line.send_on())
        await asyncio.sleep(0.1)
        await speak(line, 50)
        await asyncio.sleep(0.01)
        sending.cancel()
        return line

    line = virtual_time.run(scenario())
    assert line.live.unheard_ms + 20 * len(line.loud()) == 200 * 20
    assert len(line.loud()) < 60
    assert line.loud()[-1][2] == said(49)
