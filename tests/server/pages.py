"""A page without a browser: REST calls and the control socket, as the pages make them."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType
from aiohttp.test_utils import TestClient

from server.context import CONTEXT, Context
from server.persons import DEFAULT_INTERVIEWER, EVERY
from server.tokens import Role

Json = dict[str, Any]
WAIT_S = 60.0
"""For a broken build only: what must come to pass comes, however slow the machine is."""
REQUIRED = {"ai_analysis": True, "transfer": True, "face_processing": False, "recording": False}


def context_of(client: TestClient[Any, Any]) -> Context:
    assert client.app is not None
    given: Context = client.app[CONTEXT]
    return given


def authorised(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def token_of(link: str) -> str:
    return link.split("#t=")[1]


def desk_token(
    client: TestClient[Any, Any], role: Role, subject: str = DEFAULT_INTERVIEWER.subject, **scope: Any
) -> str:
    """A token of ``role``; ``scope``: departments, jobs, interview. An interviewer's is the default one's."""
    given = context_of(client)
    return given.tokens.issue(role, "desk", now=given.unix_s(), lifetime_s=60, subject=subject, **scope)


async def new_interview(
    client: TestClient[Any, Any],
    job: str = "production-supervisor.en",
    name: str = "Ada Lovelace",
    order: Json | None = None,
    **person: str,
) -> Json:
    """Ordered as a recruiter does it. ``order``: its further fields (department, interviewers)."""
    token = desk_token(client, "recruiter", "rita", departments=[EVERY])
    answer = await client.post(
        "/api/v1/interviews",
        json={"job": job, "candidate": {"name": name, **person}, **(order or {})},
        headers=authorised(token),
    )
    assert answer.status == 201, await answer.text()
    body: Json = await answer.json()
    return body


async def sign_in(
    client: TestClient[Any, Any], interview: Json, name: str = "Ada Lovelace", **fields: Any
) -> str:
    body = {"name": name, "phone": "13800000000", "consents": REQUIRED, "mode": "text", **fields}
    answer = await client.post(
        "/api/v1/entry/sign-in", json=body, headers=authorised(token_of(interview["candidate_link"]))
    )
    assert answer.status == 200, await answer.text()
    return str((await answer.json())["token"])


class TestPage:
    """One open control socket that remembers what it was told."""

    __test__ = False

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.view: Json = {}
        self.lobby: list[Json] = []
        self.me: Json = {}
        self.records: list[Json] = []
        self.replies: dict[str, Json] = {}
        self.seq = 0
        self.closed_with: int | None = None
        self._ids = itertools.count(1)
        self._changed = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, client: TestClient[Any, Any], token: str, after: int = 0, **hello: str) -> TestPage:
        socket = await client.ws_connect("/api/v1/control")
        await socket.send_json({"type": "hello", "token": token, "after": after, **hello})
        return cls(socket)

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type is not WSMsgType.TEXT:
                break
            told = message.json()
            if told["type"] == "ping":
                await self.socket.send_json({"type": "pong"})
            self._take(told)
            self._changed.set()
        self.closed_with = self.socket.close_code
        self._changed.set()

    def _take(self, message: Json) -> None:
        match message["type"]:
            case "view":
                self.view, self.seq = message["view"], message["seq"]
            case "record":
                self.records.append(message)
            case "lobby":
                self.lobby, self.me = message["interviews"], message["me"]
            case "lobby_changed":
                others = {line["interview"]: line for line in message["interviews"]}
                gone = {*others, *message["gone"]}
                kept = [line for line in self.lobby if line["interview"] not in gone]
                self.lobby = sorted((*kept, *others.values()), key=_made, reverse=True)
            case "ack" | "problem":
                self.replies[message.get("id", "")] = message

    def events(self, kind: str) -> list[Json]:
        return [record["event"] for record in self.records if record["event"]["type"] == kind]

    async def until(self, condition: Callable[[TestPage], object], what: str = "") -> None:
        """Wait until ``condition`` holds of what this page has been told."""
        async with asyncio.timeout(WAIT_S):
            while not condition(self):
                self._changed.clear()
                try:
                    await self._changed.wait()
                except asyncio.CancelledError:
                    raise AssertionError(f"waited for {what or condition}; view {self.view}") from None

    async def command(self, name: str, **fields: Any) -> Json:
        """Send a command and wait for its answer."""
        number = str(next(self._ids))
        await self.socket.send_json({"type": "command", "id": number, "command": name, **fields})
        await self.until(lambda page: number in page.replies, f"answer to {name}")
        return self.replies[number]

    async def done(self, name: str, **fields: Any) -> None:
        reply = await self.command(name, **fields)
        assert reply["type"] == "ack", reply

    async def close(self) -> None:
        await self.socket.close()
        await self._reader


def _made(line: Json) -> str:
    return str(line["created_at"])
