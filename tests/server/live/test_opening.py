"""Opening: beside the event loop, once for all who ask, and all that there are after a restart."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from media_pipeline import events as ev
from server.live import interviews as table_module
from server.persons import Person
from server.store import pages
from server.store.memory import MemoryEventStore
from server.store.pages import every_interview
from server.store.seam import Candidate
from tests.server.live.house import JOB, House


async def test_a_log_is_read_back_beside_the_loop_and_once_for_all_who_ask(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = await house.table.create(JOB, Candidate("Ada"))
    threads, begun, go_on = [], threading.Event(), threading.Event()
    read_back = table_module._read_back

    def slowly(*given: Any) -> Any:
        threads.append(threading.current_thread())
        begun.set()
        assert go_on.wait(10)
        return read_back(*given)

    monkeypatch.setattr(table_module, "_read_back", slowly)
    asking = [asyncio.create_task(house.table.open(stored.id)) for _ in range(3)]
    while not begun.is_set():  # the loop goes round while the log is read
        await asyncio.sleep(0)
    asking.append(asyncio.create_task(house.table.open(stored.id)))
    await house.table.assign(stored.id, Person("mei", "Mei"))
    go_on.set()
    opened = await asyncio.gather(*asking)
    assert len({id(one) for one in opened}) == 1 and len(threads) == 1
    assert threads[0] is not threading.main_thread() and threads[0].name.startswith("open interview")
    assert "mei" in {person.subject for person in opened[0].stored.interviewers}, "assigned meanwhile"
    assert (await house.store.interview(stored.id)).epoch == 1
    opened[0].live.emit(ev.HelpAsked("a"))
    await opened[0].live.journal.flush()
    assert [record.seq for record in await house.store.read(stored.id)] == [1, 2]


async def test_after_a_restart_every_interview_is_there_however_many(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for _ in range(7):
        house.now += 1
        made.append((await house.table.create(JOB, Candidate("Ada"))).id)
    running = made[0]  # the oldest: behind every page of newer ones
    await house.store.set_status(running, "running", at_ms=1)
    await house.table.close()
    monkeypatch.setattr(pages, "PAGE", 2)
    monkeypatch.setattr(pages.every_interview, "__defaults__", (None, 2))
    house.table = house.new_process()
    assert await house.table.resume_running() == 1
    assert [row.id for row in house.table.rows()] == made[::-1]
    assert house.table.opened(running) is not None
    assert len({id(row.job_text) for row in house.table.rows()}) == 1


async def test_pages_hold_everything_once_also_of_one_moment() -> None:
    house = House()
    ids = {(await house.table.create(JOB, Candidate("Ada"))).id for _ in range(9)}
    store: MemoryEventStore = house.store
    for page in (1, 2, 4, 9, 100):
        listed = [row.id async for row in every_interview(store, page=page)]
        assert len(listed) == len(ids) and set(listed) == ids
    await house.table.close()
