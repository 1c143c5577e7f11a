"""What a recording costs: ``python -m tests.benchmarks.recording``.

Two minutes of one candidate (VP8 640×360 at 15 pictures a second, Opus) are given to a recorder as fast
as it takes them, with the disk's thread as in the server. CPU time is the process's own, so that a busy
machine changes it little.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from media_pipeline.recording.archive import RecordingArchive
from media_pipeline.recording.recorder import Recorder
from media_pipeline.recording.sealing import MasterKeys
from media_pipeline.rtc.lanes import LanePool
from media_pipeline.voice.opus import encode

MEDIA_S = 120
FPS = 15
SIZE = (360, 640, 3)


def camera(seconds: int) -> list[tuple[bytes, bool]]:
    """A noisy moving picture at about 600 kbit/s."""
    context = av.CodecContext.create("libvpx", "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = SIZE[1], SIZE[0], "yuv420p"
    context.framerate = Fraction(FPS)
    context.bit_rate, context.gop_size = 600_000, 150
    context.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    random = np.random.default_rng(1)
    still = random.integers(0, 255, SIZE, dtype=np.uint8)
    encoded: list[tuple[bytes, bool]] = []
    for number in range(seconds * FPS):
        frame = av.VideoFrame.from_ndarray(np.roll(still, 3 * number, axis=1), format="rgb24")
        frame = frame.reformat(format="yuv420p")
        frame.pts = number
        encoded += [(bytes(packet), bool(packet.is_keyframe)) for packet in context.encode(frame)]
    return encoded


async def record(folder: Path, seen: list[tuple[bytes, bool]], heard: tuple[bytes, ...]) -> tuple[float, int]:
    """CPU seconds for the media, and its size on disk."""
    archive = RecordingArchive(folder, MasterKeys({"m": bytes(32)}))
    pool = LanePool(1, "viva-recording")
    recorder = Recorder("bench", archive, pool, lambda event: None)
    began = time.process_time()
    recorder.want(True)
    for number in range(MEDIA_S * 50):
        recorder.audio(heard[number % len(heard)], 20.0 * number)
        while recorder.waiting > 20:
            await asyncio.sleep(0)
        picture, rest = divmod(number * FPS, 50)
        if rest < FPS:
            data, keyframe = seen[picture % len(seen)]
            recorder.picture("VP8", data, 1000.0 * picture / FPS, keyframe=keyframe)
    await recorder.close()
    took_s = time.process_time() - began
    pool.close()
    size = sum(path.stat().st_size for path in folder.rglob("part-*"))
    reader = archive.open_part("bench", 1)
    assert not reader.index.holes
    began = time.process_time()
    at = 0
    while at < reader.size:
        at += len(reader.read(at, 256 * 1024))
    print(f"played back: {reader.size / 1e6 / (time.process_time() - began):.0f} MB a second of CPU")
    reader.close()
    return took_s, size


def main() -> None:
    seen = camera(20)
    time_s = np.arange(48_000 * 20) / 48_000
    heard = encode((8_000 * np.sin(2 * np.pi * 300 * time_s)).astype(np.int16), 48_000)
    for run in range(3):
        with tempfile.TemporaryDirectory() as folder:
            took_s, size = asyncio.run(record(Path(folder) / "r", seen, heard))
        print(
            f"run {run + 1}: {100 * took_s / MEDIA_S:.2f} % of a core for one session, "
            f"{8 * size / MEDIA_S / 1000:.0f} kbit/s on disk"
        )


if __name__ == "__main__":
    main()
