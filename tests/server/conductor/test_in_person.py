"""An interviewer speaks in person: the conversation's clocks rest, and what is said to them is theirs."""

from __future__ import annotations

from typing import Literal

import pytest

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError
from server.conductor import inputs as ip
from server.conductor.evolve import evolve
from server.control.candidate_view import candidate_view
from server.judge.transcript import transcript_of
from tests.server.conductor.timeline import SPEAKING_MS, Timeline, script

ON = ip.SwitchMicrophone("m1", "wei", on=True)
OFF = ip.SwitchMicrophone("m1", "wei", on=False)


def interviewer_says(line: Timeline, text: str, start_ms: int) -> None:
    question = line.state.question_at(start_ms)
    line.emit(ev.TranscriptPartial("p1", text, "", start_ms, line.now, "interviewer"))
    line.emit(ev.TranscriptFinal("p1", "interviewer", "speech", text, start_ms, line.now, (), question))


def test_the_candidate_is_not_nudged_while_somebody_speaks_with_them() -> None:
    line = Timeline(script(answer_ms=3_600_000))
    line.begin_answer()
    line.say("I led the repair of the line.")
    line.give(ON)
    for _ in range(3):
        line.advance(200_000)
        interviewer_says(line, "And what happened then?", line.now - 1_000)
    assert not line.events(ev.Nudged) and not line.events(ev.GuardRailReached)
    line.give(OFF)
    line.advance(600_000)
    assert line.events(ev.Nudged)


