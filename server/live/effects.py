"""What an appended event makes the shell do. Pure: (script, state, record) -> effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from media_pipeline import events as ev
from server.conductor.lines import line
from server.conductor.moments import QUESTION_UTTERANCE
from server.conductor.script import Script
from server.conductor.state import InterviewState


@dataclass(frozen=True, slots=True)
class Speak:
    """Say ``text`` to the candidate under the id ``utterance``."""

    utterance: str
    text: str


@dataclass(frozen=True, slots=True)
class Prepare:
    """``text`` will probably be said soon: make it ready."""

    text: str


@dataclass(frozen=True, slots=True)
class StopSpeaking:
    """Fall silent and forget what was still to be said."""


@dataclass(frozen=True, slots=True)
class Reconsider:
    """The transcript grew: look again for follow-ups, coverage and scores."""

    final: bool


@dataclass(frozen=True, slots=True)
class AnswerHelp:
    text: str


@dataclass(frozen=True, slots=True)
class Conclude:
    """The interview is over: hear what is still with the recogniser, write the report."""

    reason: Literal["completed", "candidate_left", "interviewer", "expired", "declined"]


Effect = Speak | Prepare | StopSpeaking | Reconsider | AnswerHelp | Conclude
RECONSIDER_ON_PARTIAL_PHASES = ("answering",)


def effects(script: Script, state: InterviewState, record: ev.Record) -> tuple[Effect, ...]:
    """``state`` is the state after ``record``."""
    match record.event:
        case ev.QuestionAsked() as asked:
            utterance = f"{QUESTION_UTTERANCE}{asked.question}:{record.seq}"
            question = Speak(utterance, asked.text)
            first = asked.index == 1 and state.retakes == 0
            return (Speak(f"greeting:{record.seq}", script.greeting), question) if first else (question,)
        case ev.QuestionRephrased(_, text):
            return (Speak(f"rephrase:{record.seq}", text),)
        case ev.FollowUpAsked() as follow_up:
            return (Speak(f"follow_up:{follow_up.follow_up}:{record.seq}", follow_up.text),)
        case ev.Nudged(_, text):
            return (Speak(f"nudge:{record.seq}", text),)
        case ev.StageEntered("candidate_questions"):
            text = line(script.language, "candidate_questions")
            return (Speak(f"stage:{record.seq}", text),)
        case ev.HelpAsked(text):
            return (AnswerHelp(text),)
        case ev.HelpAnswered(text) if state.phase == "candidate_questions":
            return (Speak(f"help:{record.seq}", text),)
        case ev.AnswerStarted("practice", "thinking_over"):
            return _prepare_question(script, 0)
        case ev.ThinkingStarted() | ev.AnswerStarted(_, "spoke" | "thinking_over" | "resumed"):
            current = state.current
            return _prepare_question(script, current.index) if current else ()
        case ev.FollowUpProposed() as proposed:
            return (Prepare(proposed.text),)
        case ev.AnswerStarted(_, "skipped_thinking" | "typed") | ev.AnswerEnded() | ev.InterviewPaused():
            return (StopSpeaking(),)
        case ev.TranscriptFinal(speaker="candidate"):
            return (Reconsider(final=True),)
        case ev.TranscriptPartial(speaker="candidate") if state.phase in RECONSIDER_ON_PARTIAL_PHASES:
            return (Reconsider(final=False),)
        case ev.InterviewEnded(reason):
            return (StopSpeaking(), Conclude(reason))
        case _:
            return ()


def _prepare_question(script: Script, index: int) -> tuple[Effect, ...]:
    """The question at 0-based ``index`` comes next (with the greeting before the first)."""
    if index >= len(script.questions):
        return ()
    question = Prepare(script.questions[index].text)
    return (Prepare(script.greeting), question) if index == 0 else (question,)
