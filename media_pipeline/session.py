"""One candidate's media for one interview: the pipeline as a visible list.

connection ── frames ──▶ level meter, delivery
                   └───▶ hearing ── overlap (echo, barge-in) ── words, turns ──▶ emit
           ── pictures ▶ still, eyes ── observations ──────────────────────────▶ emit
           ── packets ── relay ── viewers, recorder
           ◀── voice ─── speak, stop_speaking
                   └──── in person ◀── interviewers' microphones ── words ──────▶ emit
log ── notice ─────────▶ delivery ── figures ──────────────────────────────────▶ emit
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, cast

from media_pipeline import events as ev
from media_pipeline.audio.frame import AudioFrame
from media_pipeline.delivery.meter import DeliveryMeter
from media_pipeline.frame_pump import FramePump
from media_pipeline.hearing import Hearing
from media_pipeline.hearing_turn import HearingAccount
from media_pipeline.in_person import InPerson
from media_pipeline.link_events import LinkEvents
from media_pipeline.meters import LevelMeter
from media_pipeline.overlap import Overlap
from media_pipeline.recording.recorder import Recorder
from media_pipeline.rtc.connection import Connection, ConnectionState, MediaHandlers
from media_pipeline.rtc.relay import Relay
from media_pipeline.services import MediaServices
from media_pipeline.vision.eyes import Eyes
from media_pipeline.vision.policy import ObservationPolicy
from media_pipeline.vision.still import Still
from media_pipeline.voice.playback import EndReason
from media_pipeline.voice.speaker import Voice

if TYPE_CHECKING:
    import av

Emit = Callable[[ev.Event], None]
"""Called on the event loop only."""


class MediaSession:
    """One candidate's media for one interview; survives any number of connections.

    Raises ``CapacityError`` where the recogniser has no room for another session.
    """

    def __init__(
        self,
        *,
        services: MediaServices,
        language: ev.Language,
        emit: Emit,
        now_ms: Callable[[], int],
        observe: ObservationPolicy,
        recorder: Recorder | None = None,
    ) -> None:
        self._services = services
        self._emit = emit
        self._now_ms = now_ms
        self._links = LinkEvents()
        self._draining = asyncio.Lock()
        self._settling: asyncio.Task[None] | None = None
        self.connection: Connection | None = None
        self.relay = Relay(now_ms)
        """What viewers join (WHEP)."""
        self.recorder = recorder
        if recorder is not None:
            self.relay.tap = recorder
            recorder.ask_keyframe = self.relay.request_keyframe
        self.levels = LevelMeter()
        self.delivery = DeliveryMeter(language)
        self.voice = Voice(services.synthesizer, emit, language, now_ms)
        self.overlap = Overlap(language, lambda: self.voice.stop("barge_in"))
        name = f"s{secrets.token_hex(3)}"
        self.hearing = Hearing(
            session=name,
            language=language,
            emit=lambda event: emit(self.overlap.heard(event)),
            scheduler=services.scheduler,
            listening=services.listening,
            voice_activity=services.voice_activity(),
            turn_detector=services.turn_detector,
        )
        self._pump = FramePump(
            self.hearing.accept, lambda: emit(ev.PartDegraded("recognition", "missing", "hearing_failed"))
        )
        self.eyes = Eyes(
            services.observer, emit, observe, now_ms, hearing_is_pressed=lambda: self.hearing.pressed
        )
        self.still = Still(now_ms)
        self.in_person = InPerson(
            services=services,
            session=name,
            language=language,
            emit=emit,
            now_ms=now_ms,
            voice=self.voice,
            overlap=self.overlap,
            delivery=self.delivery,
        )
        if recorder is not None:
            self.in_person.tap = recorder.speaker("interviewer")
            self.voice.record(recorder.speaker("system"))

    async def connect(self, offer_sdp: str) -> Connection:
        """Answers an offer; a connection there was before is replaced. Raises ``OfferError``."""
        connection = await Connection.answer(
            offer_sdp,
            threads=self._services.threads,
            handlers=MediaHandlers(self._audio, self._picture, self._changed, self.relay),
            now_ms=self._now_ms,
            voice=self.voice.track,
        )
        older, self.connection = self.connection, connection
        if older is not None:
            await older.close("replaced")
        return connection

    def speak(self, utterance: str, text: str) -> None:
        """Says ``text`` after what is being said; ``SpeechOutStarted`` and ``-Ended`` follow."""
        self.voice.speak(utterance, text)

    def stop_speaking(self, reason: str) -> None:
        """Falls silent at once and forgets what was still to be said."""
        self.voice.stop(cast(EndReason, reason))

    def prepare(self, text: str) -> None:
        """Makes ready what will probably be said, so that it is heard at once."""
        self.voice.prepare(text)

    def browser_spoke(self, utterance: str, state: Literal["started", "ended"]) -> None:
        """The candidate's browser says where its own voice is."""
        self.voice.browser_spoke(utterance, state)

    def notice(self, record: ev.Record) -> None:
        """Every record of the log comes by here, in order; some are measured."""
        self.delivery.observe(record.event, record.at_ms)
        self.overlap.ours(record.event, record.at_ms)
        self.in_person.notice(record.event)
        match record.event:
            case ev.ModeChanged(mode) if mode != "video":
                self.eyes.camera_off()
                self.still.forget()
            case ev.AnswerEnded() | ev.TranscriptFinal(speaker="candidate", source="speech"):
                self._emit(self.delivery.measure(self._now_ms()))

    def account(self) -> HearingAccount:
        """Where every millisecond of the candidate's audio is."""
        return self.hearing.account()

    async def drain(self) -> None:
        """Returns when every word heard so far has been emitted."""
        async with self._draining:
            await self._pump.drain()
            await self.hearing.drain()
            await self.in_person.drain()

    async def close(self) -> None:
        """Ends the connection and everything of this session; nothing is emitted afterwards."""
        if self.connection is not None:
            await self.connection.close("interview over")
        await self.in_person.close()
        if self.recorder is not None:
            await self.recorder.close()
        if self._settling is not None:
            self._settling.cancel()
        self.voice.close()
        self.eyes.close()
        await self._pump.close()
        await self.hearing.close()

    def _picture(self, picture: av.VideoFrame, at_ms: float) -> None:
        self.still.offer(picture, at_ms)
        self.eyes.offer(picture, at_ms)

    def _audio(self, frame: AudioFrame) -> None:
        self.levels.add(frame, speaking=self.overlap.candidate_speaks)
        self.delivery.levels(frame)
        self.overlap.time(frame.end_ms)
        self._pump.put(frame)

    def _changed(self, connection: Connection, state: ConnectionState, reason: str) -> None:
        event = self._links.event(connection.id, state, reason, was_connected=connection.was_connected)
        if event is not None:
            self._emit(event)
        if state in ("lost", "closed"):
            # Nobody knows when sound comes back: what was begun is finished and kept now.
            self._settling = asyncio.create_task(self.drain(), name="settle words")
