"""What synthetic candidates send: real speech and a face, encoded once before measuring begins."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from aiortc.mediastreams import MediaStreamTrack
from numpy.typing import NDArray

RATE: Final = 48_000
PACKET_SAMPLES: Final = 960
PACKET_S: Final = 0.02
PICTURES_PER_S: Final = 15


@dataclass(frozen=True, slots=True)
class EncodedClip:
    """Speech as Opus packets of 20 ms."""

    name: str
    transcript: str
    packets: tuple[bytes, ...]
    voice_starts_s: float = 0.0
    """Where somebody begins to speak: a tenth of the clip's loudest sample is reached."""

    @property
    def seconds(self) -> float:
        return len(self.packets) * PACKET_S


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that all candidates send."""

    clips: tuple[EncodedClip, ...]
    room: tuple[bytes, ...]
    """A second of a quiet room, between answers."""
    face: tuple[bytes, ...]
    """VP8 pictures, 640×360, a keyframe first and every two seconds; empty: voice only."""


def encode_clip(path: Path, transcript: str) -> EncodedClip:
    """Reads a sound file (WAV, FLAC, …). Raises ``OSError``, ``ValueError`` where it cannot be used."""
    samples = _at_48_khz(path)
    # The codec's look-ahead is 6.5 ms: a packet of room behind lets the last sound out.
    samples = np.concatenate([samples, _room_noise(PACKET_SAMPLES)])
    loud = np.abs(samples.astype(np.int32))
    starts_s = float(np.argmax(loud >= loud.max(initial=1) / 10)) / RATE
    return EncodedClip(path.stem, transcript, tuple(_opus(samples)), starts_s)


def encode_room() -> tuple[bytes, ...]:
    return tuple(_opus(_room_noise(RATE)))


def encode_face(picture: Path, seconds: int = 4, width: int = 640, height: int = 360) -> tuple[bytes, ...]:
    """A portrait that sways a little, as VP8."""
    with av.open(str(picture)) as container:
        still = next(container.decode(video=0)).to_ndarray(format="rgb24")
    scale = height / still.shape[0]
    frame = av.VideoFrame.from_ndarray(still, format="rgb24").reformat(int(still.shape[1] * scale), height)
    face = frame.to_ndarray(format="rgb24")
    codec: Any = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt, codec.bit_rate = width, height, "yuv420p", 400_000
    codec.gop_size = 2 * PICTURES_PER_S
    codec.options = {"deadline": "realtime", "cpu-used": "4", "lag-in-frames": "0"}
    encoded: list[bytes] = []
    for number in range(seconds * PICTURES_PER_S):
        sway = round(8 * np.sin(2 * np.pi * number / (seconds * PICTURES_PER_S)))
        canvas = np.full((height, width, 3), 160, np.uint8)
        left = (width - face.shape[1]) // 2 + sway
        canvas[:, left : left + face.shape[1]] = face
        out = av.VideoFrame.from_ndarray(canvas, format="rgb24")
        out.pts, out.time_base = number, Fraction(1, PICTURES_PER_S)
        encoded += [bytes(packet) for packet in codec.encode(out)]
    return tuple(encoded)


class SpeechTrack(MediaStreamTrack):
    """A microphone: the room, and a clip whenever ``say`` is called. Nothing is encoded here."""

    kind = "audio"

    def __init__(self, room: Sequence[bytes]) -> None:
        super().__init__()
        self._room = room
        self._clip: EncodedClip | None = None
        self._place = 0
        self._said = asyncio.Event()
        self._sent = 0
        self._start_s: float | None = None
        self._on_began: Callable[[float], None] = lambda at_s: None

    async def say(self, clip: EncodedClip, on_began: Callable[[float], None]) -> None:
        """Returns when the clip has been sent; ``on_began`` is told the loop time of its first sample."""
        self._clip, self._place, self._on_began = clip, 0, on_began
        self._said.clear()
        await self._said.wait()

    async def recv(self) -> av.Packet[Any]:
        loop = asyncio.get_running_loop()
        if self._start_s is None:
            self._start_s = loop.time()
        due_s = self._start_s + self._sent * PACKET_S
        await asyncio.sleep(max(0.0, due_s - loop.time()))
        packet: av.Packet[Any] = av.Packet(self._payload(due_s))
        packet.pts, packet.time_base = self._sent * PACKET_SAMPLES, Fraction(1, RATE)
        self._sent += 1
        return packet

    def _payload(self, due_s: float) -> bytes:
        clip = self._clip
        if clip is None:
            return self._room[self._sent % len(self._room)]
        if self._place == 0:
            self._on_began(due_s)
        payload = clip.packets[self._place]
        self._place += 1
        if self._place == len(clip.packets):
            self._clip = None
            self._said.set()
        return payload


class FaceTrack(MediaStreamTrack):
    """A camera: the same pictures over and over."""

    kind = "video"

    def __init__(self, pictures: Sequence[bytes], phase: int = 0) -> None:
        super().__init__()
        self._pictures = pictures
        # Not all keyframes of all candidates at the same moment; a stream begins with one.
        self._first = phase % (len(pictures) // (2 * PICTURES_PER_S) or 1) * 2 * PICTURES_PER_S
        self._sent = 0
        self._start_s: float | None = None

    async def recv(self) -> av.Packet[Any]:
        loop = asyncio.get_running_loop()
        if self._start_s is None:
            self._start_s = loop.time()
        await asyncio.sleep(max(0.0, self._start_s + self._sent / PICTURES_PER_S - loop.time()))
        packet: av.Packet[Any] = av.Packet(self._pictures[(self._first + self._sent) % len(self._pictures)])
        packet.pts, packet.time_base = self._sent * 6_000, Fraction(1, 90_000)
        self._sent += 1
        return packet


def _at_48_khz(path: Path) -> NDArray[np.int16]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(path)) as container:
        if not container.streams.audio:
            raise ValueError(f"{path} has no sound.")
        frames = [piece for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.int16)


def _room_noise(samples: int) -> NDArray[np.int16]:
    return np.random.default_rng(5).normal(0, 12, samples).astype(np.int16)


def _opus(samples: NDArray[np.int16]) -> list[bytes]:
    """As a browser sends it: 20 ms, mono, with in-band error correction."""
    codec: Any = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format, codec.bit_rate = RATE, "mono", "s16", 32_000
    codec.options = {"application": "voip", "fec": "1", "packet_loss": "5"}
    packets: list[bytes] = []
    for start in range(0, len(samples) - PACKET_SAMPLES + 1, PACKET_SAMPLES):
        piece = samples[None, start : start + PACKET_SAMPLES]
        frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE, start
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return packets
