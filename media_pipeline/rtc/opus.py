"""Opus to 16 kHz mono, with in-band error correction and concealment of lost packets.

libopus can decode straight to 16 kHz mono, recover a lost packet from the next one (RFC 6716
§2.1.7, "in-band FEC") and invent a plausible continuation for one that is gone (PLC). FFmpeg's
wrapper, and with it PyAV, offers none of the three, so the library that PyAV's wheel brings along
is called directly. Where it cannot be found, PyAV decodes and losses become silence.
"""

from __future__ import annotations

import ctypes
import functools
from typing import Any, Final, Protocol

import av
import numpy as np
from numpy.typing import NDArray

from media_pipeline.audio.frame import SAMPLE_RATE
from media_pipeline.rtc.native import load_library

Samples = NDArray[np.int16]

RTP_PER_SAMPLE: Final = 3
"""Ticks of the 48 kHz RTP clock in one sample at 16 kHz."""

MAX_PACKET_TICKS: Final = 5_760
"""120 ms: no Opus packet is longer (RFC 6716 §3.2)."""

_MAX_SAMPLES: Final = MAX_PACKET_TICKS // RTP_PER_SAMPLE


class BadPacketError(ValueError):
    """The payload is not Opus. The decoder goes on with the next one."""


class OpusDecoder(Protocol):
    """One stream's decoder. Not thread-safe; any thread may use it, one at a time."""

    def decode(self, payload: bytes) -> Samples:
        """The packet's samples, 16 kHz mono. Raises ``BadPacketError``."""
        ...

    def recover(self, following: bytes, samples: int) -> Samples | None:
        """The packet lost just before ``following``, or None where that one carries no copy of it."""
        ...

    def conceal(self, samples: int) -> Samples:
        """``samples`` invented samples in place of a lost packet."""
        ...


def packet_ticks(payload: bytes) -> int:
    """How long a packet plays, in ticks of 48 kHz, from its table of contents (RFC 6716 §3.1).

    Raises ``BadPacketError`` for what cannot be an Opus packet.
    """
    if not payload:
        raise BadPacketError("empty payload")
    configuration, count_code = payload[0] >> 3, payload[0] & 3
    if configuration < 12:
        frame_ticks = (480, 960, 1920, 2880)[configuration & 3]
    elif configuration < 16:
        frame_ticks = (480, 960)[configuration & 1]
    else:
        frame_ticks = (120, 240, 480, 960)[configuration & 3]
    if count_code == 3:
        if len(payload) < 2:
            raise BadPacketError("frame count is missing")
        frames = payload[1] & 0x3F
    else:
        frames = (1, 2, 2)[count_code]
    ticks = frames * frame_ticks
    if not 0 < ticks <= MAX_PACKET_TICKS:
        raise BadPacketError(f"a packet of {ticks} ticks is longer than 120 ms")
    return ticks


def create_decoder() -> OpusDecoder:
    """The best decoder this machine has."""
    library = _libopus()
    return LibopusDecoder(library) if library is not None else FfmpegOpusDecoder()


class LibopusDecoder:
    """libopus itself. Calls leave the interpreter lock, so a pool of threads decodes in parallel."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        error = ctypes.c_int()
        self._state = library.opus_decoder_create(SAMPLE_RATE, 1, ctypes.byref(error))
        if error.value or not self._state:
            raise RuntimeError(f"libopus could not make a decoder (error {error.value})")
        self._buffer = np.zeros(_MAX_SAMPLES, np.int16)
        self._out = self._buffer.ctypes.data_as(ctypes.c_void_p)

    def decode(self, payload: bytes) -> Samples:
        packet_ticks(payload)
        return self._call(payload, _MAX_SAMPLES, recover=False)

    def recover(self, following: bytes, samples: int) -> Samples | None:
        if samples > _MAX_SAMPLES or not self._library.opus_packet_has_lbrr(following, len(following)):
            return None
        return self._call(following, samples, recover=True)

    def conceal(self, samples: int) -> Samples:
        pieces = []
        while samples > 0:
            piece = min(samples, _MAX_SAMPLES)
            # libopus conceals in steps of 2.5 ms; the odd rest is made one step longer and cut.
            step = SAMPLE_RATE // 400
            pieces.append(self._call(None, -(-piece // step) * step, recover=False)[:piece])
            samples -= piece
        return np.concatenate(pieces) if pieces else np.zeros(0, np.int16)

    def _call(self, payload: bytes | None, samples: int, *, recover: bool) -> Samples:
        size = len(payload) if payload else 0
        decoded = self._library.opus_decode(self._state, payload, size, self._out, samples, int(recover))
        if decoded < 0:
            raise BadPacketError(f"libopus error {decoded}")
        return self._buffer[:decoded].copy()

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._library.opus_decoder_destroy(self._state)
            self._state = None


class FfmpegOpusDecoder:
    """PyAV's decoder and one resampler; lost packets become silence."""

    def __init__(self) -> None:
        self._codec = _ffmpeg_codec()
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)

    def decode(self, payload: bytes) -> Samples:
        packet_ticks(payload)
        try:
            frames = self._codec.decode(av.Packet(payload))
            pieces = [out.to_ndarray()[0] for frame in frames for out in self._resampler.resample(frame)]
        except (av.FFmpegError, ValueError) as error:
            raise BadPacketError(str(error)) from error
        return np.concatenate(pieces).astype(np.int16) if pieces else np.zeros(0, np.int16)

    def recover(self, following: bytes, samples: int) -> Samples | None:
        return None

    def conceal(self, samples: int) -> Samples:
        return np.zeros(samples, np.int16)


def _ffmpeg_codec() -> Any:
    codec: Any = av.CodecContext.create("libopus", "r")
    codec.format, codec.layout, codec.sample_rate = "s16", "stereo", 48_000
    return codec


@functools.cache
def _libopus() -> ctypes.CDLL | None:
    return load_library("opus", _declare)


def _declare(library: ctypes.CDLL) -> None:
    """The signatures used, from opus.h."""
    library.opus_decoder_create.restype = ctypes.c_void_p
    library.opus_decoder_create.argtypes = [ctypes.c_int32, ctypes.c_int, ctypes.c_void_p]
    library.opus_decoder_destroy.restype = None
    library.opus_decoder_destroy.argtypes = [ctypes.c_void_p]
    library.opus_decode.restype = ctypes.c_int
    library.opus_decode.argtypes = [
        ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_void_p, ctypes.c_int, ctypes.c_int,
    ]  # fmt: skip
    library.opus_packet_has_lbrr.restype = ctypes.c_int
    library.opus_packet_has_lbrr.argtypes = [ctypes.c_char_p, ctypes.c_int32]
