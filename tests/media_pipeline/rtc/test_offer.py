"""Offers and fragments: what is read, what is refused, and that nothing crashes."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.errors import OfferError
from media_pipeline.rtc.offer import read_fragment, read_offer

GOOD = (
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:a\r\na=ice-ufrag:abcd\r\n"
    "a=fingerprint:sha-256 00\r\na=setup:actpass\r\n"
)
CANDIDATE = "a=candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host"


def test_an_offer_is_read() -> None:
    offer = read_offer(GOOD, 64 * 1024)
    assert (offer.kinds, offer.first_mid, offer.ufrag, offer.passive) == (("audio",), "a", "abcd", False)
    assert read_offer(GOOD.replace("actpass", "passive"), 64 * 1024).passive


@pytest.mark.parametrize(
    ("sdp", "says"),
    [
        ("", "must begin"),
        ("v=0\r\n", "no media"),
        (GOOD + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n", "only audio and video"),
        (GOOD + "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", "several audio"),
        (GOOD.replace("a=ice-ufrag:abcd\r\n", ""), "ice-ufrag"),
        (GOOD.replace("a=fingerprint:sha-256 00\r\n", ""), "fingerprint"),
        (GOOD + "a=x\r\n" * 20_000, "larger"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_what_to_change(sdp: str, says: str) -> None:
    with pytest.raises(OfferError, match=says):
        read_offer(sdp, 64 * 1024)


def test_a_fragment_is_read() -> None:
    fragment = read_fragment(
        f"a=ice-ufrag:abcd\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n{CANDIDATE}\r\na=end-of-candidates\r\n"
    )
    assert fragment.ufrag == "abcd"
    assert [(c.ip, c.port) for c in fragment.candidates] == [("192.0.2.7", 50_000)]
    assert fragment.complete


@pytest.mark.parametrize(
    "candidate", ["a=candidate:", "a=candidate:1 1 udp x", CANDIDATE.replace("50000", "70000")]
)
def test_a_candidate_that_cannot_be_read_is_refused(candidate: str) -> None:
    with pytest.raises(OfferError):
        read_fragment(candidate)


def test_too_many_candidates_are_refused() -> None:
    with pytest.raises(OfferError, match="64"):
        read_fragment("\r\n".join([CANDIDATE] * 65))


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=300),
    st.lists(st.sampled_from([*GOOD.split("\r\n"), CANDIDATE])),
)
def test_anything_is_read_or_refused(noise: str, lines: list[str]) -> None:
    for text in (noise, "\r\n".join([*lines, noise]), "v=0\r\n" + "\r\n".join(lines)):
        for read in (lambda sdp: read_offer(sdp, 64 * 1024), read_fragment):
            with contextlib.suppress(OfferError):
                read(text)
