"""What the candidate's page shows: the state cut to what is theirs. No scores, no suggestions."""

from __future__ import annotations

from typing import Any

from media_pipeline import events as ev
from server.conductor.script import PRACTICE, Script, ScriptQuestion
from server.conductor.state import InterviewState

Json = dict[str, Any]


def candidate_view(script: Script, state: InterviewState, now_ms: int) -> Json:
    """The view of ``docs/protocol.md``, "Candidate: view"."""
    phase = "paused" if state.paused and not state.ended else state.phase
    if phase == "asking":
        phase = "thinking"
    return {
        "phase": phase,
        "practice": state.phase == "practice",
        "mode": state.mode,
        "language": state.language,
        "question": question_of(script, state),
        "follow_up": _follow_up(state),
        "deadline": deadline_of(state),
        "added": _added(state),
        "guard_rail": state.guard_rail,
        "hold": None if state.hold_until_ms is None else {"until_ms": state.hold_until_ms},
        "nudge": state.nudge,
        "speaking": speaking_of(state),
        "recording": state.recording and not state.ended,
        "consents": dict(state.consents),
        "on_air": None if state.on_air is None else {"name": state.on_air.name},
        "said": said_now(state),
        "help": [_help(text, answer) for text, answer in state.help[-10:]],
        "can": _can(state),
        "closing": script.closing if state.ended else None,
        "end_reason": state.end_reason if state.ended else None,
        "paused_by": state.paused_by,
        "presence": presence_of(state),
        "server_now_ms": now_ms,
    }


def presence_of(state: InterviewState) -> str:
    """``asked``: whether they are there, after long silence; ``away``: their place has been given up."""
    if state.away:
        return "away"
    return "here" if state.presence_asked_ms is None else "asked"


def question_of(script: Script, state: InterviewState) -> Json | None:
    """The question on the table, with its place and stage."""
    current = state.current
    if current is None:
        return None
    return {
        "id": current.question,
        "index": current.index,
        "total": len(script.questions),
        "text": current.text,
        "rephrased": current.rephrased,
        "stage": _scripted(script, current.question).stage_title,
    }


def deadline_of(state: InterviewState) -> Json | None:
    """The countdown that runs: think time, or the answer's guard-rail (a warning, never a cut)."""
    current = state.current
    if current is None or state.paused or state.away or state.on_air is not None:
        return None
    if state.phase == "thinking" and state.thinking_until_ms is not None:
        return {
            "kind": "think",
            "ends_at_ms": state.thinking_until_ms,
            "length_ms": current.think_ms,
        }
    if state.phase in ("answering", "practice") and current.answer_started_at_ms is not None:
        length = current.answer_ms
        return {"kind": "answer", "ends_at_ms": current.answer_started_at_ms + length, "length_ms": length}
    return None


def _added(state: InterviewState) -> Json | None:
    """More time that an interviewer gave on the running clock; who did is not the candidate's business."""
    current = state.current
    if current is None or not current.added_ms:
        return None
    return {"seconds": round(current.added_ms / 1000), "at_ms": current.added_at_ms}


def speaking_of(state: InterviewState) -> Json | None:
    if state.speaking is None:
        return None
    return {
        "utterance": state.speaking.utterance,
        "text": state.speaking.text,
        "spoken_by": state.speaking.spoken_by,
    }


def said_now(state: InterviewState) -> list[Json]:
    """What was said to the current question, or in the candidate's own questions."""
    current = state.current
    if current is not None:
        beside = [
            final
            for final in state.said
            if final.speaker == "interviewer" and final.start_ms >= current.asked_at_ms
        ]
        finals = tuple(sorted((*state.answer(current.question), *beside), key=lambda final: final.start_ms))
    elif state.phase == "candidate_questions":
        finals = tuple(final for final in state.said if final.question is None)[-20:]
    else:
        finals = ()
    return [
        {
            "utterance": final.utterance,
            "text": final.text,
            "question": final.question,
            "speaker": final.speaker,
        }
        for final in finals
    ]


def _scripted(script: Script, question_id: str) -> ScriptQuestion:
    if question_id == PRACTICE:
        return script.practice
    return next(question for question in script.questions if question.id == question_id)


def _follow_up(state: InterviewState) -> Json | None:
    if state.follow_up_open is None or state.current is None:
        return None
    proposal = state.follow_ups[state.follow_up_open].proposal
    return {"id": proposal.follow_up, "text": proposal.text, "quote": proposal.quote}


def _help(text: str, answer: ev.HelpAnswered | None) -> Json:
    return {
        "asked": text,
        "answer": None if answer is None else answer.text,
        "passage": None if answer is None else answer.passage,
    }


def _can(state: InterviewState) -> dict[str, bool]:
    """Which commands fit now, so that the page offers no button that would be refused."""
    present = not state.ended and not state.away
    running = present and not state.paused
    before = state.started_at_ms is None and running
    open_question = running and state.current is not None
    real = open_question and state.phase != "practice"
    return {
        "start_practice": before and state.phase == "waiting",
        "end_practice": running and state.phase == "practice",
        "start": before,
        "skip_thinking": running and state.phase in ("asking", "thinking"),
        "done": open_question,
        "hold": running and state.phase in ("answering", "practice") and state.hold_until_ms is None,
        "rephrase": open_question,
        "help": present,
        "mode": present,
        "pause": running and state.started_at_ms is not None,
        "resume": state.paused and present and (state.paused_by != "interviewer" or state.resume_offered),
        "retake": real and state.retakes == 0,
        "finish": running and state.phase == "candidate_questions",
        "leave": not state.ended,
    }
