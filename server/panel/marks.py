"""The panel's notes and bookmarks, each at the moment it belongs to, for desks and reports."""

from __future__ import annotations

from typing import Any

from server.conductor.state import InterviewState

Json = dict[str, Any]


def notes_of(state: InterviewState) -> list[Json]:
    """Notes in the order of their moments: where the writing began."""
    notes = [
        {
            "at_ms": at_ms if note.moment_ms is None else note.moment_ms,
            "by": note.by,
            "name": state.panel.name(note.by),
            "text": note.text,
        }
        for at_ms, note in state.notes
    ]
    return sorted(notes, key=_moment)


def bookmarks_of(state: InterviewState) -> list[Json]:
    """Bookmarks in the order of their moments."""
    bookmarks = [
        {
            "id": mark.bookmark,
            "at_ms": mark.moment_ms,
            "by": mark.by,
            "name": state.panel.name(mark.by),
            "word": mark.word,
        }
        for mark in state.panel.bookmarks.values()
    ]
    return sorted(bookmarks, key=_moment)


def _moment(mark: Json) -> int:
    at_ms: int = mark["at_ms"]
    return at_ms
