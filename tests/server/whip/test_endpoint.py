"""WHIP as RFC 9725 has it, over real HTTP; the peers are real aiortc clients."""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from media_pipeline.rtc.loopback import LoopbackOptions
from server.whip.endpoint import SDP, SDP_FRAGMENT, WhipOptions
from tests.media_pipeline.rtc.peers import Caller, PacketTrack, PictureTrack, opus_packets
from tests.server.whip.fakes import BEARER, whip_server

WHIP = "/api/v1/whip"
Client = TestClient[web.Request, web.Application]


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Waits for something that must come to pass; the limit is for a broken build only."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def post(client: Client, offer: str, **headers: str) -> tuple[str, str, str]:
    """Posts an offer that must be answered; returns answer, location and ETag."""
    response = await client.post(WHIP, data=offer, headers=BEARER | {"Content-Type": SDP} | headers)
    assert response.status == 201, await response.text()
    return await response.text(), response.headers["Location"], response.headers["ETag"]


async def test_a_client_that_only_sends_is_heard() -> None:
    caller = Caller(PacketTrack(opus_packets(1)), PictureTrack())
    async with whip_server() as (client, sessions, endpoint):
        response = await client.post(WHIP, data=await caller.offer(), headers=BEARER | {"Content-Type": SDP})
        assert response.status == 201
        assert response.content_type == SDP
        assert response.headers["Location"] == f"{WHIP}/{sessions.connection.id}"  # type: ignore[union-attr]
        assert response.headers["ETag"].startswith('"')
        assert response.headers["Accept-Patch"] == SDP_FRAGMENT
        await caller.accept(await response.text())
        await until(lambda: len(sessions.frames) >= 25)
        assert ("connected", "") in sessions.states
        assert all(len(frame.samples) == 320 for frame in sessions.frames)
        starts = [frame.start_ms for frame in sessions.frames[:25]]
        assert [round(b - a) for a, b in itertools.pairwise(starts)] == [20] * 24

        response = await client.delete(response.headers["Location"], headers=BEARER)
        assert response.status == 200
        assert endpoint.open_connections == 0
        assert sessions.states[-1] == ("closed", "left")
        gone = await client.delete(f"{WHIP}/{sessions.connection.id}", headers=BEARER)  # type: ignore[union-attr]
        assert gone.status == 404
    await caller.close()


async def test_the_second_tab_takes_over() -> None:
    first, second = Caller(PacketTrack(opus_packets(1))), Caller(PacketTrack(opus_packets(1)))
    async with whip_server() as (client, sessions, endpoint):
        answer, location, _ = await post(client, await first.offer())
        await first.accept(answer)
        await until(lambda: ("connected", "") in sessions.states)
        await post(client, await second.offer())
        assert ("closed", "replaced") in sessions.states
        assert endpoint.open_connections == 1
        assert (await client.delete(location, headers=BEARER)).status == 404
    await first.close()
    await second.close()


async def test_candidates_trickle_in() -> None:
    caller = Caller(PacketTrack(opus_packets(1)))
    offer = await caller.offer()
    candidates = [line for line in offer.splitlines() if line.startswith("a=candidate:")]
    ufrag = next(line for line in offer.splitlines() if line.startswith("a=ice-ufrag:"))
    without = "\r\n".join(
        line for line in offer.splitlines() if not line.startswith(("a=candidate:", "a=end-of-candidates"))
    )
    fragment = "\r\n".join([ufrag, "m=audio 9 RTP/AVP 0", "a=mid:0", *candidates, "a=end-of-candidates", ""])
    async with whip_server() as (client, sessions, _):
        answer, location, etag = await post(client, without + "\r\n")

        async def patch(body: str, **headers: str) -> int:
            sent = (
                BEARER | {"Content-Type": SDP_FRAGMENT} | {k.replace("_", "-"): v for k, v in headers.items()}
            )
            return (await client.patch(location, data=body, headers=sent)).status

        assert await patch(fragment) == 428
        assert await patch(fragment, If_Match='"another"') == 412
        assert await patch(fragment.replace(ufrag, "a=ice-ufrag:restart"), If_Match="*") == 422
        assert await patch("a=candidate:nonsense", If_Match=etag) == 400
        assert await patch(fragment, If_Match=etag, Content_Type="text/plain") == 415
        assert await patch(fragment, If_Match=etag) == 204
        await caller.accept(answer)
        await until(lambda: ("connected", "") in sessions.states)
    await caller.close()


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({"Content-Type": SDP}, "v=0", 401, "access"),
        ({"Content-Type": SDP, "Authorization": "Bearer wrong"}, "v=0", 401, "access"),
        ({"Content-Type": SDP, "Authorization": "Basic good"}, "v=0", 401, "access"),
        ({"Content-Type": SDP, "Authorization": "Bearer watcher"}, "v=0", 403, "forbidden"),
        (BEARER | {"Content-Type": "application/json"}, "{}", 415, "unsupported_media_type"),
        (BEARER | {"Content-Type": SDP}, "", 400, "bad_offer"),
        (BEARER | {"Content-Type": SDP}, "hello", 400, "bad_offer"),
        (BEARER | {"Content-Type": SDP}, "v=0\r\nm=audio 9 X 0\r\n", 400, "bad_offer"),
        (BEARER | {"Content-Type": SDP}, "v=0\r\n" + "a=x\r\n" * 20_000, 413, "too_large"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_stays_behind(
    headers: dict[str, str], body: str, status: int, code: str
) -> None:
    async with whip_server() as (client, sessions, endpoint):
        response = await client.post(WHIP, data=body, headers=headers)
        assert response.status == status
        assert response.content_type == "application/problem+json"
        assert (await response.json())["code"] == code
        if status == 401:
            assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert endpoint.open_connections == 0
        assert sessions.connection is None


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.8, 0.95])
async def test_a_truncated_offer_leaves_no_task_or_thread(kept: float) -> None:
    caller = Caller(PacketTrack(opus_packets(1)), PictureTrack())
    offer = await caller.offer()
    async with whip_server() as (client, _, endpoint):
        await client.options(WHIP)  # the HTTP connection's own tasks are there before counting
        tasks, threads = len(asyncio.all_tasks()), threading.active_count()
        response = await client.post(
            WHIP, data=offer[: int(len(offer) * kept)], headers=BEARER | {"Content-Type": SDP}
        )
        if response.status == 201:  # what was cut off was not needed
            await client.delete(response.headers["Location"], headers=BEARER)
        else:
            assert response.status == 400
        assert endpoint.open_connections == 0
        await until(lambda: len(asyncio.all_tasks()) <= tasks)
        assert threading.active_count() <= threads + 1  # the decoder pool's thread is shared and stays
    await caller.close()


