"""Names and words written from right to left stand beside figures and times without turning them round."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.async_api import Page, expect

from tests.browser.interviewer import scenarios
from tests.browser.interviewer.conftest import Open, Site
from tests.browser.interviewer.finished import finished, lobby_of_two, other_candidate
from tests.browser.interviewer.scripted_server import ScriptedInterview
from tests.browser.right_to_left import mirrored, mirrored_event, turned

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


def from_right_to_left(interview: ScriptedInterview) -> ScriptedInterview:
    interview.view = mirrored(interview.view)
    interview.report = mirrored(interview.report)
    interview.scales = mirrored(interview.scales)
    interview.log = [replace(record, event=mirrored_event(record.event)) for record in interview.log]
    return interview


async def ready(page: Page, what: str) -> Page:
    await expect(page.locator(what).first).to_be_visible()
    return page


async def test_the_desk(site: Site, open_page: Open) -> None:
    interview = site.server.add(from_right_to_left(scenarios.talking("en")))
    interview.view["on_air"] = {"by": "mei", "name": mirrored("Mei Chen"), "connection": "m", "since_ms": 1}
    interview.view["decisions"] = [
        {"decision": one, "by": "mei", "reason": mirrored(scenarios.ENGLISH.note), "at_ms": 1}
        for one in ("hold", "advance")
    ]
    page = await ready(await open_page("/interview/demo-en"), ".entry")
    found: set[str] = set()
    for key in ("c", "Escape", "i", "Escape", "q", "Escape", "v", "Enter", "1"):
        await page.keyboard.press(key)
        found |= set(await turned(page))
    await interview.show(status="ended", phase="ended", report="ready")
    await expect(page.get_by_role("region", name="Decision")).to_be_visible()
    found |= set(await turned(page))
    assert not found, "\n".join(sorted(found))


async def test_the_lobby_and_what_comes_after(site: Site, open_page: Open) -> None:
    for interview in (finished("en"), other_candidate("en")):
        site.server.add(from_right_to_left(interview))
    site.server.me = {"name": mirrored("Ivan Petrov"), "role": "recruiter", "subject": "ivan"}
    running = [{**row, "interviewers": [mirrored("Mei"), mirrored("Ivan")]} for row in scenarios.lobby("en")]
    site.server.lobby = mirrored([*running, *lobby_of_two("en")])
    page = await ready(await open_page(), ".tile, .line")
    found = set(await turned(page))
    await page.get_by_role("button", name="List").click()
    await page.locator(".line button").first.click()
    found |= set(await turned(page))
    for route, there in (
        ("/interview/demo-en/review", ".entry"),
        ("/compare/demo-en/other-en", ".pair__name"),
        ("/interview/demo-en/report", ".r-head"),
    ):
        await page.evaluate("route => { location.hash = route; }", f"#{route}")
        await ready(page, there)
        found |= set(await turned(page))
    assert not found, "\n".join(sorted(found))
