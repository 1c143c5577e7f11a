"""What the WHIP endpoint needs of the interviews. The live server implements it."""

from __future__ import annotations

from typing import ClassVar, Literal, Protocol

from media_pipeline.errors import VivaError
from media_pipeline.rtc.connection import Connection

WhipPurpose = Literal["interview", "loopback"]


class ElsewhereError(VivaError):
    """Another node owns the interview; ``location`` is its WHIP endpoint. Answered with 307."""

    code: ClassVar[str] = "elsewhere"
    status: ClassVar[int] = 307

    def __init__(self, location: str) -> None:
        super().__init__("This interview is held elsewhere; send the same request there.")
        self.location = location


class WhipSessions(Protocol):
    """Two questions; everything else about WHIP is the endpoint's own business.

    The endpoint keeps the table of connections (``PATCH``, ``DELETE``), limits, the device
    check's loopback connections and the shape of answers. It never sees what a token contains.
    """

    async def authorise(self, token: str, purpose: WhipPurpose) -> str:
        """The interview that ``token`` (from ``Authorization: Bearer``) may send media for.

        ``interview`` needs a candidate's session token, ``loopback`` takes an entry token too.
        Raises ``AccessError`` (no good token, 401) or ``ForbiddenError`` (a good one without the
        right, 403). Asked again for each PATCH and DELETE.
        """
        ...

    async def open(self, interview: str, offer_sdp: str) -> Connection:
        """Answers the offer in that interview: ``MediaSession.connect``; an older connection is replaced.

        Raises ``OfferError`` (400), ``NotFoundError`` (404), ``ConflictError`` (409: the interview
        is over), ``CapacityError`` (503 with Retry-After), ``ElsewhereError`` (307).
        Never called for ``loopback``.
        """
        ...
