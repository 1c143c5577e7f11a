"""Who may watch which candidate, over the whole application's routes."""

from __future__ import annotations

from typing import Any, cast

from aiohttp import web
from aiohttp.test_utils import TestClient

from media_pipeline import events as ev
from media_pipeline.rtc.options import RtcOptions
from media_pipeline.rtc.relay import Relay
from media_pipeline.session import MediaSession
from server.media import LiveWhep
from server.whip.exchange import SDP
from tests.server.pages import authorised, context_of, desk_token, new_interview, sign_in
from tests.server.whep.test_endpoint import Watcher, now_ms, until

Client = TestClient[web.Request, Any]


async def ask(client: Client, interview: str, token: str | None) -> tuple[int, str]:
    headers = {"Content-Type": SDP} | (authorised(token) if token else {})
    answer = await client.post(f"/api/v1/whep/{interview}", data="v=0\r\n", headers=headers)
    return answer.status, (await answer.json())["code"]


async def test_nobody_watches_without_a_token(client: Client) -> None:
    ordered = await new_interview(client)
    assert await ask(client, ordered["interview"], None) == (401, "access")
    assert (await ask(client, ordered["interview"], "not a token"))[0] == 401


async def test_a_candidate_watches_nobody(client: Client) -> None:
    ordered = await new_interview(client)
    session = await sign_in(client, ordered)
    assert (await ask(client, ordered["interview"], session))[0] == 403
    odd = desk_token(client, "candidate", interview=ordered["interview"])
    assert (await ask(client, ordered["interview"], odd))[0] == 403


async def test_a_link_to_one_interview_shows_no_other(client: Client) -> None:
    own, other = await new_interview(client), await new_interview(client)
    link = desk_token(client, "interviewer", interview=own["interview"])
    assert (await ask(client, other["interview"], link))[0] == 403
    assert (await ask(client, own["interview"], link))[0] == 409


async def test_where_there_is_nothing_to_see_the_answer_says_so(client: Client) -> None:
    desk = desk_token(client, "recruiter")
    ordered = await new_interview(client)
    assert await ask(client, ordered["interview"], desk) == (409, "conflict")
    await sign_in(client, ordered)
    assert await ask(client, ordered["interview"], desk) == (409, "conflict")
    assert await ask(client, "no-such-interview", desk) == (403, "forbidden")


async def test_who_is_taken_off_sees_nothing_more(client: Client) -> None:
    """A real viewer, connected; the recruiter takes the interviewer off; the connection ends."""
    ben, ordered = {"subject": "ben", "name": "Ben"}, await new_interview(client)
    path = f"/api/v1/interviews/{ordered['interview']}"
    recruiter = authorised(desk_token(client, "recruiter"))
    await client.put(f"{path}/interviewers/ben", json={"name": ben["name"]}, headers=recruiter)
    await sign_in(client, ordered)
    await running(client, ordered["interview"])
    watchers = {name: Watcher() for name in ("ben", "interviewer")}
    for name, watcher in watchers.items():
        headers = authorised(desk_token(client, "interviewer", name)) | {"Content-Type": SDP}
        answer = await client.post(
            f"/api/v1/whep/{ordered['interview']}", data=await watcher.offer(), headers=headers
        )
        assert answer.status == 201, await answer.text()
        await watcher.accept(await answer.text())
        await until(lambda w=watcher: w.peer.connectionState == "connected")  # type: ignore[misc]
    assert (await client.delete(f"{path}/interviewers/ben", headers=recruiter)).status == 204
    await until(lambda: watchers["ben"].peer.connectionState == "closed")
    assert watchers["interviewer"].peer.connectionState == "connected", "a colleague goes on watching"
    assert (await ask(client, ordered["interview"], desk_token(client, "interviewer", "ben")))[0] == 403
    for watcher in watchers.values():
        await watcher.close()


async def test_a_viewer_ends_with_the_link(client: Client) -> None:
    given, now, ordered = context_of(client), 2_000_000_000, await new_interview(client)
    await running(client, ordered["interview"])
    token = given.tokens.issue("recruiter", "desk", now=now, lifetime_s=60, subject="rita")
    whep = LiveWhep(given.tokens, given.interviews, given.permits, lambda: now + 59.9, RtcOptions())
    watcher = Watcher()
    viewer = await whep.view(ordered["interview"], await watcher.offer(), token)
    await until(lambda: viewer.state == "closed")
    await watcher.close()


async def running(client: Client, interview: str) -> None:
    """The interview, as if its candidate were connected by video."""
    opened = await context_of(client).interviews.open(interview)
    opened.live.emit(ev.QuestionAsked("q1", "…", 1, 1, 0, 60_000))
    opened.live.emit(ev.ModeChanged("video", "candidate"))
    opened.live.emit(ev.ConnectionChanged("connected", "media", "c1"))
    opened.media = cast(MediaSession, Unheard(now_ms))


class Unheard:
    """A media session of which only the relay is of use."""

    recorder = None

    def __init__(self, clock: Any) -> None:
        self.relay = Relay(clock)

    def notice(self, record: ev.Record) -> None: ...

    async def close(self) -> None: ...
