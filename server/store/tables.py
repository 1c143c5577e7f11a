"""The tables, as queries name them. The schema itself is made by ``migrations``; a test compares the two."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

# JSON is kept as text: the log must come back byte for byte, and both databases treat text alike.

interviews = sa.Table(
    "interviews",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("job", sa.String(200), nullable=False),
    sa.Column("job_version", sa.String(100), nullable=False),
    sa.Column("job_text", sa.Text, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("candidate_name", sa.Text, nullable=False),
    sa.Column("candidate_phone", sa.Text),
    sa.Column("candidate_id4", sa.Text),
    sa.Column("policy", sa.String(40), nullable=False),
    sa.Column("link", sa.Text, nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("created_at_ms", sa.BigInteger, nullable=False),
    sa.Column("started_at_ms", sa.BigInteger),
    sa.Column("ended_at_ms", sa.BigInteger),
    sa.Column("epoch", sa.BigInteger, nullable=False),
    sa.Column("owner", sa.Text),
    sa.Column("last_seq", sa.BigInteger, nullable=False),
    sa.Column("department", sa.String(64), nullable=False, server_default="default"),
    sa.Index("interviews_newest", "created_at_ms"),
)

assignments = sa.Table(
    "assignments",
    metadata,
    sa.Column("interview", sa.ForeignKey("interviews.id"), primary_key=True),
    sa.Column("subject", sa.String(64), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
)
"""Who interviews; who was taken off, when and by whom stands in the audit trail."""

events = sa.Table(
    "events",
    metadata,
    sa.Column("interview", sa.ForeignKey("interviews.id"), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("type", sa.String(60), nullable=False),
    sa.Column("cause", sa.BigInteger),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("epoch", sa.BigInteger, nullable=False),
)

# SQLite gives numbers by itself only to a column declared INTEGER.
_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("interview", sa.ForeignKey("interviews.id"), nullable=False),
    sa.Column("purpose", sa.String(40), nullable=False),
    sa.Column("granted", sa.Boolean, nullable=False),
    sa.Column("text_version", sa.String(40), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Index("consents_of_interview", "interview", "number"),
)

questionnaires = sa.Table(
    "questionnaires",
    metadata,
    sa.Column("interview", sa.ForeignKey("interviews.id"), primary_key=True),
    sa.Column("clarity", sa.Integer, nullable=False),
    sa.Column("comfort", sa.Integer, nullable=False),
    sa.Column("remark", sa.Text, nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
)

reports = sa.Table(
    "reports",
    metadata,
    sa.Column("interview", sa.ForeignKey("interviews.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("role", sa.String(40), nullable=False),
    sa.Column("action", sa.String(100), nullable=False),
    sa.Column("interview", sa.String(64)),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("audit_of_interview", "interview", "number"),
)

APPEND_ONLY = ("events", "consents", "audit", "reports")
"""Tables whose rows a trigger keeps from being changed or deleted."""
