"""Alembic's entry: runs the migrations on the connection that ``server.store.schema`` hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import Connection

from server.store.tables import metadata


def run(connection: Connection) -> None:
    # SQLite cannot alter most of a table in place; batch mode copies it.
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
