"""Who is there: a candidate before a silent page, an interviewer who left, a microphone left on."""

from __future__ import annotations

from typing import Literal

import pytest

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError
from server.conductor import inputs as ip
from server.conductor.evolve import replay
from server.conductor.moments import next_deadline
from server.conductor.script import ConductorOptions
from server.conductor.state import OnAir
from server.control.candidate_view import candidate_view
from tests.server.conductor.test_in_person import ON, interviewer_says
from tests.server.conductor.timeline import Timeline, script

OPTIONS = ConductorOptions()
LONG = OPTIONS.presence_silent_ms
ANSWER_WITHIN = OPTIONS.presence_answer_ms
HERE: Literal["here"] = "here"
REFUSED: tuple[ip.CandidateCommandName, ...] = ("start", "done", "resume", "finish", "hold")


def presence(line: Timeline) -> list[str]:
    return [event.state for event in line.events(ev.PresenceChanged)]  # type: ignore[attr-defined]


def shown(line: Timeline) -> dict[str, object]:
    return candidate_view(line.script, line.state, line.now)


# --- before the first question ------------------------------------------------------------------


@pytest.mark.parametrize("practised", [False, True])
def test_who_leaves_before_the_first_question_finds_the_interview_waiting(practised: bool) -> None:
    line = Timeline()
    if practised:
        line.command("start_practice")
    line.advance(5_000)
    line.emit(ev.ConnectionChanged("lost", "control", "c1"))
    line.advance(3 * 86_400_000)
    assert not line.state.ended and next_deadline(line.script, line.state, line.options) is None
    line.emit(ev.ConnectionChanged("resumed", "control", "c2"))
    line.command("start")
    assert line.state.current is not None and line.state.current.question == "q1"


def test_who_leaves_after_the_first_question_is_waited_for_no_longer_than_before() -> None:
    line = Timeline()
    line.command("start")
    line.emit(ev.ConnectionChanged("lost", "control", "c1"))
    line.advance(OPTIONS.abandoned_ms)
    assert line.state.end_reason == "expired"


# --- an interviewer's pause ------------------------------------------------------------------------


def paused_by_interviewer(*, attended: bool) -> Timeline:
    line = Timeline()
    line.emit(ev.AttendanceChanged(True))
    line.begin_answer()
    line.say("I led the repair of the line.")
    line.give(ip.InterviewerCommand("pause"))
    if not attended:
        line.advance(10_000)
        line.emit(ev.AttendanceChanged(False))
    return line


def test_while_somebody_who_may_conduct_is_there_the_pause_is_theirs() -> None:
    line = paused_by_interviewer(attended=True)
    line.advance(3_600_000)
    assert line.state.paused and not line.events(ev.ResumeOffered) and presence(line) == []
    with pytest.raises(ConflictError):
        line.command("resume")


def test_when_nobody_is_there_for_a_while_the_candidate_may_go_on() -> None:
    line = paused_by_interviewer(attended=False)
    line.advance(OPTIONS.unattended_ms - 1)
    assert not line.state.resume_offered
    with pytest.raises(ConflictError):
        line.command("resume")
    line.advance(1)
    assert line.events(ev.ResumeOffered) and line.state.paused
    assert shown(line)["can"]["resume"] is True  # type: ignore[index]
    line.command("resume")
    assert not line.state.paused and not line.state.resume_offered


def test_an_interviewer_who_comes_back_in_time_takes_the_offer_back() -> None:
    line = paused_by_interviewer(attended=False)
    line.advance(OPTIONS.unattended_ms)
    line.emit(ev.AttendanceChanged(True))
    assert not line.state.resume_offered
    with pytest.raises(ConflictError):
        line.command("resume")


def test_a_pause_of_before_desks_were_written_down_can_be_ended_too() -> None:
    line = Timeline()
    line.begin_answer()
    line.give(ip.InterviewerCommand("pause"))
    line.advance(OPTIONS.unattended_ms)
    line.command("resume")
    assert line.state.phase == "answering"


# --- a microphone left on ------------------------------------------------------------------------------


def test_who_is_on_air_and_says_nothing_for_long_goes_off_air() -> None:
    line = Timeline()
    line.begin_answer()
    line.give(ON)
    line.advance(200_000)
    interviewer_says(line, "Tell me about the line.", line.now - 1_000)
    line.advance(100_000)
    line.say("It stopped twice a week and we found out why")
    line.advance(OPTIONS.on_air_silent_ms - 1_000)
    assert line.state.on_air is not None
    line.advance(1_000)
    after: OnAir | None = line.state.on_air
    assert after is None
    assert line.events(ev.MicrophoneChanged)[-1].reason == "silent"  # type: ignore[attr-defined]


