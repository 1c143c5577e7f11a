"""Logs: what was asked for is there, a token never."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import unused_port

from server import logs
from server.http.access_log import AccessLogger
from server.http.access_log import log as access_log
from server.settings import LogFormat
from server.tokens import KeyRing, Tokens


@pytest.fixture
def root_kept() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def token() -> str:
    return Tokens(KeyRing.fresh()).issue("candidate", "entry", now=1.8e9, lifetime_s=60)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.usefixtures("root_kept")
async def test_requests_are_logged_without_query_header_or_token(form: LogFormat) -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path == "/fail":
            raise RuntimeError(f"cannot use {request.headers['Authorization']}")
        return web.Response(text="ok")

    secret, stream = token(), io.StringIO()
    logs.configure("info", form, stream)
    app = web.Application()
    for path in ("/c/", "/fail", "/healthz", "/a%0Ab"):
        app.router.add_get(path, handler)
    runner = web.AppRunner(app, access_log=access_log, access_log_class=AccessLogger)
    await runner.setup()
    port = unused_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        async with ClientSession(headers={"Authorization": f"Bearer {secret}"}) as session:
            for path in (
                f"/c/?t={secret}",
                f"/fail?token={secret}",
                "/healthz",
                f"/nowhere/{secret}",
                "/a%0Ab",
            ):
                await (await session.get(f"http://127.0.0.1:{port}{path}")).read()
    finally:
        await runner.cleanup()
    written = stream.getvalue()
    assert secret not in written
    assert "?" not in written.replace("?:", "")
    lines = written.splitlines()
    messages = [json.loads(line)["message"] for line in lines] if form == "json" else lines
    assert sum("GET /c/ 200" in message for message in messages) == 1
    assert any("GET /fail 500" in message for message in messages)
    assert any("GET /nowhere/[token] 404" in message for message in messages)
    assert any("/a%0Ab" in message for message in messages)
    assert not any("/healthz" in message for message in messages)


@pytest.mark.usefixtures("root_kept")
def test_a_token_in_any_message_or_traceback_is_masked() -> None:
    secret, stream = token(), io.StringIO()
    logs.configure("info", "text", stream)
    logging.getLogger("anything").info("link %s of %d", secret, 7)
    logging.getLogger("anything").error("failed", exc_info=ValueError(secret))
    assert secret not in stream.getvalue()
    assert "ValueError: [token]" in stream.getvalue()
    assert "link [token] of 7" in stream.getvalue()
