"""The WHEP endpoint (draft-ietf-wish-whep): viewers get a candidate's media as it came in.

``POST /api/v1/whep/{interview}`` with an offer of ``recvonly`` lines, ``201`` with the answer; ``PATCH``
and ``DELETE`` at the ``Location`` as in WHIP. The encoded media is passed through; viewers' requests for
keyframes reach the candidate.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import hdrs, web

from media_pipeline.errors import CapacityError
from media_pipeline.rtc.link import PeerLink
from server.whip.exchange import SDP, ExchangeOptions, Held, SdpExchange, bearer
from server.whip.sessions import ElsewhereError


@dataclass(frozen=True, slots=True)
class WhepOptions(ExchangeOptions):
    path: str = "/api/v1/whep"
    viewers_per_interview: int = 10
    """A viewer costs about 2 % of a core (decryption apart, everything is copied)."""


class WhepSessions(Protocol):
    """What the endpoint needs of the interviews. The live server implements it."""

    async def authorise(self, token: str, interview: str) -> str:
        """Whom ``token`` speaks for, if that one may watch ``interview``: a name to tell owners apart.

        Raises ``AccessError`` (401) or ``ForbiddenError`` (403; also for an interview that is not there).
        """
        ...

    async def view(self, interview: str, offer_sdp: str, token: str) -> PeerLink:
        """``Viewer.answer`` with the relay of that interview's ``MediaSession``; closed when ``token`` no
        longer allows it.

        Raises ``OfferError`` (400), ``ConflictError`` (409: nothing to see now), ``ElsewhereError`` (307).
        """
        ...


class WhepEndpoint(SdpExchange):
    """The handlers, and the table of viewers."""

    def __init__(self, sessions: WhepSessions, options: WhepOptions | None = None) -> None:
        self._whep = options or WhepOptions()
        super().__init__(self._whep)
        self._sessions = sessions

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return self.routes_of(self._whep.path + "/{interview}")

    async def post(self, request: web.Request) -> web.Response:
        """An offer to watch; 201 with the answer."""
        interview = request.match_info["interview"]
        token = bearer(request)
        watcher = await self._sessions.authorise(token, interview)
        offer = await self.body(request, SDP)
        watching = sum(held.purpose == interview for held in self._held.values())
        if watching >= self._whep.viewers_per_interview:
            raise CapacityError("Too many are watching this interview; close a page that is not needed.")
        try:
            async with asyncio.timeout(self._whep.answer_within_s):
                link = await self._sessions.view(interview, offer, token)
        except ElsewhereError as elsewhere:
            headers = {hdrs.LOCATION: elsewhere.location} | self.cors(request)
            return web.Response(status=elsewhere.status, headers=headers)
        return self.answered(request, link, watcher, interview)

    async def owner(self, token: str, request: web.Request, held: Held | None) -> str:
        return await self._sessions.authorise(token, request.match_info["interview"])
