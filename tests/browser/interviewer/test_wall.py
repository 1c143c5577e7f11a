"""The lobby's wall: pictures of the running interviews, or a list; remembered."""

from __future__ import annotations

import av
import pytest
from playwright.async_api import expect

from media_pipeline.vision.still import StillOptions, encode_still
from tests import media
from tests.browser.interviewer import scenarios
from tests.browser.interviewer.conftest import Open, Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


def still() -> bytes:
    frame = av.VideoFrame.from_ndarray(media.portrait(), format="rgb24")
    return encode_still(frame, StillOptions())


async def test_the_wall_shows_whom_it_may_and_the_list_nobody(site: Site, open_page: Open) -> None:
    first, second, *others = scenarios.lobby("en")
    rows = [{**first, "still": True}, {**second, "mode": "voice"}, *others]
    site.server.lobby, site.server.still = rows, still()
    page = await open_page()
    picture = page.get_by_role("img", name="Ada Lindqvist, a picture of the last few seconds")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [240, 134]
    await expect(page.get_by_text("No picture: the interview is by voice.")).to_be_visible()
    assert set(site.server.stills_asked) == {first["interview"]}, "only what is to be had is asked for"

    await site.server.show_lobby([{**first, "still": False}, *rows[1:]])
    await expect(picture).to_be_hidden()

    await page.get_by_role("button", name="List").click()
    await expect(page.locator(".still")).to_have_count(0)
    await expect(page.get_by_text("Question 2 of 5 · Answering · for 3 min")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("button", name="List")).to_have_attribute("aria-pressed", "true")
    await expect(page.locator(".still")).to_have_count(0)


async def test_a_wall_of_more_than_twelve_pictures_the_first_twelve(site: Site, open_page: Open) -> None:
    first, *_ = scenarios.lobby("en")
    site.server.still = still()
    site.server.lobby = [
        {**first, "interview": f"i{number}", "candidate": f"Person {number}", "still": True}
        for number in range(14)
    ]
    page = await open_page(language="zh")
    await expect(page.locator(".tile")).to_have_count(14)
    await expect(page.locator(".still")).to_have_count(12)
