"""One candidate's ears, from frames to events, with an engine that hears exactly what is there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from media_pipeline.audio.worker import ListeningOptions, ListeningPool
from media_pipeline.errors import CapacityError
from media_pipeline.events import (
    Event,
    PartDegraded,
    Speaker,
    SpeechEnded,
    SpeechStarted,
    TranscriptFinal,
    TranscriptPartial,
    TurnAssessed,
)
from media_pipeline.hearing import Hearing
from media_pipeline.hearing_turn import HearingAccount, HearingOptions
from media_pipeline.recognition.agreement import AgreementOptions
from media_pipeline.recognition.schedule import LoadMeter, LoadOptions
from media_pipeline.recognition.scheduler import RecognitionScheduler, SchedulerOptions
from media_pipeline.recognition.utterance import UtteranceOptions
from tests.media_pipeline.recognition.tones import (
    ToneActivity,
    TonesRecognizer,
    frames,
    heard_in,
    said,
    texts,
)

NEVER_BUSY = SchedulerOptions(load=LoadOptions(high_share=2.0, late_final_ms=1e9))


class Room:
    """A hearing with all it needs, and what it emitted."""

    def __init__(self, scheduling: SchedulerOptions = NEVER_BUSY, workers: int = 1) -> None:
        self.engine = TonesRecognizer(workers)
        self.scheduler = RecognitionScheduler(self.engine, scheduling)
        self.listening = ListeningPool(ListeningOptions(batch_ms=20))
        self.events: list[Event] = []
        self.hearing = self.open("s1")

    def open(
        self, session: str, options: HearingOptions | None = None, speaker: Speaker = "candidate"
    ) -> Hearing:
        self.hearing = Hearing(
            session=session,
            language="en",
            emit=self.events.append,
            scheduler=self.scheduler,
            listening=self.listening,
            voice_activity=ToneActivity(),
            turn_detector=_Certain(),
            options=options,
            speaker=speaker,
        )
        return self.hearing

    async def hear(self, samples: NDArray[np.int16], start_ms: float = 0.0) -> None:
        for frame in frames(samples, start_ms):
            await self.hearing.accept(frame)
            account = self.hearing.account()
            assert added_up(account) == pytest.approx(account.received_ms)
            await asyncio.sleep(0)

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def finals(self) -> list[TranscriptFinal]:
        return [event for event in self.events if isinstance(event, TranscriptFinal)]

    @property
    def partials(self) -> list[TranscriptPartial]:
        return [event for event in self.events if isinstance(event, TranscriptPartial)]

    async def close(self) -> None:
        self.engine.go.set()
        await self.hearing.close()
        await asyncio.to_thread(self.scheduler.close)
        await self.listening.close()


class _Certain:
    def end_probability(self, samples: NDArray[np.int16]) -> float:
        return 0.75


def added_up(account: HearingAccount) -> float:
    return account.recognised_ms + account.silent_ms + account.failed_ms + account.queued_ms


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    room = Room()
    yield room
    await room.close()


async def until(condition: Callable[[], bool], step: Callable[[], Awaitable[None]] | None = None) -> None:
    for _ in range(2_000):
        if condition():
            return
        await (step() if step is not None else asyncio.sleep(0.005))
    raise AssertionError("it did not come to pass")


async def test_what_is_said_is_written_with_its_times(room: Room) -> None:
    await room.hear(said([None, 1, 2, 3, None, 4, 5, None]))
    await room.hearing.drain()

    first, second = room.finals
    assert (first.text, second.text) == ("w1 w2 w3", "w4 w5")
    assert [(word.start_ms, word.end_ms) for word in first.words] == [
        (1000, 1320),
        (1400, 1720),
        (1800, 2120),
    ]
    assert (first.start_ms, first.end_ms) == (1_000, 2_120)
    assert first.utterance != second.utterance
    assert first.source == "speech"
    assert room.of(SpeechStarted) == [SpeechStarted(1_000), SpeechStarted(3_200)]
    assert room.of(SpeechEnded) == [SpeechEnded(2_120), SpeechEnded(3_920)]
    assert next(event for event in room.events if isinstance(event, TurnAssessed)).probability == 0.75


async def test_everything_received_is_accounted_for(room: Room) -> None:
    samples = said([None, 1, 2, 3, None, 4, 5])
    await room.hear(samples)
    await room.hearing.drain()

    account = room.hearing.account()
    assert account.received_ms == pytest.approx(len(samples) / 16)
    assert account.queued_ms == account.failed_ms == 0
    assert account.recognised_ms + account.silent_ms == pytest.approx(account.received_ms)
    assert account.recognised_ms >= 5 * 400


async def test_the_tail_after_the_last_voice_is_decoded(room: Room) -> None:
    await room.hear(said([None, 1, 2]))  # the stream ends right behind the last word
    await room.hearing.drain()

    assert [final.text for final in room.finals] == ["w1 w2"]


async def test_partials_come_while_speaking_and_committed_words_stay(room: Room) -> None:
    await room.hear(said(list(range(1, 13))))
    await until(lambda: bool(room.partials))
    assert not room.finals
    await room.hear(said([*range(13, 25), None]), start_ms=12 * 400)
    await room.hearing.drain()

    (final,) = room.finals
    assert texts(final.words) == [f"w{word}" for word in range(1, 25)]
    committed = ""
    for partial in room.partials:
        assert partial.utterance == final.utterance
        assert partial.committed.startswith(committed)
        committed = partial.committed
    assert final.text.startswith(committed)


async def test_the_final_is_ready_when_the_pause_turns_out_to_be_the_end(room: Room) -> None:
    await room.hear(said([1, 2]))
    await room.hear(np.zeros(16 * 300, np.int16), start_ms=800)
    await until(lambda: room.scheduler.metrics().decoded["speculative"] == 1)
    assert not room.finals
    await room.hear(np.zeros(16 * 700, np.int16), start_ms=1_100)
    await room.hearing.drain()

    assert [final.text for final in room.finals] == ["w1 w2"]
    assert room.scheduler.metrics().decoded["final"] == 0


async def test_a_speculation_that_did_not_hear_all_is_not_the_final(room: Room) -> None:
    await room.hear(said([1, 2]))
    await room.hear(np.zeros(16 * 300, np.int16), start_ms=800)
    await until(lambda: room.scheduler.metrics().decoded["speculative"] == 1)
    room.scheduler.engine = room.engine
    await room.hear(said([3, None]), start_ms=1_100)
    await room.hearing.drain()

    assert [final.text for final in room.finals] == ["w1 w2 w3"]


async def test_speech_longer_than_a_window_has_each_word_once(room: Room) -> None:
    room.open("long")
    words = list(range(1, 200))  # 80 s without a pause
    await room.hear(said([*words, None]))
    await room.hearing.drain()

    assert [word.text for final in room.finals for word in final.words] == [f"w{word}" for word in words]
    longest = max(len(request.samples) for request in room.engine.requests)
    assert longest / 16 <= 30_000


async def test_without_partials_long_speech_is_settled_in_pieces(room: Room) -> None:
    room.open("long", HearingOptions(first_partial_ms=1e9, pause_ms=1e9, longest_window_ms=6_000))
    words = list(range(1, 60))
    await room.hear(said([*words, None]))
    await room.hearing.drain()

    assert [word.text for final in room.finals for word in final.words] == [f"w{word}" for word in words]
    assert not room.partials
    assert room.hearing.account().queued_ms == 0


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.one_of(st.integers(1, 300), st.none()), max_size=25),
    st.sampled_from([3_000.0, 8_000.0]),
    st.integers(0, 4),
    st.integers(1, 3),
)
def test_whatever_is_said_nothing_is_lost_or_doubled(
    spoken: list[int | None], longest_window_ms: float, failing: int, workers: int
) -> None:
    async def run() -> None:
        room = Room(workers=workers)
        options = HearingOptions(
            utterance=UtteranceOptions(keep_ms=600, agreement=AgreementOptions(held_back=1)),
            first_partial_ms=600,
            longest_window_ms=longest_window_ms,
            attempts=6,
        )
        room.open("any", options)
        # Neighbours differ, or the echo guard would rightly take one for the other's tail.
        wanted = [word * 2 + at % 2 if word is not None else None for at, word in enumerate(spoken)]
        room.engine.failing = failing
        try:
            await room.hear(said(wanted))
            await room.hearing.drain()
            heard = [word.text for final in room.finals for word in final.words]
            assert heard == [f"w{word}" for word in wanted if word is not None]
            account = room.hearing.account()
            assert account.queued_ms == 0
            assert added_up(account) == pytest.approx(account.received_ms)
        finally:
            await room.close()

    asyncio.run(run())


async def test_a_partial_that_cuts_while_the_final_is_decoded_doubles_nothing() -> None:
    room = Room(workers=2)
    words = list(range(1, 27))
    partial, speculative = threading.Event(), threading.Event()
    eager = UtteranceOptions(keep_ms=600, agreement=AgreementOptions(held_back=1))
    room.open("cutting", HearingOptions(utterance=eager))
    try:
        await room.hear(said(words[:18]))
        await until(lambda: room.scheduler.metrics().decoded["partial"] >= 1)
        done = room.scheduler.metrics().decoded["partial"]
        room.engine.held = {"partial": partial, "speculative": speculative}
        await room.hear(said(words[18:]), start_ms=18 * 400)
        await until(lambda: room.engine.begun.count("partial") > done)
        await room.hear(np.zeros(16 * 400, np.int16), start_ms=26 * 400)
        await until(lambda: "speculative" in room.engine.begun)
        await room.hear(np.zeros(16 * 600, np.int16), start_ms=26 * 400 + 400)
        await until(lambda: bool(room.of(SpeechEnded)))
        partial.set()
        await until(lambda: room.scheduler.metrics().decoded["partial"] > done)
        await asyncio.sleep(0)
        speculative.set()
        await room.hearing.drain()
        assert [word.text for final in room.finals for word in final.words] == [f"w{word}" for word in words]
    finally:
        partial.set()
        speculative.set()
        await room.close()


async def test_a_model_that_fails_once_loses_nothing(room: Room) -> None:
    room.engine.failing = 1
    await room.hear(said([1, 2, None]))
    await room.hearing.drain()

    assert [final.text for final in room.finals] == ["w1 w2"]
    assert not room.of(PartDegraded)


async def test_a_model_that_keeps_failing_is_told_and_accounted_for(room: Room) -> None:
    room.engine.failing = 100
    await room.hear(said([1, 2, None]))
    await room.hearing.drain()

    account = room.hearing.account()
    assert account.failed_ms > 0
    assert account.queued_ms == 0
    assert added_up(account) == pytest.approx(account.received_ms)
    assert [event.state for event in room.events if isinstance(event, PartDegraded)] == ["missing"]

    room.engine.failing = 0
    await room.hear(said([3, None]), start_ms=10_000)
    await room.hearing.drain()
    assert [final.text for final in room.finals] == ["w3"]


async def test_finals_come_in_the_order_of_speech(room: Room) -> None:
    room.engine.go.clear()
    await room.hear(said([1, None, 2, None, 3, None]))
    room.engine.go.set()
    await room.hearing.drain()

    assert [final.text for final in room.finals] == ["w1", "w2", "w3"]


async def test_where_it_is_wanted_the_last_finals_are_the_prompt_of_the_next(room: Room) -> None:
    room.open("s2", HearingOptions(prompt_characters=160))
    await room.hear(said([1, 2, None]))
    await room.hearing.drain()
    await room.hear(said([3, None]), start_ms=5_000)
    await room.hearing.drain()

    prompts = [(request.kind, request.prompt) for request in room.engine.requests]
    assert prompts[-1][1] == "w1 w2"
    assert all(prompt == "" for kind, prompt in prompts if kind == "partial")


async def test_a_short_utterance_is_heard_with_the_one_before_and_told_alone(room: Room) -> None:
    await room.hear(said([1, 2, 3, None, 4, None]))
    await room.hearing.drain()

    assert [final.text for final in room.finals] == ["w1 w2 w3", "w4"]
    longest = max(len(request.samples) for request in room.engine.requests if request.kind != "partial")
    assert (
        heard_in(next(r.samples for r in room.engine.requests if len(r.samples) == longest))[0].text == "w1"
    )
    first, last = room.finals
    assert first.end_ms < last.words[0].start_ms
    assert last.start_ms <= last.words[0].start_ms <= last.words[0].end_ms <= last.end_ms + 200


async def test_a_closed_hearing_emits_nothing_more(room: Room) -> None:
    await room.hear(said([1, 2, 3]))
    await room.hearing.close()
    count = len(room.events)
    await room.hear(said([4, None]), start_ms=1_200)
    await asyncio.sleep(0.05)

    assert len(room.events) == count


async def test_a_full_house_is_told_at_the_door(room: Room) -> None:
    crowded = Room(SchedulerOptions(session_cost=1.0, fill=1.0))
    try:
        with pytest.raises(CapacityError):
            crowded.open("second")
    finally:
        await crowded.close()


def told(room: Room) -> list[str]:
    return [event.state for event in room.events if isinstance(event, PartDegraded)]


async def test_load_is_told_once_and_its_end_too() -> None:
    room = Room(SchedulerOptions(load=LoadOptions(high_share=-1.0, low_share=-2.0, step_up_ms=0)))
    try:
        await room.hear(said([1, 2, None]))
        await room.hearing.drain()
        assert told(room) == ["late"]
        assert [final.text for final in room.finals] == ["w1 w2"]

        room.scheduler._meter = LoadMeter(1)  # the rush is over, and nobody speaks
        await room.hear(said([None, None]), start_ms=2_000)
        assert told(room) == ["late", "ok"]
    finally:
        await room.close()


async def test_an_interviewer_is_a_speaker_of_their_own(room: Room) -> None:
    room.open("beside", speaker="interviewer")
    await room.hear(said(list(range(1, 13))))
    await until(lambda: bool(room.partials))
    await room.hear(said([13, None]), start_ms=12 * 400)
    await room.hearing.drain()

    assert {final.speaker for final in room.finals} == {"interviewer"}
    assert {partial.speaker for partial in room.partials} == {"interviewer"}


async def test_under_load_an_interviewer_has_no_partials_but_every_word() -> None:
    room = Room()
    try:
        room.scheduler._meter.level = 1  # eight seconds of calm lead down again
        room.open("beside", speaker="interviewer")
        await room.hear(said([*range(1, 25), None]))
        await room.hearing.drain()
        assert [word.text for word in room.finals[-1].words] == [f"w{word}" for word in range(1, 25)]
        assert not room.scheduler.metrics().decoded["partial"]
        assert not room.scheduler.metrics().decoded["speculative"]
    finally:
        await room.close()
