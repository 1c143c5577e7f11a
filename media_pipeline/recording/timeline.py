"""From packets as they come to parts and clusters in order of time. Pure: there is media time only.

A *part* is one file: one run of the process, one picture codec, no silence longer than
``longest_gap_ms``. A short gap (a reconnection) is filled with silent packets: browsers play a
sound track on without a pause where packets are missing, and the picture would stay behind for good.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field

from media_pipeline.recording.codecs import (
    SILENT_PACKET,
    SILENT_PACKET_MS,
    h264_track,
    opus_duration_ms,
    sound_track,
    vp8_track,
    with_lengths,
)
from media_pipeline.recording.matroska import Block, Cluster, Track, TrackName, encode_cluster


@dataclass(frozen=True, slots=True)
class TimelineOptions:
    hold_ms: float = 600.0
    """Packets wait so long for earlier ones of other tracks: pictures come later than sound."""

    cluster_ms: int = 1_000
    """Media in a cluster. With ``hold_ms``, what a killed process loses at most."""

    cluster_bytes: int = 1024 * 1024
    """A cluster that has grown to this is written before its time."""

    longest_gap_ms: float = 30_000.0
    """A longer silence (a candidate who comes back later) ends the part."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A packet or picture with its session time."""

    track: TrackName
    codec: str
    payload: bytes
    at_ms: float
    keyframe: bool = True


@dataclass(frozen=True, slots=True)
class OpenPart:
    start_ms: int


@dataclass(frozen=True, slots=True)
class AddTrack:
    track: Track


@dataclass(frozen=True, slots=True)
class WriteCluster:
    cluster: Cluster


@dataclass(frozen=True, slots=True)
class ClosePart:
    """No more comes for this part."""


Command = OpenPart | AddTrack | WriteCluster | ClosePart
"""What is to be done with the file, in this order."""


def silence(from_ms: int, to_ms: int) -> list[Cluster]:
    """Silent packets of the candidate for what was not written; times count from the part's beginning."""
    step_ms = round(SILENT_PACKET_MS)
    clusters: list[Cluster] = []
    for start_ms in range(from_ms, to_ms - step_ms + 1, 50 * step_ms):
        end_ms = min(start_ms + 50 * step_ms, to_ms)
        times = range(start_ms, end_ms - step_ms + 1, step_ms)
        blocks = [Block("candidate", at_ms, True, SILENT_PACKET) for at_ms in times]
        clusters += [encode_cluster(blocks, blocks[-1].at_ms + step_ms)] if blocks else []
    return clusters


@dataclass(slots=True)
class _Part:
    start_ms: int
    end_ms: float
    """Session time after the last packet."""
    tracks: dict[TrackName, Track] = field(default_factory=dict)
    voice_until_ms: float | None = None
    """How far the candidate's sound reaches when its packets are played one after another."""
    blocks: list[Block] = field(default_factory=list)
    size: int = 0
    blocks_end_ms: float = 0.0


