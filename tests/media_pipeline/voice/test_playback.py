"""Who says what, and what was heard: a table of times, and properties over any order of events."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.events import SpeechOutEnded, SpeechOutStarted
from media_pipeline.voice import playback
from media_pipeline.voice.playback import (
    Channel,
    Effect,
    Playback,
    PlaybackOptions,
    Silence,
    Step,
    Synthesize,
    Utterance,
)

QUESTION = Utterance("u1", "How much faster did it get, in numbers, and who measured it?")  # 12 words: 3.6 s
MORE = Utterance("u2", "Thank you.")  # 1.5 s


class Told:
    """The machine with what it told."""

    def __init__(self, *, has_voice: bool = True, channel: Channel = "open") -> None:
        self.state = Playback("en", has_voice=has_voice, channel=channel)
        self.effects: list[Effect] = []

    def do(self, step: Step) -> list[Effect]:
        self.state, effects = step
        self.effects += effects
        return effects

    def say(self, utterance: Utterance, now_ms: int) -> list[Effect]:
        return self.do(playback.speak(self.state, utterance, now_ms))

    def play(self, utterance: Utterance, packets: int, from_ms: int) -> list[Effect]:
        effects = []
        for number in range(packets):
            effects += self.do(playback.played(self.state, utterance.id, 20, from_ms + 20 * number))
        return effects

    def wait(self, now_ms: int) -> list[Effect]:
        return self.do(playback.time_passed(self.state, now_ms))


def test_spoken_by_the_server() -> None:
    told = Told()
    assert told.say(QUESTION, 1_000) == [Synthesize(QUESTION)]
    assert not told.state.is_audible
    assert told.play(QUESTION, 50, 1_180) == [SpeechOutStarted("u1", QUESTION.text, "server")]
    assert told.state.is_audible
    assert told.do(playback.all_played(told.state, "u1", 2_180)) == [SpeechOutEnded("u1", "finished", 1_000)]
    assert playback.deadline(told.state) is None


def test_one_after_the_other() -> None:
    told = Told()
    told.say(QUESTION, 0)
    assert told.say(MORE, 10) == []
    told.play(QUESTION, 10, 200)
    assert told.do(playback.all_played(told.state, "u1", 400)) == [
        SpeechOutEnded("u1", "finished", 200),
        Synthesize(MORE),
    ]


def test_a_barge_in_ends_it_and_cancels_what_waits() -> None:
    told = Told()
    told.say(QUESTION, 0)
    told.say(MORE, 0)
    told.play(QUESTION, 30, 200)
    assert told.do(playback.stop(told.state, "barge_in", 800)) == [
        Silence(),
        SpeechOutEnded("u1", "barge_in", 600),
        SpeechOutEnded("u2", "cancelled", 0),
    ]
    # Packets that were on their way count for nothing.
    assert told.do(playback.played(told.state, "u1", 20, 820)) == []
    assert told.do(playback.all_played(told.state, "u1", 840)) == []
    assert told.do(playback.stop(told.state, "cancelled", 900)) == []


def test_without_a_voice_the_browser_speaks() -> None:
    told = Told(has_voice=False)
    assert told.say(QUESTION, 0) == [SpeechOutStarted("u1", QUESTION.text, "browser")]
    assert told.state.is_audible
    assert told.do(playback.browser_spoke(told.state, "u1", "started", 300)) == []
    assert told.do(playback.browser_spoke(told.state, "u1", "ended", 4_300)) == [
        SpeechOutEnded("u1", "finished", 4_000)
    ]


def test_a_browser_that_never_begins_leaves_time_to_read() -> None:
    told = Told(has_voice=False)
    told.say(QUESTION, 0)
    assert playback.deadline(told.state) == 4_000
    assert told.wait(3_999) == []
    assert told.wait(4_000) == [SpeechOutEnded("u1", "finished", 4_000)]


def test_a_browser_that_never_ends_is_not_waited_for_for_ever() -> None:
    told = Told(has_voice=False)
    told.say(QUESTION, 0)
    told.do(playback.browser_spoke(told.state, "u1", "started", 500))
    due = playback.deadline(told.state)
    assert due == 500 + 3 * 3_600 + 4_000
    assert told.wait(due) == [SpeechOutEnded("u1", "finished", due - 500)]


def test_a_browser_cannot_end_what_the_server_says() -> None:
    told = Told()
    told.say(QUESTION, 0)
    told.play(QUESTION, 5, 200)
    assert told.do(playback.browser_spoke(told.state, "u1", "ended", 300)) == []
    assert told.do(playback.browser_spoke(told.state, "u9", "ended", 300)) == []


def test_without_a_connection_captions_stand_for_as_long_as_reading_takes() -> None:
    told = Told(channel="none")
    assert told.say(QUESTION, 1_000) == [SpeechOutStarted("u1", QUESTION.text, "captions")]
    assert not told.state.is_audible
    assert told.wait(4_599) == []
    assert told.wait(4_600) == [SpeechOutEnded("u1", "finished", 3_600)]


def test_a_connection_being_made_is_waited_for() -> None:
    told = Told(channel="opening")
    assert told.say(QUESTION, 0) == []
    assert told.do(playback.set_channel(told.state, "open", 2_000)) == [Synthesize(QUESTION)]


def test_but_not_for_ever() -> None:
    told = Told(channel="opening")
    told.say(QUESTION, 0)
    assert told.wait(5_000) == [SpeechOutStarted("u1", QUESTION.text, "captions")]


def test_a_connection_that_fails_meanwhile_leaves_captions() -> None:
    told = Told(channel="opening")
    told.say(QUESTION, 0)
    effects = told.do(playback.set_channel(told.state, "none", 800))
    assert effects == [SpeechOutStarted("u1", QUESTION.text, "captions")]


def test_a_new_connection_in_time_goes_on_where_the_old_one_stopped() -> None:
    told = Told()
    told.say(QUESTION, 0)
    told.play(QUESTION, 10, 200)
    told.do(playback.set_channel(told.state, "none", 400))
    told.do(playback.set_channel(told.state, "opening", 600))
    assert told.wait(2_000) == []
    told.do(playback.set_channel(told.state, "open", 2_100))
    told.play(QUESTION, 10, 2_100)
    assert told.do(playback.all_played(told.state, "u1", 2_300)) == [SpeechOutEnded("u1", "finished", 400)]


def test_a_lost_connection_ends_it_as_failed_with_what_was_heard() -> None:
    told = Told()
    told.say(QUESTION, 0)
    told.play(QUESTION, 10, 200)
    told.do(playback.set_channel(told.state, "none", 400))
    assert told.wait(380 + 3_000) == [Silence(), SpeechOutEnded("u1", "failed", 200)]


def test_a_synthesis_that_fails_before_a_sound_leaves_it_to_the_browser() -> None:
    told = Told()
    told.say(QUESTION, 0)
    effects = told.do(playback.synthesis_failed(told.state, "u1", 300))
    assert effects == [SpeechOutStarted("u1", QUESTION.text, "browser")]


def test_a_synthesis_that_fails_in_the_middle_ends_it_as_failed() -> None:
    told = Told()
    told.say(QUESTION, 0)
    told.play(QUESTION, 10, 200)
    assert told.do(playback.synthesis_failed(told.state, "u1", 400)) == [SpeechOutEnded("u1", "failed", 200)]


def test_a_synthesis_that_never_comes_leaves_captions() -> None:
    told = Told()
    told.say(QUESTION, 0)
    assert told.wait(4_000) == [Silence(), SpeechOutStarted("u1", QUESTION.text, "captions")]


def test_somebody_in_person_breaks_it_off_and_what_was_not_heard_waits() -> None:
    told = Told()
    told.say(QUESTION, 0)
    told.play(QUESTION, 10, 200)
    told.say(MORE, 300)
    assert told.do(playback.hold(told.state, 400)) == [Silence(), SpeechOutEnded("u1", "cancelled", 200)]
    third = Utterance("u3", "One more thing.")
    assert told.say(third, 500) == []
    assert playback.deadline(told.state) is None
    assert told.do(playback.release(told.state, 60_000)) == [Synthesize(MORE)]


def test_what_was_about_to_be_said_is_said_afterwards() -> None:
    told = Told()
    told.say(QUESTION, 0)
    assert told.do(playback.hold(told.state, 100)) == [Silence()]
    assert told.do(playback.release(told.state, 9_000)) == [Synthesize(QUESTION)]


def test_too_many_waiting_cost_the_oldest() -> None:
    told = Told()
    for number in range(10):
        told.say(Utterance(f"u{number}", "Well."), 0)
    ended = [effect for effect in told.effects if isinstance(effect, SpeechOutEnded)]
    assert ended == [SpeechOutEnded("u1", "cancelled", 0)]
    assert len(told.state.waiting) == PlaybackOptions().waiting_at_most


def test_chinese_is_read_by_characters() -> None:
    options = PlaybackOptions()
    assert playback.reading_ms("您提到优化了生产流程，具体快了多少？", "zh", options) == 16 * 180
    assert playback.reading_ms("好。", "zh", options) == 1_500


_ids = st.sampled_from(["u0", "u1", "u2", "u3"])
_inputs = st.one_of(
    st.tuples(st.just("speak"), st.none()),
    st.tuples(st.sampled_from(["played", "all_played", "failed", "browser_started", "browser_ended"]), _ids),
    st.tuples(st.just("stop"), st.sampled_from(["barge_in", "cancelled"])),
    st.tuples(st.just("channel"), st.sampled_from(["none", "opening", "open"])),
    st.tuples(st.just("voice"), st.booleans()),
    st.tuples(st.just("time"), st.none()),
    st.tuples(st.sampled_from(["hold", "release"]), st.none()),
)


def _apply(state: Playback, what: str, value: Any, spoken: int, now_ms: int) -> Step:
    match what:
        case "speak":
            return playback.speak(state, Utterance(f"u{spoken}", "Tell me more, please."), now_ms)
        case "played":
            return playback.played(state, value, 20, now_ms)
        case "all_played":
            return playback.all_played(state, value, now_ms)
        case "failed":
            return playback.synthesis_failed(state, value, now_ms)
        case "browser_started":
            return playback.browser_spoke(state, value, "started", now_ms)
        case "browser_ended":
            return playback.browser_spoke(state, value, "ended", now_ms)
        case "stop":
            return playback.stop(state, value, now_ms)
        case "channel":
            return playback.set_channel(state, value, now_ms)
        case "voice":
            return playback.set_voice(state, value, now_ms)
        case "hold":
            return playback.hold(state, now_ms)
        case "release":
            return playback.release(state, now_ms)
        case _:
            return playback.time_passed(state, now_ms)


@given(st.lists(st.tuples(st.integers(0, 2_000), _inputs), max_size=60), st.booleans())
def test_each_utterance_ends_exactly_once_whatever_happens(
    inputs: list[tuple[int, tuple[str, Any]]], has_voice: bool
) -> None:
    state, now_ms, spoken = Playback("en", has_voice=has_voice), 0, 0
    effects: list[Effect] = []
    for passed_ms, (what, value) in inputs:
        now_ms += passed_ms
        state, more = _apply(state, what, value, spoken, now_ms)
        spoken += what == "speak"
        effects += more
        assert not (state.held and state.playing), "somebody speaks in person: the voice is silent"
    state, more = playback.release(state, now_ms)
    effects += more
    for _ in range(3 * (spoken + 1)):  # left alone it comes to an end by itself
        due = playback.deadline(state)
        if due is None:
            break
        now_ms = max(now_ms, due)
        state, more = playback.time_passed(state, now_ms)
        effects += more
    assert state.playing is None
    assert state.waiting == ()
    started = [effect.utterance for effect in effects if isinstance(effect, SpeechOutStarted)]
    ended = [effect for effect in effects if isinstance(effect, SpeechOutEnded)]
    assert Counter(effect.utterance for effect in ended) == Counter(f"u{number}" for number in range(spoken))
    assert max(Counter(started).values(), default=0) <= 1
    assert all(effect.heard_ms >= 0 for effect in ended)
    assert all(effect.heard_ms == 0 for effect in ended if effect.utterance not in started)
    for utterance in started:
        order = [getattr(effect, "utterance", None) for effect in effects]
        first = effects[order.index(utterance)]
        assert isinstance(first, SpeechOutStarted)
