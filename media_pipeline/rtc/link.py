"""What every WebRTC connection of ours has: an offer answered, a watch kept, an end without remains.

A connection is never renegotiated. A peer that comes back after an outage makes a new one (aiortc
has no usable ICE restart).
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Literal, TypeVar

from aiortc import RTCSessionDescription

from media_pipeline.errors import OfferError
from media_pipeline.rtc.aiortc_private.peer import PeerConnection
from media_pipeline.rtc.aiortc_private.receiver import PacketSink
from media_pipeline.rtc.liveness import Liveness
from media_pipeline.rtc.offer import Offer, read_fragment
from media_pipeline.rtc.options import RtcOptions

logger = logging.getLogger(__name__)

ConnectionState = Literal["connecting", "connected", "lost", "closed"]

_LOOK_EVERY_S = 0.25
_CLOSE_WITHIN_S = 5.0

Link = TypeVar("Link", bound="PeerLink")


class PeerLink:
    """One peer connection. Subclasses say what is sent and received; see the four hooks at the end."""

    id: str
    answer_sdp: str

    def __init__(
        self, offer: Offer, options: RtcOptions, now_ms: Callable[[], float], video_first: str = "VP8"
    ) -> None:
        self.id = secrets.token_urlsafe(12)
        self.answer_sdp = ""
        self.state: ConnectionState = "connecting"
        self.was_connected = False
        self._offer = offer
        self._now_ms = now_ms
        self._peer = PeerConnection(
            options, self._sink, now_ms, passive_peer=offer.passive, video_first=video_first
        )
        self._liveness = Liveness(now_ms(), options.liveness)
        self._peer.door.heard = self._liveness.heard
        self._watch: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._closed_callbacks: list[Callable[[PeerLink], None]] = []

    async def establish(self: Link) -> Link:
        """Answers the offer. Raises ``OfferError``; nothing is left behind then."""
        try:
            self.answer_sdp = await self._negotiate()
        except BaseException:
            await self.close("offer not answered")
            raise
        self._watch = asyncio.create_task(self._keep_watch())
        return self

    @property
    def remote_ufrag(self) -> str:
        """The peer's ICE user fragment; another one in a PATCH would be an ICE restart."""
        return self._offer.ufrag

    async def add_candidates(self, sdp_fragment: str) -> None:
        """Takes the body of a WHIP PATCH. Raises ``OfferError``."""
        fragment = read_fragment(sdp_fragment)
        for candidate in fragment.candidates:
            candidate.sdpMid = self._offer.first_mid
            await self._peer.addIceCandidate(candidate)
        if fragment.complete:
            await self._peer.addIceCandidate(None)

    def on_closed(self, callback: Callable[[PeerLink], None]) -> None:
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

    async def _negotiate(self) -> str:
        peer = self._peer
        try:
            await peer.setRemoteDescription(RTCSessionDescription(self._offer.sdp, "offer"))
            self._add_tracks(peer)
            peer.prefer_resilient_audio()
            await peer.setLocalDescription(await peer.createAnswer())
        except asyncio.CancelledError:
            raise
        except Exception as error:
            # aiortc and its SDP parser raise whatever the offer makes them stumble on.
            logger.info("An offer could not be answered: %r", error)
            raise OfferError(f"The offer cannot be answered: {_reason(error)}") from error
        for transceiver in peer.getTransceivers():
            track = transceiver.sender.track
            if track is not None and transceiver.currentDirection not in ("sendrecv", "sendonly"):
                transceiver.sender.replaceTrack(None)
                track.stop()
        peer.on("connectionstatechange", self._peer_changed)
        return str(peer.localDescription.sdp)

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
                self._tick()
        finally:
            if ping is not None:
                ping.cancel()

    def _enter(self, state: ConnectionState, reason: str) -> None:
        if self.state not in (state, "closed"):
            self.state = state
            self.was_connected = self.was_connected or state == "connected"
            self._changed(state, reason)

    async def _close(self, reason: str) -> None:
        self._peer.remove_all_listeners()
        if self._watch is not None:
            self._watch.cancel()
        self._release()
        # A track that was added but never sent has nobody else to stop it.
        tracks = [sender.track for sender in self._peer.getSenders() if sender.track is not None]
        await _within(_CLOSE_WITHIN_S, self._peer.close())
        for track in tracks:
            track.stop()
        self._enter("closed", reason)
        for callback in self._closed_callbacks:
            callback(self)

    # --- what subclasses say -----------------------------------------------------------------

    def _sink(self, kind: str) -> PacketSink:
        """Where received packets of ``audio`` or ``video`` go."""
        raise NotImplementedError

    def _add_tracks(self, peer: PeerConnection) -> None:
        """Called when the offer is understood: adds what is to be sent."""

    def _changed(self, state: ConnectionState, reason: str) -> None:
        """The state has changed."""

    def _tick(self) -> None:
        """Called a few times a second."""

    def _release(self) -> None:
        """The connection ends: let go of queues and decoders."""


async def _within(seconds: float, closing: Awaitable[None]) -> None:
    try:
        await asyncio.wait_for(closing, seconds)
    except Exception:
        logger.exception("A connection did not close cleanly")


def _reason(error: Exception) -> str:
    text = str(error)
    return text if text and len(text) < 200 and "\n" not in text else type(error).__name__
