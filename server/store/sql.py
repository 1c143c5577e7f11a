"""The event store in SQLite (default) or PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from media_pipeline.errors import ConflictError, NotFoundError, VivaError
from media_pipeline.events import Record
from server.persons import Person
from server.store import assignments, tables
from server.store.audit_chain import FIRST, link
from server.store.codec import decode_event, encode_event, from_json, to_json
from server.store.engine import WritingEngine, open_engines
from server.store.order import StoreError, check_append
from server.store.schema import migrate
from server.store.seam import (
    AuditEntry,
    AuditRow,
    Candidate,
    Consent,
    EventStore,
    NewInterview,
    Place,
    Questionnaire,
    Status,
    StoredInterview,
)
from server.store.writer import GroupCommitWriter

Result = TypeVar("Result")

DECODED_AT_ONCE = 100
"""Records that are decoded on the event loop, some 30 µs each; more of them in a thread."""


class SqlEventStore(EventStore):
    """Open with ``await SqlEventStore.open(url)``; one writer with group commit, readers beside it."""

    def __init__(self, writer: WritingEngine, readers: AsyncEngine, on_commit: Callable[[int], None]) -> None:
        self._engines = (writer, readers)
        self._readers = readers
        self._writer = GroupCommitWriter(writer, _append_all, on_commit)
        self._decoding = ThreadPoolExecutor(1, thread_name_prefix="decode log")
        self._closed = False

    @classmethod
    async def open(
        cls, database_url: str, *, on_commit: Callable[[int], None] = lambda works: None
    ) -> SqlEventStore:
        """Open and migrate. Raises ``StoreError`` if the database cannot be reached."""
        writer, readers = open_engines(database_url)
        try:
            await writer.transact(migrate)
        except (SQLAlchemyError, OSError) as error:
            await writer.dispose()
            await readers.dispose()
            shown = readers.url.render_as_string(hide_password=True)
            raise StoreError(f"The database {shown} (VIVA_DATABASE_URL) cannot be opened: {error}") from error
        return cls(writer, readers, on_commit)

    # --- Interviews --------------------------------------------------------------------------

    async def create_interview(self, interview: NewInterview) -> None:
        row = _row_of(interview)

        def work(connection: sa.Connection) -> None:
            connection.execute(tables.interviews.insert(), [row])
            assignments.add(connection, interview.id, interview.interviewers)

        try:
            await self._write(work)
        except IntegrityError as error:
            raise ConflictError(f"There is an interview {interview.id} already.") from error

    async def interview(self, interview: str) -> StoredInterview:
        async with self._reading() as connection:
            row = await connection.run_sync(_interview_row, interview)
            assigned = await connection.run_sync(assignments.read, [interview])
        return _interview_of(row, assigned)

    async def interviews(
        self, *, status: Sequence[Status] | None = None, limit: int = 1000, after: Place | None = None
    ) -> list[StoredInterview]:
        table = tables.interviews.c
        query = sa.select(tables.interviews).order_by(table.created_at_ms.desc(), table.id).limit(limit)
        if status is not None:
            query = query.where(table.status.in_(status))
        if after is not None:
            created_at_ms, interview = after
            same = (table.created_at_ms == created_at_ms) & (table.id > interview)
            query = query.where((table.created_at_ms < created_at_ms) | same)
        async with self._reading() as connection:
            rows = (await connection.execute(query)).all()
            assigned = await connection.run_sync(assignments.read, [row.id for row in rows])
        return [_interview_of(row, assigned) for row in rows]

    async def owed_reports(self) -> list[str]:
        table = tables.interviews.c
        written = sa.select(tables.reports.c.interview).where(tables.reports.c.interview == table.id)
        query = (
            sa.select(table.id)
            .where(table.status == "ended", ~written.exists())
            .order_by(table.created_at_ms, table.id)
        )
        async with self._reading() as connection:
            return list((await connection.execute(query)).scalars())

    async def set_status(self, interview: str, status: Status, *, at_ms: int) -> None:
        table = tables.interviews.c
        values: dict[str, Any] = {"status": status}
        if status == "running":
            values["started_at_ms"] = sa.func.coalesce(table.started_at_ms, at_ms)
        if status == "ended":
            values["ended_at_ms"] = sa.func.coalesce(table.ended_at_ms, at_ms)
        query = sa.update(tables.interviews).where(table.id == interview).values(values)

        def work(connection: sa.Connection) -> None:
            if connection.execute(query).rowcount == 0:
                raise _not_found(interview)

        await self._write(work)

    async def assign(self, interview: str, person: Person) -> None:
        def work(connection: sa.Connection) -> None:
            _interview_row(connection, interview, lock=True)
            assignments.remove(connection, interview, person.subject)
            assignments.add(connection, interview, [person])

        await self._write(work)

    async def unassign(self, interview: str, subject: str) -> None:
        def work(connection: sa.Connection) -> None:
            _interview_row(connection, interview, lock=True)
            assignments.remove(connection, interview, subject)

        await self._write(work)

    # --- The log -----------------------------------------------------------------------------

    async def take_ownership(self, interview: str, owner: str) -> int:
        table = tables.interviews.c
        query = (
            sa.update(tables.interviews)
            .where(table.id == interview)
            .values(epoch=table.epoch + 1, owner=owner)
            .returning(table.epoch)
        )

        def work(connection: sa.Connection) -> int:
            epoch = connection.execute(query).scalar_one_or_none()
            if epoch is None:
                raise _not_found(interview)
            return int(epoch)

        return await self._write(work)

    async def append(self, interview: str, records: Sequence[Record], *, epoch: int) -> None:
        rows = [_event_row(interview, record, epoch) for record in records]
        await asyncio.shield(self._writer.add(_Append(interview, records, rows, epoch)))

    async def read(self, interview: str, *, after: int = 0, limit: int = 10_000) -> list[Record]:
        table = tables.events.c
        query = (
            sa.select(table.seq, table.at_ms, table.cause, table.body)
            .where(table.interview == interview, table.seq > after)
            .order_by(table.seq)
            .limit(limit)
        )
        async with self._reading() as connection:
            rows = (await connection.execute(query)).all()
            if not rows:
                await connection.run_sync(_interview_row, interview)
        if len(rows) <= DECODED_AT_ONCE:
            return _records_of(rows)
        return await asyncio.get_running_loop().run_in_executor(self._decoding, _records_of, rows)

    # --- Beside the log ----------------------------------------------------------------------

    async def record_consent(self, consents: Sequence[Consent]) -> None:
        rows = [
            {
                "interview": consent.interview,
                "purpose": consent.purpose,
                "granted": consent.granted,
                "text_version": consent.text_version,
                "text": consent.text,
                "at_ms": consent.at_ms,
            }
            for consent in consents
        ]

        def work(connection: sa.Connection) -> None:
            if rows:
                connection.execute(tables.consents.insert(), rows)

        await self._write_of_interview(work, ", ".join(sorted({consent.interview for consent in consents})))

    async def consents(self, interview: str) -> list[Consent]:
        table = tables.consents.c
        query = sa.select(tables.consents).where(table.interview == interview).order_by(table.number)
        async with self._reading() as connection:
            rows = (await connection.execute(query)).all()
        return [
            Consent(row.interview, row.purpose, row.granted, row.text_version, row.text, row.at_ms)
            for row in rows
        ]

    async def put_report(self, interview: str, report: dict[str, Any], *, at_ms: int) -> int:
        table = tables.reports.c
        body = to_json(report).decode()

        def work(connection: sa.Connection) -> int:
            _interview_row(connection, interview, lock=True)
            newest = sa.select(sa.func.max(table.version)).where(table.interview == interview)
            version = int(connection.execute(newest).scalar() or 0) + 1
            row = {"interview": interview, "version": version, "at_ms": at_ms, "body": body}
            connection.execute(tables.reports.insert(), [row])
            return version

        return await self._write(work)

    async def report(self, interview: str) -> dict[str, Any] | None:
        table = tables.reports.c
        query = sa.select(table.body).where(table.interview == interview)
        async with self._reading() as connection:
            row = (await connection.execute(query.order_by(table.version.desc()).limit(1))).first()
        return None if row is None else from_json(row.body)

    async def put_questionnaire(self, interview: str, answers: Questionnaire) -> None:
        row = {
            "interview": interview,
            "clarity": answers.clarity,
            "comfort": answers.comfort,
            "remark": answers.remark,
            "at_ms": answers.at_ms,
        }
        table = tables.questionnaires

        def work(connection: sa.Connection) -> None:
            connection.execute(table.delete().where(table.c.interview == interview))
            connection.execute(table.insert(), [row])

        await self._write_of_interview(work, interview)

    async def questionnaire(self, interview: str) -> Questionnaire | None:
        query = sa.select(tables.questionnaires).where(tables.questionnaires.c.interview == interview)
        async with self._reading() as connection:
            row = (await connection.execute(query)).first()
        return None if row is None else Questionnaire(row.clarity, row.comfort, row.remark, row.at_ms)

    async def audit(self, entry: AuditEntry) -> None:
        await self._write(partial(_add_to_chain, entry))

    async def audit_trail(self, interview: str | None = None, *, limit: int = 1000) -> list[AuditEntry]:
        table = tables.audit.c
        query = sa.select(tables.audit).order_by(table.number).limit(limit)
        if interview is not None:
            query = query.where(table.interview == interview)
        async with self._reading() as connection:
            rows = (await connection.execute(query)).all()
        return [
            AuditEntry(row.at_ms, row.actor, row.role, row.action, row.interview, from_json(row.detail))
            for row in rows
        ]

    async def audit_rows(self, *, after: int = 0, limit: int = 1000) -> list[AuditRow]:
        table = tables.audit.c
        query = sa.select(tables.audit).where(table.number > after).order_by(table.number).limit(limit)
        async with self._reading() as connection:
            rows = (await connection.execute(query)).all()
        return [AuditRow(**row._mapping) for row in rows]

    # --- Itself ------------------------------------------------------------------------------

    async def check(self) -> None:
        def work(connection: sa.Connection) -> None:
            connection.execute(sa.select(sa.literal(1)))

        await self._write(work)
        async with self._reading() as connection:
            await connection.execute(sa.select(tables.interviews.c.id).limit(1))

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        await self._writer.close()
        self._decoding.shutdown()
        for engine in self._engines:
            await engine.dispose()

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncConnection]:
        if self._closed:
            raise StoreError("The store is closed.")
        try:
            async with self._readers.connect() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            raise StoreError("The store cannot be read now. Try again shortly.") from error

    async def _write(self, work: Callable[[sa.Connection], Result]) -> Result:
        # Shielded: a caller that is cancelled must not leave a half-known outcome behind.
        return await asyncio.shield(self._writer.run(work))

    async def _write_of_interview(self, work: Callable[[sa.Connection], None], interview: str) -> None:
        try:
            await self._write(work)
        except IntegrityError as error:
            raise _not_found(interview) from error


@dataclass(frozen=True, slots=True)
class _Append:
    """Records on their way to the log, with their rows."""

    interview: str
    records: Sequence[Record]
    rows: list[dict[str, Any]]
    epoch: int


_MOVE_ON = (
    sa.update(tables.interviews)
    .where(
        tables.interviews.c.id == sa.bindparam("interview_"),
        tables.interviews.c.epoch == sa.bindparam("epoch_"),
        tables.interviews.c.last_seq == sa.bindparam("last_"),
    )
    .values(last_seq=sa.bindparam("new_last"))
)
"""Moves the log's end if it is where the writer believes and the writer still owns it; locks the row."""


