"""Asks ``access.may`` with what the server knows of an interview; the answer stands in the audit trail."""

from __future__ import annotations

import re
from typing import Any, Protocol

from media_pipeline.errors import ForbiddenError, NotFoundError
from server.access import ALLOWED, Action, Facts, Verdict, allowed_actions, may, may_at_all, require
from server.live.interviews import Interviews
from server.store.seam import AuditEntry, NewInterview, StoredInterview
from server.tokens import Grant

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What an interview's id looks like; anything else is not even looked up."""


class Audit(Protocol):
    """Where it is written who looked at whose data, or wanted to. The stores are such places."""

    async def audit(self, entry: AuditEntry) -> None: ...


def facts_of(interview: NewInterview) -> Facts:
    """What the rights depend on."""
    return Facts(
        interview=interview.id,
        job=interview.job,
        department=interview.department,
        interviewers=frozenset(person.subject for person in interview.interviewers),
    )


def rights(grant: Grant, interview: NewInterview) -> tuple[Action, ...]:
    """Everything that ``grant`` may do with the interview now."""
    return allowed_actions(grant, facts_of(interview))


def own_interview(grant: Grant) -> str:
    """The interview that a candidate's grant is for. Raises ``ForbiddenError`` for everyone else's."""
    require(grant, "take_part", Facts(grant.interview or "", job=""))
    return grant.interview or ""


class Permits:
    """The one door: REST, sockets, WHEP and media URLs ask here before they show or do anything."""

    def __init__(self, interviews: Interviews, audit: Audit) -> None:
        self._interviews = interviews
        self._audit = audit

    async def require(self, grant: Grant, action: Action, interview: str, **detail: Any) -> StoredInterview:
        """The interview, if ``grant`` may do that with it. Allowed or not, it stands in the audit trail.

        Raises ``ForbiddenError``, alike for an interview that is not there and one that must not be known of.
        """
        stored = await self.check(grant, action, interview)
        await self.note(grant, action, stored.id, ALLOWED, **detail)
        return stored

    async def check(self, grant: Grant, action: Action, interview: str) -> StoredInterview:
        """As ``require``, for one more step of what was allowed and written down: only a refusal is."""
        stored = await self._find(interview)
        verdict = may(grant, action, facts_of(stored) if stored else None)
        if stored is None or not verdict.allowed:
            detail = {"asked": interview[:64]} if stored is None else {}
            await self.note(grant, action, stored.id if stored else None, verdict, **detail)
            raise ForbiddenError(verdict.sentence)
        return stored

    async def check_role(self, grant: Grant, action: Action, facts: Facts | None = None) -> None:
        """For what is no single interview's: the list, whose lines are asked for one by one, or an order.

        ``facts``: of the interview to be made, as soon as they are known. Only a refusal is written down.
        Raises ``ForbiddenError``.
        """
        verdict = may(grant, action, facts) if facts else may_at_all(grant, action)
        if not verdict.allowed:
            await self.note(grant, action, None, verdict)
        verdict.enforce()

    async def note(
        self, grant: Grant, action: Action, interview: str | None, verdict: Verdict, **detail: Any
    ) -> None:
        """Write down what was asked and answered."""
        outcome = {} if verdict.allowed else {"refused": verdict.because}
        entry = AuditEntry(
            self._interviews.unix_ms(), grant.subject, grant.role, action, interview, {**detail, **outcome}
        )
        await self._audit.audit(entry)

    async def _find(self, interview: str) -> StoredInterview | None:
        if not _ID.fullmatch(interview):
            return None
        try:
            return self._interviews.row(interview) or await self._interviews.store.interview(interview)
        except NotFoundError:
            return None
