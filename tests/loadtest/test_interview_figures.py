"""Figures of load tests: percentiles, limits, what ran out, the page, and where load may go."""

from __future__ import annotations

import asyncio
import os
import random
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtest.interview_page import page
from loadtest.interviews import capacity, check_target, split_cores
from loadtest.journey import STAGES, Journey, Limits, broken, limiting_resource, percentile, summary
from loadtest.lossy_path import LossyPath
from loadtest.server_watch import read_metrics


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_one_of_the_values_and_splits_them(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6


def test_nothing_has_no_percentile() -> None:
    assert percentile([], 0.5) is None


def figures(**server: float) -> dict[str, Any]:
    journey = Journey(0, connected=True, finished=True, spoken_words=100, word_errors=7)
    for stage in STAGES:
        journey.took(stage, 100.0)
    made = summary([journey]) | {
        "server": {"loop_lag_p99_ms": 5.0, "audio_failed_s": 0.0, "cores_given": 1, "cpu_cores": 0.4}
        | server,
        "generator": {"cpu_cores": 0.1},
        "pinned": True,
        "cores": {"generator": [1], "server": [0]},
        "not_tested": ["<the moon>"],
    }
    made["broken"] = broken(made, Limits())
    made["limited_by"] = limiting_resource(made) if made["broken"] else None
    return made


def test_a_run_within_limits_breaks_nothing() -> None:
    made = figures()
    assert made["broken"] == []
    assert made["word_error_rate"] == 0.07
    assert made["stages"]["final"]["p95_ms"] == 100


@pytest.mark.parametrize(
    ("server", "says", "limited_by"),
    [
        ({"loop_lag_p99_ms": 80.0}, "event loop late", "event loop"),
        (
            {"audio_failed_s": 0.5, "recognition_busy_share": 0.97},
            "0.5 s of audio lost",
            "recognition workers",
        ),
    ],
)
def test_what_breaks_is_said_with_what_ran_out(server: dict[str, float], says: str, limited_by: str) -> None:
    made = figures(**server)
    assert any(says in sentence for sentence in made["broken"])
    assert made["limited_by"] == limited_by


def held_at(sessions: int, **server: float) -> dict[str, Any]:
    return figures(**server) | {"sessions": sessions}


def test_capacity_is_the_most_that_held_and_says_what_ran_out() -> None:
    found = capacity([held_at(4), held_at(5), held_at(6, loop_lag_p99_ms=30.0)])
    assert (found["capacity"], found["broke_at"], found["limited_by"]) == (5, 6, "event loop")
    assert [step["sessions"] for step in found["steps"]] == [4, 5, 6]


def test_a_capacity_that_was_not_found_says_so() -> None:
    assert capacity([held_at(8, loop_lag_p99_ms=80.0)])["capacity"] == 0
    unbroken = capacity([held_at(4)])
    assert (unbroken["capacity"], unbroken["broke_at"], unbroken["limited_by"]) == (4, None, None)


def test_slow_joins_errors_and_refusals_break_a_run() -> None:
    slow, refused = Journey(0, connected=True), Journey(1, refused=True)
    slow.took("join", 3_000)
    slow.errors["timed out"] += 2
    made = summary([slow, refused]) | {"server": {}, "generator": {}}
    assert [sentence.split()[0] for sentence in broken(made, Limits())] == ["join", "errors:", "1"]
    assert [sentence.split()[0] for sentence in broken(made, Limits(), full=True)] == ["join", "errors:"]
    assert limiting_resource(made) == "admission (configured or expected load)"


def test_the_page_stands_alone() -> None:
    tags: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, dict(attrs)))

    text = page([figures(), figures(loop_lag_p99_ms=80.0)])
    Reader().feed(text)
    assert not [tag for tag, _ in tags if tag in ("script", "link", "img", "iframe")]
    assert not [attrs for _, attrs in tags if "src" in attrs or "href" in attrs]
    assert "&lt;the moon&gt;" in text
    assert sum(tag == "svg" for tag, _ in tags) == 5


def test_metrics_are_read() -> None:
    sample = read_metrics('# HELP x y\nx_total 3.0\nb_bucket{le="0.1",a="c"} 7\nnonsense\nn NaNs\n')
    assert sample == {("x_total", ""): 3.0, ("b_bucket", 'le="0.1",a="c"'): 7.0}


@pytest.mark.parametrize("url", [None, "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:8080"])
def test_load_goes_to_this_machine(url: str | None) -> None:
    check_target(url, remote=False)


@pytest.mark.parametrize("url", ["http://192.0.2.1", "https://viva.example.com", "http://10.0.0.1:8080"])
def test_and_nowhere_else_unless_somebody_says_it_is_theirs(url: str) -> None:
    with pytest.raises(ValueError, match="not this machine"):
        check_target(url, remote=False)
    check_target(url, remote=True)


class Ear(asyncio.DatagramProtocol):
    """Hears, and sends everything back."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        self.heard.append(data)
        self.transport.sendto(data, address)  # type: ignore[attr-defined]


async def test_a_bad_network_loses_media_only_and_can_be_cut() -> None:
    loop = asyncio.get_running_loop()
    server, ear = await loop.create_datagram_endpoint(Ear, local_addr=("127.0.0.1", 0))
    client, back = await loop.create_datagram_endpoint(Ear, local_addr=("127.0.0.1", 0))
    port = server.get_extra_info("sockname")[1]
    path = LossyPath(0.5, random.Random(1))
    answer = await path.open(f"v=0\r\na=candidate:1 1 udp 2130706431 127.0.0.1 {port} typ host\r\na=x\r\n")
    own = int(answer.split("127.0.0.1 ")[1].split()[0])
    assert own != port
    assert answer.endswith("a=x\r\n")

    back.transport = Silent()  # the client only listens
    for _ in range(200):
        client.sendto(b"\x80media", ("127.0.0.1", own))
        client.sendto(b"\x01check", ("127.0.0.1", own))
        await asyncio.sleep(0.002)  # the system's buffers are small
    async with asyncio.timeout(60):
        while len(ear.heard) < path.forwarded or path.forwarded + path.dropped < 400:
            await asyncio.sleep(0.01)
    assert sum(data == b"\x01check" for data in ear.heard) == 200
    assert 60 <= path.dropped <= 140
    path.cut = True
    before = len(ear.heard)
    client.sendto(b"\x01check", ("127.0.0.1", own))
    await asyncio.sleep(0.1)
    assert len(ear.heard) == before
    for transport in (server, client):
        transport.close()
    path.close()


class Silent(asyncio.DatagramTransport):
    def sendto(self, data: Any, addr: Any = None) -> None: ...


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="cores cannot be chosen here")
def test_a_second_measurement_has_the_same_cores_as_the_first() -> None:
    """Each step of --find-capacity starts a server; it must not land on the generator's core."""
    before = os.sched_getaffinity(0)
    first = split_cores()
    try:
        os.sched_setaffinity(0, {max(before)})
        assert split_cores() == first
    finally:
        os.sched_setaffinity(0, before)
