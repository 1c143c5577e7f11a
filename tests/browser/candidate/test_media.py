"""The page's own WHIP client over real connections: offer, trickle, return voice, loss, leaving."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.candidate.conftest import OpenPage
from tests.browser.candidate.scenarios import STATES
from tests.browser.candidate.scripted_server import ScriptedServer
from tests.browser.candidate.test_interview import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def connected(open_page: OpenPage, server: ScriptedServer) -> Page:
    server.view = STATES["answering"]["en"]
    page = await open_page(signed_in=True)
    await expect(page.locator(".header").get_by_text("Connected")).to_be_visible(timeout=15_000)
    return page


async def test_the_offer_sends_sound_and_picture_and_takes_a_voice_back(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    page = await connected(open_page, server)
    offer = server.offers[-1]
    audio, video = offer.split("m=video")
    assert "a=sendrecv" in audio
    assert "a=sendonly" in video
    # VP8 is the first codec of the line: the server wants its temporal layers.
    first = video.split("SAVPF ")[1].split()[0]
    assert f"a=rtpmap:{first} VP8/90000" in video
    candidates = "".join(body for method, body in server.whip if method == "PATCH")
    assert "a=candidate:" in candidates
    assert "a=ice-ufrag:" in candidates
    playing = "() => { const a = document.querySelector('audio'); return Boolean(a.srcObject) && !a.paused; }"
    await page.wait_for_function(playing)


async def test_a_dead_connection_is_replaced_by_a_new_one(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    page = await connected(open_page, server)
    posts = server.posts()
    server.whip_status = 503  # back at once, the notice would be gone before anybody could look
    await server.break_media()
    await expect(page.locator("main").get_by_text("We cannot hear you at the moment.")).to_be_visible(
        timeout=30_000
    )
    server.whip_status = 201
    await until(lambda: server.posts() > posts, patience_s=20)
    await expect(page.locator(".header").get_by_text("Connected")).to_be_visible(timeout=20_000)


async def test_a_busy_server_is_asked_again_and_a_refusal_is_not(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    server.whip_status = 503
    server.view = STATES["answering"]["en"]
    page = await open_page(signed_in=True)
    await until(lambda: server.posts() >= 2, patience_s=15)
    server.whip_status = 403
    await expect(page.locator("main").get_by_text("We cannot receive your sound.")).to_be_visible(
        timeout=15_000
    )
    posts = server.posts()
    await page.wait_for_timeout(1500)
    assert server.posts() == posts


async def test_leaving_the_page_deletes_the_connection(open_page: OpenPage, server: ScriptedServer) -> None:
    page = await connected(open_page, server)
    await page.goto("about:blank")
    await until(lambda: any(method == "DELETE" for method, _ in server.whip))


async def test_a_camera_that_goes_leaves_the_sound_alone(open_page: OpenPage, server: ScriptedServer) -> None:
    server.reactions["mode"] = lambda given: {**STATES["answering"]["en"], "mode": given["mode"]}
    page = await connected(open_page, server)
    posts = server.posts()
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("button", name="Voice only").click()
    await expect(page.locator("video")).to_be_hidden()
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("button", name="Video").click()
    await expect(page.locator("video")).to_be_visible()
    await page.wait_for_timeout(500)
    assert server.posts() == posts
