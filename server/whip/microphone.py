"""The WHIP endpoint (RFC 9725) of interviewers' microphones: they join the call in person.

``POST /api/v1/interviews/{interview}/microphone`` with an offer of one audio line, ``201`` with the
answer; ``PATCH`` and ``DELETE`` at the ``Location``. The connection is made muted: the control
command ``microphone`` puts it on air.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aiohttp import hdrs, web

from media_pipeline.rtc.link import PeerLink
from server.whip.exchange import SDP, ExchangeOptions, Held, SdpExchange, bearer
from server.whip.sessions import ElsewhereError


@dataclass(frozen=True, slots=True)
class MicrophoneOptions(ExchangeOptions):
    path: str = "/api/v1/interviews/{interview}/microphone"


class MicrophoneSessions(Protocol):
    """What the endpoint needs of the interviews. The live server implements it."""

    async def authorise(self, token: str, interview: str) -> str:
        """Whom ``token`` speaks for, if that one may speak in ``interview``: tells owners apart.

        Raises ``AccessError`` (401), ``ForbiddenError`` (403) or ``NotFoundError`` (404).
        """
        ...

    async def open(self, interview: str, offer_sdp: str, token: str) -> PeerLink:
        """``InPerson.connect`` of that interview's media.

        Raises ``OfferError`` (400), ``NotFoundError`` (404), ``ConflictError`` (409: nobody is there who
        could hear), ``CapacityError`` (503), ``ElsewhereError`` (307).
        """
        ...


class MicrophoneEndpoint(SdpExchange):
    """The handlers, and the table of microphones."""

    def __init__(self, sessions: MicrophoneSessions, options: MicrophoneOptions | None = None) -> None:
        self._whip = options or MicrophoneOptions()
        super().__init__(self._whip)
        self._sessions = sessions

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return self.routes_of(self._whip.path)

    async def post(self, request: web.Request) -> web.Response:
        """An offer to speak; 201 with the answer."""
        interview = request.match_info["interview"]
        token = bearer(request)
        speaker = await self._sessions.authorise(token, interview)
        offer = await self.body(request, SDP)
        try:
            async with asyncio.timeout(self._whip.answer_within_s):
                link = await self._sessions.open(interview, offer, token)
        except ElsewhereError as elsewhere:
            headers = {hdrs.LOCATION: elsewhere.location} | self.cors(request)
            return web.Response(status=elsewhere.status, headers=headers)
        return self.answered(request, link, speaker, interview)

    async def owner(self, token: str, request: web.Request, held: Held | None) -> str:
        return await self._sessions.authorise(token, request.match_info["interview"])
