"""What the desk points at: what still holds, never more than three, pace only where the policy allows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline import events as ev
from scoring.prompts import Prompt, PromptKind, PromptOptions
from server.conductor.script import ConductorOptions
from server.conductor.state import Asked, InterviewState
from server.judge.prompts import DeskPrompts, answering_ms, look_again_ms, next_prompts, pace_hints

OFF_TOPIC = Prompt("off_topic:q1", "off_topic", "Off topic", "we went to the lake", 0, 1, 0.85)
NO_RESULT = Prompt("not_answered:q1:result", "not_answered", "Not yet told: result", "I fixed it", 0, 1, 0.7)
ANSWERING = InterviewState(
    phase="answering", asked=(Asked("q1", 1, "Question?", 0, answer_started_at_ms=10_000),)
)


def measured(pace: float | None, baseline: float | None) -> ev.DeliveryMeasured:
    return ev.DeliveryMeasured(
        pace, "words_per_minute", baseline, None, None, None, None, None, None, None, None
    )


def test_one_that_still_holds_stays_and_one_that_was_overtaken_goes() -> None:
    first = next_prompts(DeskPrompts(), "q1", (OFF_TOPIC, NO_RESULT), 0)
    assert first.prompts == (OFF_TOPIC, NO_RESULT)
    later = next_prompts(first, "q1", (NO_RESULT,), 60_000)
    assert later.prompts == (NO_RESULT,)
    again = next_prompts(later, "q1", (OFF_TOPIC, NO_RESULT), 61_000)
    assert again.prompts == (NO_RESULT,), "what was shown a minute ago rests"


def test_nothing_is_in_view_once_the_answer_is_over() -> None:
    shown = next_prompts(DeskPrompts(), "q1", (OFF_TOPIC,), 0)
    assert shown.of(ANSWERING) == (OFF_TOPIC,)
    assert shown.of(replace(ANSWERING, phase="thinking")) == ()
    assert (
        shown.of(replace(ANSWERING, asked=(Asked("q2", 2, "Next?", 0, answer_started_at_ms=20_000),))) == ()
    )
    assert next_prompts(shown, None, (), 1_000).prompts == ()


kinds = st.sampled_from(["off_topic", "not_answered", "point_missing", "contradiction", "time", "hint"])


@given(st.lists(st.tuples(st.integers(0, 60_000), st.lists(st.tuples(kinds, st.integers(0, 3))))))
def test_never_more_than_three_and_all_of_them_hold(
    steps: list[tuple[int, list[tuple[PromptKind, int]]]],
) -> None:
    prompts, now = DeskPrompts(), 0
    for wait, found in steps:
        now += wait
        candidates = [Prompt(f"{kind}:{number}", kind, "t") for kind, number in found]
        prompts = next_prompts(prompts, "q1", candidates, now)
        keys = [prompt.key for prompt in prompts.prompts]
        assert len(keys) <= PromptOptions().most and len(keys) == len(set(keys))
        assert set(keys) <= {candidate.key for candidate in candidates}


@pytest.mark.parametrize(
    ("policy", "pace", "baseline", "hinted"),
    [
        ("standard", 182.0, 130.0, True),
        ("standard", 150.0, 130.0, False),
        ("standard", 182.0, None, False),
        ("standard", None, 130.0, False),
        ("eu", 182.0, 130.0, False),
        ("conservative", 182.0, 130.0, False),
    ],
)
def test_pace_is_hinted_against_the_own_baseline_where_the_policy_allows(
    policy: str, pace: float | None, baseline: float | None, hinted: bool
) -> None:
    state = replace(ANSWERING, policy=policy, delivery=measured(pace, baseline))
    hints = pace_hints(state, "q1")
    assert bool(hints) is hinted
    assert all(hint.kind == "hint" and "40%" in hint.text for hint in hints)
    chinese = pace_hints(replace(state, language="zh"), "q1")
    assert all("本人基线" in hint.text for hint in chinese) and bool(chinese) is hinted


def test_with_extra_time_the_answers_time_is_used_more_slowly() -> None:
    options = ConductorOptions()
    assert answering_ms(ANSWERING, 100_000, options) == 90_000
    extra = replace(ANSWERING, accommodations=(ev.AccommodationChosen("extra_time"),))
    assert answering_ms(extra, 100_000, options) == 60_000
    assert answering_ms(InterviewState(), 100_000, options) == 0


def test_it_is_looked_again_when_time_alone_may_change_what_is_shown() -> None:
    asked = Asked("q1", 1, "Question?", 0, answer_ms=60_000, answer_started_at_ms=10_000)
    state = replace(ANSWERING, asked=(asked,))
    nothing = DeskPrompts()
    assert look_again_ms(state, nothing, 12_000) == 40_001, "half of the time"
    assert look_again_ms(state, nothing, 40_001) == 70_001, "all of it"
    assert look_again_ms(state, nothing, 70_001) is None
    shown = next_prompts(nothing, "q1", (OFF_TOPIC,), 15_000)
    options = PromptOptions()
    assert look_again_ms(state, shown, 16_000) == 15_000 + options.stays_ms + 1
    assert look_again_ms(state, shown, 36_000) == 40_001
    assert look_again_ms(state, shown, 42_000) == 15_000 + options.kind_rest_ms + 1
    for over in (replace(state, phase="thinking"), replace(state, paused_since_ms=1), InterviewState()):
        assert look_again_ms(over, shown, 16_000) is None
