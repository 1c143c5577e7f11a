"""“Are you still there?”: asked of a silent page only, answered by any key, and the way back to a place."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.candidate.conftest import OpenPage
from tests.browser.candidate.scenarios import STATES
from tests.browser.candidate.scripted_server import ScriptedServer
from tests.browser.candidate.test_accessibility import violations
from tests.browser.candidate.test_interview import started, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_a_silent_page_asks_and_any_key_answers(open_page: OpenPage, server: ScriptedServer) -> None:
    page = await started(open_page, server)
    await server.show(presence="asked")
    await expect(page.get_by_role("heading", name="Are you still there?")).to_be_visible()
    assert await violations(page) == []
    await page.keyboard.press("a")
    await until(lambda: len(server.named("here")) == 1)
    await server.show(presence="here")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await server.show(presence="asked")  # whoever has just used the page is not asked again
    await until(lambda: len(server.named("here")) == 2)
    await expect(page.get_by_role("dialog")).to_have_count(0)

    await server.show(presence="away")
    await expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    await page.get_by_role("button", name="I’m here").click()
    await until(lambda: len(server.named("here")) == 3)
    await server.show(presence="here")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_an_interviewers_pause_offers_the_way_on_when_nobody_is_there(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    page = await started(open_page, server, "paused", language="zh")
    paused = STATES["paused"]["zh"]
    await server.show(paused)
    await expect(page.get_by_role("button", name="继续")).to_have_count(0)
    await server.show(can={**paused["can"], "resume": True})
    await expect(page.locator("main").get_by_text("面试官暂时不在")).to_be_visible()
    await page.get_by_role("button", name="继续").click()
    await until(lambda: server.named("resume"))