def _append_all(connection: sa.Connection, appends: Sequence[_Append]) -> list[Exception | None]:
    """All appends of one commit: one UPDATE each, one INSERT for all. A refused one has written nothing."""
    errors = [_move_on(connection, append) for append in appends]
    kept = [append for append, error in zip(appends, errors, strict=True) if error is None]
    rows = [row for append in kept for row in append.rows]
    if rows:
        connection.execute(tables.events.insert(), rows)
    return errors


def _move_on(connection: sa.Connection, append: _Append) -> Exception | None:
    """None if the append may take place; else why not."""
    seqs = [record.seq for record in append.records]
    try:
        if seqs:
            check_append(
                append.interview,
                append.records,
                last_seq=seqs[0] - 1,
                owner_epoch=append.epoch,
                epoch=append.epoch,
            )
            places = {"last_": seqs[0] - 1, "new_last": seqs[-1]}
            moved = connection.execute(
                _MOVE_ON, {"interview_": append.interview, "epoch_": append.epoch, **places}
            )
            if moved.rowcount == 1:
                return None
        row = _interview_row(connection, append.interview)
        check_append(
            append.interview, append.records, last_seq=row.last_seq, owner_epoch=row.epoch, epoch=append.epoch
        )
    except VivaError as error:
        return error
    return None


