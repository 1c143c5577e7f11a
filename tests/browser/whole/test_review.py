"""An interview is recorded, ended, and reviewed: it plays, and a jump shows the picture of that moment."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.whole.people import STEP_MS, Candidate, Interviewer, until
from tests.browser.whole.server_process import ServerProcess, events
from tests.media import Picture

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

RECORDING = """async interview => {
  const token = sessionStorage.getItem("viva.interviewer.token");
  const headers = {Authorization: `Bearer ${token}`};
  return await (await fetch(`/api/v1/interviews/${interview}/recording`, {headers})).json();
}"""
VIDEO = "const video = document.querySelector('.player__video');"
SETTLED = f"() => {{ {VIDEO} return video !== null && !video.seeking && video.readyState >= 2; }}"
PLAYED_S = f"() => {{ {VIDEO} return video.currentTime; }}"
BRIGHTNESS = f"""() => {{
  {VIDEO}
  const pen = new OffscreenCanvas(16, 9).getContext("2d");
  pen.drawImage(video, 0, 0, 16, 9);
  const {{data}} = pen.getImageData(0, 0, 16, 9);
  return data.reduce((sum, value, place) => (place % 4 === 3 ? sum : sum + value), 0) / (data.length * 0.75);
}}"""
EACH_S = 3
"""How long each of the two pictures is shown."""


async def brightness_at(page: Page, interview: str, ms: int) -> float:
    """Of the picture that the review shows when it is opened at a session time."""
    await page.evaluate("route => { location.hash = route; }", f"#/interview/{interview}/review/{ms}")
    await expect(page.locator('.review[data-recorded="true"]')).to_be_visible()
    seconds = ms // 1000
    await expect(page.locator(".controls__now")).to_have_text(f"{seconds // 60}:{seconds % 60:02}")
    await until(lambda: page.evaluate(SETTLED), f"the picture at {ms} ms")
    return float(await page.evaluate(BRIGHTNESS))


async def test_a_recorded_interview_is_played_and_sought_in(
    server: ServerProcess, browser: Browser, pictures: dict[str, Picture]
) -> None:
    ordered = await server.order("production-supervisor.en")
    interview = ordered["interview"]
    candidate = await Candidate.arrive(browser, ordered["candidate_link"], pictures)
    await candidate.sign_in("Ada Lovelace", "555 0100")
    await candidate.check_devices()
    await candidate.begin()
    await candidate.start_answering()
    await candidate.media_connected(server, interview)

    async def happened(kind: str) -> list[Any]:
        return events(await server.records(interview), kind)

    await until(lambda: happened("recording_changed"), "the beginning of the recording")
    await asyncio.sleep(EACH_S)
    await candidate.show("dark")
    await asyncio.sleep(EACH_S)

    interviewer = await Interviewer.arrive(browser, ordered["interviewer_link"])
    page = interviewer.page
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    await interviewer.open_interview(interview)
    await page.get_by_role("button", name="End", exact=True).click(timeout=STEP_MS)
    await page.get_by_role("button", name="End the interview").click()
    await until(lambda: happened("interview_ended"), "the interview's end")
    found: dict[str, Any] = {}

    async def is_ready() -> bool:
        found.update(await page.evaluate(RECORDING, interview))
        return bool(found["state"] == "ready")

    try:
        await until(is_ready, "the recording")
    except AssertionError as error:
        raise AssertionError(f"{error}: {found}; {await happened('recording_changed')}") from error
    first, last = found["parts"][0], found["parts"][-1]
    assert last["end_ms"] - first["start_ms"] >= 2 * EACH_S * 1000 * 0.8

    bright = await brightness_at(page, interview, first["start_ms"] + 1_200)
    dark = await brightness_at(page, interview, last["end_ms"] - 1_000)
    assert dark < bright * 0.6

    await brightness_at(page, interview, first["start_ms"] + 1_000)
    began = float(await page.evaluate(PLAYED_S))
    await page.keyboard.press("Space")

    async def goes_on() -> bool:
        return float(await page.evaluate(PLAYED_S)) > began + 1

    await until(goes_on, "a second played")
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert complaints == []
