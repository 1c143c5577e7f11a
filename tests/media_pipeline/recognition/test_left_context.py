"""What was said before is heard along, and nothing of it is told twice."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.events import Word
from media_pipeline.recognition.left_context import LeftContext, LeftContextOptions, left_context
from media_pipeline.recognition.utterance import Window


def window(start_ms: float, length_ms: int, value: int = 1) -> Window:
    return Window(np.full(length_ms * 16, value, np.int16), start_ms, 0)


def test_short_speech_gets_what_was_said_before_and_the_silence_between() -> None:
    before, now = window(0, 2_000, 7), window(3_000, 900, 9)

    context = left_context(before, now, voice_ms=400)

    assert context is not None
    assert context.duration_ms == 3_000
    samples = context.before(now)
    assert len(samples) == 3_900 * 16
    assert (samples[: 2_000 * 16] == 7).all()
    assert not samples[2_000 * 16 : 3_000 * 16].any()
    assert (samples[3_000 * 16 :] == 9).all()


def test_a_pre_roll_that_overlaps_the_silence_before_is_there_once() -> None:
    context = left_context(window(0, 2_000), window(1_700, 900), voice_ms=400)

    assert context is not None
    assert context.duration_ms == 1_700


def test_long_speech_distant_speech_and_the_first_speech_are_heard_alone() -> None:
    now = window(10_000, 2_000)
    assert left_context(None, now, voice_ms=500) is None
    assert left_context(window(6_000, 3_000), now, voice_ms=3_100) is None
    assert left_context(window(1_000, 3_000), now, voice_ms=500) is None
    assert left_context(window(9_000, 3_000), now, voice_ms=500) is not None


def test_in_haste_only_the_shortest_speech_gets_context() -> None:
    before, now = window(0, 2_000), window(3_000, 2_900)

    assert left_context(before, now, voice_ms=2_400) is not None
    assert left_context(before, now, voice_ms=2_400, thorough=False) is None
    assert left_context(before, now, voice_ms=1_400, thorough=False) is not None


def test_only_the_end_of_long_speech_is_heard_again() -> None:
    context = left_context(window(0, 20_000), window(20_500, 900), 400, LeftContextOptions(longest_ms=4_000))

    assert context is not None
    assert context.duration_ms == 4_500


@given(
    lead_ms=st.integers(100, 6_000),
    edges=st.lists(st.integers(0, 9_000), min_size=2, max_size=30).map(sorted),
)
def test_words_of_the_window_are_kept_in_order_and_counted_from_its_start(
    lead_ms: int, edges: list[int]
) -> None:
    words = [
        Word(f"w{index}", start, end)
        for index, (start, end) in enumerate(zip(edges[::2], edges[1::2], strict=False))
    ]
    context = LeftContext(np.zeros(lead_ms * 16, np.int16))

    kept = context.removed(words)

    assert [word.text for word in kept] == [word.text for word in words if word.end_ms > lead_ms]
    assert all(0 <= word.start_ms <= word.end_ms for word in kept)
