"""Fixtures: a scripted server and pages opened as a candidate opens them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.browser.candidate.scenarios import ENTRY_EN, ENTRY_ZH, WAITING
from tests.browser.candidate.scripted_server import ScriptedServer
from tests.browser.conftest import LAUNCH

OpenPage = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """One Chromium with a beeping microphone for a whole module: every page has its own context."""
    async with async_playwright() as running:
        started = await running.chromium.launch(executable_path=chromium, headless=True, args=list(LAUNCH))
        yield started
        await started.close()


@pytest_asyncio.fixture(loop_scope="module")
async def server() -> AsyncIterator[ScriptedServer]:
    """English and waiting, until a test shows another view."""
    scripted = ScriptedServer(ENTRY_EN, WAITING)
    await scripted.start()
    yield scripted
    await scripted.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def open_page(browser: Browser, server: ScriptedServer) -> AsyncIterator[OpenPage]:
    """Opens the page from the link; ``signed_in``: as a device on which the visit is already running.

    A script error, a refused inline style or script and an unanswered promise fail the test.
    """
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    async def open_it(
        *,
        language: str = "en",
        theme: str = "light",
        width: int = 1280,
        height: int = 800,
        signed_in: bool = False,
        link: str = "/c/#t=entry-token",
        entry: dict[str, Any] | None = None,
        permissions: tuple[str, ...] = ("camera", "microphone"),
        **options: Any,
    ) -> Page:
        server.entry = entry or (ENTRY_ZH if language == "zh" else ENTRY_EN)
        context = await new_context(
            browser, language, theme, width, height, permissions=list(permissions), **options
        )
        contexts.append(context)
        if signed_in:
            await context.add_init_script(visit_script(server.entry))
        page = await context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda line: problems.extend(complaints(line)))
        await page.goto(server.url + link)
        return page

    yield open_it
    for context in contexts:
        await context.close()
    assert problems == []


async def new_context(
    browser: Browser, language: str, theme: str, width: int, height: int, **options: Any
) -> BrowserContext:
    return await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        has_touch=width < 600,
        locale="zh-CN" if language == "zh" else "en-GB",
        **options,
    )


def complaints(line: Any) -> list[str]:
    """What the browser's console complains about; connections that a test cuts are no fault of the page."""
    expected = ("Failed to load resource", "WebSocket connection")
    return [line.text] if line.type == "error" and not line.text.startswith(expected) else []


def visit_script(entry: dict[str, Any], checked: bool = True) -> str:
    """Puts a running visit on the device, once: what a page that was signed in before has left there."""
    visit = {
        "token": "session-token",
        "interview": entry["interview"],
        "expiresAt": 9e15,
        "entry": entry,
        "checked": checked,
    }
    return (
        "if (location.protocol === 'http:' && !sessionStorage.getItem('seeded')) {"
        " sessionStorage.setItem('seeded', '1');"
        f" localStorage.setItem('viva.visit', {json.dumps(json.dumps(visit))}); }}"
    )
