"""The WHIP endpoint (RFC 9725): a candidate's media comes in. Knows nothing of interviews."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from aiohttp import hdrs, web

from media_pipeline.errors import InputError
from media_pipeline.rtc.link import PeerLink
from media_pipeline.rtc.loopback import LoopbackCheck
from server.whip.exchange import SDP, SDP_FRAGMENT, ExchangeOptions, Held, SdpExchange, bearer
from server.whip.sessions import ElsewhereError, WhipPurpose, WhipSessions

__all__ = ["SDP", "SDP_FRAGMENT", "WhipEndpoint", "WhipOptions"]


@dataclass(frozen=True, slots=True)
class WhipOptions(ExchangeOptions):
    path: str = "/api/v1/whip"


class WhipEndpoint(SdpExchange):
    """The handlers, and the table of candidates' and device checks' connections."""

    def __init__(
        self, sessions: WhipSessions, loopback: LoopbackCheck, options: WhipOptions | None = None
    ) -> None:
        self._whip = options or WhipOptions()
        super().__init__(self._whip)
        self._sessions = sessions
        self._loopback = loopback

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return self.routes_of(self._whip.path)

    async def post(self, request: web.Request) -> web.Response:
        """An offer; 201 with the answer."""
        purpose = _purpose(request)
        interview = await self._sessions.authorise(bearer(request), purpose)
        offer = await self.body(request, SDP)
        try:
            async with asyncio.timeout(self._whip.answer_within_s):
                link = await self._open(interview, purpose, offer)
        except ElsewhereError as elsewhere:
            headers = {hdrs.LOCATION: elsewhere.location} | self.cors(request)
            return web.Response(status=elsewhere.status, headers=headers)
        return self.answered(request, link, interview, purpose)

    async def owner(self, token: str, request: web.Request, held: Held | None) -> str:
        purpose = cast(WhipPurpose, held.purpose if held else "loopback")
        return await self._sessions.authorise(token, purpose)

    async def _open(self, interview: str, purpose: WhipPurpose, offer: str) -> PeerLink:
        if purpose == "loopback":
            return await self._loopback.open(offer)
        return await self._sessions.open(interview, offer)


def _purpose(request: web.Request) -> WhipPurpose:
    purpose = request.query.get("purpose", "interview")
    if purpose not in ("interview", "loopback"):
        raise InputError('The parameter "purpose" is "interview" or "loopback".')
    return cast(WhipPurpose, purpose)
