"""How transcripts are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtest.speech_text import errors, tokens


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Mr. Dashwood, isn’t HERE!", "en", ["mister", "dashwood", "isn't", "here"]),
        ("ill-disposed", "en", ["ill", "disposed"]),
        ("in 1813.", "en", ["in", "eighteen", "thirteen"]),
        ("7 of 42, 1900, 2005 and 300", "en",
         ["seven", "of", "forty", "two", "one", "thousand", "nine", "hundred", "two", "thousand", "five",
          "and", "three", "hundred"]),
        ("12345", "en", ["12345"]),
        ("優化了，KPI 3 倍。", "zh", ["优", "化", "了", "k", "p", "i", "三", "倍"]),
        ("", "en", []),
    ],
)  # fmt: skip
def test_normalising(text: str, language: str, expected: list[str]) -> None:
    assert tokens(text, language) == expected


@pytest.mark.parametrize(
    ("reference", "heard", "count"),
    [
        ("abc", "abc", 0),
        ("abc", "", 3),
        ("", "ab", 2),
        ("abc", "adc", 1),
        ("abc", "xabc", 1),
        ("abcd", "bcde", 2),
    ],
)
def test_errors(reference: str, heard: str, count: int) -> None:
    assert errors(list(reference), list(heard)) == count


WORDS = st.lists(st.sampled_from("abcd"), max_size=12)


@given(WORDS, WORDS)
def test_errors_are_a_distance(one: list[str], other: list[str]) -> None:
    assert errors(one, other) == errors(other, one)
    assert abs(len(one) - len(other)) <= errors(one, other) <= max(len(one), len(other))
    assert (errors(one, other) == 0) == (one == other)
