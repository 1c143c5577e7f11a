"""A desk over an hour: frames, work on the main thread, memory: ``python -m tests.benchmarks.desk hour``.

First an hour of interview is played into one desk, faster than it was (``--speed``, default 20), and every
ten minutes the browser collects its garbage and says what is left. Then a second desk is opened with the
whole hour and, while events go on coming at their own pace, scrolled through, searched and written to. Last
the lobby's wall hangs for an hour.

The log is made by ``hour_log.py`` and told as the server tells it: its own fold, its own view, its own rule
for what a later record of a batch replaces. There is no live picture: Chromium decodes video on other
threads, and the scripted server has none.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import av
from aiohttp import web
from playwright.async_api import Browser, CDPSession, Page, async_playwright

from loadtest.journey import percentile
from media_pipeline.events import Record
from media_pipeline.vision.still import StillOptions, encode_still
from scoring.job_file import shipped_jobs
from server.conductor.evolve import evolve
from server.conductor.script import script_of
from server.conductor.state import InterviewState
from server.control.desk_view import desk_view, scales_of
from server.control.feed import without_superseded
from server.panel.scoring import Viewer
from tests import media
from tests.benchmarks.desk.hour_log import MINUTE_MS, PEOPLE, faces_and_levels, hour_log
from tests.browser.conftest import LAUNCH
from tests.browser.interviewer import scenarios
from tests.browser.interviewer.scripted_server import TOKEN, ScriptedInterview, ScriptedServer, wire_record

JOB = "production-supervisor.en"
PARTS = ["work", "play", "wall"]
TICK_S = 0.05
"""The server's least gap between two batches to one page."""
Json = dict[str, Any]

FRAMES = """() => {
    const seen = globalThis.frames = [];
    globalThis.longTasks ??= (() => {
        const found = [];
        new PerformanceObserver((list) => found.push(...list.getEntries().map((one) => one.duration)))
            .observe({type: 'longtask'});
        return found;
    })();
    longTasks.length = 0;
    let before = performance.now();
    globalThis.counting = true;
    requestAnimationFrame(function next(now) {
        seen.push(now - before);
        before = now;
        if (counting) requestAnimationFrame(next);
    });
}"""
SCROLL = """async (steps) => {
    const list = document.querySelector('#transcript');
    for (let step = 0; step < steps; step += 1) {
        list.scrollTop = (list.scrollHeight - list.clientHeight) * (1 - step / steps);
        await new Promise(requestAnimationFrame);
    }
}"""

FASTER = """(() => {
    const later = setTimeout;
    globalThis.setTimeout = (act, ms, ...given) => later(act, ms / SPEED, ...given);
    const [make, revoke] = [URL.createObjectURL, URL.revokeObjectURL];
    const blobs = globalThis.blobs = new Set();
    URL.createObjectURL = (blob) => { const made = make.call(URL, blob); blobs.add(made); return made; };
    URL.revokeObjectURL = (made) => { blobs.delete(made); revoke.call(URL, made); };
})()"""
ENTRIES = "Number(document.querySelector('#transcript [role=article]:last-child')?.ariaSetSize ?? 0)"


