"""The SQL store: its schema, its triggers, what survives kill -9, how commits are shared."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from media_pipeline.errors import SettingError
from media_pipeline.events import NoteAdded, Record
from server.persons import DEFAULT_INTERVIEWER
from server.store import tables
from server.store.engine import open_engines
from server.store.order import StoreError
from server.store.schema import migrate
from server.store.seam import AuditEntry, Candidate, Consent, NewInterview
from server.store.sql import SqlEventStore
from server.store.writer import GroupCommitWriter
from tests.postgres import running_postgres, server_programs

ROOT = Path(__file__).parents[3]
INTERVIEW = NewInterview("i", "job.en", "1", "title: x", "en", Candidate("Ada"), created_at_ms=1)


def sqlite_url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder}/viva.sqlite3"


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
    elif server_programs() is None:
        pytest.skip("PostgreSQL's server is not installed (deploy/system_packages.sh installs it)")
    else:
        with running_postgres() as address:
            yield address


async def filled(url: str) -> SqlEventStore:
    store = await SqlEventStore.open(url)
    await store.create_interview(INTERVIEW)
    epoch = await store.take_ownership("i", "me")
    await store.append("i", [Record(1, 1, NoteAdded("hr", "n"))], epoch=epoch)
    await store.record_consent([Consent("i", "recording", True, "1", "…", 1)])
    await store.audit(AuditEntry(1, "hr", "recruiter", "created", "i"))
    await store.put_report("i", {}, at_ms=1)
    return store


async def test_schema_is_the_tables_and_rows_cannot_be_changed(url: str) -> None:
    store = await filled(url)
    await store.close()
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            differences = await connection.run_sync(
                lambda c: compare_metadata(MigrationContext.configure(c), tables.metadata)
            )
        assert differences == []
        changes = {
            "events": "UPDATE events SET at_ms = 0",
            "consents": "UPDATE consents SET granted = false",
            "audit": "UPDATE audit SET actor = 'nobody'",
            "reports": "UPDATE reports SET body = ''",
        }
        assert changes.keys() == set(tables.APPEND_ONLY)
        for table, change in changes.items():
            for statement in (change, f"DELETE FROM {table}"):
                with pytest.raises(DBAPIError, match="append-only"):
                    async with engine.begin() as connection:
                        await connection.execute(sa.text(statement))
    finally:
        await engine.dispose()


async def test_opening_again_keeps_everything(url: str) -> None:
    await (await filled(url)).close()
    store = await SqlEventStore.open(url)
    try:
        assert [record.seq for record in await store.read("i")] == [1]
        assert await store.take_ownership("i", "me again") == 2
    finally:
        await store.close()


async def test_a_database_of_before_departments_is_taken_over(url: str) -> None:
    writer, readers = open_engines(url)

    def as_it_was(connection: sa.Connection) -> None:
        migrate(connection, "0001")
        connection.execute(
            sa.text(
                "INSERT INTO interviews (id, job, job_version, job_text, language, candidate_name, policy, "
                "link, status, created_at_ms, epoch, last_seq) "
                "VALUES ('old', 'clerk.en', '1', 'title: x', 'en', 'Ada', 'standard', "
                "'{}', 'waiting', 5, 0, 0)"
            )
        )

    await writer.transact(as_it_was)
    await writer.dispose()
    await readers.dispose()
    store = await SqlEventStore.open(url)
    try:
        (old,) = await store.interviews()
        assert (old.id, old.department, old.interviewers) == ("old", "default", (DEFAULT_INTERVIEWER,))
        await store.create_interview(INTERVIEW)
        assert (await store.interview("i")).interviewers == ()
    finally:
        await store.close()


async def test_servers_that_start_together_migrate_once(url: str) -> None:
    stores = await asyncio.gather(*(SqlEventStore.open(url) for _ in range(3)))
    for store in stores:
        await store.check()
        await store.close()


async def test_an_unreachable_database_is_said_without_its_password() -> None:
    with pytest.raises(StoreError) as caught:
        await SqlEventStore.open("postgresql+asyncpg://viva:hunter2@127.0.0.1:1/viva")
    assert "VIVA_DATABASE_URL" in str(caught.value)
    assert "hunter2" not in str(caught.value)


async def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match="VIVA_DATA_DIR"):
        await SqlEventStore.open(sqlite_url(tmp_path / "file" / "data"))


WRITES_UNTIL_KILLED = """
import asyncio, sys
from media_pipeline.events import NoteAdded, Record
from server.store.sql import SqlEventStore

