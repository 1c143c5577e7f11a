"""All interviews of this process: made, opened from their logs, connected to media, closed again."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final, Literal

from media_pipeline import events as ev
from media_pipeline.errors import CapacityError, ConflictError, InputError
from media_pipeline.rtc.connection import Connection
from media_pipeline.session import MediaSession
from scoring.job import Job
from scoring.job_file import load_job
from server.conductor.evolve import SERVER_RESTARTED, replay
from server.conductor.script import ConductorOptions
from server.conductor.state import Channel, InterviewState
from server.live.interview import LiveInterview, Thinks
from server.live.panel import Panel
from server.live.recorded import should_record
from server.live.session_time import SessionTime
from server.live.status import status_of
from server.persons import DEFAULT_DEPARTMENT, DEFAULT_INTERVIEWER, Person
from server.store.pages import every_interview
from server.store.seam import Candidate, EventStore, NewInterview, StoredInterview

log = logging.getLogger(__name__)

READ_BATCH = 10_000
CLOSING_GRACE_S = 20.0
"""After the end the media connection stays up this long, so that the last words are heard."""


@dataclass(slots=True)
class OpenInterview:
    """An interview that this process owns and runs."""

    stored: StoredInterview
    job: Job
    live: LiveInterview
    panel: Panel
    media: MediaSession | None = None
    candidate_page: Callable[[], None] | None = None
    """Tells the page that is connected now that another one takes over."""
    releasing: bool = False
    let_in_ms: int | None = None
    """Session time at which this process last let the candidate in."""

    @property
    def state(self) -> InterviewState:
        return self.live.state


COMES_WITHIN_MS: Final = 60_000
"""So long a place is kept for somebody who has signed in and is not there yet, or whose page is gone."""


class Interviews:
    """The table of interviews. One process, one owner each (leases come with the cluster).

    ``make_media`` builds the media side of an interview; raises ``CapacityError`` when full.
    """

    def __init__(
        self,
        *,
        store: EventStore,
        jobs: Mapping[str, tuple[Job, str]],
        judge: Thinks,
        make_media: Callable[[OpenInterview], MediaSession],
        unix_ms: Callable[[], int],
        monotonic_ms: Callable[[], int],
        capacity: int,
        policy: str = "standard",
        options: ConductorOptions | None = None,
    ) -> None:
        self.store = store
        self.jobs = jobs
        self.unix_ms = unix_ms
        self.policy = policy
        self.capacity = capacity
        self._judge = judge
        self._make_media = make_media
        self._monotonic_ms = monotonic_ms
        self._options = options or ConductorOptions()
        self._open: dict[str, OpenInterview] = {}
        self._clocks: dict[str, SessionTime] = {}
        self._opening: dict[str, asyncio.Task[OpenInterview]] = {}
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="open interview")
        self._owner = f"process-{secrets.token_hex(4)}"
        self._rows: dict[str, StoredInterview] = {}
        self._texts: dict[str, str] = {}
        """Every job text once."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._watchers: set[Callable[[str], None]] = set()
        self._people_watchers: set[Callable[[str], None]] = set()
        self._reading_people = asyncio.Lock()

    # --- making and finding ------------------------------------------------------------------

    async def create(
        self,
        job_id: str,
        candidate: Candidate,
        *,
        department: str = DEFAULT_DEPARTMENT,
        interviewers: Sequence[Person] = (DEFAULT_INTERVIEWER,),
    ) -> StoredInterview:
        """A new interview of ``job_id``. Raises ``InputError`` for an unknown job."""
        known = self.jobs.get(job_id)
        if known is None:
            raise InputError(f"There is no job {job_id!r}. Known: {', '.join(sorted(self.jobs))}.")
        job, text = known
        interview_id = secrets.token_urlsafe(9).replace("-", "a").replace("_", "b")
        await self.store.create_interview(
            NewInterview(
                id=interview_id,
                job=job.id,
                job_version=job.version,
                job_text=text,
                language=job.language,
                candidate=candidate,
                created_at_ms=self.unix_ms(),
                policy=self.policy,
                department=department,
                interviewers=tuple(interviewers),
            )
        )
        stored = await self.store.interview(interview_id)
        self._rows[interview_id] = stored
        self._notify(interview_id)
        return stored

    async def assign(self, interview: str, person: Person) -> StoredInterview:
        """Assign an interviewer, or correct the name of one. Raises ``NotFoundError``."""
        await self.store.assign(interview, person)
        return await self._people_changed(interview)

    async def unassign(self, interview: str, subject: str) -> StoredInterview:
        """Take an interviewer off; whatever they have open of it ends now. Raises ``NotFoundError``."""
        await self.store.unassign(interview, subject)
        return await self._people_changed(interview)

    async def _people_changed(self, interview: str) -> StoredInterview:
        async with self._reading_people:  # of two changes at once, the later reading is the one that stays
            stored = await self.store.interview(interview)
            row = replace(self._rows.get(interview, stored), interviewers=stored.interviewers)
            self._rows[interview] = row
            opened = self._open.get(interview)
            if opened is not None:
                opened.stored = replace(opened.stored, interviewers=stored.interviewers)
        for tell in tuple(self._people_watchers):
            tell(interview)
        self._notify(interview)
        return row

    def watch_people(self, tell: Callable[[str], None]) -> Callable[[], None]:
        """Call ``tell`` with an interview's id whenever its interviewers are others; the result ends that.

        Whoever shows something of an interview for longer than one request asks again then.
        """
        self._people_watchers.add(tell)
        return lambda: self._people_watchers.discard(tell)

    def row(self, interview: str) -> StoredInterview | None:
        """One interview's row, if this process knows it."""
        return self._rows.get(interview)

    def rows(self) -> list[StoredInterview]:
        """Every interview's row as this process knows it, the newest first."""
        return sorted(self._rows.values(), key=lambda row: row.created_at_ms, reverse=True)

    def running(self) -> Iterable[OpenInterview]:
        return tuple(self._open.values())

    def opened(self, interview: str) -> OpenInterview | None:
        return self._open.get(interview)

    async def open(self, interview: str) -> OpenInterview:
        """The interview as it runs here; taken over from its log if it does not run yet.

        Raises ``NotFoundError``.
        """
        known = self._open.get(interview)
        if known is not None:
            return known
        task = self._opening.get(interview)
        if task is None:
            task = asyncio.create_task(self._take(interview), name=f"open {interview}")
            self._opening[interview] = task
            task.add_done_callback(lambda _: self._opening.pop(interview, None))
        return await asyncio.shield(task)

    async def resume_running(self) -> int:
        """After a start: open every interview that was running, so that its timers go on.

        They come first; then what the lobby lists, and the reports that were not written before the stop.
        """
        running = [row async for row in every_interview(self.store, ("running", "paused"))]
        for row in running:
            self._know(row)
            await self._open_again(row.id)
        async for row in every_interview(self.store):
            if row.id not in self._rows:
                self._know(row)
        for interview in await self.store.owed_reports():
            await self._open_again(interview)  # opened, it writes what it owes
        return len(running)

    async def _open_again(self, interview: str) -> None:
        """One that cannot be opened must not keep all the others from being held."""
        try:
            await self.open(interview)
        except Exception:
            log.exception("interview %s could not be opened after the start", interview)

    def _know(self, row: StoredInterview) -> None:
        """Rows of one job share its text."""
        text = self._texts.setdefault(row.job_text, row.job_text)
        self._rows[row.id] = replace(row, job_text=text)

    async def log_of(self, interview: str) -> list[ev.Record]:
        """The whole log from the store."""
        records: list[ev.Record] = []
        while True:
            batch = await self.store.read(interview, after=len(records), limit=READ_BATCH)
            records.extend(batch)
            if len(batch) < READ_BATCH:
                return records

    async def _take(self, interview: str) -> OpenInterview:
        stored = await self.store.interview(interview)
        epoch = await self.store.take_ownership(interview, self._owner)
        records = await self.log_of(interview)
        # An hour's log takes half a second: other interviews go on meanwhile.
        loop = asyncio.get_running_loop()
        job, before = await loop.run_in_executor(self._reading, _read_back, stored, records)
        clock = SessionTime(self.unix_ms, self._monotonic_ms)
        if before.opened_unix_ms is not None:
            clock.reopen(before.opened_unix_ms, records[-1].at_ms)
        live = LiveInterview(
            interview=interview,
            job=job,
            store=self.store,
            epoch=epoch,
            records=records,
            state=before,
            now_ms=clock.now_ms,
            judge=self._judge,
            options=self._options,
        )
        row = self._rows.get(interview)
        if row is not None:  # an assignment may have changed since the store was read
            stored = replace(stored, interviewers=row.interviewers)
        opened = OpenInterview(stored, job, live, Panel(live, self._monotonic_ms))
        self._open[interview] = opened
        self._clocks[interview] = clock
        live.watch_log(lambda: self._changed(opened))
        self._repair(opened, not records)
        self._notify(interview)
        return opened

    def _changed(self, opened: OpenInterview) -> None:
        """Keep the row's status beside the log; the log is the truth, the row is for lists."""
        status = status_of(opened.state)
        if status != opened.stored.status:
            opened.stored = replace(opened.stored, status=status)
            self._rows[opened.stored.id] = opened.stored
            saving = self.store.set_status(opened.stored.id, status, at_ms=self.unix_ms())
            task = asyncio.create_task(saving, name=f"status of {opened.stored.id}")
            self._tasks.add(task)
            task.add_done_callback(self._saved)
        if opened.media is not None and opened.media.recorder is not None:
            opened.media.recorder.want(should_record(opened.state))
        if opened.media is not None and opened.live.heard.is_set():
            self._let_go_later(opened)
        elif opened.media is not None and opened.state.away:
            opened.live.spawn(self.release(opened), "let go of media")
        self._notify(opened.stored.id)

    def _saved(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a status was not saved", exc_info=task.exception())

    def _let_go_later(self, opened: OpenInterview) -> None:
        async def later() -> None:
            await asyncio.sleep(CLOSING_GRACE_S)
            await self.release(opened)

        if not opened.releasing:
            opened.releasing = True
            opened.live.spawn(later(), "let go of media")

    def _repair(self, opened: OpenInterview, is_new: bool) -> None:
        """What a log that stopped in the middle still needs."""
        live, stored = opened.live, opened.stored
        if is_new:
            live.emit(
                ev.InterviewCreated(
                    stored.id, stored.job, stored.job_version, stored.language, "video", stored.policy
                )
            )
        unfinished = live.state.partial
        if unfinished is not None and unfinished.committed.strip():
            # Words that had been shown as certain when the process was killed are kept as they stood.
            live.emit(
                ev.TranscriptFinal(
                    utterance=unfinished.utterance,
                    speaker="candidate",
                    source="speech",
                    text=unfinished.committed.strip(),
                    start_ms=unfinished.start_ms,
                    end_ms=unfinished.end_ms,
                )
            )
        channels: tuple[Literal["media", "control"], ...] = ("control", "media")
        for channel in channels:
            last: Channel = getattr(live.state, channel)
            if last.up:
                live.emit(ev.ConnectionChanged("lost", channel, last.connection or "", SERVER_RESTARTED))
        if live.state.attended and not live.state.ended:
            live.emit(ev.AttendanceChanged(False))  # who is still there opens their desk again
        if (on_air := live.state.on_air) is not None:
            live.emit(ev.MicrophoneChanged(False, on_air.by, on_air.connection, "restarted"))
        if "store" in live.state.parts:
            live.tell_part("store", "ok", "records_waiting")
        if live.state.speaking is not None:
            live.emit(ev.SpeechOutEnded(live.state.speaking.utterance, "failed", 0))
        if live.state.ended and not live.state.report_ready:
            live.conclude_again()

    # --- the candidate comes in ---------------------------------------------------------------

    def admit(self, opened: OpenInterview) -> None:
        """Give the candidate a place and begin session time.

        Raises ``CapacityError`` if no further interview can be held now. Whose interview has begun is
        never kept out of it.
        """
        clock = self._clocks[opened.stored.id]
        if opened.state.ended:
            raise ConflictError("This interview is over.")
        new = opened.state.started_at_ms is None and not self._holds_a_place(opened)
        if new and sum(map(self._holds_a_place, self._open.values())) >= self.capacity:
            raise CapacityError("All places are taken at the moment. Please try again in a few minutes.", 60)
        if not clock.opened:
            clock.open_at(0)
            opened.live.emit(ev.InterviewOpened(self.unix_ms()))
        opened.let_in_ms = clock.now_ms()

    def come_in(self, opened: OpenInterview) -> None:
        """The candidate's page is here. One that comes too late for a place waits until it asks for one."""
        if opened.state.ended or opened.state.away:
            return
        try:
            self.admit(opened)
        except CapacityError:
            if not self._clocks[opened.stored.id].opened:
                raise
            opened.live.emit(ev.PresenceChanged("away"))

    def _holds_a_place(self, opened: OpenInterview) -> bool:
        """Somebody is there, or is on the way: many sign in within one second, and pages are reloaded."""
        clock, state = self._clocks[opened.stored.id], opened.state
        if state.ended or state.away or not clock.opened:
            return False
        if state.control.up or state.media.up:
            return True
        marks = [mark for mark in (opened.let_in_ms, state.lost_since_ms) if mark is not None]
        return bool(marks) and clock.now_ms() < max(marks) + COMES_WITHIN_MS

    def _gone_before_it_began(self, opened: OpenInterview) -> bool:
        """Signed in, perhaps practised, and left: it waits in the store until they come again."""
        began = opened.state.ended or opened.state.started_at_ms is not None
        return not began and not opened.state.control.up and not self._holds_a_place(opened)

    async def connect(self, interview: str, offer_sdp: str) -> Connection:
        """Answer the candidate's offer; an older connection is replaced."""
        opened = await self.open(interview)
        if opened.state.away:
            raise CapacityError("You were away and your place was given up. Say that you are here first.", 30)
        self.admit(opened)
        if opened.media is None:
            try:
                opened.media = self._make_media(opened)
            except CapacityError:
                opened.live.tell_part("media", "missing", "not_here")
                raise
            opened.live.tell_part("media", "ok", "not_here")
            opened.live.media = opened.media
        return await opened.media.connect(offer_sdp)

    async def release(self, opened: OpenInterview) -> None:
        """Let go of the media of an interview that is over."""
        media, opened.media, opened.live.media = opened.media, None, None
        if media is not None:
            await media.close()

    async def sweep(self) -> int:
        """Forget interviews that nobody looks at and whose log needs no owner; returns how many.

        A running interview keeps its timers whoever is connected; one that is over, or was only
        looked at before it began, is read again from the store when somebody asks for it.
        """
        forgotten = 0
        for opened in tuple(self._open.values()):
            if opened.media is not None and self._gone_before_it_began(opened):
                await self.release(opened)
            if not self._can_be_forgotten(opened):
                continue
            await opened.live.journal.flush()
            if self._can_be_forgotten(opened):
                self._open.pop(opened.stored.id, None)
                self._clocks.pop(opened.stored.id, None)
                await self.release(opened)
                await opened.live.close()
                forgotten += 1
        return forgotten

    def _can_be_forgotten(self, opened: OpenInterview) -> bool:
        if opened.live.watchers or opened.media is not None:
            return False
        if opened.state.ended:
            return opened.live.concluded.is_set()
        return self._gone_before_it_began(opened)

    # --- the lobby -----------------------------------------------------------------------------

    def watch(self, tell: Callable[[str], None]) -> Callable[[], None]:
        """Call ``tell`` with an interview's id when something of it was written, or its people changed."""
        self._watchers.add(tell)
        return lambda: self._watchers.discard(tell)

    def _notify(self, interview: str) -> None:
        for tell in tuple(self._watchers):
            tell(interview)

    async def close(self) -> None:
        """Write everything and end; the interviews can be opened again by the next process."""
        await asyncio.gather(*self._opening.values(), return_exceptions=True)
        for opened in tuple(self._open.values()):
            await self.release(opened)
            await opened.live.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._open.clear()
        self._reading.shutdown()


def _read_back(stored: StoredInterview, records: Sequence[ev.Record]) -> tuple[Job, InterviewState]:
    """The job as it was ordered and what the log adds up to. Pure; for a thread."""
    return load_job(stored.job_text, stored.job), replay(records)
