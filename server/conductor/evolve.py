"""The fold: one record of the log after another makes the state. Total, pure, order matters only by seq."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from media_pipeline import events as ev
from media_pipeline.turns.patience import Patience
from server.conductor.being_there import evolve_being_there
from server.conductor.script import PRACTICE
from server.conductor.state import Asked, Channel, FollowUp, InterviewState, OnAir
from server.panel.state import evolve_panel

Fold = Callable[[InterviewState, Any, int], InterviewState]
_FOLDS: dict[type[ev.Event], Fold] = {}


def _folds(event_type: type[ev.Event]) -> Callable[[Fold], Fold]:
    def register(fold: Fold) -> Fold:
        _FOLDS[event_type] = fold
        return fold

    return register


SERVER_RESTARTED = "server restarted"
"""Reason of the connections that a killed server leaves behind in the log."""


def evolve(state: InterviewState, record: ev.Record) -> InterviewState:
    """The state after ``record``. Events without a meaning for the state only move ``seq``."""
    fold = _FOLDS.get(type(record.event))
    if fold is not None:
        state = fold(state, record.event, record.at_ms)
    state = evolve_being_there(state, record.event, record.at_ms)
    panel = evolve_panel(state.panel, record.event, record.at_ms)
    return replace(state, seq=record.seq, last_at_ms=record.at_ms, panel=panel)


def replay(records: Iterable[ev.Record]) -> InterviewState:
    """The state a whole log adds up to."""
    state = InterviewState()
    for record in records:
        state = evolve(state, record)
    return state


def _shift(state: InterviewState, by_ms: int) -> InterviewState:
    """Give back time that was not the candidate's: every running countdown ends ``by_ms`` later."""
    if state.candidate_speaking or state.speech_ended_ms is None:
        return _shift_countdowns(state, by_ms)
    return replace(_shift_countdowns(state, by_ms), speech_ended_ms=state.speech_ended_ms + by_ms)


def _shift_countdowns(state: InterviewState, by_ms: int) -> InterviewState:
    def later(at: int | None) -> int | None:
        return None if at is None else at + by_ms

    asked = state.asked
    if state.current is not None:
        last = replace(asked[-1], answer_started_at_ms=later(asked[-1].answer_started_at_ms))
        asked = (*asked[:-1], last)
    return replace(
        state,
        asked=asked,
        thinking_until_ms=later(state.thinking_until_ms),
        hold_until_ms=later(state.hold_until_ms),
    )


def _given_back(state: InterviewState, since_ms: int, at_ms: int) -> InterviewState:
    """A pause or an outage from ``since_ms`` is over; the time on air before and in it goes with it."""
    if state.on_air is None:
        return _shift(state, at_ms - since_ms)
    since_ms = min(since_ms, state.on_air.given_back_from_ms)
    return _counts_from(_shift(state, at_ms - since_ms), at_ms)


def _counts_from(state: InterviewState, at_ms: int) -> InterviewState:
    """What is on air has been given back up to ``at_ms``, or a countdown begins there anew."""
    if state.on_air is None:
        return state
    return replace(state, on_air=replace(state.on_air, given_back_from_ms=at_ms))


def _with_current(state: InterviewState, **changes: Any) -> InterviewState:
    if not state.asked:
        return state
    return replace(state, asked=(*state.asked[:-1], replace(state.asked[-1], **changes)))


def _reset_turn(state: InterviewState) -> InterviewState:
    return replace(
        state,
        thinking_until_ms=None,
        guard_rail="none",
        hold_until_ms=None,
        nudge=None,
        nudges=0,
        nudged_at_ms=None,
        turn_probability=None,
        done_said_ms=None,
        heard_at_ms=None,
        partial=None,
        follow_up_open=None,
        answered_since_follow_up=True,
    )


@_folds(ev.InterviewCreated)
def _created(state: InterviewState, event: ev.InterviewCreated, at_ms: int) -> InterviewState:
    return replace(
        state,
        interview=event.interview,
        job=event.job,
        language=event.language,
        mode=event.mode,
        policy=event.policy,
    )


