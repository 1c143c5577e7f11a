"""What WHIP (RFC 9725) and WHEP have in common: SDP over HTTP, a table of connections, PATCH and DELETE.

Errors are raised as ``VivaError`` and become problem documents in ``server/http/problems.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from aiohttp import hdrs, web

from media_pipeline.errors import AccessError, InputError, NotFoundError, VivaError
from media_pipeline.rtc.link import PeerLink
from media_pipeline.rtc.offer import read_fragment

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
class ExchangeOptions:
    max_body_bytes: int = 64 * 1024
    allowed_origins: tuple[str, ...] = ()
    """Origins of other pages that may connect here; ``*`` for any. Viva's own pages need none."""
    ice_servers: tuple[str, ...] = ()
    """Link values told to clients, such as ``<turn:turn.example.org>; rel="ice-server"; …``."""
    answer_within_s: float = 10.0


@dataclass(slots=True)
class Held:
    """An open connection, and whom it belongs to."""

    link: PeerLink
    owner: str
    purpose: str
    etag: str


class SdpExchange:
    """The table of open connections and everything that is done to them after their answer."""

    def __init__(self, options: ExchangeOptions) -> None:
        self._options = options
        self._held: dict[str, Held] = {}

    @property
    def open_connections(self) -> int:
        return len(self._held)

    async def patch(self, request: web.Request) -> web.Response:
        """More of the peer's addresses (RFC 9725 §4.3.2); ICE restarts are not supported."""
        held = await self._find(request)
        fragment_text = await self.body(request, SDP_FRAGMENT)
        wanted = request.headers.get(hdrs.IF_MATCH)
        if wanted is None:
            raise PreconditionRequiredError("Send If-Match with the ETag of the answer (RFC 9725 §4.3.1).")
        fragment = read_fragment(fragment_text)
        if fragment.ufrag is not None and fragment.ufrag != held.link.remote_ufrag:
            raise RestartUnsupportedError("ICE restarts are not supported; POST a new offer instead.")
        if wanted not in (held.etag, "*"):
            raise PreconditionFailedError("If-Match names another ICE session; POST a new offer instead.")
        await held.link.add_candidates(fragment_text)
        return web.Response(status=204, headers=self.cors(request) | {hdrs.ETAG: held.etag})

    async def delete(self, request: web.Request) -> web.Response:
        held = await self._find(request)
        await held.link.close("left")
        return web.Response(status=200, headers=self.cors(request))

    async def preflight(self, request: web.Request) -> web.Response:
        return web.Response(status=204, headers={"Accept-Post": SDP} | self.cors(request))

    async def close(self) -> None:
        """Ends every connection that came in here."""
        await asyncio.gather(*(held.link.close("server stops") for held in list(self._held.values())))

    async def owner(self, token: str, request: web.Request, held: Held | None) -> str:
        """Whom the token speaks for, to be compared with the connection's owner. Raises ``AccessError``."""
        raise NotImplementedError

    def routes_of(self, path: str) -> Sequence[web.AbstractRouteDef]:
        """Offers at ``path``, and everything after the answer below it."""
        one = path + "/{connection}"
        return [
            web.post(path, self.post),
            web.options(path, self.preflight),
            web.patch(one, self.patch),
            web.delete(one, self.delete),
            web.options(one, self.preflight),
        ]

    async def post(self, request: web.Request) -> web.Response:
        """An offer; 201 with the answer."""
        raise NotImplementedError

    def answered(self, request: web.Request, link: PeerLink, owner: str, purpose: str) -> web.Response:
        """The 201 to an offer; the connection is in the table until it ends."""
        etag = f'"{link.id}"'
        self._held[link.id] = Held(link, owner, purpose, etag)
        link.on_closed(self._forget)
        response = web.Response(status=201, text=link.answer_sdp, content_type=SDP)
        # A relative reference, so that proxies and prefixes in front of us do not matter.
        response.headers[hdrs.LOCATION] = f"{request.path}/{link.id}"
        response.headers[hdrs.ETAG] = etag
        response.headers["Accept-Patch"] = SDP_FRAGMENT
        for server in self._options.ice_servers:
            response.headers.add(hdrs.LINK, server)
        response.headers.update(self.cors(request))
        return response

    async def body(self, request: web.Request, content_type: str) -> str:
        """The request's text. Raises for another type, or for more than is taken."""
        if request.content_type != content_type:
            raise UnsupportedMediaTypeError(f"Send the body as {content_type}.")
        limit = self._options.max_body_bytes
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

    def cors(self, request: web.Request) -> dict[str, str]:
        """Headers for pages of other origins, where these are allowed."""
        origin = request.headers.get(hdrs.ORIGIN)
        allowed = self._options.allowed_origins
        if origin is None or not ("*" in allowed or origin in allowed):
            return {}
        return {
            hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin,
            hdrs.ACCESS_CONTROL_ALLOW_METHODS: "POST, PATCH, DELETE, OPTIONS",
            hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "Authorization, Content-Type, If-Match",
            hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: _CORS_EXPOSED,
            hdrs.VARY: hdrs.ORIGIN,
        }

    async def _find(self, request: web.Request) -> Held:
        token = bearer(request)
        held = self._held.get(request.match_info["connection"])
        owner = await self.owner(token, request, held)
        if held is None or held.owner != owner:
            raise NotFoundError("There is no such connection; it may have ended. POST a new offer.")
        return held

    def _forget(self, closed: PeerLink) -> None:
        self._held.pop(closed.id, None)


def bearer(request: web.Request) -> str:
    """The token. Raises ``AccessError`` where there is none."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AccessError('Send the token in the header "Authorization: Bearer …".')
    return token.strip()
