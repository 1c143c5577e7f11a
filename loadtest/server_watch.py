"""What the server says of itself in ``/metrics``, and what the operating system says of its processes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import psutil  # type: ignore[import-untyped]

_LINE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$")

Sample = dict[tuple[str, str], float]
"""Values by metric name and labels."""


def read_metrics(text: str) -> Sample:
    """Prometheus' text format; what cannot be read is skipped."""
    sample: Sample = {}
    for line in text.splitlines():
        if found := _LINE.match(line):
            with contextlib.suppress(ValueError):
                sample[found[1], found[2] or ""] = float(found[3])
    return sample


@dataclass(slots=True)
class ServerWatch:
    """Asks every two seconds; ``figures`` sums up."""

    http: aiohttp.ClientSession
    process: psutil.Process | None = None
    """The server's, where it runs on this machine: its helpers' CPU and memory are counted too."""
    every_s: float = 2.0
    samples: list[tuple[float, Sample]] = field(default_factory=list)
    memory_mib: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self.every_s)

    async def look(self) -> None:
        with contextlib.suppress(aiohttp.ClientError, OSError):
            async with self.http.get("/metrics") as response:
                sample = read_metrics(await response.text())
            self.samples.append((asyncio.get_running_loop().time(), sample))
            self.memory_mib.append(self._memory(sample) / 2**20)
            self.cpu_s.append(self._cpu(sample))

    def latest(self, name: str, labels: str = "") -> float | None:
        return self.samples[-1][1].get((name, labels)) if self.samples else None

    def figures(self) -> dict[str, Any]:
        """CPU in cores over the whole run, peaks of memory, lag and recognition load, audio lost."""
        if len(self.samples) < 2:
            return {}
        seconds = self.samples[-1][0] - self.samples[0][0]
        return {
            "cpu_cores": round((self.cpu_s[-1] - self.cpu_s[0]) / seconds, 3),
            "cpu_of": "server and its helper processes" if self.process else "server process only",
            "memory_mib_start": round(self.memory_mib[0]),
            "memory_mib_end": round(self.memory_mib[-1]),
            "memory_mib_peak": round(max(self.memory_mib)),
            "loop_lag_p99_ms": self._lag_p99_ms(),
            "recognition_busy_share": self._peak("viva_recognition_busy_share"),
            "recognition_load_level": self._peak("viva_recognition_load_level"),
            "audio_received_s": self._audio("received"),
            "audio_failed_s": self._audio("failed"),
        }

    def _lag_p99_ms(self) -> float | None:
        """Over this run only: from the histogram's growth."""
        first, last = self.samples[0][1], self.samples[-1][1]
        grown: list[tuple[float, float]] = []
        for (name, labels), value in last.items():
            if name == "viva_event_loop_lag_seconds_bucket":
                bound = float(labels.split('le="')[1].rstrip('"'))
                grown.append((bound, value - first.get((name, labels), 0.0)))
        grown.sort()
        total = grown[-1][1] if grown else 0.0
        if not total:
            return None
        return next(bound for bound, count in grown if count >= 0.99 * total) * 1000

    def _peak(self, name: str) -> float | None:
        return max((sample[name, ""] for _, sample in self.samples if (name, "") in sample), default=None)

    def _audio(self, place: str) -> float | None:
        """Sessions that end take their account with them, so the greatest value seen counts."""
        key = ("viva_audio_seconds", f'place="{place}"')
        return max((round(sample[key], 2) for _, sample in self.samples if key in sample), default=None)

    def _family(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)] if self.process else []

    def _memory(self, sample: Sample) -> float:
        if self.process is None:
            return sample.get(("process_resident_memory_bytes", ""), 0.0)
        total = 0.0
        for process in self._family():
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
        return total

    def _cpu(self, sample: Sample) -> float:
        if self.process is None:
            return sample.get(("process_cpu_seconds_total", ""), 0.0)
        total = 0.0
        for process in self._family():
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                total += times.user + times.system
        return total


def pin(pid: int, cores: set[int]) -> bool:
    """Keeps a process, its threads and its children on ``cores``; False where that cannot be done."""
    try:
        for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
            for thread in process.threads():
                os.sched_setaffinity(thread.id, cores)
    except (AttributeError, OSError, psutil.Error):
        return False
    return True
