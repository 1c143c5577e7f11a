"""The audit trail as a chain: every row carries the hash of the one before. Pure.

Who changes, removes or inserts a row breaks the chain from there on. Who cuts off its end is found out by
the hash of the newest row, kept somewhere else (``viva audit`` prints it, ``viva audit --expect`` looks
for it).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from server.store.codec import to_json
from server.store.seam import AuditEntry, AuditRow

FIRST = "0" * 64
"""What the first row carries in place of a hash before it."""


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What ``verify`` found. ``newest`` is the hash to keep elsewhere."""

    rows: int
    newest: str
    broken_at: int | None = None
    """Number of the first row that is not what was written."""
    expected_found: bool = False


BEGINNING = ChainCheck(0, FIRST)


def link(previous: str, number: int, entry: AuditEntry) -> AuditRow:
    """``entry`` as the row after the one whose hash is ``previous``."""
    detail = to_json(entry.detail).decode()
    said = (entry.at_ms, entry.actor, entry.role, entry.action, entry.interview, detail)
    return AuditRow(number, *said, previous, _hash(previous, *said))


def verify(rows: Iterable[AuditRow], check: ChainCheck = BEGINNING, expect: str | None = None) -> ChainCheck:
    """Follow the chain on from ``check``, what was found in the rows before these.

    ``expect``: a hash that was noted earlier; ``expected_found`` says whether it was come by.
    """
    previous, count, found = check.newest, check.rows, check.expected_found
    for row in rows:
        said = (row.at_ms, row.actor, row.role, row.action, row.interview, row.detail)
        if row.previous != previous or row.hash != _hash(previous, *said):
            return ChainCheck(count, previous, row.number, found)
        previous, count = row.hash, count + 1
        found = found or row.hash == expect
    return ChainCheck(count, previous, None, found)


def _hash(
    previous: str, at_ms: int, actor: str, role: str, action: str, interview: str | None, detail: str
) -> str:
    """SHA-256 over a JSON list, so that one field cannot flow into the next."""
    said = json.dumps([previous, at_ms, actor, role, action, interview, detail], separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()
