"""WHEP: viewers get picture and voice as they came in; candidates are not decoded for them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from media_pipeline.errors import ForbiddenError, NotFoundError
from media_pipeline.rtc.connection import Connection, MediaHandlers
from media_pipeline.rtc.link import PeerLink
from media_pipeline.rtc.options import RtcOptions
from media_pipeline.rtc.relay import Relay
from media_pipeline.rtc.threads import MediaThreads
from media_pipeline.rtc.viewer import Viewer
from server.http.problems import problem_middleware
from server.whep.endpoint import WhepEndpoint, WhepOptions
from server.whip.exchange import SDP
from tests.media_pipeline.rtc.peers import Caller, PacketTrack, PictureTrack, opus_packets

BEARER = {"Authorization": "Bearer desk"}


def now_ms() -> float:
    return time.monotonic() * 1000.0


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Waits for something that must come to pass; the limit is for a broken build only."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


class Sessions:
    """One interview, ``i1``."""

    def __init__(self, options: RtcOptions) -> None:
        self.threads = MediaThreads(options)
        self.relay = Relay(now_ms)

    async def candidate(self, caller: Caller) -> Connection:
        connection = await Connection.answer(
            await caller.offer(),
            threads=self.threads,
            handlers=MediaHandlers(relay=self.relay),
            now_ms=now_ms,
        )
        await caller.accept(connection.answer_sdp)
        await until(lambda: connection.state == "connected")
        return connection

    async def authorise(self, token: str, interview: str) -> str:
        if token == "other":
            raise ForbiddenError("This token is for another interview.")
        return token

    async def view(self, interview: str, offer_sdp: str, token: str) -> PeerLink:
        if interview != "i1":
            raise NotFoundError("There is no such interview.")
        return await Viewer.answer(offer_sdp, relay=self.relay, options=self.threads.options, now_ms=now_ms)


@asynccontextmanager
async def whep_server(
    options: WhepOptions | None = None, rtc: RtcOptions | None = None
) -> AsyncIterator[tuple[TestClient[web.Request, web.Application], Sessions, WhepEndpoint]]:
    sessions = Sessions(rtc or RtcOptions())
    endpoint = WhepEndpoint(sessions, options)
    application = web.Application(middlewares=[problem_middleware])
    application.add_routes(endpoint.routes())
    async with TestClient(TestServer(application)) as client:
        try:
            yield client, sessions, endpoint
        finally:
            await endpoint.close()
            sessions.threads.close()


class Watcher:
    """A plain WebRTC client that only receives."""

    def __init__(self) -> None:
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.peer.addTransceiver("audio", direction="recvonly")
        self.peer.addTransceiver("video", direction="recvonly")
        self.seen: list[tuple[int, int]] = []
        self.loudest = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def offer(self) -> str:
        await self.peer.setLocalDescription(await self.peer.createOffer())
        return str(self.peer.localDescription.sdp)

    async def accept(self, answer: str) -> None:
        await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        audio, video = (transceiver.receiver.track for transceiver in self.peer.getTransceivers())
        self._tasks = [asyncio.create_task(self._hear(audio)), asyncio.create_task(self._see(video))]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self.peer.close()

    async def _hear(self, track: Any) -> None:
        while True:
            frame = await track.recv()
            self.loudest = max(self.loudest, int(np.abs(frame.to_ndarray()).max()))

    async def _see(self, track: Any) -> None:
        while True:
            frame = await track.recv()
            self.seen.append((frame.width, frame.height))


async def test_a_viewer_sees_and_hears_the_candidate_undecoded() -> None:
    async with whep_server(rtc=RtcOptions(pictures_per_s=0)) as (client, sessions, endpoint):
        caller, watcher = Caller(PacketTrack(opus_packets(1)), PictureTrack()), Watcher()
        connection = await sessions.candidate(caller)
        headers = BEARER | {"Content-Type": SDP}
        response = await client.post("/api/v1/whep/i1", data=await watcher.offer(), headers=headers)
        assert response.status == 201
        location = response.headers["Location"]
        assert location.startswith("/api/v1/whep/i1/")
        await watcher.accept(await response.text())
        await until(lambda: len(watcher.seen) >= 10 and watcher.loudest > 1_000)
        assert set(watcher.seen) == {(320, 180)}
        assert connection.video_in.decoded == 0, "passed through, not decoded"

        assert (await client.delete(location, headers={"Authorization": "Bearer somebody"})).status == 404
        assert (await client.delete(location, headers=BEARER)).status == 200
        assert endpoint.open_connections == 0
        assert not sessions.relay.watched
        for peer in (caller, watcher, connection):
            await peer.close()


async def test_a_viewer_stays_while_the_candidate_reconnects() -> None:
    async with whep_server() as (client, sessions, _):
        first, second, watcher = (Caller(PictureTrack()), Caller(PictureTrack(160, 90)), Watcher())
        connection = await sessions.candidate(first)
        headers = BEARER | {"Content-Type": SDP}
        response = await client.post("/api/v1/whep/i1", data=await watcher.offer(), headers=headers)
        await watcher.accept(await response.text())
        await until(lambda: (320, 180) in watcher.seen)
        await connection.close()
        again = await sessions.candidate(second)
        await until(lambda: (160, 90) in watcher.seen)
        for peer in (first, second, watcher, again):
            await peer.close()


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("i1", {}, 401),
        ("i1", {"Authorization": "Bearer other"}, 403),
        ("i2", BEARER, 404),
    ],
)
async def test_who_may_not_watch_is_told(path: str, headers: dict[str, str], status: int) -> None:
    async with whep_server() as (client, sessions, endpoint):
        watcher = Watcher()
        response = await client.post(
            f"/api/v1/whep/{path}", data=await watcher.offer(), headers=headers | {"Content-Type": SDP}
        )
        assert response.status == status
        assert response.content_type == "application/problem+json"
        assert endpoint.open_connections == 0
        assert not sessions.relay.watched
        await watcher.close()


async def test_a_refused_offer_leaves_no_viewer_behind() -> None:
    async with whep_server() as (client, sessions, _):
        watcher = Watcher()
        offer = (await watcher.offer()).replace("VP8", "AV9").replace("H264", "H299")
        response = await client.post("/api/v1/whep/i1", data=offer, headers=BEARER | {"Content-Type": SDP})
        assert response.status == 400
        assert not sessions.relay.watched
        await watcher.close()


async def test_viewers_of_an_interview_are_limited() -> None:
    async with whep_server(WhepOptions(viewers_per_interview=0)) as (client, _, _):
        watcher = Watcher()
        headers = BEARER | {"Content-Type": SDP}
        response = await client.post("/api/v1/whep/i1", data=await watcher.offer(), headers=headers)
        assert (response.status, "Retry-After" in response.headers) == (503, True)
        await watcher.close()
