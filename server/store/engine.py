"""Database engines: SQLite with the settings that keep a promise, PostgreSQL as it comes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from media_pipeline.errors import SettingError

BUSY_TIMEOUT_S = 10.0
"""How long SQLite waits for another process (the command line) to finish writing."""

READERS = 4


def open_engines(database_url: str) -> tuple[AsyncEngine, AsyncEngine]:
    """(writer, readers). The writer has one connection: one writer, so nothing waits for a lock."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        _make_folder(url)
        return _sqlite(url, writes=True), _sqlite(url, writes=False)
    writer = create_async_engine(url, pool_size=1, max_overflow=0, pool_pre_ping=True)
    return writer, create_async_engine(url, pool_size=READERS, max_overflow=0, pool_pre_ping=True)


def _make_folder(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        raise SettingError("VIVA_DATABASE_URL: name a file, as in sqlite:////var/lib/viva/viva.sqlite3.")
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # Names and answers are in there.
    except OSError as error:
        raise SettingError(f"VIVA_DATA_DIR: {folder} cannot be made: {error.strerror}.") from error


def _sqlite(url: URL, *, writes: bool) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=1 if writes else READERS,
        max_overflow=0,
        connect_args={"timeout": BUSY_TIMEOUT_S},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        # sqlite3's own transactions begin too late for SAVEPOINT and never for SELECT; we say BEGIN.
        connection.isolation_level = None
        cursor = connection.cursor()
        # Readers go on beside the writer. FULL: a commit is on the disk when it returns, so that not
        # even a power cut takes words back; group commit makes the fsync cheap (docs/benchmarks.md).
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        # IMMEDIATE: waits for another process's lock here, where busy_timeout applies, not mid-way.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
