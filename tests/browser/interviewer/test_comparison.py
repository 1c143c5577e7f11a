"""Two candidates side by side: picked in the lobby, told apart only where that can be told, never ranked."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.interviewer.conftest import Open, Site
from tests.browser.interviewer.finished import finished, lobby_of_two, other_candidate

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

ROUTE = "/compare/demo-en/other-en"


def two(site: Site) -> None:
    site.server.add(finished("en"))
    site.server.add(other_candidate("en"))
    site.server.lobby = lobby_of_two("en")


async def test_two_of_one_job_are_picked_in_the_lobby(site: Site, open_page: Open) -> None:
    two(site)
    page = await open_page()
    await page.get_by_role("button", name="Compare Ada Lindqvist with another").click()
    await expect(page.get_by_text("Ada Lindqvist is picked.")).to_be_visible()
    other_job = page.get_by_role("button", name="Compare Dilnoza Karimova with another")
    await expect(other_job).to_have_attribute("aria-disabled", "true")
    await page.get_by_role("button", name="Compare Bohdan Kovalenko with another").click()
    await page.get_by_role("link", name="Compare Ada Lindqvist and Bohdan Kovalenko").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Comparison")


async def test_what_is_unknown_is_never_lower_and_small_differences_are_none(
    site: Site, open_page: Open
) -> None:
    two(site)
    page = await open_page(ROUTE)
    professional = page.get_by_role("region", name="Professional competence", exact=True)
    await expect(professional.get_by_text("No difference to be told").first).to_be_visible()
    communication = page.get_by_role("region", name="Communication", exact=True)
    await expect(communication.get_by_text("Insufficient evidence").first).to_be_visible()
    await expect(
        communication.get_by_text("Not to be compared: too little is known of Bohdan Kovalenko").first
    ).to_be_visible()
    assert await communication.locator(".interval").count() == 1
    await expect(page.get_by_text("The totals stand on different dimensions")).to_be_visible()
    unknown = page.get_by_role("region", name="Bohdan Kovalenko", exact=True)
    await expect(unknown.get_by_text("Communication", exact=True)).to_be_visible()


async def test_a_quote_leads_to_the_review_at_its_time(site: Site, open_page: Open) -> None:
    two(site)
    page = await open_page(ROUTE)
    link = page.get_by_role("region", name="Professional competence", exact=True).get_by_role("link").first
    clock = await link.inner_text()
    await link.click()
    minutes, seconds = clock.split(":")
    slider = page.get_by_role("slider", name="Playhead")
    begins = 20
    await expect(slider).to_have_attribute("aria-valuenow", str(int(minutes) * 60 + int(seconds) - begins))


async def test_nothing_is_shown_before_both_may_be_seen(site: Site, open_page: Open) -> None:
    two(site)
    site.recordings.hidden.add("other-en")
    page = await open_page(ROUTE, quiet=False)
    await expect(page.get_by_text("Give your own scores first.")).to_be_visible()
    await expect(page.get_by_role("link", name="To the desk, to score")).to_have_attribute(
        "href", "#/interview/other-en"
    )
    await expect(page.get_by_text("Professional competence")).to_have_count(0)


async def test_different_jobs_are_not_compared(site: Site, open_page: Open) -> None:
    two(site)
    other = site.server.interviews["other-en"].report
    assert other is not None
    other["versions"] = {**other["versions"], "job": "bank-teller.en"}
    page = await open_page(ROUTE)
    await expect(page.get_by_text("These two interviews are for different jobs.")).to_be_visible()
