"""Off the event loop, in order, nothing dropped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from media_pipeline.audio.frame import AudioFrame
from media_pipeline.audio.stream import (
    LARGEST_BATCH,
    Heard,
    SpeechClosed,
    SpeechFrame,
    SpeechOpened,
    VoiceActivityStream,
)
from media_pipeline.audio.voice_activity import Samples, ScoredSpan
from media_pipeline.audio.worker import ListeningOptions, ListeningPool, TurnEstimate
from media_pipeline.errors import MediaError
from tests.media_pipeline.audio.fakes import LoudnessActivity, frames_of, stretches


class GatedActivity(LoudnessActivity):
    """Does not answer before it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = threading.Event()
        self.threads: set[int] = set()

    def accept(self, samples: Samples) -> list[ScoredSpan]:
        self.threads.add(threading.get_ident())
        assert self.may_answer.wait(10)
        return super().accept(samples)


class BrokenActivity(LoudnessActivity):
    def accept(self, samples: Samples) -> list[ScoredSpan]:
        raise ValueError("no such model")


class LastSampleTurn:
    """A turn detector that answers with what it was shown."""

    def __init__(self) -> None:
        self.shown: list[Samples] = []

    def end_probability(self, samples: Samples) -> float:
        self.shown.append(samples)
        return 0.75


ONE_ANSWER = stretches((1_000, False), (2_000, True), (1_000, False), (1_000, True), (900, False))


def boundaries(heard: Sequence[Heard | TurnEstimate]) -> list[Heard | TurnEstimate]:
    return [item for item in heard if not isinstance(item, SpeechFrame)]


def spoken(heard: Sequence[Heard | TurnEstimate]) -> list[AudioFrame]:
    return [item.frame for item in heard if isinstance(item, SpeechFrame)]


async def test_what_the_lane_delivers_is_what_the_stream_says() -> None:
    expected_stream = VoiceActivityStream(LoudnessActivity())
    frames = frames_of(ONE_ANSWER)
    expected = [item for frame in frames for item in expected_stream.accept(frame)] + expected_stream.flush()
    pool = ListeningPool()
    delivered: list[Heard | TurnEstimate] = []
    lane = pool.open(VoiceActivityStream(LoudnessActivity()), delivered.extend)
    for frame in frames:
        await lane.put(frame)
    await lane.finish()
    await pool.close()
    assert boundaries(delivered) == boundaries(expected)
    assert set(spoken(expected)) <= set(spoken(delivered))  # and at most a batch more, as its tail
    assert len(spoken(delivered)) <= len(spoken(expected)) + 2 * LARGEST_BATCH
    account = lane.account()
    assert account.accepted_ms == pytest.approx(len(ONE_ANSWER) / 16)
    assert account.queued_ms == pytest.approx(0)
    assert account.spoken_ms == sum(frame.duration_ms for frame in spoken(delivered))


async def test_lanes_share_threads_and_stay_apart() -> None:
    pool = ListeningPool(ListeningOptions(threads=2))
    delivered: list[list[Heard | TurnEstimate]] = [[] for _ in range(8)]
    lanes = [pool.open(VoiceActivityStream(LoudnessActivity()), into.extend) for into in delivered]
    for frame in frames_of(ONE_ANSWER):
        for lane in lanes:
            await lane.put(frame)
    await asyncio.gather(*(lane.finish() for lane in lanes))
    await pool.close()
    assert all(into == delivered[0] for into in delivered)
    assert sum(isinstance(item, SpeechClosed) for item in delivered[0]) == 2


async def test_a_full_lane_makes_put_wait_and_drops_nothing() -> None:
    detector = GatedActivity()
    pool = ListeningPool(ListeningOptions(batch_ms=20, largest_backlog_ms=200))
    lane = pool.open(VoiceActivityStream(detector), lambda heard: None)
    frames = frames_of(ONE_ANSWER)

    async def feed() -> None:
        for frame in frames:
            await lane.put(frame)

    feeding = asyncio.create_task(feed())
    for _ in range(200):
        await asyncio.sleep(0)
    assert not feeding.done()
    assert lane.account().accepted_ms == 20 + 200  # one batch at work, the backlog behind it
    detector.may_answer.set()
    await feeding
    await lane.finish()
    await pool.close()
    account = lane.account()
    assert account.accepted_ms == pytest.approx(len(ONE_ANSWER) / 16)
    assert account.spoken_ms + account.silent_ms == pytest.approx(account.accepted_ms)
    assert threading.get_ident() not in detector.threads


async def assessed(
    samples: Samples, turn: LastSampleTurn, wanted: Callable[[], bool] = lambda: True
) -> list[Heard | TurnEstimate]:
    pool = ListeningPool()
    delivered: list[Heard | TurnEstimate] = []
    lane = pool.open(VoiceActivityStream(LoudnessActivity()), delivered.extend, turn, wanted)
    for frame in frames_of(samples):
        await lane.put(frame)
    await lane.finish()
    await pool.close()
    return delivered


async def test_a_lasting_pause_is_assessed_once_on_a_short_piece_of_it() -> None:
    turn = LastSampleTurn()
    heard = await assessed(
        stretches((500, False), (2_000, True), (4_000, False), (1_000, True), (950, False)), turn
    )
    estimates = [(i, item) for i, item in enumerate(heard) if isinstance(item, TurnEstimate)]
    assert len(estimates) == 2
    for index, estimate in estimates:
        closed = next(item for item in reversed(heard[:index]) if isinstance(item, SpeechClosed))
        assert estimate.end_ms == closed.end_ms
        assert estimate.probability == 0.75
        assert 900 <= estimate.silence_ms <= 1_000
    for shown in turn.shown:
        voiced = np.flatnonzero(shown)
        assert len(shown) - voiced[-1] == pytest.approx(200 * 16, abs=32 * 16)


async def test_a_pause_that_ends_by_itself_costs_no_assessment() -> None:
    turn = LastSampleTurn()
    await assessed(stretches((2_000, True), (700, False), (2_000, True), (700, False)), turn)
    assert turn.shown == []


async def test_no_estimate_is_made_where_it_is_not_wanted() -> None:
    turn = LastSampleTurn()
    wanted = iter([False, True])
    heard = await assessed(
        stretches((2_000, True), (2_000, False), (1_000, True), (950, False)), turn, lambda: next(wanted)
    )
    assert sum(isinstance(item, SpeechClosed) for item in heard) == 2
    assert sum(isinstance(item, TurnEstimate) for item in heard) == len(turn.shown) == 1


async def test_speech_cut_for_its_length_is_no_turn() -> None:
    turn = LastSampleTurn()
    heard = await assessed(stretches((30_000, True), (1_000, False)), turn)
    assert sum(isinstance(item, SpeechOpened) for item in heard) == 2
    assert len(turn.shown) == 1


async def test_a_broken_model_is_told_to_whoever_puts() -> None:
    pool = ListeningPool(ListeningOptions(batch_ms=20))
    lane = pool.open(VoiceActivityStream(BrokenActivity()), lambda heard: None)
    frame = AudioFrame(np.zeros(320, np.int16), 0.0)
    await lane.put(frame)
    with pytest.raises(MediaError):
        await lane.drain()
    with pytest.raises(MediaError):
        await lane.put(frame)
    await pool.close()
