"""Whole connections between two real peers on this machine."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import pytest

from media_pipeline.audio.frame import AudioFrame
from media_pipeline.errors import OfferError
from media_pipeline.rtc.connection import Connection, ConnectionState, MediaHandlers
from media_pipeline.rtc.options import LivenessOptions, RtcOptions
from media_pipeline.rtc.threads import MediaThreads
from tests.media_pipeline.rtc.peers import Caller, PacketTrack, PictureTrack, opus_packets

PLAIN = opus_packets(1)
RESILIENT = opus_packets(1, fec=True)


class Session:
    """What a session would make of its connection."""

    def __init__(self, options: RtcOptions | None = None) -> None:
        self.threads = MediaThreads(options or RtcOptions())
        self.frames: list[AudioFrame] = []
        self.pictures: list[tuple[av.VideoFrame, float]] = []
        self.states: list[tuple[ConnectionState, str]] = []
        self._loop = asyncio.get_running_loop()
        self._zero_s = self._loop.time()

    def now_ms(self) -> float:
        return (self._loop.time() - self._zero_s) * 1000.0

    async def answer(self, caller: Caller, voice: Any = None) -> Connection:
        connection = await Connection.answer(
            await caller.offer(),
            threads=self.threads,
            handlers=MediaHandlers(
                audio=self.frames.append,
                picture=lambda picture, at_ms: self.pictures.append((picture, at_ms)),
                state=lambda _, state, reason: self.states.append((state, reason)),
            ),
            now_ms=self.now_ms,
            voice=None if voice is None else lambda: voice,
        )
        await caller.accept(connection.answer_sdp)
        return connection


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Waits for something that must come to pass; the limit is for a broken build only."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.fixture
async def session() -> AsyncIterator[Session]:
    opened = Session()
    yield opened
    opened.threads.close()


@contextmanager
def cut_off(caller: Caller, passes: Callable[[bytes], bool] = lambda data: False) -> Iterator[None]:
    """What ``caller`` sends is lost on the way, unless it ``passes``."""
    protocols = [
        protocol
        for transport in caller.peer._RTCPeerConnection__iceTransports  # type: ignore[attr-defined]
        for protocol in transport._connection._protocols
    ]
    real = [(protocol.transport, protocol) for protocol in protocols]

    class Cut:
        def __init__(self, transport: Any) -> None:
            self._transport = transport

        def sendto(self, data: bytes, address: Any) -> None:
            if passes(data):
                self._transport.sendto(data, address)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._transport, name)

    for transport, protocol in real:
        protocol.transport = Cut(transport)
    try:
        yield
    finally:
        for transport, protocol in real:
            protocol.transport = transport


async def test_sound_and_picture_arrive_on_session_time(session: Session) -> None:
    caller = Caller(PacketTrack(PLAIN), PictureTrack())
    connection = await session.answer(caller)
    await until(lambda: len(session.frames) >= 75 and len(session.pictures) >= 5)
    for earlier, later in itertools.pairwise(session.frames):
        assert later.start_ms - earlier.start_ms == pytest.approx(20, abs=0.5)
    assert session.frames[-1].end_ms <= session.now_ms() + 1
    times = [at_ms for _, at_ms in session.pictures]
    assert min(b - a for a, b in itertools.pairwise(times)) > 100, "a few pictures a second"
    assert session.pictures[0][0].width == 320
    await connection.close()
    assert session.states == [("connected", ""), ("closed", "closed")]
    await caller.close()


async def test_the_voice_is_sent_where_the_offer_allows_it(session: Session) -> None:
    caller = Caller(PacketTrack(PLAIN), receive_audio=True)
    voice = PacketTrack(PLAIN)
    connection = await session.answer(caller, voice)
    frame = await asyncio.wait_for(caller.peer.getTransceivers()[0].receiver.track.recv(), 60)
    assert frame.sample_rate == 48_000  # type: ignore[union-attr]
    await connection.close()
    assert voice.readyState == "ended"
    await caller.close()


async def test_the_voice_is_stopped_where_nobody_would_hear_it(session: Session) -> None:
    caller = Caller(PacketTrack(PLAIN))
    voice = PacketTrack(PLAIN)
    connection = await session.answer(caller, voice)
    assert voice.readyState == "ended"
    await until(lambda: session.frames)
    await connection.close()
    await caller.close()


async def test_an_outage_is_noticed_and_its_end_too() -> None:
    quick = LivenessOptions(ping_after_ms=200, lost_after_ms=600, close_after_ms=60_000)
    session = Session(RtcOptions(liveness=quick))
    caller = Caller(PacketTrack(PLAIN))
    connection = await session.answer(caller)
    await until(lambda: session.frames)
    with cut_off(caller):
        await until(lambda: ("lost", "silent") in session.states)
        assert connection.state == "lost"
    await until(lambda: session.states[-1] == ("connected", "back"))
    heard = len(session.frames)
    await until(lambda: len(session.frames) > heard + 10)
    assert any(frame.concealed for frame in session.frames), "the outage is filled in"
    await connection.close()
    await caller.close()
    session.threads.close()


async def test_a_peer_that_stays_away_is_closed() -> None:
    quick = LivenessOptions(ping_after_ms=100, lost_after_ms=300, close_after_ms=800)
    session = Session(RtcOptions(liveness=quick))
    caller = Caller(PacketTrack(PLAIN))
    await session.answer(caller)
    await until(lambda: session.frames)
    with cut_off(caller):
        await until(lambda: session.states[-1] == ("closed", "silent"))
    await caller.close()
    session.threads.close()


async def test_a_muted_peer_that_answers_pings_is_not_lost() -> None:
    """No media, no RTCP, only STUN: alive."""
    quick = LivenessOptions(ping_after_ms=200, lost_after_ms=1_000, close_after_ms=60_000)
    session = Session(RtcOptions(liveness=quick))
    caller = Caller(PacketTrack(PLAIN))
    connection = await session.answer(caller)
    await until(lambda: session.frames)
    with cut_off(caller, lambda data: data[0] <= 3):
        await asyncio.sleep(2.0)
    assert session.states == [("connected", "")]
    await connection.close()
    await caller.close()
    session.threads.close()


async def test_a_peer_that_never_comes_is_given_up_on() -> None:
    session = Session(RtcOptions(liveness=LivenessOptions(connect_within_ms=300)))
    caller = Caller(PacketTrack(PLAIN))
    connection = await Connection.answer(
        await caller.offer(),
        threads=session.threads,
        handlers=MediaHandlers(state=lambda _, state, reason: session.states.append((state, reason))),
        now_ms=session.now_ms,
    )
    await until(lambda: connection.state == "closed")
    assert session.states == [("closed", "never connected")]
    await caller.close()
    session.threads.close()


async def test_malformed_payloads_do_not_end_the_sound(session: Session) -> None:
    caller = Caller(PacketTrack([*PLAIN[:10], b"\xff", b"\x03", *PLAIN[10:20]]))
    connection = await session.answer(caller)
    await until(lambda: connection.audio_in.counts.malformed >= 4)
    heard = len(session.frames)
    await until(lambda: len(session.frames) >= heard + 25)
    await connection.close()
    await caller.close()


async def test_lost_packets_come_back_by_error_correction(session: Session) -> None:
    numbers = itertools.count()

    def passes(data: bytes) -> bool:
        is_rtp = 128 <= data[0] <= 191 and data[1] & 0x7F >= 96  # RTCP's types are below
        return not is_rtp or next(numbers) % 10 != 5

    caller = Caller(PacketTrack(RESILIENT))
    connection = await session.answer(caller)
    await until(lambda: session.frames)
    with cut_off(caller, passes):
        await until(lambda: connection.audio_in.jitter.counts.lost >= 10)
    counts = connection.audio_in.counts
    assert counts.recovered_ms > counts.concealed_ms
    for earlier, later in itertools.pairwise(session.frames):
        assert later.start_ms - earlier.start_ms == pytest.approx(20, abs=0.5)
    await connection.close()
    await caller.close()


async def test_when_the_peer_leaves_the_connection_ends(session: Session) -> None:
    caller = Caller(PacketTrack(PLAIN))
    await session.answer(caller)
    await until(lambda: session.frames)
    await caller.close()
    await until(lambda: session.states[-1] == ("closed", "left"))


async def test_nothing_is_left_behind() -> None:
    """Tasks, sockets and threads after connections that lived, never connected, or were refused."""
    session = Session()
    caller = Caller(PacketTrack(PLAIN), PictureTrack())  # once, so that pools and modules are there
    connection = await session.answer(caller)
    await until(lambda: session.frames and session.pictures)
    await connection.close()
    await caller.close()
    await asyncio.sleep(0.1)
    before = counted()
    for _ in range(3):
        caller = Caller(PacketTrack(PLAIN), PictureTrack())
        connection = await session.answer(caller)
        await until(lambda: connection.state == "connected")  # noqa: B023
        await connection.close()
        await caller.close()
        never = Caller(PacketTrack(PLAIN))
        offer = await never.offer()
        closed_at_once = await Connection.answer(
            offer, threads=session.threads, handlers=MediaHandlers(), now_ms=session.now_ms
        )
        await closed_at_once.close()
        await closed_at_once.close()
        with pytest.raises(OfferError):
            await Connection.answer(
                offer.replace("opus", "mp3"),
                threads=session.threads,
                handlers=MediaHandlers(),
                now_ms=session.now_ms,
                voice=lambda: PacketTrack(PLAIN),
            )
        await never.close()
    await until(lambda: all(now <= then for now, then in zip(counted(), before, strict=True)))
    session.threads.close()


def counted() -> tuple[int, int, int]:
    """Tasks, open files, threads. aiortc's own receivers (the caller's) end their threads themselves."""
    return len(asyncio.all_tasks()), len(list(Path("/proc/self/fd").iterdir())), threading.active_count()
