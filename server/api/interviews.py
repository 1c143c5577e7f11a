"""Interviews for the hiring side: order, assign, list, read the log, read the report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from aiohttp import web
from msgspec import Meta

from media_pipeline.errors import ForbiddenError, InputError
from server.access import ALLOWED, Action, Facts
from server.api.body import json_answer, read_body
from server.api.report_answer import current_report, pdf_answer
from server.context import Context, context
from server.control.blind import blind_for, hidden_records
from server.control.lobby import lobby
from server.control.rights import me
from server.panel.scoring import has_scored_all
from server.persons import (
    DEFAULT_DEPARTMENT,
    DEFAULT_INTERVIEWER,
    DEPARTMENT_PATTERN,
    EVERY,
    SUBJECT_PATTERN,
    Person,
)
from server.refusals import refused
from server.report import render_html
from server.report.candidate_copy import candidate_copy
from server.store.codec import encode_record
from server.store.seam import Candidate, StoredInterview
from server.tokens import Grant

Short = Annotated[str, Meta(min_length=1, max_length=120)]


class NewInterviewer(msgspec.Struct):
    subject: Annotated[str, Meta(pattern=SUBJECT_PATTERN)]
    name: Short


class NewCandidate(msgspec.Struct):
    name: Short
    phone: Annotated[str, Meta(max_length=40)] | None = None
    id4: Annotated[str, Meta(max_length=4)] | None = None


class Order(msgspec.Struct):
    job: Short
    candidate: NewCandidate
    department: Annotated[str, Meta(pattern=DEPARTMENT_PATTERN)] | None = None
    interviewers: Annotated[list[NewInterviewer], Meta(max_length=20)] | None = None
    """Left out: whoever holds the interviewer's link. Empty: nobody yet."""


async def create(request: web.Request) -> web.Response:
    """Order an interview: its links come back."""
    given = context(request)
    grant = given.grant_of(request, "desk")
    await given.permits.check_role(grant, "create")
    order = await read_body(request, Order)
    department = order.department or own_department(grant)
    await given.permits.check_role(grant, "create", Facts("", order.job, department))
    person = order.candidate
    interviewers = [DEFAULT_INTERVIEWER] if order.interviewers is None else named(order.interviewers)
    stored = await given.interviews.create(
        order.job,
        Candidate(person.name, person.phone, person.id4),
        department=department,
        interviewers=interviewers,
    )
    await given.permits.note(grant, "create", stored.id, ALLOWED)
    return json_answer(links_of(given, stored), status=201)


def own_department(grant: Grant) -> str:
    """Where an order belongs that names no department. Raises ``InputError`` where that is not clear."""
    own = sorted(grant.departments)
    if DEFAULT_DEPARTMENT in own or own == [EVERY]:
        return DEFAULT_DEPARTMENT
    if len(own) != 1:
        raise InputError(f"“department” is missing; yours are: {', '.join(own) or 'none'}.")
    return own[0]


def named(interviewers: Sequence[NewInterviewer]) -> list[Person]:
    """Raises ``InputError`` if somebody is named twice."""
    persons = {one.subject: Person(one.subject, one.name) for one in interviewers}
    if len(persons) != len(interviewers):
        raise InputError("“interviewers” names a subject twice.")
    return list(persons.values())


def links_of(given: Context, stored: StoredInterview) -> dict[str, Any]:
    """The links that a recruiter hands out. Whoever has one is taken for the person that it is for."""
    interviewers = [
        {"subject": one.subject, "name": one.name, "link": given.links.interviewer(stored, one)}
        for one in stored.interviewers
    ]
    return {
        "interview": stored.id,
        "department": stored.department,
        "candidate_link": given.links.candidate(stored.id),
        "interviewer_link": interviewers[0]["link"] if interviewers else None,
        "interviewers": interviewers,
    }


async def links(request: web.Request) -> web.Response:
    """The interview's links again."""
    interview, _ = await _own(request, "links")
    return json_answer(links_of(context(request), interview))


