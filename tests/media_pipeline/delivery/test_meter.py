"""Delivery figures from a scripted answer, and what holds for any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline import events as ev
from media_pipeline.audio.frame import AudioFrame
from media_pipeline.delivery.meter import DeliveryMeter


def final(
    text: str, start_ms: int, end_ms: int, *, overlap: bool = False, source: str = "speech"
) -> ev.TranscriptFinal:
    assert source in ("speech", "text")
    return ev.TranscriptFinal("u1", "candidate", source, text, start_ms, end_ms, overlap=overlap)  # type: ignore[arg-type]


def asked(at_ms: int) -> tuple[ev.Event, int]:
    return ev.QuestionAsked("q1", "…", 1, 5, 60_000, 120_000), at_ms


def play(meter: DeliveryMeter, *events: tuple[ev.Event, int]) -> None:
    for event, at_ms in events:
        meter.observe(event, at_ms)


def speech(meter: DeliveryMeter, words: int, start_ms: int, end_ms: int) -> None:
    play(
        meter,
        (ev.SpeechStarted(start_ms), start_ms + 150),
        (ev.SpeechEnded(end_ms), end_ms + 500),
        (final(" ".join(["word"] * words), start_ms, end_ms), end_ms + 900),
    )


def tone(dbfs: float, start_ms: float) -> AudioFrame:
    """A square wave: its RMS level is its amplitude."""
    amplitude = round(32_768 * 10 ** (dbfs / 20))
    wave = np.where(np.arange(320) % 2 == 0, amplitude, -amplitude).clip(-32_768, 32_767)
    return AudioFrame(wave.astype(np.int16), start_ms)


def test_nothing_is_known_at_first() -> None:
    measured = DeliveryMeter("zh").measure(10_000)
    assert measured.pace_unit == "characters_per_minute"
    for name in ev.DeliveryMeasured.__slots__:
        if name != "pace_unit":
            assert getattr(measured, name) is None


def test_a_whole_answer() -> None:
    meter = DeliveryMeter("en")
    play(
        meter,
        asked(1_000),
        (ev.SpeechOutStarted("u", "…", "server"), 1_000),
        (ev.SpeechOutEnded("u", "finished", 4_000), 5_000),
        (ev.AnswerStarted("q1", "spoke"), 7_600),
    )
    speech(meter, 20, 7_000, 17_000)  # 120 words a minute
    speech(meter, 20, 19_000, 29_000)
    play(meter, (ev.AnswerEnded("q1", "done_button"), 32_600))
    measured = meter.measure(90_000)
    assert measured.pace == pytest.approx(120)
    assert measured.pace_baseline == pytest.approx(120)
    assert measured.reaction_ms == 2_000
    assert measured.answer_ms == 25_000
    assert measured.longest_pause_ms == 2_000
    assert measured.pause_share == pytest.approx(2 / 22, abs=0.001)
    assert measured.talk_share == pytest.approx(20 / 24, abs=0.001)
    assert measured.fillers_per_minute is None  # none written down is not none spoken


def test_pace_is_of_now_and_the_baseline_of_the_beginning() -> None:
    meter = DeliveryMeter("en")
    play(meter, asked(0))
    for n in range(10):
        speech(meter, 20, n * 12_000, n * 12_000 + 10_000)
    for n in range(10, 14):
        speech(meter, 40, n * 12_000, n * 12_000 + 10_000)
    measured = meter.measure(200_000)
    assert measured.pace == pytest.approx(240)
    assert measured.pace_baseline == pytest.approx(120)


def test_the_practice_answer_teaches_the_baseline_and_nothing_else() -> None:
    meter = DeliveryMeter("en")
    play(meter, (ev.QuestionAsked("practice", "…", 0, 5, 0, 60_000, practice=True), 0))
    speech(meter, 40, 1_000, 21_000)
    play(meter, asked(30_000))
    measured = meter.measure(40_000)
    assert measured.pace_baseline == pytest.approx(120)
    assert measured.pace is None
    assert measured.pause_share is None
    assert measured.reaction_ms is None


def test_chinese_pace_counts_characters_and_latin_words_once() -> None:
    meter = DeliveryMeter("zh")
    play(meter, asked(0), (final("我们用 Python 优化了生产流程，产量提高了30%。", 1_000, 7_000), 7_500))
    assert meter.measure(8_000).pace == pytest.approx((15 + 2) / 6 * 60, abs=0.1)


def test_typed_words_and_words_over_our_voice_have_no_pace() -> None:
    meter = DeliveryMeter("en")
    play(
        meter,
        asked(0),
        (final("typed " * 40, 1_000, 11_000, source="text"), 11_000),
        (final("over " * 40, 11_000, 21_000, overlap=True), 21_000),
    )
    assert meter.measure(30_000).pace is None


def test_the_time_we_speak_is_no_pause_of_the_candidate() -> None:
    meter = DeliveryMeter("en")
    play(meter, asked(0))
    speech(meter, 10, 1_000, 5_000)
    play(
        meter,
        (ev.SpeechOutStarted("f", "…", "server"), 6_500),
        (ev.SpeechOutEnded("f", "finished", 3_000), 9_500),
    )
    speech(meter, 10, 10_000, 14_000)
    measured = meter.measure(20_000)
    assert measured.longest_pause_ms == 2_000  # 1.5 s before our voice, 0.5 s after it
    assert measured.pause_share == pytest.approx(2 / 10, abs=0.001)


def test_speaking_before_the_question_is_over_is_a_reaction_of_zero() -> None:
    meter = DeliveryMeter("en")
    play(meter, asked(1_000), (ev.SpeechOutStarted("u", "…", "server"), 1_000))
    play(meter, (ev.SpeechStarted(3_000), 3_150), (ev.SpeechOutEnded("u", "barge_in", 2_300), 3_300))
    assert meter.measure(4_000).reaction_ms == 2_000
    meter = DeliveryMeter("en")
    play(meter, (ev.SpeechStarted(500), 650), asked(1_000))
    assert meter.measure(4_000).reaction_ms is None


def test_captions_are_not_our_voice() -> None:
    meter = DeliveryMeter("en")
    play(meter, asked(0), (ev.SpeechOutStarted("u", "…", "captions"), 0))
    speech(meter, 10, 1_000, 5_000)
    assert meter.measure(6_000).talk_share == 1.0


def test_volume_ignores_pauses_and_keeps_its_baseline() -> None:
    meter = DeliveryMeter("en")
    play(meter, asked(0), (ev.SpeechStarted(0), 0))
    at_ms = 0.0
    for level, seconds in ((-30, 40), (-80, 20), (-30, 25), (-20, 30)):
        for _ in range(seconds * 50):
            meter.levels(tone(level, at_ms))
            at_ms += 20
    measured = meter.measure(at_ms)
    assert measured.volume_dbfs == pytest.approx(-20, abs=0.2)
    assert measured.volume_baseline_dbfs == pytest.approx(-30, abs=0.2)
    assert measured.clipping_share == 0


def test_clipping_is_of_this_answer() -> None:
    meter = DeliveryMeter("en")
    play(meter, (ev.SpeechStarted(0), 0))
    for n in range(50):
        meter.levels(tone(0, n * 20.0))
    assert meter.measure(1_000).clipping_share == 1.0
    play(meter, asked(1_000))
    for n in range(50):
        meter.levels(tone(-30, 1_000 + n * 20.0))
    assert meter.measure(2_000).clipping_share == 0.0


def test_only_speech_has_a_volume() -> None:
    meter = DeliveryMeter("en")
    play(meter, (ev.SpeechStarted(0), 150))
    for n in range(250):
        meter.levels(tone(-30, n * 20.0))
    play(meter, (ev.SpeechEnded(5_000), 5_500))
    for n in range(250, 1_000):
        meter.levels(tone(-10, n * 20.0))
    assert meter.measure(20_000).volume_dbfs == pytest.approx(-30, abs=0.2)


def test_concealed_audio_has_no_volume() -> None:
    meter = DeliveryMeter("en")
    play(meter, (ev.SpeechStarted(0), 0))
    for n in range(500):
        frame = tone(-10, n * 20.0)
        meter.levels(AudioFrame(frame.samples, frame.start_ms, concealed=True))
    assert meter.measure(10_000).volume_dbfs is None


@pytest.mark.parametrize(
    ("language", "text", "fillers"),
    [
        ("en", "Um, so we, uh, we stopped the line. Hmm.", 3),
        ("en", "The umbrella of the company, a hummer", None),
        ("en", "I like, you know, like machines", None),
        ("zh", "嗯，我们呃重新安排了那个班次", 2),
        ("zh", "额度和额外的成本", None),
    ],
)
def test_fillers_are_only_those_that_are_nothing_else(
    language: ev.Language, text: str, fillers: int | None
) -> None:
    meter = DeliveryMeter(language)
    play(meter, asked(0), (final(text, 0, 60_000), 60_000))
    assert meter.measure(61_000).fillers_per_minute == fillers


spoken = st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 30_000), st.integers(0, 80)), max_size=15)


@given(spoken, st.integers(0, 5_000))
def test_shares_are_shares_and_nothing_is_negative(
    stretches: list[tuple[int, int, int]], question_ms: int
) -> None:
    meter = DeliveryMeter("en")
    play(meter, asked(question_ms))
    now = question_ms
    for pause, length, words in stretches:
        speech(meter, words, now + pause, now + pause + length)
        now += pause + length
        measured = meter.measure(now)
        for share in (measured.pause_share, measured.talk_share, measured.clipping_share):
            assert share is None or 0 <= share <= 1
        for amount in (measured.pace, measured.longest_pause_ms, measured.reaction_ms, measured.answer_ms):
            assert amount is None or amount >= 0
