"""The outgoing track's pace, in virtual time."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from aiortc.mediastreams import MediaStreamError

from media_pipeline.voice.opus import SAMPLES, SILENCE
from media_pipeline.voice.track import Playout, VoiceTrack
from tests.media_pipeline.voice import virtual_time
from tests.media_pipeline.voice.virtual_time import now_ms


class Line:
    """A track, and what its connection took from it: (session ms, RTP timestamp, payload)."""

    def __init__(self, packets_at_most: int = 1500) -> None:
        self.heard: list[str] = []
        self.ended: list[tuple[str, int]] = []
        self.opened = 0
        self.sent: list[tuple[int, int, bytes]] = []
        self.playout = Playout(
            self.heard.append, lambda utterance: self.ended.append((utterance, now_ms())), packets_at_most
        )
        self.track = VoiceTrack(self.playout, self._open)

    def _open(self, _: VoiceTrack) -> None:
        self.opened += 1

    async def send(self, packets: int) -> None:
        for _ in range(packets):
            packet = await self.track.recv()
            assert packet.pts is not None
            self.sent.append((now_ms(), packet.pts, bytes(packet)))


def speech(count: int) -> tuple[bytes, ...]:
    return tuple(b"\xf8" + bytes([number % 250]) for number in range(count))


def test_speech_is_sent_every_20_ms_in_order() -> None:
    async def scenario() -> Line:
        line = Line()
        await line.playout.put("u1", speech(50))
        line.playout.end("u1")
        await line.send(60)
        return line

    line = virtual_time.run(scenario())
    assert [at_ms for at_ms, _, _ in line.sent] == [20 * number for number in range(60)]
    assert [pts for _, pts, _ in line.sent] == [SAMPLES * number for number in range(60)]
    assert tuple(payload for _, _, payload in line.sent) == (*speech(50), *[SILENCE] * 10)
    assert line.heard == ["u1"] * 50
    assert line.ended == [("u1", 980)]
    assert line.opened == 1


def test_a_recording_is_told_what_is_said_when_it_is_sent() -> None:
    async def scenario() -> list[tuple[bytes, float]]:
        line = Line()
        told: list[tuple[bytes, float]] = []
        line.playout.sent = lambda payload, late_ms: told.append((payload, now_ms() - late_ms))
        await line.send(5)
        await line.playout.put("u1", speech(10))
        line.playout.end("u1")
        await line.send(20)
        return told

    told = virtual_time.run(scenario())
    assert [payload for payload, _ in told] == list(speech(10))
    assert [at_ms for _, at_ms in told] == pytest.approx([100 + 20 * number for number in range(10)])


def test_silence_costs_next_to_nothing_and_the_clock_runs_on() -> None:
    async def scenario() -> list[tuple[int, int, bytes]]:
        line = Line()
        while now_ms() < 60_000:
            await line.send(1)
        return line.sent

    sent = virtual_time.run(scenario())
    assert len(sent) < 26 + 60_000 / 400 + 2
    assert all(payload == SILENCE for _, _, payload in sent)
    assert all(abs(pts / 48 - at_ms) <= 20 for at_ms, pts, _ in sent)
    assert all(later[1] > earlier[1] for earlier, later in itertools.pairwise(sent))


def test_speech_after_a_long_silence_is_sent_at_once() -> None:
    async def scenario() -> tuple[int, list[tuple[int, int, bytes]]]:
        line = Line()
        sending = asyncio.create_task(line.send(400))
        await asyncio.sleep(30.123)
        spoke_ms = now_ms()
        await line.playout.put("u1", speech(100))
        await asyncio.sleep(3)
        sending.cancel()
        return spoke_ms, line.sent

    spoke_ms, sent = virtual_time.run(scenario())
    loud = [(at_ms, pts) for at_ms, pts, payload in sent if payload != SILENCE]
    assert len(loud) == 100
    assert loud[0][0] - spoke_ms <= 20
    assert abs(loud[0][1] / 48 - loud[0][0]) <= 20
    assert {later - earlier for (_, earlier), (_, later) in itertools.pairwise(loud)} == {SAMPLES}
    gaps = [later - earlier for (earlier, _), (later, _) in itertools.pairwise(loud)]
    assert max(gaps) <= 40
    assert loud[-1][0] - loud[0][0] <= 100 * 20


def test_lost_time_is_not_caught_up_in_a_burst() -> None:
    async def scenario() -> list[tuple[int, int, bytes]]:
        line = Line()
        await line.playout.put("u1", speech(100))
        await line.send(10)
        await asyncio.sleep(5)  # the sender was held up
        await line.send(10)
        return line.sent

    sent = virtual_time.run(scenario())
    assert [at_ms for at_ms, _, _ in sent[10:]] == pytest.approx(
        [5_180 + 20 * number for number in range(10)], abs=20
    )
    assert sent[10][1] > sent[9][1] + SAMPLES * 200


def test_what_is_cleared_is_not_sent() -> None:
    async def scenario() -> Line:
        line = Line()
        await line.playout.put("u1", speech(100))
        line.playout.end("u1")
        await line.send(5)
        line.playout.clear()
        await line.send(5)
        return line

    line = virtual_time.run(scenario())
    assert [payload for _, _, payload in line.sent[5:]] == [SILENCE] * 5
    assert line.ended == []


def test_a_full_playout_makes_the_synthesizer_wait_and_drops_nothing() -> None:
    async def scenario() -> tuple[int, Line]:
        line = Line(packets_at_most=10)
        putting = asyncio.create_task(line.playout.put("u1", speech(100)))
        await asyncio.sleep(0)
        waiting = len(line.playout)
        await line.send(110)
        await putting
        return waiting, line

    waiting, line = virtual_time.run(scenario())
    assert waiting == 10
    assert tuple(payload for _, _, payload in line.sent if payload != SILENCE) == speech(100)


def test_a_stopped_track_ends_its_sender() -> None:
    async def scenario() -> None:
        line = Line()
        await line.send(60)
        waiting = asyncio.create_task(line.track.recv())
        await asyncio.sleep(0.01)
        line.track.stop()
        with pytest.raises(MediaStreamError):
            await waiting
        with pytest.raises(MediaStreamError):
            await line.track.recv()

    virtual_time.run(scenario())
