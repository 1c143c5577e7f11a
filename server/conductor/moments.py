"""When something falls due: the conductor's clockwork, pure functions of the state.

``deadlines`` lists every moment the state is waiting for; ``next_deadline`` is the earliest
(the shell sleeps until then), ``due`` the first one that has come.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from media_pipeline.events import Language
from media_pipeline.turns import phrases
from media_pipeline.turns.patience import Patience
from server.conductor.being_there import PresenceMoment, presence_deadlines
from server.conductor.script import PRACTICE, ConductorOptions, Script
from server.conductor.state import InterviewState

Moment = (
    Literal[
        "abandoned", "voice_watchdog", "thinking_over", "guard_soon", "guard_reached", "hold_over",
        "done_said", "follow_up", "nudge",
    ]
    | PresenceMoment
)  # fmt: skip

QUESTION_UTTERANCE = "question:"
"""Utterance ids of questions begin so; the think time begins when one has been spoken."""


def is_question(utterance: str) -> bool:
    return utterance.startswith(QUESTION_UTTERANCE)


def autopilot(state: InterviewState, options: ConductorOptions) -> bool:
    """Whether the system asks follow-ups itself, rather than only proposing them."""
    return options.autopilot if state.autopilot is None else state.autopilot


def enough_words(text: str, language: Language) -> bool:
    """Enough said to be more than a cough or "mm-hm": 3 words, or 4 Chinese characters."""
    if phrases.is_backchannel(text, language):
        return False
    if language == "zh":
        return sum(1 for character in text if "\u4e00" <= character <= "\u9fff") >= 4
    return len(text.split()) >= 3


def next_deadline(script: Script, state: InterviewState, options: ConductorOptions) -> int | None:
    """Session ms at which ``TimePassed`` should be given next; None: nothing is waited for."""
    return min((at for _, at in deadlines(script, state, options)), default=None)


def due(script: Script, state: InterviewState, now_ms: int, options: ConductorOptions) -> Moment | None:
    """The earliest moment that has come."""
    come = [(at, moment) for moment, at in deadlines(script, state, options) if at <= now_ms]
    return min(come)[1] if come else None


def quiet_since(state: InterviewState) -> int:
    """Since when neither side has said anything in this answer."""
    current = state.current
    marks = [state.speech_ended_ms, state.spoke_until_ms, state.heard_at_ms, state.back_since_ms]
    if current is not None:
        marks.append(current.answer_started_at_ms)
    return max((mark for mark in marks if mark is not None), default=0)


def deadlines(
    script: Script, state: InterviewState, options: ConductorOptions
) -> Iterator[tuple[Moment, int]]:
    """Everything the state waits for, each with its session time."""
    if state.ended:
        return
    gone = [mark for mark in (state.lost_since_ms, state.away_since_ms) if mark is not None]
    if gone:
        if state.started_at_ms is not None:  # before the first question it only goes on waiting
            yield "abandoned", min(gone) + options.abandoned_ms
        return  # nobody is there: no timer of the conversation runs
    yield from presence_deadlines(state, options)
    if state.paused or state.on_air is not None or (current := state.current) is None:
        return
    if state.phase in ("asking", "practice") and current.answer_started_at_ms is None:
        begun = state.speaking_since_ms or state.spoke_until_ms or 0
        yield "voice_watchdog", max(begun, current.asked_at_ms) + options.voice_watchdog_ms
    if state.phase == "thinking" and state.thinking_until_ms is not None:
        yield "thinking_over", state.thinking_until_ms
    if state.phase == "answering":
        yield from _answering(script, state, options)


def _answering(
    script: Script, state: InterviewState, options: ConductorOptions
) -> Iterator[tuple[Moment, int]]:
    current = state.current
    assert current is not None and current.question != PRACTICE
    ends = (current.answer_started_at_ms or current.asked_at_ms) + current.answer_ms
    if state.guard_rail == "none":
        # Of time that was added, the same share is used without a warning as of the time there was first.
        warned_of = current.added_ms or current.answer_ms
        yield "guard_soon", ends - int(warned_of * (1 - options.guard_rail_soon_share))
    elif state.guard_rail == "soon":
        yield "guard_reached", ends
    if state.hold_until_ms is not None:
        yield "hold_over", state.hold_until_ms
        return  # "let me think": nothing else is said meanwhile
    if state.candidate_speaking or state.speaking is not None:
        return
    done_said = _done_said_at(state, options)
    if done_said is not None:
        yield "done_said", done_said
        return
    patience = state.patience
    follow_up = _follow_up_at(script, state, patience, options)
    if follow_up is not None:
        yield "follow_up", follow_up
    if state.nudges < options.nudges_per_question:
        nudge = quiet_since(state) + patience.nudge_after_ms()
        if state.nudged_at_ms is not None:
            nudge = max(nudge, state.nudged_at_ms + options.max_silent_nudge_gap_ms)
        yield "nudge", nudge


def _done_said_at(state: InterviewState, options: ConductorOptions) -> int | None:
    current = state.current
    last = state.said[-1] if state.said else None
    if current is None or last is None or last.speaker != "candidate" or last.source != "speech":
        return None
    if last.question != current.question or last.overlap or last.end_ms < (state.spoke_until_ms or 0):
        return None
    if not phrases.says_done(last.text, state.language):
        return None
    return max(last.end_ms, state.speech_ended_ms or 0) + options.done_said_wait_ms


def _follow_up_at(
    script: Script, state: InterviewState, patience: Patience, options: ConductorOptions
) -> int | None:
    """When the waiting proposal may be asked: in a pause, after the last one was answered."""
    proposal = state.proposal()
    current = state.current
    if proposal is None or current is None or not autopilot(state, options):
        return None
    budget = script.questions[current.index - 1].follow_up_budget
    if state.follow_ups_asked(current.question) >= budget or not state.answered_since_follow_up:
        return None
    at_the_end = proposal.moment == "answer_end"
    if state.mode == "text" or state.speech_ended_ms is None:
        pause_ms = options.text_answer_end_ms if at_the_end else options.text_pause_ms
        return (state.heard_at_ms or 0) + pause_ms
    probability = state.turn_probability
    last = state.last_words
    if last is not None and phrases.sounds_unfinished(last.text, state.language):
        probability = 0.0  # "… because": whatever the voice sounded like, the sentence is not over
    if at_the_end and state.guard_rail == "none":
        gap = patience.answer_end_gap_ms(probability)
    else:  # the planned time is nearly used: a finished sentence is as good an end as any
        gap = patience.follow_up_gap_ms(probability)
    moment = state.speech_ended_ms + gap
    if state.final_covers_ms < state.speech_ended_ms - 200:
        # The last words are still with the recogniser: what they say may change the question.
        moment = max(moment, state.speech_ended_ms + options.final_wait_ms)
    return moment
