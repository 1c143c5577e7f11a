"""How soon an event stands on the desk, on the real server: ``python -m tests.benchmarks.desk shown``.

A synthetic candidate speaks in video (recognition, vision and judgement work), ten desks watch: one in a
real Chromium, where it is measured, and nine as a desk's page is connected: control socket and WHEP. One of
the nine writes notes and bookmarks, so that there is something of people's as well. The server has one core,
everything else the other one; with ``--no-pin`` all share both.

From a record's own time (the server's clock when the event was made) to the frame after the one in which it
stood in the page, by the same machine's clock. ``probe.js`` tells how that is seen.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psutil  # type: ignore[import-untyped]
from playwright.async_api import Page, async_playwright

from loadtest.candidate import Behaviour, Candidate
from loadtest.interview_media import EncodedClip, Material, encode_clip, encode_face, encode_room
from loadtest.interviews import split_cores
from loadtest.journey import Journey, percentile
from loadtest.own_server import own_server
from loadtest.server_watch import ServerWatch, pin
from loadtest.watch import Viewer
from media_pipeline.models import ModelFolder
from tests import media
from tests.browser.conftest import LAUNCH

PROBE = (Path(__file__).parent / "probe.js").read_text(encoding="utf-8")
SPEAKS = (
    "Last year our packing line stopped twice a week, and nobody knew why.",
    "I measured every stop for two weeks and I found that the sensor was dirty.",
    "I optimised the production process and it went much better.",
    "We reduced the scrap by nine per cent, and I trained the other shift.",
    "My team did not agree at first, so I showed them the figures every morning.",
    "In the end I wrote the new procedure and the plant manager took it for all lines.",
)
Json = dict[str, Any]


@dataclass
class Desk:
    """One that is connected as the page is; nothing is drawn."""

    http: aiohttp.ClientSession
    interview: str
    token: str
    records: int = 0
    _socket: aiohttp.ClientWebSocketResponse | None = None
    _commands: int = 0
    _sent_s: dict[str, float] = field(default_factory=dict)
    opened_between_ms: list[tuple[float, float]] = field(default_factory=list)
    """Bounds of the wall-clock time of session time 0: from sending a note to its record's being here."""

    async def watch(self) -> None:
        async with self.http.ws_connect("/api/v1/control", max_msg_size=0) as socket:
            self._socket = socket
            hello = {"type": "hello", "token": self.token, "interview": self.interview, "after": 0}
            await socket.send_json(hello)
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    break
                await self._told(json.loads(message.data), time.time())

    async def _told(self, message: Json, now_s: float) -> None:
        if message["type"] == "ping" and self._socket is not None:
            await self._socket.send_json({"type": "pong"})
        if message["type"] != "record":
            return
        self.records += 1
        event = message["event"]
        if event["type"] == "note_added" and event["text"] in self._sent_s:
            sent_s = self._sent_s.pop(event["text"])
            bounds = (sent_s * 1000 - message["at_ms"], now_s * 1000 - message["at_ms"])
            self.opened_between_ms.append(bounds)

    async def write(self, every_s: float) -> None:
        """A note, then a bookmark, and so on."""
        number = 0
        while True:
            await asyncio.sleep(every_s)
            if self._socket is None:
                continue
            number += 1
            text = f"Measured note {number}"
            self._sent_s[text] = time.time()
            await self._command("note", text=text)
            await asyncio.sleep(every_s)
            await self._command("bookmark", bookmark=f"b{number}", at_ms=10**9, word=f"moment {number}")

    async def _command(self, name: str, **fields: object) -> None:
        assert self._socket is not None
        self._commands += 1
        await self._socket.send_json(
            {"type": "command", "id": str(self._commands), "command": name, **fields}
        )


def material(voice: Path) -> Material:
    """Six sentences of answers, spoken by the synthesizer, and a face."""
    clips: list[EncodedClip] = []
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(SPEAKS):
            path = media.write_microphone(Path(folder) / f"{number}.wav", [media.spoken(text, voice)])
            clips.append(encode_clip(path, text))
    return Material(tuple(clips), encode_room(), encode_face(media.media_file("astronaut.png")))


