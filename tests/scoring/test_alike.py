"""What raters asked after answers like this one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.alike import TYPES, Directions, Floats, RatedAnswers, from_json, rated_answers, to_json


def some_answers(count: int = 5) -> RatedAnswers:
    dice = np.random.default_rng(1)

    def floats(*shape: int) -> Floats:
        return dice.normal(size=shape).astype(np.float32)

    return RatedAnswers(
        ("empty", "strong"),
        Directions(floats(512), floats(3, 512)),
        Directions(floats(512), floats(2, 512)),
        floats(count, 7),
        np.asarray(floats(count, len(TYPES)) / 10, dtype=np.float32),
        np.full(len(TYPES), 0.1, dtype=np.float32),
        0.05,
    )


def test_the_nearest_answer_says_most() -> None:
    rated = some_answers(2)
    signs, vectors = {"empty": 1.0, "strong": 0.0}, np.ones((3, 512), dtype=np.float32)
    here = rated.point(signs, vectors)
    weights = np.zeros((2, len(TYPES)), dtype=np.float32)
    weights[0, TYPES.index("clarify")] = weights[1, TYPES.index("deepen")] = 0.8
    near = RatedAnswers(
        rated.signs,
        rated.whole,
        rated.end,
        np.array([here, here + 10], dtype=np.float32),
        weights,
        rated.usual,
        rated.narrowness,
    )
    chances = near.chances(signs, vectors)
    assert chances["clarify"] == pytest.approx(0.9, abs=0.01)
    assert chances["deepen"] == pytest.approx(0.1, abs=0.01)


@given(strength=st.floats(0, 1), seed=st.integers(0, 2**32 - 1), parts=st.integers(1, 6))
def test_chances_lie_between_0_and_1(strength: float, seed: int, parts: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(parts, 512)).astype(np.float32)
    chances = some_answers().chances({"empty": 1 - strength, "strong": strength}, vectors)
    assert set(chances) == set(TYPES)
    assert all(0 <= chance <= 1 for chance in chances.values())


def test_kept_as_text_they_say_the_same() -> None:
    rated, signs = some_answers(), {"empty": 0.3, "strong": 0.6}
    vectors = np.ones((2, 512), dtype=np.float32)
    again = from_json(to_json(rated))
    assert again.chances(signs, vectors) == pytest.approx(rated.chances(signs, vectors), abs=0.01)


def test_what_comes_with_viva_can_be_read() -> None:
    rated = rated_answers()
    assert len(rated.points) == len(rated.weights) > 1_000
    assert rated.weights.shape[1] == len(TYPES)
    assert all(np.isfinite(part).all() for part in (rated.points, rated.weights, rated.usual))
