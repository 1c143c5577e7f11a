"""The event store in memory: for tests of what stands on a store. Nothing outlives the process."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from media_pipeline.errors import ConflictError, NotFoundError
from media_pipeline.events import Record
from server.persons import Person
from server.store.audit_chain import FIRST, link
from server.store.codec import decode_record, encode_record, from_json, to_json
from server.store.order import StoreError, check_append
from server.store.seam import (
    AuditEntry,
    AuditRow,
    Consent,
    EventStore,
    NewInterview,
    Place,
    Questionnaire,
    Status,
    StoredInterview,
)


class MemoryEventStore(EventStore):
    """Passes events through the codec, as a real store does, so that what cannot be kept shows here too."""

    def __init__(self) -> None:
        self._interviews: dict[str, StoredInterview] = {}
        self._logs: dict[str, list[bytes]] = {}
        self._consents: list[Consent] = []
        self._reports: dict[str, list[bytes]] = {}
        self._questionnaires: dict[str, Questionnaire] = {}
        self._audit: list[AuditEntry] = []
        self._audit_rows: list[AuditRow] = []
        self._closed = False

    async def create_interview(self, interview: NewInterview) -> None:
        self._open()
        if interview.id in self._interviews:
            raise ConflictError(f"There is an interview {interview.id} already.")
        fields = {item.name: getattr(interview, item.name) for item in dataclasses.fields(NewInterview)}
        fields["interviewers"] = tuple(sorted(interview.interviewers))
        self._interviews[interview.id] = StoredInterview(**fields)
        self._logs[interview.id] = []

    async def interview(self, interview: str) -> StoredInterview:
        return self._find(interview)

    async def interviews(
        self, *, status: Sequence[Status] | None = None, limit: int = 1000, after: Place | None = None
    ) -> list[StoredInterview]:
        self._open()
        wanted = [entry for entry in self._interviews.values() if status is None or entry.status in status]
        if after is not None:
            wanted = [entry for entry in wanted if _order(entry.place) > _order(after)]
        return sorted(wanted, key=lambda entry: _order(entry.place))[:limit]

    async def owed_reports(self) -> list[str]:
        self._open()
        over = [entry for entry in self._interviews.values() if entry.status == "ended"]
        return [
            entry.id for entry in sorted(over, key=lambda entry: entry.place) if entry.id not in self._reports
        ]

    async def set_status(self, interview: str, status: Status, *, at_ms: int) -> None:
        entry = self._find(interview)
        started, ended = entry.started_at_ms, entry.ended_at_ms
        if status == "running" and started is None:
            started = at_ms
        if status == "ended" and ended is None:
            ended = at_ms
        self._change(interview, status=status, started_at_ms=started, ended_at_ms=ended)

    async def assign(self, interview: str, person: Person) -> None:
        others = self._others(interview, person.subject)
        self._change(interview, interviewers=tuple(sorted((*others, person))))

    async def unassign(self, interview: str, subject: str) -> None:
        self._change(interview, interviewers=self._others(interview, subject))

    def _others(self, interview: str, subject: str) -> tuple[Person, ...]:
        return tuple(one for one in self._find(interview).interviewers if one.subject != subject)

    async def take_ownership(self, interview: str, owner: str) -> int:
        epoch = self._find(interview).epoch + 1
        self._change(interview, epoch=epoch, owner=owner)
        return epoch

    async def append(self, interview: str, records: Sequence[Record], *, epoch: int) -> None:
        entry = self._find(interview)
        check_append(interview, records, last_seq=entry.last_seq, owner_epoch=entry.epoch, epoch=epoch)
        self._logs[interview].extend([to_json(encode_record(record)) for record in records])
        self._change(interview, last_seq=entry.last_seq + len(records))

    async def read(self, interview: str, *, after: int = 0, limit: int = 10_000) -> list[Record]:
        self._find(interview)
        lines = self._logs[interview][max(after, 0) :][:limit]
        return [decode_record(from_json(line)) for line in lines]

    async def record_consent(self, consents: Sequence[Consent]) -> None:
        for consent in consents:
            self._find(consent.interview)
        self._consents.extend(consents)

    async def consents(self, interview: str) -> list[Consent]:
        self._open()
        return [consent for consent in self._consents if consent.interview == interview]

    async def put_report(self, interview: str, report: dict[str, Any], *, at_ms: int) -> int:
        self._find(interview)
        versions = self._reports.setdefault(interview, [])
        versions.append(to_json(report))
        return len(versions)

    async def report(self, interview: str) -> dict[str, Any] | None:
        self._open()
        versions = self._reports.get(interview)
        return from_json(versions[-1]) if versions else None

    async def put_questionnaire(self, interview: str, answers: Questionnaire) -> None:
        self._find(interview)
        self._questionnaires[interview] = answers

    async def questionnaire(self, interview: str) -> Questionnaire | None:
        self._open()
        return self._questionnaires.get(interview)

    async def audit(self, entry: AuditEntry) -> None:
        self._open()
        self._audit.append(entry)
        previous = self._audit_rows[-1].hash if self._audit_rows else FIRST
        self._audit_rows.append(link(previous, len(self._audit), entry))

    async def audit_trail(self, interview: str | None = None, *, limit: int = 1000) -> list[AuditEntry]:
        self._open()
        return [entry for entry in self._audit if interview is None or entry.interview == interview][:limit]

    async def audit_rows(self, *, after: int = 0, limit: int = 1000) -> list[AuditRow]:
        self._open()
        return self._audit_rows[after : after + limit]

    async def check(self) -> None:
        self._open()

    async def close(self) -> None:
        self._closed = True

    def _open(self) -> None:
        if self._closed:
            raise StoreError("The store is closed.")

    def _find(self, interview: str) -> StoredInterview:
        self._open()
        if interview not in self._interviews:
            raise NotFoundError(f"There is no interview {interview}.")
        return self._interviews[interview]

    def _change(self, interview: str, **changes: Any) -> None:
        self._interviews[interview] = dataclasses.replace(self._interviews[interview], **changes)


def _order(place: Place) -> tuple[int, str]:
    """The newest first, then by id."""
    created_at_ms, interview = place
    return (-created_at_ms, interview)
