"""What must not be believed, and what must."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.events import Language
from media_pipeline.recognition.guards import (
    GuardOptions,
    is_stock_phrase,
    is_unbelievable,
    repetition_at,
    token_budget,
)


@pytest.mark.parametrize(
    ("units", "at"),
    [
        ("", None),
        ("abcd", None),
        ("abcdabcd", 4),
        ("xabcdabcd", 5),
        ("abcabc", None),  # a short phrase said twice is speech
        ("abcabcabcabcabc", 3),  # five times is a loop
        ("nnnn", None),
        ("nnnnn", 1),
        ("abcdefg", None),
    ],
)
def test_where_a_loop_begins(units: str, at: int | None) -> None:
    assert repetition_at(list(units)) == at


@given(
    st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), min_size=4, max_size=6)
)
def test_a_repeated_stretch_is_always_found(before: list[str], stretch: list[str]) -> None:
    at = repetition_at([*before, *stretch, *stretch])

    assert at is not None
    assert at <= len(before) + len(stretch)


@given(st.lists(st.integers(), unique=True, max_size=40))
def test_words_that_do_not_repeat_are_no_loop(units: list[int]) -> None:
    assert repetition_at([str(unit) for unit in units]) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thanks for watching!", "en"),
        ("Thank you so much for watching.", "en"),
        ("Please subscribe to my channel", "en"),
        ("Subtitles by the Amara.org community", "en"),
        ("字幕由Amara.org社区提供", "zh"),
        ("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", "zh"),
        ("谢谢大家观看", "zh"),
        ("Thanks for watching!", "zh"),
        ("谢谢观看", "en"),
        ("。", "zh"),
        ("", "en"),
    ],
)
def test_stock_phrases_are_refused(text: str, language: Language) -> None:
    assert is_stock_phrase(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Thank you.", "en"),
        ("Thank you very much for the question.", "en"),
        ("I spent a lot of time watching the line", "en"),
        ("Our subscribers doubled", "en"),
        ("Copyright law.", "en"),
        ("I translated the manual by myself", "en"),
        ("谢谢", "zh"),
        ("谢谢大家", "zh"),
        ("我们做了字幕", "zh"),
        ("我负责订阅业务的增长", "zh"),
    ],
)
def test_what_candidates_say_is_not(text: str, language: Language) -> None:
    assert not is_stock_phrase(text, language)


def test_doubt_needs_two_witnesses_unless_it_is_great() -> None:
    options = GuardOptions()

    assert not is_unbelievable(0.9, -0.3, options)
    assert not is_unbelievable(0.1, -1.2, options)
    assert is_unbelievable(0.9, -1.0, options)
    assert is_unbelievable(0.0, -2.0, options)


@given(st.floats(0, 30_000))
def test_the_token_budget_grows_with_the_audio(duration_ms: float) -> None:
    options = GuardOptions()
    least = options.spare_tokens + int(duration_ms / 1000 * options.tokens_per_second)

    assert least <= token_budget(duration_ms, options) <= least + 1
