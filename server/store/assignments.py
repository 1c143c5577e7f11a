"""The rows that say who interviews."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from server.persons import Person
from server.store import tables

_columns = tables.assignments.c


async def add(connection: AsyncConnection, interview: str, persons: Sequence[Person]) -> None:
    rows = [{"interview": interview, "subject": one.subject, "name": one.name} for one in persons]
    if rows:
        await connection.execute(tables.assignments.insert(), rows)


async def remove(connection: AsyncConnection, interview: str, subject: str) -> None:
    await connection.execute(
        sa.delete(tables.assignments).where(_columns.interview == interview, _columns.subject == subject)
    )


async def read(connection: AsyncConnection, interviews: Sequence[str]) -> Mapping[str, tuple[Person, ...]]:
    """The interviewers of each of ``interviews``, by subject."""
    query = sa.select(tables.assignments).where(_columns.interview.in_(interviews))
    found: defaultdict[str, list[Person]] = defaultdict(list)
    for row in await connection.execute(query):
        found[row.interview].append(Person(row.subject, row.name))
    # Sorted here: databases order text by different rules.
    return {interview: tuple(sorted(persons)) for interview, persons in found.items()}
