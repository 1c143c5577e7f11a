"""Piper behind the seam: intelligible, cached, urgent things first, and what happens without it."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.models import ModelFolder
from media_pipeline.voice.opus import decode
from media_pipeline.voice.questions import asked
from media_pipeline.voice.synthesizer import (
    Packets,
    PhraseCache,
    PiperSynthesizer,
    SynthesisError,
    _Turns,
)
from media_pipeline.worker_process import WorkerDownError, WorkerOptions


async def spoken(synthesizer: PiperSynthesizer, text: str) -> Packets:
    return tuple([packet async for part in synthesizer.synthesize(text, "en") for packet in part])


async def test_it_speaks_for_about_as_long_as_a_person(model_folder: ModelFolder) -> None:
    synthesizer = PiperSynthesizer(model_folder.path("piper-en-joe"))
    await synthesizer.start()
    packets = await spoken(synthesizer, "How much faster did it get? Please give me a number.")
    await synthesizer.stop()
    samples = decode(packets).astype(np.float64)
    assert 2.0 < len(samples) / 48_000 < 7.0
    assert 1_000 < np.sqrt(np.mean(samples**2)) < 12_000


async def test_what_was_said_before_is_not_made_again(model_folder: ModelFolder) -> None:
    synthesizer = PiperSynthesizer(
        model_folder.path("piper-en-joe"), worker_options=WorkerOptions(restart_after_s=60)
    )
    await synthesizer.start()
    first = await spoken(synthesizer, "Thank you. Tell me more.")
    assert synthesizer.worker_pid is not None
    os.kill(synthesizer.worker_pid, signal.SIGKILL)
    with pytest.raises(SynthesisError):
        await spoken(synthesizer, "This is new.")
    assert await spoken(synthesizer, "Thank you. Tell me more.") == first
    while synthesizer.state == "ok":
        await asyncio.sleep(0.01)
    assert synthesizer.languages == frozenset()
    await synthesizer.stop()


async def test_without_the_model_there_is_no_voice_and_a_reason(tmp_path: Path) -> None:
    synthesizer = PiperSynthesizer(tmp_path, worker_options=WorkerOptions(restart_after_s=60))
    assert await synthesizer.start() == "missing"
    assert synthesizer.languages == frozenset()
    assert "en_US-joe-medium" in synthesizer.detail
    await synthesizer.prepare("Thank you.", "en")
    await synthesizer.stop()


async def test_without_the_extra_there_is_no_voice_and_a_reason(
    tmp_path: Path, model_folder: ModelFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "piper.py").write_text("raise ImportError('not here', name='piper')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    synthesizer = PiperSynthesizer(model_folder.path("piper-en-joe"))
    assert await synthesizer.start() == "missing"
    assert "extra `piper` is not installed" in synthesizer.detail
    await synthesizer.stop()


class SlowWorker:
    """Stands in for the process: answers when it is let."""

    state = "ok"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.made_ready: list[str] = []
        self.go_on = asyncio.Event()

    async def ask(self, question: bytes) -> bytes:
        phrase, ahead = asked(question)
        self.asked.append(phrase)
        if ahead:
            self.made_ready.append(phrase)
        await self.go_on.wait()
        if b"bad" in question:
            raise WorkerDownError("gone")
        return b"\x91\xc4\x02\xf8\x01"  # MessagePack: a list of one packet


async def test_the_first_sentence_of_anybody_comes_before_the_second_of_others(tmp_path: Path) -> None:
    synthesizer = PiperSynthesizer(tmp_path)
    worker = SlowWorker()
    synthesizer._worker = worker  # type: ignore[assignment]
    tasks = [asyncio.create_task(spoken(synthesizer, "One. Two."))]
    await asyncio.sleep(0)
    ahead = asyncio.create_task(synthesizer.prepare("Some day.", "en"))
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(spoken(synthesizer, "Uno. Dos.")))
    await asyncio.sleep(0)
    worker.go_on.set()
    await asyncio.gather(*tasks, ahead)
    assert worker.asked[:2] == ["One.", "Uno."]
    assert sorted(worker.asked[2:]) == ["Dos.", "Some day.", "Two."]
    assert worker.made_ready == ["Some day."]


async def test_a_failed_sentence_lets_the_next_one_through(tmp_path: Path) -> None:
    synthesizer = PiperSynthesizer(tmp_path)
    worker = SlowWorker()
    worker.go_on.set()
    synthesizer._worker = worker  # type: ignore[assignment]
    bad, good = await asyncio.gather(
        spoken(synthesizer, "A bad one."), spoken(synthesizer, "A fine one."), return_exceptions=True
    )
    assert isinstance(bad, SynthesisError)
    assert good == (b"\xf8\x01",)


async def test_a_turn_given_up_while_waiting_goes_to_the_next() -> None:
    turns = _Turns()
    await turns.take(0)
    impatient = asyncio.create_task(turns.take(0))
    patient = asyncio.create_task(turns.take(1))
    await asyncio.sleep(0)
    turns.give()  # now it is the impatient one's turn ...
    impatient.cancel()  # ... which leaves before it has noticed
    with pytest.raises(asyncio.CancelledError):
        await impatient
    await asyncio.wait_for(patient, 60)
    turns.give()
    await asyncio.wait_for(turns.take(2), 60)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 40)), max_size=60))
def test_the_cache_keeps_its_bound_and_the_latest(puts: list[tuple[int, int]]) -> None:
    cache = PhraseCache(100)
    for name, size in puts:
        cache.put("en", str(name), (b"x" * size,))
        assert cache.bytes <= 100
        assert cache.get("en", str(name)) == (b"x" * size,)
    kept = [cache.get("en", str(name)) for name in range(10)]
    assert cache.bytes == sum(len(packets[0]) for packets in kept if packets is not None)
