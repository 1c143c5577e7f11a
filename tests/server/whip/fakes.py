"""A stand-in for the live server: one token, one interview, real connections."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import av
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from media_pipeline.audio.frame import AudioFrame
from media_pipeline.errors import AccessError, CapacityError, ForbiddenError
from media_pipeline.rtc.connection import Connection, ConnectionState, MediaHandlers
from media_pipeline.rtc.loopback import LoopbackCheck, LoopbackOptions
from media_pipeline.rtc.options import RtcOptions
from media_pipeline.rtc.threads import MediaThreads
from server.http.problems import problem_middleware
from server.whip.endpoint import WhipEndpoint, WhipOptions
from server.whip.sessions import ElsewhereError, WhipPurpose

BEARER = {"Authorization": "Bearer good"}


class FakeSessions:
    """Keeps every frame that came in; a newer connection replaces the older."""

    def __init__(self, threads: MediaThreads, *, replace: bool = True) -> None:
        self.threads = threads
        self._replace = replace
        self.frames: list[AudioFrame] = []
        self.states: list[tuple[ConnectionState, str]] = []
        self.connection: Connection | None = None
        self.pictures = 0
        self.full = False
        self.elsewhere = ""

    async def authorise(self, token: str, purpose: WhipPurpose) -> str:
        if token == "watcher":
            raise ForbiddenError("This token may watch, not send.")
        if not token.startswith("good") and not (token == "entry" and purpose == "loopback"):
            raise AccessError("This token is not valid; open the link again.")
        return token.removeprefix("good") or "interview-1"

    async def open(self, interview: str, offer_sdp: str) -> Connection:
        if self.full:
            raise CapacityError("All places are taken; come back shortly.", retry_after_s=20)
        if self.elsewhere:
            raise ElsewhereError(self.elsewhere)
        connection = await Connection.answer(
            offer_sdp,
            threads=self.threads,
            handlers=MediaHandlers(
                audio=self.frames.append,
                picture=self._picture,
                state=lambda _, state, reason: self.states.append((state, reason)),
            ),
            now_ms=lambda: time.monotonic() * 1000.0,
        )
        if self.connection is not None and self._replace:
            await self.connection.close("replaced")
        self.connection = connection
        return connection

    def _picture(self, picture: av.VideoFrame, at_ms: float) -> None:
        self.pictures += 1


@asynccontextmanager
async def whip_server(
    options: WhipOptions | None = None,
    rtc: RtcOptions | None = None,
    loopback: LoopbackOptions | None = None,
    routes: Iterable[web.AbstractRouteDef] = (),
    *,
    replace: bool = True,
) -> AsyncIterator[tuple[TestClient[web.Request, web.Application], FakeSessions, WhipEndpoint]]:
    """A running WHIP server on loopback, and what stands behind it."""
    threads = MediaThreads(rtc or RtcOptions())
    sessions = FakeSessions(threads, replace=replace)
    check = LoopbackCheck(threads, lambda: time.monotonic() * 1000.0, loopback)
    endpoint = WhipEndpoint(sessions, check, options or WhipOptions())
    application = web.Application(middlewares=[problem_middleware])
    application.add_routes([*endpoint.routes(), *routes])
    async with TestClient(TestServer(application)) as client:
        try:
            yield client, sessions, endpoint
        finally:
            await endpoint.close()
            await check.close()
            threads.close()