async def measure(args: argparse.Namespace, prepared: Material) -> Json:
    generator, server_cores = (set(), set()) if args.no_pin else split_cores()
    before = os.getloadavg()[0]
    async with own_server(2, server_cores or None) as server, AsyncExitStack() as stack:
        pinned = bool(generator) and pin(os.getpid(), generator)
        http = await stack.enter_async_context(aiohttp.ClientSession(server.url))
        journey = Journey(0)
        seconds = args.seconds + 60.0
        behaviour = Behaviour(duration_s=seconds, talk_ratio=0.85, answer_s=25.0, watched=False)
        candidate = Candidate(journey, http, server.token, prepared, behaviour, random.Random(7))
        talking = asyncio.create_task(candidate.run())
        stack.callback(talking.cancel)
        interview = await _answering(http, server.token)
        print("the candidate answers", flush=True)
        token = await _desk_token(http, server.token, interview)
        desks = [
            await stack.enter_async_context(_others(http, interview, token)) for _ in range(args.desks - 1)
        ]
        page = await stack.enter_async_context(_page(server.url, interview, token))
        print("the desks watch", flush=True)
        await asyncio.sleep(3.0)
        await page.evaluate("probe.forget()")
        busy = Busy()
        watch = ServerWatch(http, psutil.Process(server.pid))
        await watch.look()
        if desks:
            writing = asyncio.create_task(desks[0].write(2.0))
            stack.callback(writing.cancel)
        await asyncio.sleep(args.seconds)
        await watch.look()
        cores = busy.cores()
        probe: Json = await page.evaluate("({...probe, forget: null, waiting: probe.waiting.length})")
    figures = summary(probe, args.seconds)
    figures["clock"] = clock_check(probe["opened"], [b for desk in desks for b in desk.opened_between_ms])
    return figures | {
        "desks": args.desks,
        "pinned": pinned,
        "load_average": [round(before, 1), round(os.getloadavg()[0], 1)],
        "server": watch.figures(),
        "cores_of_the_rest": cores,
        "candidate": {"finals": len(journey.times_ms["final"]), "errors": dict(journey.errors)},
        "final_ms": {
            "p50": _rounded(percentile(journey.times_ms["final"], 0.5)),
            "p95": _rounded(percentile(journey.times_ms["final"], 0.95)),
        },
    }


class Busy:
    """CPU of all but the server: this process with the candidate and the nine desks, Chromium, and whoever
    else is on the machine: with much of that, the figures say little."""

    def __init__(self) -> None:
        self._own = psutil.Process()
        self._began_s, self._before = time.monotonic(), self._cpu_s()

    def _cpu_s(self) -> dict[str, float]:
        whole = psutil.cpu_times()
        found = {"generator": sum(self._own.cpu_times()[:2]), "chromium": 0.0, "others": 0.0}
        ours = found["generator"]
        for child in self._own.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                spent = sum(child.cpu_times()[:2])
                ours += spent
                found["chromium"] += spent if "chromium" in child.name() else 0.0
        found["others"] = sum(whole) - whole.idle - whole.iowait - ours
        return found

    def cores(self) -> dict[str, float]:
        took_s = time.monotonic() - self._began_s
        return {name: round((cpu - self._before[name]) / took_s, 2) for name, cpu in self._cpu_s().items()}


@asynccontextmanager
async def _others(http: aiohttp.ClientSession, interview: str, token: str) -> AsyncIterator[Desk]:
    desk, viewer = Desk(http, interview, token), Viewer(http, interview, token)
    watching = asyncio.create_task(desk.watch())
    await viewer.join()
    try:
        yield desk
    finally:
        watching.cancel()
        await viewer.leave()


@asynccontextmanager
async def _page(url: str, interview: str, token: str) -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(LAUNCH)
        )
        page = await browser.new_page(viewport={"width": 1280, "height": 720})
        await page.add_init_script(PROBE)
        await page.goto(f"{url}/i/#t={token}")
        await page.evaluate("id => { location.hash = `#/interview/${id}`; }", interview)
        await page.wait_for_selector(".entry")
        yield page
        await browser.close()


async def _answering(http: aiohttp.ClientSession, token: str) -> str:
    """The interview, once the candidate answers in it."""
    async with asyncio.timeout(120):
        while True:
            lines = (await _get(http, token, "/api/v1/interviews"))["interviews"]
            for line in lines:
                if line["phase"] == "answering":
                    return str(line["interview"])
            await asyncio.sleep(0.5)


async def _desk_token(http: aiohttp.ClientSession, token: str, interview: str) -> str:
    links = await _get(http, token, f"/api/v1/interviews/{interview}/links")
    return str(links["interviewer_link"]).split("#t=")[1]


