"""One candidate's media for one interview: the pipeline as a visible list.

connection ── frames ──▶ level meter
                   └───▶ hearing ── words, turns ──▶ emit
           ── pictures ▶ eyes ── observations ─────▶ emit
           ◀── voice ─── speak, stop_speaking
log ── notice ─────────▶ delivery ── figures ──────▶ emit
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from media_pipeline.audio.frame import AudioFrame
from media_pipeline.delivery.meter import DeliveryMeter
from media_pipeline.events import (
    AnswerEnded,
    ConnectionChanged,
    DeliveryMeasured,
    Event,
    Language,
    Record,
    TranscriptFinal,
)
from media_pipeline.meters import LevelMeter
from media_pipeline.rtc.connection import Connection, ConnectionState, MediaHandlers
from media_pipeline.services import MediaServices
from media_pipeline.vision.eyes import Eyes
from media_pipeline.vision.policy import ObservationPolicy

Emit = Callable[[Event], None]
"""Called on the event loop only."""


class MediaSession:
    """One candidate's media for one interview; survives any number of connections."""

    def __init__(
        self,
        *,
        services: MediaServices,
        language: Language,
        emit: Emit,
        now_ms: Callable[[], int],
        observe: ObservationPolicy,
    ) -> None:
        self._services = services
        self._emit = emit
        self._now_ms = now_ms
        self.levels = LevelMeter()
        self.eyes = Eyes(services.observer, emit, observe, now_ms)
        self.delivery = DeliveryMeter(language)
        self.connection: Connection | None = None
        self._was_connected = False

    async def connect(self, offer_sdp: str) -> Connection:
        """Answers an offer; a connection there was before is replaced. Raises ``OfferError``."""
        connection = await Connection.answer(
            offer_sdp,
            threads=self._services.threads,
            handlers=MediaHandlers(self._audio, self.eyes.offer, self._changed),
            now_ms=self._now_ms,
        )
        older, self.connection = self.connection, connection
        if older is not None:
            await older.close("replaced")
        return connection

    def speak(self, utterance: str, text: str) -> None:
        """Says ``text`` after what is being said; ``SpeechOutStarted`` and ``-Ended`` follow."""

    def stop_speaking(self, reason: str) -> None:
        """Falls silent at once and forgets what was still to be said."""

    def notice(self, record: Record) -> None:
        """Every record of the log comes by here, in order; some are measured."""
        self.delivery.observe(record.event, record.at_ms)
        match record.event:
            case DeliveryMeasured():
                pass
            case AnswerEnded() | TranscriptFinal(speaker="candidate", source="speech"):
                self._emit_soon(self.delivery.measure(self._now_ms()))

    async def drain(self) -> None:
        """Returns when every word heard so far has been emitted."""

    async def close(self) -> None:
        """Ends the connection and everything of this session; nothing is emitted afterwards."""
        if self.connection is not None:
            await self.connection.close("interview over")
        self.eyes.close()

    def _emit_soon(self, event: Event) -> None:
        """For what the owner's own call brought about: the owner is in the middle of a record."""
        asyncio.get_running_loop().call_soon(self._emit, event)

    def _audio(self, frame: AudioFrame) -> None:
        self.levels.add(frame, speaking=False)

    def _changed(self, connection: Connection, state: ConnectionState, reason: str) -> None:
        if (event := self._connection_event(connection, state, reason)) is not None:
            self._emit(event)

    def _connection_event(
        self, connection: Connection, state: ConnectionState, reason: str
    ) -> ConnectionChanged | None:
        if state == "connected":
            before, self._was_connected = self._was_connected, True
            return ConnectionChanged("resumed" if before else "connected", "media", connection.id, reason)
        if state == "lost":
            return ConnectionChanged("lost", "media", connection.id, reason)
        if reason in ("replaced", "left"):
            return ConnectionChanged("replaced" if reason == "replaced" else "left", "media", connection.id)
        if connection.was_connected and reason != "interview over":
            return ConnectionChanged("lost", "media", connection.id, reason)
        return None
