"""One live interview: takes inputs, asks the conductor, writes the log, carries out what follows.

Everything here runs on the event loop and never waits while deciding: an input is decided,
appended and acted upon in one go, so that no two inputs can interleave.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Literal, Protocol

from media_pipeline import events as ev
from scoring.coverage import BoardRow
from scoring.job import Job
from server.conductor import inputs as ip
from server.conductor.decide import decide
from server.conductor.evolve import evolve, replay
from server.conductor.moments import next_deadline
from server.conductor.script import ConductorOptions, Script, script_of
from server.conductor.state import InterviewState
from server.judge.prompts import DeskPrompts
from server.live.effects import (
    AnswerHelp,
    Conclude,
    Effect,
    Prepare,
    Reconsider,
    Speak,
    StopSpeaking,
    effects,
)
from server.live.journal import Appends, Journal, attributed

log = logging.getLogger(__name__)

PartState = Literal["ok", "late", "missing"]

VOICE_WAIT_S = 4.0
"""How long words wait for the candidate's media connection before they are shown as captions only."""

REPORT_RETRIES_S = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
"""Waits before a report that could not be written is tried again; the last one again and again."""

MAX_CHAIN = 64
"""Reactions to one input; more means two rules answer each other for ever."""


class Media(Protocol):
    """What the live interview needs of the candidate's media."""

    def speak(self, utterance: str, text: str) -> None: ...
    def prepare(self, text: str) -> None: ...
    def stop_speaking(self, reason: str) -> None: ...
    def notice(self, record: ev.Record) -> None: ...
    async def drain(self) -> None: ...


class Thinks(Protocol):
    """What the live interview needs of the judge (see ``server/judge``)."""

    def reconsider(self, live: LiveInterview, final: bool) -> None: ...
    def help(self, live: LiveInterview, text: str) -> None: ...
    async def conclude(self, live: LiveInterview) -> None: ...


