"""Whether people are there: the candidate, and at the desks somebody who may conduct. Pure.

A place must not be held for ever by a page that nobody sits at, and nobody must be left waiting for an
interviewer who is gone. Neither moves the interview on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from media_pipeline import events as ev
from server.conductor.script import ConductorOptions
from server.conductor.state import InterviewState

PresenceMoment = Literal["ask_presence", "give_up_place", "offer_resume", "end_air"]


def shows_life(event: ev.Event) -> bool:
    """Something the candidate did, or something new that they are to answer: the wait begins anew."""
    match event:
        case ev.TranscriptPartial(speaker=speaker) | ev.TranscriptFinal(speaker=speaker):
            return speaker == "candidate"
        case ev.ConnectionChanged(state=state):
            return state in ("connected", "resumed")
        case ev.PresenceChanged(state=presence):
            return presence == "here"
        case (
            ev.SpeechStarted() | ev.SpeechEnded() | ev.HelpAsked() | ev.CandidateSignedIn()
            | ev.ConsentRecorded() | ev.ModeChanged() | ev.HoldStarted() | ev.AnswerEnded()
            | ev.StageEntered() | ev.QuestionAsked() | ev.AnswerStarted() | ev.QuestionRephrased()
            | ev.QuestionExtended()
            | ev.FollowUpAsked() | ev.InterviewPaused() | ev.InterviewResumed() | ev.MicrophoneChanged()
            | ev.ResumeOffered()
        ):  # fmt: skip
            return True
        case _:
            return False


def evolve_being_there(state: InterviewState, event: ev.Event, at_ms: int) -> InterviewState:
    """The same state where ``event`` says nothing of who is there."""
    match event:
        case ev.PresenceChanged(state="asked"):
            return replace(state, presence_asked_ms=at_ms)
        case ev.AttendanceChanged(attended=attended):
            since = state.unattended_since_ms if attended else at_ms
            offered = state.resume_offered and not attended
            return replace(state, attended=attended, unattended_since_ms=since, resume_offered=offered)
        case ev.ResumeOffered():
            state = replace(state, resume_offered=True)
        case ev.InterviewPaused() | ev.InterviewResumed():
            state = replace(state, resume_offered=False)
        case ev.TranscriptPartial(speaker="interviewer") | ev.TranscriptFinal(speaker="interviewer"):
            if state.on_air is not None:
                return replace(state, on_air=replace(state.on_air, heard_ms=at_ms))
    if shows_life(event):
        return replace(state, active_at_ms=at_ms, presence_asked_ms=None)
    return state


def presence_deadlines(
    state: InterviewState, options: ConductorOptions
) -> Iterator[tuple[PresenceMoment, int]]:
    """What is waited for while the candidate's page is there."""
    interviewers_pause = state.paused and state.paused_by == "interviewer" and not state.resume_offered
    if interviewers_pause:
        if not state.attended:
            since = max(state.paused_since_ms or 0, state.unattended_since_ms)
            yield "offer_resume", since + options.unattended_ms
        return  # nothing is expected of the candidate
    if state.on_air is not None:
        if not state.candidate_speaking:
            yield "end_air", max(state.on_air.heard_ms, state.speech_ended_ms or 0) + options.on_air_silent_ms
        return
    if not state.control.up:
        return
    if state.presence_asked_ms is not None:
        yield "give_up_place", state.presence_asked_ms + options.presence_answer_ms
        return
    clocks = (state.active_at_ms, state.thinking_until_ms or 0, state.hold_until_ms or 0)
    yield "ask_presence", max(clocks) + options.presence_silent_ms
