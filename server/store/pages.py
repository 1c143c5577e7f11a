"""All interviews of a store, page by page: however many there are, no query holds them all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from server.store.seam import Place, Status, StoredInterview

PAGE = 500


class ListsInterviews(Protocol):
    """The part of the event store that this needs."""

    async def interviews(
        self, *, status: Sequence[Status] | None = None, limit: int = 1000, after: Place | None = None
    ) -> list[StoredInterview]: ...


async def every_interview(
    store: ListsInterviews, status: Sequence[Status] | None = None, page: int = PAGE
) -> AsyncIterator[StoredInterview]:
    """The newest first; one that is made meanwhile may be missing."""
    after: Place | None = None
    while True:
        rows = await store.interviews(status=status, limit=page, after=after)
        for row in rows:
            yield row
        if len(rows) < page:
            return
        after = rows[-1].place
