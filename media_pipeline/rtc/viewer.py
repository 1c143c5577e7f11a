"""One viewer of a candidate: an offer to receive, answered with the candidate's encoded media."""

from __future__ import annotations

from collections.abc import Callable

from media_pipeline.rtc.aiortc_private.peer import PeerConnection
from media_pipeline.rtc.aiortc_private.receiver import Feedback, PacketSink
from media_pipeline.rtc.jitter import MediaPacket
from media_pipeline.rtc.link import PeerLink
from media_pipeline.rtc.offer import Offer, read_offer
from media_pipeline.rtc.options import RtcOptions
from media_pipeline.rtc.relay import Relay


class _Deaf:
    """Viewers only receive; what one sends is let fall."""

    def packet(self, packet: MediaPacket, codec: str) -> Feedback | None:
        return None


class Viewer(PeerLink):
    """Made by ``answer``; ends by ``close`` or by itself when the peer leaves or stays silent."""

    def __init__(self, offer: Offer, relay: Relay, options: RtcOptions, now_ms: Callable[[], float]) -> None:
        self._relay = relay
        super().__init__(offer, options, now_ms, video_first=relay.video_codec)

    @classmethod
    async def answer(
        cls, offer_sdp: str, *, relay: Relay, options: RtcOptions, now_ms: Callable[[], float]
    ) -> Viewer:
        """Answers an offer (``recvonly`` lines). Raises ``OfferError``; nothing is left behind then."""
        offer = read_offer(offer_sdp, options.limits.max_offer_bytes)
        return await cls(offer, relay, options, now_ms).establish()

    def _sink(self, kind: str) -> PacketSink:
        return _Deaf()

    def _add_tracks(self, peer: PeerConnection) -> None:
        for kind in self._offer.kinds:
            peer.addTrack(self._relay.join(kind))
        peer.on_keyframe_wanted(self._relay.request_keyframe)
