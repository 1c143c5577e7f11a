"""The log of one running interview: appended in memory at once, made durable in batches, then shown.

A record is shown to nobody before the store has it, so a reader that reconnects after a crash
never saw words that are gone. Appending never waits: if the store stalls, pending records grow
to ``pending_limit``; from there on superseded partial transcripts (and nothing else) are dropped.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError

log = logging.getLogger(__name__)

PENDING_LIMIT = 2_000
RETRY_S = 0.5
LATE_AFTER_S = 2.0
"""A batch that the store has not taken for so long is late; a healthy one takes milliseconds."""


class Appends(Protocol):
    """The part of the event store that a journal needs."""

    async def append(self, interview: str, records: Sequence[ev.Record], *, epoch: int) -> None: ...


class Journal:
    """The only writer of an interview's log while its owner holds ``epoch``."""

    def __init__(
        self,
        interview: str,
        store: Appends,
        epoch: int,
        records: Sequence[ev.Record],
        on_durable: Callable[[], None],
        pending_limit: int = PENDING_LIMIT,
        on_late: Callable[[bool], None] = lambda late: None,
    ) -> None:
        """``on_late`` is called when the store falls behind, and when it has caught up."""
        self.interview = interview
        self.records: list[ev.Record] = list(records)
        self.lost_ownership = False
        self.late = False
        self._store = store
        self._epoch = epoch
        self._on_durable = on_durable
        self._on_late = on_late
        self._pending_limit = pending_limit
        self._durable = len(self.records)
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._closing = False
        self._task = asyncio.create_task(self._write(), name=f"journal {interview}")

    @property
    def durable_count(self) -> int:
        """How many of ``records`` the store has."""
        return self._durable

    @property
    def durable(self) -> Sequence[ev.Record]:
        return self.records[: self._durable]

    def since(self, count: int) -> Sequence[ev.Record]:
        """Durable records from position ``count`` on (position = seq - 1)."""
        return self.records[count : self._durable]

    def append(self, event: ev.Event, at_ms: int, cause: int | None) -> ev.Record | None:
        """The new record; None where a partial was dropped because the store is far behind."""
        if self.lost_ownership:
            return None
        if len(self.records) - self._durable >= self._pending_limit and isinstance(
            event, ev.TranscriptPartial
        ):
            return None
        record = ev.Record(len(self.records) + 1, at_ms, event, cause)
        self.records.append(record)
        self._idle.clear()
        self._wake.set()
        return record

    async def flush(self) -> None:
        """Wait until the store has everything that has been appended."""
        await self._idle.wait()

    async def close(self) -> None:
        """Write what is pending and end."""
        self._closing = True
        self._wake.set()
        await self._task

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._durable < len(self.records) and not self.lost_ownership:
                await self._write_batch()
            self._idle.set()
            if self._closing:
                return

    async def _write_batch(self) -> None:
        batch = self.records[self._durable :]
        slow = asyncio.get_running_loop().call_later(LATE_AFTER_S, self._say, True)
        try:
            await self._store.append(self.interview, batch, epoch=self._epoch)
        except ConflictError:
            log.error("interview %s has another owner now; this process stops writing", self.interview)
            self.lost_ownership = True
            self._on_durable()
            return
        except Exception:
            log.exception("the store did not take %d records; trying again", len(batch))
            self._say(True)
            if self._closing:
                raise
            await asyncio.sleep(RETRY_S)
            return
        finally:
            slow.cancel()
        self._say(False)
        self._durable += len(batch)
        self._on_durable()

    def _say(self, late: bool) -> None:
        if late != self.late:
            self.late = late
            self._on_late(late)


def attributed(event: ev.Event, question: str | None) -> ev.Event:
    """A final with the question whose answer it belongs to."""
    if isinstance(event, ev.TranscriptFinal) and event.question is None:
        return replace(event, question=question)
    return event
