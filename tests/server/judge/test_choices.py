"""A model's choice among the planned follow-ups: when it comes first, and when the rules' own stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from media_pipeline import events as ev
from scoring.follow_ups import plan
from scoring.job_file import shipped_jobs
from scoring.transcript import Transcript, Utterance
from server.conductor.state import Asked, FollowUp, InterviewState
from server.judge.choices import CHOSEN_BY_MODEL, Choice, key_of, may_still_change, with_choice
from server.judge.follow_ups import DISMISSED_RESTS_MS, follow_up_events

JOB = shipped_jobs()["production-supervisor.en"]
SAID = Transcript(
    "en", (Utterance("q2", 0, 4_000, "I optimised the production process and it went much better"),)
)
PLANNED = plan(JOB, SAID, "q2", ())
SEEN = frozenset(map(key_of, PLANNED))
ANSWERING = InterviewState(
    phase="answering",
    candidate_speaking=True,
    asked=(Asked("q2", 1, "Question?", 0, answer_started_at_ms=0),),
)


def waiting(state: InterviewState, text: str) -> InterviewState:
    proposal = ev.FollowUpProposed("f1", "q2", "quantify", text, "", 0, 1, "")
    return replace(state, follow_ups={"f1": FollowUp(proposal, "proposed", 0)})


def test_what_was_chosen_comes_first_and_says_by_whom() -> None:
    assert len(PLANNED) >= 2
    ordered = with_choice(PLANNED, Choice(key_of(PLANNED[1]), SEEN), "en")
    assert ordered[0].text == PLANNED[1].text
    assert ordered[0].reason.endswith(CHOSEN_BY_MODEL["en"])
    assert PLANNED[0].text in ordered[0].alternatives
    assert {item.text for item in ordered} == {item.text for item in PLANNED}


def test_a_choice_holds_back_nothing_it_has_not_seen() -> None:
    choice = Choice(key_of(PLANNED[1]), frozenset({key_of(PLANNED[1])}))
    assert with_choice(PLANNED, choice, "en") == PLANNED
    assert with_choice(PLANNED[:1], Choice(key_of(PLANNED[1]), SEEN), "en") == PLANNED[:1]
    assert with_choice(PLANNED, None, "en") == PLANNED


@pytest.mark.parametrize(
    "state",
    [
        waiting(replace(ANSWERING, candidate_speaking=False), PLANNED[0].text),  # a pause has begun
        waiting(replace(ANSWERING, phase="ended"), PLANNED[0].text),
        waiting(replace(ANSWERING, paused_since_ms=5), PLANNED[0].text),
        waiting(replace(ANSWERING, asked=(Asked("q3", 2, "Next?", 0),)), PLANNED[0].text),
        waiting(ANSWERING, "another sentence"),
        ANSWERING,
    ],
)
def test_once_it_may_be_asked_or_is_gone_the_choice_comes_too_late(state: InterviewState) -> None:
    assert may_still_change(waiting(ANSWERING, PLANNED[0].text), "q2", PLANNED)
    assert not may_still_change(state, "q2", PLANNED)


def test_two_points_about_the_same_words_are_two_proposals() -> None:
    deepen = [item for item in PLANNED if item.kind == "deepen"]
    if len(deepen) < 2:
        said = (
            "I rearranged the tool carts last year. I moved the pallets. The scrap fell from 8 to 3 percent."
        )
        deepen = [
            item
            for item in plan(JOB, Transcript("en", (Utterance("q2", 0, 9_000, said),)), "q2", ())
            if item.kind == "deepen"
        ]
    assert len(deepen) == 2
    assert deepen[0].quote == deepen[1].quote
    (first,) = follow_up_events(ANSWERING, "q2", deepen)
    assert isinstance(first, ev.FollowUpProposed)
    assert first.moment == "answer_end"
    put_aside = {"f1": FollowUp(first, "withdrawn", 10_000, withdrawn_because="dismissed")}
    just_now = replace(ANSWERING, follow_ups=put_aside, last_at_ms=10_000 + DISMISSED_RESTS_MS - 1)
    assert follow_up_events(just_now, "q2", deepen) == (), "its kind rests for a while"
    (second,) = follow_up_events(replace(just_now, last_at_ms=10_000 + DISMISSED_RESTS_MS), "q2", deepen)
    assert isinstance(second, ev.FollowUpProposed)
    assert second.text == deepen[1].text
