"""One WebRTC connection of one candidate: an SDP offer answered, audio frames and pictures out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import av
from aiortc.mediastreams import MediaStreamTrack

from media_pipeline.audio.frame import AudioFrame
from media_pipeline.rtc.aiortc_private.peer import PeerConnection
from media_pipeline.rtc.aiortc_private.receiver import Feedback, PacketSink
from media_pipeline.rtc.audio_in import AudioIn
from media_pipeline.rtc.link import ConnectionState, PeerLink
from media_pipeline.rtc.offer import Offer, read_offer
from media_pipeline.rtc.relay import Relay
from media_pipeline.rtc.threads import MediaThreads
from media_pipeline.rtc.video_in import VideoIn

__all__ = ["Connection", "ConnectionState", "MediaHandlers"]


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

    relay: Relay | None = None
    """Where the encoded media goes too, for those who watch."""


class Connection(PeerLink):
    """Made by ``answer``; ends by ``close`` or by itself when the peer leaves or stays silent."""

    def __init__(
        self,
        offer: Offer,
        threads: MediaThreads,
        handlers: MediaHandlers,
        now_ms: Callable[[], float],
        voice: Callable[[], MediaStreamTrack] | None,
        audio_packets: PacketSink | None,
    ) -> None:
        self._handlers = handlers
        self._voice = voice
        self._audio = AudioIn(threads.audio, self._deliver_audio, threads.options, now_ms, handlers.relay)
        self._video = VideoIn(threads.video, handlers.picture, threads.options, now_ms, handlers.relay)
        self._audio_packets: PacketSink = audio_packets or self._audio
        super().__init__(offer, threads.options, now_ms)
        if handlers.relay is not None:
            handlers.relay.source(self.request_keyframe)

    @classmethod
    async def answer(
        cls,
        offer_sdp: str,
        *,
        threads: MediaThreads,
        handlers: MediaHandlers,
        now_ms: Callable[[], float],
        voice: Callable[[], MediaStreamTrack] | None = None,
        audio_packets: PacketSink | None = None,
    ) -> Connection:
        """Answers an offer; media follows when the peer has connected.

        ``voice`` makes the track (48 kHz, 20 ms frames or Opus packets) that is sent where the
        offer's audio line is ``sendrecv``; it is asked only for an offer that can be answered, and
        its track is stopped with the connection. ``audio_packets`` takes the encoded audio instead
        of the decoder. Raises ``OfferError``; nothing is left behind then.
        """
        offer = read_offer(offer_sdp, threads.options.limits.max_offer_bytes)
        return await cls(offer, threads, handlers, now_ms, voice, audio_packets).establish()

    @property
    def audio_in(self) -> AudioIn:
        """For counts: what was received, lost, recovered, concealed."""
        return self._audio

    @property
    def video_in(self) -> VideoIn:
        return self._video

    def request_keyframe(self) -> None:
        """Asks the sender for a picture that stands on its own."""
        if receiver := self._peer.media_receivers.get("video"):
            receiver.ask(Feedback(keyframe=True))

    def _sink(self, kind: str) -> PacketSink:
        return self._audio_packets if kind == "audio" else self._video

    def _add_tracks(self, peer: PeerConnection) -> None:
        if self._voice is not None and "audio" in self._offer.kinds:
            peer.addTrack(self._voice())

    def _changed(self, state: ConnectionState, reason: str) -> None:
        self._handlers.state(self, state, reason)

    def _tick(self) -> None:
        self._video.tick()

    def _release(self) -> None:
        self._audio.close()
        self._video.close()

    def _deliver_audio(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            self._handlers.audio(frame)
