"""Pictures of every state: ``python -m tests.browser.interviewer.pictures FOLDER [NAME …]``.

For looking at, and for ``docs/``. ``NAME`` is a state (``running``, ``lobby``, ``report``, …); four sizes,
both languages, both themes.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path

from aiohttp import web
from playwright.async_api import Browser, async_playwright

from tests.browser.conftest import LAUNCH
from tests.browser.interviewer import scenarios
from tests.browser.interviewer.reports import sample_report
from tests.browser.interviewer.scenarios import Language
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
            for state in wanted or ["lobby", "report", *STATES]:
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
    for name, (width, height) in SIZES.items():
        for theme in ("light", "dark"):
            page = await browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme="dark" if theme == "dark" else "light",
                locale="zh-CN" if language == "zh" else "en-GB",
            )
            await page.goto(f"http://127.0.0.1:{runner.addresses[0][1]}/i/#t={TOKEN}")
            await page.evaluate("route => { location.hash = route; }", f"#{route}")
            await page.wait_for_selector("h1")
            await page.wait_for_timeout(500)
            await interview.send(FACE)
            await act(page)
            await page.wait_for_timeout(300)
            await page.screenshot(path=folder / f"{state}-{name}-{language}-{theme}.png")
            await page.close()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
