"""What an interviewer's page shows of one interview, and the lobby's line about it."""

from __future__ import annotations

from typing import Any

import msgspec

from scoring.job import Competency, Job, SubDimension
from server.conductor.script import Script, ScriptQuestion
from server.conductor.state import Asked, FollowUp, InterviewState
from server.control.candidate_view import deadline_of, presence_of, question_of, speaking_of
from server.judge.prompts import DeskPrompts
from server.live.status import status_of
from server.panel.card import complete, reason_of, score_of
from server.panel.marks import bookmarks_of, notes_of
from server.panel.reason_length import rule
from server.panel.report import decisions_of
from server.panel.scoring import Viewer, has_scored_all, hidden_from, proposed_level

Json = dict[str, Any]
ATTENTION_AFTER_MS = 3_000
"""An observation must hold this long before the lobby points at it."""


def desk_view(job: Job, script: Script, state: InterviewState, now_ms: int, viewer: Viewer) -> Json:
    """The view of ``docs/protocol.md``, "Interviewer: view", for ``viewer``."""
    competencies = [_competency(competency, state, viewer) for competency in job.competencies]
    withheld = viewer.blind and not has_scored_all(job, state, viewer.person)
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
        "on_air": on_air_of(state),
        "candidate_speaking": state.candidate_speaking,
        "connection": _connection(state),
        "presence": presence_of(state),
        "plan": [_planned(question, script, state) for question in script.questions],
        "competencies": competencies,
        "total": _total(competencies),
        "observations": [
            {"kind": kind, "since_ms": since} for kind, since in sorted(state.observations.items())
        ],
        "delivery": None if state.delivery is None else msgspec.to_builtins(state.delivery),
        "follow_ups": [_follow_up(follow_up) for follow_up in state.follow_ups.values()],
        "notes": notes_of(state),
        "bookmarks": bookmarks_of(state),
        "decisions": decisions_of(state, by=viewer.person if withheld else None),
        "decisions_withheld": withheld,
        "decision_rule": rule(),
        "parts": [
            {
                "part": part.part,
                "state": part.state,
                "detail": part.detail,
                "count": part.count,
                "total": part.total,
            }
            for part in state.parts.values()
            if part.state != "ok"
        ],
        "report": "ready" if state.report_ready else "none",
        "started_at_ms": state.started_at_ms,
        "ended_at_ms": state.ended_at_ms,
        "end_reason": state.end_reason if state.ended else None,
        "server_now_ms": now_ms,
    }


def on_air_of(state: InterviewState) -> Json | None:
    """Who speaks with the candidate in person; a page knows its own microphone by the connection."""
    on_air = state.on_air
    if on_air is None:
        return None
    return {
        "by": on_air.by,
        "name": on_air.name,
        "connection": on_air.connection,
        "since_ms": on_air.since_ms,
    }


def prompts_of(prompts: DeskPrompts, state: InterviewState) -> list[Json]:
    """What to notice in the open answer; nobody but the interviewer is told."""
    return [
        {"id": prompt.key, "kind": prompt.kind, "text": prompt.text, "quote": prompt.quote}
        for prompt in prompts.of(state)
    ]


def lobby_line(job: Job, script: Script, state: InterviewState, created_at: str, now_ms: int) -> Json:
    """One interview in the lobby."""
    competencies = [_competency(competency, state, Viewer("")) for competency in job.competencies]
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
        "mode": state.mode,
        "still": False,
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


def _competency(competency: Competency, state: InterviewState, viewer: Viewer) -> Json:
    proposed = state.scores.get(competency.id)
    hidden = hidden_from(state, competency, viewer)
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
        "sub_dimensions": [
            _scale(scale, competency, state, viewer, hidden) for scale in competency.sub_dimensions
        ],
        "human": _given(competency, state, viewer.person),
        "others": []
        if hidden
        else [
            _given(competency, state, person)
            for person, cards in state.panel.cards.items()
            if person != viewer.person and competency.id in cards
        ],
    }


def _scale(
    scale: SubDimension, competency: Competency, state: InterviewState, viewer: Viewer, hidden: bool
) -> Json:
    """One sub-dimension: the system's level, the viewer's own and, once theirs is there, the colleagues'."""
    cards = {person: state.panel.card(person, competency.id) for person in state.panel.cards}
    given = {person: card.levels[scale.id] for person, card in cards.items() if scale.id in card.levels}
    mine = given.pop(viewer.person, None)
    return {
        "id": scale.id,
        "title": scale.title,
        "weight": scale.weight,
        "level": None if hidden else proposed_level(state, competency.id, scale.id),
        "mine": None if mine is None else {"level": mine.level, "reason": mine.reason},
        "others": [] if hidden else [{"by": person, "level": one.level} for person, one in given.items()],
    }


def _given(competency: Competency, state: InterviewState, person: str) -> Json | None:
    """What ``person`` has given for the competency; None: nothing yet."""
    card = state.panel.card(person, competency.id)
    if card.empty:
        return None
    return {
        "by": person,
        "score": score_of(competency, card),
        "reason": reason_of(card),
        "whole": card.as_whole,
        "complete": complete(competency, card),
    }


def scales_of(job: Job) -> Json:
    """The anchors of every sub-dimension, by competency: the page is told them once."""
    return {
        competency.id: {scale.id: list(scale.anchors) for scale in competency.sub_dimensions}
        for competency in job.competencies
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
        "moment": proposal.moment,
        "state": follow_up.state,
        "by": follow_up.by,
        "at_ms": follow_up.at_ms,
        "withdrawn_because": follow_up.withdrawn_because,
    }