@_folds(ev.InterviewOpened)
def _opened(state: InterviewState, event: ev.InterviewOpened, at_ms: int) -> InterviewState:
    return replace(state, opened_unix_ms=event.unix_ms)


@_folds(ev.ConsentRecorded)
def _consent(state: InterviewState, event: ev.ConsentRecorded, at_ms: int) -> InterviewState:
    return replace(state, consents={**state.consents, event.purpose: event.granted})


@_folds(ev.CandidateSignedIn)
def _signed_in(state: InterviewState, event: ev.CandidateSignedIn, at_ms: int) -> InterviewState:
    return replace(state, candidate=event.display_name)


@_folds(ev.AccommodationChosen)
def _accommodation(state: InterviewState, event: ev.AccommodationChosen, at_ms: int) -> InterviewState:
    mode = "text" if event.kind == "text" else state.mode
    return replace(state, accommodations=(*state.accommodations, event), mode=mode)


@_folds(ev.ConnectionChanged)
def _connection(state: InterviewState, event: ev.ConnectionChanged, at_ms: int) -> InterviewState:
    known: Channel = getattr(state, event.channel)
    up = event.state in ("connected", "resumed")
    if not up and known.connection != event.connection:
        return state  # an older connection went away after a newer one took over
    channel = Channel(event.connection, up, at_ms)
    if event.channel == "media":
        state = replace(state, media=channel)
        if not up:
            state = replace(state, candidate_speaking=False, partial=None)
        return state
    if event.reason == SERVER_RESTARTED:
        # While no server was there, no time of the candidate's ran: from the last thing that was written.
        state = _shift(state, at_ms - state.last_at_ms)
    state = replace(state, control=channel)
    if not up and state.lost_since_ms is None and not state.ended:
        return replace(state, lost_since_ms=at_ms)
    if up and state.lost_since_ms is not None:
        if not state.paused and not state.away:
            state = _given_back(state, state.lost_since_ms, at_ms)
        return replace(state, lost_since_ms=None, back_since_ms=at_ms)
    return state


@_folds(ev.ModeChanged)
def _mode(state: InterviewState, event: ev.ModeChanged, at_ms: int) -> InterviewState:
    return replace(state, mode=event.mode)


@_folds(ev.QuestionAsked)
def _asked(state: InterviewState, event: ev.QuestionAsked, at_ms: int) -> InterviewState:
    asked = Asked(event.question, event.index, event.text, at_ms, event.think_ms, event.answer_ms)
    started = state.started_at_ms
    if started is None and not event.practice:
        started = at_ms
    state = _reset_turn(state)
    return replace(
        state,
        phase="practice" if event.practice else "asking",
        asked=(*state.asked, asked),
        started_at_ms=started,
    )


@_folds(ev.QuestionRephrased)
def _rephrased(state: InterviewState, event: ev.QuestionRephrased, at_ms: int) -> InterviewState:
    return _with_current(state, rephrased=event.text)


@_folds(ev.ThinkingStarted)
def _thinking(state: InterviewState, event: ev.ThinkingStarted, at_ms: int) -> InterviewState:
    return replace(_counts_from(state, at_ms), phase="thinking", thinking_until_ms=event.until_ms)


@_folds(ev.AnswerStarted)
def _answer_started(state: InterviewState, event: ev.AnswerStarted, at_ms: int) -> InterviewState:
    state = _counts_from(_with_current(state, answer_started_at_ms=at_ms, added_ms=0), at_ms)
    phase = state.phase if event.question == PRACTICE else "answering"
    return replace(state, phase=phase, thinking_until_ms=None)


@_folds(ev.GuardRailReached)
def _guard_rail(state: InterviewState, event: ev.GuardRailReached, at_ms: int) -> InterviewState:
    return replace(state, guard_rail=event.level)


