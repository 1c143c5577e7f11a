"""The journal: nothing is shown before it is durable, nothing is written without ownership."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError
from server.live import journal as module
from server.live.journal import Journal


class Store:
    """Remembers; waits at a gate; fails as told."""

    def __init__(self) -> None:
        self.records: list[ev.Record] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.failures: list[Exception] = []

    async def append(self, interview: str, records: Sequence[ev.Record], *, epoch: int) -> None:
        await self.gate.wait()
        if self.failures:
            raise self.failures.pop()
        self.records.extend(records)


def opened(store: Store, **limits: Any) -> tuple[Journal, list[int]]:
    told: list[int] = []
    journal = Journal("i1", store, 1, (), lambda: told.append(journal.durable_count), **limits)
    return journal, told


async def test_what_the_store_has_not_is_not_shown() -> None:
    store = Store()
    store.gate.clear()
    journal, told = opened(store)
    journal.append(ev.HelpAsked("a"), 1, None)
    await asyncio.sleep(0)
    assert journal.durable == [] and journal.since(0) == []
    store.gate.set()
    await journal.flush()
    assert [record.seq for record in journal.since(0)] == [1] and told == [1]
    await journal.close()


async def test_a_failing_store_is_tried_again_and_nothing_is_lost() -> None:
    store = Store()
    store.failures.append(OSError("disk"))
    original, module.RETRY_S = module.RETRY_S, 0.0
    try:
        journal, _ = opened(store)
        for number in range(5):
            journal.append(ev.HelpAsked(str(number)), number, None)
        await journal.flush()
        assert [record.seq for record in store.records] == [1, 2, 3, 4, 5]
        await journal.close()
    finally:
        module.RETRY_S = original


async def test_a_new_owner_ends_the_writing() -> None:
    store = Store()
    store.failures.append(ConflictError("epoch"))
    journal, _ = opened(store)
    journal.append(ev.HelpAsked("a"), 1, None)
    await journal.flush()
    assert journal.lost_ownership
    assert journal.append(ev.HelpAsked("b"), 2, None) is None
    await journal.close()
    assert store.records == []


async def test_a_stalled_store_drops_partials_only() -> None:
    store = Store()
    store.gate.clear()
    journal, _ = opened(store, pending_limit=3)
    for number in range(3):
        journal.append(ev.HelpAsked(str(number)), number, None)
    assert journal.append(ev.TranscriptPartial("u", "", "word", 0, 1), 4, None) is None
    assert journal.append(ev.TranscriptFinal("u", "candidate", "speech", "word", 0, 1), 5, None) is not None
    store.gate.set()
    await journal.flush()
    assert [record.seq for record in store.records] == [1, 2, 3, 4]
    await journal.close()


async def test_a_store_that_falls_behind_is_told_once_and_its_return_too() -> None:
    store, told = Store(), list[bool]()
    store.failures += [OSError("disk"), OSError("disk")]
    original, module.RETRY_S = module.RETRY_S, 0.0
    try:
        journal = Journal("i1", store, 1, (), lambda: None, on_late=told.append)
        journal.append(ev.HelpAsked("a"), 1, None)
        await journal.flush()
        assert told == [True, False] and not journal.late
        await journal.close()
    finally:
        module.RETRY_S = original


async def test_a_store_that_takes_long_is_late_too() -> None:
    store, told = Store(), list[bool]()
    store.gate.clear()
    original, module.LATE_AFTER_S = module.LATE_AFTER_S, 0.0
    try:
        journal = Journal("i1", store, 1, (), lambda: None, on_late=told.append)
        journal.append(ev.HelpAsked("a"), 1, None)
        while not told:
            await asyncio.sleep(0)
        store.gate.set()
        await journal.flush()
        assert told == [True, False]
        await journal.close()
    finally:
        module.LATE_AFTER_S = original
