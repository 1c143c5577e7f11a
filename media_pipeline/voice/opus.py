"""Speech as Opus packets of 20 ms: encoded once where it is made, then only passed on.

aiortc sends a packet as it is (a raw frame it would encode again for every listener, in asyncio's
default executor). A question asked of a hundred candidates is encoded once.
"""

from __future__ import annotations

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000
PACKET_MS = 20
SAMPLES = RATE * PACKET_MS // 1000
"""Of the 48 kHz clock in a packet."""

SILENCE = b"\xf8\xff\xfe"
"""20 ms of nothing: a CELT frame, full band, mono (RFC 6716 §3.1: configuration 31)."""

_BIT_RATE = 40_000
_OPTIONS = {"application": "audio", "compression_level": "5", "frame_duration": str(PACKET_MS)}
# Of what libopus offers for 24–48 kHz speech this costs least (0.12 ms a packet; `voip` 0.3).


def encode(samples: NDArray[np.int16], rate: int) -> tuple[bytes, ...]:
    """Mono samples at any rate as Opus packets of 20 ms; the last one is filled up with silence."""
    if samples.size == 0:
        return ()
    encoder = av.CodecContext.create("libopus", "w")
    if not isinstance(encoder, av.AudioCodecContext):
        raise TypeError("libopus is not an audio encoder in this build of FFmpeg")
    encoder.bit_rate = _BIT_RATE
    encoder.format = "s16"
    encoder.layout = "mono"
    encoder.sample_rate = RATE
    encoder.options = _OPTIONS
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=SAMPLES)
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate
    packets: list[bytes] = []
    for part in (*resampler.resample(frame), *resampler.resample(None)):
        packets += [bytes(packet) for packet in encoder.encode(part)]
    packets += [bytes(packet) for packet in encoder.encode(None)]
    return tuple(packets)


def decode(packets: tuple[bytes, ...]) -> NDArray[np.int16]:
    """Back to mono samples at 48 kHz (for tests and recordings)."""
    decoder = av.CodecContext.create("libopus", "r")
    if not isinstance(decoder, av.AudioCodecContext):
        raise TypeError("libopus is not an audio decoder in this build of FFmpeg")
    decoder.sample_rate = RATE
    decoder.layout = "mono"
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    parts = [
        part.to_ndarray().reshape(-1)
        for packet in packets
        for frame in decoder.decode(av.Packet(packet))
        for part in resampler.resample(frame)
    ]
    return np.concatenate(parts).astype(np.int16) if parts else np.zeros(0, dtype=np.int16)
