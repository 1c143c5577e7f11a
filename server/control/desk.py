"""An interviewer's page of one interview."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError, InputError
from server.conductor import inputs as ip
from server.conductor.moments import autopilot
from server.control import commands as cmd
from server.control.coverage_view import coverage_view
from server.control.desk_view import desk_view, prompts_of, scales_of
from server.control.feed import Feed
from server.control.rights import DeskRights
from server.control.socket import CloseCode, Page, obeyed
from server.live.interviews import OpenInterview
from server.panel.scoring import Viewer
from server.persons import DEFAULT_INTERVIEWER
from server.refusals import refused
from server.store.codec import encode_record

Json = dict[str, Any]


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