_AUDIT_LOCK = 0x56495642
"""PostgreSQL's advisory lock of the audit chain: servers append one after another."""


def _add_to_chain(entry: AuditEntry, connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_AUDIT_LOCK)))
    newest = sa.select(tables.audit.c.hash).order_by(tables.audit.c.number.desc()).limit(1)
    previous = connection.execute(newest).scalar() or FIRST
    row = asdict(link(previous, 0, entry))
    del row["number"]  # the database counts
    connection.execute(tables.audit.insert(), [row])


def _records_of(rows: Sequence[Any]) -> list[Record]:
    return [Record(row.seq, row.at_ms, decode_event(from_json(row.body)), row.cause) for row in rows]


def _not_found(interview: str) -> NotFoundError:
    return NotFoundError(f"There is no interview {interview}.")


def _interview_row(connection: sa.Connection, interview: str, *, lock: bool = False) -> sa.Row[Any]:
    query = sa.select(tables.interviews).where(tables.interviews.c.id == interview)
    if lock:
        query = query.with_for_update()  # SQLite's writer holds the whole database already.
    row = connection.execute(query).first()
    if row is None:
        raise _not_found(interview)
    return row


def _event_row(interview: str, record: Record, epoch: int) -> dict[str, Any]:
    return {
        "interview": interview,
        "seq": record.seq,
        "at_ms": record.at_ms,
        "type": record.event.type,
        "cause": record.cause,
        "body": to_json(encode_event(record.event)).decode(),
        "epoch": epoch,
    }


