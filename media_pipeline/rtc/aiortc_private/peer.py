"""aiortc's peer connection with our ICE door and our receivers put in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiortc import RTCCertificate, RTCConfiguration, RTCPeerConnection, RTCRtpReceiver
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtcrtptransceiver import RTCRtpTransceiver

from media_pipeline.rtc.aiortc_private import gnutls
from media_pipeline.rtc.aiortc_private.ice import Door, GuardedIceConnection
from media_pipeline.rtc.aiortc_private.receiver import MediaReceiver, PacketSink
from media_pipeline.rtc.options import RtcOptions

_VIDEO_PREFERENCE = ("video/VP8", "video/H264", "video/rtx")
_AUDIO_PREFERENCE = ("audio/opus",)


class PeerConnection(RTCPeerConnection):
    """Answers one offer. ``sinks`` says where the packets of each kind of media go."""

    def __init__(
        self,
        options: RtcOptions,
        sinks: Callable[[str], PacketSink],
        now_ms: Callable[[], float],
        *,
        passive_peer: bool = False,
        video_first: str = "VP8",
    ) -> None:
        self._viva_video_first = f"video/{video_first}"
        # See gnutls.py: peers that insist on being the DTLS server are FFmpeg.
        self._viva_gnutls = passive_peer and gnutls.available()
        self._viva_options = options
        self._viva_sinks = sinks
        self._viva_now_ms = now_ms
        self.door = Door(options.limits, now_ms)
        self.media_receivers: dict[str, MediaReceiver] = {}
        # An empty list: with None, aiortc would ask a public STUN server for our address.
        super().__init__(RTCConfiguration(iceServers=[]))

    def prefer_resilient_audio(self) -> None:
        """Asks the sender for in-band error correction; to be called before the answer is made."""
        for transceiver in self.getTransceivers():
            for codec in transceiver._codecs:
                if codec.name.lower() == "opus":
                    codec.parameters = {"minptime": 10, "useinbandfec": 1}

    def on_keyframe_wanted(self, callback: Callable[[], None]) -> None:
        """``callback`` is called when the peer asks for a keyframe of a video that we pass on."""
        for sender in self.getSenders():
            if sender.kind == "video":
                sender._send_keyframe = callback  # type: ignore[method-assign]

    async def ping(self) -> bool:
        """A STUN binding request to the peer; True where it answered."""
        for connection in self._ice_connections():
            if await connection.ping():
                return True
        return False

    def _ice_connections(self) -> list[GuardedIceConnection]:
        transports: set[Any] = self._RTCPeerConnection__iceTransports  # type: ignore[attr-defined]
        return [transport._connection for transport in transports]

    # The two methods below override private ones of aiortc, under their mangled names.

    def _RTCPeerConnection__createDtlsTransport(self) -> RTCDtlsTransport:  # noqa: N802
        dtls: RTCDtlsTransport = super()._RTCPeerConnection__createDtlsTransport()  # type: ignore[misc]
        transport = dtls.transport
        old = transport._connection
        guarded = GuardedIceConnection(self._viva_options.ice, self._viva_options.limits, self.door)
        # All transports of a peer connection share their credentials until they are bundled.
        guarded._local_username, guarded._local_password = old._local_username, old._local_password
        transport.iceGatherer._connection = guarded
        transport._connection = guarded
        transport._recv, transport._send = guarded.recv, guarded.send
        if self._viva_gnutls:
            _handshake_by_gnutls(dtls)
        return dtls

    def _RTCPeerConnection__createTransceiver(  # noqa: N802
        self, direction: str, kind: str, sender_track: MediaStreamTrack | None = None
    ) -> RTCRtpTransceiver:
        create = super()._RTCPeerConnection__createTransceiver  # type: ignore[misc]
        transceiver: RTCRtpTransceiver = create(direction=direction, kind=kind, sender_track=sender_track)
        receiver = MediaReceiver(
            kind,
            transceiver.receiver.transport,
            self._viva_sinks(kind),
            self._viva_now_ms,
            self._viva_options.limits.max_video_bits_per_s,
        )
        receiver._set_rtcp_ssrc(transceiver.sender._ssrc)
        transceiver._RTCRtpTransceiver__receiver = receiver  # type: ignore[attr-defined]
        self.media_receivers[kind] = receiver
        wanted: tuple[str, ...] = _AUDIO_PREFERENCE
        if kind == "video":
            wanted = tuple(dict.fromkeys((self._viva_video_first, *_VIDEO_PREFERENCE)))
        known = RTCRtpReceiver.getCapabilities(kind).codecs  # type: ignore[union-attr]
        transceiver.setCodecPreferences(
            [codec for name in wanted for codec in known if codec.mimeType == name]
        )
        return transceiver


def _handshake_by_gnutls(dtls: RTCDtlsTransport) -> None:
    """Puts GnuTLS in OpenSSL's place, for this transport only, just before the handshake."""
    by_openssl = dtls._do_handshake

    async def handshake() -> None:
        if dtls._role == "client":
            own: RTCCertificate = dtls._RTCDtlsTransport__local_certificate  # type: ignore[attr-defined]
            dtls._ssl = gnutls.GnutlsClient(own)  # type: ignore[assignment]
        await by_openssl()

    dtls._do_handshake = handshake  # type: ignore[method-assign]
