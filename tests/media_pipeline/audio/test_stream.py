"""Every frame at most once, in order, with its pre-roll and tail; the account adds up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_pipeline.audio.frame import AudioFrame
from media_pipeline.audio.stream import Heard, SpeechClosed, SpeechFrame, SpeechOpened, VoiceActivityStream
from tests.media_pipeline.audio.fakes import LoudnessActivity, frames_of, stretches


def listen(frames: list[AudioFrame]) -> tuple[VoiceActivityStream, list[Heard]]:
    stream = VoiceActivityStream(LoudnessActivity())
    heard = [item for frame in frames for item in stream.accept(frame)]
    return stream, heard + stream.flush()


def given_out(heard: list[Heard]) -> list[AudioFrame]:
    return [item.frame for item in heard if isinstance(item, SpeechFrame)]


def test_a_segment_has_pre_roll_and_tail() -> None:
    _, heard = listen(frames_of(stretches((2_000, False), (1_000, True), (2_000, False)), start_ms=7_000))
    opened, closed = heard[0], heard[-1]
    assert isinstance(opened, SpeechOpened)
    assert isinstance(closed, SpeechClosed)
    assert opened.start_ms == pytest.approx(9_000, abs=32)
    assert closed.end_ms == pytest.approx(10_000, abs=32)
    frames = given_out(heard)
    assert frames[0].start_ms == pytest.approx(9_000 - 500, abs=52)
    assert frames[-1].end_ms == pytest.approx(10_000 + 500, abs=64)
    assert closed.decided_ms == pytest.approx(frames[-1].end_ms, abs=32)


def test_pre_roll_reaches_back_from_the_onset_not_from_its_recognition() -> None:
    """The onset is confirmed 128 ms late; the half second before it is there all the same."""
    _, heard = listen(frames_of(stretches((3_000, False), (3_000, True))))
    opened = heard[0]
    assert isinstance(opened, SpeechOpened)
    assert given_out(heard)[0].start_ms <= opened.start_ms - 500


def test_a_second_segment_does_not_repeat_what_the_first_had() -> None:
    _, heard = listen(frames_of(stretches((1_000, True), (600, False), (1_000, True), (1_000, False))))
    starts = [frame.start_ms for frame in given_out(heard)]
    assert sum(isinstance(item, SpeechOpened) for item in heard) == 2
    assert starts == sorted(set(starts))


def test_a_jump_in_media_time_ends_the_segment() -> None:
    before = frames_of(stretches((1_000, False), (1_000, True)))
    after = frames_of(stretches((1_000, True), (1_000, False)), start_ms=12_000)
    stream, heard = listen([*before, *after])
    closed = [item for item in heard if isinstance(item, SpeechClosed)]
    assert [item.reason for item in closed] == ["stream_end", "silence"]
    assert closed[0].end_ms == pytest.approx(2_000, abs=32)
    assert closed[1].start_ms == pytest.approx(12_000, abs=32)
    assert stream.accepted_ms == stream.spoken_ms + stream.silent_ms


def test_a_stream_may_go_on_after_a_flush() -> None:
    stream = VoiceActivityStream(LoudnessActivity())
    for start_ms in (0, 60_000):
        frames = frames_of(stretches((500, False), (500, True)), start_ms=start_ms)
        heard = [item for frame in frames for item in stream.accept(frame)] + stream.flush()
        assert [type(item) for item in heard if not isinstance(item, SpeechFrame)] == [
            SpeechOpened,
            SpeechClosed,
        ]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(20, 3_000), st.booleans()), max_size=12), st.integers(0, 5_000))
def test_nothing_is_lost_repeated_or_reordered(parts: list[tuple[int, bool]], start_ms: int) -> None:
    samples = stretches(*parts)
    frames = frames_of(samples, start_ms)
    stream = VoiceActivityStream(LoudnessActivity())
    heard: list[Heard] = []
    open_now = False
    for frame in frames:
        heard += stream.accept(frame)
        assert stream.accepted_ms == pytest.approx(stream.spoken_ms + stream.silent_ms + stream.waiting_ms)
    heard += stream.flush()
    assert stream.waiting_ms == 0
    assert stream.accepted_ms == pytest.approx(len(samples) / 16)
    for item in heard:
        match item:
            case SpeechOpened():
                assert not open_now
                open_now = True
            case SpeechClosed():
                assert open_now
                open_now = False
            case SpeechFrame():
                assert open_now
    assert not open_now
    out = given_out(heard)
    order = [frames.index(frame) for frame in out]
    assert order == sorted(set(order))
    spoken = set(order)
    openings = [item.start_ms for item in heard if isinstance(item, SpeechOpened)]
    closings = [item.end_ms for item in heard if isinstance(item, SpeechClosed)]
    for opened_ms, closed_ms in zip(openings, closings, strict=True):
        inside = {i for i, f in enumerate(frames) if f.end_ms > opened_ms and f.start_ms < closed_ms}
        assert inside <= spoken


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(20, 3_000), st.booleans()), max_size=12),
    st.lists(st.integers(1, 9), max_size=60),
)
def test_batches_change_nothing_but_a_few_frames_of_tail(
    parts: list[tuple[int, bool]], sizes: list[int]
) -> None:
    frames = frames_of(stretches(*parts))
    one_by_one = VoiceActivityStream(LoudnessActivity())
    expected = [item for frame in frames for item in one_by_one.accept(frame)] + one_by_one.flush()
    batched = VoiceActivityStream(LoudnessActivity())
    heard: list[Heard] = []
    rest = frames
    for size in [*sizes, len(frames) + 1]:
        heard += batched.accept_batch(rest[:size])
        rest = rest[size:]
    heard += batched.flush()

    def boundaries(items: list[Heard]) -> list[Heard]:
        return [item for item in items if not isinstance(item, SpeechFrame)]

    assert boundaries(heard) == boundaries(expected)
    assert set(given_out(expected)) <= set(given_out(heard))
    assert batched.accepted_ms == pytest.approx(batched.spoken_ms + batched.silent_ms)