class LiveInterview:
    """The owner of one interview. ``state``: what ``records`` add up to, where that is known already."""

    def __init__(
        self,
        *,
        interview: str,
        job: Job,
        store: Appends,
        epoch: int,
        records: Sequence[ev.Record],
        state: InterviewState | None = None,
        now_ms: Callable[[], int],
        judge: Thinks,
        options: ConductorOptions | None = None,
    ) -> None:
        self.interview = interview
        self.job = job
        self.script: Script = script_of(job)
        self.options = options or ConductorOptions()
        self.state: InterviewState = replay(records) if state is None else state
        self.now_ms = now_ms
        self.media: Media | None = None
        self.live_values: dict[str, object] = {}
        self.prompts = DeskPrompts()
        self.board: tuple[BoardRow, ...] | None = None
        """What is covered so far; a view, not kept. None until it has been looked at."""
        self.concluded = asyncio.Event()
        self._judge = judge
        self._watchers: set[Callable[[], None]] = set()
        self._readers: set[Callable[[], None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._unspoken: list[Speak] = []
        self._unspoken_timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.heard = asyncio.Event()
        """The interview is over and its last words are in the log: nothing more comes from its media."""
        self.journal = Journal(interview, store, epoch, records, self._notify, on_late=self._store_late)
        if self.state.ended and self.state.report_ready:
            self.concluded.set()
        self._arm()

    # --- readers ---------------------------------------------------------------------------

    def watch(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call ``wake`` whenever something new can be read; the result ends that."""
        self._watchers.add(wake)
        return lambda: self._watchers.discard(wake)

    def watch_log(self, wake: Callable[[], None]) -> Callable[[], None]:
        """As ``watch``, but not for live values (levels, faces), which come many times a second."""
        self._readers.add(wake)
        return lambda: self._readers.discard(wake)

    @property
    def watchers(self) -> int:
        """How many read along."""
        return len(self._watchers)

    def _notify(self) -> None:
        for wake in (*self._watchers, *self._readers):
            wake()

    def _notify_of_values(self) -> None:
        for wake in tuple(self._watchers):
            wake()

    def wake(self) -> None:
        """Readers have something new that is neither in the log nor a live value."""
        self._notify()

    def show(self, key: str, value: object) -> None:
        """A live value (level, face): latest wins, not kept."""
        self.live_values[key] = value
        self._notify_of_values()

    def show_prompts(self, prompts: DeskPrompts) -> None:
        """What the interviewer's desk points at now; a view, not kept."""
        if prompts != self.prompts:
            self.prompts = prompts
            self._notify_of_values()

    def show_board(self, board: tuple[BoardRow, ...]) -> None:
        """What is covered now; a view, not kept."""
        if board != self.board:
            self.board = board
            self._notify_of_values()

    def look_again(self) -> None:
        """Have the judge look although nothing new was said: somebody came to watch."""
        self._judge.reconsider(self, False)

    # --- writers ---------------------------------------------------------------------------

    def emit(self, event: ev.Event) -> None:
        """Something happened (heard, seen, spoken, judged). Ignored once the interview has another owner."""
        if event.type in ev.TRANSIENT:
            self.show(event.type, event)
            return
        self._append_all((event,), None)
        self._arm()

    def give(self, given: ip.Input) -> None:
        """A command. Raises ``ConflictError`` with a sentence where it does not fit the state."""
        decided = decide(self.script, self.state, given, self.now_ms(), self.options)
        self._append_all(decided, None)
        self._arm()

    def _append_all(self, first: Sequence[ev.Event], cause: int | None) -> None:
        """Append events and whatever the conductor answers to them, breadth first."""
        waiting = [(event, cause) for event in first]
        for _ in range(MAX_CHAIN):
            if not waiting:
                return
            event, because = waiting.pop(0)
            record = self._append(event, because)
            if record is None:
                continue
            now = self.now_ms()
            reactions = decide(self.script, self.state, ip.Happened(record), now, self.options)
            waiting.extend((reaction, record.seq) for reaction in reactions)
        log.error("interview %s: rules answer each other without end; stopped", self.interview)

    def _append(self, event: ev.Event, cause: int | None) -> ev.Record | None:
        if isinstance(event, ev.TranscriptFinal):
            event = attributed(event, self.state.question_at(event.start_ms))
        record = self.journal.append(event, self.now_ms(), cause)
        if record is None:
            return None
        self.state = evolve(self.state, record)
        if self.media is not None:
            self.media.notice(record)
        if isinstance(event, ev.ConnectionChanged) and event.channel == "media" and self._unspoken:
            asyncio.get_running_loop().call_soon(self._speak_unspoken)
        for effect in effects(self.script, self.state, record):
            self._carry_out(effect)
        return record

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case Speak():
                self._speak(effect)
            case Prepare(text):
                if self.media is not None:
                    self.media.prepare(text)
            case StopSpeaking():
                self._unspoken.clear()
                if self.media is not None:
                    self.media.stop_speaking("cancelled")
            case Reconsider(final):
                self._judge.reconsider(self, final)
            case AnswerHelp(text):
                self._judge.help(self, text)
            case Conclude():
                self.spawn(self._conclude(), "conclude")

    def _speak(self, speak: Speak) -> None:
        """By voice where the candidate can hear it; a connection that is being made is waited for."""
        if self.state.mode == "text":
            self._caption(speak)
        elif self.media is not None and self.state.media.up and not self._unspoken:
            self.media.speak(speak.utterance, speak.text)
        else:
            self._unspoken.append(speak)
            if self._unspoken_timer is None:
                loop = asyncio.get_running_loop()
                self._unspoken_timer = loop.call_later(VOICE_WAIT_S, self._speak_unspoken)

    def _speak_unspoken(self) -> None:
        """The connection is there, or it was waited for long enough."""
        if self._unspoken_timer is not None:
            self._unspoken_timer.cancel()
            self._unspoken_timer = None
        waiting, self._unspoken = self._unspoken, []
        for speak in waiting:
            if self.media is not None and self.state.media.up:
                self.media.speak(speak.utterance, speak.text)
            else:
                self._caption(speak)

    def _caption(self, speak: Speak) -> None:
        self.emit_soon(ev.SpeechOutStarted(speak.utterance, speak.text, "captions"))
        self.emit_soon(ev.SpeechOutEnded(speak.utterance, "finished", 0))

    def emit_soon(self, event: ev.Event) -> None:
        """Emit after the running decision is written."""
        asyncio.get_running_loop().call_soon(self.emit, event)

    # --- time ------------------------------------------------------------------------------

    def _arm(self) -> None:
        """Sleep until the conductor's next deadline."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = next_deadline(self.script, self.state, self.options)
        if deadline is None or self.journal.lost_ownership:
            return
        delay_s = max(0.0, (deadline - self.now_ms()) / 1000)
        self._timer = asyncio.get_running_loop().call_later(delay_s, self._time_passed)

    def _time_passed(self) -> None:
        self._timer = None
        self.give(ip.TimePassed())

    # --- the end ---------------------------------------------------------------------------

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run a coroutine that belongs to this interview; its failure is logged."""
        task = asyncio.create_task(work, name=f"{name} {self.interview}")
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("%s failed", task.get_name(), exc_info=task.exception())

    def conclude_again(self) -> None:
        """The process ended between the interview's end and its report."""
        self.spawn(self._conclude(), "conclude")

    async def _conclude(self) -> None:
        try:
            if self.media is not None:
                await self.media.drain()
        except Exception:
            log.exception("interview %s: its last words could not be waited for", self.interview)
        self.heard.set()
        self._notify()
        await self._report()
        self.concluded.set()
        self._notify()

    async def _report(self) -> None:
        """Try until the report stands: nobody else will write it."""
        waits = iter(REPORT_RETRIES_S)
        wait_s = REPORT_RETRIES_S[-1]
        while not self.journal.lost_ownership:
            try:
                await self._judge.conclude(self)
                self.tell_part("assessment", "ok", "report_failed")
                return
            except Exception:
                wait_s = next(waits, wait_s)
                log.exception("no report of %s; trying again in %s s", self.interview, wait_s)
            self.tell_part("assessment", "missing", "report_failed")
            await asyncio.sleep(wait_s)

    # --- parts -------------------------------------------------------------------------------

    def tell_part(
        self, part: Literal["store", "media", "assessment"], state: PartState, why: ev.PartDetail
    ) -> None:
        """Say once that a part is late or missing because of ``why``, and once that this is over."""
        known = self.state.parts.get(part)
        stands = known is not None and known.state != "ok" and known.detail == why
        if stands != (state == "ok"):
            return
        self.emit(ev.PartDegraded(part, state, why if state != "ok" else ""))
        self._notify()

    def _store_late(self, late: bool) -> None:
        """Written as soon as the store takes it, shown at once."""
        self.tell_part("store", "late" if late else "ok", "records_waiting")

    async def close(self) -> None:
        """Stop timers and work, write what is pending. The interview can be opened again later."""
        for timer in (self._timer, self._unspoken_timer):
            if timer is not None:
                timer.cancel()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.journal.close()
