"""The lobby: a line for every interview that a person may see. Told whole once, then what has changed.

A line is made anew only when something of its interview was written, or its people are others; what
changes by time alone (a picture is there, an observation has lasted) is looked at every few seconds, and
only where somebody may be sitting. Finished interviews come in pages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from server.access import may
from server.control import commands as cmd
from server.control.desk_view import lobby_line
from server.control.rights import me
from server.control.socket import Page, obeyed
from server.live.interviews import Interviews, OpenInterview
from server.live.stills import has_still
from server.permits import facts_of, rights
from server.store.seam import StoredInterview
from server.tokens import Grant

Json = dict[str, Any]

LOBBY_GAP_S: Final = 0.5
"""Between two messages to one page: every interview's every event may change a line."""
LOOK_EVERY_S: Final = 2.0
"""Lines of running interviews are looked at so often for what changes by time alone."""
FINISHED_AT_ONCE: Final = 50
"""Finished interviews that are told at first, and with each ``more``."""


class LobbyPage:
    """All interviews that this person may see, waiting, running and finished."""

    def __init__(self, interviews: Interviews, page: Page, grant: Grant, blind: bool) -> None:
        self._interviews = interviews
        self._page = page
        page.options = replace(page.options, least_gap_s=LOBBY_GAP_S)
        self._lines = LobbyLines(interviews, grant, blind)
        self._changed: set[str] = set()
        self._told = False

    async def run(self) -> None:
        unwatch = self._interviews.watch(self._note)
        looking = asyncio.create_task(self._look(), name="look at the lobby")
        try:
            await self._page.run(self._batch, self._answer)
        finally:
            unwatch()
            looking.cancel()

    def _note(self, interview: str) -> None:
        self._changed.add(interview)
        self._page.wake.set()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for opened in self._interviews.running():
                if opened.stored.status in ("running", "paused"):
                    self._note(opened.stored.id)

    def _batch(self) -> Iterable[Json]:
        changed, self._changed = self._changed, set()
        if not self._told:
            self._told = True
            yield self._lines.whole()
        elif (message := self._lines.changes(changed)) is not None:
            yield message

    def _answer(self, message: str) -> Json | None:
        command = cmd.read_lobby_command(message)
        if isinstance(command, cmd.Pong):
            self._page.ponged(command)
            return None
        return obeyed(command.id, self._more)

    def _more(self) -> None:
        self._changed |= self._lines.more()
        self._page.wake.set()


class LobbyLines:
    """What one page has been told of the list, and what is still to be told."""

    def __init__(self, interviews: Interviews, grant: Grant, blind: bool) -> None:
        self._interviews = interviews
        self._grant = grant
        self._blind = blind
        self._shown: dict[str, Json] = {}
        self._finished: list[str] = []
        """Finished ones that have not been told yet, the newest first."""
        self._count = 0

    def whole(self) -> Json:
        """The first message: everything but the older ones of the finished interviews."""
        rows = [row for row in self._interviews.rows() if self._may_see(row)]
        over = [row for row in rows if row.status == "ended"]
        later = {row.id for row in over[FINISHED_AT_ONCE:]}
        self._finished = [row.id for row in over[FINISHED_AT_ONCE:]]
        lines = [self._line(row) for row in rows if row.id not in later]
        self._shown = {line["interview"]: _comparable(line) for line in lines}
        self._count = len(later)
        return {"type": "lobby", "me": me(self._grant), "interviews": lines, "more": self._count}

    def more(self) -> set[str]:
        """The next finished interviews are to be told."""
        page, self._finished = self._finished[:FINISHED_AT_ONCE], self._finished[FINISHED_AT_ONCE:]
        return set(page)

    def changes(self, changed: set[str]) -> Json | None:
        """Lines that are others than what was told, interviews that are to be seen no longer."""
        later = set(self._finished)
        lines, gone = [], []
        for interview, row in self._newest_first(changed):
            if row is None or not self._may_see(row):
                if self._shown.pop(interview, None) is not None:
                    gone.append(interview)
                elif interview in later:
                    self._finished.remove(interview)
                continue
            if interview in later:
                continue
            line = self._line(row)
            if (comparable := _comparable(line)) != self._shown.get(interview):
                self._shown[interview] = comparable
                lines.append(line)
        if not lines and not gone and self._count == len(self._finished):
            return None
        self._count = len(self._finished)
        return {"type": "lobby_changed", "interviews": lines, "gone": gone, "more": self._count}

    def _newest_first(self, interviews: set[str]) -> list[tuple[str, StoredInterview | None]]:
        rows = [(interview, self._interviews.row(interview)) for interview in interviews]
        return sorted(rows, key=lambda one: one[1].created_at_ms if one[1] else 0, reverse=True)

    def _may_see(self, row: StoredInterview) -> bool:
        return may(self._grant, "list", facts_of(row)).allowed

    def _line(self, row: StoredInterview) -> Json:
        return line_for(self._interviews, row, self._grant, self._blind)


def lobby(interviews: Interviews, grant: Grant, blind: bool) -> list[Json]:
    """A line for every interview that ``grant`` may see, the newest first. ``blind``: without totals."""
    return list(_lines(interviews, grant, blind))


def _lines(interviews: Interviews, grant: Grant, blind: bool) -> Iterator[Json]:
    for stored in interviews.rows():
        if may(grant, "list", facts_of(stored)).allowed:
            yield line_for(interviews, stored, grant, blind)


def line_for(interviews: Interviews, stored: StoredInterview, grant: Grant, blind: bool) -> Json:
    """One interview's line as ``grant`` may see it."""
    opened = interviews.opened(stored.id)
    line = line_of_open(opened) if opened else line_of_stored(interviews, stored)
    people = {
        "department": stored.department,
        "interviewers": [person.name for person in stored.interviewers],
        "may": list(rights(grant, stored)),
    }
    return {**line, **people, **({"total": None} if blind else {})}


def _comparable(line: Json) -> Json:
    """The page's own clock counts how long it runs."""
    return {**line, "running_ms": None}


def line_of_open(opened: OpenInterview) -> Json:
    live = opened.live
    created = _iso(opened.stored.created_at_ms)
    line = lobby_line(opened.job, live.script, live.state, created, live.now_ms())
    name = line["candidate"] or opened.stored.candidate.name
    return {**line, "candidate": name, "still": has_still(opened)}


def line_of_stored(interviews: Interviews, stored: StoredInterview) -> Json:
    """An interview that does not run in this process: from its row alone."""
    known = interviews.jobs.get(stored.job)
    return {
        "interview": stored.id,
        "candidate": stored.candidate.name,
        "job": {"id": stored.job, "title": known[0].title if known else stored.job},
        "language": stored.language,
        "status": stored.status,
        "phase": "ended" if stored.status == "ended" else "waiting",
        "question_index": None,
        "question_total": len(known[0].questions) if known else 0,
        "created_at": _iso(stored.created_at_ms),
        "running_ms": None,
        "connection": "none",
        "attention": [],
        "total": None,
        "report": "ready" if stored.status == "ended" else "none",
        "mode": "video",
        "still": False,
    }


def _iso(unix_ms: int) -> str:
    return datetime.fromtimestamp(unix_ms / 1000, UTC).isoformat(timespec="seconds")
