"""Single byte ranges as RFC 9110 §14 has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.http.ranges import ByteRange, RangeError, byte_range

ETAG = '"1-64"'


@pytest.mark.parametrize(
    ("header", "start", "length"),
    [
        ("bytes=0-", 0, 100),
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 10),
        ("bytes=90-200", 90, 10),
        ("bytes=-10", 90, 10),
        ("bytes=-1000", 0, 100),
        ("Bytes = 5 - 6", 5, 2),
    ],
)
def test_a_range(header: str, start: int, length: int) -> None:
    assert byte_range(header, None, ETAG, 100) == ByteRange(start, length, 100)


@pytest.mark.parametrize(
    "header",
    [None, "", "bytes=", "bytes=-", "bytes=5-4", "bytes=0-1,5-6", "items=0-1", "bytes=a-b", "bytes=٣-"],
)
def test_what_is_no_single_range_is_ignored(header: str | None) -> None:
    assert byte_range(header, None, ETAG, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_behind_the_end_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(RangeError):
        byte_range(header, None, ETAG, 100)


def test_if_range_asks_for_the_same_bytes() -> None:
    assert byte_range("bytes=0-1", ETAG, ETAG, 100) is not None
    assert byte_range("bytes=0-1", '"other"', ETAG, 100) is None
    assert byte_range("bytes=0-1", "Sun, 22 Nov 2026 03:00:00 GMT", ETAG, 100) is None
    assert byte_range("bytes=0-1", "W/" + ETAG, ETAG, 100) is None


def test_what_was_sent_is_said() -> None:
    assert ByteRange(10, 5, 100).content_range == "bytes 10-14/100"


@given(st.text(max_size=40), st.integers(1, 10**6))
def test_any_header_gives_a_range_inside_or_a_refusal(header: str, size: int) -> None:
    try:
        found = byte_range(header, None, ETAG, size)
    except RangeError:
        return
    assert found is None or (found.length > 0 and found.start + found.length <= size)
