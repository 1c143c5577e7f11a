"""The coverage board: fills as evidence comes, opens the words, and shows no score."""

from __future__ import annotations

import copy

import pytest
from playwright.async_api import expect

from tests.browser.interviewer import scenarios
from tests.browser.interviewer.conftest import Open, Site
from tests.browser.interviewer.scripted_server import ScriptedInterview
from tests.browser.interviewer.test_states import blind

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture
def interview(site: Site) -> ScriptedInterview:
    return site.server.add(scenarios.running("en"))


async def test_a_cell_fills_while_it_is_watched_and_leads_to_the_words(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await open_page("/interview/demo-en")
    board = page.get_by_role("region", name="Evidence by competency")
    result = board.get_by_role("button", name="Professional skill, Result: ")
    await expect(result).to_have_accessible_name("Professional skill, Result: nothing yet")
    await expect(result).to_have_text("–")
    await result.focus()
    coverage = copy.deepcopy(interview.view["coverage"])
    coverage["rows"][0]["parts"]["result"] = {"count": 1, "quotes": [2]}
    await interview.show(coverage=coverage)
    await expect(result).to_have_accessible_name("Professional skill, Result: 1 quote")
    await expect(result).to_be_focused()
    await page.keyboard.press("Enter")
    quotes = page.get_by_role("region", name="Professional skill · Result")
    await expect(quotes.get_by_text("I optimised the production process")).to_be_visible()
    await quotes.get_by_role("button", name="Go to 1:37 in the transcript").click()
    await expect(page.locator(".virtual__item--found")).to_contain_text("I optimised the production process")


async def test_points_say_which_were_said_and_what_was_not_asked_yet_is_told_apart(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await open_page("/interview/demo-en")
    board = page.get_by_role("region", name="Evidence by competency")
    await board.get_by_role("button", name="Professional skill, Expected points: 1/2 said").click()
    quotes = page.get_by_role("region", name="Professional skill · Expected points")
    await expect(quotes.get_by_role("listitem")).to_have_count(2)
    await expect(quotes.get_by_text("Not said yet")).to_have_count(1)
    await page.keyboard.press("q")
    await expect(quotes).to_be_hidden()
    await page.keyboard.press("Escape")
    await board.get_by_role("button", name="Handling emergencies, Action: not asked yet").click()
    await expect(page.get_by_text("No question put so far asks for this.")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(board.get_by_role("button", name="Handling emergencies, Action: ")).to_be_focused()


async def test_one_tab_stop_and_arrows_reach_every_cell(
    interview: ScriptedInterview, open_page: Open
) -> None:
    page = await open_page("/interview/demo-en")
    board = page.get_by_role("region", name="Evidence by competency")
    await expect(board.get_by_role("button")).to_have_count(24)
    await page.keyboard.press("v")
    for key, name in (
        ("ArrowRight", "Professional skill, Task"),
        ("ArrowDown", "Communication, Task"),
        ("End", "Communication, Expected points"),
        ("ArrowDown", "Handling emergencies, Expected points"),
        ("Home", "Handling emergencies, Situation"),
    ):
        await page.keyboard.press(key)
        await expect(board.get_by_role("button", name=f"{name}: ")).to_be_focused()
    assert await board.locator('[tabindex="0"]').count() == 1


async def test_under_blind_scoring_the_board_is_whole_and_tells_no_number_of_a_score(
    site: Site, open_page: Open
) -> None:
    site.server.add(blind("zh"))
    page = await open_page("/interview/demo-zh", language="zh", theme="dark")
    board = page.get_by_role("region", name="各项能力的证据")
    await expect(board.get_by_role("button", name="专业能力, 行动: 引文 2 条")).to_be_visible()
    await expect(board).not_to_contain_text("6.5")
