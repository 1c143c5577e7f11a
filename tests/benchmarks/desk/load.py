"""How heavy the pages are and how soon they stand (real server): ``python -m tests.benchmarks.desk load``.

Every page is opened with an empty cache, ``--times`` times: first paint, what was asked for and from where,
and its JavaScript as it is, as gzip makes it, and as it came over the line.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import shutil
import statistics
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser, Response, async_playwright

from loadtest.own_server import OwnServer, own_server
from tests.browser.conftest import LAUNCH

Json = dict[str, Any]
PAINTED = """() => new Promise((resolve) => {
    const found = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime;
    const wait = () => found() === undefined ? setTimeout(wait, 20) : resolve(found());
    wait();
})"""
PAGES = {
    "candidate": ("/c/#t={candidate}", "button"),
    "lobby": ("/i/#t={desk}", ".lobby__sections h2"),
    "desk": ("/i/#/interview/{interview}", ".head__keys-word, h1"),
    "review": ("/i/#/interview/{interview}/review", "h1"),
    "report": ("/i/#/interview/{interview}/report", "main"),
    "comparison": ("/i/#/compare/{interview}/{interview}", "main"),
}
"""Address and what must stand before the page counts as there. The token is given with the first address."""


async def opened(browser: Browser, server: OwnServer, links: Json, name: str) -> Json:
    """One page in a context of its own."""
    context = await browser.new_context(viewport={"width": 1280, "height": 720})
    page = await context.new_page()
    came: list[Response] = []
    asked: list[str] = []

    def answered(response: Response) -> None:
        came.append(response)

    page.on("response", answered)
    page.on("request", lambda request: asked.append(request.url))
    address, stands = PAGES[name]
    await page.add_init_script(
        f"sessionStorage.setItem('viva.interviewer.token', {json.dumps(links['desk'])})"
    )
    await page.goto(server.url + address.format(**links))
    await page.wait_for_selector(stands)
    ready_ms = float(await page.evaluate("performance.now()"))
    painted_ms = float(await page.evaluate(PAINTED))
    scripts = [one for one in came if one.url.endswith(".js")]
    bodies = [await one.body() for one in scripts]
    line = [(await one.request.sizes())["responseBodySize"] for one in scripts]
    await context.close()
    return {
        "first_paint_ms": painted_ms,
        "stands_ms": ready_ms,
        "requests": len(asked),
        "outside": sorted({url for url in asked if not url.startswith((server.url, "blob:", "data:"))}),
        "scripts": len(scripts),
        "js_kb": sum(len(body) for body in bodies) / 1000,
        "js_gzip_kb": sum(len(gzip.compress(body)) for body in bodies) / 1000,
        "js_line_kb": sum(line) / 1000,
    }


async def measure(args: argparse.Namespace) -> Json:
    figures: Json = {"load_average": round(os.getloadavg()[0], 1)}
    async with own_server(2, None) as server, aiohttp.ClientSession(server.url) as http:
        links = await _order(http, server.token)
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=list(LAUNCH)
            )
            for name in PAGES:
                runs = [await opened(browser, server, links, name) for _ in range(args.times)]
                figures[name] = {
                    **{
                        key: round(value)
                        for key, value in runs[-1].items()
                        if isinstance(value, (int, float))
                    },
                    "first_paint_ms": [round(one["first_paint_ms"]) for one in runs],
                    "first_paint_median_ms": round(statistics.median(one["first_paint_ms"] for one in runs)),
                    "stands_median_ms": round(statistics.median(one["stands_ms"] for one in runs)),
                    "outside": runs[-1]["outside"],
                }
            await browser.close()
    return figures


async def _order(http: aiohttp.ClientSession, token: str) -> Json:
    order = {"job": "production-supervisor.en", "candidate": {"name": "Ada", "phone": "5550100"}}
    headers = {"Authorization": f"Bearer {token}"}
    async with http.post("/api/v1/interviews", json=order, headers=headers) as answer:
        made: Json = await answer.json()
    return {
        "interview": made["interview"],
        "candidate": made["candidate_link"].split("#t=")[1],
        "desk": made["interviewer_link"].split("#t=")[1],
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--times", type=int, default=5, help="each page is opened (default 5)")
    parser.add_argument("--json", type=Path, help="write the figures there as well")


def run(args: argparse.Namespace) -> int:
    """0: nothing from outside the origin, at most 250 kB of JavaScript compressed, first paint within 1 s."""
    figures = asyncio.run(measure(args))
    print(json.dumps(figures, indent=2))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    pages = [figures[name] for name in PAGES]
    within = all(
        not one["outside"] and one["js_gzip_kb"] <= 250 and one["first_paint_median_ms"] <= 1000
        for one in pages
    )
    return 0 if within else 1
