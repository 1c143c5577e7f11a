"""Which follow-ups make sense: by what was told, and by what judges found of such questions."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.alike import PARTS, TYPES, Likely, Part
from scoring.follow_up_sense import (
    FEATURES,
    LOG_ODDS_OF_APPROVAL,
    REQUESTS,
    Request,
    chance_of_approval,
    features,
    least_approval,
    makes_sense,
    request_of,
    sense_of_asking,
)
from scoring.follow_up_types import FollowUpKind, PlannedFollowUp
from tests.scoring.fit_sense import Foretold, Verdict, fit_sense, verdicts
from tests.scoring.judgement_figures import scenarios


def item(kind: FollowUpKind, target: str = "") -> PlannedFollowUp:
    return PlannedFollowUp(kind, f"{kind} {target}?", "", 0, 0, "a test", (), 0.5, "answer_end", target)


def likely(told: dict[Part, float], **right: float) -> Likely:
    chances = {kind: right.get(kind or "none", 0.0) for kind in TYPES}
    return Likely(chances, {part: told.get(part, 0.5) for part in PARTS})


END = item("missing_star", "result")
ASKS: dict[Request, PlannedFollowUp] = {
    "end": END,
    "figure": item("quantify"),
    "own_part": item("own_role"),
    "example": item("missing_star", "example"),
    "steps": item("clarify"),
    "further": item("deepen"),
    "point": item("deepen", "a point"),
    "question": item("off_topic"),
}


def test_each_follow_up_asks_for_something() -> None:
    assert {request: request_of(asked) for request, asked in ASKS.items()} == {
        name: name for name in REQUESTS
    }
    assert request_of(item("missing_star", "action")) == "own_part"
    assert request_of(item("missing_star", "aftermath")) == "end"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (END, {"topic": 1.0, "case": 1.0, "ending": 1.0}),
        (END, {"topic": 1.0, "case": 0.0, "ending": 0.0}),
        (item("missing_star", "example"), {"topic": 1.0, "case": 1.0}),
        (item("missing_star", "action"), {"topic": 1.0, "own": 1.0}),
        (item("own_role"), {"topic": 1.0, "own": 1.0}),
        (item("quantify"), {"topic": 1.0, "claim": 1.0, "figure": 1.0}),
        (item("quantify"), {"topic": 1.0, "claim": 0.0, "figure": 0.0}),
        (item("clarify"), {"topic": 1.0, "case": 1.0}),
        (item("clarify"), {"topic": 0.0, "case": 0.0}),
        (item("off_topic"), {"topic": 1.0}),
        (item("deepen"), {"topic": 1.0, "case": 0.0}),
    ],
)
def test_what_was_told_or_has_nothing_to_stand_on_makes_no_sense(
    asked: PlannedFollowUp, told: dict[Part, float]
) -> None:
    assert sense_of_asking(asked, likely(told).told) == 0.0


WHOLE: dict[Part, float] = {"topic": 1, "case": 1, "ending": 1, "claim": 1, "figure": 1, "own": 1, "clash": 0}
WITHOUT_END: dict[Part, float] = {**WHOLE, "ending": 0, "claim": 0, "figure": 0}
NEXT_TO_NOTHING: dict[Part, float] = dict.fromkeys(PARTS, 0.0) | {"topic": 1.0}


def test_judges_want_the_end_of_a_story_that_has_none_before_anything_further() -> None:
    unfinished = likely(WITHOUT_END, missing_star=0.9, deepen=0.2)
    end, further = (chance_of_approval(ASKS[name], unfinished, "structured") for name in ("end", "further"))
    assert end > 0.9 > 0.4 > further
    whole = likely(WHOLE, deepen=0.8, none=0.5)
    end, further = (chance_of_approval(ASKS[name], whole, "structured") for name in ("end", "further"))
    assert further > 0.8 > 0.1 > end


def test_after_next_to_nothing_judges_want_an_example_not_a_figure() -> None:
    empty = likely(NEXT_TO_NOTHING, clarify=0.8, missing_star=0.4)
    assert makes_sense(ASKS["example"], empty, "structured")
    assert makes_sense(ASKS["steps"], empty, "structured")
    assert not makes_sense(ASKS["figure"], empty, "structured")
    assert not makes_sense(ASKS["further"], empty, "structured")


@pytest.mark.parametrize(
    ("ending", "sensible"),
    [(0.1, {"result"}), (0.45, {"aftermath"}), (0.95, set[str]())],
)
def test_whether_it_has_ended_is_asked_where_one_cannot_be_sure(ending: float, sensible: set[str]) -> None:
    told: dict[Part, float] = {**WITHOUT_END, "ending": ending}
    unsure = likely(told, missing_star=0.8)
    asked = [item("missing_star", target) for target in ("result", "aftermath")]
    assert {one.target for one in asked if makes_sense(one, unsure, "structured")} == sensible


def test_before_the_end_a_further_question_needs_surer_approval() -> None:
    told: dict[Part, float] = {**WHOLE, "ending": 0.5}
    bars = [least_approval("further", likely(parts), "structured") for parts in (told, WHOLE)]
    assert bars[0] > bars[1]
    assert least_approval("further", likely(told), "situational") == bars[1]


@given(
    right=st.fixed_dictionaries(dict.fromkeys(TYPES, st.floats(0, 1))),
    told=st.fixed_dictionaries(dict.fromkeys(PARTS, st.floats(0, 1))),
    asked=st.sampled_from(list(ASKS.values())),
)
def test_approval_is_a_chance_and_nothing_senseless_is_let_through(
    right: dict[FollowUpKind | None, float], told: dict[Part, float], asked: PlannedFollowUp
) -> None:
    given_likely = Likely(right, told)
    approval = chance_of_approval(asked, given_likely, "situational")
    assert 0 <= approval <= 1
    if makes_sense(asked, given_likely, "situational"):
        assert approval >= 0.2


def test_the_situation_is_never_asked_for() -> None:
    assert not makes_sense(item("missing_star", "situation"), likely(NEXT_TO_NOTHING), "structured")


def test_the_table_has_a_row_for_each_feature_and_a_column_for_each_request() -> None:
    assert set(LOG_ODDS_OF_APPROVAL) == {"constant", *FEATURES}
    assert {len(row) for row in LOG_ODDS_OF_APPROVAL.values()} == {len(REQUESTS)}
    assert len(features(likely(WHOLE), "structured")) == len(FEATURES)


def test_verdicts_are_on_blind_answers_of_both_languages() -> None:
    blind = {scenario.id for scenario in scenarios("blind")}
    judged = verdicts()
    assert {one.answer for one in judged} <= blind
    assert len({(one.answer, one.request) for one in judged}) == len(judged) > 2_000
    languages = Counter("-zh-" in one.answer for one in judged)
    assert min(languages.values()) > 0.4 * len(judged)


def test_a_fit_learns_what_verdicts_say() -> None:
    told = {f"whole {n}": WHOLE for n in range(30)} | {f"open {n}": WITHOUT_END for n in range(30)}
    foretold = {name: Foretold(likely(parts), "structured") for name, parts in told.items()}
    said = [Verdict(name, request, name.startswith("open")) for name in told for request in REQUESTS]
    table = fit_sense(foretold, said)
    assert chance_of_approval(END, likely(WITHOUT_END), "structured", table) > 0.9
    assert chance_of_approval(END, likely(WHOLE), "structured", table) < 0.1
