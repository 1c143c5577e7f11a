"""Metrics: what is told can be read by Prometheus' own parser; the loop's lag is noticed."""

from __future__ import annotations

import asyncio
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from server.metrics import Metrics


def values(metrics: Metrics, name: str) -> dict[tuple[tuple[str, str], ...], float]:
    families = text_string_to_metric_families(metrics.text().decode())
    return {
        tuple(sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
        if sample.name == name
    }


def test_told_values_are_shown_as_last_told() -> None:
    metrics = Metrics()
    metrics.gauge("viva_waiting", "Jobs.", 3, {"kind": "final"})
    metrics.gauge("viva_waiting", "Jobs.", 1, {"kind": "final"})
    metrics.gauge("viva_waiting", "Jobs.", 2, {"kind": "partial"})
    metrics.total("viva_audio_seconds", "Audio.", 9.5)
    assert values(metrics, "viva_waiting") == {(("kind", "final"),): 1, (("kind", "partial"),): 2}
    assert values(metrics, "viva_audio_seconds_total") == {(): 9.5}


def test_a_name_keeps_its_kind_and_labels() -> None:
    metrics = Metrics()
    metrics.gauge("viva_x", "X.", 1, {"a": "1"})
    with pytest.raises(ValueError, match="viva_x"):
        metrics.total("viva_x", "X.", 1, {"a": "1"})
    with pytest.raises(ValueError, match="viva_x"):
        metrics.gauge("viva_x", "X.", 1)


def test_requests_interviews_and_the_process() -> None:
    metrics = Metrics()
    metrics.request("GET", "/c/", 200, 0.01)
    metrics.request("BREW", "/c/", 405, 0.01)
    metrics.interviews(iter([object(), object()]))
    metrics.committed(5)
    counted = values(metrics, "viva_http_request_seconds_count")
    assert counted == {
        (("method", "GET"), ("route", "/c/"), ("status", "200")): 1,
        (("method", "other"), ("route", "/c/"), ("status", "405")): 1,
    }
    assert values(metrics, "viva_interviews_live") == {(): 2}
    assert values(metrics, "viva_store_commit_works_sum") == {(): 5}
    assert values(metrics, "process_resident_memory_bytes")[()] > 1_000_000


def test_two_registries_do_not_meet() -> None:
    Metrics().gauge("viva_x", "X.", 1)
    assert values(Metrics(), "viva_x") == {}


async def test_a_blocked_loop_shows() -> None:
    metrics = Metrics()
    assert metrics.lag_p99_s() == 0
    metrics.watch_loop()
    await asyncio.sleep(0.05)
    time.sleep(0.4)  # What must never happen on the loop.
    await asyncio.sleep(0.3)
    await metrics.close()
    assert metrics.lag_p99_s() > 0.2
    assert values(metrics, "viva_event_loop_lag_seconds_count")[()] >= 1


async def test_the_percentile_forgets_neither_too_much_nor_too_little() -> None:
    metrics = Metrics()
    for _ in range(98):
        metrics.lagged(0.001)
    metrics.lagged(0.5)
    metrics.lagged(0.5)
    assert metrics.lag_p99_s() == 0.5
    for _ in range(3000):
        metrics.lagged(0.002)
    assert metrics.lag_p99_s() == 0.002
