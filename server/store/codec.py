"""Events and records as JSON, in exactly the wire form of docs/protocol.md; the store keeps the same."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from media_pipeline.errors import InputError
from media_pipeline.events import EVENT_TYPES, Event, FollowUpAsked, PartDegraded, PartDetail, Record

JsonObject = dict[str, Any]

_FIELDS: dict[str, frozenset[str]] = {
    name: frozenset(item.name for item in dataclasses.fields(kind)) for name, kind in EVENT_TYPES.items()
}
_PART_DETAILS = frozenset(get_args(PartDetail))
_CLOSING = "; asked as the answer was closed"
_OWN = re.compile(r"asked by (.+) in their own words")


class CodecError(InputError):
    """A text that is no event of this version's vocabulary."""

    code = "bad_event"


def encode_event(event: Event) -> JsonObject:
    """``{"type": …, field: value, …}``; tuples stay tuples until they are JSON."""
    return {"type": event.type, **msgspec.to_builtins(event)}


def decode_event(body: Mapping[str, Any]) -> Event:
    """The event of ``body``. Raises ``CodecError`` naming the type or field that is wrong."""
    name = body.get("type")
    kind = EVENT_TYPES.get(name) if isinstance(name, str) else None
    if kind is None or not isinstance(name, str):
        raise CodecError(f"There is no event of type {name!r}.")
    fields = {key: value for key, value in body.items() if key != "type"}
    unknown = sorted(str(key) for key in fields.keys() - _FIELDS[name])
    if unknown:
        raise CodecError(f"The event {name} has no field {unknown[0]!r}.")
    try:
        return msgspec.convert(_as_now(name, fields), kind)
    except msgspec.ValidationError as error:
        raise CodecError(f"The event {name} cannot be read: {error}") from error


def _as_now(name: str, fields: JsonObject) -> JsonObject:
    """Logs of before 2026-11-22 have English sentences in places where codes stand now."""
    if name == PartDegraded.type and fields.get("detail", "") not in _PART_DETAILS:
        return {**fields, "detail": ""}
    reason = fields.get("reason", "")
    if name != FollowUpAsked.type or "occasion" in fields or not isinstance(reason, str):
        return fields
    if reason.endswith(_CLOSING):
        return {**fields, "reason": reason.removesuffix(_CLOSING), "occasion": "closing"}
    own = _OWN.fullmatch(reason)
    return {**fields, "reason": "", "occasion": "own", "person": own[1]} if own else fields


def encode_record(record: Record) -> JsonObject:
    """``{"seq", "at_ms", "cause", "event": {"type", …}}``."""
    return {
        "seq": record.seq,
        "at_ms": record.at_ms,
        "cause": record.cause,
        "event": encode_event(record.event),
    }


def decode_record(body: Mapping[str, Any]) -> Record:
    """The record of ``body``; members beside the four are ignored. Raises ``CodecError``."""
    try:
        frame = msgspec.convert(body, _Frame)
    except msgspec.ValidationError as error:
        raise CodecError(f"The record cannot be read: {error}") from error
    return Record(seq=frame.seq, at_ms=frame.at_ms, event=decode_event(frame.event), cause=frame.cause)


class _Frame(msgspec.Struct):
    seq: int
    at_ms: int
    event: dict[str, Any]
    cause: int | None = None


def to_json(body: object) -> bytes:
    """Compact UTF-8 JSON."""
    return msgspec.json.encode(body)


def from_json(text: bytes | str) -> Any:
    """Any JSON value. Raises ``CodecError``."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise CodecError(f"This is not JSON: {error}") from error
