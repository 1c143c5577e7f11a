"""What every event store promises (server/store/seam.py), held against each of them."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from media_pipeline.errors import ConflictError, NotFoundError
from media_pipeline.events import NoteAdded, Record, SpeechStarted, TranscriptFinal, Word
from server.persons import Person
from server.store.memory import MemoryEventStore
from server.store.order import LogOrderError, StaleOwnerError, StoreError
from server.store.pages import every_interview
from server.store.seam import AuditEntry, Candidate, Consent, EventStore, NewInterview, Questionnaire
from server.store.sql import SqlEventStore
from tests.postgres import running_postgres, server_programs

NOW_MS = 1_800_000_000_000
_ids = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    if server_programs() is None:
        pytest.skip("PostgreSQL's server is not installed (deploy/system_packages.sh installs it)")
    with running_postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "memory", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[EventStore]:
    kept: EventStore
    if request.param == "memory":
        kept = MemoryEventStore()
    elif request.param == "sqlite":
        kept = await SqlEventStore.open(f"sqlite+aiosqlite:///{tmp_path}/viva.sqlite3")
    else:
        kept = await SqlEventStore.open(request.getfixturevalue("postgres_url"))
    yield kept
    await kept.close()


def new_interview(**changes: object) -> NewInterview:
    """Ids are used once: PostgreSQL's database lives as long as the test session."""
    number = next(_ids)
    interview = NewInterview(
        id=f"i{number}",
        job="production-supervisor.zh",
        job_version="1",
        job_text="title: 生产主管\n",
        language="zh",
        candidate=Candidate("阿达", phone="13800000000", id4=None),
        created_at_ms=NOW_MS + number,
        link={"subject": "ada", "expires_at_ms": NOW_MS},
    )
    return dataclasses.replace(interview, **changes)  # type: ignore[arg-type]


async def owned(store: EventStore) -> tuple[str, int]:
    interview = new_interview()
    await store.create_interview(interview)
    return interview.id, await store.take_ownership(interview.id, "process-1")


def notes(first: int, last: int, text: str = "n") -> list[Record]:
    return [Record(seq, seq * 10, NoteAdded("hr", f"{text}{seq}")) for seq in range(first, last + 1)]


