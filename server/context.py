"""What the handlers share: one object, put together in ``app.py``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TypeVar

from aiohttp import web

from media_pipeline.errors import AccessError
from server.control.socket import Page, SocketOptions
from server.links import Links
from server.live.interviews import Interviews
from server.media import MediaSide
from server.metrics import Metrics
from server.permits import Permits, own_interview
from server.recordings import Recordings
from server.settings import Settings
from server.store.seam import EventStore
from server.tokens import Audience, Grant, Tokens

Result = TypeVar("Result")


@dataclass(slots=True)
class Context:
    settings: Settings
    store: EventStore
    tokens: Tokens
    interviews: Interviews
    unix_s: Callable[[], float]
    workers: Executor
    """For CPU work of handlers; never asyncio's default executor (aiortc encodes there)."""
    media: MediaSide
    metrics: Metrics
    recordings: Recordings
    socket_options: SocketOptions = field(default_factory=SocketOptions)
    pages: set[Page] = field(default_factory=set)

    def grant(self, token: str, *audiences: Audience) -> Grant:
        """Raises ``AccessError`` or ``ForbiddenError``."""
        return self.tokens.verify(token, audiences, now=self.unix_s())

    def grant_of(self, request: web.Request, *audiences: Audience) -> Grant:
        """The grant of the request's ``Authorization: Bearer``."""
        return self.grant(bearer(request), *audiences)

    def candidate_of(self, request: web.Request, *audiences: Audience) -> str:
        """The candidate's own interview. Raises ``AccessError`` or ``ForbiddenError``."""
        return own_interview(self.grant_of(request, *audiences))

    async def in_worker(self, work: Callable[..., Result], *arguments: object) -> Result:
        """Run CPU work beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self.workers, work, *arguments)

    @property
    def links(self) -> Links:
        settings = self.settings
        return Links(self.tokens, settings.public_url, settings.interview.link_days, self.unix_s)

    @property
    def permits(self) -> Permits:
        return Permits(self.interviews, self.store)


CONTEXT = web.AppKey("context", Context)


def context(request: web.Request) -> Context:
    return request.app[CONTEXT]


def bearer(request: web.Request) -> str:
    """The token of ``Authorization: Bearer``. Raises ``AccessError``."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise AccessError("This needs a token. Open the link you were sent.")
    return token.strip()
