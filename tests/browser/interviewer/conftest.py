"""A scripted server on a free port, and pages that open it; a page that complains fails its test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, ConsoleMessage, Error, Page, Request, async_playwright

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
    quiet: bool
    kept: bool
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.on("pageerror", self._failed)
        self.page.on("request", self._asked)
        if self.quiet:
            self.page.on("console", self._said)

    async def leave(self) -> None:
        if not self.kept:
            await self.page.context.close()
            return
        await self.page.evaluate("() => { sessionStorage.clear(); localStorage.clear(); }")
        await self.page.goto("about:blank")
        self.page.remove_listener("pageerror", self._failed)
        self.page.remove_listener("request", self._asked)
        if self.quiet:
            self.page.remove_listener("console", self._said)

    def _failed(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)

    def _said(self, said: ConsoleMessage) -> None:
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


Looks = dict[tuple[str, tuple[int, int], str], Page]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kept_pages(browser: Browser) -> AsyncIterator[Looks]:
    """Pages by their look that a module's tests use one after another: a new process for each is dear."""
    pages: Looks = {}
    yield pages
    for page in pages.values():
        await page.context.close()


@pytest_asyncio.fixture(loop_scope="module")
async def open_page(browser: Browser, site: Site, kept_pages: Looks) -> AsyncIterator[Open]:
    """``await open_page("/interview/ID", language="zh", size=(360, 740), theme="dark")``.

    ``kept``: in the page that an earlier test with the same look has left, with nothing remembered.
    """
    opened: list[Opened] = []

    async def open_(
        route: str = "/",
        *,
        language: str = "en",
        size: tuple[int, int] = (1280, 720),
        theme: str = "light",
        token: str = TOKEN,
        quiet: bool = True,
        kept: bool = False,
    ) -> Page:
        look = (language, size, theme)
        page = kept_pages.get(look) if kept else None
        if page is None:
            context = await browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                locale="zh-CN" if language == "zh" else "en-GB",
                color_scheme="dark" if theme == "dark" else "light",
                reduced_motion="reduce",
            )
            page = await context.new_page()
        if kept:
            kept_pages[look] = page
        one = Opened(page, quiet, kept)
        one.listen()
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
        await one.leave()
