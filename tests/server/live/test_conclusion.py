"""A report is owed until it stands, and what is late is said at the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from media_pipeline import events as ev
from server.conductor import inputs as ip
from server.control.desk_view import desk_view
from server.judge import judge as judge_module
from server.judge.judge import Judge
from server.judge.report import not_seen
from server.live import interview as live_module
from server.live import interviews as table_module
from server.live import journal as journal_module
from server.live.interviews import OpenInterview
from server.panel.scoring import Viewer
from tests.server.live.house import FakeMedia, House


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0)


def parts_shown(opened: OpenInterview) -> list[tuple[str, str, str]]:
    live = opened.live
    view = desk_view(opened.job, live.script, live.state, live.now_ms(), Viewer(""))
    return [(part["part"], part["state"], part["detail"]) for part in view["parts"]]


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "REPORT_RETRIES_S", (0.0,))
    monkeypatch.setattr(journal_module, "RETRY_S", 0.0)
    monkeypatch.setattr(table_module, "CLOSING_GRACE_S", 0.0)


async def test_a_report_that_could_not_be_written_is_tried_again(house: House) -> None:
    opened = await house.signed_in()
    told: list[Any] = []
    opened.live.watch(lambda: told.extend(part for part in parts_shown(opened) if part not in told))
    house.judge.failures = 3
    opened.live.give(ip.CandidateCommand("leave"))
    await opened.live.concluded.wait()
    assert len(house.judge.concluded) == 4
    assert told == [("assessment", "missing", "report_failed")]
    assert opened.state.report_ready and parts_shown(opened) == []


async def test_the_media_are_let_go_though_the_report_waits(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "REPORT_RETRIES_S", (3600.0,))
    opened = await house.signed_in()
    media: Any = FakeMedia()
    opened.media = opened.live.media = media
    house.judge.failures = 1
    opened.live.give(ip.CandidateCommand("leave"))
    await until(lambda: media.closed)
    assert not opened.live.concluded.is_set()


async def test_after_a_restart_the_reports_that_are_owed_are_written(house: House) -> None:
    opened = await house.signed_in()
    house.judge.failures = 10**9
    opened.live.give(ip.CandidateCommand("leave"))
    await opened.live.journal.flush()
    await until(lambda: len(house.judge.concluded) > 1)
    await house.table.close()
    house.judge.failures = 0
    house.table = house.new_process()
    await house.table.resume_running()
    again = house.table.opened(opened.stored.id)
    assert again is not None
    await again.live.concluded.wait()
    assert again.state.report_ready


async def test_one_interview_that_cannot_be_opened_does_not_keep_the_others(house: House) -> None:
    broken, whole = await house.signed_in(), await house.ordered()
    for opened in (broken, whole):
        await house.store.set_status(opened.stored.id, "running", at_ms=1)
    await house.table.close()
    house.store.spoil_job(broken.stored.id)
    house.table = house.new_process()
    await house.table.resume_running()
    assert house.table.opened(whole.stored.id) is not None


async def test_a_store_that_is_late_is_shown_at_once_and_is_no_fault_of_the_report(house: House) -> None:
    opened = await house.signed_in()
    await opened.live.journal.flush()
    gate = asyncio.Event()
    store_append = house.store.append

    async def failing(interview: str, records: Sequence[ev.Record], *, epoch: int) -> None:
        if not gate.is_set():
            raise OSError("disk")
        await store_append(interview, records, epoch=epoch)

    house.store.append = failing  # type: ignore[method-assign]
    opened.live.emit(ev.HelpAsked("Is there a canteen?"))
    await until(lambda: parts_shown(opened))
    assert parts_shown(opened) == [("store", "late", "records_waiting")]
    assert not any(code.startswith("store") for code in not_seen(opened.state))
    gate.set()
    await until(lambda: not parts_shown(opened))
    await opened.live.journal.flush()
    told = [r.event for r in opened.live.journal.durable if isinstance(r.event, ev.PartDegraded)]
    assert [(part.part, part.state) for part in told] == [("store", "late"), ("store", "ok")]


async def test_no_media_is_a_part_that_is_missing(house: House) -> None:
    opened = await house.signed_in()
    for _ in range(2):
        with pytest.raises(Exception, match="no audio"):
            await house.table.connect(opened.stored.id, "v=0")
    assert parts_shown(opened) == [("media", "missing", "not_here")]


async def test_a_judge_that_fails_is_told_and_goes_on_looking(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> Any:
        raise ZeroDivisionError

    opened = await house.signed_in()
    with ThreadPoolExecutor(1) as pool:
        judge = Judge(pool, house.store, lambda: house.now, {})
        with monkeypatch.context() as broken:
            broken.setattr(judge_module, "board", fails)
            judge.reconsider(opened.live, final=True)
            await until(lambda: parts_shown(opened))
        assert parts_shown(opened) == [("assessment", "late", "judge_failed")]
        judge.reconsider(opened.live, final=True)
        await until(lambda: not parts_shown(opened))
        # Another trouble of the same part is not said to be over by this.
        opened.live.emit(ev.PartDegraded("assessment", "late", "model_votes_missing"))
        judge.reconsider(opened.live, final=True)
        await until(lambda: opened.live.interview not in judge._busy)
        assert parts_shown(opened) == [("assessment", "late", "model_votes_missing")]