class Named(msgspec.Struct):
    name: Short


async def assign(request: web.Request) -> web.Response:
    """Assign an interviewer; their link comes back. Again with another name: corrects it."""
    given = context(request)
    interview, _ = await _own(request, "assign", assigned=request.match_info["subject"][:64])
    person = Person(_subject(request), (await read_body(request, Named)).name)
    stored = await given.interviews.assign(interview.id, person)
    link = given.links.interviewer(stored, person)
    return json_answer({"subject": person.subject, "name": person.name, "link": link})


async def unassign(request: web.Request) -> web.Response:
    """Take an interviewer off; what they have open of the interview ends at once."""
    interview, _ = await _own(request, "assign", unassigned=request.match_info["subject"][:64])
    await context(request).interviews.unassign(interview.id, _subject(request))
    return web.Response(status=204)


def _subject(request: web.Request) -> str:
    subject = request.match_info["subject"]
    if not re.fullmatch(SUBJECT_PATTERN, subject):
        raise InputError("A subject is a staff number, a login or a mail address of at most 64 characters.")
    return subject


async def listing(request: web.Request) -> web.Response:
    given = context(request)
    grant = given.grant_of(request, "desk")
    await given.permits.check_role(grant, "list")
    await given.permits.note(grant, "list", None, ALLOWED)
    blind = blind_for(given.settings.interview, grant)
    return json_answer({"me": me(grant), "interviews": lobby(given.interviews, grant, blind is not None)})


async def log(request: web.Request) -> web.Response:
    """The interview's log after ``after``."""
    given = context(request)
    interview, grant = await _own(request, "log")
    try:
        after = max(0, int(request.query.get("after", "0")))
    except ValueError as error:
        raise InputError("“after” must be a whole number, the last seq you have.") from error
    records = await given.store.read(interview.id, after=after)
    hidden = hidden_records(given.settings.interview, grant)
    records = [record for record in records if record.event.type not in hidden]
    return json_answer({"records": [encode_record(record) for record in records]})


async def report(request: web.Request) -> web.Response:
    """The newest report, as JSON or, where HTML or PDF is asked for, as that."""
    given = context(request)
    interview, grant = await _own(request, "report")
    who = blind_for(given.settings.interview, grant)
    opened = await given.interviews.open(interview.id)
    if who is not None and not has_scored_all(opened.job, opened.state, who):
        raise refused(ForbiddenError, "score_first")
    body = await current_report(given, opened)
    copy = request.query.get("copy")
    if copy == "candidate":
        body = candidate_copy(body)
    elif copy is not None:
        raise InputError("“copy” can only be candidate.")
    accepts_html = "text/html" in request.headers.get("Accept", "")
    if request.path.endswith((".html", ".pdf")) or accepts_html:
        # The labels' language is the reader's choice; what was said and judged stays in the interview's.
        language = request.query.get("language") or body.get("language", "en")
        html = await given.in_worker(render_html, body, language)
        if request.path.endswith(".pdf"):
            return await pdf_answer(html)
        return web.Response(text=html, content_type="text/html", headers={"Cache-Control": "no-store"})
    return json_answer(body)


async def _own(request: web.Request, action: Action, **detail: str) -> tuple[StoredInterview, Grant]:
    """The interview of the path, if the token allows ``action`` on it."""
    given = context(request)
    grant = given.grant_of(request, "desk")
    return await given.permits.require(grant, action, request.match_info["interview"], **detail), grant


def routes() -> list[web.RouteDef]:
    base = "/api/v1/interviews"
    return [
        web.post(base, create),
        web.get(base, listing),
        web.get(base + "/{interview}/links", links),
        web.put(base + "/{interview}/interviewers/{subject}", assign),
        web.delete(base + "/{interview}/interviewers/{subject}", unassign),
        web.get(base + "/{interview}/log", log),
        web.get(base + "/{interview}/report", report),
        web.get(base + "/{interview}/report.html", report),
        web.get(base + "/{interview}/report.pdf", report),
    ]
