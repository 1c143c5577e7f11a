"""One WebRTC connection of one candidate: an SDP offer answered, audio frames and pictures out.

A connection is never renegotiated. A peer that comes back after an outage makes a new one, and
the session replaces the old (aiortc has no usable ICE restart).
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import av
from aiortc import RTCSessionDescription
from aiortc.mediastreams import MediaStreamTrack

from media_pipeline.audio.frame import AudioFrame
from media_pipeline.errors import OfferError
from media_pipeline.rtc.aiortc_private.peer import PeerConnection
from media_pipeline.rtc.aiortc_private.receiver import Feedback, PacketSink
from media_pipeline.rtc.audio_in import AudioIn
from media_pipeline.rtc.liveness import Liveness
from media_pipeline.rtc.offer import Offer, read_fragment, read_offer
from media_pipeline.rtc.threads import MediaThreads
from media_pipeline.rtc.video_in import VideoIn

logger = logging.getLogger(__name__)

ConnectionState = Literal["connecting", "connected", "lost", "closed"]

_LOOK_EVERY_S = 0.25
_CLOSE_WITHIN_S = 5.0


def _nothing(*_: object) -> None:
    """A handler nobody set."""


@dataclass(frozen=True, slots=True)
class MediaHandlers:
    """What a session hears of its connection. All are called on the event loop."""

    audio: Callable[[AudioFrame], None] = _nothing
    """Every 20 ms of audio, in order, without gaps (``AudioFrame.concealed`` marks what was lost)."""

    picture: Callable[[av.VideoFrame, float], None] = _nothing
    """A decoded picture and its session milliseconds; at most ``RtcOptions.pictures_per_s``."""

    state: Callable[[Connection, ConnectionState, str], None] = _nothing
    """``connected``; ``lost`` (nothing heard for 3 s; may come back); ``closed`` with the reason."""


class Connection:
    """Made by ``answer``; ends by ``close`` or by itself when the peer leaves or stays silent."""

    id: str
    answer_sdp: str

    def __init__(
        self,
        offer: Offer,
        threads: MediaThreads,
        handlers: MediaHandlers,
        now_ms: Callable[[], float],
        audio_packets: PacketSink | None,
    ) -> None:
        self.id = secrets.token_urlsafe(12)
        self.answer_sdp = ""
        self.state: ConnectionState = "connecting"
        self.was_connected = False
        self._offer = offer
        self._handlers = handlers
        self._now_ms = now_ms
        options = threads.options
        self._audio = AudioIn(threads.audio, self._deliver_audio, options, now_ms)
        self._video = VideoIn(threads.video, handlers.picture, options, now_ms)
        self._audio_packets: PacketSink = audio_packets or self._audio
        self._peer = PeerConnection(options, self._sink, now_ms, passive_peer=offer.passive)
        self._liveness = Liveness(now_ms(), options.liveness)
        self._peer.door.heard = self._liveness.heard
        self._watch: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._closed_callbacks: list[Callable[[Connection], None]] = []

    @classmethod
    async def answer(
        cls,
        offer_sdp: str,
        *,
        threads: MediaThreads,
        handlers: MediaHandlers,
        now_ms: Callable[[], float],
        voice: MediaStreamTrack | None = None,
        audio_packets: PacketSink | None = None,
    ) -> Connection:
        """Answers an offer; media follows when the peer has connected.

        ``voice`` (48 kHz, 20 ms frames) is sent where the offer's audio line is ``sendrecv``, and
        is stopped with the connection. ``audio_packets`` takes the encoded audio instead of the
        decoder. Raises ``OfferError``; nothing is left behind then.
        """
        offer = read_offer(offer_sdp, threads.options.limits.max_offer_bytes)
        connection = cls(offer, threads, handlers, now_ms, audio_packets)
        try:
            connection.answer_sdp = await connection._negotiate(voice)
        except BaseException:
            await connection.close("offer not answered")
            raise
        connection._watch = asyncio.create_task(connection._keep_watch())
        return connection

    @property
    def remote_ufrag(self) -> str:
        """The peer's ICE user fragment; another one in a PATCH would be an ICE restart."""
        return self._offer.ufrag

    @property
    def audio_in(self) -> AudioIn:
        """For counts: what was received, lost, recovered, concealed."""
        return self._audio

    @property
    def video_in(self) -> VideoIn:
        return self._video

    async def add_candidates(self, sdp_fragment: str) -> None:
        """Takes the body of a WHIP PATCH. Raises ``OfferError``."""
        fragment = read_fragment(sdp_fragment)
        for candidate in fragment.candidates:
            candidate.sdpMid = self._offer.first_mid
            await self._peer.addIceCandidate(candidate)
        if fragment.complete:
            await self._peer.addIceCandidate(None)

    def request_keyframe(self) -> None:
        """Asks the sender for a picture that stands on its own."""
        if receiver := self._peer.media_receivers.get("video"):
            receiver.ask(Feedback(keyframe=True))

    def on_closed(self, callback: Callable[[Connection], None]) -> None:
        """``callback`` is called once, when the connection has ended."""
        self._closed_callbacks.append(callback)

    def close_soon(self, reason: str) -> asyncio.Task[None]:
        """Begins to close, and returns what can be awaited. The first reason counts."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(reason))
        return self._closing

    async def close(self, reason: str = "closed") -> None:
        """Ends the connection; returns when sockets and tasks are gone. May be called again."""
        await asyncio.shield(self.close_soon(reason))

    async def _negotiate(self, voice: MediaStreamTrack | None) -> str:
        peer = self._peer
        try:
            await peer.setRemoteDescription(RTCSessionDescription(self._offer.sdp, "offer"))
            sender = peer.addTrack(voice) if voice is not None and "audio" in self._offer.kinds else None
            peer.prefer_resilient_audio()
            await peer.setLocalDescription(await peer.createAnswer())
        except asyncio.CancelledError:
            raise
        except Exception as error:
            # aiortc and its SDP parser raise whatever the offer makes them stumble on.
            logger.info("An offer could not be answered: %r", error)
            raise OfferError(f"The offer cannot be answered: {_reason(error)}") from error
        if sender is not None and not self._voice_is_sent():
            sender.replaceTrack(None)
        if voice is not None and (sender is None or sender.track is None):
            voice.stop()
        peer.on("connectionstatechange", self._peer_changed)
        return str(peer.localDescription.sdp)

    def _voice_is_sent(self) -> bool:
        return any(
            transceiver.kind == "audio" and transceiver.currentDirection in ("sendrecv", "sendonly")
            for transceiver in self._peer.getTransceivers()
        )

    def _sink(self, kind: str) -> PacketSink:
        return self._audio_packets if kind == "audio" else self._video

    def _deliver_audio(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            self._handlers.audio(frame)

    def _peer_changed(self) -> None:
        state = self._peer.connectionState
        if state == "connected" and self.state == "connecting":
            self._liveness.connected(self._now_ms())
            self._enter("connected", "")
        elif state == "failed":
            self.close_soon("failed")
        elif state == "closed":
            self.close_soon("left")

    async def _keep_watch(self) -> None:
        """Asks a silent peer whether it is there, and says so when it is not."""
        ping: asyncio.Task[bool] | None = None
        try:
            while True:
                await asyncio.sleep(_LOOK_EVERY_S)
                verdict = self._liveness.verdict(self._now_ms())
                if verdict == "gone":
                    self.close_soon("never connected" if self.state == "connecting" else "silent")
                    return
                if verdict in ("ask", "lost") and (ping is None or ping.done()):
                    ping = asyncio.create_task(self._peer.ping())
                if verdict == "lost" and self.state == "connected":
                    self._enter("lost", "silent")
                elif verdict in ("alive", "ask") and self.state == "lost":
                    self._enter("connected", "back")
                self._video.tick()
        finally:
            if ping is not None:
                ping.cancel()

    def _enter(self, state: ConnectionState, reason: str) -> None:
        if self.state not in (state, "closed"):
            self.state = state
            self.was_connected = self.was_connected or state == "connected"
            self._handlers.state(self, state, reason)

    async def _close(self, reason: str) -> None:
        self._peer.remove_all_listeners()
        if self._watch is not None:
            self._watch.cancel()
        self._audio.close()
        self._video.close()
        try:
            await asyncio.wait_for(self._peer.close(), _CLOSE_WITHIN_S)
        except Exception:
            logger.exception("A connection did not close cleanly")
        self._enter("closed", reason)
        for callback in self._closed_callbacks:
            callback(self)


def _reason(error: Exception) -> str:
    text = str(error)
    return text if text and len(text) < 200 and "\n" not in text else type(error).__name__
