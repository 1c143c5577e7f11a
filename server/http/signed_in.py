"""Who has signed in, asked before a request is handled: for its limits only, never for its rights."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from media_pipeline.errors import AccessError
from server.http.limits import SignedIn
from server.tokens import Tokens


def signed_in_by(tokens: Tokens, unix_s: Callable[[], float], cookie: str) -> SignedIn:
    """By a desk's token, or by the ``cookie`` with which a recording is played."""

    def signed_in(request: web.Request) -> str | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            token = request.cookies.get(cookie, "")
        if not token:
            return None
        try:
            return tokens.verify(token.strip(), ("desk", "media"), now=unix_s()).id
        except AccessError:  # of which ForbiddenError is one
            return None

    return signed_in
