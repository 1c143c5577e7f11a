"""The codec: every event type comes back as it went, anything else is a clean error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.errors import InputError
from media_pipeline.events import (
    EVENT_TYPES,
    Event,
    FollowUpAsked,
    PartDegraded,
    Record,
    TranscriptFinal,
    Word,
)
from server.store.codec import decode_event, decode_record, encode_event, encode_record, from_json, to_json

# What JSON cannot carry is not an event's value: lone surrogates, NaN, infinities.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
st.register_type_strategy(str, TEXT)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(int, st.integers(-(2**53), 2**53))

RECORDS = st.builds(
    Record,
    seq=st.integers(1, 2**53),
    at_ms=st.integers(0, 2**53),
    cause=st.none() | st.integers(1, 2**53),
    event=st.one_of([st.builds(kind) for kind in EVENT_TYPES.values()]),
)


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=lambda kind: kind.type)
def test_every_type_comes_back(kind: type[Event]) -> None:
    @given(st.builds(kind))
    def comes_back(event: Event) -> None:
        body = from_json(to_json(encode_event(event)))
        assert body["type"] == kind.type
        assert decode_event(body) == event

    comes_back()


def test_sentences_of_older_logs_are_read_as_the_codes_of_now() -> None:
    part = {
        "type": "part_degraded",
        "part": "vision",
        "state": "missing",
        "detail": "this server has no eyes",
    }
    assert decode_event(part) == PartDegraded("vision", "missing")
    asked = {
        "type": "follow_up_asked", "follow_up": "f1", "question": "q1", "kind": "quantify",
        "text": "How many?", "quote": "many", "by": "system", "budget_left": 1,
    }  # fmt: skip
    closing = decode_event({**asked, "reason": "no figure; asked as the answer was closed"})
    assert isinstance(closing, FollowUpAsked)
    assert (closing.reason, closing.occasion) == ("no figure", "closing")
    own = decode_event({**asked, "by": "interviewer", "reason": "asked by mei in their own words"})
    assert isinstance(own, FollowUpAsked)
    assert (own.reason, own.occasion, own.person) == ("", "own", "mei")
    plain = decode_event({**asked, "reason": "no figure"})
    assert isinstance(plain, FollowUpAsked)
    assert (plain.reason, plain.occasion) == ("no figure", "moment")


@given(RECORDS)
def test_records_come_back_through_any_json_library(record: Record) -> None:
    assert decode_record(json.loads(json.dumps(encode_record(record)))) == record


def test_the_wire_form_is_the_protocols() -> None:
    words = (Word("好", 10, 20),)
    final = TranscriptFinal("u1", "candidate", "speech", "好的", 10, 20, words=words, question="q1")
    assert json.loads(to_json(encode_record(Record(7, 25, final, cause=3)))) == {
        "seq": 7,
        "at_ms": 25,
        "cause": 3,
        "event": {
            "type": "transcript_final",
            "utterance": "u1",
            "speaker": "candidate",
            "source": "speech",
            "text": "好的",
            "start_ms": 10,
            "end_ms": 20,
            "words": [{"text": "好", "start_ms": 10, "end_ms": 20, "probability": None}],
            "question": "q1",
            "overlap": False,
        },
    }


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "None"),
        ({"type": "moon_landed"}, "moon_landed"),
        ({"type": ["speech_started"]}, "speech_started"),
        ({"type": "speech_started"}, "start_ms"),
        ({"type": "speech_started", "start_ms": "1"}, "start_ms"),
        ({"type": "speech_started", "start_ms": 1.5}, "start_ms"),
        ({"type": "speech_started", "start_ms": 1, "mood": "happy"}, "mood"),
        ({"type": "speech_out_ended", "utterance": "u", "reason": "bored", "heard_ms": 1}, "reason"),
    ],
)
def test_what_is_wrong_is_named(body: dict[str, Any], named: str) -> None:
    with pytest.raises(InputError, match=named):
        decode_event(body)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(name=st.sampled_from([*EVENT_TYPES, "x"]), body=st.dictionaries(TEXT, JSON_VALUES, max_size=4))
def test_anything_is_refused_cleanly_or_is_an_event(name: str, body: dict[str, Any]) -> None:
    try:
        event = decode_event({**body, "type": name})
    except InputError:
        return
    assert isinstance(event, EVENT_TYPES[name])


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_cleanly_or_json(text: bytes) -> None:
    try:
        from_json(text)
    except InputError:
        return
    json.loads(text)


@pytest.mark.parametrize(
    "body",
    [{}, {"seq": 1}, {"seq": "1", "at_ms": 0, "event": {}}, {"seq": 1, "at_ms": 0, "event": []}],
)
def test_a_broken_record_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        decode_record(body)