async def _get(http: aiohttp.ClientSession, token: str, path: str) -> Json:
    async with http.get(path, headers={"Authorization": f"Bearer {token}"}) as answer:
        answer.raise_for_status()
        body: Json = await answer.json()
        return body


# --- Figures -------------------------------------------------------------------------------------


def summary(probe: Json, seconds: float) -> Json:
    """All events together and by type; times in ms from the server's event to the frame after its paint."""
    opened = probe["opened"]
    by_type: dict[str, list[Json]] = {}
    for one in probe["shown"]:
        by_type.setdefault(one["type"], []).append(one)
    rows = {kind: _row(found, opened) for kind, found in sorted(by_type.items())}
    partials = [one for one in probe["shown"] if one["type"] == "transcript_partial"]
    return {
        "all": _row(probe["shown"], opened),
        "by_type": rows,
        "not_seen": probe["unseen"],
        "still_waiting": probe["waiting"],
        "metrics_per_s": _rate(probe["metrics"], seconds),
        "faces_per_s": _rate(probe["faces"], seconds),
        "levels_per_s": _rate(probe["levels"], seconds),
        "deltas_apart_ms": _apart(partials),
        "kilobytes_per_s": round(probe["bytes"] / seconds / 1000, 1),
        "views_per_s": round(probe["views"] / seconds, 2),
    }


def _rate(times_ms: Sequence[float], seconds: float) -> Json:
    return {"mean": round(len(times_ms) / seconds, 2), "most": most_in_a_second(times_ms)}


def _row(found: Sequence[Json], opened: float) -> Json:
    took = [one["shown"] - opened - one["at_ms"] for one in found]
    arrived = [one["arrived"] - opened - one["at_ms"] for one in found]
    return {
        "count": len(found),
        **{f"p{share}": _rounded(percentile(took, share / 100)) for share in (50, 95, 99)},
        "max": _rounded(max(took, default=None)),
        "arrived_p50": _rounded(percentile(arrived, 0.5)),
        "arrived_p95": _rounded(percentile(arrived, 0.95)),
    }


def _apart(partials: Sequence[Json]) -> Json:
    """Between two deltas of one utterance, as they came."""
    gaps: list[float] = []
    last: dict[str, float] = {}
    for one in partials:
        if one["utterance"] in last:
            gaps.append(one["arrived"] - last[one["utterance"]])
        last[one["utterance"]] = one["arrived"]
    return {"p50": _rounded(percentile(gaps, 0.5)), "p95": _rounded(percentile(gaps, 0.95))}


def most_in_a_second(times_ms: Sequence[float]) -> int:
    """The most within any one second."""
    ordered, first, most = sorted(times_ms), 0, 0
    for place, at in enumerate(ordered):
        while at - ordered[first] >= 1000:
            first += 1
        most = max(most, place - first + 1)
    return most


def clock_check(opened: float, bounds: Sequence[tuple[float, float]]) -> Json:
    """Whether session time 0 is where the log says: no note can be made before it was sent."""
    if not bounds:
        return {"opened_unix_ms": opened}
    return {
        "log_says_earlier_than_possible_by_ms": round(max(0.0, max(low for low, _ in bounds) - opened), 1),
        "log_says_later_than_possible_by_ms": round(max(0.0, opened - min(high for _, high in bounds)), 1),
        "notes": len(bounds),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def show(figures: Json) -> None:
    print(json.dumps(figures, indent=2))
    print(f"{'':22}{'count':>6}{'p50':>7}{'p95':>7}{'p99':>7}{'max':>7}   ms, event made → seen")
    most_first = sorted(figures["by_type"].items(), key=lambda one: -int(one[1]["count"]))
    for kind, row in [("all", figures["all"]), *most_first]:
        times = "".join(f"{row[key]:7.0f}" for key in ("p50", "p95", "p99", "max"))
        print(f"{kind:22}{row['count']:6}{times}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--desks", type=int, default=10, help="one of them in Chromium (default 10)")
    parser.add_argument("--seconds", type=float, default=75.0, help="that are measured (default 75)")
    parser.add_argument("--no-pin", action="store_true", help="let server and desks share cores")
    parser.add_argument("--json", type=Path, help="write the figures there as well")


def run(args: argparse.Namespace) -> int:
    """0: at the bar (p95 ≤ 150 ms over all events)."""
    prepared = material(ModelFolder.default().path("piper-en-joe"))
    figures = asyncio.run(measure(args, prepared))
    show(figures)
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    p95 = figures["all"]["p95"]
    return 0 if p95 is not None and p95 <= 150 else 1
