"""Pictures of every state: ``python -m tests.browser.candidate.pictures FOLDER [NAME …]``.

For looking at, and for ``docs/``. Sizes 360×740 and 1280×800, both languages, both themes.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from tests import media
from tests.browser.candidate.conftest import visit_script
from tests.browser.candidate.scenarios import ENTRY_EN, ENTRY_ZH, PARTIALS, STATES, WAITING
from tests.browser.candidate.scripted_server import ScriptedServer
from tests.browser.conftest import LAUNCH

SIZES = {"phone": (360, 740), "desk": (1280, 800)}
AGREEMENT = re.compile("What you agreed to|您的同意事项")
STEPS = ("welcome", "consent", "consent_missing", "human", "sign_in", "devices", "guide")


async def main(folder: Path, wanted: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    camera = media.write_camera(folder / "camera.mjpeg", [(media.portrait(), 1)])
    flags = [*LAUNCH, f"--use-file-for-fake-video-capture={camera}"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        for variant in (
            "phone-en-light",
            "desk-en-light",
            "phone-zh-dark",
            "desk-zh-dark",
            "phone-en-dark",
            "desk-zh-light",
            "phone-zh-light",
            "desk-en-dark",
        ):
            asked = [name for name in wanted if not name.startswith("@")]
            variants = [name[1:] for name in wanted if name.startswith("@")]
            if variants and variant not in variants:
                continue
            await take(browser, folder, variant, asked)
        await browser.close()
    camera.unlink()


async def take(browser: Browser, folder: Path, variant: str, wanted: list[str]) -> None:
    size, language, theme = variant.split("-")
    width, height = SIZES[size]
    server = ScriptedServer(ENTRY_ZH if language == "zh" else ENTRY_EN, {**WAITING, "language": language})
    await server.start()
    options = {
        "viewport": {"width": width, "height": height},
        "color_scheme": theme,
        "has_touch": size == "phone",
        "is_mobile": size == "phone",
        "locale": "zh-CN" if language == "zh" else "en-GB",
        "permissions": ["camera", "microphone"],
    }
    if not wanted or set(wanted) & set(STEPS):
        context = await browser.new_context(**options)  # type: ignore[arg-type]
        page = await context.new_page()
        await steps(page, server, folder, variant, wanted)
        await context.close()
    for name, views in STATES.items():
        if wanted and name not in wanted:
            continue
        server.view = views[language]
        context = await browser.new_context(**options)  # type: ignore[arg-type]
        await context.add_init_script(visit_script(server.entry))
        page = await context.new_page()
        await page.goto(server.url + "/c/#t=entry-token")
        await page.wait_for_selector("main h1")
        await page.wait_for_timeout(900)
        if name in ("answering", "practice"):
            await server.record(PARTIALS[language])
            await server.send({"type": "live", "level_dbfs": -24, "speaking": True})
        if name == "text":
            await page.fill(
                "#compose", "我先画出了流程图" if language == "zh" else "First I drew the flow of the parts"
            )
        await page.wait_for_timeout(250)
        await shot(page, folder, name, variant, full=name in ("ended",))
        if name == "answering":
            await page.click(".more .tool")
            await shot(page, folder, "more", variant)
            await page.locator(".more__body > .button", has_text=AGREEMENT).click()
            await shot(page, folder, "agreement", variant)
        if name == "follow_up":
            server.accepting = False
            await server.cut()
            await page.wait_for_timeout(600)
            await shot(page, folder, "lost", variant)
            server.accepting = True
        await context.close()
    await server.stop()


async def steps(page: Page, server: ScriptedServer, folder: Path, variant: str, wanted: list[str]) -> None:
    await page.goto(server.url + "/c/#t=entry-token")
    await page.wait_for_selector("main h1:not(.message__wait)")
    await shot(page, folder, "welcome", variant, full=True)
    await page.click(".actions .button--primary")
    await shot(page, folder, "consent", variant, full=True)
    await page.click(".actions .button--primary")
    await shot(page, folder, "consent_missing", variant, full=True)
    await page.click("aside .button >> nth=1")
    await shot(page, folder, "human", variant)
    await page.keyboard.press("Escape")
    for box in await page.query_selector_all(".purpose input"):
        await box.check()
    await page.click(".actions .button--primary")
    fields = await page.query_selector_all(".input")
    await fields[0].fill("Ada Lovelace")
    await fields[1].fill("1234")
    await shot(page, folder, "sign_in", variant)
    await page.click("button[type=submit]")
    await page.wait_for_selector(".card .button--primary")
    await shot(page, folder, "permission", variant)
    await page.click(".card .button--primary")
    await page.wait_for_selector(".checks")
    await page.click(".check .button")
    await page.wait_for_timeout(8000)
    await shot(page, folder, "devices", variant, full=True)
    await page.click(".actions .button--primary")
    await page.wait_for_selector(".guide")
    await shot(page, folder, "guide", variant, full=True)


async def shot(page: Page, folder: Path, name: str, variant: str, full: bool = False) -> None:
    await page.wait_for_timeout(150)
    await page.screenshot(path=folder / f"{name}-{variant}.png", full_page=full)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:]))
