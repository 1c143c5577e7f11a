"""An interviewer's page: one interview, or the lobby."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError, InputError
from server.conductor import inputs as ip
from server.conductor.moments import autopilot
from server.conductor.script import script_of
from server.control import commands as cmd
from server.control.coverage_view import coverage_view
from server.control.desk_view import desk_view, lobby_line, prompts_of, scales_of
from server.control.feed import Feed
from server.control.rights import DeskRights, me
from server.control.socket import CloseCode, Page, obeyed
from server.live.interviews import Interviews, OpenInterview
from server.live.stills import has_still
from server.panel.scoring import Viewer
from server.permits import rights
from server.persons import DEFAULT_INTERVIEWER
from server.refusals import refused
from server.store.codec import encode_record
from server.store.seam import StoredInterview
from server.tokens import Grant

Json = dict[str, Any]

LOBBY_GAP_S = 0.5
"""Between two lists to one page: every interview's every event may change a line, and a list is long."""


class DeskPage:
    """One interview as its interviewer sees and steers it."""

    def __init__(
        self,
        opened: OpenInterview,
        page: Page,
        rights: DeskRights,
        blind: bool,
        hidden: frozenset[str],
        after: int,
    ) -> None:
        self._opened = opened
        self._live = opened.live
        self._page = page
        self._rights = rights
        self._person = rights.member
        self._viewer = Viewer(self._person.id, blind)
        self._hidden = hidden
        self._told_scales = False
        self._feed = Feed(after, self._record, self._view)
        self._microphone = ""

    async def run(self) -> None:
        unwatch = self._live.watch(self._page.wake.set)
        self._opened.panel.arrive(self._person)
        if self._live.board is None:
            self._live.look_again()
        try:
            await self._page.run(self._batch, self._answer)
        finally:
            unwatch()
            self._leave_air()
            self._opened.panel.leave(self._person)

    def people_changed(self, interview: str) -> None:
        """The interview's people are others: whoever sits here may do more now, or less."""
        person = self._rights.member
        if interview == self._opened.stored.id and person != self._person:
            self._person = person
            self._opened.panel.changed(person)

    def _view(self) -> Json:
        live = self._live
        view = desk_view(self._opened.job, live.script, live.state, live.now_ms(), self._viewer)
        view["autopilot"] = autopilot(live.state, live.options)
        view["prompts"] = prompts_of(live.prompts, live.state)
        view["panel"] = self._opened.panel.view(self._person)
        view |= self._rights.shown()
        view["coverage"] = coverage_view(live.board)
        # Before the candidate has signed in, the recruiter's name for them is known.
        return {**view, "candidate": view["candidate"] or self._opened.stored.candidate.name}

    def _batch(self) -> Iterable[Json]:
        if self._live.journal.lost_ownership:
            self._live.spawn(self._page.close(CloseCode.RESTART, "come back"), "close page")
            return
        if not self._rights.may_watch:
            return
        if not self._told_scales:
            self._told_scales = True
            yield {"type": "scales", "competencies": scales_of(self._opened.job)}
        records = self._live.journal.since(self._feed.cursor)
        seq = self._live.journal.durable_count
        yield from self._feed.messages(records, seq, self._live.live_values)

    def _record(self, record: ev.Record) -> Json | None:
        return None if record.event.type in self._hidden else encode_record(record)

    def _answer(self, message: str) -> Json | None:
        command = cmd.read_desk_command(message)
        if isinstance(command, cmd.Pong):
            self._page.ponged(command)
            return None
        return obeyed(command.id, lambda: self._obey(command))

    def _obey(self, command: cmd.DeskCommand) -> None:
        self._rights.require(command)
        live, panel = self._live, self._opened.panel
        if isinstance(command, cmd.STEERING):
            panel.steer(self._person)
        match command:
            case cmd.DeskPlain(name=name):
                live.give(ip.InterviewerCommand(name))
            case cmd.SendFollowUp(follow_up=follow_up, text=text):
                if follow_up is None and text is None:
                    raise refused(InputError, "nothing_to_ask")
                # The candidate is told the id: what a page calls its own question stays out of it.
                own = text is not None and follow_up not in live.state.follow_ups
                chosen = f"own-{secrets.token_hex(3)}" if follow_up is None or own else follow_up
                live.give(ip.SendFollowUp(chosen, self._person.id, text))
            case cmd.Dismiss(follow_up=follow_up):
                live.give(ip.DismissFollowUp(follow_up))
            case cmd.Autopilot(on=on):
                live.give(ip.SwitchAutopilot(on, self._person.id))
            case cmd.Extend(seconds=seconds):
                live.give(ip.GiveTime(seconds * 1000, self._person.id))
            case cmd.Microphone(connection=connection, on=on):
                self._switch_microphone(connection, on)
            case cmd.AskControl():
                panel.ask(self._person)
            case cmd.TakeControl():
                panel.take(self._person)
            case cmd.HandOver(to=to):
                panel.hand_over(self._person, to)
            case _:
                self._take_part(command)

    def _switch_microphone(self, connection: str, on: bool) -> None:
        """On air is who conducts; off air everybody may go."""
        media, person = self._opened.media, self._person
        if on:
            self._opened.panel.steer(person)
        if media is None or not media.in_person.may_switch(connection, self._rights.grant.id):
            raise refused(ConflictError, "microphone_absent")
        if on and not media.in_person.can_be_heard(connection):
            raise refused(ConflictError, "microphone_lost")
        if on:
            self._microphone = connection
        name = "" if person.id == DEFAULT_INTERVIEWER.subject else person.name
        self._live.give(ip.SwitchMicrophone(connection, person.id, on, name=name))

    def _leave_air(self) -> None:
        """The page is gone: nobody sees any more that it is on air."""
        if self._microphone and not self._live.journal.lost_ownership:
            self._live.give(ip.SwitchMicrophone(self._microphone, self._person.id, on=False, lost=True))

    def _take_part(self, command: cmd.DeskCommand) -> None:
        """What everybody of the panel may do, whoever conducts."""
        panel, person = self._opened.panel, self._person
        match command:
            case cmd.Note(text=text, at_ms=at_ms):
                panel.note(person, text, at_ms)
            case cmd.Bookmark(bookmark=bookmark, at_ms=at_ms, word=word):
                panel.bookmark(person, bookmark, at_ms, word)
            case cmd.Chat(text=text):
                panel.chat(person, text)
            case cmd.Score(competency=competency, score=score, reason=reason):
                panel.score(person, self._viewer, competency, score, reason)
            case cmd.Level(competency=competency, sub_dimension=scale, level=level, reason=reason):
                panel.level(person, self._viewer, competency, scale, level, reason)
            case cmd.Decide(decision=decision, reason=reason):
                panel.decide(person, decision, reason)


