"""The recorder between event loop and disk: what it says when the disk is slow, full or back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from media_pipeline.events import Event, PartDegraded, RecordingChanged
from media_pipeline.recording.archive import RecordingArchive
from media_pipeline.recording.part_file import PartWriter
from media_pipeline.recording.recorder import Recorder, RecorderOptions
from media_pipeline.recording.sealing import MasterKeys
from media_pipeline.recording.timeline import Sample
from media_pipeline.rtc.connection import Connection, MediaHandlers
from media_pipeline.rtc.lanes import LanePool
from media_pipeline.rtc.options import RtcOptions
from media_pipeline.rtc.relay import Relay
from media_pipeline.rtc.threads import MediaThreads
from tests.media_pipeline.recording.material import demuxed, pictures, samples, sound
from tests.media_pipeline.rtc.peers import Caller, PacketTrack, PictureTrack

DEGRADED = "missing"


@pytest.fixture
def archive(tmp_path: Path) -> RecordingArchive:
    return RecordingArchive(tmp_path / "recordings", MasterKeys({"m1": bytes(range(32))}))


@pytest.fixture
def pool() -> Iterator[LanePool]:
    pool = LanePool(1, "test-recording")
    yield pool
    pool.close()


class Disk:
    """An archive whose disk can be slow or refuse."""

    def __init__(self, archive: RecordingArchive) -> None:
        self._archive = archive
        self.goes = threading.Event()
        self.goes.set()
        self.full = False

    def new_part(self, interview: str, start_ms: int) -> PartWriter:
        self.goes.wait(10)
        if self.full:
            raise OSError(28, "No space left on device")
        return self._archive.new_part(interview, start_ms)


class Told:
    """What the recorder emitted."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)

    @property
    def states(self) -> list[str]:
        return [event.state for event in self.events if isinstance(event, PartDegraded)]

    @property
    def parts(self) -> list[tuple[str, int | None]]:
        return [(event.state, event.part) for event in self.events if isinstance(event, RecordingChanged)]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
async def recorder(archive: RecordingArchive, pool: LanePool, told: Told) -> AsyncIterator[Recorder]:
    recorder = Recorder("one", archive, pool, told)
    yield recorder
    await recorder.close()


def feed(recorder: Recorder, sent: list[Sample]) -> None:
    for sample in sent:
        if sample.track == "picture":
            recorder.picture(sample.codec, sample.payload, sample.at_ms, keyframe=sample.keyframe)
        else:
            recorder.audio(sample.payload, sample.at_ms)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.005)


async def test_what_comes_while_it_is_wanted_is_recorded(
    recorder: Recorder, archive: RecordingArchive, told: Told
) -> None:
    feed(recorder, samples(0.0, 2.0))
    recorder.want(True)
    feed(recorder, samples(10_000.0, 2.0))
    recorder.want(False)
    feed(recorder, samples(20_000.0, 2.0))
    await recorder.close()
    assert told.parts == [("started", 1), ("stopped", 1)]
    assert told.states == []
    (part,) = archive.parts("one")
    assert (part.start_ms, part.end_ms) == (10_000, 12_000)


async def test_a_pause_ends_a_part(recorder: Recorder, archive: RecordingArchive, told: Told) -> None:
    for start_ms in (0.0, 5_000.0):
        recorder.want(True)
        feed(recorder, samples(start_ms, 2.0))
        recorder.want(False)
    await recorder.close()
    assert [part.start_ms for part in archive.parts("one")] == [0, 5_000]
    assert told.parts == [("started", 1), ("stopped", 1), ("started", 2), ("stopped", 2)]


async def test_keyframes_are_asked_for_at_the_beginning_and_every_ten_seconds(recorder: Recorder) -> None:
    asked: list[float] = []
    now = [0.0]
    recorder.ask_keyframe = lambda: asked.append(now[0])
    recorder.want(True)
    data = pictures()
    for number in range(15 * 25):
        now[0] = number * 1000 / 15
        recorder.picture("VP8", data[0][0] if number == 5 else data[1][0], now[0], keyframe=number == 5)
    assert asked[0] == 0.0
    after = [at_ms for at_ms in asked if at_ms > 2_000]
    assert after[0] == pytest.approx(10_333, abs=70)
    assert after[1] - after[0] == pytest.approx(1_000, abs=70), "until one comes, once a second"


