"""A server that speaks the candidate's half of ``docs/protocol.md`` from scripted data.

Views are what the test says they are; a command is noted and acknowledged, and may change the view by a
reaction the test gives. WHIP connections are real (aiortc) and send back what they hear, so that the page's
own client is tested as it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaBlackhole, MediaRelay

STATIC = Path(__file__).resolve().parents[3] / "static_client"
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self'; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
ENTRY_TOKEN = "entry-token"
SESSION_TOKEN = "session-token"
Json = dict[str, Any]


class ScriptedServer:
    def __init__(self, entry: Json, view: Json) -> None:
        self.entry = entry
        self.view = view
        self.seq = 1
        self.commands: list[Json] = []
        self.hellos: list[Json] = []
        self.calls: list[tuple[str, Json]] = []
        self.whip: list[tuple[str, str]] = []
        self.offers: list[str] = []
        self.reactions: dict[str, Callable[[Json], Json | None]] = {}
        self.sign_in_status = 200
        self.whip_status = 201
        self.accepting = True
        self.sockets: set[web.WebSocketResponse] = set()
        self._peers: dict[str, RTCPeerConnection] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self.url = ""

    # --- the test's side ---------------------------------------------------------------------

    async def show(self, view: Json | None = None, **changes: Any) -> None:
        """Change the view and send it, as the server does."""
        self.view = {**(view or self.view), **changes}
        self.seq += 1
        await self.send({"type": "view", "seq": self.seq, "view": self.view})

    async def record(self, event: Json) -> None:
        self.seq += 1
        await self.send({"type": "record", "seq": self.seq, "at_ms": 0, "cause": None, "event": event})

    async def send(self, message: Json) -> None:
        for socket in list(self.sockets):
            with contextlib.suppress(ConnectionError):
                await socket.send_json(message)

    async def cut(self, code: int = 1012) -> None:
        """Close every control socket."""
        for socket in list(self.sockets):
            await socket.close(code=code)

    def named(self, command: str) -> list[Json]:
        return [given for given in self.commands if given["command"] == command]

    def posts(self) -> int:
        """How often a connection for the interview was asked for."""
        return self.whip.count(("POST", "interview"))

    async def break_media(self) -> None:
        """Let every connection die without a word: no DTLS alert, no RTCP goodbye, as a cut cable does."""
        for peer in self._peers.values():
            for transport in {line.sender.transport.transport for line in peer.getTransceivers()}:
                await transport._connection.close()

    async def start(self, port: int = 0) -> None:
        app = web.Application(middlewares=[_headers])
        app.router.add_get("/api/v1/entry", self._entry)
        app.router.add_post("/api/v1/entry/sign-in", self._sign_in)
        app.router.add_post("/api/v1/entry/human", self._human)
        app.router.add_post("/api/v1/entry/questionnaire", self._questionnaire)
        app.router.add_post("/api/v1/entry/consents", self._consents)
        app.router.add_get("/api/v1/entry/report.pdf", self._own_copy)
        app.router.add_get("/api/v1/control", self._control)
        app.router.add_post("/api/v1/whip", self._whip_post)
        app.router.add_patch("/api/v1/whip/{connection}", self._whip_patch)
        app.router.add_delete("/api/v1/whip/{connection}", self._whip_delete)
        app.router.add_get("/c/", self._page)
        app.router.add_static("/c/", STATIC / "candidate")
        app.router.add_static("/shared/", STATIC / "shared")
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        address = self._runner.addresses[0]
        self.url = f"http://127.0.0.1:{address[1]}"

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        for peer in self._peers.values():
            await peer.close()
        await self.cut(1001)
        if self._runner:
            await self._runner.cleanup()

    # --- REST --------------------------------------------------------------------------------

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "candidate" / "index.html")

    async def _entry(self, request: web.Request) -> web.Response:
        if _token(request) != ENTRY_TOKEN:
            return _problem(401, "token_refused")
        return web.json_response(self.entry)

    async def _sign_in(self, request: web.Request) -> web.Response:
        self.calls.append(("sign-in", await request.json()))
        if self.sign_in_status != 200:
            return _problem(self.sign_in_status, "refused")
        return web.json_response(
            {"token": SESSION_TOKEN, "expires_s": 7200, "interview": self.entry["interview"]}
        )

    async def _human(self, request: web.Request) -> web.Response:
        self.calls.append(("human", await request.json()))
        return web.Response(status=202)

    async def _questionnaire(self, request: web.Request) -> web.Response:
        self.calls.append(("questionnaire", await request.json()))
        return web.Response(status=204)

    async def _consents(self, request: web.Request) -> web.Response:
        """As the server does it: without what is needed the interview ends."""
        body = await request.json()
        self.calls.append(("consents", body))
        consents = {**self.view.get("consents", {}), body["purpose"]: body["granted"]}
        needed = [one["purpose"] for one in self.entry["consents"] if one["required"]]
        ended = body["purpose"] in needed and not body["granted"]
        end: Json = {"phase": "ended", "end_reason": "declined", "question": None} if ended else {}
        await self.show(consents=consents, **end)
        return web.Response(status=204)

    async def _own_copy(self, request: web.Request) -> web.Response:
        self.calls.append(("report", {"language": request.query.get("language")}))
        return web.Response(body=b"%PDF-1.7", content_type="application/pdf")

    # --- WHIP --------------------------------------------------------------------------------

    async def _whip_post(self, request: web.Request) -> web.Response:
        purpose = request.query.get("purpose", "interview")
        self.whip.append(("POST", purpose))
        offer = await request.text()
        self.offers.append(offer)
        if self.whip_status != 201:
            return _problem(self.whip_status, "refused")
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        relay = MediaRelay()

        @peer.on("track")
        def echo(track: Any) -> None:
            if track.kind == "audio":
                peer.addTrack(relay.subscribe(track))
            else:
                sink = MediaBlackhole()
                sink.addTrack(track)
                self._background(sink.start())

        await peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        name = f"w{len(self.whip)}"
        self._peers[name] = peer
        return web.Response(
            status=201,
            text=peer.localDescription.sdp,
            content_type="application/sdp",
            headers={"Location": f"/api/v1/whip/{name}", "ETag": f'"{name}"'},
        )

    async def _whip_patch(self, request: web.Request) -> web.Response:
        self.whip.append(("PATCH", await request.text()))
        return web.Response(status=204)

    async def _whip_delete(self, request: web.Request) -> web.Response:
        self.whip.append(("DELETE", request.match_info["connection"]))
        peer = self._peers.pop(request.match_info["connection"], None)
        if peer:
            await peer.close()
        return web.Response(status=200)

    # --- control -----------------------------------------------------------------------------

    async def _control(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if not self.accepting:
            await socket.close(code=1012)
            return socket
        hello = json.loads((await socket.receive()).data)
        self.hellos.append(hello)
        if hello["token"] != SESSION_TOKEN:
            await socket.close(code=4401)
            return socket
        self.sockets.add(socket)
        await socket.send_json({"type": "view", "seq": self.seq, "view": self.view})
        self._background(_ping(socket))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._receive(socket, json.loads(message.data))
        finally:
            self.sockets.discard(socket)
        return socket

    async def _receive(self, socket: web.WebSocketResponse, message: Json) -> None:
        if message["type"] != "command":
            return
        self.commands.append(message)
        await socket.send_json({"type": "ack", "id": message["id"]})
        reaction = self.reactions.get(message["command"])
        changed = reaction(message) if reaction else None
        if changed is not None:
            await self.show(changed)

    def _background(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _ping(socket: web.WebSocketResponse) -> None:
    while not socket.closed:
        await asyncio.sleep(3)
        with contextlib.suppress(ConnectionError):
            await socket.send_json({"type": "ping", "at_ms": 0})


def _token(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def _problem(status: int, code: str) -> web.Response:
    return web.json_response(
        {"code": code, "title": code, "status": status},
        status=status,
        content_type="application/problem+json",
    )


@web.middleware
async def _headers(request: web.Request, handler: Any) -> web.StreamResponse:
    response: web.StreamResponse = await handler(request)
    if not response.prepared:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
    return response
