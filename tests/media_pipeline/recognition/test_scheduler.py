"""The workers: everything submitted is answered, in the right order, and load is seen."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from media_pipeline.errors import CapacityError
from media_pipeline.recognition.scheduler import RecognitionScheduler, SchedulerOptions
from media_pipeline.recognition.seam import DecodeKind, DecodeRequest, Hypothesis
from tests.media_pipeline.recognition.tones import ChoirRecognizer, TonesRecognizer, said, texts

Answers = queue.Queue[tuple[str, Hypothesis | Exception]]


@pytest.fixture
def engine() -> TonesRecognizer:
    return TonesRecognizer()


@pytest.fixture
def scheduler(engine: TonesRecognizer) -> Iterator[RecognitionScheduler]:
    scheduler = RecognitionScheduler(engine)
    yield scheduler
    engine.go.set()
    scheduler.close()


def request(kind: DecodeKind = "final", word: int = 1) -> DecodeRequest:
    return DecodeRequest(said([word]), "en", kind)


def into(answers: Answers, name: str) -> Callable[[Hypothesis | Exception], None]:
    return lambda outcome: answers.put((name, outcome))


def test_what_is_submitted_is_answered(scheduler: RecognitionScheduler) -> None:
    answers: Answers = queue.Queue()

    scheduler.submit("a", request(word=7), into(answers, "seven"))

    name, outcome = answers.get(timeout=60)
    assert isinstance(outcome, Hypothesis)
    assert (name, texts(outcome.words)) == ("seven", ["w7"])


def test_a_final_overtakes_what_waits(engine: TonesRecognizer, scheduler: RecognitionScheduler) -> None:
    answers: Answers = queue.Queue()
    engine.go.clear()
    scheduler.submit("a", request(), into(answers, "running"))
    while scheduler.metrics().waiting["final"]:
        pass
    scheduler.submit("a", request("partial"), into(answers, "old partial"))
    scheduler.submit("a", request("partial"), into(answers, "partial"))
    speculation = scheduler.submit("b", request("speculative"), into(answers, "speculation"))
    scheduler.submit("c", request("speculative"), into(answers, "other speculation"))
    scheduler.submit("c", request(), into(answers, "final"))
    scheduler.promote(speculation)
    engine.go.set()

    names = [answers.get(timeout=60)[0] for _ in range(5)]

    assert names == ["running", "final", "speculation", "other speculation", "partial"]
    assert answers.empty()
    assert scheduler.metrics().replaced["partial"] == 1


def test_a_failing_model_is_told_to_whoever_asked_and_the_worker_lives(
    engine: TonesRecognizer, scheduler: RecognitionScheduler
) -> None:
    answers: Answers = queue.Queue()
    engine.failing = 1
    scheduler.submit("a", request(), into(answers, "first"))
    scheduler.submit("a", request(), into(answers, "second"))

    assert isinstance(answers.get(timeout=60)[1], RuntimeError)
    assert isinstance(answers.get(timeout=60)[1], Hypothesis)
    assert scheduler.metrics().failed == 1


def test_a_closed_session_is_not_answered(engine: TonesRecognizer, scheduler: RecognitionScheduler) -> None:
    answers: Answers = queue.Queue()
    engine.go.clear()
    scheduler.submit("a", request(), into(answers, "running"))
    while scheduler.metrics().waiting["final"]:
        pass
    scheduler.submit("b", request(), into(answers, "gone"))
    scheduler.submit("c", request(), into(answers, "stays"))
    scheduler.close_session("b")
    engine.go.set()

    assert [answers.get(timeout=60)[0] for _ in range(2)] == ["running", "stays"]


def test_sessions_are_admitted_up_to_what_they_are_expected_to_need(engine: TonesRecognizer) -> None:
    scheduler = RecognitionScheduler(engine, SchedulerOptions(session_cost=0.25, fill=0.8))
    try:
        for session in "abc":
            assert scheduler.admits()
            scheduler.open_session(session)
        assert not scheduler.admits()
        with pytest.raises(CapacityError):
            scheduler.open_session("d")
        scheduler.open_session("a")  # is in already

        scheduler.close_session("b")
        scheduler.open_session("d")
    finally:
        scheduler.close()


def test_with_many_sessions_a_worker_finals_are_quick_ones(scheduler: RecognitionScheduler) -> None:
    for session in ("a", "b"):
        scheduler.open_session(session)
    assert scheduler.effort().thorough

    scheduler.open_session("c")
    assert not scheduler.effort().thorough
    assert scheduler.effort().partial_interval_ms is not None

    scheduler.close_session("a")
    assert scheduler.effort().thorough


def test_numbers_for_the_dashboards_add_up(scheduler: RecognitionScheduler) -> None:
    answers: Answers = queue.Queue()
    scheduler.open_session("a")
    for _ in range(3):
        scheduler.submit("a", request(), into(answers, ""))
        answers.get(timeout=60)

    metrics = scheduler.metrics()

    assert metrics.sessions == 1
    assert metrics.decoded == {"final": 3, "speculative": 0, "partial": 0}
    assert metrics.audio_decoded_ms["final"] == pytest.approx(3 * 400)
    assert metrics.waiting == {"final": 0, "speculative": 0, "partial": 0}
    assert len(metrics.final_wait_ms) == len(metrics.final_took_ms) == 3
    assert metrics.level == metrics.highest_level == 0


def test_no_samples_are_no_words(scheduler: RecognitionScheduler) -> None:
    answers: Answers = queue.Queue()
    scheduler.submit("a", DecodeRequest(np.empty(0, np.int16), "en"), into(answers, ""))

    assert answers.get(timeout=60)[1] == Hypothesis((), 0.0, -0.1)


@pytest.fixture
def choir() -> ChoirRecognizer:
    return ChoirRecognizer()


@pytest.fixture
def choir_scheduler(choir: ChoirRecognizer) -> Iterator[RecognitionScheduler]:
    scheduler = RecognitionScheduler(choir, SchedulerOptions(most_together=3))
    yield scheduler
    choir.go.set()
    scheduler.close()


def blocked(engine: TonesRecognizer, scheduler: RecognitionScheduler, answers: Answers) -> None:
    """Keep the only worker busy until ``go`` is set."""
    engine.go.clear()
    scheduler.submit("first", request(), into(answers, "running"))
    while scheduler.metrics().waiting["final"]:
        pass


def test_what_waits_and_fits_is_recognised_in_one_call(
    choir: ChoirRecognizer, choir_scheduler: RecognitionScheduler
) -> None:
    answers: Answers = queue.Queue()
    blocked(choir, choir_scheduler, answers)
    for word in range(1, 6):
        choir_scheduler.submit(f"s{word}", request(word=word), into(answers, f"w{word}"))
    choir.go.set()

    heard = dict(answers.get(timeout=60) for _ in range(6))

    assert choir.calls == [1, 3, 2]
    for word in range(1, 6):
        outcome = heard[f"w{word}"]
        assert isinstance(outcome, Hypothesis)
        assert texts(outcome.words) == [f"w{word}"]
    assert choir_scheduler.metrics().decoded["final"] == 6
    assert choir_scheduler.metrics().calls == 3


def test_what_does_not_fit_waits_for_its_own_call(
    choir: ChoirRecognizer, choir_scheduler: RecognitionScheduler
) -> None:
    answers: Answers = queue.Queue()
    blocked(choir, choir_scheduler, answers)
    choir_scheduler.submit("a", request(), into(answers, "en"))
    choir_scheduler.submit("b", DecodeRequest(said([2]), "zh"), into(answers, "zh"))
    choir_scheduler.submit("c", request("partial"), into(answers, "en partial"))
    choir_scheduler.submit("d", request("partial"), into(answers, "other partial"))
    choir.go.set()

    heard = [answers.get(timeout=60)[0] for _ in range(5)]
    assert heard == ["running", "en", "zh", "en partial", "other partial"]
    assert choir.calls == [1, 1, 1, 2]


def test_finals_that_wait_for_one_another_are_recognised_with_less_effort(
    engine: TonesRecognizer, scheduler: RecognitionScheduler
) -> None:
    answers: Answers = queue.Queue()
    blocked(engine, scheduler, answers)
    scheduler.submit("b", request(), into(answers, "alone"))
    engine.go.set()
    assert [answers.get(timeout=60)[0] for _ in range(2)] == ["running", "alone"]
    blocked(engine, scheduler, answers)
    scheduler.submit("b", request(), into(answers, "one"))
    scheduler.submit("c", request(), into(answers, "another"))
    engine.go.set()
    assert [answers.get(timeout=60)[0] for _ in range(3)] == ["running", "one", "another"]

    assert [asked.thorough for asked in engine.requests] == [True, True, True, False, False]


def test_one_that_fails_does_not_take_the_others_with_it(
    choir: ChoirRecognizer, choir_scheduler: RecognitionScheduler
) -> None:
    answers: Answers = queue.Queue()
    blocked(choir, choir_scheduler, answers)
    choir.unbearable = {"w2"}
    for word in (1, 2, 3):
        choir_scheduler.submit(f"s{word}", request(word=word), into(answers, f"w{word}"))
    choir.go.set()

    outcomes = dict(answers.get(timeout=60) for _ in range(4))

    assert {name for name, outcome in outcomes.items() if isinstance(outcome, Exception)} == {"w2"}
    assert choir.calls == [1, 3, 1, 1, 1]
    assert choir_scheduler.metrics().failed == 1
