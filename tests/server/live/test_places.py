"""Places in virtual time: who holds one, for how long, and how they come back to it."""

from __future__ import annotations

from typing import Any

import pytest

from media_pipeline import events as ev
from media_pipeline.errors import CapacityError
from server.conductor import inputs as ip
from server.live.interviews import COMES_WITHIN_MS, OpenInterview
from tests.server.live.house import FakeMedia, House


def comes(opened: OpenInterview, page: str = "c1") -> None:
    opened.live.emit(ev.ConnectionChanged("connected", "control", page))


def goes(opened: OpenInterview, page: str = "c1") -> None:
    opened.live.emit(ev.ConnectionChanged("lost", "control", page))


async def test_a_place_is_kept_for_a_minute_for_who_signs_in_and_does_not_come(house: House) -> None:
    opened = await house.signed_in()
    house.now += COMES_WITHIN_MS - 1
    assert await house.refused()
    house.now += 1
    other = await house.signed_in()
    with pytest.raises(CapacityError):
        house.table.admit(opened)
    comes(other)
    house.now += 10 * COMES_WITHIN_MS
    assert await house.refused()


async def test_who_leaves_before_the_first_question_frees_the_place_and_comes_back_days_later(
    house: House,
) -> None:
    opened = await house.signed_in()
    comes(opened)
    house.now += 300_000
    goes(opened)
    house.now += COMES_WITHIN_MS - 1
    assert await house.refused(), "a reload must not cost the place"
    house.now += 86_400_000
    assert await house.table.sweep() >= 1
    assert house.table.opened(opened.stored.id) is None
    again = await house.table.open(opened.stored.id)
    assert again.state.phase == "waiting" and again.stored.status == "waiting"
    house.table.come_in(again)
    comes(again, "c2")
    again.live.give(ip.CandidateCommand("start"))
    assert again.state.started_at_ms is not None


async def test_the_media_of_who_left_before_the_first_question_are_let_go(house: House) -> None:
    opened = await house.signed_in()
    comes(opened)
    media: Any = FakeMedia()
    opened.media = opened.live.media = media
    goes(opened)
    await house.table.sweep()
    assert not media.closed
    house.now += COMES_WITHIN_MS
    await house.table.sweep()
    assert media.closed and opened.media is None


async def test_a_place_that_was_given_up_is_free_and_its_media_are_let_go(house: House) -> None:
    opened = await house.signed_in()
    comes(opened)
    media: Any = FakeMedia()
    opened.media = opened.live.media = media
    opened.live.emit(ev.ConnectionChanged("connected", "media", "m1"))
    opened.live.emit(ev.PresenceChanged("away"))
    await opened.live.journal.flush()
    assert not await house.refused()
    assert media.closed and not opened.state.media.up
    with pytest.raises(CapacityError):
        await house.table.connect(opened.stored.id, "v=0")


async def test_who_comes_back_too_late_waits_for_a_place_and_gets_the_next_one(house: House) -> None:
    opened = await house.signed_in()
    comes(opened)
    goes(opened)
    house.now += COMES_WITHIN_MS
    other = await house.signed_in()
    comes(other)
    house.table.come_in(opened)
    assert opened.state.away
    comes(opened, "c2")
    with pytest.raises(CapacityError):
        house.table.admit(opened)
    goes(other)
    house.now += COMES_WITHIN_MS
    house.table.admit(opened)
    opened.live.give(ip.CandidateCommand("here"))
    assert not opened.state.away and await house.refused()


async def test_an_interview_that_has_begun_is_come_back_to_however_full_it_is(house: House) -> None:
    opened = await house.signed_in()
    comes(opened)
    opened.live.give(ip.CandidateCommand("start"))
    opened.live.emit(ev.PresenceChanged("away"))
    other = await house.signed_in()
    comes(other)
    house.table.come_in(opened)
    assert opened.state.away, "only by a press"
    house.table.admit(opened)
    opened.live.give(ip.CandidateCommand("here"))
    assert not opened.state.away


async def test_a_restart_takes_everybody_for_gone_from_their_desks(house: House) -> None:
    opened = await house.signed_in()
    opened.live.emit(ev.AttendanceChanged(True))
    await house.table.close()
    house.table = house.new_process()
    again = await house.table.open(opened.stored.id)
    assert not again.state.attended and again.state.unattended_since_ms == again.live.now_ms()
