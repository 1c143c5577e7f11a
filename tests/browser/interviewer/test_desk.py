"""One interview live: what the interviewer sees, and what every action sends."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError
from media_pipeline.events import (
    ConnectionChanged,
    FollowUpProposed,
    NoteAdded,
    ScoreProposed,
    TranscriptFinal,
    TranscriptPartial,
)
from server.control.socket import problem_message
from server.refusals import Reason, refused
from server.store.codec import encode_event
from tests.browser.interviewer import scenarios
from tests.browser.interviewer.conftest import Open, Site
from tests.browser.interviewer.scripted_server import ScriptedInterview

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
FACE = {
    "type": "live",
    "face": {"faces": 1, "box": [0.4, 0.2, 0.2, 0.4], "brightness": 128.0, "sharpness": 54.0},
    "level_dbfs": -30,
    "speaking": True,
}


@pytest.fixture
def interview(site: Site) -> ScriptedInterview:
    return site.server.add(scenarios.running("en"))


async def desk(open_page: Open, **how: Any) -> Page:
    page = await open_page("/interview/demo-en", **how)
    await expect(page.get_by_role("heading", name="Ada Lindqvist")).to_be_visible()
    return page


def transcript(page: Page) -> Any:
    return page.get_by_role("feed", name="Transcript")


# --- What is seen ----------------------------------------------------------------------------


async def test_partials_grow_and_become_final(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    tentative = page.locator(".entry__tentative")
    await expect(tentative).to_have_text(" and then the other shift wanted")
    await interview.publish(
        TranscriptPartial("u5", "And then the other shift wanted it too", "so", 105_000, 110_000)
    )
    await expect(tentative).to_have_text(" so")
    final = "And then the other shift wanted it too, so I showed them."
    await interview.publish(TranscriptFinal("u5", "candidate", "speech", final, 105_000, 111_000, (), "q2"))
    await expect(transcript(page).get_by_text(final)).to_be_visible()
    await expect(tentative).to_have_count(0)


async def test_scores_move_with_confidence_course_and_quotes(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await desk(open_page)
    one = page.get_by_role(
        "button", name="Professional skill: 6.5, medium confidence, rising. Show the quotes."
    )
    await expect(one).to_be_visible()
    await interview.publish(ScoreProposed("professional", 6.1, 0.8, (), "x"))
    competencies = [{**c} for c in interview.view["competencies"]]
    competencies[0].update(score=6.1, confidence=0.8)
    await interview.show(competencies=competencies)
    await page.get_by_role("button", name="Professional skill: 6.1, high confidence, falling.").click()
    evidence = page.get_by_role("region", name="Professional skill")
    await expect(evidence.get_by_text("I optimised the production process")).to_be_visible()
    await evidence.get_by_role("button", name="Go to 1:37 in the transcript").click()
    found = page.locator(".virtual__item--found")
    await expect(found).to_contain_text("I optimised the production process")
    await expect(found).to_be_focused()
    await page.keyboard.press("q")
    await page.keyboard.press("Escape")
    await expect(evidence).to_be_hidden()


async def test_insufficient_evidence_is_not_a_zero(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    await page.get_by_role("button", name="Teamwork: Insufficient evidence").click()
    await expect(page.get_by_text("That is not a zero.")).to_be_visible()


async def test_blind_hides_numbers_until_the_own_score(interview: ScriptedInterview, open_page: Open) -> None:
    hidden = [
        {**c, "score": None, "confidence": None, "hidden": True} for c in interview.view["competencies"]
    ]
    interview.view.update(competencies=hidden, total=None)
    page = await desk(open_page)
    button = page.get_by_role("button", name="Professional skill: Hidden until you have scored")
    await expect(button).to_be_visible()
    await page.keyboard.press("4")
    await expect(page.get_by_label("Reason, if you wish")).to_be_focused()
    shown = [{**hidden[0], "score": 6.5, "confidence": 0.6, "hidden": False}, *hidden[1:]]
    await interview.show(competencies=shown)
    await expect(page.get_by_role("button", name="Professional skill: 6.5, medium")).to_be_visible()


async def test_face_and_observations_stand_in_the_frame(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await desk(open_page)
    await expect(page.get_by_text("Nothing has been seen yet.")).to_be_visible()
    await interview.send(FACE)
    await expect(page.get_by_text("No picture: it cannot be fetched now. Trying again.")).to_be_visible()
    frame = await page.locator(".frame").bounding_box()
    face = await page.locator(".frame__face").bounding_box()
    assert frame is not None
    assert face is not None
    assert abs((face["x"] - frame["x"]) / frame["width"] - 0.4) < 0.01
    assert abs(face["height"] / frame["height"] - 0.4) < 0.01
    await expect(page.get_by_text("Faces: 1 · Light 128 · Sharpness 54")).to_be_visible()
    await expect(page.locator(".frame__observations")).to_contain_text("Light from behind")
    await interview.show(observations=[{"kind": "no_face", "since_ms": 108_000}])
    await expect(page.locator(".frame__observations")).to_contain_text("No face in the picture")
    await expect(page.locator(".frame__observations")).not_to_contain_text("Light from behind")


async def test_late_face_values_are_called_late(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    await interview.send(FACE)
    await expect(page.get_by_text("Observations are late: the last is")).to_be_visible()


async def test_parts_that_fail_are_named(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    await interview.show(
        parts=[
            {"part": "recognition", "state": "late", "detail": "words_late"},
            {"part": "vision", "state": "missing", "detail": ""},
        ]
    )
    late = "Transcript: late (the words come later than usual) · Observations: missing"
    await expect(page.get_by_text(late)).to_be_visible()
    await interview.show(parts=[])
    await expect(page.get_by_text("Transcript: late")).to_have_count(0)


async def test_a_lost_candidate_is_shown_with_the_time(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    await interview.publish(ConnectionChanged("lost", "media", "c1"))
    await interview.show(connection={"media": "lost", "control": "lost", "since_ms": 100_000})
    await expect(page.locator(".head__connection")).to_contain_text("Connection lost for 0:")
    await expect(transcript(page).get_by_text("Sound and picture lost")).to_be_visible()


async def test_own_baseline_stands_beside_every_chart(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    charts = page.get_by_role("region", name="Delivery against the own baseline")
    await expect(charts).to_contain_text("163words/min")
    await expect(charts.get_by_title("+23 % to own baseline")).to_be_visible()
    await expect(charts.get_by_text("never part of a score")).to_be_visible()
    measured = scenarios.delivery(200_000, pace=132, volume=-40, pause=0.5, language="en")
    await interview.publish(measured, 200_000)
    await expect(charts).to_contain_text("132words/min")
    await expect(charts).to_contain_text("50% of the time")


async def test_coverage_names_what_is_missing(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    now = page.locator(".plan__item[aria-current=step]")
    await expect(now.get_by_text("Situation: covered")).to_have_count(1)
    await expect(now.get_by_text("Result: missing")).to_have_count(1)
    await expect(now).to_contain_text("1 of 2 points")
    await expect(now).to_contain_text("Follow-ups left: 2")
    await page.get_by_role("button", name="1. Please introduce yourself").click()
    await expect(page.locator(".virtual__item--found")).to_contain_text("Question 1 of 5")


async def test_the_guard_rail_warns_in_words(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    await expect(page.get_by_role("timer")).to_contain_text("Suggested time left")
    await interview.show(deadline={"kind": "answer", "ends_at_ms": 100_000, "length_ms": 60_000})
    await expect(page.get_by_role("timer")).to_contain_text("Past the suggested time")
    await expect(page.get_by_role("timer")).to_contain_text(re.compile(r"\+0:\d\d"))
    await interview.show(hold={"until_ms": 130_000})
    await expect(page.get_by_role("timer")).to_contain_text("Asked for a moment to think")


# --- What is done ----------------------------------------------------------------------------


def sent(interview: ScriptedInterview) -> dict[str, Any]:
    return {key: value for key, value in interview.commands[-1].items() if key not in ("id", "type")}


async def until_sent(page: Page, interview: ScriptedInterview, count: int = 1) -> dict[str, Any]:
    for _ in range(100):
        if len(interview.commands) >= count:
            return sent(interview)
        await page.wait_for_timeout(50)
    raise AssertionError("the page sent no command")


async def test_a_suggestion_is_asked_with_its_button(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    card = page.locator(".prompt--open")
    await expect(card).to_contain_text("The action is named, not described.")
    await card.get_by_role("button", name="Ask now").click()
    assert await until_sent(page, interview) == {"command": "follow_up", "follow_up": "f3"}
    await expect(card).to_contain_text("Asked")


async def test_a_suggestion_is_asked_in_other_words(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    card = page.locator(".prompt--open")
    await card.get_by_role("button", name="Edit").click()
    await page.get_by_role("textbox", name="The question in your words").fill(
        "What did the change look like?"
    )
    await page.keyboard.press("Enter")
    expected = {"command": "follow_up", "follow_up": "f3", "text": "What did the change look like?"}
    assert await until_sent(page, interview) == expected


async def test_an_own_question_is_asked(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    await page.keyboard.press("a")
    await page.keyboard.type("How many people?")
    await page.keyboard.press("Enter")
    assert await until_sent(page, interview) == {"command": "follow_up", "text": "How many people?"}
    await expect(page.get_by_label("Your question, spoken by Viva")).to_be_hidden()


async def test_an_own_question_waits_for_the_answer_and_is_kept(
    interview: ScriptedInterview, open_page: Open
) -> None:
    interview.view.update(phase="thinking")
    page = await desk(open_page)
    await page.keyboard.press("a")
    await page.keyboard.type("How many people?")
    send = page.locator(".own").get_by_role("button", name="Ask now")
    await expect(send).to_be_disabled()
    await expect(page.locator(".own")).to_contain_text("It can be asked while the candidate answers.")
    await page.keyboard.press("Enter")
    await interview.show(phase="answering")
    await expect(send).to_be_enabled()
    assert interview.commands == []
    await page.keyboard.press("Enter")
    assert await until_sent(page, interview) == {"command": "follow_up", "text": "How many people?"}


async def test_a_refused_command_is_said_and_changes_nothing(
    interview: ScriptedInterview, open_page: Open
) -> None:
    interview.answer = lambda _: refusal("follow_ups_used")
    page = await desk(open_page)
    await page.keyboard.press("f")
    await expect(page.locator(".prompt--open")).to_contain_text("Not done: the follow-ups of this question")
    await expect(page.locator(".prompt--open").get_by_role("button", name="Ask now")).to_be_enabled()
    await page.get_by_role("button", name="Pause").click()
    await expect(page.locator(".notices")).to_contain_text("Not done: the follow-ups of this question")


def refusal(reason: Reason, **values: str | int) -> dict[str, Any]:
    """As the server refuses."""
    return problem_message(refused(ConflictError, reason, **values), None)


async def test_the_chinese_desk_tells_refusals_and_late_parts_in_chinese(site: Site, open_page: Open) -> None:
    interview = site.server.add(scenarios.with_panel("zh"))
    late = ev.PartDegraded("assessment", "late", "model_votes_missing", 2, 9)
    interview.view["parts"] = [encode_event(late)]
    asked = interview.view["follow_ups"][0]
    closing = ev.FollowUpAsked(
        "f8", "q2", "quantify", asked["text"], asked["quote"], "system", "缺少数字", 1, "closing"
    )
    interview.append(closing)
    interview.answer = lambda _: refusal("suggestion_closed")
    page = await open_page("/interview/demo-zh", language="zh")
    notices = page.locator(".notices")
    await expect(notices).to_contain_text("评分：延迟（9 项中有 2 项缺少语言模型的评判，按规则评定）")
    await expect(page.get_by_text("理由：缺少数字 · 在回答结束时提出")).to_be_visible()
    await page.keyboard.press("f")
    await expect(page.locator(".prompt--open")).to_contain_text("未完成：这条建议已失效")
    interview.answer = lambda _: {**refusal("over"), "reason": "of_a_newer_server"}
    await page.keyboard.press("p")
    await expect(notices).to_contain_text("未能完成：当前无法进行此操作")


async def test_new_suggestions_do_not_move_the_buttons(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    button = page.locator(".prompt--open").get_by_role("button", name="Ask now")
    before = await button.bounding_box()
    followed = FollowUpProposed("f9", "q2", "deepen", "And then?", "quote", 1, 2, "why")
    card = {**scenarios._follow_up(followed, 108_000)}
    await interview.show(follow_ups=[*interview.view["follow_ups"], card])
    await expect(page.get_by_role("button", name="To go deeper And then?")).to_be_visible()
    await expect(page.locator(".prompt")).to_have_count(3)
    await expect(page.get_by_text("and 1 more")).to_be_visible()
    assert await button.bounding_box() == before


async def test_the_interviewer_can_keep_the_asking_to_themselves(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await desk(open_page)
    switch = page.get_by_role("switch", name="Viva asks by itself")
    await expect(switch).to_have_attribute("aria-checked", "true")
    await switch.click()
    assert await until_sent(page, interview) == {"command": "autopilot", "on": False}
    await interview.show(autopilot=False)
    await expect(switch).to_have_attribute("aria-checked", "false")


async def test_what_to_notice_is_shown_with_its_words_and_can_be_put_aside(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await desk(open_page)
    quote = "we lost about an hour"
    noticed = [
        {
            "id": "not_answered:q2:result",
            "kind": "not_answered",
            "text": "Not yet told: result",
            "quote": quote,
        },
        {"id": "time:q2", "kind": "time", "text": "The 3 minutes are used", "quote": ""},
    ]
    button = page.locator(".prompt--open").get_by_role("button", name="Ask now")
    before = await button.bounding_box()
    await interview.show(prompts=noticed)
    shown = page.get_by_role("list", name="To notice in this answer").get_by_role("listitem")
    await expect(shown).to_have_count(2)
    await expect(shown.first).to_contain_text(quote)
    assert await button.bounding_box() == before
    await page.get_by_role("button", name="Put aside: Not yet told: result").click()
    await expect(shown).to_have_count(1)
    await interview.show(prompts=list(reversed(noticed)))
    await expect(shown).to_contain_text("The 3 minutes are used")


async def test_a_withdrawn_suggestion_goes_after_it_was_seen_to(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await desk(open_page)
    because = {"state": "withdrawn", "withdrawn_because": "answered_meanwhile"}
    await interview.show(follow_ups=[{**one, **because} for one in interview.view["follow_ups"]])
    await expect(page.locator(".prompt--settled")).to_have_count(3)
    await expect(page.locator(".prompt--open")).to_contain_text("Withdrawn: answered meanwhile")
    await expect(page.get_by_text("No follow-up suggested.")).to_be_visible()


async def test_keys_score_the_dimension_in_focus(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    await page.keyboard.press("]")
    await page.keyboard.press("]")
    await page.keyboard.press("4")
    await page.keyboard.type("calm and in order")
    await page.keyboard.press("Enter")
    expected = {"command": "score", "competency": "emergency", "score": 8, "reason": "calm and in order"}
    assert await until_sent(page, interview) == expected


async def test_a_score_unlike_the_systems_needs_a_reason(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await desk(open_page)
    await page.keyboard.press("1")
    await expect(page.get_by_text("Your score differs from the system's 6.5. Say why.")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.wait_for_timeout(100)
    assert interview.commands == []
    await page.keyboard.type("no example")
    await page.keyboard.press("Enter")
    assert (await until_sent(page, interview))["score"] == 2


async def test_escape_drops_a_draft_score(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    await page.keyboard.press("1")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Save")).to_be_hidden()
    assert interview.commands == []


async def test_a_note_is_pinned_and_stands_in_the_transcript(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await desk(open_page)
    await page.keyboard.press("n")
    await page.keyboard.type("Ask for the log, 1 2 3")
    await page.keyboard.press("Enter")
    sent_note = await until_sent(page, interview)
    assert sent_note == {"command": "note", "text": "Ask for the log, 1 2 3", "at_ms": sent_note["at_ms"]}
    await expect(page.get_by_text(re.compile(r"Note pinned at \d:\d\d"))).to_be_visible()
    await interview.publish(NoteAdded("Interviewer", "Ask for the log, 1 2 3"))
    await expect(transcript(page).get_by_text("Ask for the log, 1 2 3")).to_be_visible()


@pytest.mark.parametrize(
    ("key", "button", "command"), [("s", "Skip the question", "skip"), ("e", "End the interview", "end")]
)
async def test_what_cannot_be_undone_is_asked_first(
    interview: ScriptedInterview, open_page: Open, key: str, button: str, command: str
) -> None:
    page = await desk(open_page)
    await page.keyboard.press(key)
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Cancel").click()
    assert interview.commands == []
    await page.keyboard.press(key)
    await dialog.get_by_role("button", name=button).click()
    assert await until_sent(page, interview) == {"command": command}


async def test_pause_and_resume(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    await page.keyboard.press("p")
    assert await until_sent(page, interview) == {"command": "pause"}
    await interview.show(status="paused", phase="paused", paused_by="interviewer")
    await expect(page.get_by_text("Paused by the interviewer. The candidate sees it too")).to_be_visible()
    await page.get_by_role("button", name="Resume").click()
    assert await until_sent(page, interview, 2) == {"command": "resume"}


async def test_keys_are_shown_and_can_be_switched_off(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    await page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(dialog.get_by_text("Score what is in focus")).to_be_visible()
    await dialog.get_by_role("switch", name="Single-key shortcuts").click()
    await page.keyboard.press("Escape")
    await page.keyboard.press("p")
    await page.wait_for_timeout(100)
    assert interview.commands == []
    await page.keyboard.press("?")
    await expect(dialog).to_be_visible()


async def test_the_overlay_goes_with_one_key(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    await expect(page.locator(".overlay")).to_be_visible()
    await page.keyboard.press("o")
    await expect(page.locator(".overlay")).to_be_hidden()


async def test_the_newest_evidence_stands_over_the_picture_and_opens_its_dimension(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await desk(open_page)
    newest = page.get_by_role("button", name="Newest evidence")
    await expect(newest).to_contain_text("I optimised the production process")
    await expect(newest).to_contain_text("Professional skill · 1:37")
    await newest.click()
    await expect(page.get_by_role("region", name="Professional skill")).to_be_visible()


async def test_nothing_moves_when_something_is_late_and_a_smile_is_no_warning(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await desk(open_page)
    places = """() => ['.frame', '.prompt', '.charts'].map(
        one => document.querySelector(one).getBoundingClientRect().top
    )"""
    before = await page.evaluate(places)
    await interview.show(
        parts=[{"part": "recognition", "state": "late", "detail": ""}],
        observations=[{"kind": "smile", "since_ms": 98_000}],
    )
    await expect(page.locator(".notices")).to_contain_text("Transcript: late")
    assert await page.evaluate(places) == before
    await expect(page.locator(".frame .chip")).to_contain_text("Smiling")
    await expect(page.locator(".frame .chip--caution")).to_have_count(0)


async def test_a_better_suggestion_takes_the_place_of_the_one_it_replaces(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await desk(open_page)
    await expect(page.locator(".prompt")).to_have_count(3)
    first, second, third = sorted(interview.view["follow_ups"], key=lambda one: one["at_ms"])
    gone = {**first, "state": "withdrawn", "withdrawn_because": "replaced"}
    better = {**first, "id": "f9", "text": "What does a change of rolls look like today?", "at_ms": 105_000}
    await interview.show(follow_ups=[gone, second, third, better])
    await expect(page.locator(".prompt")).to_have_count(3)
    await expect(page.locator(".prompt").first).to_contain_text(better["text"])
    await expect(page.locator(".prompt").first.get_by_role("button", name="Ask now")).to_be_visible()
    await page.keyboard.press("f")  # it was meant for the one before
    await page.wait_for_timeout(800)
    assert interview.commands == []
    await page.keyboard.press("f")
    assert (await until_sent(page, interview))["follow_up"] == "f9"


async def test_what_was_asked_stands_where_nothing_is_suggested(
    interview: ScriptedInterview, open_page: Open
) -> None:
    asked = {**interview.view["follow_ups"][0], "state": "asked"}
    interview.view["follow_ups"] = [
        asked,
        {**asked, "id": "f9", "question": "q1", "text": "Of another question"},
    ]
    page = await desk(open_page)
    past = page.get_by_role("list", name="Asked in this answer")
    await expect(past.get_by_role("listitem")).to_have_count(1)
    await expect(past).to_contain_text("By how much did the lost time go down?")


async def test_search_finds_marks_and_steps(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    await page.keyboard.press("/")
    await page.keyboard.type("SHIFT")
    await expect(page.locator(".search__count")).to_have_text("3 of 3")
    await expect(page.locator("mark").first).to_have_text("shift")
    await page.keyboard.press("Enter")
    await expect(page.locator(".search__count")).to_have_text("1 of 3")
    await expect(page.locator(".virtual__item--found")).to_contain_text("shift lead in a bottling plant")
    await page.keyboard.press("Escape")
    await expect(page.locator("mark")).to_have_count(0)


async def test_markup_in_what_is_said_stays_text(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    said = "<img src=x onerror=alert(1)>"
    await interview.publish(TranscriptFinal("u9", "candidate", "text", said, 110_000, 111_000, (), "q2"))
    await expect(transcript(page).get_by_text(said)).to_be_visible()
    assert await page.locator("#transcript img").count() == 0
