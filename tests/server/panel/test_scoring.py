"""What people give: levels, whole scores, decisions; when a reason is owed; what is hidden until then."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError, InputError
from scoring.job_file import shipped_jobs
from scoring.scales import score_of_levels
from server.conductor.evolve import evolve
from server.conductor.state import InterviewState
from server.panel import scoring
from server.panel.card import complete, score_of
from server.panel.scoring import ReasonError, Viewer

JOB = shipped_jobs()["production-supervisor.en"]
PROFESSIONAL = JOB.competencies[0]
FIRST, *REST = [scale.id for scale in PROFESSIONAL.sub_dimensions]
IVAN, BLIND = Viewer("ivan"), Viewer("ivan", blind=True)
PROPOSED = ev.ScoreProposed(
    PROFESSIONAL.id, 6.0, 0.5, (), "", tuple(ev.ProposedLevel(scale, 3.2) for scale in (FIRST, *REST))
)


def after(state: InterviewState, *events: ev.Event) -> InterviewState:
    for event in events:
        state = evolve(state, ev.Record(state.seq + 1, state.last_at_ms + 1_000, event))
    return state


JUDGED = after(InterviewState(), PROPOSED)


def level(
    state: InterviewState, value: int | None, reason: str = "", viewer: Viewer = IVAN, scale: str = FIRST
) -> InterviewState:
    return after(state, *scoring.give_level(JOB, state, viewer, PROFESSIONAL.id, scale, value, reason))


def test_the_nearest_level_needs_no_reason_and_another_does() -> None:
    state = level(JUDGED, 3)
    assert state.panel.card("ivan", PROFESSIONAL.id).levels[FIRST].level == 3
    for departing in (1, 2, 4, 5, None):
        with pytest.raises(ReasonError, match=r"departs from the proposed 3\.2"):
            level(JUDGED, departing)
    assert level(JUDGED, 4, "led it alone").panel.card("ivan", PROFESSIONAL.id).levels[FIRST].reason


def test_a_later_change_is_given_with_its_reason_even_without_a_proposal() -> None:
    state = level(InterviewState(), 2)
    with pytest.raises(ReasonError, match="You change"):
        level(state, 3)
    state = level(state, 3, "second example")
    assert state.panel.card("ivan", PROFESSIONAL.id).levels[FIRST] == ev.LevelGiven(
        PROFESSIONAL.id, FIRST, 3, "ivan", "second example"
    )
    assert level(state, 3) is not None, "the same again is no change"


def test_blind_nobody_is_told_by_being_asked_for_a_reason() -> None:
    state = JUDGED
    for scale in (FIRST, *REST):
        assert scoring.hidden_from(state, PROFESSIONAL, BLIND)
        state = level(state, 5, viewer=BLIND, scale=scale)
    assert not scoring.hidden_from(state, PROFESSIONAL, BLIND)
    with pytest.raises(ReasonError):
        level(state, 4, viewer=BLIND)
    assert not scoring.hidden_from(JUDGED, PROFESSIONAL, IVAN)


def test_insufficient_evidence_completes_a_card() -> None:
    state = JUDGED
    for scale in (FIRST, *REST):
        state = level(state, None, "never told", scale=scale)
    card = state.panel.card("ivan", PROFESSIONAL.id)
    assert complete(PROFESSIONAL, card) and score_of(PROFESSIONAL, card) is None


def test_the_later_of_whole_and_levels_holds() -> None:
    state = level(JUDGED, 3)
    by_levels = score_of_levels(PROFESSIONAL, {FIRST: 3})
    assert score_of(PROFESSIONAL, state.panel.card("ivan", PROFESSIONAL.id)) == by_levels
    with pytest.raises(ReasonError, match=r"departs from the proposed 6\.0"):
        scoring.give_score(JOB, state, IVAN, PROFESSIONAL.id, 7.0, " ")
    state = after(state, *scoring.give_score(JOB, state, IVAN, PROFESSIONAL.id, 6.94, ""))
    assert score_of(PROFESSIONAL, state.panel.card("ivan", PROFESSIONAL.id)) == 6.9
    state = level(state, 3, scale=REST[0])
    assert not state.panel.card("ivan", PROFESSIONAL.id).as_whole


def test_everybody_has_a_card_of_their_own() -> None:
    state = level(level(JUDGED, 3), 3, viewer=Viewer("mei"))
    assert set(state.panel.cards) == {"ivan", "mei"}
    assert not scoring.has_scored_all(JOB, state, "ivan")
    state = after(state, *scoring.give_score(JOB, state, IVAN, PROFESSIONAL.id, 6.0, ""))
    assert scoring.has_scored_all(JOB, state, "ivan") and not scoring.has_scored_all(JOB, state, "mei")


@pytest.mark.parametrize(("competency", "scale"), [("charm", FIRST), (PROFESSIONAL.id, "smile")])
def test_what_the_job_does_not_have_is_not_scored(competency: str, scale: str) -> None:
    with pytest.raises(InputError):
        scoring.give_level(JOB, JUDGED, IVAN, competency, scale, 3, "")


def test_a_decision_stands_on_the_whole_and_every_version_is_kept() -> None:
    with pytest.raises(ConflictError):
        scoring.decide(JUDGED, "ivan", "advance", "Clear examples and figures throughout")
    ended = after(JUDGED, ev.InterviewEnded("completed"))
    with pytest.raises(ReasonError) as short:
        scoring.decide(ended, "ivan", "advance", "good  " + " " * 40)
    assert short.value.reason == "decision_too_short"
    first = scoring.decide(ended, "ivan", "hold", "Wait for the second conversation")
    state = after(ended, *first)
    state = after(state, *scoring.decide(state, "mei", "advance", "The second conversation was convincing"))
    assert [event.decision for _, event in state.panel.decisions] == ["hold", "advance"]


MARKS = st.tuples(
    st.sampled_from(["ivan", "mei"]),
    st.sampled_from([FIRST, *REST]),
    st.none() | st.integers(1, 5),
    st.booleans(),
)


@given(st.lists(MARKS, max_size=30))
def test_a_change_never_stands_without_its_reason(
    marks: list[tuple[str, str, int | None, bool]],
) -> None:
    state = JUDGED
    for person, scale, value, says_why in marks:
        before = state.panel.card(person, PROFESSIONAL.id).levels.get(scale)
        viewer = Viewer(person, blind=person == "mei")
        try:
            state = level(state, value, "because" if says_why else "", viewer, scale)
        except ReasonError:
            assert not says_why
            continue
        given_level = state.panel.card(person, PROFESSIONAL.id).levels[scale]
        assert given_level.level == value
        if before is not None and before.level != value:
            assert given_level.reason == "because"