@_folds(ev.QuestionExtended)
def _extended(state: InterviewState, event: ev.QuestionExtended, at_ms: int) -> InterviewState:
    current = state.current
    if current is None or current.question != event.question:
        return state
    if event.clock == "think":
        think_ms = current.think_ms + event.added_ms
        state = _with_current(state, think_ms=think_ms, added_ms=event.added_ms, added_at_ms=at_ms)
        return replace(state, thinking_until_ms=event.until_ms)
    answer_ms = event.until_ms - (current.answer_started_at_ms or current.asked_at_ms)
    state = _with_current(state, answer_ms=answer_ms, added_ms=event.added_ms, added_at_ms=at_ms)
    return replace(state, guard_rail="none")


@_folds(ev.HoldStarted)
def _hold_started(state: InterviewState, event: ev.HoldStarted, at_ms: int) -> InterviewState:
    return replace(state, hold_until_ms=event.until_ms, nudge=None)


@_folds(ev.HoldEnded)
def _hold_ended(state: InterviewState, event: ev.HoldEnded, at_ms: int) -> InterviewState:
    return replace(state, hold_until_ms=None)


@_folds(ev.Nudged)
def _nudged(state: InterviewState, event: ev.Nudged, at_ms: int) -> InterviewState:
    return replace(state, nudge=event.text, nudges=state.nudges + 1, nudged_at_ms=at_ms)


@_folds(ev.AnswerEnded)
def _answer_ended(state: InterviewState, event: ev.AnswerEnded, at_ms: int) -> InterviewState:
    state = _with_current(state, ended_at_ms=at_ms, end_reason=event.reason)
    retakes = state.retakes + (event.reason == "retake")
    return replace(_reset_turn(state), phase="waiting", retakes=retakes)


@_folds(ev.StageEntered)
def _stage(state: InterviewState, event: ev.StageEntered, at_ms: int) -> InterviewState:
    return replace(state, phase="candidate_questions") if event.stage == "candidate_questions" else state


@_folds(ev.InterviewPaused)
def _paused(state: InterviewState, event: ev.InterviewPaused, at_ms: int) -> InterviewState:
    return replace(state, paused_since_ms=at_ms, paused_by=event.by)


@_folds(ev.InterviewResumed)
def _resumed(state: InterviewState, event: ev.InterviewResumed, at_ms: int) -> InterviewState:
    if state.paused_since_ms is None:
        return state
    # What of the pause the candidate was away is given back when they are here again.
    until_ms = at_ms if state.away_since_ms is None else state.away_since_ms
    if until_ms > state.paused_since_ms:
        state = _given_back(state, state.paused_since_ms, until_ms)
    return replace(state, paused_since_ms=None, paused_by=None)


@_folds(ev.PresenceChanged)
def _presence(state: InterviewState, event: ev.PresenceChanged, at_ms: int) -> InterviewState:
    """While the candidate's place is given up their clocks stand still, as in a pause."""
    if event.state == "away" and not state.away:
        media = replace(state.media, up=False, since_ms=at_ms)
        state = replace(state, media=media, candidate_speaking=False, partial=None)
        return replace(state, away_since_ms=at_ms, presence_asked_ms=None)
    if event.state == "here" and state.away_since_ms is not None:
        until_ms = at_ms if state.paused_since_ms is None else state.paused_since_ms
        if until_ms > state.away_since_ms:
            state = _given_back(state, state.away_since_ms, until_ms)
        return replace(state, away_since_ms=None, back_since_ms=at_ms)
    return state


@_folds(ev.InterviewEnded)
def _ended(state: InterviewState, event: ev.InterviewEnded, at_ms: int) -> InterviewState:
    return replace(
        _reset_turn(state),
        phase="ended",
        end_reason=event.reason,
        ended_at_ms=at_ms,
        paused_since_ms=None,
        on_air=None,
        presence_asked_ms=None,
        away_since_ms=None,
    )


@_folds(ev.ReportReady)
def _report(state: InterviewState, event: ev.ReportReady, at_ms: int) -> InterviewState:
    return replace(state, report_ready=True)


