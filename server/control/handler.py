"""``/api/v1/control``: checks the hello and hands the socket to the page it belongs to."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

from aiohttp import web

from media_pipeline.errors import AccessError, ForbiddenError, VivaError
from server.access import ALLOWED
from server.context import Context, context
from server.control.blind import blind_for, hidden_records
from server.control.candidate import CandidatePage
from server.control.commands import Hello, read_hello
from server.control.desk import DeskPage
from server.control.lobby import LobbyPage
from server.control.rights import DeskRights
from server.control.socket import CloseCode, Page, first_message, new_socket, problem_message
from server.permits import own_interview
from server.tokens import Grant


async def control(request: web.Request) -> web.WebSocketResponse:
    """The WebSocket of any page. Raises ``ForbiddenError`` for a page of another origin."""
    refuse_other_origins(request)
    given = context(request)
    socket = new_socket()
    await socket.prepare(request)
    page = Page(socket, given.socket_options)
    given.pages.add(page)
    try:
        hello = read_hello(await first_message(socket, given.socket_options))
        grant = given.grant(hello.token, "session", "desk")
        if grant.role == "candidate":
            await _candidate(given, page, grant, hello)
        else:
            with _until_expiry(given, page, grant):
                await _desk(given, page, grant, hello)
    except VivaError as error:
        await _refuse(page, error)
    finally:
        given.pages.discard(page)
    return socket


def refuse_other_origins(request: web.Request) -> None:
    """Browsers send the page's origin with a WebSocket; another site's page has no business here."""
    origin = request.headers.get("Origin")
    if origin is None or urlsplit(origin).netloc == request.host:
        return
    if origin.rstrip("/") == context(request).settings.public_url:
        return
    raise ForbiddenError("This page comes from another site.")


async def _candidate(given: Context, page: Page, grant: Grant, hello: Hello) -> None:
    opened = await given.interviews.open(own_interview(grant))
    admit = given.interviews.admit
    given.interviews.come_in(opened)
    await CandidatePage(opened, page, f"c-{secrets.token_hex(4)}", hello.after, admit).run()


async def _desk(given: Context, page: Page, grant: Grant, hello: Hello) -> None:
    blind = blind_for(given.settings.interview, grant)
    if hello.interview is None:
        await given.permits.check_role(grant, "list")
        await given.permits.note(grant, "list", None, ALLOWED, by="socket")
        await LobbyPage(given.interviews, page, grant, blind is not None).run()
        return
    await given.permits.require(grant, "watch", hello.interview, by="socket")
    opened = await given.interviews.open(hello.interview)
    hidden = hidden_records(given.settings.interview, grant)
    rights = DeskRights(grant, opened, given.permits)
    unwatch = rights.end_with(page, given.interviews)
    desk = DeskPage(opened, page, rights, blind is not None, hidden, hello.after)
    unwatch_people = given.interviews.watch_people(desk.people_changed)
    try:
        await desk.run()
    finally:
        unwatch_people()
        unwatch()


@contextlib.contextmanager
def _until_expiry(given: Context, page: Page, grant: Grant) -> Iterator[None]:
    """A desk ends with its link. (A candidate's does not: nobody is thrown out of an answer.)"""
    closing: set[asyncio.Task[None]] = set()

    def expire() -> None:
        closing.add(asyncio.create_task(page.close(CloseCode.TOKEN, "the link has expired")))

    timer = asyncio.get_running_loop().call_later(max(0.0, grant.expires_at - given.unix_s()), expire)
    try:
        yield
    finally:
        timer.cancel()


async def _refuse(page: Page, error: VivaError) -> None:
    code = 1008
    if isinstance(error, ForbiddenError):
        code = CloseCode.FORBIDDEN
    elif isinstance(error, AccessError):
        code = CloseCode.TOKEN
    try:
        await page.send(problem_message(error, None))
    except (ConnectionError, TimeoutError):
        return
    await page.close(code, str(error))
