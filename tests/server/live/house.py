"""A table of interviews without sockets, disks and models, in time that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from media_pipeline import events as ev
from media_pipeline.errors import CapacityError
from media_pipeline.session import MediaSession
from scoring.job import Job
from server.app import jobs_of
from server.live.interview import LiveInterview
from server.live.interviews import Interviews, OpenInterview
from server.store.memory import MemoryEventStore
from server.store.order import StoreError
from server.store.pages import every_interview
from server.store.seam import Candidate, StoredInterview

JOB = "production-supervisor.en"


@dataclass
class ScriptedJudge:
    """Writes a report at the end, unless it is told to fail first."""

    failures: int = 0
    concluded: list[str] = field(default_factory=list)

    def reconsider(self, live: LiveInterview, final: bool) -> None: ...
    def help(self, live: LiveInterview, text: str) -> None: ...

    async def conclude(self, live: LiveInterview) -> None:
        self.concluded.append(live.interview)
        if self.failures:
            self.failures -= 1
            raise StoreError("The disk is full.")
        live.emit(ev.ReportReady(1))
        await live.journal.flush()


@dataclass
class FakeMedia:
    """What ``release`` needs of a media session."""

    recorder: None = None
    closed: bool = False
    noticed: list[ev.Record] = field(default_factory=list)

    def notice(self, record: ev.Record) -> None:
        self.noticed.append(record)

    def stop_speaking(self, reason: str) -> None: ...
    def prepare(self, text: str) -> None: ...
    def speak(self, utterance: str, text: str) -> None: ...

    async def drain(self) -> None: ...

    async def close(self) -> None:
        self.closed = True


class Store(MemoryEventStore):
    def spoil_job(self, interview: str) -> None:
        self._change(interview, job_text="nothing: of a job")


def no_media(opened: OpenInterview) -> MediaSession:
    raise CapacityError("This server takes no audio or video.")


class House:
    """Interviews for one candidate at a time, with a clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000
        self.store = Store()
        self.jobs: dict[str, tuple[Job, str]] = jobs_of(None)
        self.judge = ScriptedJudge()
        self.table = self.new_process()

    def new_process(self) -> Interviews:
        return Interviews(
            store=self.store,
            jobs=self.jobs,
            judge=self.judge,
            make_media=no_media,
            unix_ms=lambda: self.now,
            monotonic_ms=lambda: self.now,
            capacity=1,
        )

    async def ordered(self) -> OpenInterview:
        stored = await self.table.create(JOB, Candidate("Ada"))
        return await self.table.open(stored.id)

    async def signed_in(self) -> OpenInterview:
        opened = await self.ordered()
        self.table.admit(opened)
        return opened

    def all_rows(self) -> AsyncIterator[StoredInterview]:
        return every_interview(self.store)

    async def refused(self) -> bool:
        try:
            await self.signed_in()
        except CapacityError:
            return True
        return False