async def test_more_than_one_line_of_a_kind_is_turned_down() -> None:
    caller = Caller(PacketTrack(opus_packets(1)), PacketTrack(opus_packets(1)))
    async with whip_server() as (client, _, _):
        response = await client.post(WHIP, data=await caller.offer(), headers=BEARER | {"Content-Type": SDP})
        assert response.status == 400
        assert "several audio lines" in (await response.json())["detail"]
    await caller.close()


async def test_a_full_server_says_when_to_come_back_and_another_owner_where_to_go() -> None:
    async with whip_server() as (client, sessions, _):
        sessions.full = True
        response = await client.post(WHIP, data="v=0", headers=BEARER | {"Content-Type": SDP})
        assert (response.status, response.headers["Retry-After"]) == (503, "20")
        sessions.full, sessions.elsewhere = False, "https://other.example/api/v1/whip"
        response = await client.post(
            WHIP, data="v=0", headers=BEARER | {"Content-Type": SDP}, allow_redirects=False
        )
        assert (response.status, response.headers["Location"]) == (307, sessions.elsewhere)


async def test_only_the_owner_reaches_a_connection() -> None:
    caller = Caller(PacketTrack(opus_packets(1)))
    async with whip_server() as (client, _, endpoint):
        _, location, _ = await post(client, await caller.offer())
        assert (await client.delete(location, headers={"Authorization": "Bearer good-2"})).status == 404
        assert (await client.delete(location)).status == 401
        assert endpoint.open_connections == 1
        for method in ("GET", "PUT", "POST"):
            assert (await client.request(method, location, headers=BEARER)).status == 405
        assert (await client.get(WHIP)).status == 405
    await caller.close()


async def test_other_pages_may_publish_only_where_allowed() -> None:
    origin = {"Origin": "https://studio.example"}
    async with whip_server(WhipOptions(allowed_origins=("https://studio.example",))) as (client, _, _):
        response = await client.options(WHIP, headers=origin)
        assert response.status == 204
        assert response.headers["Accept-Post"] == SDP
        assert response.headers["Access-Control-Allow-Origin"] == "https://studio.example"
        assert "Location" in response.headers["Access-Control-Expose-Headers"]
        assert "If-Match" in response.headers["Access-Control-Allow-Headers"]
    async with whip_server() as (client, _, _):
        response = await client.options(WHIP, headers=origin)
        assert "Access-Control-Allow-Origin" not in response.headers


async def test_ice_servers_are_told_as_links() -> None:
    caller = Caller(PacketTrack(opus_packets(1)))
    link = '<turn:turn.example.org?transport=udp>; rel="ice-server"'
    async with whip_server(WhipOptions(ice_servers=(link,))) as (client, _, _):
        response = await client.post(WHIP, data=await caller.offer(), headers=BEARER | {"Content-Type": SDP})
        assert response.headers["Link"] == link
    await caller.close()


async def test_the_device_check_hears_itself() -> None:
    packets = opus_packets(1)
    caller = Caller(PacketTrack(packets), receive_audio=True)
    echoed: list[bytes] = []
    async with whip_server(loopback=LoopbackOptions(delay_ms=100)) as (client, sessions, _):
        response = await client.post(
            f"{WHIP}?purpose=loopback",
            data=await caller.offer(),
            headers={"Authorization": "Bearer entry", "Content-Type": SDP},
        )
        assert response.status == 201
        await caller.accept(await response.text())
        receiver = caller.peer.getTransceivers()[0].receiver

        async def listen() -> None:
            while True:
                frame = await receiver.track.recv()
                echoed.append(bytes(frame.planes[0]))  # type: ignore[union-attr]

        listening = asyncio.create_task(listen())
        await until(lambda: sum(any(sound) for sound in echoed) >= 20)
        listening.cancel()
        assert sessions.frames == []
        assert sessions.connection is None
    await caller.close()


async def test_device_checks_are_limited() -> None:
    caller = Caller(PacketTrack(opus_packets(1)), receive_audio=True)
    async with whip_server(loopback=LoopbackOptions(max_connections=0)) as (client, _, _):
        response = await client.post(
            f"{WHIP}?purpose=loopback", data=await caller.offer(), headers=BEARER | {"Content-Type": SDP}
        )
        assert (response.status, response.headers["Retry-After"]) == (503, "5")
        response = await client.post(f"{WHIP}?purpose=other", headers=BEARER | {"Content-Type": SDP})
        assert response.status == 400
    await caller.close()
