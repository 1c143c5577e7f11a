"""What a candidate's page is told of every event there is: the fields on this list, and no other."""

from __future__ import annotations

import dataclasses
from typing import Any, get_type_hints

import pytest

from media_pipeline import events as ev
from server.control.candidate_records import candidate_record

ID = "ivan@corp.example"
"""Stands in every text field of every event, as an interviewer's id might."""

WORDS_OF_THE_CONVERSATION = {
    "transcript_partial": {"utterance", "committed", "tentative", "start_ms", "end_ms", "speaker"},
    "transcript_final": {
        "utterance", "speaker", "source", "text", "start_ms", "end_ms", "question", "overlap",
    },
    "speech_out_started": {"utterance", "text", "spoken_by"},
    "speech_out_ended": {"utterance", "reason", "heard_ms"},
    "question_asked": {"question", "text", "index", "total", "think_ms", "answer_ms", "practice"},
    "question_rephrased": {"question", "text"},
    "help_answered": {"text", "passage"},
    "follow_up_asked": {"follow_up", "question", "text", "quote"},
    "nudged": {"question", "text"},
    "connection_changed": {"state", "channel"},
    "part_degraded": {"part", "state"},
}  # fmt: skip


def anything(kind: type[ev.Event]) -> ev.Event:
    hints = get_type_hints(kind)
    values: dict[str, Any] = {item.name: ID for item in dataclasses.fields(kind)}
    for name, hint in hints.items():
        if name in values and hint in (int, float, bool):
            values[name] = hint(1)
    return kind(**values)


@pytest.mark.parametrize("kind", ev.EVENT_TYPES.values(), ids=ev.EVENT_TYPES)
def test_nothing_but_what_the_candidate_needs(kind: type[ev.Event]) -> None:
    told = candidate_record(ev.Record(3, 30, anything(kind), 2))
    allowed = WORDS_OF_THE_CONVERSATION.get(kind.type)
    if allowed is None:
        assert told is None
        return
    assert told is not None and told["seq"] == 3 and told["event"]["type"] == kind.type
    assert told["event"].keys() - {"type"} == allowed
