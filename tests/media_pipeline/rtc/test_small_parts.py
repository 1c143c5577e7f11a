"""Liveness, limits, ports, lanes: small decisions, each alone."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.rtc.lanes import LanePool
from media_pipeline.rtc.liveness import Liveness
from media_pipeline.rtc.ports import bind_order, pick_hosts
from media_pipeline.rtc.rate_limit import TokenBucket


def test_a_peer_is_lost_after_three_seconds_and_may_come_back() -> None:
    liveness = Liveness(started_ms=0)
    assert liveness.verdict(14_999) == "connecting"
    liveness.connected(1_000)
    assert liveness.verdict(1_900) == "alive"
    assert liveness.verdict(2_000) == "ask"
    assert liveness.verdict(4_000) == "lost"
    liveness.heard(20_000)
    assert liveness.verdict(20_100) == "alive"
    assert liveness.verdict(50_000) == "gone"
    liveness.heard(50_001)
    assert liveness.verdict(50_002) == "gone", "gone is for good"


def test_a_peer_that_never_connects_is_given_up_on() -> None:
    assert Liveness(started_ms=100).verdict(15_100) == "gone"


@given(gaps=st.lists(st.floats(0, 100), min_size=1, max_size=300))
def test_a_bucket_never_lets_more_through_than_its_rate(gaps: list[float]) -> None:
    bucket, now_ms, passed = TokenBucket(per_s=50, burst=10), 0.0, 0
    for gap in gaps:
        now_ms += gap
        passed += bucket.take(now_ms)
    assert passed <= 10 + 50 * now_ms / 1000 + 1e-6


def test_a_steady_stream_within_the_rate_passes() -> None:
    bucket = TokenBucket(per_s=100, burst=5)
    assert all(bucket.take(10.0 * number) for number in range(1_000))


def test_hosts_and_ports() -> None:
    assert pick_hosts(["10.0.0.1", "10.0.0.1"], ["192.0.2.1"]) == ["10.0.0.1"]
    assert pick_hosts([], ["192.0.2.1"]) == ["192.0.2.1"]
    assert pick_hosts([], []) == ["127.0.0.1"]
    assert list(bind_order(0, 0, 3)) == [0]
    assert list(bind_order(5000, 5003, 2)) == [5002, 5003, 5000, 5001]
    assert list(bind_order(5000, 0, 9)) == [5000]


def test_a_lane_keeps_order_across_threads() -> None:
    pool, seen, finished = LanePool(4, "test"), [], threading.Event()

    def work(item: int) -> None:
        seen.append(item)
        if item == 499:
            finished.set()

    lane = pool.lane(work, limit=1_000)
    assert all(lane.put(number) for number in range(500))
    assert finished.wait(10)
    assert seen == list(range(500))
    pool.close()


def test_a_full_lane_refuses_and_a_closed_one_forgets() -> None:
    pool, gate, seen = LanePool(1, "test"), threading.Event(), []
    begun = threading.Event()

    def work(item: int) -> None:
        begun.set()
        gate.wait(10)
        seen.append(item)

    lane = pool.lane(work, limit=3)
    assert lane.put(0)
    assert begun.wait(10)
    assert [lane.put(number) for number in (1, 2, 3, 4)] == [True, True, True, False]
    lane.close()
    assert not lane.put(5)
    gate.set()
    pool._executor.shutdown(wait=True)
    assert seen == [0]


def test_a_failing_piece_of_work_does_not_end_the_lane(caplog: pytest.LogCaptureFixture) -> None:
    pool, finished = LanePool(1, "test"), threading.Event()

    def work(item: str) -> None:
        if item == "bad":
            raise ValueError(item)
        finished.set()

    lane = pool.lane(work, limit=3)
    lane.put("bad")
    lane.put("good")
    assert finished.wait(10)
    assert "nobody foresaw" in caplog.text
    pool.close()


def test_a_closed_pool_refuses() -> None:
    pool = LanePool(1, "test")
    pool.close()
    assert not pool.lane(print, limit=3).put("never printed")
