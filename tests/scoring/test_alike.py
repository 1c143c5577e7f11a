"""What raters asked after answers like this one, and what readers found in them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.alike import PARTS, TYPES, Directions, Floats, RatedAnswers
from scoring.alike_file import FILES, By, from_json, rated_answers, to_json
from scoring.wordings import WordTable


def some_answers(count: int = 5) -> RatedAnswers:
    dice = np.random.default_rng(1)

    def floats(*shape: int) -> Floats:
        return dice.normal(size=shape).astype(np.float32)

    return RatedAnswers(
        ("empty", "strong"),
        0.5,
        (Directions(floats(512), floats(3, 512)), Directions(floats(512), floats(2, 512))),
        floats(count, 7),
        np.asarray(floats(count, len(TYPES) + len(PARTS)) / 10, dtype=np.float32),
        np.full(len(TYPES) + len(PARTS), 0.1, dtype=np.float32),
        0.05,
        WordTable(
            ("and", "and since"), np.array([1, 3], dtype=np.float32), floats(2, len(TYPES) + len(PARTS))
        ),
        WordTable((), floats(0), floats(0, len(TYPES) + len(PARTS))),
    )


def test_the_nearest_answer_says_most() -> None:
    rated = some_answers(2)
    signs, vectors = {"empty": 1.0, "strong": 0.0}, np.ones((2, 512), dtype=np.float32)
    here = rated.point(signs, vectors)
    weights = np.zeros((2, len(TYPES) + len(PARTS)), dtype=np.float32)
    weights[0, TYPES.index("clarify")] = weights[1, TYPES.index("deepen")] = 0.8
    weights[0, len(TYPES) + PARTS.index("ending")] = 0.7
    points = np.array([here, here + 10], dtype=np.float32)
    near = replace(rated, points=points, weights=weights, words=rated.end_words)
    likely = near.likely(signs, vectors, "and since then")
    assert likely.right["clarify"] == pytest.approx(0.9, abs=0.01)
    assert likely.right["deepen"] == pytest.approx(0.1, abs=0.01)
    assert likely.told["ending"] == pytest.approx(0.8, abs=0.01)
    assert likely.told["figure"] == pytest.approx(0.1, abs=0.01)


@given(strength=st.floats(0, 1), seed=st.integers(0, 2**32 - 1), text=st.text())
def test_chances_lie_between_0_and_1(strength: float, seed: int, text: str) -> None:
    vectors = np.random.default_rng(seed).normal(size=(2, 512)).astype(np.float32)
    likely = some_answers().likely({"empty": 1 - strength, "strong": strength}, vectors, text)
    assert set(likely.right) == set(TYPES)
    assert set(likely.told) == set(PARTS)
    assert all(0 <= chance <= 1 for chance in (*likely.right.values(), *likely.told.values()))


def test_words_add_what_they_say() -> None:
    rated, signs = some_answers(), {"empty": 0.3, "strong": 0.6}
    vectors = np.ones((2, 512), dtype=np.float32)
    without, with_words = (rated.likely(signs, vectors, text).told["topic"] for text in ("", "And."))
    said = rated.words.says[0, len(TYPES)]
    assert min(1, max(0, without + said)) == pytest.approx(with_words, abs=0.2)
    assert without != with_words


def test_kept_as_text_they_say_the_same() -> None:
    rated, signs = some_answers(), {"empty": 0.3, "strong": 0.6}
    vectors = np.ones((2, 512), dtype=np.float32)
    again = from_json(*to_json(rated))
    for one, other in zip(
        *(kept.likely(signs, vectors, "and since") for kept in (again, rated)), strict=True
    ):
        assert one == pytest.approx(other, abs=0.01)


def test_what_thousands_of_points_add_up_to_is_kept() -> None:
    """Each is rounded; what is left over must not pile up."""
    few = some_answers()
    times = 4_000 // len(few.points)
    random = np.random.default_rng(2)
    spread = random.normal(0, 1, (times * len(few.points), few.weights.shape[1])).astype(np.float32)
    many = replace(few, points=np.tile(few.points, (times, 1)), weights=spread)
    again = from_json(*to_json(many))
    assert again.weights.sum(axis=0) == pytest.approx(many.weights.sum(axis=0), abs=0.05)


@pytest.mark.parametrize("by", FILES)
def test_what_comes_with_viva_can_be_read(by: By) -> None:
    rated = rated_answers(by)
    assert len(rated.points) == len(rated.weights) > 1_000
    assert rated.weights.shape[1] == len(TYPES) + len(PARTS)
    assert all(np.isfinite(part).all() for part in (rated.points, rated.weights, rated.usual))
