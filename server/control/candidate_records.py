"""Which records a candidate's page gets, and which fields of each: what is not named here stays inside.

Who asked and why, what the machine's parts say of each other and ids of connections are not theirs to see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from media_pipeline import events as ev
from server.store.codec import encode_record

Json = dict[str, Any]

FIELDS: Final[Mapping[str, frozenset[str]]] = {
    kind.type: frozenset(fields.split())
    for kind, fields in (
        (ev.TranscriptPartial, "utterance committed tentative start_ms end_ms speaker"),
        (ev.TranscriptFinal, "utterance speaker source text start_ms end_ms question overlap"),
        (ev.SpeechOutStarted, "utterance text spoken_by"),
        (ev.SpeechOutEnded, "utterance reason heard_ms"),
        (ev.QuestionAsked, "question text index total think_ms answer_ms practice"),
        (ev.QuestionRephrased, "question text"),
        (ev.HelpAnswered, "text passage"),
        (ev.FollowUpAsked, "follow_up question text quote"),
        (ev.Nudged, "question text"),
        (ev.ConnectionChanged, "state channel"),
        (ev.PartDegraded, "part state"),
    )
}
"""Fields by the type of event. ``type`` itself is always told."""


def candidate_record(record: ev.Record) -> Json | None:
    """The record as the candidate's page gets it; None: not at all."""
    fields = FIELDS.get(record.event.type)
    if fields is None:
        return None
    body = encode_record(record)
    event = body["event"]
    return {**body, "event": {key: event[key] for key in event if key == "type" or key in fields}}
