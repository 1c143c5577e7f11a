"""What every event store promises. ``tests/conformance/test_event_store.py`` holds them to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from media_pipeline.events import Language, Purpose, Record
from server.persons import DEFAULT_DEPARTMENT, Person

Status = Literal["waiting", "running", "paused", "ended"]
Place = tuple[int, str]
"""When an interview was made (Unix milliseconds) and its id: the newest first, then by id."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who is interviewed, as the recruiter knows them; what the sign-in is compared with."""

    name: str
    phone: str | None = None
    id4: str | None = None
    """The last four characters of the identity document."""


@dataclass(frozen=True, slots=True)
class NewInterview:
    """An interview as it is ordered. ``job_text`` is the job file as used, so that it never changes."""

    id: str
    job: str
    job_version: str
    job_text: str
    language: Language
    candidate: Candidate
    created_at_ms: int
    """Unix milliseconds; session time zero."""
    policy: str = "standard"
    link: dict[str, Any] = field(default_factory=dict)
    """What the links were made of (subject, expiry); never a token."""
    department: str = DEFAULT_DEPARTMENT
    interviewers: tuple[Person, ...] = ()
    """Who is assigned, by subject."""


@dataclass(frozen=True, slots=True)
class StoredInterview(NewInterview):
    """An interview as it stands. Times are Unix milliseconds."""

    status: Status = "waiting"
    started_at_ms: int | None = None
    ended_at_ms: int | None = None
    epoch: int = 0
    """Raised by every change of owner; an append with an older one is refused."""
    owner: str | None = None
    last_seq: int = 0

    @property
    def place(self) -> Place:
        """Where it stands in the list of all interviews."""
        return (self.created_at_ms, self.id)


@dataclass(frozen=True, slots=True)
class Consent:
    """One line of the consent ledger; withdrawing is another line."""

    interview: str
    purpose: Purpose
    granted: bool
    text_version: str
    text: str
    at_ms: int
    """Unix milliseconds."""


@dataclass(frozen=True, slots=True)
class Questionnaire:
    clarity: int
    comfort: int
    remark: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which interview; ``actor`` is a token's subject, never a token."""

    at_ms: int
    actor: str
    role: str
    action: str
    interview: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An audit entry as it lies in the chain (``server/store/audit_chain.py``)."""

    number: int
    at_ms: int
    actor: str
    role: str
    action: str
    interview: str | None
    detail: str
    """JSON, exactly as kept."""
    previous: str
    """Hash of the row before."""
    hash: str


class EventStore(Protocol):
    """Keeps interviews and their logs. What a call has returned from is not lost by ``kill -9``.

    Raises ``NotFoundError`` for an interview that is not there, ``ConflictError`` for what the log's
    order or ownership forbids.
    """

    async def create_interview(self, interview: NewInterview) -> None:
        """Raises ``ConflictError`` if the id is taken."""

    async def interview(self, interview: str) -> StoredInterview: ...

    async def interviews(
        self, *, status: Sequence[Status] | None = None, limit: int = 1000, after: Place | None = None
    ) -> list[StoredInterview]:
        """The newest first: ``limit`` of those that come after ``after`` (``server/store/pages.py``)."""

    async def owed_reports(self) -> list[str]:
        """Interviews that are over and have no report, the oldest first."""

    async def set_status(self, interview: str, status: Status, *, at_ms: int) -> None:
        """Also notes when it first ran and when it ended (``at_ms``, Unix milliseconds)."""

    async def assign(self, interview: str, person: Person) -> None:
        """Assign ``person`` as an interviewer; a second time corrects the name."""

    async def unassign(self, interview: str, subject: str) -> None:
        """Take an interviewer off; nothing happens if they are not assigned."""

    async def take_ownership(self, interview: str, owner: str) -> int:
        """The new epoch. Every owner before it can no longer append."""

    async def append(self, interview: str, records: Sequence[Record], *, epoch: int) -> None:
        """Add ``records``, all or none; their ``seq`` must continue the log without a gap.

        Raises ``ConflictError`` for a gap, a repetition or an epoch that is not the owner's.
        """

    async def read(self, interview: str, *, after: int = 0, limit: int = 10_000) -> list[Record]:
        """Records with ``seq`` > ``after`` in order, ``limit`` at most."""

    async def record_consent(self, consents: Sequence[Consent]) -> None: ...

    async def consents(self, interview: str) -> list[Consent]:
        """The ledger of one interview, the oldest first."""

    async def put_report(self, interview: str, report: dict[str, Any], *, at_ms: int) -> int:
        """Keep another version of the report; returns its number, from 1."""

    async def report(self, interview: str) -> dict[str, Any] | None:
        """The newest version, None before the first."""

    async def put_questionnaire(self, interview: str, answers: Questionnaire) -> None:
        """Keep the candidate's answers; a second time replaces the first."""

    async def questionnaire(self, interview: str) -> Questionnaire | None: ...

    async def audit(self, entry: AuditEntry) -> None:
        """Add to the trail; every row carries the hash of the one before."""

    async def audit_trail(self, interview: str | None = None, *, limit: int = 1000) -> list[AuditEntry]:
        """The oldest first; of all interviews without ``interview``."""

    async def audit_rows(self, *, after: int = 0, limit: int = 1000) -> list[AuditRow]:
        """Rows with ``number`` > ``after`` in order, as they are kept, to be verified."""

    async def check(self) -> None:
        """Return if the store can be written and read, else raise."""

    async def close(self) -> None:
        """Finish what was begun; further calls raise ``StoreError``."""
