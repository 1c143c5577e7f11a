"""Recordings over HTTP: ranges as players ask for them, rights, consent, the trail, and the end."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from jsonschema import Draft202012Validator

from media_pipeline.events import (
    CandidateSignedIn,
    Event,
    InterviewEnded,
    InterviewPaused,
    InterviewResumed,
    QuestionAsked,
    Record,
)
from server.api.openapi import document
from server.cli.audit import check_chain
from server.persons import DEFAULT_INTERVIEWER
from server.recordings import RETENTION
from server.tokens import Audience, Role
from tests.media_pipeline.recording.material import demuxed, samples
from tests.server.pages import REQUIRED, authorised, context_of, desk_token, new_interview, sign_in

Client = TestClient[web.Request, Any]
Json = dict[str, Any]
AGREED = {**REQUIRED, "recording": True}


def desk(client: Client, role: Role = "interviewer", **scope: Any) -> dict[str, str]:
    """Of ``role``: the interviewer to whom everything is assigned, or ``rita`` and the like."""
    names = {"recruiter": "rita", "auditor": "axel", "operator": "olga", "department_head": "hana"}
    subject = names.get(role, DEFAULT_INTERVIEWER.subject)
    return authorised(desk_token(client, role, subject, **scope))


def candidate(client: Client, interview: str, audience: Audience) -> dict[str, str]:
    given = context_of(client)
    token = given.tokens.issue(
        "candidate", audience, now=given.unix_s(), lifetime_s=60, subject="cora", interview=interview
    )
    return authorised(token)


async def recorded(client: Client, *, seconds: float = 4.0, start_ms: float = 2_000.0) -> str:
    """An interview that is over, with a recording made as a media session makes it."""
    ordered = await new_interview(client)
    await sign_in(client, ordered, consents=AGREED, mode="video")
    interview = str(ordered["interview"])
    await record(client, interview, seconds=seconds, start_ms=start_ms)
    opened = await context_of(client).interviews.open(interview)
    opened.live.emit(InterviewEnded("completed"))
    await opened.live.journal.flush()
    return interview


async def record(client: Client, interview: str, *, seconds: float = 4.0, start_ms: float = 2_000.0) -> None:
    given = context_of(client)
    opened = await given.interviews.open(interview)
    recorder = given.recordings.recorder(interview, opened.live.emit)
    assert recorder is not None
    recorder.want(True)
    for sample in samples(start_ms, seconds):
        if sample.track == "picture":
            recorder.picture(sample.codec, sample.payload, sample.at_ms, keyframe=sample.keyframe)
        else:
            recorder.audio(sample.payload, sample.at_ms)
    await recorder.close()


async def described(client: Client, interview: str) -> Json:
    answer = await client.get(f"/api/v1/interviews/{interview}/recording", headers=desk(client))
    assert answer.status == 200, await answer.text()
    body: Json = await answer.json()
    schema = {"$ref": "#/components/schemas/Recording", "components": document()["components"]}
    Draft202012Validator(schema).validate(body)
    return body


async def trail(client: Client, interview: str) -> list[tuple[str, str, Json]]:
    entries = await context_of(client).store.audit_trail(interview)
    return [(entry.actor, entry.action, entry.detail) for entry in entries if entry.action != "create"]


# --- What there is -------------------------------------------------------------------------------


async def test_a_finished_recording_is_described_and_played(client: Client) -> None:
    interview = await recorded(client)
    body = await described(client, interview)
    (part,) = body["parts"]
    assert (body["state"], body["reason"]) == ("ready", None)
    assert (part["part"], part["start_ms"], part["end_ms"]) == (1, 2_000, 6_000)
    assert part["mime"] == 'video/webm; codecs="vp8, opus"'
    assert part["url"] == f"/api/v1/interviews/{interview}/recording/1"
    answer = await client.get(part["url"], headers=desk(client))
    content = await answer.read()
    assert (answer.status, answer.content_type) == (200, "video/webm")
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert len(content) == part["bytes"] == answer.content_length
    assert len(demuxed(content)) == 260


@pytest.mark.parametrize(
    ("consents", "mode", "reason"),
    [(AGREED, "text", "text"), (REQUIRED, "video", "no_consent"), (AGREED, "video", None)],
)
async def test_where_there_is_none_the_reason_is_said(
    client: Client, consents: dict[str, bool], mode: str, reason: str | None
) -> None:
    ordered = await new_interview(client)
    await sign_in(client, ordered, consents=consents, mode=mode)
    assert await described(client, ordered["interview"]) == {"state": "none", "reason": reason, "parts": []}


async def test_an_interview_nobody_knows(client: Client) -> None:
    answer = await client.get("/api/v1/interviews/nothing/recording", headers=desk(client))
    assert answer.status == 403, "as one that must not be known of"


class Switch:
    """In place of a media session and its recorder: notes what is wanted."""

    def __init__(self) -> None:
        self.recorder = self.eyes = self
        self.is_wanted = False
        self.wanted: list[bool] = []

    def want(self, wanted: bool) -> None:
        if wanted != self.is_wanted:
            self.is_wanted = wanted
            self.wanted.append(wanted)

    def set_policy(self, policy: object) -> None:
        """Nothing is seen."""

    def notice(self, record: Record) -> None:
        """Everything in the log comes by."""

    def stop_speaking(self, reason: str) -> None:
        """Nobody speaks."""

    async def drain(self) -> None:
        """Nothing is held."""

    async def close(self) -> None:
        """Nothing is open."""


async def test_a_consent_that_is_taken_back_ends_the_recording(client: Client) -> None:
    ordered = await new_interview(client)
    await sign_in(client, ordered, consents=AGREED, mode="video")
    opened = await context_of(client).interviews.open(ordered["interview"])
    switch: Any = Switch()
    opened.media = opened.live.media = switch

    async def happened(*events: Event) -> None:
        for event in events:
            opened.live.emit(event)
        await opened.live.journal.flush()

    await happened(CandidateSignedIn("Ada"))
    assert switch.wanted == [], "not before the first question"
    await happened(QuestionAsked("q1", "What did you do?", 1, 5, 1_000, 60_000))
    assert switch.wanted == [True]
    assert (await described(client, ordered["interview"]))["state"] == "recording"
    await happened(InterviewPaused("candidate"))
    await happened(InterviewResumed("candidate"))
    assert switch.wanted == [True, False, True]
    await sign_in(client, ordered, consents=REQUIRED, mode="video")
    assert switch.wanted == [True, False, True, False]
    assert (await described(client, ordered["interview"]))["reason"] == "no_consent"
    await sign_in(client, ordered, consents=AGREED, mode="video")
    await happened(InterviewEnded("completed"))
    assert switch.wanted == [True, False, True, False, True, False]


# --- Ranges --------------------------------------------------------------------------------------


@pytest.fixture
async def url(client: Client) -> str:
    return f"/api/v1/interviews/{await recorded(client)}/recording/1"


async def test_ranges(client: Client, url: str) -> None:
    whole = await (await client.get(url, headers=desk(client))).read()
    size = len(whole)
    for asked, first, last in (
        ("bytes=0-", 0, size - 1),
        ("bytes=0-0", 0, 0),
        (f"bytes={size // 2}-", size // 2, size - 1),
        ("bytes=-100", size - 100, size - 1),
        (f"bytes=100-{size + 100}", 100, size - 1),
    ):
        answer = await client.get(url, headers=desk(client) | {"Range": asked})
        assert answer.status == 206
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{size}"
        assert await answer.read() == whole[first : last + 1]


async def test_a_range_behind_the_end(client: Client, url: str) -> None:
    answer = await client.get(url, headers=desk(client) | {"Range": "bytes=99999999-"})
    assert (answer.status, answer.content_type) == (416, "application/problem+json")
    assert answer.headers["Content-Range"].startswith("bytes */")


async def test_if_range_with_other_bytes_gives_all(client: Client, url: str) -> None:
    head = await client.head(url, headers=desk(client))
    same = desk(client) | {"Range": "bytes=0-9", "If-Range": head.headers["ETag"]}
    other = desk(client) | {"Range": "bytes=0-9", "If-Range": '"other"'}
    assert (await client.get(url, headers=same)).status == 206
    assert (await client.get(url, headers=other)).status == 200


async def test_head_says_what_get_would_send(client: Client, url: str) -> None:
    head, whole = await client.head(url, headers=desk(client)), await client.get(url, headers=desk(client))
    assert (head.status, await head.read()) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Accept-Ranges", "Cache-Control"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize("part", ["0", "2", "-1", "x", "1x", "٣"])
async def test_a_part_that_is_not_there(client: Client, url: str, part: str) -> None:
    assert (await client.get(url.removesuffix("1") + part, headers=desk(client))).status == 404


async def test_many_players_at_once(client: Client, url: str) -> None:
    whole = await (await client.get(url, headers=desk(client))).read()

    async def part_of(start: int) -> bool:
        headers = desk(client) | {"Range": f"bytes={start}-{start + 5_000}"}
        return await (await client.get(url, headers=headers)).read() == whole[start : start + 5_001]

    assert all(await asyncio.gather(*(part_of(start) for start in range(0, len(whole) - 1, 2_000))))


# --- Rights --------------------------------------------------------------------------------------


async def test_a_ticket_plays_this_recording_and_no_other(client: Client) -> None:
    interview, other = await recorded(client, seconds=1.0), await recorded(client, seconds=1.0)
    answer = await client.post(f"/api/v1/interviews/{interview}/recording/ticket", headers=desk(client))
    assert answer.status == 204
    cookie = answer.cookies["viva_media"]
    assert cookie["path"] == f"/api/v1/interviews/{interview}/recording"
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and not cookie["secure"]
    assert 0 < int(cookie["max-age"]) <= 900
    held = {"Cookie": f"viva_media={cookie.value}"}
    client.session.cookie_jar.clear()
    path = "/api/v1/interviews/{}/recording{}"
    assert (await client.get(path.format(interview, "/1"), headers=held)).status == 200
    assert (await client.get(path.format(other, "/1"), headers=held)).status == 403
    await context_of(client).interviews.unassign(interview, DEFAULT_INTERVIEWER.subject)
    assert (await client.get(path.format(interview, "/1"), headers=held)).status == 403, "taken off meanwhile"
    # The cookie plays. It neither lists nor destroys nor makes another of its kind.
    assert (await client.get(path.format(interview, ""), headers=held)).status == 401
    assert (await client.delete(path.format(interview, ""), headers=held)).status == 401
    assert (await client.post(path.format(interview, "/ticket"), headers=held)).status == 401
    assert (await client.get(path.format(interview, "/1"), headers=authorised(cookie.value))).status == 403


async def test_a_ticket_ends_with_the_link_it_was_given_to(client: Client) -> None:
    interview = await recorded(client, seconds=1.0)
    given = context_of(client)
    path = f"/api/v1/interviews/{interview}/recording/ticket"
    for lasts_s, at_most_s in ((60, 60), (86_400, 900)):
        link = given.tokens.issue(
            "interviewer", "desk", now=given.unix_s(), lifetime_s=lasts_s, subject=DEFAULT_INTERVIEWER.subject
        )
        cookie = (await client.post(path, headers=authorised(link))).cookies["viva_media"]
        assert at_most_s - 5 < int(cookie["max-age"]) <= at_most_s
        ends_at = given.grant(cookie.value, "media").expires_at
        assert ends_at <= min(given.grant(link, "desk").expires_at, given.unix_s() + 900)


async def test_a_ticket_reaches_as_far_as_the_desk_it_was_given_to(client: Client) -> None:
    ordered = await new_interview(client, order={"department": "law"})
    interview = str(ordered["interview"])
    await sign_in(client, ordered, consents=AGREED, mode="video")
    await record(client, interview, seconds=1.0)
    path = f"/api/v1/interviews/{interview}/recording"
    answer = await client.post(path + "/ticket", headers=desk(client, "recruiter", departments=["law"]))
    assert answer.status == 204
    assert (await client.get(path + "/1")).status == 200, "by the cookie alone"


REQUESTS: list[tuple[str, Callable[[Client, str, dict[str, str]], Awaitable[Any]]]] = [
    ("describe", lambda client, url, headers: client.get(url, headers=headers)),
    ("ticket", lambda client, url, headers: client.post(url + "/ticket", headers=headers)),
    ("play", lambda client, url, headers: client.get(url + "/1", headers=headers)),
    ("head", lambda client, url, headers: client.head(url + "/1", headers=headers)),
    ("destroy", lambda client, url, headers: client.delete(url, headers=headers)),
]


@pytest.mark.parametrize(("name", "ask"), REQUESTS, ids=[name for name, _ in REQUESTS])
async def test_who_is_turned_away(
    client: Client, name: str, ask: Callable[[Client, str, dict[str, str]], Awaitable[Any]]
) -> None:
    interview = await recorded(client, seconds=1.0)
    path = f"/api/v1/interviews/{interview}/recording"
    assert (await ask(client, path, {})).status == 401
    assert (await ask(client, path, authorised("not a token"))).status == 401
    assert (await ask(client, path, {"Cookie": "viva_media=not-a-token"})).status == 401
    audiences: tuple[Audience, ...] = ("session", "entry", "desk", "media")
    for audience in audiences:
        assert (await ask(client, path, candidate(client, interview, audience))).status == 403
    assert (await ask(client, path, desk(client, interview="another"))).status == 403
    assert (await ask(client, path, desk(client, "recruiter", departments=["law"]))).status == 403
    refused: tuple[Role, ...] = ("auditor", "operator")
    for role in refused:
        assert (await ask(client, path, desk(client, role))).status == 403
    allowed: tuple[Role, ...] = ("interviewer", "recruiter")
    for role in allowed:
        status = (await ask(client, path, desk(client, role))).status
        assert status == 403 if (name, role) == ("destroy", "interviewer") else status < 300


async def test_playing_refusals_and_destroying_stand_in_the_trail(client: Client) -> None:
    interview = await recorded(client, seconds=1.0)
    path = f"/api/v1/interviews/{interview}/recording"
    await described(client, interview)
    ticket = (await client.post(path + "/ticket", headers=desk(client))).cookies["viva_media"].value
    client.session.cookie_jar.clear()
    for _ in range(3):
        await client.get(path + "/1", headers={"Cookie": f"viva_media={ticket}", "Range": "bytes=0-9"})
    await client.get(path + "/1", headers=desk(client, "recruiter"))
    await client.delete(path, headers=desk(client, "interviewer"))
    await client.delete(path, headers=desk(client, "recruiter"))
    entries = await trail(client, interview)
    assert entries == [
        (DEFAULT_INTERVIEWER.subject, "recording", {"step": "described"}),
        (DEFAULT_INTERVIEWER.subject, "recording", {"step": "ticket"}),
        (DEFAULT_INTERVIEWER.subject, "recording", {"part": 1, "by": "cookie"}),  # once, not for every range
        ("rita", "recording", {"part": 1, "by": "token"}),
        (DEFAULT_INTERVIEWER.subject, "destroy", {"refused": "role"}),
        ("rita", "destroy", {"reason": "asked", "parts": entries[-1][2]["parts"]}),
    ]
    found = await check_chain(context_of(client).store)
    assert found.broken_at is None and found.rows >= len(entries)


# --- The end -------------------------------------------------------------------------------------


async def test_a_destroyed_recording_is_gone_and_its_receipt_stays(client: Client) -> None:
    interview = await recorded(client, seconds=1.0)
    path = f"/api/v1/interviews/{interview}/recording"
    receipt = await (await client.delete(path, headers=desk(client, "recruiter"))).json()
    schema = {"$ref": "#/components/schemas/Receipt", "components": document()["components"]}
    Draft202012Validator(schema).validate(receipt)
    assert (receipt["by"], receipt["reason"]) == ("rita", "asked")
    assert await described(client, interview) == {"state": "destroyed", "reason": "asked", "parts": []}
    assert (await client.get(path + "/1", headers=desk(client))).status == 410
    again = await client.delete(path, headers=desk(client, "recruiter"))
    assert (again.status, await again.json()) == (200, receipt)
    log = await context_of(client).store.read(interview)
    assert [record.event.type for record in log].count(
        "recording_changed"
    ) == 3  # started, stopped, destroyed


async def test_there_is_nothing_to_destroy(client: Client) -> None:
    ordered = await new_interview(client)
    path = f"/api/v1/interviews/{ordered['interview']}/recording"
    assert (await client.delete(path, headers=desk(client, "recruiter"))).status == 404


async def test_recordings_are_kept_as_long_as_the_setting_says(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = await recorded(client, seconds=1.0), await recorded(client, seconds=1.0)
    given = context_of(client)
    now_ms = given.interviews.unix_ms()
    rows = {old: now_ms - 181 * 86_400_000, new: now_ms - 179 * 86_400_000}
    read = given.store.interview

    async def with_end(interview: str) -> Any:
        return dataclasses.replace(await read(interview), ended_at_ms=rows[interview])

    monkeypatch.setattr(given.store, "interview", with_end)
    assert await given.recordings.tidy(given.interviews) == 1
    assert await given.recordings.tidy(given.interviews) == 0
    assert (await described(client, old))["state"] == "destroyed"
    assert (await described(client, old))["reason"] == RETENTION
    assert (await described(client, new))["state"] == "ready"
