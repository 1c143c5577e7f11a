"""The report as it is kept: scoring's model with what scoring must not see attached beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from media_pipeline import events as ev
from scoring.assess import Assessment
from scoring.job import Job
from scoring.meaning import Vectors
from scoring.report import AskedInInterview, build_report
from scoring.transcript import Transcript
from server.conductor.state import InterviewState
from server.judge.scores import not_asked
from server.panel.report import panel_part

Json = dict[str, Any]


def full_report(
    job: Job,
    state: InterviewState,
    transcript: Transcript,
    assessment: Assessment,
    records: Sequence[ev.Record],
    models: dict[str, str],
    read: Mapping[str, Vectors] | None = None,
) -> Json:
    """Everything the report page and the JSON export show.

    ``read``: what an answer reader made of each question's answer.
    """
    asked = [
        AskedInInterview(
            question=item.proposal.question,
            kind=item.proposal.kind,
            text=item.proposal.text,
            quote=item.proposal.quote,
            reason=item.proposal.reason,
            by=item.by,
            at_ms=item.at_ms,
        )
        for item in state.follow_ups.values()
        if item.state == "asked"
    ]
    report = build_report(
        job,
        transcript,
        assessment,
        asked=asked,
        asked_questions=[entry.question for entry in state.asked],
        skipped=not_asked(job, state),
        policy=state.policy,
        models=models,
        read=read,
    ).to_json()
    return {
        **report,
        "interview": {
            "id": state.interview,
            "candidate": state.candidate,
            "mode": state.mode,
            "opened_at": _iso(state.opened_unix_ms),
            "started_at_ms": state.started_at_ms,
            "ended_at_ms": state.ended_at_ms,
            "end_reason": state.end_reason,
            "retakes": state.retakes,
            "accommodations": [choice.kind for choice in state.accommodations],
            "consents": state.consents,
        },
        **panel_part(job, state),
        "candidate_questions": [
            {
                "asked": text,
                "answer": answer.text if answer else None,
                "passage": answer.passage if answer else None,
            }
            for text, answer in state.help
        ],
        "delivery": delivery_by_question(records),
        "observations": observed(state, records),
        "not_seen": not_seen(state),
    }


def delivery_by_question(records: Sequence[ev.Record]) -> list[Json]:
    """The last measurement of each answer: hints for a conversation, never part of a score."""
    by_question: dict[str, Json] = {}
    question: str | None = None
    for record in records:
        event = record.event
        if isinstance(event, ev.QuestionAsked):
            question = None if event.practice else event.question
        elif isinstance(event, ev.DeliveryMeasured) and question is not None:
            by_question[question] = msgspec.to_builtins(event)
    return [{"question": question, **measured} for question, measured in by_question.items()]


def observed(state: InterviewState, records: Sequence[ev.Record]) -> list[Json]:
    """When each physical fact held: from, to, in session milliseconds."""
    open_since: dict[str, int] = {}
    spans: list[Json] = []
    for record in records:
        event = record.event
        if not isinstance(event, ev.ObservationChanged):
            continue
        if event.active:
            open_since.setdefault(event.kind, event.since_ms)
        elif event.kind in open_since:
            spans.append({"kind": event.kind, "from_ms": open_since.pop(event.kind), "to_ms": record.at_ms})
    end = state.ended_at_ms
    spans += [{"kind": kind, "from_ms": since, "to_ms": end} for kind, since in open_since.items()]
    return sorted(spans, key=lambda span: span["from_ms"])


OVER_WITH_THE_REPORT: Final[frozenset[ev.PartDetail]] = frozenset({"judge_failed", "report_failed"})
"""What was late on the way; the report itself looks at the whole of the interview again."""


def not_seen(state: InterviewState) -> list[str]:
    """Codes of what this interview could not observe; the page has the sentences."""
    codes = []
    if not state.consents.get("face_processing"):
        codes.append("no_face_consent")
    if state.mode != "video":
        codes.append(f"mode_{state.mode}")
    if state.media.connection is None:
        codes.append("no_media")
    codes += [
        f"{part.part}_{part.state}"
        for part in state.parts.values()
        if part.state != "ok" and part.detail not in OVER_WITH_THE_REPORT and part.part != "store"
    ]
    if not state.consents.get("recording"):
        codes.append("no_recording")
    return codes


def _iso(unix_ms: int | None) -> str | None:
    return (
        None if unix_ms is None else datetime.fromtimestamp(unix_ms / 1000, UTC).isoformat(timespec="seconds")
    )
