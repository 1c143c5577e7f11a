"""Pictures of every state: ``python -m tests.browser.interviewer.pictures FOLDER [NAME …]``.

For looking at, and for ``docs/``. ``NAME`` is a state (``running``, ``lobby``, ``report``, ``review``,
``compare``, …); four sizes, both languages, both themes.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright

from tests import media
from tests.browser.conftest import LAUNCH
from tests.browser.interviewer import scenarios
from tests.browser.interviewer.after_states import AFTER, prepare
from tests.browser.interviewer.finished import PARTS, recorded
from tests.browser.interviewer.reports import sample_report
from tests.browser.interviewer.scenarios import Language
from tests.browser.interviewer.scripted_review import ScriptedRecordings
from tests.browser.interviewer.scripted_server import TOKEN, ScriptedServer
from tests.browser.interviewer.test_desk import FACE
from tests.browser.interviewer.test_states import DESKTOP, LARGE, PHONE, STATES, TABLET, nothing

LANGUAGES: tuple[Language, ...] = ("en", "zh")
SIZES = {"small": DESKTOP, "large": LARGE, "tablet": TABLET, "phone": PHONE}


async def main(folder: Path, wanted: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(LAUNCH)
        )
        for language in LANGUAGES:
            for state in wanted or ["lobby", "report", *STATES, *AFTER]:
                if state in AFTER:
                    await take_after(browser, folder, state, language)
                else:
                    await take(browser, folder, state, language)
        await browser.close()


async def take(browser: Browser, folder: Path, state: str, language: Language) -> None:
    """One state in all sizes and themes."""
    make, act = STATES.get(state, (scenarios.running, nothing))
    server = ScriptedServer()
    interview = server.add(make(language))
    interview.report = sample_report(language)
    server.lobby = scenarios.lobby(language)
    runner = web.AppRunner(server.app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    route = {"lobby": "/", "report": f"/interview/{interview.id}/report"}.get(
        state, f"/interview/{interview.id}"
    )

    async def reach(page: Page) -> None:
        await page.wait_for_selector("h1")
        await page.wait_for_timeout(500)
        await interview.send(FACE)
        await act(page)

    await take_looks(browser, folder / state, runner, route, language, reach)
    await runner.cleanup()


async def take_after(browser: Browser, folder: Path, state: str, language: Language) -> None:
    """One state after the interview in all sizes and themes, with a portrait as the recording."""
    after = AFTER[state]
    server = ScriptedServer()
    recordings = ScriptedRecordings(server)
    route = prepare(after, server, recordings, language, portrait_parts())
    runner = web.AppRunner(server.app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()

    async def reach(page: Page) -> None:
        await page.wait_for_selector(after.ready)
        await page.wait_for_timeout(500)
        await after.act(page)

    await take_looks(browser, folder / state, runner, route, language, reach, whole=state == "compare")
    await runner.cleanup()


@cache
def portrait_parts() -> tuple[bytes, ...]:
    picture = media.portrait()
    return tuple(recorded(start, end, lambda ms: picture, size=(640, 360)) for start, end in PARTS)


async def take_looks(
    browser: Browser,
    stem: Path,
    runner: web.AppRunner,
    route: str,
    language: Language,
    reach: Callable[[Page], Awaitable[None]],
    *,
    whole: bool = False,
) -> None:
    """A route in all sizes and themes, once ``reach`` has brought it to its state; ``whole``: all of it."""
    for name, (width, height) in SIZES.items():
        for theme in ("light", "dark"):
            page = await browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme="dark" if theme == "dark" else "light",
                locale="zh-CN" if language == "zh" else "en-GB",
            )
            await page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/i/#t={TOKEN}")
            await page.evaluate("route => { location.hash = route; }", f"#{route}")
            await reach(page)
            await page.wait_for_timeout(300)
            await page.screenshot(path=f"{stem}-{name}-{language}-{theme}.png", full_page=whole)
            await page.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
