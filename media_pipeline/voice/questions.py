"""What the server asks of its voice process: one phrase, and whether anybody waits for it."""

from __future__ import annotations

_AHEAD, _NOW = b"a", b"n"


def question_of(phrase: str, *, ahead: bool) -> bytes:
    """``ahead``: it is made ready only, and whoever waits for words goes first."""
    return (_AHEAD if ahead else _NOW) + phrase.encode("utf-8")


def asked(question: bytes) -> tuple[str, bool]:
    """The phrase, and whether it is made ready only."""
    return question[1:].decode("utf-8"), question[:1] == _AHEAD