async def main():
    store = await SqlEventStore.open(sys.argv[1])
    epoch = await store.take_ownership("i", "victim")
    seq = (await store.interview("i")).last_seq
    while True:
        seq += 1
        await store.append("i", [Record(seq, seq, NoteAdded("hr", "n" * 500))], epoch=epoch)
        print(seq, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("lines", [1, 40])
async def test_kill_9_loses_nothing_committed(tmp_path: Path, lines: int) -> None:
    store = await SqlEventStore.open(sqlite_url(tmp_path))
    await store.create_interview(INTERVIEW)
    await store.close()
    victim = subprocess.Popen(
        [sys.executable, "-c", WRITES_UNTIL_KILLED, sqlite_url(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert victim.stdout is not None
    committed = 0
    for line in victim.stdout:
        committed = int(line)
        if committed >= lines:
            victim.send_signal(signal.SIGKILL)
            break
    rest = victim.stdout.read().split()
    victim.wait()
    committed = int(rest[-1]) if rest else committed
    store = await SqlEventStore.open(sqlite_url(tmp_path))
    try:
        kept = [record.seq for record in await store.read("i")]
        # One more may be there: committed, and killed before it could be said.
        assert kept in (list(range(1, committed + 1)), list(range(1, committed + 2)))
        epoch = await store.take_ownership("i", "successor")
        await store.append("i", [Record(len(kept) + 1, 1, NoteAdded("hr", "on"))], epoch=epoch)
    finally:
        await store.close()


Writer = GroupCommitWriter[int]


def insert_together(connection: sa.Connection, numbers: Sequence[int]) -> list[Exception | None]:
    """Refuses odd numbers, writes the even ones with one statement."""
    even = ", ".join(f"({number})" for number in numbers if number % 2 == 0)
    if even:
        _execute(connection, f"INSERT INTO t VALUES {even}")
    return [ValueError(str(number)) if number % 2 else None for number in numbers]


class TestGroupCommit:
    @pytest.fixture
    async def writer(self, tmp_path: Path) -> AsyncIterator[tuple[Writer, list[int]]]:
        engine, readers = open_engines(sqlite_url(tmp_path))
        commits: list[int] = []
        writer: Writer = GroupCommitWriter(engine, insert_together, commits.append)
        await writer.run(lambda connection: _execute(connection, "CREATE TABLE t (n INTEGER UNIQUE)"))
        commits.clear()
        yield writer, commits
        await writer.close()
        await engine.dispose()
        await readers.dispose()

    async def test_what_waits_shares_a_commit(self, writer: tuple[Writer, list[int]]) -> None:
        run, commits = writer[0].run, writer[1]
        await asyncio.gather(*(run(_insert(number)) for number in range(300)))
        assert sum(commits) == 300
        assert len(commits) <= 4
        assert await run(_count) == 300

    async def test_a_refused_work_leaves_no_trace(self, writer: tuple[Writer, list[int]]) -> None:
        run = writer[0].run

        def half(connection: sa.Connection) -> None:
            _execute(connection, "INSERT INTO t VALUES (7)")
            raise ValueError("changed my mind")

        outcomes = await asyncio.gather(run(_insert(1)), run(half), run(_insert(2)), return_exceptions=True)
        assert isinstance(outcomes[1], ValueError)
        assert await run(_count) == 2

    async def test_one_that_breaks_the_transaction_fails_alone(
        self, writer: tuple[Writer, list[int]]
    ) -> None:
        run = writer[0].run

        def breaks(connection: sa.Connection) -> None:
            _execute(connection, "INSERT INTO t VALUES (7)")
            _execute(connection, "ROLLBACK")
            _execute(connection, "INSERT INTO nowhere VALUES (1)")

        outcomes = await asyncio.gather(run(_insert(1)), run(breaks), run(_insert(2)), return_exceptions=True)
        assert isinstance(outcomes[1], StoreError)
        assert await run(_count) == 2

    async def test_items_go_together_and_are_refused_one_by_one(
        self, writer: tuple[Writer, list[int]]
    ) -> None:
        add, run = writer[0].add, writer[0].run
        outcomes = await asyncio.gather(
            *(add(number) for number in range(6)),
            run(_insert(101)),
            *(add(number) for number in range(6, 10)),
            run(_count),
            return_exceptions=True,
        )
        assert [isinstance(outcome, ValueError) for outcome in outcomes[:6]] == [False, True] * 3
        assert outcomes[-1] == 6
        assert len(writer[1]) == 1

    async def test_an_item_that_breaks_the_transaction_fails_alone(
        self, writer: tuple[Writer, list[int]]
    ) -> None:
        add = writer[0].add
        await add(2)
        outcomes = await asyncio.gather(add(0), add(2), add(4), return_exceptions=True)
        assert [isinstance(outcome, StoreError) for outcome in outcomes] == [False, True, False]
        assert await writer[0].run(_count) == 3

    async def test_closing_finishes_what_waits(self, writer: tuple[Writer, list[int]]) -> None:
        waiting = [asyncio.ensure_future(writer[0].run(_insert(number))) for number in range(5)]
        await asyncio.sleep(0)
        await writer[0].close()
        assert sum(writer[1]) == 5
        await asyncio.gather(*waiting)
        with pytest.raises(StoreError):
            await writer[0].run(_count)


def _execute(connection: sa.Connection, statement: str) -> None:
    connection.execute(sa.text(statement))


def _insert(number: int):  # type: ignore[no-untyped-def]
    return lambda connection: _execute(connection, f"INSERT INTO t VALUES ({number})")


def _count(connection: sa.Connection) -> int:
    return int(connection.execute(sa.text("SELECT count(*) FROM t")).scalar_one())
