"""One session's voice: what is to be said goes in, what was heard comes out as events."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Literal

from media_pipeline.events import Event, Language, PartDegraded
from media_pipeline.rtc.audio_in import AudioTap
from media_pipeline.voice import playback
from media_pipeline.voice.live import LiveVoice
from media_pipeline.voice.opus import PACKET_MS
from media_pipeline.voice.playback import EndReason, Playback, Silence, Synthesize, Utterance
from media_pipeline.voice.synthesizer import SpeechSynthesizer, SynthesisError
from media_pipeline.voice.track import Playout, VoiceTrack

_log = logging.getLogger(__name__)


class Voice:
    """The interviewer's voice in one session, over any number of connections.

    Everything is called on the event loop and returns at once. Emits ``SpeechOutStarted`` when the
    first of an utterance is really sent, exactly one ``SpeechOutEnded`` for each, and
    ``PartDegraded`` when a voice that should be there is not; never from inside a call, always soon
    after it. ``synthesizer`` may be None: then the browser speaks.
    """

    def __init__(
        self,
        synthesizer: SpeechSynthesizer | None,
        emit: Callable[[Event], None],
        language: Language,
        now_ms: Callable[[], int],
        options: playback.PlaybackOptions | None = None,
    ) -> None:
        self._synthesizer = synthesizer
        self._emit = emit
        self._language = language
        self._now_ms = now_ms
        self._playback = Playback(language, options or playback.PlaybackOptions())
        self._playout = Playout(self._played, self._all_played)
        self.live = LiveVoice(self._playout.rouse, now_ms)
        """Where somebody speaks in person; ``hold`` first."""
        self._track: VoiceTrack | None = None
        self._synthesis: asyncio.Task[None] | None = None
        self._preparing: set[asyncio.Task[None]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._incomplete: str | None = None
        self._degraded = False
        self._closed = False

    @property
    def is_speaking(self) -> bool:
        """Something is being heard that the candidate's microphone may pick up."""
        return self._playback.is_audible

    @property
    def utterance(self) -> str | None:
        """The utterance in turn."""
        playing = self._playback.playing
        return playing.utterance.id if playing is not None else None

    def track(self) -> VoiceTrack:
        """A track for a new connection. The one before it gets nothing more; what is being said goes
        on in the new one. Stop it if it is not used."""
        before, self._track = self._track, VoiceTrack(self._playout, self._track_opened, self.live)
        if before is not None:
            before.stop()
        track = self._track
        track.add_listener("ended", lambda: self._track_ended(track))
        self._do(playback.set_channel(self._playback, "opening", self._now_ms()))
        return track

    def speak(self, utterance: str, text: str) -> None:
        """Says ``text`` after what is being said."""
        if self._closed:
            return
        self._look_for_voice()
        self._do(playback.speak(self._playback, Utterance(utterance, text), self._now_ms()))

    def stop(self, reason: EndReason) -> None:
        """Falls silent with the next packet (20 ms); what waits is cancelled."""
        self._do(playback.stop(self._playback, reason, self._now_ms()))

    def record(self, tap: AudioTap) -> None:
        """``tap`` gets what the system says, packet by packet, at the session time at which it is sent."""
        self._playout.sent = lambda payload, late_ms: tap.audio(payload, self._now_ms() - late_ms)

    def hold(self) -> None:
        """Somebody speaks in person: falls silent; what is still to be said waits for ``release``."""
        self._do(playback.hold(self._playback, self._now_ms()))

    def release(self) -> None:
        self._do(playback.release(self._playback, self._now_ms()))

    def prepare(self, text: str) -> None:
        """Makes ready what will probably be said, so that it is heard at once."""
        synthesizer = self._synthesizer
        if self._closed or synthesizer is None or self._language not in synthesizer.languages:
            return
        task = asyncio.create_task(synthesizer.prepare(text, self._language))
        self._preparing.add(task)
        task.add_done_callback(self._preparing.discard)

    def browser_spoke(self, utterance: str, state: Literal["started", "ended"]) -> None:
        """The candidate's browser says where its own voice is (``spoken_by="browser"``)."""
        self._do(playback.browser_spoke(self._playback, utterance, state, self._now_ms()))

    def close(self) -> None:
        """Ends the track and forgets what was to be said. Nothing is emitted after this."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._silence()
        for task in self._preparing:
            task.cancel()
        if self._track is not None:
            self._track.stop()

    # --- what happens to it ---

    def _look_for_voice(self) -> None:
        """The voice may have failed or come back since the last utterance."""
        has_voice = self._synthesizer is not None and self._language in self._synthesizer.languages
        self._do(playback.set_voice(self._playback, has_voice, self._now_ms()))

    def _track_opened(self, track: VoiceTrack) -> None:
        if track is self._track:
            self._do(playback.set_channel(self._playback, "open", self._now_ms()))

    def _track_ended(self, track: VoiceTrack) -> None:
        if track is self._track:
            self._track = None
            self._do(playback.set_channel(self._playback, "none", self._now_ms()))

    def _played(self, utterance: str) -> None:
        self._do(playback.played(self._playback, utterance, PACKET_MS, self._now_ms()))

    def _all_played(self, utterance: str) -> None:
        ended = playback.all_played if utterance != self._incomplete else playback.synthesis_failed
        self._do(ended(self._playback, utterance, self._now_ms()))

    def _time_passed(self) -> None:
        self._timer = None
        self._look_for_voice()
        self._do(playback.time_passed(self._playback, self._now_ms()))

    # --- what it does ---

    def _do(self, step: playback.Step) -> None:
        self._playback, effects = step
        for effect in effects:
            match effect:
                case Synthesize(utterance):
                    self._synthesis = asyncio.create_task(self._synthesize(utterance))
                case Silence():
                    self._silence()
                case event:
                    self._emit_soon(event)
        self._set_timer()

    def _emit_soon(self, event: Event) -> None:
        # Whoever called may be in the middle of a record, or be aiortc's sender, which an
        # exception of a listener would end.
        if not self._closed:
            asyncio.get_running_loop().call_soon(self._emit_unless_closed, event)

    def _emit_unless_closed(self, event: Event) -> None:
        if not self._closed:
            self._emit(event)

    def _set_timer(self) -> None:
        due_ms = playback.deadline(self._playback)
        if due_ms is None or self._closed:
            return
        loop = asyncio.get_running_loop()
        due_s = loop.time() + max(due_ms - self._now_ms(), 0) / 1000
        if self._timer is not None:
            # Each packet puts the deadline off; a timer that comes too early just sets the next.
            if self._timer.when() <= due_s:
                return
            self._timer.cancel()
        self._timer = loop.call_at(due_s, self._time_passed)

    async def _synthesize(self, utterance: Utterance) -> None:
        if self._synthesizer is None:
            return
        try:
            async for packets in self._synthesizer.synthesize(utterance.text, self._language):
                await self._playout.put(utterance.id, packets)
        except SynthesisError as error:
            _log.warning("nothing is heard of an utterance: %s", error)
            self._tell(degraded=True)
            self._incomplete = utterance.id  # what was made is still said
        else:
            self._tell(degraded=False)
        self._playout.end(utterance.id)

    def _tell(self, *, degraded: bool) -> None:
        if degraded != self._degraded:
            self._degraded = degraded
            news = (
                PartDegraded("voice", "missing", "worker_down") if degraded else PartDegraded("voice", "ok")
            )
            self._emit_soon(news)

    def _silence(self) -> None:
        if self._synthesis is not None:
            self._synthesis.cancel()
            self._synthesis = None
        self._playout.clear()