class TestInterviews:
    async def test_comes_back_as_it_was_ordered(self, store: EventStore) -> None:
        ordered = new_interview()
        await store.create_interview(ordered)
        kept = await store.interview(ordered.id)
        for item in dataclasses.fields(NewInterview):
            assert getattr(kept, item.name) == getattr(ordered, item.name)
        assert (kept.status, kept.epoch, kept.last_seq, kept.owner) == ("waiting", 0, 0, None)
        assert (kept.started_at_ms, kept.ended_at_ms) == (None, None)

    async def test_an_id_is_taken_once(self, store: EventStore) -> None:
        ordered = new_interview()
        await store.create_interview(ordered)
        with pytest.raises(ConflictError):
            await store.create_interview(dataclasses.replace(ordered, job="another"))
        assert (await store.interview(ordered.id)).job == ordered.job

    async def test_an_unknown_one_is_said(self, store: EventStore) -> None:
        calls = [
            store.interview("none"),
            store.set_status("none", "ended", at_ms=1),
            store.take_ownership("none", "me"),
            store.append("none", notes(1, 1), epoch=0),
            store.read("none"),
            store.put_report("none", {}, at_ms=1),
            store.put_questionnaire("none", Questionnaire(1, 1, "", 1)),
            store.record_consent([Consent("none", "recording", True, "1", "…", 1)]),
        ]
        for call in calls:
            with pytest.raises(NotFoundError):
                await call

    async def test_listed_newest_first(self, store: EventStore) -> None:
        ordered = [new_interview() for _ in range(3)]
        for interview in ordered:
            await store.create_interview(interview)
        await store.set_status(ordered[1].id, "running", at_ms=NOW_MS)
        ours = {interview.id for interview in ordered}
        listed = [entry.id for entry in await store.interviews() if entry.id in ours]
        assert listed == [interview.id for interview in reversed(ordered)]
        running = [entry.id for entry in await store.interviews(status=["running"]) if entry.id in ours]
        assert running == [ordered[1].id]
        assert len(await store.interviews(limit=2)) == 2

    async def test_listed_page_by_page(self, store: EventStore) -> None:
        ours = [new_interview(created_at_ms=NOW_MS + 10_000_000 + number // 2) for number in range(5)]
        for interview in ours:
            await store.create_interview(interview)
        wanted = [one.id for one in sorted(ours, key=lambda one: (-one.created_at_ms, one.id))]
        pages = [entry.id async for entry in every_interview(store, page=2)]
        assert [one for one in pages if one in wanted] == wanted
        assert [entry.id async for entry in every_interview(store)] == pages
        assert len(pages) == len(set(pages))

    async def test_reports_that_are_owed(self, store: EventStore) -> None:
        ours = [new_interview() for _ in range(3)]
        for interview in ours:
            await store.create_interview(interview)
        waiting, owed, written = (interview.id for interview in ours)
        for interview_id in (owed, written):
            await store.set_status(interview_id, "ended", at_ms=NOW_MS)
        await store.put_report(written, {"total": 7}, at_ms=NOW_MS)
        told = await store.owed_reports()
        assert owed in told and waiting not in told and written not in told

    async def test_first_start_and_end_are_kept(self, store: EventStore) -> None:
        interview, _ = await owned(store)
        steps = [("running", 1), ("paused", 2), ("running", 3), ("ended", 4), ("ended", 5)]
        for status, at_ms in steps:
            await store.set_status(interview, status, at_ms=at_ms)  # type: ignore[arg-type]
        kept = await store.interview(interview)
        assert (kept.status, kept.started_at_ms, kept.ended_at_ms) == ("ended", 1, 4)


class TestPeople:
    async def test_department_and_interviewers_come_back(self, store: EventStore) -> None:
        ordered = new_interview(department="sales", interviewers=(Person("bo", "Bo"), Person("阿达", "阿达")))
        other = new_interview()
        for interview in (ordered, other):
            await store.create_interview(interview)
        listed = {entry.id: entry for entry in await store.interviews(limit=100_000)}
        for kept in (await store.interview(ordered.id), listed[ordered.id]):
            assert (kept.department, kept.interviewers) == ("sales", ordered.interviewers)
        assert (listed[other.id].department, listed[other.id].interviewers) == ("default", ())

    async def test_assigned_and_taken_off(self, store: EventStore) -> None:
        interview, _ = await owned(store)
        await store.assign(interview, Person("bo", "Bo"))
        await store.assign(interview, Person("al", "Al"))
        await store.assign(interview, Person("bo", "Bo Li"))
        assert (await store.interview(interview)).interviewers == (Person("al", "Al"), Person("bo", "Bo Li"))
        await store.unassign(interview, "al")
        await store.unassign(interview, "nobody")
        assert (await store.interview(interview)).interviewers == (Person("bo", "Bo Li"),)

    async def test_two_recruiters_at_once_both_have_their_way(self, store: EventStore) -> None:
        interview, _ = await owned(store)
        await asyncio.gather(*(store.assign(interview, Person(f"p{n}", "P")) for n in range(8)))
        assert len((await store.interview(interview)).interviewers) == 8

    async def test_nobody_is_assigned_to_an_unknown_interview(self, store: EventStore) -> None:
        for call in (store.assign("none", Person("bo", "Bo")), store.unassign("none", "bo")):
            with pytest.raises(NotFoundError):
                await call


class TestLog:
    async def test_comes_back_in_order_and_whole(self, store: EventStore) -> None:
        interview, epoch = await owned(store)
        words = (Word("我", 5, 9, 0.5), Word("们", 9, 12))
        records = [
            Record(1, 5, SpeechStarted(3)),
            Record(
                2, 20, TranscriptFinal("u", "candidate", "speech", "我们\0😀", 5, 12, words, "q1"), cause=1
            ),
        ]
        await store.append(interview, records, epoch=epoch)
        await store.append(interview, notes(3, 5), epoch=epoch)
        assert await store.read(interview) == [*records, *notes(3, 5)]
        assert (await store.interview(interview)).last_seq == 5

    async def test_read_in_parts(self, store: EventStore) -> None:
        interview, epoch = await owned(store)
        assert await store.read(interview) == []
        await store.append(interview, notes(1, 7), epoch=epoch)
        assert await store.read(interview, after=3, limit=2) == notes(4, 5)
        assert await store.read(interview, after=7) == []

    @pytest.mark.parametrize(
        "records", [notes(2, 2), notes(5, 6), notes(4, 4) + notes(6, 6), notes(4, 4) * 2]
    )
    async def test_a_gap_or_repetition_is_refused_whole(
        self, store: EventStore, records: list[Record]
    ) -> None:
        interview, epoch = await owned(store)
        await store.append(interview, notes(1, 3), epoch=epoch)
        with pytest.raises(LogOrderError):
            await store.append(interview, records, epoch=epoch)
        assert await store.read(interview) == notes(1, 3)
        await store.append(interview, notes(4, 4), epoch=epoch)

    async def test_a_cause_lies_before_its_effect(self, store: EventStore) -> None:
        interview, epoch = await owned(store)
        with pytest.raises(LogOrderError):
            await store.append(interview, [Record(1, 1, SpeechStarted(1), cause=1)], epoch=epoch)

    async def test_an_earlier_owner_may_not_write(self, store: EventStore) -> None:
        interview, old = await owned(store)
        await store.append(interview, notes(1, 1), epoch=old)
        new = await store.take_ownership(interview, "process-2")
        assert new > old
        with pytest.raises(StaleOwnerError):
            await store.append(interview, notes(2, 2, "stale"), epoch=old)
        await store.append(interview, notes(2, 2), epoch=new)
        assert await store.read(interview) == notes(1, 2)
        assert (await store.interview(interview)).owner == "process-2"

    async def test_of_two_that_take_over_at_once_one_writes(self, store: EventStore) -> None:
        interview, _ = await owned(store)
        epochs = await asyncio.gather(*(store.take_ownership(interview, f"p{n}") for n in range(5)))
        assert len(set(epochs)) == 5
        outcomes = await asyncio.gather(
            *(store.append(interview, notes(1, 1, f"{epoch}-"), epoch=epoch) for epoch in epochs),
            return_exceptions=True,
        )
        assert sum(outcome is None for outcome in outcomes) == 1
        assert len(await store.read(interview)) == 1

    async def test_many_interviews_at_once_keep_their_own_logs(self, store: EventStore) -> None:
        async def one() -> None:
            interview, epoch = await owned(store)
            for seq in range(1, 11):
                await store.append(interview, notes(seq, seq, interview), epoch=epoch)
            assert await store.read(interview) == notes(1, 10, interview)

        await asyncio.gather(*(one() for _ in range(20)))

    async def test_a_refused_append_does_not_hurt_its_neighbours(self, store: EventStore) -> None:
        logs = [await owned(store) for _ in range(6)]
        outcomes = await asyncio.gather(
            *(
                store.append(interview, notes(1 + number % 2, 2), epoch=epoch)
                for number, (interview, epoch) in enumerate(logs)
            ),
            return_exceptions=True,
        )
        for number, ((interview, _), outcome) in enumerate(zip(logs, outcomes, strict=True)):
            if number % 2:
                assert isinstance(outcome, LogOrderError)
                assert await store.read(interview) == []
            else:
                assert outcome is None
                assert await store.read(interview) == notes(1, 2)

    async def test_nothing_appended_is_fine(self, store: EventStore) -> None:
        interview, epoch = await owned(store)
        await store.append(interview, [], epoch=epoch)
        assert await store.read(interview) == []


class TestBesideTheLog:
    async def test_consents_are_a_ledger(self, store: EventStore) -> None:
        interview, _ = await owned(store)
        given = [
            Consent(interview, "recording", True, "2", "We record.", 1),
            Consent(interview, "face_processing", False, "2", "我们看画面。", 1),
        ]
        withdrawn = Consent(interview, "recording", False, "2", "We record.", 9)
        await store.record_consent(given)
        await store.record_consent([withdrawn])
        assert await store.consents(interview) == [*given, withdrawn]
        assert await store.consents("none") == []

    async def test_the_newest_report_is_shown(self, store: EventStore) -> None:
        interview, _ = await owned(store)
        assert await store.report(interview) is None
        assert await store.put_report(interview, {"total": None}, at_ms=1) == 1
        assert await store.put_report(interview, {"total": 6.1, "引用": ["…"]}, at_ms=2) == 2
        assert await store.report(interview) == {"total": 6.1, "引用": ["…"]}

    async def test_the_questionnaire_may_be_corrected(self, store: EventStore) -> None:
        interview, _ = await owned(store)
        assert await store.questionnaire(interview) is None
        await store.put_questionnaire(interview, Questionnaire(3, 4, "", 1))
        await store.put_questionnaire(interview, Questionnaire(5, 4, "clear", 2))
        assert await store.questionnaire(interview) == Questionnaire(5, 4, "clear", 2)

    async def test_the_audit_trail(self, store: EventStore) -> None:
        interview, _ = await owned(store)
        entries = [
            AuditEntry(1, "hr-1", "recruiter", "created", interview, {"job": "x"}),
            AuditEntry(2, "int-1", "interviewer", "viewed", interview),
        ]
        for entry in entries:
            await store.audit(entry)
        await store.audit(AuditEntry(3, "op", "operator", "started"))
        assert await store.audit_trail(interview) == entries
        assert len(await store.audit_trail(limit=2)) == 2


class TestItself:
    async def test_check(self, store: EventStore) -> None:
        await store.check()

    async def test_closed_is_said(self, store: EventStore) -> None:
        interview, epoch = await owned(store)
        await store.close()
        await store.close()
        for call in (
            store.append(interview, notes(1, 1), epoch=epoch),
            store.read(interview),
            store.interviews(),
            store.check(),
        ):
            with pytest.raises(StoreError):
                await call
