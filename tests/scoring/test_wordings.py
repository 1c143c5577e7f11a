"""What single words and pairs of words speak for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.wordings import END_SHARE, WordTable, counted, end_of

TABLE = WordTable(
    ("since", "since then", "then", "后", "后 来"),
    np.array([1, 2, 1, 1, 2], dtype=np.float32),
    np.array([[0, 1], [1, 0], [0, 0], [0, 0], [0, 0]], dtype=np.float32),
)


def test_words_and_pairs_are_counted_in_both_languages() -> None:
    singles = {"since": 1, "then": 1, "0": 2, "of": 1}
    pairs = {"since then": 1, "then 0": 1, "0 of": 1, "of 0": 1}
    assert counted("Since then, 40 of 50") == {**singles, **pairs}
    assert counted("后来好了")["后 来"] == 1


def test_words_without_a_row_say_nothing() -> None:
    assert TABLE.sums("nobody knows").tolist() == [0, 0]
    assert TABLE.sums("").tolist() == [0, 0]


def test_a_rarer_word_says_more() -> None:
    pair, single = TABLE.sums("since then")
    assert pair == pytest.approx(2 * single)


@given(st.text(alphabet="since then 后来", max_size=60))
def test_the_weights_of_a_text_have_length_one(text: str) -> None:
    places, weights = TABLE.weights(counted(text))
    assert float((weights**2).sum()) == pytest.approx(1.0 if places else 0.0)


@given(st.text())
def test_the_end_of_a_text_is_its_end(text: str) -> None:
    assert text.endswith(end_of(text))
    assert len(end_of(text)) >= len(text) * END_SHARE
