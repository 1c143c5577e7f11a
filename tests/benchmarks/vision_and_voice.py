"""What seeing and speaking cost: the figures of docs/benchmarks.md, "Vision and voice".

    python -m tests.benchmarks.vision_and_voice

Prints wall-clock medians and, from the processes' own accounts, CPU time, which other load on the
machine disturbs less.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Callable
from functools import partial

import av
import psutil  # type: ignore[import-untyped]

from media_pipeline.models import ModelFolder
from media_pipeline.vision.observer import MediaPipeFaceObserver
from media_pipeline.vision.policy import Look
from media_pipeline.vision.small_frame import small_rgb
from media_pipeline.voice.synthesizer import PiperSynthesizer
from tests import media

FRAMES = 150
QUESTIONS = [
    f"You said that you optimised production process {number}: how much faster did it get? "
    "Please give me a number if you have one."
    for number in ("one", "two", "three", "four", "five", "six", "seven")
]


def cpu_ms(pid: int | None) -> float:
    times = psutil.Process(pid).cpu_times()
    return float(1000 * (times.user + times.system))


def milliseconds(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "p50": round(1000 * statistics.median(ordered), 1),
        "p95": round(1000 * ordered[int(0.95 * (len(ordered) - 1))], 1),
    }


async def seeing(folder: ModelFolder) -> dict[str, object]:
    rgb = av.VideoFrame.from_ndarray(media.portrait(), format="rgb24")
    camera = rgb.reformat(format="yuv420p")
    observer = MediaPipeFaceObserver(folder.file("face-landmarker"))
    began = time.perf_counter()
    await observer.start()
    figures: dict[str, object] = {"start_s": round(time.perf_counter() - began, 1)}
    looks: tuple[Look, ...] = ("expressions", "faces", "picture")
    for look in looks:
        figures[f"look_{look}"] = await _looks(observer, partial(small_rgb, camera, 320, 320), look)
    began_cpu = time.thread_time()
    for _ in range(FRAMES):
        small_rgb(camera, 320, 320)
    figures["frame_to_small_rgb_cpu_ms"] = round(1000 * (time.thread_time() - began_cpu) / FRAMES, 2)
    figures["memory_mb"] = _memory_mb(observer.worker_pid)
    await observer.stop()
    return figures


async def _looks(
    observer: MediaPipeFaceObserver, frame: Callable[[], media.Picture], look: Look
) -> dict[str, float]:
    told: asyncio.Queue[None] = asyncio.Queue()
    observer.open("bench", lambda *_: told.put_nowait(None), lambda *_: None)
    taken = []
    for number in range(FRAMES + 10):
        if number == 10:
            before = cpu_ms(observer.worker_pid)
        began = time.perf_counter()
        observer.offer("bench", frame, number, look)
        await told.get()
        taken.append(time.perf_counter() - began)
    worker_cpu = (cpu_ms(observer.worker_pid) - before) / FRAMES
    return {**milliseconds(taken[10:]), "worker_cpu_ms": round(worker_cpu, 1)}


async def speaking(folder: ModelFolder) -> dict[str, object]:
    synthesizer = PiperSynthesizer(folder.path("piper-en-joe"))
    began = time.perf_counter()
    await synthesizer.start()
    start_s = time.perf_counter() - began
    first, whole, speech_s = [], [], 0.0
    before = cpu_ms(synthesizer.worker_pid)
    for question in QUESTIONS:
        began = time.perf_counter()
        parts = 0
        async for packets in synthesizer.synthesize(question, "en"):
            if not parts:
                first.append(time.perf_counter() - began)
            parts += 1
            speech_s += 0.02 * len(packets)
        whole.append(time.perf_counter() - began)
    worker_cpu = cpu_ms(synthesizer.worker_pid) - before
    again = time.perf_counter()
    async for _ in synthesizer.synthesize(QUESTIONS[0], "en"):
        break
    kept_ms = round(1000 * (time.perf_counter() - again), 2)
    figures = {
        "start_s": round(start_s, 1),
        "first_audio_ms": milliseconds(first),
        "whole_question_ms": milliseconds(whole),
        "speech_s_per_question": round(speech_s / len(QUESTIONS), 1),
        "cpu_ms_per_second_of_speech": round(worker_cpu / speech_s, 1),
        "first_audio_when_prepared_ms": kept_ms,
        "memory_mb": _memory_mb(synthesizer.worker_pid),
    }
    await synthesizer.stop()
    return figures


def _memory_mb(pid: int | None) -> int:
    return round(float(psutil.Process(pid).memory_info().rss) / 1e6)


async def main() -> None:
    folder = ModelFolder.default()
    load = psutil.getloadavg()[0]
    figures = {"seeing": await seeing(folder), "speaking": await speaking(folder), "load_average": load}
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    asyncio.run(main())
