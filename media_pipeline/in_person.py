"""Interviewers who speak with the candidate in person, in one session; one at a time is on air.

microphone ─ packets ─▶ live voice ─▶ the candidate's track (as they came)
                   └──▶ tap (recording)
           ─ frames ──▶ hearing ─ words of the interviewer ─▶ emit
                              └── when they speak ─────────▶ overlap (echo), delivery (no pause of theirs)
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Coroutine
from typing import Any

from media_pipeline import events as ev
from media_pipeline.audio.frame import AudioFrame
from media_pipeline.delivery.meter import DeliveryMeter
from media_pipeline.errors import CapacityError
from media_pipeline.frame_pump import FramePump
from media_pipeline.hearing import Hearing
from media_pipeline.overlap import Overlap
from media_pipeline.rtc.audio_in import AudioTap
from media_pipeline.rtc.link import ConnectionState
from media_pipeline.rtc.microphone import Microphone, MicrophoneHandlers
from media_pipeline.services import MediaServices
from media_pipeline.voice.speaker import Voice

MICROPHONES_AT_MOST = 4
"""Connected to one interview at a time, on air or not."""
LAST_WORD_S = 0.2
"""What was said last is on its way through the decoder when somebody goes off air."""
BREATH_S = 0.5
"""Then the system's voice waits this long before it goes on with what it has to say."""

_ears = itertools.count(1)


