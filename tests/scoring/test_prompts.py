"""Live prompts: few, rested, each with what it rests on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scoring.prompts import Prompt, PromptOptions, ShownPrompt, choose, content_prompts
from tests.scoring.helpers import SUPERVISOR_EN, SUPERVISOR_ZH, job, said

HALF_MS, FULL_MS = 90_000, 180_000


def test_missing_things_are_named_after_half_of_the_time() -> None:
    answer = said("q2", "Last year we had much scrap. I measured the cycle times and rearranged the carts.")
    early = content_prompts(job(SUPERVISOR_EN), answer, "q2", answer_ms=HALF_MS - 1)
    late = content_prompts(job(SUPERVISOR_EN), answer, "q2", answer_ms=HALF_MS)
    assert early == ()
    assert late[0].kind == "not_answered"
    assert late[0].text == "Not yet told: result"
    assert "Has not mentioned: involved the operators" in [prompt.text for prompt in late]
    assert all(prompt.quote in answer.utterances[0].text for prompt in late)


def test_a_contradiction_comes_first_with_its_quote() -> None:
    answer = said("q3", "当时我的班组有五个人。压力挺大的。当时我的班组有十二个人。", language="zh")
    first = content_prompts(job(SUPERVISOR_ZH), answer, "q3", answer_ms=1_000)[0]
    assert first.kind == "contradiction"
    assert "五个人" in first.text
    assert first.quote == "当时我的班组有十二个人"


def test_time_and_off_topic_are_told() -> None:
    story = said(
        "q3",
        "on the weekend i usually go hiking with my dog and last summer we went to the lake and it was "
        "really sunny and my sister cooked dinner for everybody and we played cards",
    )
    kinds = [p.kind for p in content_prompts(job(SUPERVISOR_EN), story, "q3", answer_ms=FULL_MS)]
    assert kinds == ["off_topic", "time"]


prompts = st.builds(
    Prompt,
    key=st.sampled_from("abcdef"),
    kind=st.sampled_from(["off_topic", "not_answered", "point_missing", "contradiction", "time", "hint"]),
    text=st.just("t"),
    urgency=st.floats(0, 1),
)


@given(st.lists(st.tuples(st.integers(0, 40_000), st.lists(prompts, max_size=6)), max_size=12))
def test_never_more_than_three_and_nothing_comes_twice_too_soon(
    steps: list[tuple[int, list[Prompt]]],
) -> None:
    options = PromptOptions()
    shown: list[ShownPrompt] = []
    now = 0
    for wait, candidates in steps:
        now += wait
        for prompt in choose(candidates, shown, now, options):
            assert all(now - item.at_ms >= options.key_rest_ms for item in shown if item.key == prompt.key)
            assert all(now - item.at_ms >= options.kind_rest_ms for item in shown if item.kind == prompt.kind)
            shown.append(ShownPrompt(prompt.key, prompt.kind, now))
        assert sum(now - item.at_ms < options.stays_ms for item in shown) <= options.most


def test_a_dismissed_prompt_does_not_come_again() -> None:
    prompt = Prompt("point:q2:cause", "point_missing", "t")
    shown = [ShownPrompt(prompt.key, prompt.kind, 0, dismissed=True)]
    assert choose([prompt], shown, 10_000_000) == ()
