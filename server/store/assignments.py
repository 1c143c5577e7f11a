"""The rows that say who interviews."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from server.persons import Person
from server.store import tables

_columns = tables.assignments.c


def add(connection: sa.Connection, interview: str, persons: Sequence[Person]) -> None:
    rows = [{"interview": interview, "subject": one.subject, "name": one.name} for one in persons]
    if rows:
        connection.execute(tables.assignments.insert(), rows)


def remove(connection: sa.Connection, interview: str, subject: str) -> None:
    connection.execute(
        sa.delete(tables.assignments).where(_columns.interview == interview, _columns.subject == subject)
    )


def read(connection: sa.Connection, interviews: Sequence[str]) -> Mapping[str, tuple[Person, ...]]:
    """The interviewers of each of ``interviews``, by subject."""
    query = sa.select(tables.assignments).where(_columns.interview.in_(interviews))
    found: defaultdict[str, list[Person]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.interview].append(Person(row.subject, row.name))
    # Sorted here: databases order text by different rules.
    return {interview: tuple(sorted(persons)) for interview, persons in found.items()}
