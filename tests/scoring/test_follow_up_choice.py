"""Which of the possible follow-ups is asked: what is likeliest to be right and makes sense here."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scoring.alike import PARTS, TYPES, Likely, Part
from scoring.follow_up_choice import likeliest
from scoring.follow_up_sense import makes_sense
from scoring.follow_up_types import FollowUpKind, PlannedFollowUp, PlannerOptions

KINDS: tuple[FollowUpKind, ...] = tuple(kind for kind in TYPES if kind is not None)
CHANCES = st.floats(0, 1)


def item(kind: FollowUpKind, target: str = "") -> PlannedFollowUp:
    return PlannedFollowUp(kind, f"{kind} {target}?", "", 0, 0, "a test", (), 0.5, "answer_end", target)


def likely(told: dict[Part, float], **right: float) -> Likely:
    chances = {kind: right.get(kind or "none", 0.0) for kind in TYPES}
    return Likely(chances, {part: told.get(part, 0.5) for part in PARTS})


def kinds(possible: list[PlannedFollowUp], given_likely: Likely) -> list[FollowUpKind]:
    return [found.kind for found in likeliest(possible, given_likely, "structured", PlannerOptions())]


END = item("missing_star", "result")


def test_an_end_that_was_most_likely_told_is_not_asked_for() -> None:
    told: dict[Part, float] = {
        "topic": 1.0,
        "case": 1.0,
        "ending": 0.9,
        "claim": 1.0,
        "figure": 1.0,
        "own": 1.0,
        "clash": 0.0,
    }
    assert kinds([END, item("deepen")], likely(told, missing_star=0.5, deepen=0.49, none=0.4)) == ["deepen"]


def test_an_end_that_is_missing_is() -> None:
    told: dict[Part, float] = {"topic": 1.0, "case": 1.0, "ending": 0.1}
    assert kinds([END, item("deepen")], likely(told, missing_star=0.6, deepen=0.4))[0] == "missing_star"


def test_nothing_is_asked_where_to_ask_nothing_is_as_right() -> None:
    assert kinds([item("deepen")], likely({}, deepen=0.4, none=0.4)) == []


def test_what_leads_back_to_the_question_comes_alone() -> None:
    asked = kinds([item("off_topic"), item("clarify")], likely({"topic": 0.0}, off_topic=0.9, clarify=0.8))
    assert asked == ["off_topic"]


@given(
    right=st.fixed_dictionaries(dict.fromkeys(TYPES, CHANCES)),
    told=st.fixed_dictionaries(dict.fromkeys(PARTS, CHANCES)),
)
def test_whatever_is_asked_first_makes_sense(
    right: dict[FollowUpKind | None, float], told: dict[Part, float]
) -> None:
    possible = [*map(item, KINDS), END, item("missing_star", "action")]
    found = likeliest(possible, Likely(right, told), "structured", PlannerOptions())
    assert all(makes_sense(one, Likely(right, told), "structured") for one in found)
    assert [one.worth for one in found] == sorted((one.worth for one in found), reverse=True)


CLASHING: dict[Part, float] = {"topic": 1.0, "case": 1.0, "ending": 1.0, "own": 1.0, "clash": 0.6}


def test_what_most_likely_does_not_fit_is_asked_about_before_anything_else() -> None:
    possible = [item("contradiction"), item("deepen")]
    assert kinds(possible, likely(CLASHING, deepen=0.9)) == ["contradiction"]
    assert kinds(possible, likely({**CLASHING, "clash": 0.3}, deepen=0.9))[0] == "deepen"


def test_less_is_needed_where_something_was_said_without_exception() -> None:
    unsure = likely({**CLASHING, "clash": 0.45}, deepen=0.9)
    held_up = replace(item("contradiction"), quote="every single box was tested")
    assert kinds([held_up, item("deepen")], unsure) == ["contradiction"]
    assert kinds([item("contradiction"), item("deepen")], unsure) != ["contradiction"]


def test_a_clash_nobody_can_ask_about_any_more_holds_nothing_up() -> None:
    assert "contradiction" not in kinds([item("deepen")], likely(CLASHING, deepen=0.9))
