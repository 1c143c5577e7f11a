"""Departments, and who is assigned to which interview.

Interviews of before are in the default department, and their interviewer's link goes on working: its
holder is the person whom they are assigned to.

Revision ID: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "interviews", sa.Column("department", sa.String(64), nullable=False, server_default="default")
    )
    op.create_table(
        "assignments",
        sa.Column("interview", sa.String(64), sa.ForeignKey("interviews.id"), primary_key=True),
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.execute(
        "INSERT INTO assignments (interview, subject, name) "
        "SELECT id, 'interviewer', 'Interviewer' FROM interviews"
    )