class LobbyPage:
    """All interviews that this person may see, waiting, running and finished."""

    def __init__(self, interviews: Interviews, page: Page, grant: Grant, blind: bool) -> None:
        self._interviews = interviews
        self._page = page
        page.options = replace(page.options, least_gap_s=LOBBY_GAP_S)
        self._grant = grant
        self._blind = blind
        self._shown: list[Json] | None = None

    async def run(self) -> None:
        unwatch = self._interviews.watch(self._page.wake.set)
        try:
            await self._page.run(self._batch, self._answer)
        finally:
            unwatch()

    def _batch(self) -> Iterable[Json]:
        lines = lobby(self._interviews, self._grant, self._blind)
        comparable = [{**line, "running_ms": None} for line in lines]
        if comparable != self._shown:
            self._shown = comparable
            yield {"type": "lobby", "me": me(self._grant), "interviews": lines}

    @staticmethod
    def _answer(message: str) -> Json | None:
        cmd.read_desk_command(message)
        return None


def lobby(interviews: Interviews, grant: Grant, blind: bool) -> list[Json]:
    """A line for every interview that ``grant`` may see, the newest first. ``blind``: without totals."""
    lines: list[Json] = []
    for stored in interviews.rows():
        allowed = rights(grant, stored)
        if "list" in allowed:
            opened = interviews.opened(stored.id)
            line = line_of_open(opened) if opened else line_of_stored(interviews, stored)
            people = {
                "department": stored.department,
                "interviewers": [person.name for person in stored.interviewers],
                "may": list(allowed),
            }
            lines.append({**line, **people, **({"total": None} if blind else {})})
    return lines


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
        "question_total": len(script_of(known[0]).questions) if known else 0,
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
