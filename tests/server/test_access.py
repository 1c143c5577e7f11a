"""Who may do what, as a pure function: the table read cell by cell, and what must hold whatever it says."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.errors import ForbiddenError
from server.access import (
    ACTIONS,
    CHANGES,
    HIDDEN,
    HOUSE,
    MEANING,
    TABLE,
    Action,
    Facts,
    allowed_actions,
    as_markdown,
    may,
    require,
)
from server.persons import EVERY
from server.tokens import Audience, Grant, Role

ROOT = Path(__file__).parents[2]
FACTS = Facts("i1", job="clerk", department="sales", interviewers=frozenset({"ada", "bob"}))


def grant(role: Role, **changed: object) -> Grant:
    """Someone whose scope is just ``FACTS``."""
    audience: Audience = "session" if role == "candidate" else "desk"
    whole = Grant(
        role,
        audience,
        subject="ada",
        interview="i1" if role == "candidate" else None,
        expires_at=0.0,
        id="t",
        departments=frozenset({"sales"}),
        jobs=frozenset({"clerk"}),
    )
    return dataclasses.replace(whole, **changed)  # type: ignore[arg-type]


# One row an action: the interview is the person's own (inside the scope, assigned); nothing else is asked.
OWN = """
             candidate interviewer department_head recruiter auditor operator
