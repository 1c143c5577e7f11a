"""Answers are read in the background: how often, one at a time, and what happens when that fails."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.answer_reader import ReadsAnswers
from scoring.job import Language
from scoring.job_file import shipped_jobs
from scoring.meaning import Vectors
from server.judge import readings as module
from server.judge.readings import LEAST_LENGTH, LEAST_NEW, AnswerReadings, Wanted, is_worth_reading
from server.live.interview import LiveInterview

QUESTION = shipped_jobs()["production-supervisor.en"].questions[1]
LONG = "I moved the carts next to the line. " * 8


class Slowly:
    """A reader that reads when it is let; fails on texts that hold "!"."""

    name = "slowly"

    def __init__(self) -> None:
        self.read_so_far: list[str] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def read(self, question: str, answer: str, language: Language) -> Vectors:
        self.read_so_far.append(answer)
        assert self.may_go_on.wait(10)
        if "!" in answer:
            raise RuntimeError("it could not be read")
        return np.full((3, 4), len(answer), dtype=np.float32)


class Live:
    """As much of a live interview as readings need."""

    def __init__(self) -> None:
        self.tasks: list[asyncio.Task[Any]] = []

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        self.tasks.append(asyncio.create_task(work, name=name))


@asynccontextmanager
async def readings(reader: ReadsAnswers | None) -> AsyncIterator[AnswerReadings]:
    opened = AnswerReadings(lambda: reader)
    assert await opened.open() == (None if reader is None else reader.name)
    try:
        yield opened
    finally:
        opened.close()


def wanted(text: str, *, final: bool = True) -> Wanted:
    return Wanted(QUESTION, text, "en", final)


async def idle(live: Live) -> None:
    await asyncio.wait_for(asyncio.gather(*live.tasks), 20)


async def test_an_answer_is_read_and_looked_at_again() -> None:
    looked_again: list[bool] = []
    async with readings(Slowly()) as opened:
        live = Live()
        one = cast("LiveInterview", live)
        assert opened.known(one) == {}
        opened.consider(one, wanted(LONG), lambda: looked_again.append(True))
        await idle(live)
        assert opened.known(one)[QUESTION.id][0, 0] == len(LONG)
        assert opened.known(cast("LiveInterview", Live())) == {}
    assert looked_again == [True]


async def test_of_what_comes_while_one_is_read_only_the_newest_is_read() -> None:
    reader = Slowly()
    reader.may_go_on.clear()
    async with readings(reader) as opened:
        live = Live()
        for more in range(5):
            opened.consider(cast("LiveInterview", live), wanted(LONG + " and" * more), lambda: None)
            await asyncio.sleep(0)
        reader.may_go_on.set()
        await idle(live)
    assert reader.read_so_far == [LONG, LONG + " and" * 4]
    assert len(live.tasks) == 1


async def test_a_reading_that_fails_leaves_what_was_read_before_and_the_next_one_is_tried() -> None:
    reader = Slowly()
    async with readings(reader) as opened:
        live = Live()
        for text in (LONG, LONG + "!", LONG + "and then"):
            opened.consider(cast("LiveInterview", live), wanted(text), lambda: None)
            await idle(live)
            known = opened.known(cast("LiveInterview", live))[QUESTION.id][0, 0]
            assert known == len(LONG if "!" in text else text)
    assert len(reader.read_so_far) == 3


async def test_what_was_said_is_waited_for_but_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.05)
    reader = Slowly()
    reader.may_go_on.clear()
    async with readings(reader) as opened:
        live = Live()
        one = cast("LiveInterview", live)
        await opened.settled(one)  # nothing was said yet
        opened.consider(one, wanted(LONG), lambda: None)
        await opened.settled(one)
        assert opened.known(one) == {}
        reader.may_go_on.set()
        monkeypatch.setattr(module, "PATIENCE_S", 10)
        await opened.settled(one)
        assert QUESTION.id in opened.known(one)
        await idle(live)


async def test_who_waits_for_a_reading_is_not_told_of_it_as_well() -> None:
    told: list[str] = []
    async with readings(Slowly()) as opened:
        live = Live()
        one = cast("LiveInterview", live)
        opened.consider(one, wanted(LONG), lambda: told.append("waited for"))
        await opened.settled(one)
        await idle(live)
        opened.consider(one, wanted(LONG + "and then"), lambda: told.append("not waited for"))
        await idle(live)
    assert told == ["not waited for"]


async def test_a_reader_that_cannot_be_loaded_is_done_without(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> ReadsAnswers:
        raise RuntimeError("model.bin is cut off")

    opened = AnswerReadings(broken)
    assert await opened.open() is None
    assert "viva models --check" in caplog.text
    live = Live()
    opened.consider(cast("LiveInterview", live), wanted(LONG), lambda: pytest.fail("nothing was read"))
    assert live.tasks == []
    opened.close()


async def test_an_utterance_that_ends_waits_for_no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REST", 1e6)
    async with readings(Slowly()) as opened:
        live = Live()
        one = cast("LiveInterview", live)
        opened.consider(one, wanted(LONG, final=False), lambda: None)
        await opened.settled(one)
        opened.consider(one, wanted(LONG + "and then", final=True), lambda: None)
        await opened.settled(one)
        assert opened.known(one)[QUESTION.id][0, 0] == len(LONG + "and then")
        for task in live.tasks:
            task.cancel()


async def test_without_a_reader_nothing_is_read() -> None:
    async with readings(None) as opened:
        live = Live()
        opened.consider(cast("LiveInterview", live), wanted(LONG), lambda: pytest.fail("nothing was read"))
        assert live.tasks == []
        assert opened.known(cast("LiveInterview", live)) == {}


@given(
    read=st.integers(0, 2_000),
    more=st.integers(0, 200),
    final=st.booleans(),
    language=st.sampled_from(["en", "zh"]),
)
def test_a_finished_utterance_is_always_read_an_open_one_when_it_has_grown(
    read: int, more: int, final: bool, language: Language
) -> None:
    text = "x" * (read + more)
    worth = is_worth_reading(Wanted(QUESTION, text, language, final), "x" * read)
    long_enough = len(text) >= LEAST_LENGTH[language] and more > 0
    assert worth == (long_enough and (final or more >= LEAST_NEW[language]))
