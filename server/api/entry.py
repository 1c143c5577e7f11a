"""The candidate's way in: who is asking, consent, sign-in, the human alternative, the questionnaire."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec
from aiohttp import web
from msgspec import Meta

from media_pipeline import events as ev
from media_pipeline.errors import ConflictError, ForbiddenError, VivaError
from media_pipeline.events import Mode, Purpose
from scoring.job import Job
from server.api.body import json_answer, read_body
from server.api.own import copy_state, record_consents
from server.api.same_name import all_match, end_of_phone, plain_id, plain_name
from server.consent import CONSENTS, VERSION, missing_consents
from server.context import Context, context
from server.live.interviews import OpenInterview
from server.store.seam import Candidate, Questionnaire

Short = Annotated[str, Meta(min_length=1, max_length=120)]
SECONDS_AN_ANSWER_TAKES_BESIDE_TALKING = 20


class ConsentMissingError(VivaError):
    """A consent without which the interview cannot be held here was not given."""

    code: ClassVar[str] = "consent_missing"
    status: ClassVar[int] = 422


class IdentityError(ForbiddenError):
    """Name, phone or ID digits are not the invited candidate's."""

    code: ClassVar[str] = "identity"


class SignIn(msgspec.Struct):
    name: Short
    consents: dict[Purpose, bool]
    mode: Mode = "video"
    phone: Annotated[str, Meta(max_length=40)] | None = None
    id4: Annotated[str, Meta(max_length=4)] | None = None
    accommodation: Literal["text", "extra_time"] | None = None


class Human(msgspec.Struct):
    contact: Short


class Questions(msgspec.Struct):
    clarity: Annotated[int, Meta(ge=1, le=5)]
    comfort: Annotated[int, Meta(ge=1, le=5)]
    remark: Annotated[str, Meta(max_length=2_000)] = ""


async def entry(request: web.Request) -> web.Response:
    """Who is asking, what is assessed, and what is asked for."""
    given = context(request)
    opened = await given.interviews.open(given.candidate_of(request, "entry"))
    job = opened.job
    return json_answer(
        {
            "interview": opened.stored.id,
            "language": job.language,
            "status": opened.stored.status,
            "mode": opened.state.mode,
            "policy": opened.stored.policy,
            "report": copy_state(given.settings.interview.candidate_report, opened.state),
            "job": {
                "title": job.title,
                "company": job.company,
                "description": job.description,
                "assessed": list(job.assessed),
                "minutes": minutes(job),
                "questions": len(job.questions),
                "follow_ups_per_question": max((q.follow_up_budget for q in job.questions), default=0),
                "sign_in": job.sign_in,
                "greeting": job.greeting,
                "closing": job.closing,
            },
            "consents": [
                {
                    "purpose": text.purpose,
                    "version": VERSION,
                    "title": text.title,
                    "text": text.text,
                    "required": text.required,
                }
                for text in CONSENTS[job.language]
            ],
        }
    )


async def sign_in(request: web.Request) -> web.Response:
    """Identity and consents in, a session token out; again after a killed tab, with the same interview."""
    given = context(request)
    interview = given.candidate_of(request, "entry")
    body = await read_body(request, SignIn)
    opened = await given.interviews.open(interview)
    if opened.state.ended:
        raise ConflictError("This interview is over.")
    check_identity(opened.stored.candidate, opened.job, body)
    missing = missing_consents(opened.job.language, body.consents)
    if missing:
        raise ConsentMissingError(
            f"Without “{missing[0].title}” the interview cannot be held here. "
            "A person can talk to you instead."
        )
    given.interviews.admit(opened)
    await _record(given, opened, body)
    lifetime_s = given.settings.interview.session_hours * 3600
    token = given.tokens.issue(
        "candidate",
        "session",
        now=given.unix_s(),
        lifetime_s=lifetime_s,
        subject=opened.stored.id,
        interview=opened.stored.id,
    )
    return json_answer({"token": token, "expires_s": lifetime_s, "interview": opened.stored.id})


async def _record(given: Context, opened: OpenInterview, body: SignIn) -> None:
    """Write what has changed since an earlier sign-in, in the log and in the ledger."""
    live = opened.live
    await record_consents(given, opened, body.consents)
    if live.state.candidate != body.name:
        live.emit(ev.CandidateSignedIn(body.name))
    known = {choice.kind for choice in live.state.accommodations}
    if body.accommodation is not None and body.accommodation not in known:
        live.emit(ev.AccommodationChosen(body.accommodation))
    mode: Mode = "text" if body.accommodation == "text" else body.mode
    if live.state.mode != mode and live.state.started_at_ms is None:
        live.emit(ev.ModeChanged(mode, "candidate"))
    await live.journal.flush()


def check_identity(candidate: Candidate, job: Job, body: SignIn) -> None:
    """Compare what was typed with the invitation; what the recruiter does not know is not compared.

    Raises ``IdentityError`` with the same sentence whatever is wrong.
    """
    pairs = [(plain_name(candidate.name), plain_name(body.name))]
    if job.sign_in == "phone" and candidate.phone is not None:
        pairs.append((end_of_phone(candidate.phone), end_of_phone(body.phone or "")))
    if job.sign_in == "id4" and candidate.id4 is not None:
        pairs.append((plain_id(candidate.id4), plain_id(body.id4 or "")))
    if not all_match(pairs):
        raise IdentityError(
            "This does not match the invitation. "
            "Please write your name and number as you gave them to the company."
        )


async def human(request: web.Request) -> web.Response:
    """A conversation with a person instead; no reason is asked and nothing is held against anyone."""
    given = context(request)
    interview = given.candidate_of(request, "entry")
    body = await read_body(request, Human)
    opened = await given.interviews.open(interview)
    if opened.state.started_at_ms is not None:
        raise ConflictError("The interview has begun. You can leave it at any time and ask for a person.")
    opened.live.emit(ev.AccommodationChosen("human"))
    opened.live.emit(ev.NoteAdded("candidate", f"Asks to talk to a person: {body.contact}"))
    if not opened.state.ended:
        opened.live.emit(ev.InterviewEnded("declined"))
    await opened.live.journal.flush()
    return web.Response(status=202)


async def questionnaire(request: web.Request) -> web.Response:
    """The candidate's own words about the interview; never shown beside a score."""
    given = context(request)
    interview = given.candidate_of(request, "entry", "session")
    body = await read_body(request, Questions)
    answers = Questionnaire(body.clarity, body.comfort, body.remark, given.interviews.unix_ms())
    await given.store.put_questionnaire(interview, answers)
    return web.Response(status=204)


def minutes(job: Job) -> int:
    """How long the interview takes at most, said to the candidate beforehand."""
    talk_ms = sum(question.think_ms + question.answer_ms for question in job.questions)
    between_ms = len(job.questions) * SECONDS_AN_ANSWER_TAKES_BESIDE_TALKING * 1000
    return -(-(talk_ms + between_ms) // 60_000)


def routes() -> list[web.RouteDef]:
    return [
        web.get("/api/v1/entry", entry),
        web.post("/api/v1/entry/sign-in", sign_in),
        web.post("/api/v1/entry/human", human),
        web.post("/api/v1/entry/questionnaire", questionnaire),
    ]
