"""A scripted server on a free port, and pages that open it; a page that complains fails its test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from tests.browser.conftest import LAUNCH
from tests.browser.interviewer.scripted_review import ScriptedRecordings
from tests.browser.interviewer.scripted_server import TOKEN, ScriptedServer


@dataclass
class Site:
    """The scripted server and where it listens."""

    server: ScriptedServer
    url: str
    recordings: ScriptedRecordings


@dataclass
class Opened:
    """A page with everything it complained about and asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def listen(self, said: ConsoleMessage) -> None:
        # The scripted server has no media: Chromium itself reports the 404 of each quiet attempt.
        if said.type == "error" and "/api/v1/whep/" not in said.location["url"]:
            self.complaints.append(said.text)


Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """One Chromium for a module: these pages use no device, and a fresh context parts the tests."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=list(LAUNCH))
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[Site]:
    server = ScriptedServer()
    recordings = ScriptedRecordings(server)
    runner = web.AppRunner(server.app, shutdown_timeout=0.1)
    await runner.setup()
    listening = web.TCPSite(runner, "127.0.0.1", 0)
    await listening.start()
    port = runner.addresses[0][1]
    yield Site(server, f"http://127.0.0.1:{port}", recordings)
    await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="module")
async def open_page(browser: Browser, site: Site) -> AsyncIterator[Open]:
    """``await open_page("/interview/ID", language="zh", size=(360, 740), theme="dark")``."""
    opened: list[Opened] = []

    async def open_(
        route: str = "/",
        *,
        language: str = "en",
        size: tuple[int, int] = (1280, 720),
        theme: str = "light",
        token: str = TOKEN,
        quiet: bool = True,
    ) -> Page:
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN" if language == "zh" else "en-GB",
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        page = await context.new_page()
        one = Opened(page)
        page.on("pageerror", lambda error: one.complaints.append(str(error)))
        if quiet:
            page.on("console", one.listen)
        page.on("request", lambda request: one.requests.append(request.url))
        opened.append(one)
        await page.goto(f"{site.url}/i/#t={token}")
        if route != "/":
            await page.evaluate("route => { location.hash = route; }", f"#{route}")
        return page

    yield open_
    for one in opened:
        assert one.complaints == []
        outside = [url for url in one.requests if not url.startswith((site.url, "blob:"))]
        assert outside == []
        await one.page.context.close()
