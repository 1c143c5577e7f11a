"""Who is recognised next, and what gives way under load."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.recognition.schedule import LADDER, Job, JobQueue, LoadMeter, LoadOptions, beside
from media_pipeline.recognition.seam import DecodeKind


def job(number: int, kind: DecodeKind = "final", session: str = "a", deadline_ms: float = 0.0) -> Job[str]:
    return Job(number, session, kind, 0.0, deadline_ms, 1_000.0, f"work {number}")


def order(queue: JobQueue[str]) -> list[int]:
    """Take everything, one after the other."""
    numbers = []
    while (taken := queue.take()) is not None:
        numbers.append(taken.number)
        queue.done(taken)
    return numbers


def test_finals_before_speculation_before_partials_and_the_earliest_deadline_first() -> None:
    queue: JobQueue[str] = JobQueue(workers=2)
    queue.put(job(1, "partial", "a", 1))
    queue.put(job(2, "speculative", "b", 2))
    queue.put(job(3, "final", "c", 9))
    queue.put(job(4, "final", "d", 5))
    queue.put(job(5, "partial", "e", 0))

    assert order(queue) == [4, 3, 2, 5, 1]


def test_a_newer_guess_replaces_the_waiting_one_of_its_session_only() -> None:
    queue: JobQueue[str] = JobQueue(workers=2)
    first = job(1, "partial")
    assert queue.put(first) == []
    assert queue.put(job(2, "partial", "b")) == []
    assert queue.put(job(3, "partial")) == [first]
    assert queue.put(job(4, "speculative")) == []

    assert sorted(order(queue)) == [2, 3, 4]


def test_finals_are_never_replaced() -> None:
    queue: JobQueue[str] = JobQueue(workers=1)
    for number in range(20):
        assert queue.put(job(number, "final", deadline_ms=number)) == []

    assert order(queue) == list(range(20))


def test_partials_leave_a_worker_free() -> None:
    queue: JobQueue[str] = JobQueue(workers=3)
    for number, session in enumerate("abcd"):
        queue.put(job(number, "partial", session))

    running = [queue.take(), queue.take()]
    assert queue.take() is None
    queue.put(job(9, "final", "z"))
    taken = queue.take()
    assert taken is not None
    assert taken.number == 9
    assert running[0] is not None
    queue.done(running[0])
    assert queue.take() is not None


def test_the_only_worker_does_partials_too() -> None:
    queue: JobQueue[str] = JobQueue(workers=1)
    queue.put(job(1, "partial"))

    assert order(queue) == [1]


def test_a_promoted_speculation_goes_before_as_the_final_it_is() -> None:
    queue: JobQueue[str] = JobQueue(workers=1)
    queue.put(job(1, "speculative", "a", 10))
    queue.put(job(2, "speculative", "b", 5))

    assert queue.promote(1, 20)
    assert not queue.promote(7, 20)
    assert queue.put(job(3, "speculative", "a")) == []
    assert order(queue) == [1, 3, 2]


def test_a_session_that_closes_takes_its_jobs_along() -> None:
    queue: JobQueue[str] = JobQueue(workers=1)
    queue.put(job(1, "final", "a"))
    queue.put(job(2, "partial", "a"))
    queue.put(job(3, "final", "b"))

    assert [gone.number for gone in queue.discard("a")] == [1, 2]
    assert order(queue) == [3]


KINDS: list[DecodeKind] = ["final", "speculative", "partial"]


@given(
    st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from("abc"), st.integers(0, 50)), max_size=40),
    st.integers(1, 4),
)
def test_every_job_is_taken_or_replaced_exactly_once(
    jobs: list[tuple[DecodeKind, str, int]], workers: int
) -> None:
    queue: JobQueue[str] = JobQueue(workers)
    gone = []
    for number, (kind, session, deadline_ms) in enumerate(jobs):
        gone += [one.number for one in queue.put(job(number, kind, session, deadline_ms))]
        assert queue.waiting("partial") <= 3
        assert queue.waiting("speculative") <= 3

    assert sorted(gone + order(queue)) == list(range(len(jobs)))
    assert all(jobs[number][0] != "final" for number in gone)


OPTIONS = LoadOptions(window_ms=1_000, step_up_ms=500, refuse_after_ms=2_500, step_down_ms=2_000)


def busy(meter: LoadMeter, share: float, from_ms: int, to_ms: int) -> None:
    """One worker at work for a share of every 100 ms, observed at each."""
    for at_ms in range(from_ms, to_ms, 100):
        meter.worked(at_ms, at_ms + 100 * share)
        meter.observe(at_ms + 100)


def test_the_ladder_is_climbed_step_by_step_and_descended_with_patience() -> None:
    meter = LoadMeter(1, OPTIONS)
    busy(meter, 0.3, 0, 3_000)
    assert meter.level == 0

    busy(meter, 1.0, 3_000, 4_200)
    assert meter.level == 1
    busy(meter, 1.0, 4_200, 10_000)
    assert meter.effort == LADDER[-1]
    assert not meter.effort.admit

    busy(meter, 0.7, 10_000, 20_000)  # neither high nor calm: stay
    assert meter.level == len(LADDER) - 1
    busy(meter, 0.2, 20_000, 22_900)
    assert meter.level == len(LADDER) - 2
    busy(meter, 0.2, 22_900, 40_000)
    assert meter.level == 0


def test_a_burst_on_the_step_without_guesses_sends_nobody_away() -> None:
    meter = LoadMeter(1, OPTIONS)
    busy(meter, 1.0, 0, 2_600)
    assert meter.level == len(LADDER) - 2

    busy(meter, 0.3, 2_600, 4_400)  # worked off in time
    assert meter.effort.admit
    busy(meter, 1.0, 4_400, 9_000)
    assert not meter.effort.admit


@pytest.mark.parametrize(("waited_ms", "admits"), [(900, True), (1_500, False)])
def test_only_finals_that_come_seconds_late_send_people_away(waited_ms: float, admits: bool) -> None:
    meter = LoadMeter(1, OPTIONS)
    for now_ms in range(0, 6_000, 100):
        meter.final_waited(waited_ms, now_ms)
        meter.observe(now_ms)
    assert not meter.effort.speculate
    assert meter.effort.admit == admits


def test_late_finals_are_load_even_when_workers_look_idle() -> None:
    meter = LoadMeter(4, OPTIONS)
    meter.observe(0)
    meter.final_waited(100, 600)
    assert meter.observe(600) == 0

    meter.final_waited(2_000, 700)
    assert meter.observe(700) == 1


@pytest.mark.parametrize("level", range(len(LADDER) - 1))
def test_each_step_asks_for_no_more_than_the_one_before(level: int) -> None:
    more, less = LADDER[level], LADDER[level + 1]
    assert less != more
    assert (less.partial_interval_ms or float("inf")) >= (more.partial_interval_ms or float("inf"))
    assert less.partial_window_ms <= more.partial_window_ms
    assert less.speculate <= more.speculate
    assert less.admit <= more.admit


def test_an_interviewers_partials_go_first() -> None:
    assert beside(LADDER[0]) == LADDER[0]
    for effort in LADDER[1:]:
        assert beside(effort).partial_interval_ms is None
        assert not beside(effort).speculate
        assert beside(effort).thorough == effort.thorough


@given(st.lists(st.tuples(st.floats(0, 500), st.floats(0, 500)), max_size=30))
def test_the_busy_share_is_a_share(pieces: list[tuple[float, float]]) -> None:
    meter = LoadMeter(2, replace(OPTIONS))
    now_ms = 0.0
    for pause_ms, work_ms in pieces:
        meter.worked(now_ms + pause_ms, now_ms + pause_ms + work_ms)
        now_ms += pause_ms + work_ms
        assert 0 <= meter.share(now_ms) <= 1


def test_company_is_what_fits_and_is_of_its_kind_in_the_order_of_its_turn() -> None:
    queue: JobQueue[str] = JobQueue(workers=1)
    waiting: list[tuple[int, DecodeKind, str]] = [
        (1, "final", "x"),
        (2, "partial", "x"),
        (3, "final", "y"),
        (4, "final", "x"),
        (5, "speculative", "x"),
        (6, "final", "x"),
        (7, "final", "x"),
    ]
    for number, kind, together in waiting:
        queue.put(replace(job(number, kind, session=f"s{number}"), together=together))
    first = queue.take()
    assert first is not None

    assert [one.number for one in queue.take_company(first, most=2)] == [4, 6]
    assert order(queue) == [3, 7, 5, 2]


@pytest.mark.parametrize(
    ("kind", "together"), [("partial", [1, 2]), ("speculative", [1, 2]), ("final", [1, 2, 3])]
)
def test_a_call_of_guesses_is_short_enough_for_a_final_to_wait_for(
    kind: DecodeKind, together: list[int]
) -> None:
    queue: JobQueue[str] = JobQueue(workers=1)
    for number in (1, 2, 3):
        queue.put(replace(job(number, kind, session=f"s{number}"), together="x", audio_ms=5_000.0))
    first = queue.take()
    assert first is not None

    company = queue.take_company(first, most=3, most_guessed_ms=12_000)

    assert [first.number, *(one.number for one in company)] == together


def test_what_waits_can_be_asked_to_ask_for_less() -> None:
    queue: JobQueue[str] = JobQueue(workers=1)
    queue.put(job(1, "final", "a"))
    queue.put(job(2, "partial", "b"))

    queue.revise("final", lambda one: replace(one, work="less"))

    taken = [queue.take(), queue.take()]
    assert [one.work for one in taken if one is not None] == ["less", "work 2"]


def test_whoever_goes_alone_has_no_company() -> None:
    queue: JobQueue[str] = JobQueue(workers=1)
    queue.put(job(1, "final", "a"))
    queue.put(job(2, "final", "b"))
    first = queue.take()
    assert first is not None

    assert queue.take_company(first, most=3) == []
    assert queue.take_company(replace(first, together="x"), most=0) == []
