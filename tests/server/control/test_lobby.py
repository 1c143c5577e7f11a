"""The lobby is told once and then by what has changed; nothing is made anew because somebody is speaking."""

from __future__ import annotations

from typing import Any

import pytest

from media_pipeline import events as ev
from server.conductor import inputs as ip
from server.control import lobby as module
from server.control.lobby import FINISHED_AT_ONCE, LobbyLines
from server.live.interviews import OpenInterview
from server.persons import EVERY, Person
from server.store.seam import Candidate
from server.tokens import Grant
from tests.server.live.house import JOB, House

RITA = Grant("recruiter", "desk", "rita", None, 1e12, "1", "Rita", frozenset({EVERY}), frozenset())
IVAN = Grant("interviewer", "desk", "ivan", None, 1e12, "2", "Ivan", frozenset({EVERY}), frozenset())


class Reader:
    """One lobby page, without its socket."""

    def __init__(self, house: House, grant: Grant = RITA) -> None:
        self.changed: set[str] = set()
        house.table.watch(self.changed.add)
        self.lines = LobbyLines(house.table, grant, blind=False)
        self.first = self.lines.whole()

    def told(self) -> Any:
        changed = set(self.changed)
        self.changed.clear()
        return self.lines.changes(changed)


async def started(house: House) -> OpenInterview:
    opened = await house.signed_in()
    opened.live.emit(ev.ConnectionChanged("connected", "control", "c1"))
    opened.live.give(ip.CandidateCommand("start"))
    await opened.live.journal.flush()
    return opened


async def test_levels_and_faces_touch_no_line(house: House) -> None:
    opened = await started(house)
    reader = Reader(house)
    for loud in range(50):
        opened.live.show("level", {"level_dbfs": -float(loud), "speaking": True})
        opened.live.emit(ev.FaceObserved(1, None, 120.0, 50.0))
    assert reader.changed == set() and reader.told() is None


async def test_a_change_tells_one_line_and_makes_no_other(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        await house.table.create(JOB, Candidate("Ada"))
    opened = await started(house)
    reader = Reader(house)
    assert len(reader.first["interviews"]) == 6 and reader.first["more"] == 0
    made: list[str] = []
    line_for = module.line_for

    def counted(*given: Any) -> Any:
        made.append(given[1].id)
        return line_for(*given)

    monkeypatch.setattr(module, "line_for", counted)
    opened.live.give(ip.CandidateCommand("pause"))
    await opened.live.journal.flush()
    message = reader.told()
    assert [line["status"] for line in message["interviews"]] == ["paused"] and message["gone"] == []
    assert set(made) == {opened.stored.id}
    reader.changed.add(opened.stored.id)
    assert reader.told() is None, "the same line is not told twice"


async def test_who_is_assigned_gets_the_line_and_who_is_taken_off_loses_it(house: House) -> None:
    stored = await house.table.create(JOB, Candidate("Ada"))
    reader = Reader(house, IVAN)
    assert reader.first["interviews"] == []
    await house.table.assign(stored.id, Person("ivan", "Ivan"))
    assert [line["interview"] for line in reader.told()["interviews"]] == [stored.id]
    await house.table.unassign(stored.id, "ivan")
    assert reader.told()["gone"] == [stored.id]
    assert reader.told() is None


async def test_finished_ones_come_in_pages_and_running_ones_at_once(house: House) -> None:
    made = []
    for _ in range(2 * FINISHED_AT_ONCE + 3):
        house.now += 1_000
        stored = await house.table.create(JOB, Candidate("Ada"))
        await house.store.set_status(stored.id, "ended", at_ms=1)
        made.append(stored.id)
    house.now += 1_000
    waiting = (await house.table.create(JOB, Candidate("Ada"))).id
    await house.table.close()
    house.table = house.new_process()
    async for row in house.all_rows():
        house.table._know(row)
    reader = Reader(house)
    newest = made[::-1]
    assert [line["interview"] for line in reader.first["interviews"]] == [waiting, *newest[:FINISHED_AT_ONCE]]
    seen, left = FINISHED_AT_ONCE, FINISHED_AT_ONCE + 3
    while left:
        assert reader.told() is None
        reader.changed |= reader.lines.more()
        message = reader.told()
        page = min(FINISHED_AT_ONCE, left)
        assert [line["interview"] for line in message["interviews"]] == newest[seen : seen + page]
        seen, left = seen + page, left - page
        assert message["more"] == left
    assert reader.lines.more() == set()
