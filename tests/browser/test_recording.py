"""A recording in a real Chromium: it plays, and a jump shows the picture of that moment."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser, Page

from media_pipeline.recording.timeline import Sample
from server.app import build
from server.media import MediaSide
from server.settings import Settings
from tests.media_pipeline.recording.material import FPS, grey_of, samples, sound
from tests.server.pages import REQUIRED, context_of, new_interview, sign_in

pytestmark = pytest.mark.browser

Client = TestClient[web.Request, Any]

OPEN = """async ([interview, token]) => {
  const base = `/api/v1/interviews/${interview}/recording`;
  const headers = { Authorization: `Bearer ${token}` };
  const ticket = await fetch(`${base}/ticket`, { method: "POST", headers });
  if (ticket.status !== 204) throw new Error(`ticket ${ticket.status}`);
  const { parts } = await (await fetch(base, { headers })).json();
  const video = document.createElement("video");
  window.video = video;
  video.muted = true;
  video.src = parts[0].url;
  await new Promise((loaded, failed) => {
    video.onloadeddata = loaded;
    video.onerror = () => failed(new Error(video.error.message));
  });
  return {
    duration: video.duration,
    seekable: video.seekable.length ? video.seekable.end(0) : 0,
    size: [video.videoWidth, video.videoHeight],
    plays: video.canPlayType(parts[0].mime),
    document_cookie: document.cookie,
  };
}"""

JUMP = """async (second) => {
  const video = window.video;
  // "seeked" says that the data are there; the picture itself is handed over a moment later,
  // and a canvas that takes it in between takes black.
  const landed = new Promise((seeked) => (video.onseeked = seeked));
  const shown = new Promise((on) => video.requestVideoFrameCallback((_, { mediaTime }) => on(mediaTime)));
  video.currentTime = second;
  await landed;
  const pictured = await shown;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0);
  return { at: video.currentTime, pictured, grey: pen.getImageData(80, 45, 1, 1).data[0] };
}"""

PLAY = """async () => {
  const video = window.video;
  video.currentTime = 3;
  await video.play();
  await new Promise((on) => (video.ontimeupdate = () => video.currentTime > 3.3 && on()));
  video.pause();
  return video.getVideoPlaybackQuality().totalVideoFrames;
}"""


LISTEN = """async () => {
  const video = window.video;
  video.muted = false;
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaElementSource(video).connect(analyser);
  const wave = new Float32Array(analyser.fftSize);
  const heard = [];
  video.currentTime = 1.5;
  await new Promise((seeked) => (video.onseeked = seeked));
  await video.play();
  await new Promise((on) => {
    const look = setInterval(() => {
      analyser.getFloatTimeDomainData(wave);
      heard.push([video.currentTime, Math.hypot(...wave) / Math.sqrt(wave.length)]);
      if (video.currentTime > 6.5) (clearInterval(look), on());
    }, 50);
  });
  return heard;
}"""


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    settings = Settings.from_environment({"VIVA_DATA_DIR": str(tmp_path), "HOME": str(tmp_path)})
    async with TestClient(TestServer(await build(settings, MediaSide.without()))) as test_client:
        yield test_client


async def recorded(client: Client, sent: list[Sample]) -> tuple[str, str]:
    """An interview with this recording, and a token that may play it."""
    ordered = await new_interview(client)
    await sign_in(client, ordered, consents={**REQUIRED, "recording": True}, mode="video")
    interview = str(ordered["interview"])
    given = context_of(client)
    opened = await given.interviews.open(interview)
    recorder = given.recordings.recorder(interview, opened.live.emit)
    assert recorder is not None
    recorder.want(True)
    for sample in sent:
        if sample.track == "picture":
            recorder.picture(sample.codec, sample.payload, sample.at_ms, keyframe=sample.keyframe)
        elif sample.track == "candidate":
            recorder.audio(sample.payload, sample.at_ms)
        else:
            recorder.speaker(sample.track).audio(sample.payload, sample.at_ms)
    await recorder.close()
    token = given.tokens.issue("recruiter", "desk", now=given.unix_s(), lifetime_s=600, subject="rita")
    return interview, token


@pytest.fixture
async def page(browser: Browser, client: Client) -> AsyncIterator[Page]:
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(str(client.make_url("/i/")))
    yield page
    await context.close()


@pytest.mark.parametrize("codec", ["VP8", "H264"])
async def test_a_recording_is_played_and_sought_in(page: Page, client: Client, codec: str) -> None:
    # In between the candidate was away for six seconds; the clock of the recording ran on.
    sent = samples(1_000.0, 8.0, codec) + samples(15_000.0, 4.0, codec)
    # Viva's own voice is a second sound track; the player takes the candidate's.
    said = [Sample("system", "opus", payload, 1_000.0 + 20 * n) for n, payload in enumerate(sound())]
    sent = sorted(sent + said, key=lambda sample: sample.at_ms)
    opened = await page.evaluate(OPEN, list(await recorded(client, sent)))
    assert opened["duration"] == pytest.approx(18.0, abs=0.1)
    assert opened["seekable"] == pytest.approx(opened["duration"], abs=0.01)
    assert opened["size"] == [160, 90]
    assert opened["document_cookie"] == "", "no script can read the ticket"
    for second, number in ((6.5, int(6.5 * FPS)), (1.2, 18), (15.0, 15)):
        shown = await page.evaluate(JUMP, second + 0.02)
        assert shown["at"] == pytest.approx(second, abs=0.1)
        assert shown["grey"] == pytest.approx(grey_of(number), abs=7), shown
    assert await page.evaluate(PLAY) > 2


async def test_sound_stays_with_the_picture_after_a_gap(page: Page, client: Client) -> None:
    """Chromium plays sound on without a pause where packets are missing: the gap is filled with silence."""
    sent = samples(0.0, 2.0) + samples(5_000.0, 4.0)
    await page.evaluate(OPEN, list(await recorded(client, sent)))
    loudness = await page.evaluate(LISTEN)
    away = [rms for at, rms in loudness if 2.6 < at < 4.6]
    back = [rms for at, rms in loudness if at > 5.6]
    assert away and max(away) < 0.001
    assert back and min(back) > 0.01