@_folds(ev.SpeechStarted)
def _speech_started(state: InterviewState, event: ev.SpeechStarted, at_ms: int) -> InterviewState:
    return replace(
        state,
        candidate_speaking=True,
        speech_started_ms=event.start_ms,
        turn_probability=None,
        done_said_ms=None,
    )


@_folds(ev.SpeechEnded)
def _speech_ended(state: InterviewState, event: ev.SpeechEnded, at_ms: int) -> InterviewState:
    return replace(state, candidate_speaking=False, speech_ended_ms=event.end_ms)


@_folds(ev.TranscriptPartial)
def _partial(state: InterviewState, event: ev.TranscriptPartial, at_ms: int) -> InterviewState:
    if event.speaker != "candidate":
        return state
    return replace(state, partial=event, nudge=None)


@_folds(ev.TranscriptFinal)
def _final(state: InterviewState, event: ev.TranscriptFinal, at_ms: int) -> InterviewState:
    if event.speaker != "candidate":
        return replace(state, said=(*state.said, event))
    state = replace(state, patience=_learned_pause(state, event), said=(*state.said, event))
    partial = state.partial
    if partial is not None and (partial.utterance == event.utterance or partial.end_ms <= event.end_ms):
        partial = None
    state = replace(
        state,
        partial=partial,
        nudge=None,
        final_covers_ms=max(state.final_covers_ms, event.end_ms),
    )
    current = state.current
    if current is None or event.question != current.question:
        return state
    after_follow_up = not event.overlap and event.end_ms >= (state.spoke_until_ms or 0)
    return replace(
        state,
        heard_at_ms=at_ms,
        answered_since_follow_up=state.answered_since_follow_up or after_follow_up,
    )


def _learned_pause(state: InterviewState, event: ev.TranscriptFinal) -> Patience:
    """A gap between two stretches of one answer is a pause this candidate makes while thinking."""
    previous = next((final for final in reversed(state.said) if final.speaker == "candidate"), None)
    if previous is None or event.source != "speech" or previous.source != "speech":
        return state.patience
    gap = event.start_ms - previous.end_ms
    until = state.spoke_until_ms
    spoke_between = state.on_air is not None or (until is not None and until > previous.end_ms)
    if gap <= 0 or event.question is None or event.question != previous.question or spoke_between:
        return state.patience
    return state.patience.observe_pause(gap)


@_folds(ev.TurnAssessed)
def _turn(state: InterviewState, event: ev.TurnAssessed, at_ms: int) -> InterviewState:
    return replace(state, turn_probability=event.probability)


@_folds(ev.DeliveryMeasured)
def _delivery(state: InterviewState, event: ev.DeliveryMeasured, at_ms: int) -> InterviewState:
    return replace(state, delivery=event)


@_folds(ev.SpeechOutStarted)
def _speaking(state: InterviewState, event: ev.SpeechOutStarted, at_ms: int) -> InterviewState:
    return replace(state, speaking=event, speaking_since_ms=at_ms)


@_folds(ev.SpeechOutEnded)
def _spoke(state: InterviewState, event: ev.SpeechOutEnded, at_ms: int) -> InterviewState:
    if state.speaking is None or state.speaking.utterance != event.utterance:
        return state
    return replace(state, speaking=None, speaking_since_ms=None, spoke_until_ms=at_ms)


@_folds(ev.RecordingChanged)
def _recording(state: InterviewState, event: ev.RecordingChanged, at_ms: int) -> InterviewState:
    return replace(state, recording=event.state == "started")


