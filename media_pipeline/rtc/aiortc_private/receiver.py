"""Takes the place of aiortc's RTP receiver: decrypted packets go to our own sinks.

aiortc's receiver starts a thread for each track, stalls at a lost audio packet, keeps unbounded
queues and joins its thread on the event loop. This one decodes nothing. It keeps the RTCP side:
receiver reports (so that the sender knows what is lost, and adds error correction), requests to
send packets again, keyframe requests, and the bandwidth estimate.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from aiortc.codecs import is_rtx
from aiortc.rate import RemoteBitrateEstimator
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtpparameters import RTCRtpCodecParameters, RTCRtpReceiveParameters
from aiortc.rtcrtpreceiver import RemoteStreamTrack, StreamStatistics
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpByePacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSrPacket,
    RtpPacket,
    pack_remb_fci,
    unwrap_rtx,
)
from aiortc.stats import RTCStatsReport

from media_pipeline.rtc.jitter import MediaPacket

_MAX_STREAMS = 4  # SSRCs followed for each receiver; a sender that invents more is ignored


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a sink asks of the sender: packets again, or a picture that stands on its own."""

    again: tuple[int, ...] = ()
    keyframe: bool = False


class PacketSink(Protocol):
    """Where a receiver's packets go. Called on the event loop; must not raise."""

    def packet(self, packet: MediaPacket, codec: str) -> Feedback | None:
        """``codec`` is ``opus``, ``VP8`` or ``H264``."""
        ...


@dataclass(slots=True)
class _Stream:
    statistics: StreamStatistics
    last_report: int = 0  # middle 32 bits of the sender's NTP time (RFC 3550 §6.4.1)
    last_report_s: float = 0.0


