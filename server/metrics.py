"""What the process measures of itself, in Prometheus' text format."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sized
from typing import Literal

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

LAG_EVERY_S = 0.1
"""How often the event loop is asked how late it is."""

LAG_KEPT = 3000
"""Samples for the percentile: five minutes."""

_LAG_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2)
_REQUEST_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_BATCH_BUCKETS = (1, 2, 4, 8, 16, 32, 64, 128)

Kind = Literal["gauge", "counter"]
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """One registry a process; names begin with ``viva_``."""

    content_type: str = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._told = _Told()
        self._registry.register(self._told)
        self._requests = Histogram(
            "viva_http_request_seconds",
            "Time to answer a request.",
            ["method", "route", "status"],
            buckets=_REQUEST_BUCKETS,
            registry=self._registry,
        )
        self._lag = Histogram(
            "viva_event_loop_lag_seconds",
            "How late the event loop ran what was due.",
            buckets=_LAG_BUCKETS,
            registry=self._registry,
        )
        self._commits = Histogram(
            "viva_store_commit_works",
            "Writes that shared one commit.",
            buckets=_BATCH_BUCKETS,
            registry=self._registry,
        )
        self._lags: deque[float] = deque(maxlen=LAG_KEPT)
        self._watching: asyncio.Task[None] | None = None

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        self.gauge(
            "viva_event_loop_lag_p99_seconds", "99th percentile of the last 5 minutes.", self.lag_p99_s()
        )
        return generate_latest(self._registry)

    def gauge(self, name: str, meaning: str, value: float, labels: Mapping[str, str] | None = None) -> None:
        """Tell a value of this moment; it stands until it is told anew."""
        self._told.tell("gauge", name, meaning, value, labels or {})

    def total(self, name: str, meaning: str, value: float, labels: Mapping[str, str] | None = None) -> None:
        """Tell a sum that only grows and is kept elsewhere."""
        self._told.tell("counter", name, meaning, value, labels or {})

    def interviews(self, running: Iterable[object]) -> None:
        count = len(running) if isinstance(running, Sized) else sum(1 for _ in running)
        self.gauge("viva_interviews_live", "Interviews this process owns.", count)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).observe(seconds)

    def committed(self, works: int) -> None:
        """For the store: so many writes shared a commit."""
        self._commits.observe(works)

    # --- The event loop's lag ----------------------------------------------------------------

    def watch_loop(self) -> None:
        """Begin to measure the running loop's lag, until ``close``."""
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch(), name="event loop lag")

    async def close(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
            self._watching = None

    def lagged(self, seconds: float) -> None:
        self._lag.observe(seconds)
        self._lags.append(seconds)

    def lag_p99_s(self) -> float:
        """99th percentile of the lag over the last five minutes; 0 before there is any."""
        ordered = sorted(self._lags)
        return ordered[math.ceil(len(ordered) * 0.99) - 1] if ordered else 0.0

    async def _watch(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            due = clock() + LAG_EVERY_S
            await asyncio.sleep(LAG_EVERY_S)
            self.lagged(max(0.0, clock() - due))


class _Told(Collector):
    """Values that others keep and tell before each reading."""

    def __init__(self) -> None:
        self._kinds: dict[str, tuple[Kind, str, tuple[str, ...]]] = {}
        self._values: dict[str, dict[tuple[str, ...], float]] = {}

    def tell(self, kind: Kind, name: str, meaning: str, value: float, labels: Mapping[str, str]) -> None:
        names = tuple(sorted(labels))
        known = self._kinds.setdefault(name, (kind, meaning, names))
        if known[0] != kind or known[2] != names:
            raise ValueError(f"{name} is a {known[0]} with the labels {known[2]}, not a {kind} with {names}")
        self._values.setdefault(name, {})[tuple(labels[label] for label in names)] = value

    def collect(self) -> Iterator[Metric]:
        for name, (kind, meaning, labels) in self._kinds.items():
            family = (GaugeMetricFamily if kind == "gauge" else CounterMetricFamily)(
                name, meaning, labels=list(labels)
            )
            for values, value in self._values[name].items():
                family.add_metric(list(values), value)
            yield family
