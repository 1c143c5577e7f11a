"""The WHIP endpoint (RFC 9725): HTTP in, connections out. Knows nothing of interviews.

Errors are raised as ``VivaError`` and become problem documents in ``server/http/problems.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, cast

from aiohttp import hdrs, web

from media_pipeline.errors import AccessError, InputError, NotFoundError, VivaError
from media_pipeline.rtc.connection import Connection
from media_pipeline.rtc.loopback import LoopbackCheck
from media_pipeline.rtc.offer import read_fragment
from server.whip.sessions import ElsewhereError, WhipPurpose, WhipSessions

SDP = "application/sdp"
SDP_FRAGMENT = "application/trickle-ice-sdpfrag"

_CORS_EXPOSED = "Location, ETag, Link, Accept-Patch, Retry-After"


class UnsupportedMediaTypeError(VivaError):
    code: ClassVar[str] = "unsupported_media_type"
    status: ClassVar[int] = 415


class TooLargeError(VivaError):
    code: ClassVar[str] = "too_large"
    status: ClassVar[int] = 413


class PreconditionRequiredError(VivaError):
    code: ClassVar[str] = "precondition_required"
    status: ClassVar[int] = 428


class PreconditionFailedError(VivaError):
    code: ClassVar[str] = "precondition_failed"
    status: ClassVar[int] = 412


class RestartUnsupportedError(VivaError):
    code: ClassVar[str] = "ice_restart_unsupported"
    status: ClassVar[int] = 422


@dataclass(frozen=True, slots=True)
class WhipOptions:
    path: str = "/api/v1/whip"
    max_body_bytes: int = 64 * 1024
    allowed_origins: tuple[str, ...] = ()
    """Origins of other pages that may publish here; ``*`` for any. Viva's own page needs none."""
    ice_servers: tuple[str, ...] = ()
    """Link values told to clients, such as ``<turn:turn.example.org>; rel="ice-server"; …``."""
    answer_within_s: float = 10.0


@dataclass(slots=True)
class _Held:
    connection: Connection
    interview: str
    purpose: WhipPurpose
    etag: str


@dataclass
class WhipEndpoint:
    """The handlers and the table of open connections."""

    sessions: WhipSessions
    loopback: LoopbackCheck
    options: WhipOptions = field(default_factory=WhipOptions)
    _held: dict[str, _Held] = field(default_factory=dict)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        one = self.options.path + "/{connection}"
        return [
            web.post(self.options.path, self.post),
            web.options(self.options.path, self.preflight),
            web.patch(one, self.patch),
            web.delete(one, self.delete),
            web.options(one, self.preflight),
        ]

    @property
    def open_connections(self) -> int:
        return len(self._held)

    async def post(self, request: web.Request) -> web.Response:
        purpose = _purpose(request)
        interview = await self.sessions.authorise(_bearer(request), purpose)
        offer = await self._body(request, SDP)
        async with asyncio.timeout(self.options.answer_within_s):
            try:
                connection = await self._open(interview, purpose, offer)
            except ElsewhereError as elsewhere:
                headers = {hdrs.LOCATION: elsewhere.location} | self._cors(request)
                return web.Response(status=elsewhere.status, headers=headers)
        etag = f'"{connection.id}"'
        self._held[connection.id] = _Held(connection, interview, purpose, etag)
        connection.on_closed(self._forget)
        response = web.Response(status=201, text=connection.answer_sdp, content_type=SDP)
        # A relative reference, so that proxies and prefixes in front of us do not matter.
        response.headers[hdrs.LOCATION] = f"{self.options.path}/{connection.id}"
        response.headers[hdrs.ETAG] = etag
        response.headers["Accept-Patch"] = SDP_FRAGMENT
        for link in self.options.ice_servers:
            response.headers.add(hdrs.LINK, link)
        response.headers.update(self._cors(request))
        return response

    async def patch(self, request: web.Request) -> web.Response:
        held = await self._find(request)
        fragment_text = await self._body(request, SDP_FRAGMENT)
        wanted = request.headers.get(hdrs.IF_MATCH)
        if wanted is None:
            raise PreconditionRequiredError("Send If-Match with the ETag of the answer (RFC 9725 §4.3.1).")
        fragment = read_fragment(fragment_text)
        if fragment.ufrag is not None and fragment.ufrag != held.connection.remote_ufrag:
            raise RestartUnsupportedError("ICE restarts are not supported; POST a new offer instead.")
        if wanted not in (held.etag, "*"):
            raise PreconditionFailedError("If-Match names another ICE session; POST a new offer instead.")
        await held.connection.add_candidates(fragment_text)
        return web.Response(status=204, headers=self._cors(request) | {hdrs.ETAG: held.etag})

    async def delete(self, request: web.Request) -> web.Response:
        held = await self._find(request)
        await held.connection.close("left")
        return web.Response(status=200, headers=self._cors(request))

    async def preflight(self, request: web.Request) -> web.Response:
        headers = {"Accept-Post": SDP} | self._cors(request)
        return web.Response(status=204, headers=headers)

    async def close(self) -> None:
        """Ends every connection that came in here."""
        await asyncio.gather(*(held.connection.close("server stops") for held in list(self._held.values())))

    def _forget(self, closed: Connection) -> None:
        self._held.pop(closed.id, None)

    async def _open(self, interview: str, purpose: WhipPurpose, offer: str) -> Connection:
        if purpose == "loopback":
            return await self.loopback.open(offer)
        return await self.sessions.open(interview, offer)

    async def _find(self, request: web.Request) -> _Held:
        token = _bearer(request)
        held = self._held.get(request.match_info["connection"])
        interview = await self.sessions.authorise(token, held.purpose if held else "loopback")
        if held is None or held.interview != interview:
            raise NotFoundError("There is no such connection; it may have ended. POST a new offer.")
        return held

    async def _body(self, request: web.Request, content_type: str) -> str:
        if request.content_type != content_type:
            raise UnsupportedMediaTypeError(f"Send the body as {content_type}.")
        limit = self.options.max_body_bytes
        if (request.content_length or 0) > limit:
            raise TooLargeError(f"The body is larger than {limit // 1024} KiB.")
        body = bytearray()
        async for chunk in request.content.iter_chunked(16 * 1024):
            body += chunk
            if len(body) > limit:
                raise TooLargeError(f"The body is larger than {limit // 1024} KiB.")
        try:
            return body.decode()
        except UnicodeDecodeError as error:
            raise InputError("The body is not UTF-8 text.") from error

    def _cors(self, request: web.Request) -> dict[str, str]:
        origin = request.headers.get(hdrs.ORIGIN)
        allowed = self.options.allowed_origins
        if origin is None or not ("*" in allowed or origin in allowed):
            return {}
        return {
            hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin,
            hdrs.ACCESS_CONTROL_ALLOW_METHODS: "POST, PATCH, DELETE, OPTIONS",
            hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "Authorization, Content-Type, If-Match",
            hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: _CORS_EXPOSED,
            hdrs.VARY: hdrs.ORIGIN,
        }


def _bearer(request: web.Request) -> str:
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AccessError('Send the token in the header "Authorization: Bearer …".')
    return token.strip()


def _purpose(request: web.Request) -> WhipPurpose:
    purpose = request.query.get("purpose", "interview")
    if purpose not in ("interview", "loopback"):
        raise InputError('The parameter "purpose" is "interview" or "loopback".')
    return cast(WhipPurpose, purpose)