class InPerson:
    """The microphones of one session. Everything is called on the event loop."""

    def __init__(
        self,
        *,
        services: MediaServices,
        session: str,
        language: ev.Language,
        emit: Callable[[ev.Event], None],
        now_ms: Callable[[], int],
        voice: Voice,
        overlap: Overlap,
        delivery: DeliveryMeter,
    ) -> None:
        self._services = services
        self._session = f"{session}-in-person"
        self._language: ev.Language = language
        self._emit = emit
        self._now_ms = now_ms
        self._voice = voice
        self._overlap = overlap
        self._delivery = delivery
        self._microphones: dict[str, Microphone] = {}
        self._owners: dict[str, str] = {}
        self._on_air: Microphone | None = None
        self._by = ""
        self._ear: Hearing | None = None
        self._pump: FramePump | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self.tap: AudioTap | None = None
        """What is said on air, encoded as it came, for whoever keeps it (a recording)."""

    # --- for the session ----------------------------------------------------------------------

    async def connect(self, offer_sdp: str, owner: str) -> Microphone:
        """Answers an interviewer's offer; they are off air until the log says otherwise.

        ``owner`` alone may put it on air, see ``may_switch``.

        Raises ``OfferError``, or ``CapacityError`` where the recogniser has no room for another ear:
        nothing is said to a candidate that does not stand in the transcript.
        """
        if len(self._microphones) >= MICROPHONES_AT_MOST:
            raise CapacityError("Too many microphones are connected to this interview; close one first.", 5)
        self._open_ear()
        try:
            microphone = await Microphone.answer(
                offer_sdp,
                threads=self._services.threads,
                handlers=MicrophoneHandlers(self._audio, self, self._changed),
                now_ms=self._now_ms,
            )
        except BaseException:
            self._later(self._settle())
            raise
        self._microphones[microphone.id] = microphone
        self._owners[microphone.id] = owner
        return microphone

    def may_switch(self, connection: str, owner: str) -> bool:
        """Whether that is a microphone of ``owner``'s."""
        return self._owners.get(connection) == owner

    def can_be_heard(self, connection: str) -> bool:
        """Not a lost one. A page may know that it is connected a moment before we do."""
        microphone = self._microphones.get(connection)
        return microphone is not None and microphone.state in ("connecting", "connected")

    def notice(self, event: ev.Event) -> None:
        """The log decides who is on air."""
        match event:
            case ev.MicrophoneChanged(on=True):
                self._switch(self._microphones.get(event.connection), event.by)
            case ev.MicrophoneChanged(on=False):
                if self._on_air is not None and self._on_air.id == event.connection:
                    self._switch(None)
            case ev.InterviewEnded():
                self._switch(None)

    async def drain(self) -> None:
        """Returns when every word said in person so far has been emitted."""
        if self._ear is None or self._pump is None:
            return
        await self._pump.drain()
        await self._ear.drain()

    async def close(self) -> None:
        """Ends every microphone; nothing is emitted afterwards."""
        for microphone in tuple(self._microphones.values()):
            await microphone.close("interview over")
        self._closed = True
        for task in tuple(self._tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._close_ear()

    # --- on air -------------------------------------------------------------------------------

    def audio(self, payload: bytes, at_ms: float) -> None:
        """Satisfies ``AudioTap``: what the microphone on air sends."""
        self._voice.live.audio(payload, at_ms)
        if self.tap is not None:
            self.tap.audio(payload, at_ms)

    def _switch(self, to: Microphone | None, by: str = "") -> None:
        before, self._on_air, self._by = self._on_air, to, by
        if before is to:
            return
        if before is not None:
            before.go_off_air()
        if to is not None:
            if before is None:
                self._voice.hold()
                self._voice.live.begin()
            to.go_on_air()
        else:
            self._voice.live.end()
        if before is not None:
            # Nothing follows that would show where the last word ended: it is finished and kept now.
            self._later(self._settle())

    async def _settle(self) -> None:
        await asyncio.sleep(LAST_WORD_S)
        words = asyncio.create_task(self.drain())
        try:
            await asyncio.wait({words}, timeout=BREATH_S)
            if self._on_air is None:
                self._voice.release()
            await words
        finally:
            words.cancel()
        if not self._microphones:
            await self._close_ear()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        if self._closed:
            work.close()
            return
        task = asyncio.create_task(work, name="settle words in person")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _changed(self, microphone: Microphone, state: ConnectionState, reason: str) -> None:
        if state == "closed":
            self._microphones.pop(microphone.id, None)
            self._owners.pop(microphone.id, None)
        if state in ("lost", "closed") and microphone is self._on_air:
            # The log's answer takes it off air, by `notice`.
            self._emit(ev.MicrophoneChanged(False, self._by, microphone.id, "lost"))
        if state == "closed" and not self._microphones:
            self._later(self._settle())

    # --- heard --------------------------------------------------------------------------------

    def _open_ear(self) -> None:
        if self._ear is not None:
            return
        services = self._services
        self._ear = Hearing(
            session=f"{self._session}{next(_ears)}",
            language=self._language,
            emit=self._heard,
            scheduler=services.scheduler,
            listening=services.listening,
            voice_activity=services.voice_activity(),
            speaker="interviewer",
        )
        self._pump = FramePump(
            self._ear.accept, lambda: self._emit(ev.PartDegraded("recognition", "missing", "hearing_failed"))
        )

    async def _close_ear(self) -> None:
        pump, ear, self._pump, self._ear = self._pump, self._ear, None, None
        if pump is not None:
            await pump.close()
        if ear is not None:
            await ear.close()

    def _audio(self, frame: AudioFrame) -> None:
        if self._pump is not None:
            self._pump.put(frame)

    def _heard(self, event: ev.Event) -> None:
        """Words are the interviewer's. That they speak says nothing of the candidate's turn, but that
        the candidate listens."""
        match event:
            case ev.SpeechStarted(start_ms):
                self._overlap.in_person_began(start_ms)
                self._delivery.our_voice_started(start_ms)
            case ev.SpeechEnded(end_ms):
                self._overlap.in_person_ended(end_ms)
                self._delivery.our_voice_ended(end_ms)
            case ev.TranscriptPartial() | ev.TranscriptFinal():
                self._overlap.in_person_said(event)
                self._emit(event)
            case ev.PartDegraded(state="missing"):
                self._emit(event)
            case _:
                pass
