"""Recordings for the hiring side: what there is, play it by byte ranges, destroy it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from aiohttp import hdrs, web

from media_pipeline.errors import AccessError
from media_pipeline.recording.part_file import PartReader
from server.access import ALLOWED, Action
from server.api.body import json_answer
from server.context import Context, context
from server.http.problems import problem
from server.http.ranges import ByteRange, RangeError, byte_range
from server.http.security import security_headers
from server.tokens import Grant

BASE = "/api/v1/interviews"
COOKIE = "viva_media"
TICKET_S = 15 * 60
"""A player fetches ranges for as long as it plays: the page asks for a new ticket before this is over."""

PIECE = 256 * 1024
"""Bytes decrypted at a time; a player that seeks lets the rest go."""

_STARTS_KEPT = 10_000


async def describe(request: web.Request) -> web.Response:
    """State and parts."""
    given = context(request)
    interview, _ = await _desk(request, "recording", step="described")
    opened = await given.interviews.open(interview)
    found = await given.recordings.describe(opened)
    parts = [
        {
            "part": part.part,
            "mime": part.mime,
            "start_ms": part.start_ms,
            "end_ms": part.end_ms,
            "bytes": part.bytes,
            "url": f"{BASE}/{interview}/recording/{part.part}",
            "holes": [{"start_ms": start, "end_ms": end} for start, end in part.holes],
        }
        for part in found.parts
    ]
    return json_answer({"state": found.state, "reason": found.reason, "parts": parts})


async def ticket(request: web.Request) -> web.Response:
    """A cookie with which ``<video src>`` may play this one recording: no secret stands in an address.

    It ends with the desk's link at the latest.
    """
    given = context(request)
    interview, grant = await _desk(request, "recording", step="ticket")
    lifetime_s = min(TICKET_S, grant.expires_at - given.unix_s())
    token = given.tokens.issue(
        grant.role,
        "media",
        now=given.unix_s(),
        lifetime_s=lifetime_s,
        subject=grant.subject,
        interview=interview,
        display_name=grant.display_name,
        departments=grant.departments,
        jobs=grant.jobs,
    )
    response = web.Response(status=204)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(lifetime_s),
        path=f"{BASE}/{interview}/recording",
        httponly=True,
        samesite="Strict",
        secure=given.settings.public_url.startswith("https://"),
    )
    return response


async def play(request: web.Request) -> web.StreamResponse:
    """One part, or a range of its bytes."""
    given = context(request)
    interview, grant = await _viewer(request)
    number = request.match_info["part"]
    reader = await given.recordings.open_part(interview, int(number) if number.isdecimal() else 0)
    try:
        headers = security_headers(given.settings.public_url) | {
            hdrs.CONTENT_TYPE: reader.index.mime.split(";", maxsplit=1)[0],
            hdrs.ACCEPT_RANGES: "bytes",
            hdrs.ETAG: reader.etag,
            hdrs.CACHE_CONTROL: "no-store",
        }
        try:
            wanted = _range(request, reader)
        except RangeError as error:
            return problem(416, error.code, str(error), headers={"Content-Range": f"bytes */{reader.size}"})
        if wanted is not None:
            headers[hdrs.CONTENT_RANGE] = wanted.content_range
        status = 206 if wanted else 200
        wanted = wanted or ByteRange(0, reader.size, reader.size)
        headers[hdrs.CONTENT_LENGTH] = str(wanted.length)
        if request.method == hdrs.METH_HEAD:
            return web.Response(status=status, headers=headers)
        if _starts.is_new(grant, interview, reader.part, given.unix_s()):
            by = "cookie" if grant.audience == "media" else "token"
            await given.permits.note(grant, "recording", interview, ALLOWED, part=reader.part, by=by)
        return await _send(request, given, reader, wanted, web.StreamResponse(status=status, headers=headers))
    finally:
        reader.close()


async def destroy(request: web.Request) -> web.Response:
    """Destroy the key; the receipt."""
    given = context(request)
    interview, grant = await _desk(request, "destroy")
    receipt = await given.recordings.destroy(
        given.interviews, interview, by=grant.subject or grant.role, role=grant.role, reason="asked"
    )
    return json_answer(receipt)


def _range(request: web.Request, reader: PartReader) -> ByteRange | None:
    if request.method == hdrs.METH_HEAD:  # RFC 9110 §14.2: ranges are defined for GET
        return None
    headers = request.headers
    return byte_range(headers.get(hdrs.RANGE), headers.get(hdrs.IF_RANGE), reader.etag, reader.size)


async def _send(
    request: web.Request,
    given: Context,
    reader: PartReader,
    wanted: ByteRange,
    response: web.StreamResponse,
) -> web.StreamResponse:
    piece = await given.recordings.read(reader, wanted.start, min(PIECE, wanted.length))
    await response.prepare(request)
    sent = 0
    while piece:
        await response.write(piece)
        sent += len(piece)
        left = wanted.length - sent
        piece = await given.recordings.read(reader, wanted.start + sent, min(PIECE, left)) if left else b""
    await response.write_eof()
    return response


# --- Rights --------------------------------------------------------------------------------------


async def _desk(request: web.Request, action: Action, *, step: str = "") -> tuple[str, Grant]:
    """The interview of the path, for a desk's token that allows ``action``.

    A refusal is written down; so is what was allowed, where it is a ``step`` of its own.
    """
    given = context(request)
    grant = given.grant_of(request, "desk")
    stored = await given.permits.check(grant, action, request.match_info["interview"])
    if step:
        await given.permits.note(grant, action, stored.id, ALLOWED, step=step)
    return stored.id, grant


async def _viewer(request: web.Request) -> tuple[str, Grant]:
    """As ``_desk``, also for a ticket's cookie. Asked for every range: rights may have ended meanwhile."""
    if hdrs.AUTHORIZATION in request.headers:
        return await _desk(request, "recording")
    given = context(request)
    cookie = request.cookies.get(COOKIE)
    if cookie is None:
        raise AccessError("This needs a token, or the cookie of a ticket.")
    ticket = given.grant(cookie, "media")
    # It was given to a desk and speaks for the same person, but for one recording and nothing else.
    grant = replace(ticket, audience="desk")
    stored = await given.permits.check(grant, "recording", request.match_info["interview"])
    return stored.id, ticket


class PlaybackStarts:
    """Remembers which playbacks are under way: a player asks for hundreds of ranges, one start is noted."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str, int, int], None] = OrderedDict()

    def is_new(self, grant: Grant, interview: str, part: int, unix_s: float) -> bool:
        key = (grant.id, interview, part, int(unix_s) // TICKET_S)
        if key in self._known:
            return False
        self._known[key] = None
        if len(self._known) > _STARTS_KEPT:
            self._known.popitem(last=False)
        return True


_starts = PlaybackStarts()


def routes() -> list[web.RouteDef]:
    one = BASE + "/{interview}/recording"
    return [
        web.get(one, describe),
        web.delete(one, destroy),
        web.post(one + "/ticket", ticket),
        web.get(one + "/{part}", play),
    ]
