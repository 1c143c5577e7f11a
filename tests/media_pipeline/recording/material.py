"""Encoded packets as browsers send them, and a way to see what a file holds."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import av
import numpy as np

from media_pipeline.recording.matroska import PartIndex
from media_pipeline.recording.timeline import (
    AddTrack,
    ClosePart,
    Command,
    OpenPart,
    Sample,
    WriteCluster,
)
from media_pipeline.voice.opus import encode

FPS = 15


@cache
def sound(seconds: float = 4.0) -> tuple[bytes, ...]:
    """Opus packets of 20 ms of a rising tone: no two are alike."""
    time_s = np.arange(int(48_000 * seconds)) / 48_000
    tone = 8_000 * np.sin(2 * np.pi * (200 + 40 * time_s) * time_s)
    return encode(tone.astype(np.int16), 48_000)


@cache
def pictures(
    codec: str = "VP8", count: int = 60, keyframe_every: int = 30, width: int = 160, height: int = 90
) -> tuple[tuple[bytes, bool], ...]:
    """Encoded pictures with whether they stand on their own; each is of another grey."""
    context: Any = av.CodecContext.create({"VP8": "libvpx", "H264": "libx264"}[codec], "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.framerate, context.time_base = FPS, Fraction(1, FPS)
    context.bit_rate = 200_000
    context.gop_size = keyframe_every
    if codec == "VP8":
        context.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    else:
        context.options = {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline", "level": "31"}
    encoded: list[tuple[bytes, bool]] = []
    for number in range(count):
        grey = np.full((height, width, 3), grey_of(number), np.uint8)
        frame = av.VideoFrame.from_ndarray(grey, format="rgb24").reformat(format="yuv420p")
        frame.pts = number
        encoded += [(bytes(packet), bool(packet.is_keyframe)) for packet in context.encode(frame)]
    encoded += [(bytes(packet), bool(packet.is_keyframe)) for packet in context.encode(None)]
    assert len(encoded) == count
    return tuple(encoded)


def grey_of(number: int) -> int:
    return 20 + number * 3 % 200


def samples(
    start_ms: float = 0.0, seconds: float = 4.0, codec: str = "VP8", picture_delay_ms: float = 80.0
) -> list[Sample]:
    """A candidate's sound and picture in the order of arrival: pictures come a little later."""
    shown = pictures(codec, max(60, int(seconds * FPS)))
    heard = [
        Sample("candidate", "opus", payload, start_ms + 20.0 * number)
        for number, payload in enumerate(sound(max(4.0, seconds))[: int(seconds * 50)])
    ]
    seen = [
        Sample("picture", codec, data, start_ms + number * 1000.0 / FPS, keyframe)
        for number, (data, keyframe) in enumerate(shown[: int(seconds * FPS)])
    ]
    arrivals = [(sample.at_ms, sample) for sample in heard]
    arrivals += [(sample.at_ms + picture_delay_ms, sample) for sample in seen]
    return [sample for _, sample in sorted(arrivals, key=lambda arrival: arrival[0])]


@dataclass
class WrittenPart:
    """What the commands for one part amount to, without a disk."""

    index: PartIndex
    media: bytes = b""
    closed: bool = False

    @property
    def file(self) -> bytes:
        return self.index.head() + self.media


def written(commands: Iterable[Command]) -> list[WrittenPart]:
    parts: list[WrittenPart] = []
    for command in commands:
        match command:
            case OpenPart(start_ms):
                assert not parts or parts[-1].closed
                parts.append(WrittenPart(PartIndex(start_ms)))
            case AddTrack(track):
                parts[-1].index.tracks[track.name] = track
            case WriteCluster(cluster):
                parts[-1].index.add(cluster)
                parts[-1].media += cluster.data
            case ClosePart():
                parts[-1].closed = True
    return parts


@dataclass(frozen=True)
class Demuxed:
    """A packet as FFmpeg takes it out of the file."""

    stream: int
    at_ms: int
    keyframe: bool
    data: bytes


def opened(file: bytes) -> Any:
    """FFmpeg's reader of the file, to be used with ``with``."""
    return av.open(io.BytesIO(file))


def demuxed(file: bytes) -> list[Demuxed]:
    with opened(file) as container:
        return [
            Demuxed(packet.stream.index, int(packet.pts or 0), bool(packet.is_keyframe), bytes(packet))
            for packet in container.demux()
            if packet.size
        ]
