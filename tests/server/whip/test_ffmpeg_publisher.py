"""FFmpeg's own WHIP publisher (the one everybody has) gets through, picture and sound."""

from __future__ import annotations

import asyncio
import sys
import time
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest

from media_pipeline.rtc.aiortc_private import gnutls
from tests.server.whip.fakes import whip_server

SECONDS = 1.5


def publish(url: str) -> None:
    """Sends a grey picture and a tone in real time; raises what FFmpeg raises.

    For a process of its own: PyAV holds the interpreter's lock while FFmpeg connects, so that a
    server in the same process could never answer.
    """
    with av.open(url, "w", format="whip", options={"authorization": "good"}) as container:
        video: Any = container.add_stream("libx264", rate=15)
        video.width, video.height, video.pix_fmt = 160, 96, "yuv420p"
        video.options = {"profile": "baseline", "tune": "zerolatency", "preset": "ultrafast"}
        audio: Any = container.add_stream("libopus", rate=48_000)
        audio.layout = "stereo"
        started, sent = time.monotonic(), 0
        for number in range(int(SECONDS * 15)):
            picture = av.VideoFrame.from_ndarray(np.full((96, 160, 3), number, np.uint8), format="rgb24")
            picture.pts, picture.time_base = number, Fraction(1, 15)
            container.mux(video.encode(picture))
            while sent * 960 < number * 3200:
                tone = np.sin(np.arange(sent * 960, (sent + 1) * 960) * 2 * np.pi * 300 / 48_000) * 8000
                sound = av.AudioFrame.from_ndarray(
                    np.repeat(tone.astype(np.int16), 2)[None], format="s16", layout="stereo"
                )
                sound.sample_rate, sound.pts, sound.time_base = 48_000, sent * 960, Fraction(1, 48_000)
                container.mux(audio.encode(sound))
                sent += 1
            time.sleep(max(0.0, started + number / 15 - time.monotonic()))


@pytest.mark.skipif(not gnutls.available(), reason="no GnuTLS here, so FFmpeg's certificates cannot be read")
@pytest.mark.skipif("whip" not in av.formats_available, reason="this FFmpeg has no WHIP publisher")
async def test_ffmpeg_publishes() -> None:
    async with whip_server() as (client, sessions, endpoint):
        url = str(client.make_url("/api/v1/whip"))
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", __name__, url)
        try:
            async with asyncio.timeout(60):
                assert await process.wait() == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert sessions.states[0] == ("connected", "")
        assert sessions.states[-1] == ("closed", "left"), "FFmpeg says goodbye with DELETE"
        heard = np.concatenate([frame.samples for frame in sessions.frames]).astype(float)
        assert len(heard) >= 16_000
        spectrum = np.abs(np.fft.rfft(heard[-8_000:]))
        assert abs(int(np.argmax(spectrum)) * 2 - 300) <= 4, "the tone is 300 Hz"
        assert endpoint.open_connections == 0
        assert sessions.pictures >= 3


if __name__ == "__main__":
    publish(sys.argv[1])
