"""A WHIP client that is not ours (npm's ``whip-whep``) in a real Chromium gets through and is heard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
from aiohttp import web

from tests import media
from tests.browser.conftest import BrowserWith
from tests.server.whip.fakes import FakeSessions, whip_server

CLIENT = Path(__file__).parent / "node_modules" / "whip-whep"

PUBLISH = """async ({ token, video }) => {
  const { WHIPClient } = await import("/client/whip.js");
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video });
  const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  for (const track of stream.getTracks()) peer.addTransceiver(track, { direction: "sendonly" });
  window.whip = new WHIPClient();
  await window.whip.publish(peer, new URL("/api/v1/whip", location.href), token);
}"""


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Waits for something that must come to pass; the limit is for a broken build only."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def loudness(sessions: FakeSessions) -> float:
    heard = np.concatenate([frame.samples for frame in sessions.frames]).astype(float)
    return float(np.sqrt(np.mean(heard**2)))


async def test_a_client_from_npm_is_heard_and_seen(browser_with: BrowserWith, tmp_path: Path) -> None:
    assert CLIENT.is_dir(), "Run: make browser-tools"
    microphone = tmp_path / "microphone.wav"
    media.write_microphone(microphone, [media.english_sentences()])

    async def page_itself(request: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>publisher</title>", content_type="text/html")

    routes = [web.get("/", page_itself), web.static("/client", CLIENT)]
    async with whip_server(routes=routes) as (client, sessions, endpoint):
        browser = await browser_with(microphone=microphone)
        page = await browser.new_page()
        await page.goto(str(client.make_url("/")))
        await page.evaluate(PUBLISH, {"token": "good", "video": {"width": 640, "height": 360}})
        await until(lambda: len(sessions.frames) >= 150 and sessions.pictures >= 3)
        assert ("connected", "") in sessions.states
        assert loudness(sessions) > 50, "the speaker is heard"
        await page.evaluate("window.whip.stop()")
        await until(lambda: sessions.states[-1][0] == "closed")
        assert endpoint.open_connections == 0


LAYERED = """async () => {
  const video = { width: 640, height: 360 };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video });
  const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  peer.addTransceiver(stream.getAudioTracks()[0], { direction: "sendonly" });
  peer.addTransceiver(stream.getVideoTracks()[0], {
    direction: "sendonly", sendEncodings: [{ scalabilityMode: "L1T3" }],
  });
  await peer.setLocalDescription(await peer.createOffer());
  const answer = await fetch("/api/v1/whip", {
    method: "POST",
    body: peer.localDescription.sdp,
    headers: { "Content-Type": "application/sdp", Authorization: "Bearer good" },
  });
  await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() });
  window.peer = peer;
}"""


async def test_temporal_layers_of_a_browser_are_dropped_before_decoding(browser_with: BrowserWith) -> None:
    async def page_itself(request: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>publisher</title>", content_type="text/html")

    async with whip_server(routes=[web.get("/", page_itself)]) as (client, sessions, _):
        browser = await browser_with(loop=True)
        page = await browser.new_page()
        await page.goto(str(client.make_url("/")))
        await page.evaluate(LAYERED)
        await until(lambda: sessions.connection is not None and sessions.pictures >= 5)
        assert sessions.connection is not None
        video = sessions.connection.video_in
        assert video.layer_dropped > video.decoded, "three of four pictures are of higher layers"
