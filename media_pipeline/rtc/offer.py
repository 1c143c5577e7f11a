"""What is read from an SDP offer and from a trickled fragment before aiortc sees either. Pure.

Limits first: aiortc makes a transceiver for every ``m=`` line and cannot refuse one, so an offer
that asks for more than one audio and one video line is turned down as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiortc import RTCIceCandidate
from aiortc.sdp import candidate_from_sdp

from media_pipeline.errors import OfferError

_MAX_CANDIDATES = 64


@dataclass(frozen=True, slots=True)
class Offer:
    """The parts of an offer that decide whether and how it is answered."""

    sdp: str
    kinds: tuple[str, ...]
    """``audio``, ``video``, in the order of the lines."""
    first_mid: str
    """Name of the line that carries the transport of the whole bundle."""
    ufrag: str
    passive: bool = False
    """The peer insists on being the DTLS server (``a=setup:passive``)."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A WHIP ``PATCH`` body (RFC 8840): more of the peer's addresses, or an ICE restart."""

    ufrag: str | None
    candidates: tuple[RTCIceCandidate, ...]
    complete: bool
    """No more will come."""


def read_offer(sdp: str, max_bytes: int) -> Offer:
    """Checks an offer. Raises ``OfferError`` with what to change."""
    if len(sdp.encode()) > max_bytes:
        raise OfferError(f"The offer is larger than {max_bytes // 1024} KiB.")
    lines = [line.strip() for line in sdp.splitlines()]
    if not lines or lines[0] != "v=0":
        raise OfferError('The body is not an SDP offer: it must begin with "v=0".')
    kinds = tuple(line[2:].split(" ", 1)[0] for line in lines if line.startswith("m="))
    if not kinds:
        raise OfferError(
            "The offer has no media; offer an audio line, and a video line if there is a camera."
        )
    for kind in kinds:
        if kind not in ("audio", "video"):
            raise OfferError(f'The offer has a line of kind "{kind}"; only audio and video are taken.')
        if kinds.count(kind) > 1:
            raise OfferError(f"The offer has several {kind} lines; offer one.")
    ufrag = _first_value(lines, "a=ice-ufrag:")
    if ufrag is None:
        raise OfferError('The offer has no "a=ice-ufrag" line.')
    if _first_value(lines, "a=fingerprint:") is None:
        raise OfferError('The offer has no "a=fingerprint" line; media without DTLS is not taken.')
    return Offer(sdp, kinds, _first_value(lines, "a=mid:") or "", ufrag, "a=setup:passive" in lines)


def read_fragment(text: str) -> Fragment:
    """Reads ``application/trickle-ice-sdpfrag``. Raises ``OfferError``; unknown lines are skipped."""
    lines = [line.strip() for line in text.splitlines()]
    candidates: list[RTCIceCandidate] = []
    for line in lines:
        if not line.startswith("a=candidate:"):
            continue
        if len(candidates) >= _MAX_CANDIDATES:
            raise OfferError(f"The fragment has more than {_MAX_CANDIDATES} candidates.")
        candidates.append(_candidate(line.removeprefix("a=candidate:")))
    return Fragment(_first_value(lines, "a=ice-ufrag:"), tuple(candidates), "a=end-of-candidates" in lines)


def _candidate(value: str) -> RTCIceCandidate:
    try:
        candidate = candidate_from_sdp(value)
    except (AssertionError, ValueError, IndexError) as error:
        raise OfferError("The fragment has a candidate line that cannot be read (RFC 8839 §5.1).") from error
    if not 0 <= candidate.port <= 65_535:
        raise OfferError("The fragment has a candidate with an impossible port.")
    return candidate


def _first_value(lines: list[str], prefix: str) -> str | None:
    return next((line.removeprefix(prefix) for line in lines if line.startswith(prefix)), None)
