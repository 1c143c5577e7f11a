"""The report in the page: opened with the token, styled under the page's own policy, saved as files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.interviewer import scenarios
from tests.browser.interviewer.conftest import Open, Site
from tests.browser.interviewer.reports import sample_report

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_report_is_shown_in_its_own_style(site: Site, open_page: Open) -> None:
    interview = site.server.add(scenarios.running("en"))
    interview.report = sample_report("en")
    page = await open_page("/interview/demo-en/report")
    total = page.locator(".r-big").first
    await expect(total).to_contain_text("4.")
    assert await total.evaluate("element => getComputedStyle(element).fontSize") == "36px"
    await expect(page.get_by_text("Never part of a score.").first).to_be_visible()
    await page.get_by_role("link", name="Back to the interview").click()
    await expect(page.get_by_role("region", name="Transcript")).to_be_visible()
    assert await page.evaluate("document.adoptedStyleSheets.length") == 0


async def test_labels_are_in_the_readers_language_and_words_in_the_interviews(
    site: Site, open_page: Open
) -> None:
    interview = site.server.add(scenarios.running("en"))
    interview.report = sample_report("en")
    page = await open_page("/interview/demo-en/report", language="zh")
    await expect(page.get_by_role("heading", name="逐题记录")).to_be_visible()
    await expect(
        page.get_by_text("I optimised the production process and it went much better.")
    ).to_be_visible()


async def test_report_is_saved_as_html_that_stands_alone(
    site: Site, open_page: Open, browser: Browser, tmp_path: Path
) -> None:
    interview = site.server.add(scenarios.running("zh"))
    interview.report = sample_report("zh")
    page = await open_page("/interview/demo-zh/report", language="zh")
    async with page.expect_download() as saving:
        await page.get_by_role("button", name="下载 HTML").click()
    saved = tmp_path / (await saving.value).suggested_filename
    await (await saving.value).save_as(saved)
    assert saved.name == "viva-report-demo-zh.html"
    alone = await browser.new_page()
    complaints: list[str] = []
    alone.on("console", lambda said: complaints.append(said.text))
    await alone.goto(saved.as_uri())
    await expect(alone.get_by_role("heading", level=1)).to_have_text("林晓雨")
    assert (
        await alone.locator(".r-big").first.evaluate("element => getComputedStyle(element).fontSize")
        == "36px"
    )
    assert complaints == []
    await alone.close()


async def test_report_is_saved_as_json(site: Site, open_page: Open, tmp_path: Path) -> None:
    interview = site.server.add(scenarios.running("en"))
    interview.report = sample_report("en")
    page = await open_page("/interview/demo-en/report")
    async with page.expect_download() as saving:
        await page.get_by_role("button", name="Download JSON").click()
    saved = tmp_path / "report.json"
    await (await saving.value).save_as(saved)
    assert json.loads(saved.read_text(encoding="utf-8")) == json.loads(json.dumps(interview.report))


async def test_a_report_that_is_not_ready_is_said_and_tried_again(site: Site, open_page: Open) -> None:
    interview = site.server.add(scenarios.running("en"))
    page = await open_page("/interview/demo-en/report", quiet=False)
    await expect(page.get_by_text("The report is not ready yet.")).to_be_visible()
    interview.report = sample_report("en")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ada Lindqvist")
