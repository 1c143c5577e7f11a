"""A helper process that is there, dies, hangs or never comes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.worker_process import (
    State,
    WorkerDownError,
    WorkerOptions,
    WorkerProcess,
    restart_pause_s,
)

QUICK = WorkerOptions(restart_after_s=0.01, answer_timeout_s=20)


class Watched:
    """A worker and what was told about it."""

    def __init__(self, mode: str, options: WorkerOptions, log: Path) -> None:
        self.told: list[tuple[State, str]] = []
        self._changed = asyncio.Event()
        self.worker = WorkerProcess(
            "tests.media_pipeline.echo_worker", (mode, str(log)), options=options, on_state=self._note
        )
        self.log = log

    def _note(self, state: State, detail: str) -> None:
        self.told.append((state, detail))
        self._changed.set()

    async def until(self, state: State, times: int = 1) -> None:
        while [told for told, _ in self.told].count(state) < times:
            self._changed.clear()
            await self._changed.wait()


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Callable[..., Watched]]:
    made: list[Watched] = []

    def make(mode: str = "", options: WorkerOptions = QUICK) -> Watched:
        made.append(Watched(mode, options, tmp_path / "log"))
        return made[-1]

    yield make
    for watched in made:
        await watched.worker.close()


Start = Callable[..., Watched]


async def test_questions_are_answered_in_order(start: Start) -> None:
    watched = start()
    assert await watched.worker.start() == "ok"
    questions = [str(number).encode() for number in range(20)]
    answers = await asyncio.gather(*(watched.worker.ask(question) for question in questions))
    assert answers == [b"answer to " + question for question in questions]


async def test_what_libraries_print_is_no_answer(start: Start) -> None:
    watched = start()
    await watched.worker.start()
    assert await watched.worker.ask(b"print") == b"answer to print"
    assert await watched.worker.ask(b"large" * 200_000) == b"answer to " + b"large" * 200_000


@pytest.mark.parametrize("how", [b"die", b"crash"])
async def test_a_death_costs_one_question_and_is_told(start: Start, how: bytes) -> None:
    watched = start()
    await watched.worker.start()
    with pytest.raises(WorkerDownError):
        await watched.worker.ask(how)
    await watched.until("ok", times=2)
    assert await watched.worker.ask(b"again") == b"answer to again"
    assert [state for state, _ in watched.told] == ["ok", "missing", "ok"]
    reason = watched.told[1][1]
    # A crash closes the pipe before the process is gone, and may be overtaken by our own signal.
    assert any(cause in reason for cause in ("SIGSEGV", "exit status 3", "SIGKILL")), reason
    assert watched.worker.restarts == 1


async def test_a_worker_killed_from_outside_comes_back(start: Start) -> None:
    watched = start()
    await watched.worker.start()
    pid = watched.worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await watched.until("ok", times=2)
    assert watched.worker.pid != pid
    assert "SIGKILL" in watched.told[1][1]


async def test_a_hang_is_ended(start: Start) -> None:
    watched = start(options=WorkerOptions(restart_after_s=0.01, answer_timeout_s=0.05))
    await watched.worker.start()
    with pytest.raises(WorkerDownError, match="TimeoutError"):
        await watched.worker.ask(b"hang")
    await watched.until("ok", times=2)


async def test_nobody_gets_the_answer_to_a_cancelled_question(start: Start) -> None:
    watched = start()
    await watched.worker.start()
    asked = asyncio.create_task(watched.worker.ask(b"hang"))
    await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await watched.until("ok", times=2)
    assert await watched.worker.ask(b"mine") == b"answer to mine"


async def test_what_can_never_start_is_not_tried_again(start: Start) -> None:
    watched = start("unavailable")
    assert await watched.worker.start() == "missing"
    assert "what it needs is not installed" in watched.worker.detail
    with pytest.raises(WorkerDownError, match="not installed"):
        await watched.worker.ask(b"hello")
    await asyncio.sleep(0.2)  # twenty pauses before a restart
    assert watched.log.read_text() == "started\n"


async def test_a_start_that_fails_is_tried_again_and_again(start: Start) -> None:
    watched = start("broken")
    assert await watched.worker.start() == "missing"
    assert "the model does not load" in watched.worker.detail
    while watched.worker.restarts < 2:
        await asyncio.sleep(0.01)
    assert [state for state, _ in watched.told] == ["missing"]  # told once, not each time


async def test_a_start_that_takes_too_long_is_a_failure(start: Start) -> None:
    watched = start("slow", WorkerOptions(start_timeout_s=0.3, restart_after_s=60))
    assert await watched.worker.start() == "missing"
    assert "not ready after 0.3 s" in watched.worker.detail


async def test_closing_ends_the_process(start: Start) -> None:
    watched = start()
    await watched.worker.start()
    pid = watched.worker.pid
    assert pid is not None
    await watched.worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    await watched.worker.close()


async def test_the_servers_secrets_stay_with_the_server(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_SECRET", "hush")
    watched = start()
    await watched.worker.start()
    environment = json.loads(await watched.worker.ask(b"environment"))
    assert "VIVA_SECRET" not in environment
    assert "PATH" in environment


async def test_a_confined_worker_still_answers(start: Start) -> None:
    watched = start("confined")
    assert await watched.worker.start() == "ok"
    assert await watched.worker.ask(b"hello") == b"answer to hello"


@given(st.integers(1, 10_000))
def test_pauses_grow_and_are_bounded(failures: int) -> None:
    options = WorkerOptions()
    pause = restart_pause_s(failures, options)
    assert options.restart_after_s <= pause <= options.restart_after_at_most_s
    assert pause <= restart_pause_s(failures + 1, options)
