"""A server that speaks the interviewer's half of ``docs/protocol.md`` from scripted data.

It lets the page tests put the desk into any state, also into ones a real interview reaches only by
bad luck (a late part, a flood of events, a lost connection), without models and in milliseconds.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import WSMsgType, web

from media_pipeline.events import Event, Record
from server.http.security import content_security_policy
from server.report import render_html

STATIC = Path(__file__).resolve().parents[3] / "static_client"
POLICY = content_security_policy("http://127.0.0.1")
TOKEN = "scripted-token"

View = dict[str, Any]


def wire_record(record: Record) -> dict[str, Any]:
    """A record as the server sends it."""
    event = {"type": record.event.type, **msgspec.to_builtins(record.event)}
    return {"type": "record", "seq": record.seq, "at_ms": record.at_ms, "cause": record.cause, "event": event}


class ScriptedInterview:
    """One interview: a log, a view, and the desks that watch it."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.log: list[Record] = []
        self.report: dict[str, Any] | None = None
        self.scales: dict[str, Any] = {}
        self.commands: list[dict[str, Any]] = []
        self.answer: Callable[[dict[str, Any]], dict[str, Any]] = lambda command: {"type": "ack"}
        self.sockets: set[web.WebSocketResponse] = set()
        self.resumed_after: list[int] = []

    @property
    def id(self) -> str:
        return str(self.view["interview"])

    @property
    def seq(self) -> int:
        return self.log[-1].seq if self.log else 0

    def append(self, event: Event, at_ms: int | None = None) -> Record:
        """Write an event to the log without telling anybody yet."""
        record = Record(
            seq=self.seq + 1, at_ms=self.view["server_now_ms"] if at_ms is None else at_ms, event=event
        )
        self.log.append(record)
        return record

    async def publish(self, event: Event, at_ms: int | None = None) -> None:
        await self.send(wire_record(self.append(event, at_ms)))

    async def show(self, **changes: Any) -> None:
        """Change the view and send it whole, as the server does."""
        self.view = {**self.view, **changes}
        await self.send(self.view_message())

    def view_message(self) -> dict[str, Any]:
        return {"type": "view", "seq": self.seq, "view": self.view}

    async def send(self, message: dict[str, Any]) -> None:
        for socket in list(self.sockets):
            with contextlib.suppress(ConnectionError):
                await socket.send_json(message)


class ScriptedServer:
    """Pages, control socket and REST for any number of scripted interviews."""

    def __init__(self) -> None:
        self.interviews: dict[str, ScriptedInterview] = {}
        self.lobby: list[dict[str, Any]] = []
        self.me: dict[str, str] | None = None
        self.lobby_sockets: set[web.WebSocketResponse] = set()
        self.refuse = False
        self.still = b""
        """What the wall's pictures show."""
        self.stills_asked: list[str] = []
        self.app = web.Application(middlewares=[self._headers])
        self.app.router.add_get("/i/", self._page)
        self.app.router.add_static("/i/", STATIC / "interviewer")
        self.app.router.add_static("/shared/", STATIC / "shared")
        self.app.router.add_get("/api/v1/control", self._control)
        self.app.router.add_get("/api/v1/interviews", self._interviews)
        self.app.router.add_get("/api/v1/interviews/{id}/report", self._report)
        self.app.router.add_get("/api/v1/interviews/{id}/thumbnail", self._thumbnail)
        self.app.router.add_get("/api/v1/interviews/{id}/report.html", self._report_html)

    def add(self, interview: ScriptedInterview) -> ScriptedInterview:
        self.interviews[interview.id] = interview
        return interview

    async def show_lobby(self, rows: list[dict[str, Any]]) -> None:
        self.lobby = rows
        for socket in list(self.lobby_sockets):
            await socket.send_json({"type": "lobby", "me": self.me, "interviews": rows})

    async def change_lobby(self, rows: list[dict[str, Any]], gone: list[str], more: int = 0) -> None:
        """Only these lines are new or others, as the server tells it after the first list."""
        for socket in list(self.lobby_sockets):
            await socket.send_json({"type": "lobby_changed", "interviews": rows, "gone": gone, "more": more})

    async def cut(self) -> None:
        """Lose every connection at once, as a network does; new ones are refused until ``mend``."""
        self.refuse = True
        for interview in self.interviews.values():
            for socket in list(interview.sockets):
                if socket._req is not None and socket._req.transport is not None:
                    socket._req.transport.abort()

    def mend(self) -> None:
        self.refuse = False

    @web.middleware
    async def _headers(self, request: web.Request, handler: Any) -> web.StreamResponse:
        response: web.StreamResponse = await handler(request)
        if not response.prepared:
            response.headers["Content-Security-Policy"] = POLICY
            response.headers["Cache-Control"] = "no-store"
        return response

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "interviewer" / "index.html")

    async def _control(self, request: web.Request) -> web.StreamResponse:
        if self.refuse:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        first = await socket.receive()
        if first.type is not WSMsgType.TEXT:
            return socket  # the page left before it said hello
        hello = first.json()
        if hello.get("token") != TOKEN:
            await socket.close(code=4401)
            return socket
        if hello.get("interview"):
            await self._watch(socket, self.interviews[hello["interview"]], int(hello.get("after", 0)))
        else:
            self.lobby_sockets.add(socket)
            await socket.send_json({"type": "lobby", "me": self.me, "interviews": self.lobby})
            await self._read(socket, None)
            self.lobby_sockets.discard(socket)
        return socket

    async def _watch(self, socket: web.WebSocketResponse, interview: ScriptedInterview, after: int) -> None:
        interview.resumed_after.append(after)
        for record in interview.log:
            if record.seq > after:
                await socket.send_json(wire_record(record))
        await socket.send_json({"type": "scales", "competencies": interview.scales})
        await socket.send_json(interview.view_message())
        interview.sockets.add(socket)
        pinging = asyncio.create_task(self._ping(socket, interview))
        try:
            await self._read(socket, interview)
        finally:
            pinging.cancel()
            interview.sockets.discard(socket)

    async def _ping(self, socket: web.WebSocketResponse, interview: ScriptedInterview) -> None:
        while not socket.closed:
            await asyncio.sleep(3)
            await socket.send_json({"type": "ping", "at_ms": interview.view["server_now_ms"]})

    async def _read(self, socket: web.WebSocketResponse, interview: ScriptedInterview | None) -> None:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            command = message.json()
            if command.get("type") == "command" and interview is not None:
                interview.commands.append(command)
                await socket.send_json({"id": command["id"], **interview.answer(command)})

    def _authorised(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise web.HTTPUnauthorized

    async def _interviews(self, request: web.Request) -> web.StreamResponse:
        self._authorised(request)
        return web.json_response({"interviews": self.lobby})

    async def _thumbnail(self, request: web.Request) -> web.StreamResponse:
        self._authorised(request)
        self.stills_asked.append(request.match_info["id"])
        return web.Response(body=self.still, content_type="image/jpeg")

    def _found_report(self, request: web.Request) -> tuple[ScriptedInterview, dict[str, Any]]:
        self._authorised(request)
        interview = self.interviews.get(request.match_info["id"])
        if interview is None or interview.report is None:
            raise web.HTTPNotFound
        return interview, interview.report

    async def _report(self, request: web.Request) -> web.StreamResponse:
        return web.json_response(self._found_report(request)[1])

    async def _report_html(self, request: web.Request) -> web.StreamResponse:
        interview, report = self._found_report(request)
        return web.Response(
            text=render_html(report, request.query.get("language") or interview.view["language"]),
            content_type="text/html",
        )
