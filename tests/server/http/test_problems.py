"""Problem documents: every error has its status, code and sentence; what nobody foresaw tells nothing."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from media_pipeline.errors import (
    AccessError,
    CapacityError,
    ConflictError,
    ForbiddenError,
    InputError,
    ModelError,
    NotFoundError,
    VivaError,
)
from server.http.problems import problem_middleware

Client = Callable[[web.Application], Awaitable[TestClient[web.Request, web.Application]]]


async def answer_to(
    error: Exception, aiohttp_client: Client
) -> tuple[int, dict[str, object], dict[str, str]]:
    async def handler(request: web.Request) -> web.Response:
        raise error

    app = web.Application(middlewares=[problem_middleware])
    app.router.add_get("/", handler)
    response = await (await aiohttp_client(app)).get("/")
    assert response.content_type == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    return response.status, await response.json(), dict(response.headers)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InputError("The field “name” is missing."), 400, "input"),
        (AccessError("Sign in."), 401, "access"),
        (ForbiddenError("Not yours."), 403, "forbidden"),
        (NotFoundError("No such interview."), 404, "not_found"),
        (ConflictError("It is over."), 409, "conflict"),
        (ModelError("Run `viva models`."), 503, "model"),
    ],
)
async def test_our_errors(error: VivaError, status: int, code: str, aiohttp_client: Client) -> None:
    got, body, headers = await answer_to(error, aiohttp_client)
    assert got == body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"urn:viva:problem:{code}"
    assert body["detail"] == str(error)
    assert body["title"]
    assert ("WWW-Authenticate" in headers) == (status == 401)


async def test_full_says_when_to_come_back(aiohttp_client: Client) -> None:
    status, body, headers = await answer_to(CapacityError("Full.", retry_after_s=7), aiohttp_client)
    assert (status, body["code"], headers["Retry-After"]) == (503, "capacity", "7")


@pytest.mark.parametrize("error", [RuntimeError("password=hunter2"), VivaError("hunter2 inside")])
async def test_what_nobody_foresaw_tells_only_its_number(
    error: Exception, aiohttp_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        status, body, _ = await answer_to(error, aiohttp_client)
    assert (status, body["code"]) == (500, "internal")
    assert "hunter2" not in str(body)
    number = str(body["instance"]).rsplit(":", 1)[-1]
    assert number in caplog.text
    assert "hunter2" in caplog.text


@pytest.mark.parametrize(
    ("path", "method", "status", "code"),
    [("/nowhere", "GET", 404, "not_found"), ("/", "DELETE", 405, "method_not_allowed")],
)
async def test_aiohttps_own_errors(
    path: str, method: str, status: int, code: str, aiohttp_client: Client
) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application(middlewares=[problem_middleware])
    app.router.add_get("/", handler)
    response = await (await aiohttp_client(app)).request(method, path)
    body = await response.json()
    assert (response.status, body["code"]) == (status, code)
    assert "detail" not in body
    if status == 405:
        assert "GET" in response.headers["Allow"]


async def test_too_large_a_body(aiohttp_client: Client) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    app = web.Application(middlewares=[problem_middleware], client_max_size=100)
    app.router.add_post("/", handler)
    response = await (await aiohttp_client(app)).post("/", data=b"x" * 101)
    assert (response.status, (await response.json())["code"]) == (413, "too_large")


async def test_redirects_pass(aiohttp_client: Client) -> None:
    async def handler(request: web.Request) -> web.Response:
        raise web.HTTPTemporaryRedirect("/there")

    app = web.Application(middlewares=[problem_middleware])
    app.router.add_get("/", handler)
    response = await (await aiohttp_client(app)).get("/", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (307, "/there")


async def test_an_answer_that_has_begun_is_broken_off(
    aiohttp_client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"half")
        raise NotFoundError("gone")

    app = web.Application(middlewares=[problem_middleware])
    app.router.add_get("/", handler)
    response = await (await aiohttp_client(app)).get("/")
    with pytest.raises(Exception, match=r"payload|Connection|closed"):
        assert b"problem" not in await response.read()
    assert "had begun" in caplog.text
