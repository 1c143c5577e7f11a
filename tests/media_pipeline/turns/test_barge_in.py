"""Our voice stops for words and for long stretches of voice, not for coughs and assent."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.turns.barge_in import (
    Action,
    BargeIn,
    BargeInOptions,
    EchoHeard,
    OurVoice,
    Signal,
    Voice,
    Words,
    observe,
)

EN = BargeInOptions("en")
ZH = BargeInOptions("zh")


def run(signals: Iterable[Signal], options: BargeInOptions = EN) -> list[Action]:
    state = BargeIn()
    actions: list[Action] = []
    for signal in signals:
        state, action = observe(state, signal, options)
        actions.append(action)
    return [action for action in actions if action != "keep"]


def voice(start_ms: int, end_ms: int) -> list[Signal]:
    """A stretch of voice as the pipeline reports it: repeatedly, and its end after some silence."""
    return [*(Voice(at, True) for at in range(start_ms, end_ms + 1, 100)), Voice(end_ms + 500, False)]


@pytest.mark.parametrize(
    ("signals", "options", "expected"),
    [
        # A cough: lowered perhaps, never stopped.
        ([OurVoice(True), *voice(1_000, 1_150)], EN, []),
        ([OurVoice(True), *voice(1_000, 1_500)], EN, ["lower", "restore"]),
        # Two noises with a pause between them are not one long stretch.
        ([OurVoice(True), *voice(1_000, 2_400), *voice(3_000, 4_000)], EN, ["lower", "restore"] * 2),
        # Backchannels.
        ([OurVoice(True), Voice(1_000, True), Words("mm-hm")], EN, []),
        ([OurVoice(True), Voice(1_000, True), Words("Yeah, okay.")], EN, []),
        ([OurVoice(True), Voice(1_000, True), Words("嗯，对对")], ZH, []),
        # One word may be a misheard noise.
        ([OurVoice(True), Words("Thursday")], EN, []),
        # Words.
        ([OurVoice(True), Words("wait I")], EN, ["stop"]),
        ([OurVoice(True), Words("wait I"), Words("wait I have one")], EN, ["stop"]),
        ([OurVoice(True), Words("我先说")], ZH, ["stop"]),
        # A long stretch before any word is known.
        ([OurVoice(True), *voice(1_000, 3_500)], EN, ["lower", "stop"]),
        # Already speaking when we begin: time counts from the candidate's own onset.
        ([Voice(0, True), Voice(200, True), OurVoice(True), *voice(300, 2_000)], EN, ["lower", "stop"]),
        # Our own voice comes back to us: only words count, from then on.
        ([OurVoice(True), Voice(0, True), EchoHeard(), *voice(100, 5_000)], EN, []),
        ([OurVoice(True), EchoHeard(), OurVoice(False), OurVoice(True), *voice(0, 5_000)], EN, []),
        ([OurVoice(True), EchoHeard(), *voice(0, 5_000), Words("wait a moment")], EN, ["stop"]),
        ([OurVoice(True), *voice(0, 400)[:-1], EchoHeard()], EN, ["lower", "restore"]),
        # We are silent: nothing to stop.
        ([*voice(1_000, 4_000), Words("and then we rebuilt it")], EN, []),
        ([OurVoice(True), OurVoice(False), Words("and then we rebuilt it")], EN, []),
        # The next utterance of ours can be interrupted again.
        (
            [OurVoice(True), Words("wait I"), OurVoice(False), OurVoice(True), Words("no wait")],
            EN,
            ["stop", "stop"],
        ),
    ],
)
def test_what_stops_our_voice(signals: list[Signal], options: BargeInOptions, expected: list[Action]) -> None:
    assert run(signals, options) == expected


times = st.floats(0, 100_000)
any_signal = (
    st.builds(OurVoice, st.booleans())
    | st.builds(Voice, times, st.booleans())
    | st.builds(EchoHeard)
    | st.builds(Words, st.sampled_from(("", "yeah", "mm-hm", "I would like to say", "right")))
)


@given(st.lists(any_signal, max_size=60))
def test_one_utterance_is_stopped_at_most_once_and_only_while_it_sounds(signals: list[Signal]) -> None:
    state = BargeIn()
    ours = stopped = False
    for signal in signals:
        state, action = observe(state, signal, EN)
        if isinstance(signal, OurVoice):
            ours, stopped = signal.speaking, False
        if action == "stop":
            assert ours
            assert not stopped
            stopped = True
        if action in ("lower", "restore"):
            assert ours
            assert not stopped


@given(st.lists(st.tuples(st.integers(0, 100_000), st.integers(40, 1_700)), max_size=20))
def test_short_noises_never_stop_us(noises: list[tuple[int, int]]) -> None:
    """However many: each shorter than a stretch, half a second of silence between them."""
    signals: list[Signal] = [OurVoice(True)]
    now = 0
    for _, length in noises:
        signals += voice(now, now + length)
        now += length + 1_000
    assert "stop" not in run(signals)
