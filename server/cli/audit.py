"""``viva audit``: is the audit trail as it was written?"""

from __future__ import annotations

from server.settings import Settings
from server.store.audit_chain import BEGINNING, ChainCheck, verify
from server.store.seam import EventStore
from server.store.sql import SqlEventStore

BATCH = 10_000


async def audit(settings: Settings, expect: str | None) -> int:
    """Print what was found. The exit status: 0 where the chain is whole, else 1."""
    store = await SqlEventStore.open(settings.database_url)
    try:
        found = await check_chain(store, expect)
    finally:
        await store.close()
    print(f"{found.rows} rows follow each other. Newest hash: {found.newest}")
    if found.broken_at is not None:
        print(f"Row {found.broken_at} was changed, or the one before it is missing.")
        return 1
    if expect is not None and not found.expected_found:
        print(f"The hash {expect} does not stand in the chain: rows that were there are missing.")
        return 1
    return 0


async def check_chain(store: EventStore, expect: str | None = None) -> ChainCheck:
    """Follow the whole chain, a batch at a time."""
    check, after = BEGINNING, 0
    while check.broken_at is None:
        rows = await store.audit_rows(after=after, limit=BATCH)
        if not rows:
            break
        after = rows[-1].number
        check = verify(rows, check, expect)
    return check
