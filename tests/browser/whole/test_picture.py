"""The interviewer sees and hears the candidate live."""

from __future__ import annotations

import time

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.whole.people import Candidate, Interviewer, until
from tests.browser.whole.server_process import ServerProcess
from tests.media import Picture

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

FRAMES = "document.querySelector('.frame__video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0"
SOUND = "document.querySelector('.frame__video').srcObject?.getAudioTracks().length ?? 0"
SIZE = "(({videoWidth, videoHeight}) => [videoWidth, videoHeight])(document.querySelector('.frame__video'))"
BRIGHTNESS = """() => {
  const video = document.querySelector('.frame__video');
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const ink = canvas.getContext('2d');
  ink.drawImage(video, 0, 0);
  const {data} = ink.getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum += data[at] + data[at + 1] + data[at + 2];
  return sum / (data.length / 4 * 3);
}"""


async def frames(page: Page) -> int:
    return int(await page.evaluate(FRAMES))


async def test_the_interviewer_sees_the_candidate_live(
    server: ServerProcess, browser: Browser, pictures: dict[str, Picture]
) -> None:
    ordered = await server.order("production-supervisor.en")
    candidate = await Candidate.arrive(browser, ordered["candidate_link"], pictures)
    await candidate.sign_in("Ada Lovelace", "555 0100")
    await candidate.check_devices()
    await candidate.begin()
    await candidate.start_answering()
    await candidate.media_connected(server, ordered["interview"])

    desk = await Interviewer.arrive(browser, ordered["interviewer_link"])
    page = desk.page
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    opened = time.monotonic()
    await desk.open_interview(ordered["interview"])
    await until(lambda: frames(page), "the first frame")
    print(f"first frame {time.monotonic() - opened:.2f} s after opening the desk")
    await expect(page.locator('.frame[data-picture="true"]')).to_be_visible()

    first = await frames(page)

    async def goes_on() -> bool:
        return await frames(page) >= first + 10

    await until(goes_on, "more frames")
    width, height = await page.evaluate(SIZE)
    assert width > 0 and height > 0
    bright = float(await page.evaluate(BRIGHTNESS))
    await candidate.show("dark")

    async def is_dark() -> bool:
        return float(await page.evaluate(BRIGHTNESS)) < bright * 0.6

    await until(is_dark, "the candidate's new picture at the desk")

    assert await page.evaluate(SOUND) == 1
    assert await page.evaluate("document.querySelector('.frame__video').muted")
    await page.get_by_role("button", name="Hear the candidate").click()
    assert not await page.evaluate("document.querySelector('.frame__video').muted")
    await expect(page.get_by_role("button", name="Mute the candidate")).to_be_visible()

    await candidate.leave()
    await expect(page.locator('.frame[data-picture="false"]')).to_be_visible()
    assert complaints == []
