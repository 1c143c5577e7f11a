"""The lobby: who is where, live."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.interviewer import scenarios
from tests.browser.interviewer.conftest import Open, Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_interviews_stand_under_running_waiting_and_finished(site: Site, open_page: Open) -> None:
    site.server.lobby = scenarios.lobby("en")
    page = await open_page()
    running = page.get_by_role("region", name="Running")
    await expect(running.get_by_role("listitem").filter(has=page.get_by_role("link"))).to_have_count(3)
    await expect(running.get_by_text("Question 2 of 5 · Answering · for 3 min")).to_be_visible()
    await expect(running.get_by_text("Light from behind")).to_be_visible()
    await expect(running.get_by_text("Connection lost")).to_be_visible()
    await expect(page.get_by_role("region", name="Waiting").get_by_text("Chiara Moretti")).to_be_visible()
    finished = page.get_by_role("region", name="Finished")
    await expect(finished.get_by_role("link", name="Report on Dilnoza Karimova")).to_be_visible()
    await expect(finished.get_by_role("link", name="Report on 王建国")).to_be_hidden()
    await expect(finished.get_by_text("no score yet")).to_be_visible()


async def test_the_list_changes_live_and_keeps_the_focus(site: Site, open_page: Open) -> None:
    rows = scenarios.lobby("en")
    site.server.lobby = rows
    page = await open_page()
    link = page.get_by_role("link", name="Watch Ada Lindqvist")
    await link.focus()
    await site.server.show_lobby([{**rows[0], "question_index": 3, "attention": []}, *rows[2:]])
    await expect(page.get_by_text("Question 3 of 5 · Answering")).to_be_visible()
    await expect(page.get_by_text("Bohdan Kovalenko")).to_have_count(0)
    await expect(link).to_be_focused()


async def test_a_person_without_interviews_is_told_so(site: Site, open_page: Open) -> None:
    page = await open_page(language="zh")
    await expect(page.get_by_text("暂无正在进行的面试。")).to_be_visible()


async def test_the_link_leads_to_the_desk_and_back(site: Site, open_page: Open) -> None:
    site.server.lobby = scenarios.lobby("en")
    site.server.add(scenarios.running("en"))
    page = await open_page()
    await page.get_by_role("link", name="Watch Ada Lindqvist").click()
    await expect(page.get_by_role("heading", name="Ada Lindqvist")).to_be_visible()
    await page.keyboard.press("l")
    await expect(page.get_by_role("heading", name="Interviews")).to_be_visible()


async def test_the_token_leaves_the_address_and_a_wrong_one_is_told(site: Site, open_page: Open) -> None:
    page = await open_page(token="wrong")
    await expect(page.get_by_text("This link is no longer valid.")).to_be_visible()
    assert "wrong" not in page.url


async def test_without_a_link_the_page_says_what_it_needs(site: Site, open_page: Open) -> None:
    page = await open_page(token="")
    await expect(page.get_by_role("heading", name="This page needs your interviewer link.")).to_be_visible()


async def test_only_what_changed_is_told_and_earlier_ones_come_when_asked_for(
    site: Site, open_page: Open
) -> None:
    first, *others = scenarios.lobby("en")
    over = next(row for row in others if row["status"] == "ended")
    site.server.lobby = [first, *others]
    page = await open_page()
    link = page.get_by_role("link", name="Watch Ada Lindqvist")
    await link.focus()
    gone = others[0]["interview"]
    earlier = {
        **over,
        "interview": "earlier",
        "candidate": "Early Bird",
        "created_at": "2020-01-01T00:00:00+00:00",
    }
    await site.server.change_lobby([{**first, "question_index": 3, "attention": []}], [gone], more=1)
    await expect(page.get_by_text("Question 3 of 5 · Answering")).to_be_visible()
    await expect(page.get_by_text("Bohdan Kovalenko")).to_have_count(0)
    await expect(link).to_be_focused()
    finished = page.get_by_role("region", name="Finished")
    await finished.get_by_role("button", name="Show earlier ones (1)").click()
    await site.server.change_lobby([earlier], [])
    await expect(finished.get_by_role("link", name="Report on Early Bird")).to_be_visible()
    await expect(finished.get_by_role("listitem").last).to_contain_text("Early Bird")
    await expect(finished.get_by_role("button", name="Show earlier ones")).to_have_count(0)
