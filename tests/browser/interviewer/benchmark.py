"""How quickly the desk shows what happened: ``python -m tests.browser.interviewer.benchmark [DESKS]``.

Sends partial transcripts from a scripted server to desks in one Chromium and takes the time from the
sending to the frame after which the words stand in the page; then scrolls through an hour of transcript.
Both clocks are the machine's own, so the figures hold on one machine only.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import sys
import time

from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright

from media_pipeline.events import TranscriptPartial
from tests.browser.conftest import LAUNCH
from tests.browser.interviewer import scenarios
from tests.browser.interviewer.scripted_server import TOKEN, ScriptedServer

EVENTS = 200
EVERY_S = 0.1
WATCH = """() => {
    globalThis.shown = {};
    new MutationObserver(() => {
        for (const entry of document.querySelectorAll('.entry--partial .entry__text')) {
            const found = /^measured (\\d+)/.exec(entry.textContent ?? '');
            if (found) requestAnimationFrame(() => { globalThis.shown[found[1]] ??= Date.now(); });
        }
    }).observe(document.querySelector('#transcript'), {subtree: true, childList: true, characterData: true});
}"""
SCROLL = """async () => {
    const list = document.querySelector('#transcript');
    const frames = [];
    let before = performance.now();
    for (let step = 0; step < 240; step += 1) {
        list.scrollTop = (list.scrollHeight - list.clientHeight) * (1 - step / 240);
        await new Promise(requestAnimationFrame);
        const now = performance.now();
        frames.push(now - before);
        before = now;
    }
    return frames;
}"""


async def open_desk(browser: Browser, url: str, interview: str) -> Page:
    page = await browser.new_page(viewport={"width": 1280, "height": 720})
    await page.goto(f"{url}/i/#t={TOKEN}")
    await page.evaluate("route => { location.hash = route; }", f"#/interview/{interview}")
    await page.wait_for_selector(".entry")
    return page


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


async def main(desks: int) -> None:
    server = ScriptedServer()
    interview = server.add(scenarios.running("en"))
    hour = scenarios.long("en")
    hour.view["interview"] = "hour"
    server.add(hour)
    runner = web.AppRunner(server.app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(LAUNCH)
        )
        pages = [await open_desk(browser, url, interview.id) for _ in range(desks)]
        for page in pages:
            await page.evaluate(WATCH)
        sent: dict[str, float] = {}
        for number in range(EVENTS):
            sent[str(number)] = time.time() * 1000
            await interview.publish(TranscriptPartial("bench", f"measured {number}", "", 110_000, 111_000))
            await asyncio.sleep(EVERY_S)
        delays = []
        for page in pages:
            shown: dict[str, float] = await page.evaluate("globalThis.shown")
            delays += [shown[number] - sent[number] for number in shown]
        print(
            f"{desks} desks, {EVENTS} events each, {len(delays)} shown: sent → in the page "
            + ", ".join(f"p{share} {percentile(delays, share / 100):.0f} ms" for share in (50, 95, 99))
        )
        for page in pages:
            await page.close()
        page = await open_desk(browser, url, "hour")
        frames: list[float] = await page.evaluate(SCROLL)
        print(f"an hour of transcript scrolled through: frame mean {statistics.mean(frames):.1f} ms, "
              f"p95 {percentile(frames, 0.95):.1f} ms")  # fmt: skip
        await browser.close()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
