"""Nobody floods the panel: a burst is taken, then one message after another, each person for themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.panel.chat_limit import ChatLimit, TooFastError, said


def test_a_burst_is_taken_then_it_refills() -> None:
    limit = ChatLimit(at_once=3, refill_ms=1_000)
    for _ in range(3):
        limit = said(limit, "ivan", 0)
    with pytest.raises(TooFastError, match="in 1 s") as refused:
        said(limit, "ivan", 999)
    assert (refused.value.code, refused.value.status) == ("rate", 429)
    limit = said(limit, "mei", 999)
    limit = said(limit, "ivan", 1_000)
    with pytest.raises(TooFastError):
        said(limit, "ivan", 1_001)


@given(st.lists(st.integers(0, 20_000), max_size=200))
def test_never_more_than_the_burst_and_what_has_refilled(gaps: list[int]) -> None:
    limit, now, taken = ChatLimit(), 0, 0
    for gap in gaps:
        now += gap
        try:
            limit = said(limit, "ivan", now)
        except TooFastError:
            continue
        taken += 1
    assert taken <= limit.at_once + now / limit.refill_ms + 1
