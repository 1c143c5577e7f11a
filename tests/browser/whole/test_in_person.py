"""An interviewer speaks with the candidate in person: pressed at the desk, heard and seen on both sides."""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import replace

import pytest
from playwright.async_api import Browser, Page, expect

from tests import media
from tests.browser.interviewer.test_states import violations
from tests.browser.whole.people import STUDIO, Candidate, Interviewer, until, wav_base64
from tests.browser.whole.server_process import ServerProcess, events
from tests.media import Picture

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

CLICK = "studio.click()"
EAR = """() => {
  const context = new AudioContext();
  const ear = context.createAnalyser();
  ear.fftSize = 256;
  context.createMediaStreamSource(document.querySelector('audio').srcObject).connect(ear);
  const samples = new Float32Array(ear.fftSize);
  window.clicksHeard = [];
  let quietSince = 0;
  setInterval(() => {
    ear.getFloatTimeDomainData(samples);
    const now = performance.timeOrigin + performance.now();
    if (Math.max(...samples.map(Math.abs)) < 0.1) return;
    if (now - quietSince > 150) window.clicksHeard.push(now);
    quietSince = now;
  }, 4);
}"""


async def at_the_desk(browser: Browser, link: str) -> Interviewer:
    """An interviewer with a steered microphone."""
    context = await browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 720})
    await context.add_init_script(STUDIO)
    page = await context.new_page()
    await page.goto(link)
    return Interviewer(page)


async def mouth_to_ear_ms(mouth: Page, ear: Page, clicks: int = 4) -> float:
    """Median from a sound entering one page's microphone to it leaving the other page's decoder."""
    await ear.evaluate(EAR)
    delays: list[float] = []

    async def heard() -> bool:
        said = float(await mouth.evaluate(CLICK))
        await asyncio.sleep(0.5)
        later = [float(at) - said for at in await ear.evaluate("window.clicksHeard") if at > said]
        delays.extend(later[:1])
        return len(delays) >= clicks

    await until(heard, "sounds at the other page")
    return statistics.median(delays)


async def test_held_down_the_key_carries_the_voice(
    server: ServerProcess,
    browser: Browser,
    pictures: dict[str, Picture],
    english_sentences: media.Speech,
) -> None:
    first_words = replace(english_sentences, samples=english_sentences.samples[: 3 * english_sentences.rate])
    ordered = await server.order("production-supervisor.en")
    candidate = await Candidate.arrive(browser, ordered["candidate_link"], pictures)
    await candidate.sign_in("Ada Lovelace", "555 0100")
    await candidate.check_devices()
    await candidate.begin()
    await candidate.media_connected(server, ordered["interview"])
    desk = await at_the_desk(browser, ordered["interviewer_link"])
    page = desk.page
    await desk.open_interview(ordered["interview"])
    button = page.locator(".air")
    await expect(button).to_be_enabled()
    await expect(page.locator(".air__banner")).to_be_hidden()

    told = candidate.page.locator(".notices").get_by_text("An interviewer is speaking with you in person.")
    before = await candidate.heard()
    await page.keyboard.down("t")
    await expect(button).to_have_attribute("aria-pressed", "true")
    await expect(page.get_by_text("On air: the candidate hears you")).to_be_visible()
    await expect(told).to_be_visible()
    await candidate.sees("Your time stands still meanwhile.")
    await page.evaluate("wav => studio.say(wav)", wav_base64(first_words))
    await until(lambda: candidate.has_heard(before), "the interviewer's voice at the candidate's loudspeaker")
    await page.keyboard.up("t")
    await expect(told).to_be_hidden()
    await expect(button).to_have_attribute("aria-pressed", "false")

    await expect(page.locator('.entry--said[data-speaker="interviewer"]').first).to_be_visible()
    await candidate.sees("Interviewer: ")

    await button.click()  # a tap stays on air
    await expect(told).to_be_visible()
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_text("通话中：候选人能听到您")).to_be_visible()
    await page.get_by_role("button", name="EN", exact=True).click()
    await expect(page.get_by_text("On air: the candidate hears you")).to_be_visible()
    await expect(told).to_be_visible()
    assert await violations(page) == []
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert await violations(page) == [], "in the dark theme"
    print(f"mouth to ear {await mouth_to_ear_ms(page, candidate.page):.0f} ms")
    await page.context.close()
    await expect(told).to_be_hidden()

    async def off() -> bool:
        changes = events(await server.records(ordered["interview"]), "microphone_changed")
        return [change["reason"] for change in changes if not change["on"]] == ["asked", "lost"]

    await until(off, "off air as the page closes")
    assert candidate.complaints == []
