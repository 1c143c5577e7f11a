"""The fake devices are what the tests believe: the page sees the portrait and hears the speech."""

from __future__ import annotations

from pathlib import Path

from tests import media
from tests.browser.conftest import BrowserWith

LOOK_AND_LISTEN = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia(
    {audio: {echoCancellation: false, noiseSuppression: false, autoGainControl: false}, video: true});
  const context = new AudioContext();
  const meter = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(meter);
  const levels = [];
  const samples = new Float32Array(meter.fftSize);
  for (let n = 0; n < 60; n++) {
    await new Promise(done => setTimeout(done, 50));
    meter.getFloatTimeDomainData(samples);
    levels.push(Math.max(...samples));
  }
  const video = document.createElement('video');
  video.srcObject = stream;
  await video.play();
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  const pen = canvas.getContext('2d');
  pen.drawImage(video, 0, 0);
  const pixel = Array.from(pen.getImageData(255, 340, 1, 1).data);
  return {width: canvas.width, height: canvas.height, pixel, loudest: Math.max(...levels)};
}"""


async def test_the_page_sees_and_hears_the_files(tmp_path: Path, browser_with: BrowserWith) -> None:
    picture = media.portrait()
    browser = await browser_with(
        microphone=media.write_microphone(tmp_path / "speech.wav", [200, media.english_sentences()]),
        camera=media.write_camera(tmp_path / "face.mjpeg", [(picture, 1)]),
    )
    page = await (await browser.new_context()).new_page()
    await page.route("**/*", lambda route: route.fulfill(body="<html></html>", content_type="text/html"))
    await page.goto("http://127.0.0.1/")
    seen = await page.evaluate(LOOK_AND_LISTEN)
    assert (seen["width"], seen["height"]) == (640, 360)
    assert seen["loudest"] > 0.05
    for ours, theirs in zip(picture[340, 255].tolist(), seen["pixel"], strict=False):
        assert abs(ours - theirs) < 40
