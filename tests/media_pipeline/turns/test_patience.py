"""Patience learns, never shrinks below what a thinker needs, and grows with the person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.turns.patience import LONGEST_PAUSE_MS, REMEMBERED_PAUSES, SHORTEST_PAUSE_MS, Patience

pauses = st.lists(st.integers(0, 60_000), max_size=80)
probabilities = st.none() | st.floats(0, 1)


def after(observed: list[int]) -> Patience:
    patience = Patience()
    for pause in observed:
        patience = patience.observe_pause(pause)
    return patience


@pytest.mark.parametrize(
    ("observed", "probability", "at_least", "at_most"),
    [
        ([], None, 3_000, 4_000),  # nothing known: longer than a thinking pause of 3 s
        ([], 0.1, 3_000, 4_000),
        ([], 0.99, 3_000, 4_000),  # a stranger's finished sentence may still be followed by thinking
        ([600] * 20, 0.99, 1_200, 2_200),  # quick speakers are not waited for longer
        ([600] * 40, 0.99, 1_200, 1_200),
        ([600] * 40, 0.1, 3_300, 3_500),  # but may think as long as anybody
        ([3_500] * 40, 0.1, 4_000, 5_000),  # slow ones longer
        ([3_500] * 40, 0.99, 3_500, 4_500),
        ([14_000] * 40, 0.1, 8_000, 8_000),  # up to a limit
    ],
)
def test_follow_up_gap(observed: list[int], probability: float | None, at_least: int, at_most: int) -> None:
    assert at_least <= after(observed).follow_up_gap_ms(probability) <= at_most


@given(pauses, probabilities)
def test_the_gap_never_comes_near_an_assistants(observed: list[int], probability: float | None) -> None:
    patience = after(observed)
    assert 1_000 <= patience.follow_up_gap_ms(probability) <= 8_000
    assert patience.nudge_after_ms() >= 20_000
    assert patience.nudge_after_ms() > patience.follow_up_gap_ms(probability)


@given(pauses, st.floats(0, 1), st.floats(0, 1))
def test_a_surer_end_never_makes_it_wait_longer(observed: list[int], one: float, other: float) -> None:
    patience = after(observed)
    assert patience.follow_up_gap_ms(max(one, other)) <= patience.follow_up_gap_ms(min(one, other))


@given(pauses, st.integers(SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS))
def test_not_knowing_is_as_patient_as_being_unsure(observed: list[int], pause: int) -> None:
    patience = after([*observed, pause])
    assert patience.follow_up_gap_ms(None) == patience.follow_up_gap_ms(0.0)


@given(pauses)
def test_only_pauses_are_remembered_and_only_so_many(observed: list[int]) -> None:
    kept = after(observed).pauses_ms
    assert len(kept) <= REMEMBERED_PAUSES
    assert all(SHORTEST_PAUSE_MS <= pause <= LONGEST_PAUSE_MS for pause in kept)


@given(st.lists(st.integers(SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS), min_size=1, max_size=50))
def test_the_short_gap_outlasts_seven_in_eight_of_the_known_pauses(observed: list[int]) -> None:
    gap = after(observed).follow_up_gap_ms(1.0)
    longer = sum(pause > gap for pause in observed)
    assert longer <= (len(observed) + 4) / 8 or gap == 8_000


def test_observing_leaves_the_old_state_alone() -> None:
    before = Patience()
    before.observe_pause(1_000)
    assert before == Patience()
