"""The README's pictures: a real interview on the real server, photographed.

python -m tests.browser.whole.pictures docs/images
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

from media_pipeline.models import ModelFolder
from tests import media
from tests.browser.conftest import LAUNCH
from tests.browser.whole.people import Candidate, Interviewer, until
from tests.browser.whole.server_process import ServerProcess, events

SAID = (
    "Last year our packing line stopped twice a week. I looked at the records of every stop with the "
    "maintenance team.",
    "I changed the order of the checks and I trained two people on each shift. After three months the "
    "stops fell by sixty per cent.",
)
ASKED_ABOUT = "Then I optimised the production process and it went much better."


async def take(folder: Path) -> None:
    """All pictures, in about two minutes."""
    folder.mkdir(parents=True, exist_ok=True)
    models = ModelFolder.default()
    with tempfile.TemporaryDirectory() as data:
        server = ServerProcess(Path(data), VIVA_MODELS_DIR=str(models.root))
        await server.start()
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path="/usr/bin/chromium", args=[*LAUNCH]
                )
                await _spoken(browser, server, folder, models.path("piper-en-joe"))
                await _typed(browser, server, folder)
                await browser.close()
        finally:
            await server.stop()


async def _spoken(browser: Browser, server: ServerProcess, folder: Path, voice: Path) -> None:
    ordered = await server.order("production-supervisor.en")
    interview = ordered["interview"]
    candidate = await Candidate.arrive(
        browser, ordered["candidate_link"], {"face": media.portrait()}, width=390, height=844
    )
    desk = await Interviewer.arrive(browser, ordered["interviewer_link"], width=1280, height=800)
    await candidate.sign_in("Ada Lovelace", "555 0100")
    await candidate.check_devices()
    await candidate.begin()
    await candidate.start_answering()
    await candidate.media_connected(server, interview)
    await desk.open_interview(interview)
    # The interviewer asks here: what Viva would ask is suggested and waits for them.
    await desk.page.get_by_role("switch", name="Viva asks by itself").click()
    for text in SAID:
        await candidate.say(media.spoken(text, voice))
        await asyncio.sleep(0.8)
    await candidate.say(media.spoken(ASKED_ABOUT, voice))
    ask = desk.page.get_by_role("button", name="Ask now").first
    await expect(ask).to_be_visible()
    # What was suggested before and withdrawn stays in view for four seconds.
    await expect(desk.page.locator(".prompt--settled")).to_have_count(0)
    await expect(desk.page.locator(".notices")).to_be_hidden()
    await desk.page.screenshot(path=folder / "desk-en-light.png")
    await ask.click()
    await candidate.sees(re.compile("You mentioned"))
    await asyncio.sleep(1.5)
    await candidate.page.screenshot(path=folder / "candidate-phone-en.png")
    await candidate.say(media.spoken("We saved about twelve per cent of the cost.", voice))
    await asyncio.sleep(4)
    await server.act(interview, "end")

    async def written() -> bool:
        return bool(events(await server.records(interview), "report_ready"))

    await until(written, "the report")
    html = await server.report_page(interview)
    page = await browser.new_page(viewport={"width": 900, "height": 1150})
    await page.set_content(html)
    await page.screenshot(path=folder / "report-en.png")
    await _reviewed(desk.page, interview)
    await desk.page.screenshot(path=folder / "review-en.png")
    await candidate.leave()
    await desk.leave()


async def _reviewed(page: Page, interview: str) -> None:
    """The review with its recording, in the middle of an answer."""
    playable = page.locator('.review[data-recorded="true"]')

    async def is_recorded() -> bool:
        # The recording is whole some seconds after the end; until then the page says so.
        await page.evaluate("() => { location.hash = '#/'; }")
        await page.evaluate("id => { location.hash = `#/interview/${id}/review`; }", interview)
        await expect(page.locator(".review__main")).to_be_visible()
        return bool(await playable.count())

    await until(is_recorded, "the recording")
    await page.locator(".quotes__one").nth(2).click()
    await asyncio.sleep(2)


async def _typed(browser: Browser, server: ServerProcess, folder: Path) -> None:
    ordered = await server.order("production-supervisor.zh", name="林小雨")
    candidate = await Candidate.arrive(
        browser, ordered["candidate_link"], {}, language="zh", width=390, height=844
    )
    await candidate.sign_in("林小雨", "13800000000", mode="text")
    await candidate.begin()
    await candidate.start_answering()
    await candidate.type_part("去年我们的包装线每周停两次。我优化了生产流程，效果好了很多。")
    await candidate.sees(re.compile("你提到"))
    await candidate.page.screenshot(path=folder / "candidate-phone-zh.png")
    await candidate.leave()


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1])))
