"""Messages of pages: every command of the protocol is read, everything else refused with a sentence."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.control import commands as cmd


@pytest.mark.parametrize("name", sorted(cmd._PLAIN_CANDIDATE))
def test_plain_commands(name: str) -> None:
    command = cmd.read_candidate_command(json.dumps({"type": "command", "id": "7", "command": name}))
    assert command == cmd.Plain(id="7", name=name)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"command": "help", "text": "When?"}, cmd.Help(id="7", text="When?")),
        ({"command": "text", "text": "I led it"}, cmd.TypedText(id="7", text="I led it")),
        ({"command": "mode", "mode": "text"}, cmd.ChangeMode(id="7", mode="text")),
        (
            {"command": "spoken", "utterance": "u", "state": "ended"},
            cmd.Spoken(id="7", utterance="u", state="ended"),
        ),
        ({"command": "ask", "text": "Salary?"}, cmd.Ask(id="7", text="Salary?")),
    ],
)
def test_commands_with_fields(fields: dict[str, str], expected: cmd.CandidateCommand) -> None:
    assert cmd.read_candidate_command(json.dumps({"type": "command", "id": "7", **fields})) == expected


@pytest.mark.parametrize(
    "fields",
    [
        {"command": "mode", "mode": "smell"},
        {"command": "text", "text": ""},
        {"command": "text", "text": "x" * 5_000},
        {"command": "score", "competency": "p", "score": 7},
        {"command": "dance"},
        {},
    ],
)
def test_refused_with_the_commands_id(fields: dict[str, object]) -> None:
    with pytest.raises(cmd.CommandError) as refused:
        cmd.read_candidate_command(json.dumps({"type": "command", "id": "7", **fields}))
    assert refused.value.id == "7"


def test_score_is_within_the_scale() -> None:
    message = {"type": "command", "id": "7", "command": "score", "competency": "p", "score": 11}
    with pytest.raises(cmd.CommandError):
        cmd.read_desk_command(json.dumps(message))


def test_candidates_commands_are_not_the_desks() -> None:
    with pytest.raises(cmd.CommandError):
        cmd.read_desk_command(json.dumps({"type": "command", "id": "7", "command": "done"}))


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    for read in (cmd.read_hello, cmd.read_candidate_command, cmd.read_desk_command):
        try:
            read(text)
        except cmd.CommandError:
            continue
