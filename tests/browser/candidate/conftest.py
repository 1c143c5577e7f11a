"""Fixtures: one Chromium for the folder, a scripted server and a fresh page for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.browser.candidate.scenarios import ENTRY_EN, ENTRY_ZH, WAITING
from tests.browser.candidate.scripted_server import ScriptedServer

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip

OpenPage = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[ScriptedServer]:
    """English; a test that wants Chinese sets ``server.entry`` before opening the page."""
    scripted = ScriptedServer(ENTRY_EN, WAITING)
    await scripted.start()
    yield scripted
    await scripted.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, server: ScriptedServer) -> AsyncIterator[OpenPage]:
    """Opens the page as a candidate does; ``signed_in`` puts a running visit on the device first."""
    contexts = []

    async def open_it(
        *, language: str = "en", theme: str = "light", width: int = 1280, height: int = 800,
        signed_in: bool = False, checked: bool = True, link: str = "/c/#t=entry-token", **options: Any,
    ) -> Page:  # fmt: skip
        server.entry = ENTRY_ZH if language == "zh" else server.entry
        context = await browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, has_touch=width < 600,
            locale="zh-CN" if language == "zh" else "en-GB", permissions=["camera", "microphone"], **options,
        )  # fmt: skip
        contexts.append(context)
        page = await context.new_page()
        page.problems = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
        page.on("console", lambda line: _note(page, line))
        if signed_in:
            await context.add_init_script(_visit_script(server, checked))
        await page.goto(server.url + link)
        return page

    yield open_it
    for context in contexts:
        await context.close()


def _note(page: Any, line: Any) -> None:
    """A refused inline style or script, or a script error, is a failure of the page."""
    if line.type == "error" and "Failed to load resource" not in line.text and "WebSocket" not in line.text:
        page.problems.append(line.text)


def _visit_script(server: ScriptedServer, checked: bool) -> str:
    import json

    visit = {"token": "session-token", "interview": server.entry["interview"], "expiresAt": 9e15,
             "entry": server.entry, "checked": checked}  # fmt: skip
    return (
        "if (!sessionStorage.seeded) { sessionStorage.seeded = '1';"
        f" localStorage.setItem('viva.visit', {json.dumps(json.dumps(visit))}); }}"
    )