class Timeline:
    """One session's recording in the making."""

    def __init__(self, options: TimelineOptions | None = None) -> None:
        self._options = options or TimelineOptions()
        self._waiting: list[tuple[float, bool, int, Sample]] = []
        self._numbers = itertools.count()
        self._latest: dict[TrackName, float] = {}
        self._newest_ms = float("-inf")
        self._part: _Part | None = None
        self._needs_keyframe = True

    @property
    def needs_keyframe(self) -> bool:
        """Pictures cannot be written until one comes that stands on its own."""
        return self._needs_keyframe

    def push(self, sample: Sample) -> list[Command]:
        """Takes a packet; a track's times never go back."""
        at_ms = max(sample.at_ms, self._latest.get(sample.track, sample.at_ms))
        self._latest[sample.track] = at_ms
        self._newest_ms = max(self._newest_ms, at_ms)
        # Of the same moment the picture goes first: a cluster that can be jumped to begins with it.
        entry = (at_ms, sample.track != "picture", next(self._numbers), sample)
        heapq.heappush(self._waiting, entry)
        return self._release(self._newest_ms - self._options.hold_ms)

    def break_picture(self) -> None:
        """Pictures were lost: those that lean on them are left out until the next keyframe."""
        self._needs_keyframe = True
        self._waiting = [entry for entry in self._waiting if entry[3].track != "picture" or entry[3].keyframe]
        heapq.heapify(self._waiting)

    def finish(self) -> list[Command]:
        """Everything held, and the end of the part."""
        commands = self._release(float("inf"))
        commands += self._close()
        self._latest.clear()
        self._newest_ms = float("-inf")
        return commands

    def _release(self, until_ms: float) -> list[Command]:
        commands: list[Command] = []
        while self._waiting and self._waiting[0][0] <= until_ms:
            at_ms, _, _, sample = heapq.heappop(self._waiting)
            commands += self._take(sample, at_ms)
        return commands

    def _take(self, sample: Sample, at_ms: float) -> list[Command]:
        if sample.track == "picture" and self._needs_keyframe and not sample.keyframe:
            return []
        commands: list[Command] = []
        try:
            track = self._track_of(sample)
        except ValueError:  # a keyframe without its parameters: the next one will have them
            self._needs_keyframe = True
            return []
        if self._part is not None and self._must_end(self._part, track, at_ms):
            commands += self._close()
            if sample.track == "picture" and not sample.keyframe:
                self._needs_keyframe = True
                return commands
        if self._part is None:
            start_ms = round(at_ms)
            self._part = _Part(start_ms, at_ms)
            commands.append(OpenPart(start_ms))
        part = self._part
        if track is not None and sample.track not in part.tracks:
            part.tracks[sample.track] = track
            commands.append(AddTrack(track))
        if sample.track == "picture":
            self._needs_keyframe = False
            payload = with_lengths(sample.payload) if sample.codec == "H264" else sample.payload
            return commands + self._block(part, sample.track, payload, at_ms, at_ms, sample.keyframe)
        if sample.track == "candidate":
            commands += self._fill(part, at_ms)
        duration_ms = opus_duration_ms(sample.payload)
        if sample.track == "candidate":
            part.voice_until_ms = (
                at_ms if part.voice_until_ms is None else part.voice_until_ms
            ) + duration_ms
        return commands + self._block(part, sample.track, sample.payload, at_ms, at_ms + duration_ms, True)

    def _track_of(self, sample: Sample) -> Track | None:
        """What the sample says of its track; None where it says nothing. Raises ``ValueError``."""
        if sample.track != "picture":
            return sound_track(sample.track, sample.payload)
        if not sample.keyframe:
            return None
        return h264_track(sample.payload) if sample.codec == "H264" else vp8_track(sample.payload)

    def _must_end(self, part: _Part, track: Track | None, at_ms: float) -> bool:
        if at_ms - part.end_ms > self._options.longest_gap_ms:
            return True
        known = part.tracks.get("picture")
        if track is None or known is None or track.name != "picture":
            return False
        # A VP8 decoder follows a new size by itself; H.264 parameters stand in the file's head.
        return track.codec != known.codec or track.private != known.private

    def _fill(self, part: _Part, at_ms: float) -> list[Command]:
        """Silent packets for the time that has no packet."""
        commands: list[Command] = []
        if part.voice_until_ms is None:
            return commands
        while at_ms - part.voice_until_ms >= SILENT_PACKET_MS:
            from_ms = part.voice_until_ms
            part.voice_until_ms = from_ms + SILENT_PACKET_MS
            commands += self._block(part, "candidate", SILENT_PACKET, from_ms, part.voice_until_ms, True)
        return commands

    def _block(
        self, part: _Part, track: TrackName, data: bytes, at_ms: float, end_ms: float, keyframe: bool
    ) -> list[Command]:
        commands: list[Command] = []
        block = Block(track, max(0, round(at_ms) - part.start_ms), keyframe, data)
        jump = track == "picture" and keyframe
        if part.blocks and (
            jump
            or block.at_ms - part.blocks[0].at_ms >= self._options.cluster_ms
            or part.size + len(data) > self._options.cluster_bytes
        ):
            commands += self._flush(part)
        part.blocks.append(block)
        part.size += len(data)
        part.blocks_end_ms = max(part.blocks_end_ms, end_ms)
        part.end_ms = max(part.end_ms, end_ms)
        return commands

    def _flush(self, part: _Part) -> list[Command]:
        if not part.blocks:
            return []
        end_ms = max(part.blocks[-1].at_ms, round(part.blocks_end_ms) - part.start_ms)
        cluster = encode_cluster(part.blocks, end_ms)
        part.blocks, part.size = [], 0
        return [WriteCluster(cluster)]

    def _close(self) -> list[Command]:
        part, self._part = self._part, None
        self._needs_keyframe = True
        return [] if part is None else [*self._flush(part), ClosePart()]
