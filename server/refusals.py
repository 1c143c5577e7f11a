"""Every refusal of something a page asked for: a stable name, and the sentence for people and logs.

A page shows its own words for the name, in its reader's language (the desk's: ``words/problems.js``); the
sentence goes with it for whoever reads the protocol.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from media_pipeline.errors import VivaError

DeskReason = Literal[
    "over",
    "paused_already",
    "not_paused",
    "no_question",
    "no_answer_open",
    "suggestion_closed",
    "follow_ups_used",
    "nothing_to_ask",
    "clocks_stand_still",
    "no_clock",
    "not_heard",
    "microphone_absent",
    "microphone_lost",
    "only_watching",
    "not_conducting",
    "control_held",
    "control_held_away",
    "control_here",
    "control_may_come_back",
    "control_yours",
    "control_not_yours",
    "hand_over_to_whom",
    "chat_too_fast",
    "empty_text",
    "reason_for_change",
    "reason_for_departure",
    "decision_too_early",
    "decision_too_short",
    "unknown_scale",
    "unknown_competency",
    "score_first",
    "report_not_yet",
]
"""What a desk may be told. Values: ``name`` (who has control; empty if not known), ``seconds``, ``score``."""

CandidateReason = Literal[
    "away",
    "paused",
    "paused_by_interviewer",
    "practice_over",
    "no_practice",
    "begun",
    "no_think_time",
    "hold_while_answering",
    "questions_left",
    "questions_later",
    "retake_used",
    "no_answer",
]
"""What only a candidate's page may be told."""

Reason = DeskReason | CandidateReason

SENTENCES: Mapping[Reason, str] = MappingProxyType(
    {
        "over": "This interview is over; nothing more can be changed in it.",
        "paused_already": "The interview is paused already.",
        "not_paused": "The interview is not paused.",
        "no_question": "There is no question open.",
        "no_answer_open": "A follow-up can be sent while an answer is open.",
        "suggestion_closed": "This suggestion is no longer open.",
        "follow_ups_used": "The follow-ups of this question are used up; everybody gets as many.",
        "nothing_to_ask": "Say which suggestion to send, or the sentence to ask.",
        "clocks_stand_still": "The interview is paused; its clocks stand still. Resume it first.",
        "no_clock": "More time can be given while somebody thinks or answers.",
        "not_heard": "The candidate cannot hear you: they are not connected by voice just now.",
        "microphone_absent": "Your microphone is not connected. Try again in a moment.",
        "microphone_lost": "The connection of your microphone is lost. Try again in a moment.",
        "only_watching": "You may watch this interview; only its interviewers act in it.",
        "not_conducting": "You may not conduct this interview; its interviewers do.",
        "control_held": "{name} has control of this interview. Ask for it, or wait for the hand-over.",
        "control_held_away": "{name} has control of this interview and is not here. Take control to go on.",
        "control_here": "{name} has control and is here. Ask for it instead.",
        "control_may_come_back": "{name} may come back. You can take control in {seconds} s.",
        "control_yours": "You have control already.",
        "control_not_yours": "Only who has control can hand it over.",
        "hand_over_to_whom": "Control can be handed to somebody who is here and may conduct this interview.",
        "chat_too_fast": "That is too many messages at once. Try again in {seconds} s.",
        "empty_text": "There is nothing in “text” but blanks.",
        "reason_for_change": "You change a score you have given. Say why.",
        "reason_for_departure": "Your score departs from the proposed {score}. Say why.",
        "decision_too_early": "The interview is not over. A decision stands on the whole of it.",
        "decision_too_short": "A decision needs its reason, in a sentence.",
        "unknown_scale": "This competency has no such sub-dimension.",
        "unknown_competency": "This job has no such competency.",
        "score_first": "Give your own scores first; the report with the system's opens then.",
        "report_not_yet": "There is no report yet; it stands within a minute of the interview's end.",
        "away": "You were away for a while. Say that you are here first.",
        "paused": "The interview is paused. Resume it first.",
        "paused_by_interviewer": "The interviewer has paused the interview and will resume it.",
        "practice_over": "Practice is possible before the interview only.",
        "no_practice": "There is no practice question open.",
        "begun": "The interview has already begun.",
        "no_think_time": "There is no think time running.",
        "hold_while_answering": "Thinking aloud time is for while you answer.",
        "questions_left": "There are questions left to answer.",
        "questions_later": "Your own questions come after the interview's questions.",
        "retake_used": "The one technical retake has been used.",
        "no_answer": "There is no answer open.",
    }
)

Kind = TypeVar("Kind", bound=VivaError)


def refused(kind: type[Kind], reason: Reason, **values: str | int | float) -> Kind:
    """The error of class ``kind`` that tells ``reason``; ``values`` are filled into its sentence."""
    named = {"name": values["name"] or "Another interviewer"} if "name" in values else {}
    error = kind(SENTENCES[reason].format(**{**values, **named}))
    error.reason = reason
    error.values = values
    return error


def reason_of(error: VivaError) -> dict[str, Any]:
    """What a problem says beside its code: ``reason`` and ``values``, where there are any."""
    told: dict[str, Any] = {}
    if error.reason:
        told["reason"] = error.reason
    if error.values:
        told["values"] = dict(error.values)
    return told
