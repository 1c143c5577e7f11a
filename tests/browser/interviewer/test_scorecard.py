"""Scoring by sub-dimension, a reason where one is owed, and the decision at the end."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.interviewer import scenarios
from tests.browser.interviewer.conftest import Open, Site
from tests.browser.interviewer.scripted_server import ScriptedInterview
from tests.browser.interviewer.test_desk import desk, until_sent

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
REASON = "Clear figures in two answers"


@pytest.fixture
def interview(site: Site) -> ScriptedInterview:
    return site.server.add(scenarios.with_panel("en"))


def scales(page: Page) -> Any:
    return page.locator(".card-row[aria-current] .card-scale")


async def test_keys_score_one_sub_dimension_after_another(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await desk(open_page)
    first, second = [scale["id"] for scale in interview.view["competencies"][0]["sub_dimensions"]][:2]
    await expect(scales(page).first).to_have_attribute("aria-current", "true")
    await expect(page.locator(".card-scale--focus .card-row__anchor")).to_contain_text(
        interview.scales["professional"][first][2]
    )
    await page.keyboard.press("3")
    await page.keyboard.press("Enter")
    given = {"command": "level", "competency": "professional", "reason": ""}
    assert await until_sent(page, interview) == {**given, "sub_dimension": first, "level": 3}
    await expect(scales(page).nth(1)).to_have_attribute("aria-current", "true")
    await page.keyboard.press("5")
    await expect(page.get_by_text("Your score differs from the system's 3.2. Say why.")).to_be_visible()
    await page.keyboard.press("Enter")
    assert len(interview.commands) == 1, "it is not sent without the reason"
    await page.keyboard.type("led it alone")
    await page.keyboard.press("Enter")
    sent = await until_sent(page, interview, 2)
    assert sent == {**given, "sub_dimension": second, "level": 5, "reason": "led it alone"}


async def test_insufficient_evidence_and_a_later_change(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await desk(open_page)
    await page.keyboard.press("]")
    await page.keyboard.press("k")
    await page.keyboard.press("j")
    row = page.locator(".card-row[aria-current]")
    await expect(row).to_contain_text("Yours 6.0 · so far")
    await expect(row).to_contain_text("Colleagues: Mei Chen 7.2")
    await row.get_by_role("button", name="insufficient evidence").first.click()
    await expect(row.get_by_text("You change your own score. Say why.")).to_be_visible()
    await page.keyboard.type("told by nobody")
    await page.keyboard.press("Enter")
    sent = await until_sent(page, interview)
    assert sent["level"] is None and sent["reason"] == "told by nobody"


async def test_a_competency_may_be_scored_whole(interview: ScriptedInterview, open_page: Open) -> None:
    page = await desk(open_page)
    await page.get_by_role("button", name="Score as a whole").click()
    await page.get_by_role("button", name="Score Professional skill: level 3 of 5, which is 6.0").click()
    await page.keyboard.press("Enter")
    assert await until_sent(page, interview) == {
        "command": "score",
        "competency": "professional",
        "score": 6,
        "reason": "",
    }


async def test_blind_says_when_the_others_scores_open(interview: ScriptedInterview, open_page: Open) -> None:
    hidden = [
        {
            **one,
            "score": None,
            "hidden": True,
            "others": [],
            "sub_dimensions": [{**scale, "level": None} for scale in one["sub_dimensions"]],
        }
        for one in interview.view["competencies"]
    ]
    interview.view.update(competencies=hidden, total=None)
    page = await desk(open_page)
    await expect(page.locator(".card-row[aria-current]")).to_contain_text("open once yours are complete")
    await page.keyboard.press("5")
    await expect(page.get_by_label("Reason, if you wish")).to_be_focused()


async def test_who_only_looks_on_cannot_score(interview: ScriptedInterview, open_page: Open) -> None:
    interview.view["panel"].update(me="rita", takes_part=False, conducts=False)
    page = await desk(open_page)
    await page.keyboard.press("4")
    assert interview.commands == []
    await expect(page.locator(".card-scale .level").first).to_be_disabled()
    await expect(page.get_by_role("button", name="Chat")).to_have_count(0)


async def test_a_person_decides_with_a_reason_and_may_change_it(
    interview: ScriptedInterview, open_page: Open
) -> None:
    interview.view.update(status="ended", phase="ended", question=None, deadline=None, follow_ups=[])
    page = await desk(open_page)
    decision = page.get_by_role("region", name="Decision")
    await decision.get_by_role("button", name="Record the decision").click()
    await expect(decision).to_contain_text("Choose one of the three.")
    await decision.get_by_text("Goes on to the next step").click()
    await decision.get_by_role("textbox").fill("good")
    await decision.get_by_role("button", name="Record the decision").click()
    await expect(decision).to_contain_text("16 more letters")
    await decision.get_by_role("textbox").fill(REASON)
    await decision.get_by_role("button", name="Record the decision").click()
    assert await until_sent(page, interview) == {
        "command": "decide",
        "decision": "advance",
        "reason": REASON,
    }
    made = {"decision": "advance", "by": "mei", "name": "Mei Chen", "reason": REASON, "at_ms": 1, "at": None}
    await interview.show(decisions=[made])
    await expect(decision).to_contain_text("Goes on to the next step, by Mei Chen")
    await decision.get_by_role("button", name="Change the decision").click()
    await expect(decision.get_by_role("textbox")).to_be_focused()
    await interview.show(decisions=[made, {**made, "decision": "hold"}])
    await decision.get_by_text("Earlier versions").click()
    await expect(decision).to_contain_text("On hold, by Mei Chen")
