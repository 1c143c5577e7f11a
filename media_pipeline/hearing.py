"""One candidate's ears: audio frames in, events out.

::

    frames ─ listening lane (voice activity, turn estimate: a thread) ─ utterance ─ scheduler ─ events
                                                                            └───── words ◀──┘

``Hearing`` is the shell: it runs on the event loop and decides nothing about words. What a word is
and whether it may still change is decided in :mod:`media_pipeline.recognition.utterance`, who is
recognised next in :mod:`media_pipeline.recognition.schedule`.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from media_pipeline.audio.frame import AudioFrame
from media_pipeline.audio.segmenter import SegmenterOptions
from media_pipeline.audio.stream import (
    Heard,
    SpeechClosed,
    SpeechFrame,
    SpeechOpened,
    SpeechPaused,
    VoiceActivityStream,
)
from media_pipeline.audio.voice_activity import VoiceActivityDetector
from media_pipeline.audio.worker import ListeningPool, TurnEstimate
from media_pipeline.events import (
    Event,
    Language,
    PartDegraded,
    Speaker,
    SpeechEnded,
    SpeechStarted,
    TranscriptFinal,
    TranscriptPartial,
    TurnAssessed,
)
from media_pipeline.hearing_turn import HearingAccount, HearingOptions, Speculation, Turn
from media_pipeline.recognition.left_context import LeftContext, left_context
from media_pipeline.recognition.schedule import Effort
from media_pipeline.recognition.scheduler import RecognitionScheduler
from media_pipeline.recognition.seam import DecodeKind, DecodeRequest, Hypothesis
from media_pipeline.recognition.text import text_of
from media_pipeline.recognition.utterance import Utterance, Window
from media_pipeline.turns.detector import TurnDetector

Emit = Callable[[Event], None]

_log = logging.getLogger(__name__)

_LOAD_LOOKED_AT_EVERY = 50
"""Frames: once a second."""

_LATE_FROM_LEVEL = 2
"""Step of the degradation ladder from which captions are told to be late; at the first they only come every
two seconds."""


class Hearing:
    """The hearing of one session. All methods are for the event loop; none blocks it.

    ``emit`` gets ``SpeechStarted``, ``SpeechEnded``, ``TurnAssessed``, ``TranscriptPartial``,
    ``TranscriptFinal`` (in the order in which things were said) and ``PartDegraded``.
    """

    def __init__(
        self,
        *,
        session: str,
        language: Language,
        emit: Emit,
        scheduler: RecognitionScheduler,
        listening: ListeningPool,
        voice_activity: VoiceActivityDetector,
        turn_detector: TurnDetector | None = None,
        options: HearingOptions | None = None,
        speaker: Speaker = "candidate",
    ) -> None:
        """Open the session's ears.

        Args:
            session: unique in the process.
            voice_activity: this session's own detector (it keeps state).
            speaker: who is heard. An interviewer's partials are the first to give way under load.

        Raises:
            CapacityError: the recogniser has no room for another session.
        """
        scheduler.open_session(session)
        self._session = session
        self._language: Language = language
        self._speaker: Speaker = speaker
        self._emit = emit
        self._scheduler = scheduler
        self._options = options or HearingOptions()
        self._loop = asyncio.get_running_loop()
        segments = SegmenterOptions(pause_ms=self._options.pause_ms)
        self._lane = listening.open(
            VoiceActivityStream(voice_activity, segments),
            self._deliver,
            turn_detector,
            estimate_wanted=lambda: not self.pressed,
        )
        self._numbers = itertools.count(1)
        self._turns: deque[Turn] = deque()
        """Utterances whose words are not all emitted, in order; the last may still be spoken."""

        self._speaking: Turn | None = None
        self._previous: Window | None = None
        """Audio of the utterance that ended last."""

        self._said = ""
        self._delivered_ms = 0.0
        self._recognised_ms = 0.0
        self._failed_ms = 0.0
        self._settled = asyncio.Event()
        self._settled.set()
        self._accepted = 0
        self._told_late = False
        self._closed = False

    # --- for the session ----------------------------------------------------------------------

    async def accept(self, frame: AudioFrame) -> None:
        """Hear the next frame. Returns at once; with ten seconds not yet looked at it waits.

        Raises:
            MediaError: voice activity detection has failed; the session must reconnect.
        """
        if self._closed:
            return
        self._accepted += 1
        if self._accepted % _LOAD_LOOKED_AT_EVERY == 0:  # in silence, too, it may be over
            self._tell_level()
        await self._lane.put(frame)

    async def drain(self) -> None:
        """Close what is being said here, and return when every word heard so far is emitted."""
        await self._lane.finish()
        await self._settled.wait()

    async def close(self) -> None:
        """Stop hearing. What is not emitted by now is given up: :meth:`drain` first."""
        self._closed = True
        self._scheduler.close_session(self._session)

    @property
    def pressed(self) -> bool:
        """Words are late for want of CPU: whatever else uses it should use less. From any thread."""
        return self._scheduler.level >= _LATE_FROM_LEVEL

    def account(self) -> HearingAccount:
        """Every millisecond received, by where it is. The parts are counted apart from each other."""
        listened = self._lane.account()
        settled_ms = sum(turn.utterance.settled_ms for turn in self._turns if not turn.failed)
        held_ms = sum(turn.utterance.held_ms for turn in self._turns)
        return HearingAccount(
            received_ms=listened.accepted_ms,
            recognised_ms=self._recognised_ms + settled_ms,
            silent_ms=listened.silent_ms,
            failed_ms=self._failed_ms,
            # What the lane has not decided yet, and what is on its way from its thread to us.
            queued_ms=listened.accepted_ms - listened.silent_ms - self._delivered_ms + held_ms,
        )

    # --- what the lane heard ------------------------------------------------------------------

    def _deliver(self, heard: list[Heard | TurnEstimate]) -> None:
        if self._closed:
            return
        for item in heard:
            match item:
                case SpeechOpened(continues=False):
                    self._open(item)
                case SpeechFrame():
                    self._delivered_ms += item.frame.duration_ms
                    if self._speaking is not None:
                        self._speaking.utterance.add(item.frame)
                case SpeechPaused():
                    self._speculate(item.end_ms)
                case SpeechClosed(reason="length"):
                    pass  # nobody stopped speaking: the utterance goes on
                case SpeechClosed():
                    self._close_utterance(item)
                case TurnEstimate():
                    self._emit(
                        TurnAssessed(round(item.probability, 3), round(item.silence_ms), round(item.end_ms))
                    )
        self._look_ahead()

    def _open(self, opened: SpeechOpened) -> None:
        turn = Turn(Utterance(self._new_name(), opened.start_ms, self._options.utterance))
        turn.next_partial_ms = opened.start_ms + self._options.first_partial_ms - 500
        self._speaking = turn
        self._turns.append(turn)
        self._settled.clear()
        self._emit(SpeechStarted(round(opened.start_ms)))

    def _close_utterance(self, closed: SpeechClosed) -> None:
        turn = self._speaking
        if turn is None:
            return
        self._speaking = None
        turn.closed = True
        turn.utterance.voice_end_ms = closed.end_ms
        self._emit(SpeechEnded(round(closed.end_ms)))
        ended = turn.utterance.window()
        self._conclude(turn)
        self._previous = ended

    def _effort(self) -> Effort:
        return self._scheduler.effort(candidate=self._speaker == "candidate")

    def _new_name(self) -> str:
        return f"{self._session}-u{next(self._numbers)}"

    # --- what is recognised when ----------------------------------------------------------------

    def _look_ahead(self) -> None:
        """A partial, if one is due; the head of an utterance, if it has become too long."""
        turn = self._speaking
        if turn is None:
            return
        utterance = turn.utterance
        if utterance.held_ms >= self._options.longest_window_ms:
            self._settle_head(turn)
            return
        effort = self._effort()
        if effort.partial_interval_ms is None or utterance.end_ms < turn.next_partial_ms:
            return
        turn.next_partial_ms = utterance.end_ms + effort.partial_interval_ms
        window = utterance.window()
        # Times are needed only to cut.
        times = window.duration_ms > effort.partial_window_ms
        request = DecodeRequest(window.samples, self._language, "partial", word_times=times)
        number = 0

        def done(outcome: Hypothesis | Exception) -> None:
            if isinstance(outcome, Hypothesis) and number >= turn.latest_guess:
                turn.latest_guess = number
                self._guess(turn, window, outcome, cut=times)

        number = self._submit(request, done)

    def _guess(self, turn: Turn, window: Window, hypothesis: Hypothesis, *, cut: bool) -> None:
        utterance = turn.utterance
        if turn.words is not None or not utterance.guess(window, hypothesis.words, cut=cut):
            return
        committed, tentative = utterance.committed_text, utterance.tentative_text
        if committed or tentative:
            self._emit(
                TranscriptPartial(
                    utterance.name,
                    committed,
                    tentative,
                    round(utterance.onset_ms),
                    round(window.end_ms),
                    self._speaker,
                )
            )

    def _speculate(self, voice_end_ms: float) -> None:
        turn = self._speaking
        if turn is None or turn.heading or not self._effort().speculate:
            return
        window = turn.utterance.window()
        if window.duration_ms >= self._options.longest_window_ms:
            return
        speculation = Speculation(window, voice_end_ms)
        turn.speculation = speculation

        def done(outcome: Hypothesis | Exception) -> None:
            if isinstance(outcome, Exception):
                if turn.speculation is speculation:
                    turn.speculation = None
                if speculation.wanted:
                    self._recognise_rest(turn)
                return
            speculation.hypothesis = outcome
            if speculation.wanted:
                self._finish(turn, window, outcome)
            elif turn.speculation is speculation:
                self._guess(turn, window, outcome, cut=window.duration_ms > self._effort().partial_window_ms)

        context = self._context(turn, window, voice_end_ms)
        speculation.number = self._submit_window(window, "speculative", context, done)
        # What the speculation will say is what a partial would.
        turn.next_partial_ms = turn.utterance.end_ms + (self._effort().partial_interval_ms or 0)

    def _conclude(self, turn: Turn) -> None:
        """The utterance has ended: adopt the speculation if it heard everything, else recognise."""
        self._scheduler.discard_partial(self._session)
        speculation = turn.speculation
        heard_all = speculation is not None and speculation.voice_end_ms == turn.utterance.voice_end_ms
        current = speculation is not None and speculation.window.cuts == turn.utterance.cuts
        if speculation is not None and heard_all and current and not turn.heading:
            if speculation.hypothesis is not None:
                self._finish(turn, speculation.window, speculation.hypothesis)
                return
            speculation.wanted = True
            self._scheduler.promote(speculation.number)
            return
        if not turn.heading:  # else the rest follows when the head is settled
            self._recognise_rest(turn)

    def _recognise_rest(self, turn: Turn, attempt: int = 1) -> None:
        """Recognise what is left of a closed utterance, in pieces if it is too long for one window."""
        if turn.utterance.held_ms > self._options.longest_window_ms:
            self._settle_head(turn)
            return
        window = turn.utterance.window()

        def done(outcome: Hypothesis | Exception) -> None:
            if isinstance(outcome, Hypothesis):
                self._finish(turn, window, outcome)
            elif attempt < self._options.attempts:
                self._recognise_rest(turn, attempt + 1)
            else:
                self._fail(turn, window)

        context = self._context(turn, window, turn.utterance.voice_end_ms)
        self._submit_window(window, "final", context, done)

    def _settle_head(self, turn: Turn, attempt: int = 1) -> None:
        if turn.heading and attempt == 1:
            return
        turn.heading = True
        window = turn.utterance.window(self._options.longest_window_ms)

        def done(outcome: Hypothesis | Exception) -> None:
            if isinstance(outcome, Exception) and attempt < self._options.attempts:
                self._settle_head(turn, attempt + 1)
                return
            turn.heading = False
            turn.speculation = None
            if isinstance(outcome, Exception):
                self._part_failed(outcome)
                outcome = Hypothesis()
            turn.utterance.settle_head(window, outcome.words)
            if turn.closed:
                self._recognise_rest(turn)

        self._submit_window(window, "final", None, done)

    def _context(self, turn: Turn, window: Window, voice_end_ms: float) -> LeftContext | None:
        """The utterance before, where this one is too short to be understood alone."""
        if turn.utterance.cuts:
            return None
        voice_ms = voice_end_ms - turn.utterance.onset_ms
        thorough = self._effort().thorough
        return left_context(self._previous, window, voice_ms, self._options.left_context, thorough=thorough)

    def _submit_window(
        self,
        window: Window,
        kind: DecodeKind,
        context: LeftContext | None,
        done: Callable[[Hypothesis | Exception], None],
    ) -> int:
        thorough = self._effort().thorough
        if context is None:
            prompt = self._said[-self._options.prompt_characters :] if self._options.prompt_characters else ""
            request = DecodeRequest(window.samples, self._language, kind, prompt, thorough=thorough)
            return self._submit(request, done)

        def in_window(outcome: Hypothesis | Exception) -> None:
            if isinstance(outcome, Hypothesis):
                outcome = replace(outcome, words=context.removed(outcome.words))
            done(outcome)

        # What was said before is in the audio now; said twice, it would be taken for a loop.
        request = DecodeRequest(context.before(window), self._language, kind, thorough=thorough)
        return self._submit(request, in_window)

    def _submit(self, request: DecodeRequest, done: Callable[[Hypothesis | Exception], None]) -> int:
        """``done`` is called on the event loop, unless the session is closed by then."""

        def on_loop(outcome: Hypothesis | Exception) -> None:
            if not self._closed:
                done(outcome)

        def in_worker(outcome: Hypothesis | Exception) -> None:
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(on_loop, outcome)

        return self._scheduler.submit(self._session, request, in_worker)

    # --- what was said ------------------------------------------------------------------------

    def _finish(self, turn: Turn, window: Window, hypothesis: Hypothesis) -> None:
        if window.cuts != turn.utterance.cuts:  # an older partial came back in between and cut it
            self._recognise_rest(turn)
            return
        turn.words = turn.utterance.conclude(window, hypothesis.words)
        self._emit_finished()

    def _fail(self, turn: Turn, window: Window) -> None:
        turn.failed = True
        before_ms = turn.utterance.settled_ms
        turn.words = turn.utterance.conclude(window, ())
        self._recognised_ms += before_ms
        self._failed_ms += turn.utterance.settled_ms - before_ms
        self._part_failed(None)
        self._emit_finished()

    def _part_failed(self, error: Exception | None) -> None:
        _log.error("A part of what %s said could not be recognised", self._session, exc_info=error)
        self._emit(PartDegraded("recognition", "missing", "words_lost"))

    def _emit_finished(self) -> None:
        """Finals in the order in which they were spoken."""
        while self._turns and (words := self._turns[0].words) is not None:
            turn = self._turns.popleft()
            utterance = turn.utterance
            if not turn.failed:
                self._recognised_ms += utterance.settled_ms
            if not words:
                continue
            text = text_of(words)
            self._said = f"{self._said} {text}".strip()[-2 * max(1, self._options.prompt_characters) :]
            self._emit(
                TranscriptFinal(
                    utterance=utterance.name,
                    speaker=self._speaker,
                    source="speech",
                    text=text,
                    start_ms=round(utterance.onset_ms),
                    end_ms=round(utterance.voice_end_ms),
                    words=words,
                )
            )
        if not self._turns:
            self._settled.set()

    def _tell_level(self) -> None:
        self._scheduler.effort()  # looks at the load of this moment
        late = self.pressed
        if late != self._told_late:
            self._emit(
                PartDegraded("recognition", "late", "words_late")
                if late
                else PartDegraded("recognition", "ok")
            )
        self._told_late = late
