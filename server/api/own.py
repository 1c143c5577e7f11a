"""What is the candidate's own: their agreements, at any time, and their copy of the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
from aiohttp import web

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError, NotFoundError
from media_pipeline.events import Purpose
from server.access import ALLOWED
from server.api.body import json_answer, read_body
from server.api.report_answer import current_report, pdf_answer
from server.conductor.state import InterviewState
from server.consent import CONSENTS, VERSION
from server.context import Context, context
from server.live.interviews import OpenInterview
from server.media import observation_policy
from server.permits import own_interview
from server.report import render_html
from server.report.candidate_copy import candidate_copy
from server.settings import CandidateReport
from server.store.seam import Consent

CopyState = Literal["none", "later", "ready"]


class Agreement(msgspec.Struct, forbid_unknown_fields=True):
    """One agreement, given or withdrawn."""

    purpose: Purpose
    granted: bool


async def change_agreement(request: web.Request) -> web.Response:
    """Withdraw one agreement, or give it again; kept before it is answered.

    Recording and camera check stop at once. Without what the interview needs it ends without prejudice
    and a person goes on (``server/conductor``).
    """
    given = context(request)
    interview = given.candidate_of(request, "session", "entry")
    body = await read_body(request, Agreement)
    opened = await given.interviews.open(interview)
    if body.purpose not in opened.state.consents:
        raise ConflictError("Nothing has been agreed to yet; you decide on each point when you sign in.")
    await record_consents(given, opened, {body.purpose: body.granted})
    await opened.live.journal.flush()
    return web.Response(status=204)


async def record_consents(given: Context, opened: OpenInterview, wanted: Mapping[Purpose, bool]) -> None:
    """Write what has changed into the ledger and into the log, and see no more than is agreed to."""
    texts = {text.purpose: text for text in CONSENTS[opened.job.language]}
    changed = [
        (purpose, granted)
        for purpose, granted in wanted.items()
        if purpose in texts and opened.state.consents.get(purpose) != granted
    ]
    at_ms = given.interviews.unix_ms()
    await given.store.record_consent(
        [
            Consent(opened.stored.id, purpose, granted, VERSION, texts[purpose].text, at_ms)
            for purpose, granted in changed
        ]
    )
    for purpose, granted in changed:
        opened.live.emit(ev.ConsentRecorded(purpose, granted, VERSION))
    if opened.media is not None and changed:
        opened.media.eyes.set_policy(observation_policy(opened))


def copy_state(allowed: CandidateReport, state: InterviewState) -> CopyState:
    """Whether the candidate may have their copy: ``none`` by policy, ``later``, or ``ready``."""
    if allowed == "never" or state.end_reason == "declined":
        return "none"
    decided = bool(state.panel.decisions) or allowed == "ready"
    return "ready" if state.report_ready and decided else "later"


async def own_report(request: web.Request) -> web.Response:
    """The candidate's copy of the report, where the operator's policy gives them one; JSON or PDF."""
    given = context(request)
    grant = given.grant_of(request, "session", "entry")
    opened = await given.interviews.open(own_interview(grant))
    match copy_state(given.settings.interview.candidate_report, opened.state):
        case "none":
            raise NotFoundError("The company gives no copy of the report here. Please ask it for your data.")
        case "later":
            raise NotFoundError(
                "Your copy of the report is not there yet. Please come back with the same link."
            )
    body = candidate_copy(await current_report(given, opened))
    await given.permits.note(grant, "report", opened.stored.id, ALLOWED, copy="candidate")
    if not request.path.endswith(".pdf"):
        return json_answer(body)
    language = request.query.get("language") or body.get("language", "en")
    return await pdf_answer(await given.in_worker(render_html, body, language))


def routes() -> list[web.RouteDef]:
    return [
        web.post("/api/v1/entry/consents", change_agreement),
        web.get("/api/v1/entry/report", own_report),
        web.get("/api/v1/entry/report.pdf", own_report),
    ]
