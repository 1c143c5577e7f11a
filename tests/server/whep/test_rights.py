"""Who may watch which candidate, over the whole application's routes."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from server.tokens import Audience, Role
from server.whip.exchange import SDP
from tests.server.pages import authorised, context_of, new_interview, sign_in

Client = TestClient[web.Request, Any]


async def ask(client: Client, interview: str, token: str | None) -> tuple[int, str]:
    headers = {"Content-Type": SDP} | (authorised(token) if token else {})
    answer = await client.post(f"/api/v1/whep/{interview}", data="v=0\r\n", headers=headers)
    return answer.status, (await answer.json())["code"]


def token(client: Client, role: Role, audience: Audience, interview: str | None = None) -> str:
    given = context_of(client)
    return given.tokens.issue(role, audience, now=given.unix_s(), lifetime_s=60, interview=interview)


async def test_nobody_watches_without_a_token(client: Client) -> None:
    ordered = await new_interview(client)
    assert await ask(client, ordered["interview"], None) == (401, "access")
    assert (await ask(client, ordered["interview"], "not a token"))[0] == 401


async def test_a_candidate_watches_nobody(client: Client) -> None:
    ordered = await new_interview(client)
    session = await sign_in(client, ordered)
    assert (await ask(client, ordered["interview"], session))[0] == 403
    odd = token(client, "candidate", "desk", ordered["interview"])
    assert (await ask(client, ordered["interview"], odd))[0] == 403


async def test_a_link_to_one_interview_shows_no_other(client: Client) -> None:
    own, other = await new_interview(client), await new_interview(client)
    link = token(client, "interviewer", "desk", own["interview"])
    assert (await ask(client, other["interview"], link))[0] == 403
    assert (await ask(client, own["interview"], link))[0] == 409


@pytest.mark.parametrize("role", ["interviewer", "recruiter", "auditor", "operator"])
async def test_where_there_is_nothing_to_see_the_answer_says_so(client: Client, role: Role) -> None:
    desk = token(client, role, "desk")
    ordered = await new_interview(client)
    assert await ask(client, ordered["interview"], desk) == (409, "conflict")
    await sign_in(client, ordered)
    assert await ask(client, ordered["interview"], desk) == (409, "conflict")
    assert (await ask(client, "no-such-interview", desk))[0] == 404
