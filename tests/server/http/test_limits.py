"""Request limits: averages hold over any pattern, memory is bounded, guessing is slow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.errors import AccessError
from server.http.limits import (
    REFUSALS,
    Buckets,
    Rate,
    SignedIn,
    client_address,
    limit_middleware,
    network_of,
    nobody,
)
from server.http.problems import problem_middleware
from server.http.signed_in import signed_in_by
from server.settings import HttpSettings
from server.tokens import Audience, Tokens, open_key_file

Client = Callable[[web.Application], Awaitable[TestClient[web.Request, web.Application]]]


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@given(
    per_minute=st.integers(1, 600),
    burst=st.integers(1, 50),
    pauses=st.lists(st.floats(0, 30), min_size=1, max_size=200),
)
def test_never_more_than_burst_and_average(per_minute: int, burst: int, pauses: list[float]) -> None:
    buckets, now, taken = Buckets(Rate(per_minute, burst)), 0.0, 0
    for pause in pauses:
        now += pause
        if buckets.wait_s("a", now) == 0:
            buckets.take("a", now)
            taken += 1
    assert taken <= burst + now * per_minute / 60 + 1e-6


@given(per_minute=st.integers(1, 600), burst=st.integers(1, 20))
def test_whoever_waits_as_told_is_let_in(per_minute: int, burst: int) -> None:
    buckets = Buckets(Rate(per_minute, burst))
    for _ in range(burst):
        assert buckets.wait_s("a", 0) == 0
        buckets.take("a", 0)
    wait_s = buckets.wait_s("a", 0)
    assert wait_s > 0
    assert buckets.wait_s("a", wait_s + 1e-6) == 0


def test_one_client_does_not_use_up_anothers() -> None:
    buckets = Buckets(Rate(60, 1))
    buckets.take("a", 0)
    assert buckets.wait_s("a", 0) > 0
    assert buckets.wait_s("b", 0) == 0


def test_memory_is_bounded_and_the_busy_are_remembered() -> None:
    buckets = Buckets(Rate(1, 1), most=100)
    for number in range(1000):
        buckets.take("busy", 0)
        buckets.take(f"once-{number}", 0)
    assert len(buckets) == 100
    assert buckets.wait_s("busy", 0) > 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix socket", "unix socket"),
    ],
)
def test_one_client_is_one_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        (2, "10.9.9.9, 203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (2, "203.0.113.9", "203.0.113.9"),
        (1, "", "192.0.2.1"),
    ],
)
def test_only_trusted_proxies_are_believed(proxies: int, forwarded: str, address: str) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = make_mocked_request("GET", "/", headers=headers).clone(remote="192.0.2.1")
    assert client_address(request, proxies) == address


async def client_of(
    aiohttp_client: Client, clock: Clock, signed_in: SignedIn = nobody, **settings: int
) -> TestClient[web.Request, web.Application]:
    async def welcome(request: web.Request) -> web.Response:
        return web.Response()

    async def refuse(request: web.Request) -> web.Response:
        raise AccessError("no")

    limits = limit_middleware(HttpSettings(**settings), clock, signed_in)  # type: ignore[arg-type]
    app = web.Application(middlewares=[problem_middleware, limits])
    app.router.add_get("/api/v1/welcome", welcome)
    app.router.add_get("/api/v1/refuse", refuse)
    app.router.add_get("/c/", welcome)
    app.router.add_get("/api/v1/interviews/{interview}/{what:.*}", welcome)
    return await aiohttp_client(app)


async def statuses(
    client: TestClient[web.Request, web.Application], path: str, times: int, **headers: str
) -> set[int]:
    return {(await client.get(path, headers=headers)).status for _ in range(times)}


async def test_too_many_requests_are_told_when_to_come_back(aiohttp_client: Client) -> None:
    clock = Clock()
    client = await client_of(aiohttp_client, clock, requests_per_minute=60, request_burst=3)
    assert await statuses(client, "/api/v1/welcome", 3) == {200}
    response = await client.get("/api/v1/welcome")
    assert (response.status, (await response.json())["code"]) == (429, "rate")
    assert response.headers["Retry-After"] == "1"
    assert await statuses(client, "/c/", 5) == {200}
    clock.now_s += 1
    assert await statuses(client, "/api/v1/welcome", 1) == {200}


async def test_guessing_is_slower_than_asking(aiohttp_client: Client) -> None:
    client = await client_of(aiohttp_client, Clock(), requests_per_minute=6000, request_burst=1000)
    assert await statuses(client, "/api/v1/refuse", REFUSALS.burst) == {401}
    assert await statuses(client, "/api/v1/refuse", 2) == {429}


async def test_a_token_is_limited_whatever_its_address(aiohttp_client: Client) -> None:
    client = await client_of(aiohttp_client, Clock(), requests_per_minute=1, request_burst=4)
    assert await statuses(client, "/api/v1/welcome", 4, Authorization="Bearer a") == {200}
    assert await statuses(client, "/api/v1/welcome", 1, Authorization="Bearer a") == {429}


def by_header(request: web.Request) -> str | None:
    return request.headers.get("X-Person")


@pytest.mark.parametrize("what", ["thumbnail", "recording/1"])
async def test_a_wall_in_the_office_leaves_the_candidates_their_requests(
    aiohttp_client: Client, what: str
) -> None:
    client = await client_of(aiohttp_client, Clock(), by_header, requests_per_minute=60, request_burst=5)
    for person in ("ivan", "mei"):
        assert await statuses(client, f"/api/v1/interviews/one/{what}", 5, **{"X-Person": person}) == {200}
        assert await statuses(client, f"/api/v1/interviews/two/{what}", 1, **{"X-Person": person}) == {429}
    assert await statuses(client, "/api/v1/welcome", 5) == {200}


@pytest.mark.parametrize("path", ["one/thumbnail", "one/recording/1"])
async def test_who_has_not_signed_in_is_counted_by_address(aiohttp_client: Client, path: str) -> None:
    client = await client_of(aiohttp_client, Clock(), by_header, requests_per_minute=1, request_burst=3)
    assert await statuses(client, f"/api/v1/interviews/{path}", 3) == {200}
    assert await statuses(client, f"/api/v1/interviews/{path}", 1, Authorization="Bearer other") == {429}


@pytest.mark.parametrize("path", ["one/log", "one/recording", "one/recording/1/other", "one/recording/x"])
async def test_nothing_else_is_counted_apart(aiohttp_client: Client, path: str) -> None:
    client = await client_of(aiohttp_client, Clock(), by_header, requests_per_minute=1, request_burst=3)
    assert await statuses(client, f"/api/v1/interviews/{path}", 3, **{"X-Person": "ivan"}) == {200}
    assert await statuses(client, f"/api/v1/interviews/{path}", 1, **{"X-Person": "mei"}) == {429}


def test_only_a_valid_token_of_a_desk_or_of_a_ticket_is_somebodys(tmp_path: Path) -> None:
    tokens = Tokens(open_key_file(tmp_path / "secret.json"))
    signed_in = signed_in_by(tokens, lambda: 1_000.0, "viva_media")

    def asked(**headers: str) -> str | None:
        return signed_in(make_mocked_request("GET", "/", headers=headers))

    def issued(audience: Audience, lifetime_s: float = 60) -> str:
        return tokens.issue("interviewer", audience, now=1_000.0, lifetime_s=lifetime_s, subject="ivan")

    desk, ticket = issued("desk"), issued("media")
    assert asked(Authorization=f"Bearer {desk}") and asked(Cookie=f"viva_media={ticket}")
    assert asked(Authorization=f"Bearer {desk}") == asked(Authorization=f"bearer {desk}")
    for other in (issued("entry"), issued("desk", -1), "", "nonsense", desk[:-3]):
        assert asked(Authorization=f"Bearer {other}") is None
    assert asked() is None