class Player:
    """Plays a log into a scripted interview, as its owner and a page's feed would."""

    def __init__(self, interview: ScriptedInterview, log: Sequence[Record]) -> None:
        self.interview = interview
        self.now_ms = 0
        self._log = log
        self._place = 0
        self._state = InterviewState()
        self._job = shipped_jobs()[JOB]
        self._script = script_of(self._job)
        self._shown: Json = {}
        interview.scales = scales_of(self._job)
        interview.view = self._view()

    def to(self, at_ms: int) -> list[Record]:
        """Time passes; the records of it that a page is told."""
        batch = []
        while self._place < len(self._log) and self._log[self._place].at_ms <= at_ms:
            record = self._log[self._place]
            self._state = evolve(self._state, record)
            batch.append(record)
            self._place += 1
        self.now_ms = at_ms
        self.interview.view = self._view()
        told = without_superseded(batch)
        self.interview.log = without_superseded([*self.interview.log, *told])
        return told

    def _view(self) -> Json:
        view = desk_view(self._job, self._script, self._state, self.now_ms, Viewer("ivan"))
        people = [{"id": one, "name": name, "here": True, "conducts": True} for one, name in PEOPLE]
        view["panel"] = {
            "me": "ivan",
            "takes_part": True,
            "conducts": True,
            "people": people,
            "controller": "ivan",
            "asking": [],
            "take_after_ms": None,
        }
        # The board is the judge's; here the scripted one, its words moving on with the hour.
        board = scenarios.coverage(scenarios.TEXTS["en"])
        board["quotes"] = [{**one, "start_ms": self.now_ms // 20_000 * 20_000} for one in board["quotes"]]
        view |= {"coverage": board, "prompts": [], "autopilot": True, "interview": "hour"}
        return view

    async def play(self, until_ms: int, speed: float) -> None:
        loop = asyncio.get_running_loop()
        began_s, began_ms = loop.time(), self.now_ms
        while self.now_ms < until_ms:
            await asyncio.sleep(TICK_S)
            before_ms = self.now_ms
            at_ms = min(until_ms, began_ms + round((loop.time() - began_s) * 1000 * speed))
            for record in self.to(at_ms):
                await self.interview.send(wire_record(record))
            still = {**self.interview.view, "server_now_ms": 0}
            if still != self._shown:
                self._shown = still
                await self.interview.send(self.interview.view_message())
            for live in faces_and_levels(before_ms, at_ms):
                await self.interview.send(live)


class Desk:
    """The page, and what its browser says of it."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self.page = page
        self._session = session
        self._before: dict[str, float] = {}

    async def metrics(self) -> dict[str, float]:
        answer = await self._session.send("Performance.getMetrics")
        return {one["name"]: one["value"] for one in answer["metrics"]}

    async def memory(self) -> Json:
        """After everything nobody needs has been let go of."""
        for _ in range(2):
            await self._session.send("HeapProfiler.collectGarbage")
        now = await self.metrics()
        return {
            "heap_mib": round(now["JSHeapUsedSize"] / 2**20, 2),
            "nodes": round(now["Nodes"]),
            "listeners": round(now["JSEventListeners"]),
            "entries": await self.page.evaluate(ENTRIES),
        }

    async def begin(self) -> None:
        await self.page.evaluate(FRAMES)
        self._before = await self.metrics()

    async def frames(self) -> Json:
        """Since ``begin``: time from frame to frame, and what the main thread did for each."""
        now = await self.metrics()
        took: list[float] = await self.page.evaluate("counting = false, frames")
        long_tasks: list[float] = await self.page.evaluate("longTasks")
        seconds, count = sum(took) / 1000, max(1, len(took))

        def each(*names: str) -> float:
            return round(1000 * sum(now[name] - self._before[name] for name in names) / count, 2)

        return {
            "frames_per_s": round(count / seconds, 1),
            "frame_ms": {f"p{share}": round(percentile(took, share / 100) or 0, 1) for share in (50, 95, 99)},
            "longest_frame_ms": round(max(took), 1),
            "frames_over_34_ms": sum(one > 34 for one in took),
            "frames": count,
            "main_thread_ms_a_frame": each("TaskDuration"),
            "of_it_script": each("ScriptDuration"),
            "of_it_style_and_layout": each("RecalcStyleDuration", "LayoutDuration"),
            "tasks_over_50_ms": len(long_tasks),
            "longest_task_ms": round(max(long_tasks, default=0), 0),
        }


@asynccontextmanager
async def served() -> AsyncIterator[tuple[ScriptedServer, str]]:
    server = ScriptedServer()
    runner = web.AppRunner(server.app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield server, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def open_desk(browser: Browser, url: str) -> Desk:
    page = await browser.new_page(viewport={"width": 1280, "height": 720})
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable")
    await page.goto(f"{url}/i/#t={TOKEN}")
    await page.evaluate("location.hash = '#/interview/hour'")
    await page.wait_for_selector(".entry")
    return Desk(page, session)


async def played(browser: Browser, args: argparse.Namespace) -> Json:
    """The hour from its first minute, in one desk that is never reloaded."""
    async with served() as (server, url):
        player = Player(server.add(ScriptedInterview({"interview": "hour"})), hour_log(shipped_jobs()[JOB]))
        player.to(20_000)
        desk = await open_desk(browser, url)
        minutes: Json = {}
        await desk.begin()
        for minute in (10, 20, 30, 40, 50, 60):
            await player.play(min(minute, args.minutes) * MINUTE_MS, args.speed)
            await asyncio.sleep(6.0)  # settled cards stay for four seconds
            minutes[str(minute)] = await desk.memory()
            if minute >= args.minutes:
                break
        frames = await desk.frames()
        await desk.page.close()
        return {"speed": args.speed, "memory_by_minute": minutes, "frames": frames}


async def worked_with(browser: Browser) -> Json:
    """A desk opened with the whole hour: scrolled, searched and written to while the interview goes on."""
    async with served() as (server, url):
        log = hour_log(shipped_jobs()[JOB], 70)
        player = Player(server.add(ScriptedInterview({"interview": "hour"})), log)
        player.to(60 * MINUTE_MS)
        server.interviews["hour"] = player.interview
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        desk = await open_desk(browser, url)
        figures: Json = {"opened_with_the_hour_after_s": round(loop.time() - began_s, 2)}
        playing = asyncio.create_task(player.play(70 * MINUTE_MS, 1.0))
        await asyncio.sleep(1.0)
        await desk.begin()
        await asyncio.sleep(8.0)
        figures["following"] = await desk.frames()
        await desk.begin()
        await desk.page.evaluate(SCROLL, 480)
        figures["scrolling_through_the_hour"] = await desk.frames()
        await desk.begin()
        await desk.page.keyboard.press("/")
        await desk.page.keyboard.type("nine per cent", delay=120)
        for _ in range(30):
            await desk.page.keyboard.press("Enter", delay=60)
        figures["searching"] = await desk.frames()
        figures["hits"] = await desk.page.locator(".search__count").inner_text()
        await desk.page.keyboard.press("Escape")
        await desk.begin()
        await desk.page.keyboard.press("Escape")
        await desk.page.evaluate("document.activeElement.blur()")
        await desk.page.keyboard.press("n")
        await desk.page.keyboard.type("Measured first, and then changed. Ask for the log.", delay=80)
        figures["writing_a_note"] = await desk.frames()
        playing.cancel()
        figures["memory"] = await desk.memory()
        await desk.page.close()
        return figures


async def hung(browser: Browser, args: argparse.Namespace) -> Json:
    """The lobby's wall of twelve pictures over an hour, its timers and its list made faster."""
    async with served() as (server, url):
        frame = av.VideoFrame.from_ndarray(media.portrait(), format="rgb24")
        server.still = encode_still(frame, StillOptions())
        first, *_ = scenarios.lobby("en")
        rows = [
            {**first, "interview": f"i{place}", "candidate": f"Person {place}", "still": True}
            for place in range(12)
        ]
        server.lobby = rows
        page = await browser.new_page(viewport={"width": 1280, "height": 720})
        session = await page.context.new_cdp_session(page)
        await session.send("Performance.enable")
        await page.add_init_script(FASTER.replace("SPEED", str(args.speed)))
        await page.goto(f"{url}/i/#t={TOKEN}")
        await page.wait_for_selector(".still__picture")
        desk = Desk(page, session)
        minutes: dict[int, Json] = {}
        step_s = 0.5 / args.speed * 5  # a new list after every fifth of those the server would send
        for minute in (10, 30, 60):
            begun = len(server.stills_asked)
            until_s = (
                asyncio.get_running_loop().time()
                + (minute - (list(minutes)[-1] if minutes else 0)) * 60 / args.speed
            )
            while asyncio.get_running_loop().time() < until_s:
                await asyncio.sleep(step_s)
                for row in rows:
                    row["running_ms"] = (row["running_ms"] or 0) + 2_500
                await server.show_lobby(rows)
            held = await page.evaluate("blobs.size")
            minutes[minute] = {
                **await desk.memory(),
                "pictures_held": held,
                "pictures_came": len(server.stills_asked) - begun,
            }
        await page.close()
        return {"speed": args.speed, "memory_by_minute": minutes}


async def measure(args: argparse.Namespace) -> Json:
    before = os.getloadavg()[0]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*LAUNCH, "--enable-precise-memory-info"]
        )
        figures: Json = {}
        if "work" in args.parts:
            figures["whole_hour"] = await worked_with(browser)
        if "play" in args.parts:
            figures["played"] = await played(browser, args)
        if "wall" in args.parts:
            figures["wall"] = await hung(browser, args)
        await browser.close()
    return figures | {"load_average": [round(before, 1), round(os.getloadavg()[0], 1)]}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--speed", type=float, default=20.0, help="times faster than it was (default 20)")
    parser.add_argument("--minutes", type=int, default=60, help="of the interview that are played")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--json", type=Path, help="write the figures there as well")


def run(args: argparse.Namespace) -> int:
    figures = asyncio.run(measure(args))
    print(json.dumps(figures, indent=2))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    return 0
