"""The pages' commands as typed messages; what cannot be read is refused with the field's name."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from media_pipeline.errors import InputError
from media_pipeline.events import Decision, Mode
from server.conductor.inputs import CandidateCommandName, InterviewerCommandName

Text = Annotated[str, Meta(min_length=1, max_length=4_000)]
Id = Annotated[str, Meta(min_length=1, max_length=64)]
Reason = Annotated[str, Meta(max_length=2_000)]
Moment = Annotated[int, Meta(ge=0, le=2**53)]
MAX_MESSAGE_BYTES = 16 * 1024


class Hello(msgspec.Struct, tag="hello", forbid_unknown_fields=True):
    """First message of a socket. ``after``: the last seq the page has seen."""

    token: str
    after: Annotated[int, Meta(ge=0)] = 0
    interview: str | None = None


class Pong(msgspec.Struct, tag="pong"):
    pass


class _Command(msgspec.Struct, tag_field="command", forbid_unknown_fields=True, kw_only=True):
    id: Id
    type: Literal["command"] = "command"


class Plain(_Command, tag="plain"):
    """Commands without fields; ``name`` is one of ``CandidateCommandName``."""

    name: CandidateCommandName = "done"


class Help(_Command, tag="help"):
    text: Text


class TypedText(_Command, tag="text"):
    text: Text


class ChangeMode(_Command, tag="mode"):
    mode: Mode


class Spoken(_Command, tag="spoken"):
    """The browser's own voice says where it is."""

    utterance: Id
    state: Literal["started", "ended"]


class Ask(_Command, tag="ask"):
    text: Text


CandidateCommand = Plain | Help | TypedText | ChangeMode | Spoken | Ask


class DeskPlain(_Command, tag="plain"):
    name: InterviewerCommandName = "pause"


class SendFollowUp(_Command, tag="follow_up"):
    follow_up: Id | None = None
    text: Annotated[str, Meta(min_length=1, max_length=500)] | None = None


class Dismiss(_Command, tag="dismiss"):
    follow_up: Id


class Autopilot(_Command, tag="autopilot"):
    on: bool


class Extend(_Command, tag="extend"):
    """More time for the open question."""

    seconds: Annotated[int, Meta(ge=10, le=600)] = 60


class Microphone(_Command, tag="microphone"):
    """``connection``: what the microphone's WHIP answer named in its ``Location``."""

    connection: Id
    on: bool


class Note(_Command, tag="note"):
    """``at_ms``: when the writing began, session time; None: now."""

    text: Text
    at_ms: Moment | None = None


class Bookmark(_Command, tag="bookmark"):
    """``bookmark``: the page's id for it; the same id again gives the bookmark another word."""

    bookmark: Id
    at_ms: Moment
    word: Annotated[str, Meta(max_length=80)] = ""


class Chat(_Command, tag="chat"):
    """To the panel, never to the candidate."""

    text: Annotated[str, Meta(min_length=1, max_length=500)]


class AskControl(_Command, tag="ask_control"):
    pass


class TakeControl(_Command, tag="take_control"):
    """When who has control is gone."""


class HandOver(_Command, tag="hand_over"):
    to: Annotated[str, Meta(min_length=1, max_length=200)]


class Score(_Command, tag="score"):
    """A competency as a whole; null: insufficient evidence."""

    competency: Id
    score: Annotated[float, Meta(ge=0, le=10)] | None
    reason: Reason = ""


class Level(_Command, tag="level"):
    """One sub-dimension; null: insufficient evidence."""

    competency: Id
    sub_dimension: Id
    level: Annotated[int, Meta(ge=1, le=5)] | None
    reason: Reason = ""


class Decide(_Command, tag="decide"):
    decision: Decision
    reason: Reason


DeskCommand = (
    DeskPlain | SendFollowUp | Dismiss | Autopilot | Extend | Microphone | Note | Bookmark | Chat
    | AskControl | TakeControl | HandOver | Score | Level | Decide
)  # fmt: skip


class More(_Command, tag="more"):
    """The next page of the lobby's finished interviews."""


STEERING = (DeskPlain, SendFollowUp, Dismiss, Autopilot, Extend)
"""Commands that change the interview: for whoever has control."""

_PLAIN_CANDIDATE = frozenset(CandidateCommandName.__args__)  # type: ignore[attr-defined]
_PLAIN_DESK = frozenset(InterviewerCommandName.__args__)  # type: ignore[attr-defined]
_candidate = msgspec.json.Decoder(CandidateCommand)
_desk = msgspec.json.Decoder(DeskCommand)
_lobby = msgspec.json.Decoder(More)
_first = msgspec.json.Decoder(Hello)


class _Envelope(msgspec.Struct):
    type: str = ""
    id: str | None = None
    command: str = ""


_envelope = msgspec.json.Decoder(_Envelope)


class CommandError(InputError):
    """A message that is no command; ``id`` is the page's id for it, where it had one."""

    code = "bad_command"

    def __init__(self, sentence: str, command_id: str | None = None) -> None:
        super().__init__(sentence)
        self.id = command_id


def read_hello(message: str) -> Hello:
    """The first message. Raises ``CommandError``."""
    try:
        return _first.decode(message)
    except msgspec.DecodeError as error:
        raise CommandError(f"The first message must be a hello: {error}") from error


def read_candidate_command(message: str) -> CandidateCommand | Pong:
    """A message of a candidate's page. Raises ``CommandError``."""
    envelope = _read_envelope(message)
    if envelope.type == "pong":
        return Pong()
    if envelope.command in _PLAIN_CANDIDATE:
        return Plain(id=envelope.id or "", name=envelope.command)  # type: ignore[arg-type]
    try:
        command: CandidateCommand = _candidate.decode(message)
        return command
    except msgspec.DecodeError as error:
        raise CommandError(f"The command cannot be read: {error}", envelope.id) from error


def read_desk_command(message: str) -> DeskCommand | Pong:
    """A message of an interviewer's page. Raises ``CommandError``."""
    envelope = _read_envelope(message)
    if envelope.type == "pong":
        return Pong()
    if envelope.command in _PLAIN_DESK:
        return DeskPlain(id=envelope.id or "", name=envelope.command)  # type: ignore[arg-type]
    try:
        command: DeskCommand = _desk.decode(message)
        return command
    except msgspec.DecodeError as error:
        raise CommandError(f"The command cannot be read: {error}", envelope.id) from error


def read_lobby_command(message: str) -> More | Pong:
    """A message of a lobby's page. Raises ``CommandError``."""
    envelope = _read_envelope(message)
    if envelope.type == "pong":
        return Pong()
    try:
        command: More = _lobby.decode(message)
        return command
    except msgspec.DecodeError as error:
        raise CommandError(f"The command cannot be read: {error}", envelope.id) from error


def _read_envelope(message: str) -> _Envelope:
    try:
        envelope = _envelope.decode(message)
    except msgspec.DecodeError as error:
        raise CommandError(f"This is not a message of the control protocol: {error}") from error
    if envelope.type not in ("command", "pong"):
        raise CommandError(f"There is no message of type {envelope.type!r}.", envelope.id)
    return envelope