list         -         +           +               +         +       -
watch        -         +           +               +         -       -
thumbnail    -         +           +               +         -       -
control      -         +           +               -         -       -
speak        -         +           +               -         -       -
note         -         +           +               -         -       -
chat         -         +           +               -         -       -
score        -         +           +               -         -       -
decide       -         +           +               -         -       -
report       -         +           +               +         +       -
log          -         +           +               +         +       -
recording    -         +           +               +         -       -
audit        -         -           -               -         +       -
create       -         -           -               +         -       -
links        -         -           -               +         -       -
assign       -         -           -               +         -       -
destroy      -         -           -               +         -       -
take_part    +         -           -               -         -       -
"""


def read(text: str) -> dict[tuple[str, str], bool]:
    """(role, action) → whether the table says +."""
    head, *rows = [line.split() for line in text.strip().splitlines()]
    return {(role, row[0]): cell == "+" for row in rows for role, cell in zip(head, row[1:], strict=True)}


@pytest.mark.parametrize(
    ("cell", "expected"), [pytest.param(*one, id="-".join(one[0])) for one in read(OWN).items()]
)
def test_own_interview(cell: tuple[Role, Action], expected: bool) -> None:
    role, action = cell
    assert may(grant(role), action, FACTS).allowed is expected


def test_no_cell_is_forgotten() -> None:
    assert set(read(OWN)) == {(role, action) for role in get_args(Role) for action in ACTIONS}
    assert set(TABLE) == set(get_args(Role))
    assert set(MEANING) == set(ACTIONS)


@pytest.mark.parametrize(
    ("role", "facts"),
    [
        ("interviewer", {"interviewers": frozenset({"bob"})}),
        ("interviewer", {"interviewers": frozenset()}),
        ("interviewer", {"department": "law"}),
        ("department_head", {"job": "driver"}),
        ("department_head", {"department": "law"}),
        ("recruiter", {"department": "law"}),
        ("auditor", {"department": "law"}),
        ("candidate", {"interview": "i2"}),
    ],
)
def test_another_persons_interview_is_as_unknown_as_none(role: Role, facts: dict[str, object]) -> None:
    other = dataclasses.replace(FACTS, **facts)  # type: ignore[arg-type]
    assert allowed_actions(grant(role), other) == ()
    for action in TABLE[role]:
        refused, unknown = may(grant(role), action, other), may(grant(role), action, None)
        assert refused.sentence == unknown.sentence == HIDDEN
        assert refused.because != unknown.because == "unknown", "the audit trail tells them apart"


def test_a_head_conducts_only_where_assigned() -> None:
    bystander = grant("department_head", subject="zoe")
    assert {"control", "speak"}.isdisjoint(allowed_actions(bystander, FACTS))
    assert {"watch", "score", "decide"} <= set(allowed_actions(bystander, FACTS))
    assert "assigned" in may(bystander, "control", FACTS).sentence, "the interview itself is no secret"


def test_ordering_in_another_department_says_why() -> None:
    ordered = Facts("", job="clerk", department="law")
    assert "department" in may(grant("recruiter"), "create", ordered).sentence
    assert may(grant("recruiter"), "create", dataclasses.replace(ordered, department="sales")).allowed


def test_someone_without_a_name_is_assigned_to_nothing() -> None:
    facts = dataclasses.replace(FACTS, interviewers=frozenset({""}))
    assert not may(grant("interviewer", subject=""), "watch", facts).allowed


@pytest.mark.parametrize("role", get_args(Role))
def test_a_token_of_the_other_kind_opens_nothing(role: Role) -> None:
    for audience in get_args(Audience):
        if audience == "desk" if role == "candidate" else audience != "desk":
            assert allowed_actions(grant(role, audience=audience), FACTS) == ()


def test_the_whole_house_is_for_those_of_every_department() -> None:
    assert may(grant("auditor", departments=frozenset({EVERY})), "audit", HOUSE).allowed
    assert not may(grant("auditor"), "audit", HOUSE).allowed


def test_a_refusal_is_raised_with_its_sentence() -> None:
    require(grant("recruiter"), "list", FACTS)
    with pytest.raises(ForbiddenError, match="A recruiter may not give scores"):
        require(grant("recruiter"), "score", FACTS)


# --- Whatever the table says ------------------------------------------------------------------

names = st.sampled_from(["a", "b", "c", EVERY])
scopes = st.frozensets(names)
persons = st.sampled_from(["", "ada", "bob", "eve"])
some_facts = st.builds(
    Facts,
    interview=st.sampled_from(["", "i1", "i2"]),
    job=st.sampled_from(["a", "b", "c"]),
    department=st.sampled_from(["a", "b", "c"]),
    interviewers=st.frozensets(persons),
)
grants = st.builds(
    Grant,
    role=st.sampled_from(get_args(Role)),
    audience=st.sampled_from(get_args(Audience)),
    subject=persons,
    interview=st.none() | st.sampled_from(["i1", "i2"]),
    expires_at=st.just(0.0),
    id=st.just("t"),
    departments=scopes,
    jobs=scopes,
)


@given(grants, some_facts, st.data())
def test_nobody_gains_by_losing_scope(who: Grant, facts: Facts, data: st.DataObject) -> None:
    less = dataclasses.replace(
        who,
        departments=data.draw(_part_of(who.departments)),
        jobs=data.draw(_part_of(who.jobs)),
        # A candidate's token without an interview is damaged; for everyone else a bound one is narrower.
        interview=None
        if who.role == "candidate"
        else who.interview or data.draw(st.sampled_from([None, "i1", "i2"])),
    )
    fewer = dataclasses.replace(facts, interviewers=facts.interviewers - {who.subject})
    before = set(allowed_actions(who, facts))
    assert set(allowed_actions(less, facts)) <= before
    assert set(allowed_actions(who, fewer)) <= before


def _part_of(scope: frozenset[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(sorted(scope))) if scope else st.just(frozenset())


@given(grants, some_facts)
def test_rights_build_on_each_other(who: Grant, facts: Facts) -> None:
    rights = set(allowed_actions(who, facts))
    if facts.interview and rights - {"take_part", "create"}:
        assert "list" in rights, "whoever may do anything may see that the interview is there"
    if rights & {"control", "speak", "note", "chat", "score", "thumbnail"}:
        assert "watch" in rights
    if "control" in rights:
        assert who.subject in facts.interviewers


@given(grants, some_facts)
def test_duties_are_kept_apart(who: Grant, facts: Facts) -> None:
    rights = set(allowed_actions(who, facts))
    if who.role == "auditor":
        assert rights.isdisjoint(CHANGES)
    if who.role == "operator":
        assert rights == set()
    if who.role == "recruiter":
        assert rights.isdisjoint({"score", "decide", "control", "speak"})
    if "take_part" in rights:
        assert rights == {"take_part"} and who.interview == facts.interview
    if "score" in rights:
        assert rights.isdisjoint({"create", "assign", "destroy", "audit"})


@given(grants, some_facts, st.sampled_from(ACTIONS))
def test_a_refusal_gives_no_hidden_interview_away(who: Grant, facts: Facts, action: Action) -> None:
    refused, unknown = may(who, action, facts), may(who, action, None)
    if facts.interview and not refused.allowed and not may(who, "list", facts).allowed:
        assert refused.sentence == unknown.sentence
    assert refused.allowed or refused.sentence


def test_the_page_about_roles_shows_this_table() -> None:
    page = (ROOT / "docs" / "roles.md").read_text(encoding="utf-8")
    assert as_markdown() in page, "docs/roles.md: put in what `python -m server.access` prints"
