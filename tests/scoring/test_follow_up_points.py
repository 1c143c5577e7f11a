"""Which open question is asked: what is surely untold, then what goes further than any answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.follow_up_points import SURELY_UNTOLD, open_questions
from scoring.job import Question
from scoring.job_file import shipped_jobs
from scoring.told_points import TOLD
from tests.scoring.helpers import SUPERVISOR_EN, job

QUESTION = job(SUPERVISOR_EN).questions[4]
IDS = [point.id for point in QUESTION.expected_points]
CHANCES = st.dictionaries(st.sampled_from(IDS), st.floats(0, 1))


def asked_of(
    untold: dict[str, float], question: Question = QUESTION, asked: tuple[str, ...] = ()
) -> list[str]:
    """Ids of points in the order in which they are asked for; "deeper" for what goes further."""
    found = open_questions(question, asked, untold)
    return ["deeper" if item.point is None else item.point.id for item in found]


def test_a_point_that_is_surely_untold_comes_before_what_goes_further() -> None:
    assert asked_of({IDS[0]: 0.6, IDS[1]: 0.95}) == [IDS[1], "deeper", IDS[0]]


def test_where_a_lived_case_is_told_a_point_may_have_no_room_in_it() -> None:
    """Whoever never had customers is not asked which were hardest, however surely it is untold."""
    lived = job(SUPERVISOR_EN).questions[1]
    untold = {point.id: 0.99 for point in lived.expected_points}
    assert asked_of(untold, lived)[0] == "deeper"


def test_where_every_point_may_have_been_told_the_answer_is_taken_further() -> None:
    assert asked_of({IDS[0]: 0.89, IDS[1]: 0.7})[0] == "deeper"


def test_of_several_points_the_least_told_comes_first() -> None:
    assert asked_of({IDS[0]: 0.91, IDS[1]: 0.99})[:2] == [IDS[1], IDS[0]]


def test_a_job_without_a_further_question_asks_for_its_points() -> None:
    assert asked_of({IDS[0]: 0.6, IDS[1]: 0.7}, replace(QUESTION, deeper=None)) == [IDS[1], IDS[0]]


def test_nothing_is_asked_twice() -> None:
    assert QUESTION.deeper
    first = f"Thank you. {QUESTION.deeper}"
    assert "deeper" not in asked_of({IDS[0]: 0.6}, asked=(first,))


@given(untold=CHANCES)
def test_only_what_is_likelier_untold_than_told_is_asked_for(untold: dict[str, float]) -> None:
    asked = asked_of(untold)
    before, after = asked[: asked.index("deeper")], asked[asked.index("deeper") + 1 :]
    assert all(untold[name] >= SURELY_UNTOLD for name in before)
    assert all(1 - TOLD < untold[name] < SURELY_UNTOLD for name in after)
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("name", sorted(shipped_jobs()))
def test_every_question_of_the_shipped_jobs_can_be_taken_further(name: str) -> None:
    shipped = shipped_jobs()[name]
    further = [question.deeper for question in shipped.questions]
    assert all(further)
    assert len(set(further)) == len(further)
