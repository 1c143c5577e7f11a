"""Several people at one interview: who has control, private words, bookmarks, more time."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from media_pipeline.events import BookmarkSet, ControlPassed, NoteAdded, PanelMessage, QuestionExtended
from tests.browser.interviewer import scenarios
from tests.browser.interviewer.conftest import Open, Site
from tests.browser.interviewer.scripted_server import ScriptedInterview
from tests.browser.interviewer.test_desk import desk, transcript, until_sent

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture
def interview(site: Site) -> ScriptedInterview:
    return site.server.add(scenarios.with_panel("en"))


def panel(interview: ScriptedInterview, **changes: Any) -> dict[str, Any]:
    return {"panel": {**interview.view["panel"], **changes}}


async def test_who_watches_sees_who_has_control_and_asks(
    interview: ScriptedInterview, open_page: Open
) -> None:
    interview.view.update(panel(interview, controller="mei"))
    page = await desk(open_page)
    bar = page.locator(".panel-bar")
    await expect(bar).to_contain_text("Mei Chen has control")
    await expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    await expect(page.get_by_role("button", name="Ask now")).to_have_count(0)
    await page.keyboard.press("p")
    await expect(page.locator(".notices")).to_contain_text("Mei Chen has control. Ask for it first")
    assert interview.commands == []
    await page.keyboard.press("w")
    assert await until_sent(page, interview) == {"command": "ask_control"}
    await interview.show(**panel(interview, asking=["ivan"]))
    await expect(bar).to_contain_text("Asked")
    await interview.show(**panel(interview, controller="ivan", asking=[]))
    await expect(page.get_by_role("status").filter(has_text="You have control now.")).to_have_count(1)
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()


async def test_who_has_control_hands_it_over(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    bar = page.locator(".panel-bar")
    await expect(bar).to_contain_text("You have control")
    await expect(bar).to_contain_text("Also here: Mei Chen, Oskar")
    await bar.get_by_role("button", name="Hand over", exact=True).click()
    await expect(bar.get_by_role("button", name="Hand over to Oskar")).to_be_visible()
    await bar.get_by_role("button", name="Hand over", exact=True).click()
    await interview.show(**panel(interview, asking=["mei"]))
    await expect(bar).to_contain_text("Mei Chen asks for control")
    await expect(bar.get_by_role("button", name="Hand over to Oskar")).to_have_count(0)
    await bar.get_by_role("button", name="Hand over to Mei Chen").click()
    assert await until_sent(page, interview) == {"command": "hand_over", "to": "mei"}
    await interview.publish(ControlPassed("mei", "ivan", "handed_over"))
    await expect(transcript(page).get_by_text("Control handed to Mei Chen")).to_be_visible()


async def test_control_of_somebody_gone_can_be_taken_after_a_while(
    interview: ScriptedInterview, open_page: Open
) -> None:
    people = [{**one, "here": one["id"] != "mei"} for one in interview.view["panel"]["people"]]
    gone = panel(interview, controller="mei", people=people, take_after_ms=111_000)
    interview.view.update(gone)
    page = await desk(open_page)
    bar = page.locator(".panel-bar")
    await expect(bar).to_contain_text("Mei Chen has control (not here)")
    await expect(bar).to_contain_text("can be taken in 0:0")
    await bar.get_by_role("button", name="Take control").click()
    assert await until_sent(page, interview) == {"command": "take_control"}


async def test_the_chat_counts_what_is_unread_and_says_so_politely(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await desk(open_page)
    toggle = page.get_by_role("button", name="Chat")
    await expect(toggle).to_be_visible()
    await interview.publish(PanelMessage("mei", "Ask about the scrap rate"))
    await expect(toggle).to_contain_text("1 new")
    await expect(page.get_by_role("status").filter(has_text="Mei Chen writes to the panel")).to_have_count(1)
    await page.keyboard.press("c")
    log = page.get_by_role("log", name="Chat among the panel")
    await expect(log).to_contain_text("Ask about the scrap rate")
    await expect(toggle).not_to_contain_text("new")
    await page.keyboard.type("Will do")
    await page.keyboard.press("Enter")
    assert await until_sent(page, interview) == {"command": "chat", "text": "Will do"}
    await interview.publish(PanelMessage("ivan", "Will do"))
    await expect(log.get_by_role("listitem").last).to_contain_text("You")
    await page.keyboard.press("Escape")
    await expect(log).to_be_hidden()
    await expect(toggle).to_be_focused()


async def test_a_bookmark_is_pinned_by_one_key_and_a_word_may_follow(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await desk(open_page)
    await page.keyboard.press("b")
    first = await until_sent(page, interview)
    assert first["command"] == "bookmark" and 108_000 <= first["at_ms"] <= 130_000 and "word" not in first
    await page.keyboard.type("figures")
    await page.keyboard.press("Enter")
    assert await until_sent(page, interview, 2) == {**first, "word": "figures"}
    await interview.publish(BookmarkSet("b1", "mei", 90_000), 109_000)
    await interview.publish(BookmarkSet("b1", "mei", 90_000, "own measurement"), 109_500)
    entry = page.locator(".entry--bookmark")
    await expect(entry).to_have_count(1)
    await expect(entry).to_contain_text("1:30")
    await expect(entry).to_contain_text("Bookmark · Mei Chen")
    await expect(entry).to_contain_text("own measurement")
    mark = {"id": "b1", "at_ms": 90_000, "by": "mei", "name": "Mei Chen", "word": "own measurement"}
    await interview.show(bookmarks=[mark])
    await page.keyboard.press("i")
    await (
        page.get_by_role("region", name="Notes and bookmarks")
        .get_by_role("button", name="Go to 1:30")
        .click()
    )
    await expect(page.locator(".virtual__item--found")).to_contain_text("So I wrote down every stop")


async def test_a_note_stands_where_its_writing_began(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    await page.keyboard.press("n")
    await page.keyboard.type("M")
    await page.wait_for_timeout(1_200)
    await page.keyboard.type("easured")
    await page.keyboard.press("Enter")
    sent = await until_sent(page, interview)
    now = await page.evaluate("performance.now()")
    assert sent["text"] == "Measured" and sent["at_ms"] < 109_000 + now - 1_000
    await interview.publish(NoteAdded("mei", "Earlier", 88_000), 112_000)
    await expect(page.locator(".entry--note", has_text="Earlier")).to_contain_text("1:28")
    texts = await page.locator(".virtual__item").all_inner_texts()
    places = [next(n for n, text in enumerate(texts) if words in text) for words in ("1:27", "1:28", "1:34")]
    assert places == sorted(places), "in the order of time, for whoever reads without seeing as well"


async def test_a_minute_more_is_given_and_seen(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    await page.keyboard.press("m")
    assert await until_sent(page, interview) == {"command": "extend", "seconds": 60}
    await interview.publish(QuestionExtended("q2", "answer", 60_000, 316_000, "ivan"))
    await interview.show(deadline={"kind": "answer", "ends_at_ms": 316_000, "length_ms": 240_000})
    await expect(transcript(page).get_by_text("More time given: 60 s")).to_be_visible()
    await expect(page.get_by_role("timer")).to_contain_text("3:")


async def test_a_refusal_of_the_server_is_told_in_the_pages_language(site: Site, open_page: Open) -> None:
    interview = site.server.add(scenarios.with_panel("zh"))
    page: Page = await open_page("/interview/demo-zh", language="zh")
    await expect(page.get_by_role("button", name="暂停")).to_be_visible()

    def refuse(_: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "problem",
            "code": "not_in_control",
            "reason": "control_held",
            "values": {"name": "Mei"},
            "title": "Mei has control of this interview.",
        }

    interview.answer = refuse
    interview.view = {**interview.view, **panel(interview, controller="mei")}
    await page.evaluate("document.querySelector('[data-command=pause]').click()")
    await interview.send(interview.view_message())
    await expect(page.locator(".notices")).to_be_visible()
    await page.keyboard.press("p")
    await expect(page.locator(".notices")).to_contain_text("现由Mei Chen主持")


WORDS = r"""() => {
    const text = (node) => (node.nodeType === 3 ? node.data.trim() : "");
    const said = (element) => [
        [...element.childNodes].map(text).join(" ").trim(),
        ...["aria-label", "title", "placeholder"].map((name) => element.getAttribute(name)),
    ];
    return [...document.querySelectorAll(".desk *:not([role=status])")].flatMap((element) =>
        said(element).filter(Boolean).map((words) => `${element.className}: ${words.replace(/\d+/g, "#")}`));
}"""
"""Everything that the desk says to eyes and ears, figures left out: the clocks go on."""


async def test_another_language_loses_nothing_and_leaves_nothing_behind(site: Site, open_page: Open) -> None:
    interview = site.server.add(scenarios.talking("en"))
    note, question, reason = "Calm under pre", "How many peo", "Figures were"
    page = await desk(open_page)
    fresh = await open_page("/interview/demo-en", language="zh")
    await expect(fresh.get_by_role("button", name="暂停")).to_be_visible()
    for one in (page, fresh):
        await one.keyboard.press("a")
        await one.keyboard.type(question)
        await one.locator("#desk-main").focus()
        await one.keyboard.press("1")
        await one.keyboard.type(reason)
        await one.locator("#desk-main").focus()
        await one.keyboard.press("c")
        await one.keyboard.press("Escape")
        await one.locator("#note").fill(note)
    hellos = len(interview.resumed_after)
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("button", name="暂停")).to_be_visible()
    await expect(page.locator("#note")).to_have_value(note)
    await expect(page.locator("#own-question")).to_have_value(question)
    await expect(page.locator(".card-row__form:visible input")).to_have_value(reason)
    assert len(interview.resumed_after) == hellos, "the line to the server is the same"
    everything = await fresh.evaluate(WORDS)
    assert len(everything) > 200
    assert await page.evaluate(WORDS) == everything
    await page.get_by_role("button", name="记下", exact=True).click()
    await expect(page.locator(".note__outcome")).to_contain_text("备注已记在")
    assert interview.commands[-1]["text"] == note
