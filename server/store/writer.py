"""Group commit: one writer takes everything that waits, runs it in one transaction, commits once.

With an fsync per commit, a store that commits each append alone is bounded by the disk's latency; the
live interviews of one process append at the same moments, so they share commits instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from server.store.engine import WritingEngine
from server.store.order import StoreError

Result = TypeVar("Result")
Item = TypeVar("Item")
Work = Callable[[Connection], Any]
Together = Callable[[Connection, Sequence[Item]], list[Exception | None]]
"""Carries out many items with few statements; an item's error must have left nothing written."""

WAITING = 1024
"""Works that may wait; a further caller waits to be let in. Nothing is dropped."""

BATCH = 128
"""Works in one transaction."""


@dataclass(slots=True)
class _Waiting:
    work: Work | None
    item: Any
    """For ``Together`` where there is no work."""
    done: asyncio.Future[Any]


@dataclass(slots=True)
class _Outcome:
    waiting: _Waiting
    result: Any = None
    error: Exception | None = None


class GroupCommitWriter(Generic[Item]):
    """Runs works one after another; each sees those before it; a refused one leaves no trace."""

    def __init__(
        self,
        engine: WritingEngine,
        together: Together[Item],
        on_commit: Callable[[int], None] = lambda works: None,
    ) -> None:
        """``on_commit`` hears how many works and items each commit held."""
        self._engine = engine
        self._together = together
        self._on_commit = on_commit
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue(WAITING)
        self._closed = False
        self._task = asyncio.create_task(self._run(), name="store writer")

    async def run(self, work: Callable[[Connection], Result]) -> Result:
        """The result of ``work`` once it is committed. It may run in another thread than the caller's.

        A caller that is cancelled while its work waits takes it back; later it may have been committed.
        """
        result: Result = await self._wait(work, None)
        return result

    async def add(self, item: Item) -> None:
        """Return once ``item`` is committed, together with what waits beside it."""
        await self._wait(None, item)

    async def _wait(self, work: Work | None, item: Any) -> Any:
        if self._closed:
            raise StoreError("The store is closed.")
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        await self._queue.put(_Waiting(work, item, done))
        if self._task.done():  # Closed while this one waited to be let in.
            raise StoreError("The store is closed.")
        return await done

    async def close(self) -> None:
        """Commit what waits, then stop."""
        if not self._closed:
            self._closed = True
            await self._queue.put(None)
        await asyncio.shield(self._task)

    async def _run(self) -> None:
        going = True
        while going:
            batch: list[_Waiting] = []
            entry = await self._queue.get()
            while entry is not None:
                if not entry.done.cancelled():
                    batch.append(entry)
                if len(batch) >= BATCH or self._queue.empty():
                    break
                entry = self._queue.get_nowait()
            going = entry is not None
            if batch:
                await self._commit(batch)
        while not self._queue.empty():  # Let in while closing.
            late = self._queue.get_nowait()
            if late is not None and not late.done.done():
                late.done.set_exception(StoreError("The store is closed."))

    async def _commit(self, batch: list[_Waiting]) -> None:
        all_ran = False

        def run_all(connection: Connection) -> list[_Outcome]:
            nonlocal all_ran
            ran = self._run_all(connection, batch)
            all_ran = True
            return ran

        try:
            outcomes = await self._engine.transact(run_all)
        except (SQLAlchemyError, OSError) as error:
            if len(batch) > 1 and not all_ran:
                # One of them broke the transaction of all: each for itself, then only that one fails.
                # Not after a failed COMMIT, of which nobody knows whether it happened.
                for waiting in batch:
                    await self._commit([waiting])
                return
            failed = StoreError("The store cannot be written now. Try again shortly.")
            failed.__cause__ = error
            outcomes = [_Outcome(waiting, error=failed) for waiting in batch]
        else:
            self._on_commit(len(batch))
        for outcome in outcomes:
            _tell(outcome)

    def _run_all(self, connection: Connection, batch: list[_Waiting]) -> list[_Outcome]:
        """In their order; items that follow each other go together."""
        outcomes: list[_Outcome] = []
        for work, group in groupby(batch, key=lambda waiting: waiting.work):
            if work is not None:
                outcomes += [_try(connection, waiting, work) for waiting in group]
                continue
            items = list(group)
            errors = self._together(connection, [waiting.item for waiting in items])
            outcomes += [_Outcome(waiting, error=error) for waiting, error in zip(items, errors, strict=True)]
        return outcomes


def _try(connection: Connection, waiting: _Waiting, work: Work) -> _Outcome:
    """Run one work in a savepoint; what it refuses is its own affair.

    Database errors other than broken constraints are raised: they may have ended the transaction
    (SQLite's full disk does), and with it what the works before this one wrote.
    """
    try:
        with connection.begin_nested():
            return _Outcome(waiting, result=work(connection))
    except IntegrityError as error:
        return _Outcome(waiting, error=error)
    except (SQLAlchemyError, OSError):
        raise
    except Exception as error:  # It is the caller's to handle.
        return _Outcome(waiting, error=error)


def _tell(outcome: _Outcome) -> None:
    done = outcome.waiting.done
    if done.done():
        return
    if outcome.error is not None:
        done.set_exception(outcome.error)
    else:
        done.set_result(outcome.result)
