"""One session's recorder: encoded packets in on the event loop, a file written by a thread.

The interview never waits for the disk: about a second of media at a time is handed to the thread, a
bounded number of such pieces may wait, and beyond that a piece is dropped, said, and noted as a
hole in the recording.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from media_pipeline.events import Event, PartDegraded, PartDetail, RecordingChanged
from media_pipeline.recording.archive import RecordingArchive
from media_pipeline.recording.errors import RecordingError
from media_pipeline.recording.matroska import Cluster, TrackName
from media_pipeline.recording.part_file import PartWriter
from media_pipeline.recording.timeline import (
    AddTrack,
    ClosePart,
    Command,
    OpenPart,
    Sample,
    Timeline,
    TimelineOptions,
    WriteCluster,
    silence,
)
from media_pipeline.rtc.lanes import Lane, LanePool

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecorderOptions:
    timeline: TimelineOptions = field(default_factory=TimelineOptions)

    keyframe_every_ms: float = 10_000.0
    """A picture that stands on its own is asked for this often: a jump lands on one. A 640×360 keyframe
    is about 20 kB, so this costs the sender some 2 kB a second."""

    ask_again_ms: float = 1_000.0

    clusters_waiting: int = 60
    """Pieces (seconds) between the event loop and the disk; beyond, the newest is dropped. A gap that is
    filled when the candidate is back makes up to ``longest_gap_ms`` of them at once."""

    bytes_waiting: int = 8 * 1024 * 1024

    retry_after_ms: float = 30_000.0
    """After the disk refused, a new part is tried this much later."""

    close_within_s: float = 5.0


@dataclass(frozen=True, slots=True)
class _Hole:
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class _Settled:
    """Everything before is done."""

    tell: Callable[[], None]


_Work = Command | _Hole | _Settled


@dataclass(frozen=True, slots=True)
class SpeakerTap:
    """Another speaker's way into the recording; a track of its own."""

    put: Callable[[Sample], None]
    track: TrackName

    def audio(self, payload: bytes, at_ms: float) -> None:
        self.put(Sample(self.track, "opus", payload, at_ms))


class OpensParts(Protocol):
    """The part of the archive that a recorder needs."""

    def new_part(self, interview: str, start_ms: int) -> PartWriter: ...


