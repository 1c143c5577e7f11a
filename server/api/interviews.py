"""Interviews for the hiring side: make, list, read the log, read the report."""

from __future__ import annotations

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from media_pipeline.errors import ForbiddenError, InputError, NotFoundError
from server.api.body import json_answer, read_body
from server.context import Context, context
from server.control.blind import SCORE_EVENTS, blind_for, has_scored_all
from server.control.desk import lobby
from server.live.interviews import known
from server.report import render_html
from server.report.pdf import render_pdf
from server.store.codec import encode_record
from server.store.seam import AuditEntry, Candidate
from server.tokens import Grant

Short = Annotated[str, Meta(min_length=1, max_length=120)]


class NewCandidate(msgspec.Struct):
    name: Short
    phone: Annotated[str, Meta(max_length=40)] | None = None
    id4: Annotated[str, Meta(max_length=4)] | None = None


class Order(msgspec.Struct):
    job: Short
    candidate: NewCandidate


async def create(request: web.Request) -> web.Response:
    """Order an interview: two links come back."""
    given = context(request)
    grant = given.grant_of(request, "desk")
    grant.require("recruiter", "operator")
    order = await read_body(request, Order)
    person = order.candidate
    stored = await given.interviews.create(order.job, Candidate(person.name, person.phone, person.id4))
    await _audit(given, grant, "create", stored.id)
    return json_answer(
        {
            "interview": stored.id,
            "candidate_link": given.candidate_link(stored.id),
            "interviewer_link": given.interviewer_link(stored.id),
        },
        status=201,
    )


async def listing(request: web.Request) -> web.Response:
    given = context(request)
    grant = _desk(request)
    blind = blind_for(given.settings.interview, grant)
    return json_answer({"interviews": lobby(given.interviews, grant.interview, blind is not None)})


async def log(request: web.Request) -> web.Response:
    """The interview's log after ``after``."""
    given = context(request)
    interview, grant = await _own(request)
    await _audit(given, grant, "read_log", interview)
    try:
        after = max(0, int(request.query.get("after", "0")))
    except ValueError as error:
        raise InputError("“after” must be a whole number, the last seq you have.") from error
    records = await given.store.read(interview, after=after)
    if blind_for(given.settings.interview, grant) is not None:
        records = [record for record in records if record.event.type not in SCORE_EVENTS]
    return json_answer({"records": [encode_record(record) for record in records]})


async def report(request: web.Request) -> web.Response:
    """The newest report, as JSON or, where HTML or PDF is asked for, as that."""
    given = context(request)
    interview, grant = await _own(request)
    who = blind_for(given.settings.interview, grant)
    if who is not None:
        opened = await given.interviews.open(interview)
        if not has_scored_all(opened.state, who):
            raise ForbiddenError("Give your own scores first; the report with the system's opens then.")
    body = await given.store.report(interview)
    if body is None:
        raise NotFoundError("There is no report yet; it stands within a minute of the interview's end.")
    await _audit(given, grant, "read_report", interview)
    accepts_html = "text/html" in request.headers.get("Accept", "")
    if request.path.endswith((".html", ".pdf")) or accepts_html:
        # The labels' language is the reader's choice; what was said and judged stays in the interview's.
        language = request.query.get("language") or body.get("language", "en")
        html = await given.in_worker(render_html, body, language)
        if request.path.endswith(".pdf"):
            return web.Response(
                body=await render_pdf(html),
                content_type="application/pdf",
                headers={"Cache-Control": "no-store"},
            )
        return web.Response(text=html, content_type="text/html", headers={"Cache-Control": "no-store"})
    return json_answer(body)


def _desk(request: web.Request) -> Grant:
    grant = context(request).grant_of(request, "desk")
    grant.require("interviewer", "recruiter", "auditor", "operator")
    return grant


async def _own(request: web.Request) -> tuple[str, Grant]:
    """The interview of the path, if the token may see it."""
    grant = _desk(request)
    interview = request.match_info["interview"]
    grant.require_interview(interview)
    await known(context(request).interviews, interview)
    return interview, grant


async def _audit(given: Context, grant: Grant, action: str, interview: str) -> None:
    entry = AuditEntry(given.interviews.unix_ms(), grant.subject, grant.role, action, interview)
    await given.store.audit(entry)


def routes() -> list[web.RouteDef]:
    base = "/api/v1/interviews"
    return [
        web.post(base, create),
        web.get(base, listing),
        web.get(base + "/{interview}/log", log),
        web.get(base + "/{interview}/report", report),
        web.get(base + "/{interview}/report.html", report),
        web.get(base + "/{interview}/report.pdf", report),
    ]
