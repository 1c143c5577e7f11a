"""A candidate's page on the control socket: the newest one counts, an older one is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError
from server.conductor import inputs as ip
from server.control import commands as cmd
from server.control.candidate_records import candidate_record
from server.control.candidate_view import candidate_view
from server.control.feed import Feed
from server.control.socket import CloseCode, Page, obeyed
from server.live.interviews import OpenInterview
from server.refusals import refused

Json = dict[str, Any]


class CandidatePage:
    """Carries one page's commands into the interview and the interview's news to the page."""

    def __init__(
        self,
        opened: OpenInterview,
        page: Page,
        connection: str,
        after: int,
        admit: Callable[[OpenInterview], None],
    ) -> None:
        """``admit`` gives the candidate a place; raises ``CapacityError`` if there is none."""
        self._opened = opened
        self._admit = admit
        self._live = opened.live
        self._page = page
        self._connection = connection
        self._feed = Feed(after, candidate_record, self._view)
        self._typed = 0
        self._taken_over = False

    async def run(self) -> None:
        """Until the page goes. Connection events are written to the log."""
        before, self._opened.candidate_page = self._opened.candidate_page, self._take_over
        state = "resumed" if self._live.state.control.connection else "connected"
        self._live.emit(ev.ConnectionChanged(state, "control", self._connection))  # type: ignore[arg-type]
        if before is not None:
            before()
        unwatch = self._live.watch(self._page.wake.set)
        try:
            await self._page.run(self._batch, self._answer)
        finally:
            unwatch()
            if not self._taken_over:
                self._opened.candidate_page = None
                if not self._live.state.ended:
                    self._live.emit(ev.ConnectionChanged("lost", "control", self._connection, "page gone"))

    def _take_over(self) -> None:
        self._taken_over = True
        self._live.emit(ev.ConnectionChanged("replaced", "control", self._connection, "another tab"))
        closing = self._page.close(CloseCode.TAKEN_OVER, "this interview goes on in another tab")
        self._live.spawn(closing, "close older page")

    def _view(self) -> Json:
        return candidate_view(self._live.script, self._live.state, self._live.now_ms())

    def _batch(self) -> Iterable[Json]:
        if self._live.journal.lost_ownership:
            self._live.spawn(self._page.close(CloseCode.RESTART, "come back"), "close page")
            return ()
        return self._feed.messages(
            self._live.journal.since(self._feed.cursor),
            self._live.journal.durable_count,
            {key: value for key, value in tuple(self._live.live_values.items()) if key == "level"},
        )

    def _answer(self, message: str) -> Json | None:
        command = cmd.read_candidate_command(message)
        if isinstance(command, cmd.Pong):
            self._page.ponged(command)
            return None
        return obeyed(command.id, lambda: self._obey(command))

    def _obey(self, command: cmd.CandidateCommand) -> None:
        live = self._live
        match command:
            case cmd.Plain(name=name):
                if name == "here":
                    self._admit(self._opened)
                live.give(ip.CandidateCommand(name))
            case cmd.Help(text=text):
                live.give(ip.AskHelp(text))
            case cmd.ChangeMode(mode=mode):
                live.give(ip.ChooseMode(mode))
            case cmd.Spoken(utterance=utterance, state=state):
                if self._opened.media is not None:
                    self._opened.media.browser_spoke(utterance, state)
            case cmd.Ask(text=text):
                if live.state.phase != "candidate_questions":
                    raise refused(ConflictError, "questions_later")
                live.give(ip.AskHelp(text))
            case cmd.TypedText(text=text):
                self._typed_text(text)

    def _typed_text(self, text: str) -> None:
        state = self._live.state
        if state.away:
            raise refused(ConflictError, "away")
        if state.current is None or state.paused:
            raise refused(ConflictError, "no_question")
        now = self._live.now_ms()
        self._typed += 1
        self._live.emit(
            ev.TranscriptFinal(
                utterance=f"typed-{self._connection}-{self._typed}",
                speaker="candidate",
                source="text",
                text=text.strip(),
                start_ms=now,
                end_ms=now,
            )
        )