class Recorder:
    """Satisfies the relay's ``Tap``. Everything but ``_Disk`` runs on the event loop.

    Emits ``RecordingChanged`` when a part begins and when it is on disk, and ``PartDegraded`` when
    something is missing. Records only while ``want(True)``.
    """

    def __init__(
        self,
        interview: str,
        archive: RecordingArchive | OpensParts,
        pool: LanePool,
        emit: Callable[[Event], None],
        options: RecorderOptions | None = None,
    ) -> None:
        self.ask_keyframe: Callable[[], None] = lambda: None
        """Asks the candidate's browser for a picture that stands on its own."""
        self._options = options or RecorderOptions()
        self._emit = emit
        self._timeline = Timeline(self._options.timeline)
        self._disk = _Disk(interview, archive, self._tell)
        self._lane: Lane[_Work] = pool.lane(self._disk.do, limit=10 * self._options.clusters_waiting + 100)
        self._loop = asyncio.get_running_loop()
        self._wanted = False
        self._closed = False
        self._newest_ms = 0.0
        self._resume_ms = float("-inf")
        self._keyframe_ms = float("-inf")
        self._asked_ms = float("-inf")
        self._bytes_put = 0
        self._part_start_ms = 0
        self._hole: tuple[int, int] | None = None
        self._lost_picture = False
        """Pictures after the hole lean on lost ones, until a keyframe."""
        self._degraded = False

    @property
    def is_wanted(self) -> bool:
        return self._wanted

    @property
    def waiting(self) -> int:
        """Pieces of work on their way to the disk."""
        return len(self._lane)

    def want(self, wanted: bool) -> None:
        """Record from now on, or no more: what was recorded is finished and can be played."""
        if wanted == self._wanted or self._closed:
            return
        self._wanted = wanted
        if wanted:
            self._timeline.break_picture()
            self.ask_keyframe()
        else:
            self._carry_out(self._timeline.finish())

    # --- packets -----------------------------------------------------------------------------

    def audio(self, payload: bytes, at_ms: float) -> None:
        """The candidate's Opus packet."""
        self._put(Sample("candidate", "opus", payload, at_ms))

    def picture(self, codec: str, payload: bytes, at_ms: float, *, keyframe: bool) -> None:
        """The candidate's encoded picture."""
        if not self._takes(at_ms):
            return
        if keyframe:
            self._keyframe_ms = at_ms
        self._put(Sample("picture", codec, payload, at_ms, keyframe))
        due = at_ms - self._keyframe_ms >= self._options.keyframe_every_ms
        if (due or self._timeline.needs_keyframe) and at_ms - self._asked_ms >= self._options.ask_again_ms:
            self._asked_ms = at_ms
            self.ask_keyframe()

    def speaker(self, track: TrackName) -> SpeakerTap:
        """Where another speaker's packets go: an interviewer's microphone, or Viva's own voice."""
        return SpeakerTap(self._put, track)

    async def close(self) -> None:
        """Finishes the part; returns when it is on disk, or when the disk takes too long for that."""
        if self._closed:
            return
        self.want(False)
        self._closed = True
        settled = asyncio.Event()

        def tell() -> None:
            with suppress(RuntimeError):  # the loop has ended before its recorders
                self._loop.call_soon_threadsafe(settled.set)

        with suppress(TimeoutError):
            async with asyncio.timeout(self._options.close_within_s):
                if self._lane.put(_Settled(tell)):
                    await settled.wait()

    def _put(self, sample: Sample) -> None:
        if not self._takes(sample.at_ms):
            return
        self._newest_ms = sample.at_ms
        self._carry_out(self._timeline.push(sample))

    def _takes(self, at_ms: float) -> bool:
        return self._wanted and not self._closed and at_ms >= self._resume_ms

    # --- towards the disk ----------------------------------------------------------------------

    def _carry_out(self, commands: list[Command]) -> None:
        for command in commands:
            if isinstance(command, OpenPart):
                self._part_start_ms = command.start_ms
            if isinstance(command, WriteCluster):
                self._write(command)
                continue
            if isinstance(command, ClosePart) and self._hole is not None:
                self._lane.put(_Hole(*self._hole))
                self._hole = None
            if not self._lane.put(command):
                log.error("a recorder's queue is full of parts; the recording is not to be trusted")

    def _write(self, command: WriteCluster) -> None:
        cluster = command.cluster
        if not self._has_room(len(cluster.data)):
            self._drop(cluster)
            return
        if self._hole is not None:
            if "picture" in cluster.tracks and self._lost_picture and not cluster.jump:
                self._drop(cluster)
                return
            self._lane.put(_Hole(*self._hole))
            self._hole = None
            self._degrade(None)
        self._bytes_put += len(cluster.data)
        self._lane.put(command)

    def _has_room(self, size: int) -> bool:
        waiting = self._bytes_put - self._disk.bytes_done
        return (
            len(self._lane) < self._options.clusters_waiting and waiting + size <= self._options.bytes_waiting
        )

    def _drop(self, cluster: Cluster) -> None:
        from_ms = self._part_start_ms + cluster.at_ms
        to_ms = self._part_start_ms + cluster.end_ms
        if self._hole is None:
            self._lost_picture = False
        self._hole = (self._hole[0] if self._hole else from_ms, to_ms)
        if "picture" in cluster.tracks:
            self._lost_picture = True
            self._timeline.break_picture()
        self._degrade("disk_slow")

    def _degrade(self, detail: PartDetail | None) -> None:
        if detail is not None and not self._degraded:
            self._degraded = True
            self._emit(PartDegraded("recording", "missing", detail))
        elif detail is None and self._degraded:
            self._degraded = False
            self._emit(PartDegraded("recording", "ok"))

    # --- from the disk -------------------------------------------------------------------------

    def _tell(self, event: RecordingChanged | OSError | RecordingError) -> None:
        """Called in the thread."""
        with suppress(RuntimeError):  # the loop has ended before its recorders
            self._loop.call_soon_threadsafe(self._told, event)

    def _told(self, event: RecordingChanged | OSError | RecordingError) -> None:
        if isinstance(event, RecordingChanged):
            self._emit(event)
            if event.state == "started":
                self._degrade(None)
            return
        log.error("The recording cannot be written: %s", event)
        self._timeline = Timeline(self._options.timeline)
        self._hole = None
        self._resume_ms = self._newest_ms + self._options.retry_after_ms
        self._degrade("disk_failed")


class _Disk:
    """The thread's side: one part open at a time."""

    def __init__(
        self,
        interview: str,
        archive: RecordingArchive | OpensParts,
        tell: Callable[[RecordingChanged | OSError | RecordingError], None],
    ) -> None:
        self._interview = interview
        self._archive = archive
        self._tell = tell
        self._writer: PartWriter | None = None
        self.bytes_done = 0
        """Of clusters, written or given up on; read by the event loop."""

    def do(self, work: _Work) -> None:
        if isinstance(work, _Settled):
            work.tell()
            return
        try:
            self._do(work)
        except (OSError, RecordingError) as error:
            if self._writer is not None:
                self._writer.abandon()
                self._writer = None
            self._tell(error)
        finally:
            if isinstance(work, WriteCluster):
                self.bytes_done += len(work.cluster.data)

    def _do(self, work: Command | _Hole) -> None:
        if isinstance(work, OpenPart):
            self._writer = self._archive.new_part(self._interview, work.start_ms)
            self._tell(RecordingChanged("started", self._writer.part))
            return
        writer = self._writer
        if writer is None:
            return  # the disk refused this part; the rest of it is let go
        match work:
            case AddTrack(track):
                writer.add_track(track)
            case WriteCluster(cluster):
                writer.write(cluster)
            case _Hole(from_ms, to_ms):
                writer.add_hole(from_ms, to_ms)
                # Silence stands where sound was: players would close the gap.
                for silent in silence(from_ms - writer.index.start_ms, to_ms - writer.index.start_ms):
                    writer.write(silent)
            case ClosePart():
                self._writer = None
                writer.finish()
                self._tell(RecordingChanged("stopped", writer.part))
