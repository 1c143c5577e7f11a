"""One interviewer's microphone: an offer that sends audio, answered. Off air nothing of it is heard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from media_pipeline.audio.frame import AudioFrame
from media_pipeline.errors import OfferError
from media_pipeline.rtc.aiortc_private.receiver import PacketSink
from media_pipeline.rtc.audio_in import AudioIn, AudioTap
from media_pipeline.rtc.jitter import MediaPacket
from media_pipeline.rtc.link import ConnectionState, PeerLink
from media_pipeline.rtc.offer import Offer, read_offer
from media_pipeline.rtc.threads import MediaThreads


@dataclass(frozen=True, slots=True)
class MicrophoneHandlers:
    """What is told of a microphone; all on the event loop."""

    audio: Callable[[AudioFrame], None]
    """Every 20 ms of what is said on air, in order, without gaps."""
    packets: AudioTap
    """The same as it was sent, before it is decoded."""
    state: Callable[[Microphone, ConnectionState, str], None]


class Microphone(PeerLink):
    """Made by ``answer``, off air; ends by ``close`` or by itself when the peer leaves or stays silent."""

    def __init__(
        self, offer: Offer, threads: MediaThreads, handlers: MicrophoneHandlers, now_ms: Callable[[], float]
    ) -> None:
        self._threads = threads
        self._handlers = handlers
        self._on_air: AudioIn | None = None
        self.muted = 0
        """Packets that came while off air. A page that mutes itself sends none."""
        super().__init__(offer, threads.options, now_ms)

    @classmethod
    async def answer(
        cls,
        offer_sdp: str,
        *,
        threads: MediaThreads,
        handlers: MicrophoneHandlers,
        now_ms: Callable[[], float],
    ) -> Microphone:
        """Answers an offer of one audio line. Raises ``OfferError``; nothing is left behind then."""
        offer = read_offer(offer_sdp, threads.options.limits.max_offer_bytes)
        if offer.kinds != ("audio",):
            raise OfferError("A microphone sends audio only; offer one audio line and no video.")
        return await cls(offer, threads, handlers, now_ms).establish()

    def go_on_air(self) -> None:
        """From now on what comes is heard. Each time begins afresh: a browser's clock may have stood."""
        if self._on_air is None:
            self._on_air = AudioIn(
                self._threads.audio,
                self._deliver,
                self._threads.options,
                self._now_ms,
                self._handlers.packets,
            )

    def go_off_air(self) -> None:
        """What has come by now is still heard."""
        if self._on_air is not None:
            self._on_air.close()
            self._on_air = None

    @property
    def audio_in(self) -> AudioIn | None:
        """For counts, while on air."""
        return self._on_air

    def packet(self, packet: MediaPacket, codec: str) -> None:
        """Satisfies ``PacketSink``."""
        if self._on_air is None:
            self.muted += 1
        else:
            self._on_air.packet(packet, codec)

    def _sink(self, kind: str) -> PacketSink:
        return self

    def _changed(self, state: ConnectionState, reason: str) -> None:
        self._handlers.state(self, state, reason)

    def _release(self) -> None:
        self.go_off_air()

    def _deliver(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            self._handlers.audio(frame)