class MediaReceiver:
    """Satisfies what aiortc's transceiver and transport expect of a receiver."""

    def __init__(
        self,
        kind: str,
        transport: RTCDtlsTransport,
        sink: PacketSink,
        now_ms: Callable[[], float],
        max_bits_per_s: int,
    ) -> None:
        self.kind = kind
        self._enabled = True
        self._track: RemoteStreamTrack | None = None  # set by aiortc; never read by us
        self._transport = transport
        self._sink = sink
        self._now_ms = now_ms
        self._codecs: dict[int, RTCRtpCodecParameters] = {}
        self._original_ssrc: dict[int, int] = {}
        self._streams: dict[int, _Stream] = {}
        self._main_ssrc: int | None = None
        self._rtcp_ssrc = 0
        self._max_bits_per_s = max_bits_per_s
        self._estimator = RemoteBitrateEstimator() if kind == "video" else None
        self._reports: asyncio.Task[None] | None = None
        self._sending: set[asyncio.Task[None]] = set()

    # --- what aiortc's transceiver uses ------------------------------------------------------

    @property
    def track(self) -> RemoteStreamTrack | None:
        return self._track

    @property
    def transport(self) -> RTCDtlsTransport:
        return self._transport

    def setTransport(self, transport: RTCDtlsTransport) -> None:  # noqa: N802 (aiortc's name)
        self._transport = transport

    def _set_rtcp_ssrc(self, ssrc: int) -> None:
        self._rtcp_ssrc = ssrc

    async def receive(self, parameters: RTCRtpReceiveParameters) -> None:
        if self._reports is not None:
            return
        self._codecs = {c.payloadType: c for c in parameters.codecs if c.payloadType is not None}
        for encoding in parameters.encodings:
            if encoding.rtx:
                self._original_ssrc[encoding.rtx.ssrc] = encoding.ssrc
        self._transport._register_rtp_receiver(self, parameters)
        self._reports = asyncio.create_task(self._report())

    async def stop(self) -> None:
        self._transport._unregister_rtp_receiver(self)
        for task in [*self._sending, *([self._reports] if self._reports else [])]:
            task.cancel()

    async def getStats(self) -> RTCStatsReport:  # noqa: N802 (aiortc's name)
        return RTCStatsReport()

    # --- what aiortc's transport calls -------------------------------------------------------

    def _handle_disconnect(self) -> None:
        """The transport has ended; the connection hears of it by its state."""

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        if isinstance(packet, RtcpSrPacket) and (stream := self._streams.get(packet.ssrc)):
            stream.last_report = (packet.sender_info.ntp_timestamp >> 16) & 0xFFFFFFFF
            stream.last_report_s = time.monotonic()
        elif isinstance(packet, RtcpByePacket):
            for ssrc in packet.sources:
                self._streams.pop(ssrc, None)

    async def _handle_rtp_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        codec = self._codecs.get(packet.payload_type)
        if not self._enabled or codec is None or not self._count(packet, codec):
            return
        self._estimate(packet, arrival_time_ms)
        if is_rtx(codec):
            unwrapped = self._unwrap(packet, codec)
            if unwrapped is None:
                return
            packet, codec = unwrapped
        if self._main_ssrc != packet.ssrc:
            self._main_ssrc = packet.ssrc
        if not packet.payload:
            return
        arrived = MediaPacket(
            packet.sequence_number, packet.timestamp, packet.payload, self._now_ms(), bool(packet.marker)
        )
        if feedback := self._sink.packet(arrived, codec.name):
            self.ask(feedback)

    # --- towards the sender ------------------------------------------------------------------

    def ask(self, feedback: Feedback) -> None:
        """Sends a sink's request to the sender."""
        if self._main_ssrc is None:
            return
        if feedback.again:
            again = RtcpRtpfbPacket(fmt=RTCP_RTPFB_NACK, ssrc=self._rtcp_ssrc, media_ssrc=self._main_ssrc)
            again.lost = list(feedback.again)
            self._send(bytes(again))
        if feedback.keyframe:
            self._send(
                bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=self._rtcp_ssrc, media_ssrc=self._main_ssrc))
            )

    def _count(self, packet: RtpPacket, codec: RTCRtpCodecParameters) -> bool:
        stream = self._streams.get(packet.ssrc)
        if stream is None:
            if len(self._streams) >= _MAX_STREAMS:
                return False
            stream = self._streams[packet.ssrc] = _Stream(StreamStatistics(codec.clockRate))
        stream.statistics.add(packet)
        return True

    def _unwrap(
        self, packet: RtpPacket, codec: RTCRtpCodecParameters
    ) -> tuple[RtpPacket, RTCRtpCodecParameters] | None:
        """The packet inside a retransmission (RFC 4588)."""
        parameters: Mapping[str, Any] = codec.parameters
        payload_type, ssrc = parameters.get("apt"), self._original_ssrc.get(packet.ssrc)
        if ssrc is None or len(packet.payload) < 2 or payload_type not in self._codecs:
            return None
        return unwrap_rtx(packet, payload_type=payload_type, ssrc=ssrc), self._codecs[payload_type]

    def _estimate(self, packet: RtpPacket, arrival_ms: int) -> None:
        """Tells the sender what the path carries, and never more than one session may use."""
        sent = packet.extensions.abs_send_time
        if self._estimator is None or sent is None:
            return
        estimate = self._estimator.add(
            abs_send_time=sent,
            arrival_time_ms=arrival_ms,
            payload_size=len(packet.payload) + packet.padding_size,
            ssrc=packet.ssrc,
        )
        if estimate is not None:
            bits_per_s, ssrcs = estimate
            fci = pack_remb_fci(min(bits_per_s, self._max_bits_per_s), ssrcs)
            self._send(bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=self._rtcp_ssrc, media_ssrc=0, fci=fci)))

    async def _report(self) -> None:
        """Receiver reports about every second, at random intervals (RFC 3550 §6.2)."""
        while True:
            await asyncio.sleep(0.5 + random.random())  # noqa: S311 (spreads load, guards nothing)
            reports = [self._info(ssrc, stream) for ssrc, stream in self._streams.items()]
            if reports:
                self._send(bytes(RtcpRrPacket(ssrc=self._rtcp_ssrc, reports=reports)))

    def _info(self, ssrc: int, stream: _Stream) -> RtcpReceiverInfo:
        since_s = time.monotonic() - stream.last_report_s
        known = stream.last_report_s > 0 and since_s < 65_536
        return RtcpReceiverInfo(
            ssrc=ssrc,
            fraction_lost=stream.statistics.fraction_lost,
            packets_lost=stream.statistics.packets_lost,
            highest_sequence=stream.statistics.max_seq or 0,
            jitter=stream.statistics.jitter,
            lsr=stream.last_report if known else 0,
            dlsr=int(since_s * 65_536) if known else 0,
        )

    def _send(self, rtcp: bytes) -> None:
        task = asyncio.create_task(self._send_now(rtcp))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send_now(self, rtcp: bytes) -> None:
        with contextlib.suppress(ConnectionError):  # the connection has ended; its state says so
            await self._transport._send_rtp(rtcp)
