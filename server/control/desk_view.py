"""What an interviewer's page shows of one interview, and the lobby's line about it."""

from __future__ import annotations

from typing import Any

import msgspec

from scoring.job import Competency, Job
from server.conductor.script import Script, ScriptQuestion
from server.conductor.state import Asked, FollowUp, InterviewState
from server.control.candidate_view import deadline_of, question_of, speaking_of
from server.judge.prompts import DeskPrompts
from server.live.status import status_of

Json = dict[str, Any]
ATTENTION_AFTER_MS = 3_000
"""An observation must hold this long before the lobby points at it."""


def desk_view(job: Job, script: Script, state: InterviewState, now_ms: int, blind_for: str | None) -> Json:
    """The view of ``docs/protocol.md``, "Interviewer: view".

    ``blind_for``: the interviewer from whom the system's and colleagues' numbers are hidden until
    they have scored the competency themselves; None shows everything.
    """
    competencies = [_competency(competency, state, blind_for) for competency in job.competencies]
    return {
        "interview": state.interview,
        "status": status_of(state),
        "language": state.language,
        "mode": state.mode,
        "candidate": state.candidate,
        "job": {"id": job.id, "title": job.title, "company": job.company},
        "phase": "paused" if state.paused else state.phase,
        "paused_by": state.paused_by,
        "question": question_of(script, state),
        "deadline": deadline_of(state),
        "guard_rail": state.guard_rail,
        "hold": None if state.hold_until_ms is None else {"until_ms": state.hold_until_ms},
        "speaking": speaking_of(state),
        "candidate_speaking": state.candidate_speaking,
        "connection": _connection(state),
        "plan": [_planned(question, script, state) for question in script.questions],
        "competencies": competencies,
        "total": _total(competencies),
        "observations": [
            {"kind": kind, "since_ms": since} for kind, since in sorted(state.observations.items())
        ],
        "delivery": None if state.delivery is None else msgspec.to_builtins(state.delivery),
        "follow_ups": [_follow_up(follow_up) for follow_up in state.follow_ups.values()],
        "notes": [{"at_ms": at_ms, "by": note.by, "text": note.text} for at_ms, note in state.notes],
        "parts": [
            {"part": part.part, "state": part.state, "detail": part.detail}
            for part in state.parts.values()
            if part.state != "ok"
        ],
        "report": "ready" if state.report_ready else "none",
        "started_at_ms": state.started_at_ms,
        "ended_at_ms": state.ended_at_ms,
        "end_reason": state.end_reason if state.ended else None,
        "server_now_ms": now_ms,
    }


def prompts_of(prompts: DeskPrompts, state: InterviewState) -> list[Json]:
    """What to notice in the open answer; nobody but the interviewer is told."""
    return [
        {"id": prompt.key, "kind": prompt.kind, "text": prompt.text, "quote": prompt.quote}
        for prompt in prompts.of(state)
    ]


def lobby_line(job: Job, script: Script, state: InterviewState, created_at: str, now_ms: int) -> Json:
    """One interview in the lobby."""
    competencies = [_competency(competency, state, None) for competency in job.competencies]
    current = state.current
    total = _total(competencies)
    return {
        "interview": state.interview,
        "candidate": state.candidate,
        "job": {"id": job.id, "title": job.title},
        "language": state.language,
        "status": status_of(state),
        "phase": "paused" if state.paused else state.phase,
        "question_index": current.index if current else None,
        "question_total": len(script.questions),
        "created_at": created_at,
        "running_ms": None
        if state.started_at_ms is None
        else (state.ended_at_ms or now_ms) - state.started_at_ms,
        "connection": _connection(state)["control"],
        "attention": [
            kind for kind, since in sorted(state.observations.items()) if now_ms - since >= ATTENTION_AFTER_MS
        ],
        "total": None if total is None else total["score"],
        "report": "ready" if state.report_ready else "none",
    }


def _connection(state: InterviewState) -> Json:
    def named(up: bool, known: str | None) -> str:
        if up:
            return "connected"
        return "none" if known is None else "lost"

    return {
        "media": named(state.media.up, state.media.connection),
        "control": named(state.control.up, state.control.connection),
        "since_ms": max(state.media.since_ms, state.control.since_ms),
    }


def _planned(question: ScriptQuestion, script: Script, state: InterviewState) -> Json:
    coverage = state.coverage.get(question.id)
    return {
        "id": question.id,
        "text": question.text,
        "stage": question.stage_title,
        "state": _question_state(question.id, state),
        "follow_ups_left": question.follow_up_budget - state.follow_ups_asked(question.id),
        "covered": list(coverage.covered) if coverage else [],
        "missing": list(coverage.missing) if coverage else [],
    }


def _question_state(question_id: str, state: InterviewState) -> str:
    attempts: list[Asked] = [asked for asked in state.asked if asked.question == question_id]
    if not attempts:
        return "open"
    last = attempts[-1]
    if last.ended_at_ms is not None:
        return "skipped" if last.end_reason == "skipped" else "done"
    return "answering" if state.phase == "answering" else "asked"


def _competency(competency: Competency, state: InterviewState, blind_for: str | None) -> Json:
    proposed = state.scores.get(competency.id)
    human = state.human_scores.get(competency.id)
    hidden = blind_for is not None and (human is None or human.by != blind_for)
    shown = None if hidden or proposed is None else proposed
    return {
        "id": competency.id,
        "title": competency.title,
        "weight": competency.weight,
        "threshold": competency.threshold,
        "hidden": hidden,
        "score": shown.score if shown else None,
        "confidence": shown.confidence if shown else None,
        "reason": shown.reason if shown else "",
        "quotes": [msgspec.to_builtins(quote) for quote in (proposed.quotes if proposed else ())],
        "human": None
        if human is None or hidden
        else {"score": human.score, "by": human.by, "reason": human.reason},
    }


def _total(competencies: list[Json]) -> Json | None:
    """Weighted over what has evidence so far; how much of the weight that is stands beside it."""
    scored = [(item["weight"], item["score"]) for item in competencies if item["score"] is not None]
    covered = sum(weight for weight, _ in scored)
    if not covered:
        return None
    score = sum(weight * value for weight, value in scored) / covered
    return {"score": round(score, 1), "weight_covered": round(covered)}


def _follow_up(follow_up: FollowUp) -> Json:
    proposal = follow_up.proposal
    return {
        "id": proposal.follow_up,
        "question": proposal.question,
        "kind": proposal.kind,
        "text": proposal.text,
        "quote": proposal.quote,
        "reason": proposal.reason,
        "alternatives": list(proposal.alternatives),
        "state": follow_up.state,
        "by": follow_up.by,
        "at_ms": follow_up.at_ms,
        "withdrawn_because": follow_up.withdrawn_because,
    }
