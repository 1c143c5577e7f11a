"""Brings a database to the newest schema."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import Connection

_LOCK = 0x56495641
"""PostgreSQL's advisory lock of the migration: servers that start together migrate one after another."""


def migrate(connection: Connection, revision: str = "head") -> None:
    """Run every migration not yet run, up to ``revision``, in the connection's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = Config()
    config.set_main_option("script_location", "server.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
