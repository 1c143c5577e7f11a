"""Security headers are on every answer, and the policy lets nothing in from elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from media_pipeline.errors import NotFoundError
from server.http.middlewares import middlewares
from server.http.security import content_security_policy, security_headers
from server.metrics import Metrics
from server.settings import HttpSettings, Settings

Client = Callable[[web.Application], Awaitable[TestClient[web.Request, web.Application]]]


def directives(policy: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (part.split() for part in policy.split(";"))}


def test_nothing_from_elsewhere_and_nothing_inline() -> None:
    policy = directives(content_security_policy("https://viva.example.com"))
    assert policy["default-src"] == ["'self'"]
    assert policy["connect-src"] == ["'self'", "wss://viva.example.com"]
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    everything = " ".join(value for values in policy.values() for value in values)
    for loose in ("unsafe-inline", "unsafe-eval", "*", "http:", "https:"):
        assert loose not in everything.replace("wss://viva.example.com", "")


def test_https_is_insisted_on_only_where_it_is_used() -> None:
    assert "Strict-Transport-Security" in security_headers("https://viva.example.com")
    assert "Strict-Transport-Security" not in security_headers("http://127.0.0.1:8080")


@pytest.fixture
async def client(aiohttp_client: Client) -> TestClient[web.Request, web.Application]:
    async def fine(request: web.Request) -> web.Response:
        return web.Response()

    async def own(request: web.Request) -> web.Response:
        return web.Response(headers={"Content-Security-Policy": "sandbox", "Cache-Control": "max-age=9"})

    async def missing(request: web.Request) -> web.Response:
        raise NotFoundError("no")

    async def broken(request: web.Request) -> web.Response:
        raise RuntimeError

    async def away(request: web.Request) -> web.Response:
        raise web.HTTPFound("/c/")

    async def socket(request: web.Request) -> web.WebSocketResponse:
        answer = web.WebSocketResponse()
        await answer.prepare(request)
        await answer.close()
        return answer

    app = web.Application(middlewares=middlewares(Settings(http=HttpSettings()), Metrics()))
    for path, handler in {
        "/c/": fine,
        "/own": own,
        "/api/missing": missing,
        "/api/broken": broken,
        "/away": away,
        "/api/socket": socket,
    }.items():
        app.router.add_get(path, handler)
    return await aiohttp_client(app)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/c/", 200), ("/api/missing", 404), ("/api/broken", 500), ("/away", 302), ("/nowhere", 404)],
)
async def test_on_every_answer(
    client: TestClient[web.Request, web.Application], path: str, status: int
) -> None:
    response = await client.get(path, allow_redirects=False)
    assert response.status == status
    for name, value in security_headers("http://127.0.0.1:8080").items():
        assert response.headers[name] == value
    # An error's page must not be kept either.
    assert response.headers["Cache-Control"] == ("no-cache" if path in ("/c/", "/away") else "no-store")


async def test_an_answers_own_headers_stay(client: TestClient[web.Request, web.Application]) -> None:
    response = await client.get("/own")
    assert response.headers["Content-Security-Policy"] == "sandbox"
    assert response.headers["Cache-Control"] == "max-age=9"


async def test_sockets_pass(client: TestClient[web.Request, web.Application]) -> None:
    async with client.ws_connect("/api/socket") as socket:
        assert (await socket.receive()).type.name in ("CLOSE", "CLOSING", "CLOSED")
