"""Agreement statistics against published tables."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.agreement import (
    AgreementError,
    icc_2_1,
    limits_of_agreement,
    propose_calibration,
    spearman,
)

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
"""Shrout and Fleiss 1979, table 2: six targets, four judges."""

WRIGHT = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
MINI_WRIGHT = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
"""Bland and Altman 1986, table 1: peak flow by two meters, first readings, l/min."""


def test_icc_is_the_published_one() -> None:
    found = icc_2_1(SHROUT_FLEISS)
    assert found.value == pytest.approx(0.29, abs=0.005)
    assert found.interval.low == pytest.approx(0.019, abs=0.001)
    assert found.interval.high == pytest.approx(0.761, abs=0.001)


def test_limits_of_agreement_are_the_published_ones() -> None:
    found = limits_of_agreement(WRIGHT, MINI_WRIGHT)
    assert found.n == 17
    assert found.bias == pytest.approx(-2.1, abs=0.05)
    assert found.standard_deviation == pytest.approx(38.8, abs=0.05)
    assert found.bias - 2 * found.standard_deviation == pytest.approx(-79.7, abs=0.1)  # 1986: two, not 1.96
    assert found.bias + 2 * found.standard_deviation == pytest.approx(75.5, abs=0.1)
    assert found.limits.low == pytest.approx(-78.1, abs=0.05)


def test_perfect_agreement_is_one_and_a_steady_difference_is_not() -> None:
    same = icc_2_1([[1, 1], [3, 3], [5, 5]])
    shifted = icc_2_1([[1, 3], [3, 5], [5, 7]])
    assert same.value == pytest.approx(1)
    assert shifted.value < 0.8


@pytest.mark.parametrize("ratings", [[], [[1, 2]], [[1], [2]], [[1, 2], [1]], [[2, 2], [2, 2]]])
def test_what_cannot_be_compared_is_refused(ratings: list[list[float]]) -> None:
    with pytest.raises(AgreementError):
        icc_2_1(ratings)


scores = st.floats(0, 10, allow_nan=False).map(lambda value: round(value, 1))


@given(st.lists(st.tuples(scores, scores), min_size=2, max_size=40))
def test_bias_turns_with_the_raters(pairs: list[tuple[float, float]]) -> None:
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    one, other = limits_of_agreement(first, second), limits_of_agreement(second, first)
    assert math.isclose(one.bias, -other.bias, abs_tol=1e-9)
    assert one.limits.low <= one.bias <= one.limits.high


@given(st.lists(st.tuples(scores, scores, scores), min_size=3, max_size=20))
def test_icc_lies_within_its_interval_and_does_not_mind_order(rows: list[tuple[float, ...]]) -> None:
    try:
        found = icc_2_1(rows)
    except AgreementError:
        return
    assert found.value <= 1 + 1e-9
    assert found.interval.low <= found.value + 1e-6
    assert found.value <= found.interval.high + 1e-6
    assert icc_2_1(list(reversed(rows))).value == pytest.approx(found.value, abs=1e-6)


def test_rank_correlation_with_ties() -> None:
    assert spearman([1, 2, 2, 4], [10, 20, 20, 40]) == pytest.approx(1)
    assert spearman([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)


def test_calibration_is_proposed_only_on_enough_and_steady_evidence() -> None:
    few = propose_calibration("sales", [6.0] * 29, [5.0] * 29)
    assert few.shift is None
    assert "29 of at least 30" in few.reason
    people = [5.0 + (i % 3) * 0.5 for i in range(40)]
    steady = propose_calibration("sales", [p + 0.8 + (i % 2) * 0.2 for i, p in enumerate(people)], people)
    assert steady.shift == pytest.approx(-0.9)
    noise = propose_calibration("sales", [p + (1 if i % 2 else -1) for i, p in enumerate(people)], people)
    assert noise.shift is None
