"""Every row of the audit trail carries the hash of the one before.

Revision ID: 0003
"""

from __future__ import annotations

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels = None
depends_on = None

_FIRST = "0" * 64


def upgrade() -> None:
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    # The rows that are there get their hashes once; then nothing may be changed again.
    if is_sqlite:
        op.execute("DROP TRIGGER audit_no_update")
    else:
        op.execute("ALTER TABLE audit DISABLE TRIGGER audit_append_only")
    op.add_column("audit", sa.Column("previous", sa.String(64), nullable=False, server_default=_FIRST))
    op.add_column("audit", sa.Column("hash", sa.String(64), nullable=False, server_default=""))
    _chain_up(connection)
    if is_sqlite:
        op.execute(
            "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
            "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
        )
    else:
        op.execute("ALTER TABLE audit ENABLE TRIGGER audit_append_only")


def _chain_up(connection: sa.Connection) -> None:
    names = ("number", "at_ms", "actor", "role", "action", "interview", "detail", "previous", "hash")
    audit = sa.table("audit", *(sa.column(name) for name in names))
    previous = _FIRST
    rows = connection.execute(sa.select(audit).order_by(audit.c.number)).all()
    for row in rows:
        said = [previous, row.at_ms, row.actor, row.role, row.action, row.interview, row.detail]
        text = json.dumps(said, ensure_ascii=True, separators=(",", ":"))
        digest = hashlib.sha256(text.encode()).hexdigest()
        connection.execute(
            sa.update(audit).where(audit.c.number == row.number).values(previous=previous, hash=digest)
        )
        previous = digest
