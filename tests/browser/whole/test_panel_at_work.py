"""Two interviewers and a candidate, each at the real page: what one does, the others see, or must not see."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.whole.people import Candidate, Interviewer, until
from tests.browser.whole.server_process import ServerProcess, events

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

SECRET = "Between us: ask how the scrap rate was measured"
ANSWER = (
    "Last year our packing line stopped twice a week. I measured every stop for two weeks and "
    "I cut the stops by forty per cent."
)
CLOCKS_DIFFER_MS = 500
"""The desk reckons the session's time from what the server tells it."""
WHY = "Own measurement, own change, figures before and after"


async def seconds_left(page: Page, where: str) -> int:
    """A countdown of the form m:ss."""
    text = await page.locator(where).first.inner_text()
    minutes, seconds = text.strip().split(":")[-2:]
    return int(minutes) * 60 + int(seconds)


async def test_two_interviewers_act_and_the_candidate_sees_only_what_is_theirs(
    server: ServerProcess, browser: Browser
) -> None:
    people = [{"subject": "ivan", "name": "Ivan Petrov"}, {"subject": "mei", "name": "Mei Chen"}]
    ordered = await server.order("production-supervisor.en", interviewers=people)
    interview = ordered["interview"]
    links = {one["subject"]: one["link"] for one in ordered["interviewers"]}
    candidate = await Candidate.arrive(browser, ordered["candidate_link"], {})
    told: list[str] = []
    candidate.page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda frame: told.append(str(frame)))
    )
    await candidate.sign_in("Ada Lovelace", "555 0100", mode="text")
    await candidate.begin()
    await candidate.start_answering()
    ivan = (await Interviewer.arrive(browser, links["ivan"], 1280, 720)).page
    await ivan.evaluate("id => { location.hash = `#/interview/${id}` }", interview)
    await expect(ivan.locator(".panel-bar")).to_contain_text("You have control")
    mei = (await Interviewer.arrive(browser, links["mei"], 1280, 720)).page
    await mei.evaluate("id => { location.hash = `#/interview/${id}` }", interview)
    bar = mei.locator(".panel-bar")
    await expect(bar).to_contain_text("Ivan Petrov has control")
    await expect(ivan.locator(".panel-bar")).to_contain_text("Also here: Mei Chen")

    # Who watches is refused, and told why.
    await mei.keyboard.press("p")
    await expect(mei.locator(".notices")).to_contain_text("Ivan Petrov has control")
    assert events(await server.records(interview, "auditor"), "interview_paused") == []

    # One more minute: the candidate is told, and every clock follows.
    before = await seconds_left(candidate.page, ".timing__figure")
    await ivan.get_by_role("button", name="+1 min").click()
    await candidate.sees("You have one more minute. Take your time.")
    assert await seconds_left(candidate.page, ".timing__figure") > before + 30
    await expect(mei.get_by_text("More time given: 60 s")).to_be_visible()

    # Words among the panel.
    await mei.keyboard.press("c")
    await mei.keyboard.type(SECRET)
    await mei.keyboard.press("Enter")
    await expect(ivan.get_by_role("button", name="Chat")).to_contain_text("1 new")
    await ivan.keyboard.press("c")
    await expect(ivan.get_by_role("log")).to_contain_text(SECRET)
    await ivan.keyboard.press("Escape")
    await mei.keyboard.press("Escape")

    # Control is asked for and handed over; the desk that had it watches now.
    await bar.get_by_role("button", name="Ask for control").click()
    await ivan.get_by_role("button", name="Hand over to Mei Chen").click()
    await expect(bar).to_contain_text("You have control")
    await mei.keyboard.press("p")
    await candidate.sees(candidate.words["paused_interviewer"])
    await expect(ivan.get_by_role("button", name="Resume")).to_have_count(0)
    await mei.get_by_role("button", name="Resume").click()
    await candidate.gone(candidate.words["paused_interviewer"])
    await mei.keyboard.press("s")
    await mei.get_by_role("dialog").get_by_role("button", name="Skip the question").click()
    await candidate.sees("2 of 5")
    await candidate.start_answering()
    await candidate.type_part(ANSWER)

    # Moments are pinned: a bookmark with a word, a note where its writing began.
    before_ms = await server.session_ms(interview)
    await ivan.keyboard.press("b")
    await ivan.keyboard.type("figures")
    await ivan.keyboard.press("Enter")
    await expect(mei.locator(".entry--bookmark")).to_contain_text("figures")
    after_ms = await server.session_ms(interview)
    await ivan.keyboard.press("n")
    await ivan.keyboard.type("Measured first")
    await ivan.keyboard.press("Enter")
    await ivan.keyboard.press("Escape")
    await expect(mei.locator(".entry--note")).to_contain_text("Note · Ivan Petrov")
    await mei.keyboard.press("i")
    await expect(mei.locator("#marks")).to_contain_text("Measured first")
    await mei.keyboard.press("Escape")

    # A score by sub-dimension that departs from the system's needs its reason; the colleague sees it.
    await expect(ivan.locator(".card-row__system").first).to_contain_text(".")
    await ivan.evaluate("document.activeElement.blur()")
    await ivan.keyboard.press("5")
    await ivan.keyboard.type("own measurement")
    await ivan.keyboard.press("Enter")
    await expect(ivan.locator(".card-row__summary").first).to_contain_text("Yours 10.0")
    await expect(mei.locator(".card-row__others").first).to_contain_text("Ivan Petrov 10.0")

    # The end, and what a person decides.
    await mei.evaluate("document.activeElement.blur()")
    await mei.keyboard.press("e")
    await mei.get_by_role("dialog").get_by_role("button", name="End the interview").click()
    decision = mei.get_by_role("region", name="Decision")
    await decision.get_by_text("Goes on to the next step").click()
    await decision.get_by_role("textbox").fill(WHY)
    await decision.get_by_role("button", name="Record the decision").click()
    await expect(ivan.get_by_role("region", name="Decision")).to_contain_text(
        "Goes on to the next step, by Mei Chen"
    )

    async def report_stands() -> bool:
        return bool(events(await server.records(interview, "auditor"), "report_ready"))

    await until(report_stands, "the report")
    records = await server.records(interview, "auditor")
    (bookmark,) = {event["moment_ms"] for event in events(records, "bookmark_set")}
    (note,) = events(records, "note_added")
    assert before_ms - CLOCKS_DIFFER_MS < bookmark < after_ms + CLOCKS_DIFFER_MS
    assert note["moment_ms"] <= note["at_ms"]
    assert [event["to"] for event in events(records, "control_passed")] == ["ivan", "mei"]
    (made,) = events(records, "decision_made")
    assert (made["decision"], made["by"], made["reason"]) == ("advance", "mei", WHY)

    # Nothing of the panel's reached the candidate, neither the page nor the line to it.
    assert any('"added"' in frame for frame in told), "the line was listened to"
    seen = await candidate.page.content() + "".join(told)
    for private in (SECRET, "Measured first", "Mei Chen", "Ivan Petrov", '"mei"', '"ivan"', "figures", WHY):
        assert private not in seen, private
    assert candidate.complaints == []
    await asyncio.gather(*(page.context.close() for page in (ivan, mei)))