# --- a page that nobody sits at -------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["device check", "practice", "answering", "own pause", "questions"])
def test_after_long_silence_the_candidate_is_asked_and_then_the_place_is_given_up(where: str) -> None:
    line = Timeline(script(questions=1))
    if where == "practice":
        line.command("start_practice")
    elif where != "device check":
        line.begin_answer()
    if where == "own pause":
        line.command("pause")
    if where == "questions":
        line.command("done")
    line.advance(5_000)  # whatever the voice had to say
    phase = line.state.phase
    since = line.state.active_at_ms
    line.advance(LONG - (line.now - since) - 1)
    assert presence(line) == []
    line.advance(1)
    assert presence(line) == ["asked"] and shown(line)["presence"] == "asked"
    line.advance(ANSWER_WITHIN)
    assert presence(line) == ["asked", "away"] and shown(line)["presence"] == "away"
    assert line.state.phase == phase, "nothing moves on"
    line.advance(1_800_000)
    assert presence(line) == ["asked", "away"] and not line.state.ended
    for command in REFUSED:
        with pytest.raises(ConflictError):
            line.command(command)
    line.command(HERE)
    assert shown(line)["presence"] == "here" and line.state.phase == phase
    assert replay(line.log) == line.state


@pytest.mark.parametrize("sign", ["press", "speech", "typing", "command"])
def test_any_sign_of_life_answers_the_question(sign: str) -> None:
    line = Timeline(script(answer_ms=7_200_000))
    line.begin_answer()
    line.advance(LONG)
    assert presence(line) == ["asked"]
    line.advance(ANSWER_WITHIN - 1)
    if sign == "press":
        line.command(HERE)
    elif sign == "command":
        line.command("rephrase")
    else:
        line.say("I led the repair of the line", source="text" if sign == "typing" else "speech", lasts_ms=1)
    line.advance(LONG - 10_000)
    assert "away" not in presence(line)
    assert shown(line)["presence"] == "here"


def test_time_to_think_and_the_interviewers_turn_are_no_silence() -> None:
    line = Timeline(script(think_ms=LONG))
    line.command("start")
    line.advance(LONG + 60_000)
    assert presence(line) == []
    line = Timeline()
    line.begin_answer()
    line.emit(ev.AttendanceChanged(True))
    line.give(ip.InterviewerCommand("pause"))
    line.advance(2 * LONG)
    assert presence(line) == []


def test_the_time_away_is_given_back_once_whatever_else_happens_meanwhile() -> None:
    """Away for 100 s, in which an interviewer pauses for 30 s and the page is reloaded."""
    line = Timeline(script(answer_ms=3_600_000))
    line.begin_answer()
    line.advance(LONG + ANSWER_WITHIN)
    assert line.state.away
    before = line.state.current
    assert before is not None and before.answer_started_at_ms is not None
    line.advance(20_000)
    line.give(ip.InterviewerCommand("pause"))
    line.advance(30_000)
    line.give(ip.InterviewerCommand("resume"))
    line.emit(ev.ConnectionChanged("lost", "control", "c1"))
    line.advance(40_000)
    line.emit(ev.ConnectionChanged("resumed", "control", "c2"))
    line.advance(10_000)
    line.command(HERE)
    after = line.state.current
    assert after is not None and after.answer_started_at_ms == before.answer_started_at_ms + 100_000


def test_a_pause_that_outlasts_the_time_away_gives_back_the_rest() -> None:
    line = Timeline(script(answer_ms=3_600_000))
    line.begin_answer()
    line.advance(LONG + ANSWER_WITHIN + 20_000)  # away for 20 s
    before = line.state.current
    assert before is not None and before.answer_started_at_ms is not None
    line.give(ip.InterviewerCommand("pause"))
    line.advance(30_000)
    line.command(HERE)
    line.advance(15_000)
    line.give(ip.InterviewerCommand("resume"))
    after = line.state.current
    assert after is not None and after.answer_started_at_ms == before.answer_started_at_ms + 65_000


def test_who_stays_away_is_waited_for_as_long_as_somebody_who_left() -> None:
    line = Timeline()
    line.begin_answer()
    line.advance(LONG + ANSWER_WITHIN + OPTIONS.abandoned_ms)
    assert line.state.end_reason == "expired"
    line = Timeline()  # before the first question it only goes on waiting
    line.advance(30 * 86_400_000)
    assert not line.state.ended and line.state.away
