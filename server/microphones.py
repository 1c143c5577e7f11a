"""Interviewers' microphones in the running interviews."""

from __future__ import annotations

from collections.abc import Callable

from media_pipeline.errors import ConflictError
from media_pipeline.rtc.link import PeerLink
from media_pipeline.rtc.microphone import Microphone
from server.live.interviews import Interviews
from server.live.status import status_of
from server.permits import Permits, rights
from server.tokens import Grant, Tokens


class LiveMicrophones:
    """``MicrophoneSessions`` over the running interviews: who may speak, and only as long as they may."""

    def __init__(
        self, tokens: Tokens, interviews: Interviews, permits: Permits, unix_s: Callable[[], float]
    ) -> None:
        self._tokens = tokens
        self._interviews = interviews
        self._permits = permits
        self._unix_s = unix_s
        self._connected: dict[str, tuple[Microphone, Grant, str]] = {}
        """Whose each microphone is, and in which interview."""
        interviews.watch_people(self._recheck)

    async def authorise(self, token: str, interview: str) -> str:
        grant = self._grant(token)
        await self._permits.check(grant, "speak", interview)
        return grant.id

    async def open(self, interview: str, offer_sdp: str, token: str) -> Microphone:
        """Connected, and muted: who goes on air is decided by the conductor (``microphone`` command)."""
        grant = self._grant(token)
        opened = self._interviews.opened(interview)
        if opened is None:
            raise ConflictError("This interview is not being held. Try again once it runs.")
        if status_of(opened.state) == "ended":
            raise ConflictError("This interview is over.")
        if opened.state.mode == "text":
            raise ConflictError("This interview is in text; the candidate hears nobody. Write instead.")
        if opened.media is None:
            raise ConflictError("The candidate's sound is not connected yet. Try again shortly.")
        await self._permits.require(grant, "speak", interview, by="microphone")
        microphone = await opened.media.in_person.connect(offer_sdp, grant.id)
        self._connected[microphone.id] = (microphone, grant, interview)
        microphone.on_closed(self._forget)
        self._recheck(interview)  # taken off while the answer was made
        return microphone

    def _forget(self, closed: PeerLink) -> None:
        self._connected.pop(closed.id, None)

    def _grant(self, token: str) -> Grant:
        return self._tokens.verify(token, "desk", now=self._unix_s())

    def _recheck(self, interview: str) -> None:
        """The interview's people are others: who may no longer speak is off air at once."""
        opened = self._interviews.opened(interview)
        for microphone, grant, spoken_in in tuple(self._connected.values()):
            if spoken_in == interview and (opened is None or "speak" not in rights(grant, opened.stored)):
                microphone.close_soon("not allowed any more")