async def test_a_slow_disk_costs_a_piece_of_the_recording_and_is_said(
    archive: RecordingArchive, pool: LanePool, told: Told
) -> None:
    disk = Disk(archive)
    disk.goes.clear()
    recorder = Recorder("one", disk, pool, told, RecorderOptions(clusters_waiting=6))
    recorder.want(True)
    asked: list[int] = []
    recorder.ask_keyframe = lambda: asked.append(1)
    feed(recorder, samples(0.0, 4.0) + samples(4_000.0, 4.0))
    assert told.states == [DEGRADED]
    assert asked, "pictures after the hole need a keyframe"
    disk.goes.set()
    await until(lambda: recorder.waiting == 0 and ("started", 1) in told.parts)
    feed(recorder, samples(8_000.0, 4.0))
    await recorder.close()
    assert told.states == [DEGRADED, "ok"]
    (part,) = archive.parts("one")
    ((from_ms, to_ms),) = part.holes
    assert 1_000 <= from_ms < to_ms <= 8_700
    reader = archive.open_part("one", 1)
    found = demuxed(reader.read(0, reader.size))
    reader.close()
    shown = [packet for packet in found if packet.stream == 0]
    heard = [packet.at_ms for packet in found if packet.stream == 1]
    assert max(later - sooner for sooner, later in pairwise(heard)) <= 60, "silence stands in the hole"
    later = [packet for packet in shown if packet.at_ms >= from_ms]
    assert later[0].keyframe and later[0].at_ms >= to_ms - 50


async def test_a_full_disk_is_said_and_tried_again_later(
    archive: RecordingArchive, pool: LanePool, told: Told
) -> None:
    disk = Disk(archive)
    disk.full = True
    recorder = Recorder("one", disk, pool, told)
    recorder.want(True)
    feed(recorder, samples(0.0, 4.0))
    await until(lambda: bool(told.states))
    disk.full = False
    feed(recorder, samples(10_000.0, 4.0))  # too soon
    feed(recorder, samples(40_000.0, 4.0))
    await recorder.close()
    assert told.states == [DEGRADED, "ok"]
    assert [part.start_ms for part in archive.parts("one")] == [40_000]


async def test_a_long_gap_is_filled_without_a_hole(
    recorder: Recorder, archive: RecordingArchive, told: Told
) -> None:
    recorder.want(True)
    feed(recorder, samples(0.0, 2.0) + samples(31_900.0, 2.0))
    await recorder.close()
    assert told.states == []
    (part,) = archive.parts("one")
    assert (part.end_ms, part.holes) == (33_900, ())


async def test_closing_does_not_wait_for_ever(archive: RecordingArchive, pool: LanePool, told: Told) -> None:
    disk = Disk(archive)
    disk.goes.clear()
    recorder = Recorder("one", disk, pool, told, RecorderOptions(close_within_s=0.05))
    recorder.want(True)
    feed(recorder, samples(0.0, 2.0))
    await recorder.close()
    assert told.parts == []
    disk.goes.set()


async def test_other_speakers_have_tracks_of_their_own(recorder: Recorder, archive: RecordingArchive) -> None:
    recorder.want(True)
    viva = recorder.speaker("system")
    for number in range(50):
        recorder.audio(sound()[number], 20.0 * number)
        viva.audio(sound()[100 + number], 20.0 * number)
    await recorder.close()
    reader = archive.open_part("one", 1)
    found = demuxed(reader.read(0, reader.size))
    assert [packet.data for packet in found if packet.stream == 1] == list(sound()[100:150])
    reader.close()


async def test_a_real_connection_is_recorded_as_it_was_received(
    recorder: Recorder, archive: RecordingArchive, told: Told
) -> None:
    """aiortc encodes and sends; what the relay passes on is what lies in the file."""
    clock = asyncio.get_running_loop()
    began_s = clock.time()

    def now_ms() -> float:
        return (clock.time() - began_s) * 1000

    relay = Relay(now_ms)
    passed: list[bytes] = []
    tee = Tee(recorder, passed)
    relay.tap = tee
    recorder.ask_keyframe = relay.request_keyframe
    recorder.want(True)
    threads = MediaThreads(RtcOptions())
    packets = list(sound())
    caller = Caller(PacketTrack(packets), PictureTrack())
    connection = await Connection.answer(
        await caller.offer(), threads=threads, handlers=MediaHandlers(relay=relay), now_ms=now_ms
    )
    try:
        await caller.accept(connection.answer_sdp)
        await until(lambda: tee.pictures >= 10 and tee.sounds >= 40)
    finally:
        await caller.close()
        await connection.close()
        threads.close()
    await recorder.close()
    assert told.states == []
    (part,) = archive.parts("one")
    reader = archive.open_part("one", 1)
    found = demuxed(reader.read(0, reader.size))
    reader.close()
    assert part.mime == 'video/webm; codecs="vp8, opus"'
    assert {packet.data for packet in found} <= {*passed, b"\xf8\xff\xfe"}
    assert set(passed) <= {packet.data for packet in found}


class Tee:
    """Notes what the recorder is given."""

    def __init__(self, recorder: Recorder, passed: list[bytes]) -> None:
        self._recorder = recorder
        self._passed = passed
        self.pictures = self.sounds = 0

    def audio(self, payload: bytes, at_ms: float) -> None:
        self.sounds += 1
        self._passed.append(payload)
        self._recorder.audio(payload, at_ms)

    def picture(self, codec: str, payload: bytes, at_ms: float, *, keyframe: bool) -> None:
        self.pictures += 1
        self._passed.append(payload)
        self._recorder.picture(codec, payload, at_ms, keyframe=keyframe)
