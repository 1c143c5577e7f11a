"""Prompts in the real interview: sent, edited, put aside, asked in one's own words, left to Viva.

Every action of the desk, where it is done at a real page and seen at a second desk and at the candidate's:

| action | done and seen in |
| --- | --- |
| send, edit, put aside a suggestion (and its kind rests); own question, typed; copilot, autopilot | here |
| more time, pause, resume, skip, end; refused without control, hand-over | `test_panel_at_work.py` |
| notes, bookmarks, private chat, keys 1–5 with a reason, decision | `test_panel_at_work.py` |
| in person: hold to talk, stay on air | `test_in_person.py` |
| first frame, sound, overlay; wall | `test_picture.py`, `../interviewer/test_desk.py`, `test_wall.py` |
| review, jump, comparison, export | `test_review.py`, `../interviewer/test_review.py`, `test_comparison.py` |
| the network of the candidate and of the interviewer cut | `test_network_cut.py` |
| 200 events a second, an hour of transcript, another tab | `../interviewer/test_resilience.py` |
| a wrong role is refused by REST, socket, WHEP and media alike | `tests/server/test_roles.py` |
"""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from server.judge.follow_ups import DISMISSED_RESTS_MS
from tests.browser.whole.people import Candidate, Interviewer, until
from tests.browser.whole.server_process import Json, ServerProcess, events

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

VAGUE = "I optimised the production process and it went much better."
WE = "We changed the cleaning plan and we also moved the second sensor."
TEAM = (
    "We rebuilt the handover between the shifts. We wrote a checklist for every machine. "
    "We trained all the team leaders, and we tried it for a month on the night shift."
)
"""Something else than what was put aside before: that is never asked again."""

EDITED = "By how many stops a week did it get better?"
OWN = "Who looks after the line now?"


async def at_the_desk(browser: object, link: str, interview: str) -> Page:
    page = (await Interviewer.arrive(browser, link, 1280, 720)).page  # type: ignore[arg-type]
    await page.evaluate("id => { location.hash = `#/interview/${id}` }", interview)
    return page


def suggestion(page: Page) -> Locator:
    return page.locator(".prompt--open:not(.prompt--settled)")


async def proposed(server: ServerProcess, interview: str) -> list[Json]:
    return events(await server.records(interview, "auditor"), "follow_up_proposed")


async def dismissed(server: ServerProcess, interview: str) -> list[Json]:
    withdrawn = events(await server.records(interview, "auditor"), "follow_up_withdrawn")
    return [one for one in withdrawn if one["reason"] == "dismissed"]


async def test_what_becomes_of_a_suggestion_is_seen_by_everybody_it_concerns(
    server: ServerProcess, browser: Browser
) -> None:
    people = [{"subject": "ivan", "name": "Ivan Petrov"}, {"subject": "mei", "name": "Mei Chen"}]
    ordered = await server.order("production-supervisor.en", interviewers=people)
    interview = ordered["interview"]
    links = {one["subject"]: one["link"] for one in ordered["interviewers"]}
    candidate = await Candidate.arrive(browser, ordered["candidate_link"], {})
    await candidate.sign_in("Ada Lovelace", "555 0100", mode="text")
    await candidate.begin()
    await candidate.start_answering()
    ivan = await at_the_desk(browser, links["ivan"], interview)
    await expect(ivan.locator(".panel-bar")).to_contain_text("You have control")
    mei = await at_the_desk(browser, links["mei"], interview)

    # Copilot: Viva proposes, Ivan decides; the other desk follows, the candidate is told nothing.
    await ivan.get_by_role("switch", name="Viva asks by itself").click()
    her_switch = mei.get_by_role("switch", name="Viva asks by itself")
    await expect(her_switch).to_have_attribute("aria-checked", "false")
    await expect(her_switch).to_be_disabled()
    await candidate.type_part(VAGUE)
    for page in (ivan, mei):
        await expect(suggestion(page)).to_contain_text("optimised the production process")
    await expect(suggestion(mei).get_by_role("button", name="Ask now")).to_be_hidden()

    # Sent in other words.
    await suggestion(ivan).get_by_role("button", name="Edit").click()
    await ivan.get_by_role("textbox", name="The question in your words").fill(EDITED)
    await ivan.keyboard.press("Enter")
    await candidate.sees(EDITED)
    await expect(mei.locator(".entry--follow_up")).to_contain_text(EDITED)
    await expect(mei.locator(".entry--follow_up")).to_contain_text("asked by the interviewer")

    # Put aside: gone from both desks, and its kind rests, whatever is said next.
    await candidate.type_part(WE)
    await expect(suggestion(ivan)).to_be_visible()
    await ivan.evaluate("document.activeElement.blur()")
    await ivan.keyboard.press("x")
    await until(lambda: dismissed(server, interview), "the dismissal")
    (withdrawn,) = await dismissed(server, interview)
    (put_aside,) = [o for o in await proposed(server, interview) if o["follow_up"] == withdrawn["follow_up"]]
    for page in (ivan, mei):
        await expect(suggestion(page).filter(has_text=put_aside["text"])).to_have_count(0)
    await candidate.type_part("We trained the night shift as well.")

    # A question of one's own.
    await ivan.evaluate("document.activeElement.blur()")
    await ivan.keyboard.press("a")
    await ivan.keyboard.type(OWN)
    await ivan.keyboard.press("Enter")
    await candidate.sees(OWN)
    await expect(mei.locator(".entry--follow_up").last).to_contain_text(OWN)

    # Autopilot: Viva asks by itself again; a suggestion is also sent as it stands.
    await ivan.evaluate("document.activeElement.blur()")
    await ivan.keyboard.press("s")
    await ivan.get_by_role("dialog").get_by_role("button", name="Skip the question").click()
    await candidate.sees("2 of 5")
    await candidate.start_answering()
    await candidate.type_part(VAGUE)
    await expect(suggestion(ivan)).to_be_visible()
    await ivan.evaluate("document.activeElement.blur()")
    await ivan.keyboard.press("f")
    await expect(mei.locator(".entry--follow_up")).to_have_count(3)
    await ivan.get_by_role("switch", name="Viva asks by itself").click()
    await expect(her_switch).to_have_attribute("aria-checked", "true")
    await candidate.type_part(TEAM)
    await expect(mei.locator(".entry--follow_up")).to_have_count(4)
    await expect(mei.locator(".entry--follow_up").last).to_contain_text("asked by Viva")

    records = await server.records(interview, "auditor")
    asked = [(event["by"], event["question"]) for event in events(records, "follow_up_asked")]
    assert asked == [("interviewer", "q1"), ("interviewer", "q1"), ("interviewer", "q2"), ("system", "q2")]
    again = [
        one
        for one in events(records, "follow_up_proposed")
        if one["kind"] == put_aside["kind"]
        and one["question"] == "q1"
        and 0 < one["at_ms"] - withdrawn["at_ms"] < DISMISSED_RESTS_MS
    ]
    assert again == []
    assert candidate.complaints == []
    await asyncio.gather(*(page.context.close() for page in (ivan, mei)))
