"""Database engines: SQLite with the settings that keep a promise, PostgreSQL as it comes."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from media_pipeline.errors import SettingError

BUSY_TIMEOUT_S = 10.0
"""How long SQLite waits for another process (the command line) to finish writing."""

READERS = 4


Result = TypeVar("Result")


class WritingEngine(Protocol):
    """One connection that writes; one transaction at a time."""

    async def transact(self, act: Callable[[Connection], Result]) -> Result:
        """What ``act`` returns, committed; if it raises, nothing of it is written."""
        ...

    async def dispose(self) -> None: ...


class OverNetwork:
    """A database server's connection, driven by the event loop."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def transact(self, act: Callable[[Connection], Result]) -> Result:
        async with self._engine.begin() as connection:
            return await connection.run_sync(act)

    async def dispose(self) -> None:
        await self._engine.dispose()


class InThread:
    """SQLite in a thread of its own, a whole transaction at a stretch.

    An asynchronous driver goes to its thread and back for every statement, some ten times a commit. On a
    busy core each way waits for the core and for the interpreter's lock, and whoever watches an interview
    sees nothing before the commit (docs/benchmarks.md, "The desk").
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="viva-store")

    async def transact(self, act: Callable[[Connection], Result]) -> Result:
        def whole() -> Result:
            with self.engine.begin() as connection:
                return act(connection)

        return await asyncio.get_running_loop().run_in_executor(self._thread, whole)

    async def dispose(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self.engine.dispose)
        self._thread.shutdown()


def open_engines(database_url: str) -> tuple[WritingEngine, AsyncEngine]:
    """(writer, readers). The writer has one connection: one writer, so nothing waits for a lock."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        _make_folder(url)
        readers = create_async_engine(url, **_sqlite_options(READERS))
        _set_up(readers.sync_engine, "BEGIN", _set_pragmas)
        writer = create_engine(url.set(drivername="sqlite"), **_sqlite_options(1))
        # IMMEDIATE: waits for another process's lock here, where busy_timeout applies, not mid-way.
        _set_up(writer, "BEGIN IMMEDIATE", _set_up_file)
        return InThread(writer), readers
    server = create_async_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True)
    return OverNetwork(server), create_async_engine(
        url, pool_size=READERS, max_overflow=0, pool_pre_ping=True
    )


def _sqlite_options(connections: int) -> dict[str, Any]:
    return {
        "pool_size": connections,
        "max_overflow": 0,
        "connect_args": {"timeout": BUSY_TIMEOUT_S},
    }


def _make_folder(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        raise SettingError("VIVA_DATABASE_URL: name a file, as in sqlite:////var/lib/viva/viva.sqlite3.")
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # Names and answers are in there.
    except OSError as error:
        raise SettingError(f"VIVA_DATA_DIR: {folder} cannot be made: {error.strerror}.") from error


def _set_pragmas(cursor: Any) -> None:
    # FULL: a commit is on the disk when it returns, so that not even a power cut takes words back;
    # group commit makes the fsync cheap (docs/benchmarks.md).
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")


def _set_up_file(cursor: Any) -> None:
    """The writer's connection comes first: that readers go on beside it is written into the file once.

    Of several servers that start together on a new file one writes it. SQLite does not wait for the
    others with busy_timeout here (a lock is raised, where waiting could be for ever), so we do.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)  # in the writer's own thread
    _set_pragmas(cursor)


def _set_up(engine: Engine, begin: str, prepare: Callable[[Any], None]) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        # sqlite3's own transactions begin too late for SAVEPOINT and never for SELECT; we say BEGIN.
        connection.isolation_level = None
        cursor = connection.cursor()
        prepare(cursor)
        cursor.close()

    @event.listens_for(engine, "begin")
    def began(connection: Any) -> None:
        connection.exec_driver_sql(begin)