@pytest.mark.parametrize("pauses", [False, True])
def test_the_time_is_given_back(pauses: bool) -> None:
    line = Timeline(script(answer_ms=100_000))
    line.begin_answer()
    line.advance(40_000)
    line.give(ON)
    line.advance(30_000)
    if pauses:
        line.give(ip.InterviewerCommand("pause"))
        line.advance(20_000)
        line.give(ip.InterviewerCommand("resume"))
    line.advance(30_000)
    line.give(OFF)
    line.advance(44_999)
    assert not line.events(ev.GuardRailReached)
    line.advance(1)
    assert [event.level for event in line.events(ev.GuardRailReached)] == ["soon"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("first_on", [True, False])
def test_time_on_air_and_in_a_pause_is_given_back_once(first_on: bool) -> None:
    """Both run at once: on air 10–40 s, paused 20–60 s of the answer, or the other way round."""
    line = Timeline(script(answer_ms=100_000))
    line.begin_answer()
    started = line.now
    pause, resume = ip.InterviewerCommand("pause"), ip.InterviewerCommand("resume")
    steps: list[tuple[int, ip.Input]] = [(10_000, ON), (20_000, pause), (40_000, OFF), (60_000, resume)]
    if not first_on:
        steps = [(10_000, pause), (20_000, ON), (40_000, resume), (60_000, OFF)]
    for at_ms, given in steps:
        line.advance(started + at_ms - line.now)
        line.give(given)
    line.advance(200_000)
    soon = next(r.at_ms for r in line.log if isinstance(r.event, ev.GuardRailReached))
    assert soon - started == 85_000 + 50_000


def test_thinking_goes_on_afterwards_where_it_was() -> None:
    line = Timeline()
    line.command("start")
    line.advance(2 * SPEAKING_MS + 10_000)
    line.give(ON)
    line.say("Yes I can hear you very well, thank you.", turn=None)
    line.advance(120_000)
    assert line.state.phase == "thinking", "an answer to the person does not begin the answer"
    line.give(OFF)
    line.advance(49_999)
    assert line.state.phase == "thinking"
    line.advance(1)
    assert line.state.phase == "answering"


@pytest.mark.parametrize(
    "words", ["Sorry, could you say that in other words?", "Okay, let me think about it"]
)
def test_what_is_said_to_a_person_is_no_command_to_the_system(words: str) -> None:
    line = Timeline()
    line.begin_answer()
    line.give(ON)
    line.say(words)
    line.give(OFF)
    assert not line.events(ev.QuestionRephrased) and not line.events(ev.HoldStarted)
    assert line.state.said[-1].question == "q1", "they stay words of the answer"


def test_a_spoken_question_to_a_person_is_not_answered_by_the_system() -> None:
    line = Timeline(script(questions=1))
    line.begin_answer()
    line.say("That was it all.", source="text")
    line.command("done")
    assert line.state.phase == "candidate_questions"
    line.give(ON)
    line.say("What about working in shifts?")
    line.give(OFF)
    assert not line.events(ev.HelpAsked)
    line.say("And what about the pay?")
    assert len(line.events(ev.HelpAsked)) == 1


def test_an_interviewers_words_are_no_evidence_and_no_answer() -> None:
    line = Timeline()
    line.begin_answer()
    line.say("I led the repair of the line.")
    before = line.state
    line.give(ON)
    start = line.now
    line.advance(4_000)
    interviewer_says(line, "I optimised the production process and saved twelve per cent.", start)
    line.give(OFF)
    state = line.state
    assert [final.text for final in state.answer("q1")] == ["I led the repair of the line."]
    assert transcript_of(state) == transcript_of(before)
    assert state.patience == before.patience
    assert state.partial is None and state.final_covers_ms == before.final_covers_ms
    said = candidate_view(line.script, state, line.now)["said"]
    assert [(item["speaker"], item["text"][:9]) for item in said] == [
        ("candidate", "I led the"),
        ("interviewer", "I optimis"),
    ]


def test_a_pause_in_which_a_person_spoke_teaches_nothing() -> None:
    line = Timeline()
    line.begin_answer()
    line.say("I led the repair of the line.")
    before = line.state.patience
    line.give(ON)
    line.advance(2_000)
    line.give(OFF)
    line.advance(500)
    line.say("And then we measured it again.")
    assert line.state.patience == before


def test_one_at_a_time_the_second_takes_the_firsts_place() -> None:
    line = Timeline()
    line.begin_answer()
    line.give(ON)
    line.give(ip.SwitchMicrophone("m2", "eva", on=True))
    assert line.events(ev.MicrophoneChanged) == [
        ev.MicrophoneChanged(True, "wei", "m1"),
        ev.MicrophoneChanged(False, "wei", "m1", "replaced"),
        ev.MicrophoneChanged(True, "eva", "m2"),
    ]
    line.give(OFF)  # the first lets go of the button
    assert line.state.on_air is not None and line.state.on_air.by == "eva"


def test_with_control_the_microphone_passes() -> None:
    line = Timeline()
    line.begin_answer()
    line.give(ON)
    line.emit(ev.ControlPassed("wei", "wei", "first"))
    assert line.state.on_air is not None
    line.emit(ev.ControlPassed("eva", "wei", "handed_over"))
    assert line.state.on_air is None
    assert line.events(ev.MicrophoneChanged)[-1] == ev.MicrophoneChanged(False, "wei", "m1", "replaced")


@pytest.mark.parametrize("why", ["text", "no media", "ended"])
def test_nobody_speaks_to_nobody(why: str) -> None:
    line = Timeline()
    line.begin_answer()
    if why == "text":
        line.give(ip.ChooseMode("text"))
    elif why == "no media":
        line.emit(ev.ConnectionChanged("lost", "media", "m1"))
    else:
        line.give(ip.InterviewerCommand("end"))
    with pytest.raises(ConflictError):
        line.give(ON)


def test_who_changes_to_text_hears_nobody_any_more() -> None:
    line = Timeline()
    line.begin_answer()
    line.give(ON)
    line.give(ip.ChooseMode("text"))
    assert line.state.on_air is None
    assert line.events(ev.MicrophoneChanged)[-1] == ev.MicrophoneChanged(False, "wei", "m1", "unheard")


def test_the_end_is_the_end_for_the_microphone_too() -> None:
    line = Timeline()
    line.begin_answer()
    line.give(ON)
    line.give(ip.InterviewerCommand("end"))
    assert line.state.on_air is None


def test_the_candidate_is_told_while_what_is_seen_and_heard_is_kept() -> None:
    line = Timeline()
    line.begin_answer()

    def told() -> object:
        return candidate_view(line.script, line.state, line.now)["recording"]

    changes: list[tuple[Literal["started", "stopped", "destroyed"], bool]] = [
        ("started", True),
        ("stopped", False),
        ("started", True),
        ("destroyed", False),
    ]
    assert told() is False
    for seq, (state, kept) in enumerate(changes, 1_000):
        event = ev.RecordingChanged(state, 1)
        line.state = evolve(line.state, ev.Record(seq, line.now, event, None))
        assert told() is kept
