"""WebRTC peers for tests: plain aiortc clients that send a tone, a face-sized picture or ready packets."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import av
import numpy as np
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack


def opus_packets(seconds: float, *, fec: bool = False) -> list[bytes]:
    """A wavering tone as 20 ms Opus packets, mono, 32 kbit/s."""
    codec: Any = av.CodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format, codec.bit_rate = 48_000, "mono", "s16", 32_000
    codec.options = {"application": "voip"} | ({"fec": "1", "packet_loss": "10"} if fec else {})
    time = np.arange(int(48_000 * seconds)) / 48_000
    tone = np.sin(2 * np.pi * (150 + 50 * np.sin(3 * time)) * time) * (0.5 + 0.5 * np.sin(8 * time))
    samples = (tone * 8000).astype(np.int16)
    packets: list[bytes] = []
    for start in range(0, len(samples) - 959, 960):
        frame = av.AudioFrame.from_ndarray(samples[None, start : start + 960], format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48_000, start
        packets += [bytes(packet) for packet in codec.encode(frame)]
    return packets


class PacketTrack(MediaStreamTrack):
    """Sends ready Opus packets in real time, again and again; nothing is encoded."""

    kind = "audio"

    def __init__(self, packets: Sequence[bytes]) -> None:
        super().__init__()
        self._packets = packets
        self._sent = 0
        self._start_s: float | None = None

    async def recv(self) -> av.Packet[Any]:
        loop = asyncio.get_running_loop()
        if self._start_s is None:
            self._start_s = loop.time()
        await asyncio.sleep(self._start_s + self._sent * 0.02 - loop.time())
        packet: av.Packet[Any] = av.Packet(self._packets[self._sent % len(self._packets)])
        packet.pts, packet.time_base = self._sent * 960, Fraction(1, 48_000)
        self._sent += 1
        return packet


class PictureTrack(MediaStreamTrack):
    """15 pictures a second, each of one grey that grows by one."""

    kind = "video"

    def __init__(self, width: int = 320, height: int = 180) -> None:
        super().__init__()
        self._size = (height, width, 3)
        self._sent = 0

    async def recv(self) -> av.VideoFrame:
        await asyncio.sleep(1 / 15)
        frame = av.VideoFrame.from_ndarray(np.full(self._size, self._sent % 256, np.uint8), format="rgb24")
        frame.pts, frame.time_base = self._sent * 6000, Fraction(1, 90_000)
        self._sent += 1
        return frame


class Caller:
    """One aiortc client: makes an offer, takes the answer."""

    def __init__(self, *tracks: MediaStreamTrack, receive_audio: bool = False) -> None:
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        for track in tracks:
            both = receive_audio and track.kind == "audio"
            self.peer.addTransceiver(track, direction="sendrecv" if both else "sendonly")

    async def offer(self) -> str:
        await self.peer.setLocalDescription(await self.peer.createOffer())
        return str(self.peer.localDescription.sdp)

    async def accept(self, answer: str) -> None:
        await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def close(self) -> None:
        await self.peer.close()