@_folds(ev.MicrophoneChanged)
def _microphone(state: InterviewState, event: ev.MicrophoneChanged, at_ms: int) -> InterviewState:
    """While an interviewer speaks in person the candidate's clocks stand still, as in a pause."""
    if event.on:
        return replace(state, on_air=OnAir(event.by, event.name, event.connection, at_ms, at_ms, at_ms))
    on_air = state.on_air
    if on_air is None or on_air.connection != event.connection:
        return state
    # A pause or an outage that still lasts gives its own time back when it ends.
    until = min(mark for mark in (at_ms, state.paused_since_ms, state.lost_since_ms) if mark is not None)
    state = _shift_countdowns(state, max(0, until - on_air.given_back_from_ms))
    return replace(state, on_air=None, in_person_until_ms=at_ms, spoke_until_ms=at_ms)


@_folds(ev.FollowUpProposed)
def _proposed(state: InterviewState, event: ev.FollowUpProposed, at_ms: int) -> InterviewState:
    follow_ups = {**state.follow_ups, event.follow_up: FollowUp(event, "proposed", at_ms)}
    return replace(state, follow_ups=follow_ups)


@_folds(ev.FollowUpAsked)
def _follow_up_asked(state: InterviewState, event: ev.FollowUpAsked, at_ms: int) -> InterviewState:
    known = state.follow_ups.get(event.follow_up)
    # With the words it was asked in: an interviewer may have edited them.
    proposal = replace(known.proposal, text=event.text) if known else _own_proposal(event, at_ms)
    entry = FollowUp(proposal, "asked", at_ms, by=event.by)
    return replace(
        state,
        follow_ups={**state.follow_ups, event.follow_up: entry},
        follow_up_open=event.follow_up,
        answered_since_follow_up=False,
        spoke_until_ms=at_ms,
        nudge=None,
    )


def _own_proposal(event: ev.FollowUpAsked, at_ms: int) -> ev.FollowUpProposed:
    return ev.FollowUpProposed(
        event.follow_up, event.question, event.kind, event.text, event.quote, at_ms, at_ms, event.reason
    )


@_folds(ev.FollowUpWithdrawn)
def _withdrawn(state: InterviewState, event: ev.FollowUpWithdrawn, at_ms: int) -> InterviewState:
    known = state.follow_ups.get(event.follow_up)
    if known is None:
        return state
    entry = replace(known, state="withdrawn", at_ms=at_ms, withdrawn_because=event.reason)
    return replace(state, follow_ups={**state.follow_ups, event.follow_up: entry})


@_folds(ev.AutopilotChanged)
def _autopilot(state: InterviewState, event: ev.AutopilotChanged, at_ms: int) -> InterviewState:
    return replace(state, autopilot=event.on)


@_folds(ev.HelpAsked)
def _help_asked(state: InterviewState, event: ev.HelpAsked, at_ms: int) -> InterviewState:
    return replace(state, help=(*state.help, (event.text, None)))


@_folds(ev.HelpAnswered)
def _help_answered(state: InterviewState, event: ev.HelpAnswered, at_ms: int) -> InterviewState:
    if not state.help:
        return state
    return replace(state, help=(*state.help[:-1], (state.help[-1][0], event)))


@_folds(ev.ObservationChanged)
def _observation(state: InterviewState, event: ev.ObservationChanged, at_ms: int) -> InterviewState:
    observations = dict(state.observations)
    if event.active:
        observations[event.kind] = event.since_ms
    else:
        observations.pop(event.kind, None)
    return replace(state, observations=observations)


@_folds(ev.ScoreProposed)
def _score(state: InterviewState, event: ev.ScoreProposed, at_ms: int) -> InterviewState:
    return replace(state, scores={**state.scores, event.competency: event})


@_folds(ev.CoverageChanged)
def _coverage(state: InterviewState, event: ev.CoverageChanged, at_ms: int) -> InterviewState:
    return replace(state, coverage={**state.coverage, event.question: event})


@_folds(ev.NoteAdded)
def _note(state: InterviewState, event: ev.NoteAdded, at_ms: int) -> InterviewState:
    return replace(state, notes=(*state.notes, (at_ms, event)))


@_folds(ev.PartDegraded)
def _part(state: InterviewState, event: ev.PartDegraded, at_ms: int) -> InterviewState:
    return replace(state, parts={**state.parts, event.part: event})