def _row_of(interview: NewInterview) -> dict[str, Any]:
    return {
        "id": interview.id,
        "job": interview.job,
        "job_version": interview.job_version,
        "job_text": interview.job_text,
        "language": interview.language,
        "candidate_name": interview.candidate.name,
        "candidate_phone": interview.candidate.phone,
        "candidate_id4": interview.candidate.id4,
        "policy": interview.policy,
        "link": to_json(interview.link).decode(),
        "status": "waiting",
        "created_at_ms": interview.created_at_ms,
        "epoch": 0,
        "last_seq": 0,
        "department": interview.department,
    }


def _interview_of(row: sa.Row[Any], assigned: Mapping[str, tuple[Person, ...]]) -> StoredInterview:
    return StoredInterview(
        id=row.id,
        job=row.job,
        job_version=row.job_version,
        job_text=row.job_text,
        language=row.language,
        candidate=Candidate(row.candidate_name, row.candidate_phone, row.candidate_id4),
        created_at_ms=row.created_at_ms,
        policy=row.policy,
        link=from_json(row.link),
        department=row.department,
        interviewers=assigned.get(row.id, ()),
        status=row.status,
        started_at_ms=row.started_at_ms,
        ended_at_ms=row.ended_at_ms,
        epoch=row.epoch,
        owner=row.owner,
        last_seq=row.last_seq,
    )
