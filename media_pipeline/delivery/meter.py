"""Delivery of one candidate, measured as the interview goes on. Pure: every time is passed in.

Feed it the interview's events with their session times, and the frames of the candidate's speech;
ask when a figure is wanted (every few seconds, and when an answer ends)::

    meter = DeliveryMeter("en")
    meter.observe(event, at_ms)      # everything of the log, in order; what it does not need it ignores
    meter.levels(frame)              # every frame heard; those of speech are measured
    measured = meter.measure(now_ms) # -> DeliveryMeasured about the answer under way, or the last one

What each figure means is written at :meth:`DeliveryMeter.measure` and in docs/turn-taking.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from media_pipeline import events as ev
from media_pipeline.audio.frame import AudioFrame
from media_pipeline.delivery.running import MINUTE_MS, Pace, Volume
from media_pipeline.delivery.units import PACE_UNIT, count_fillers, count_units

LEAST_FILLER_SPEECH_MS = 15_000
"""Less speech says nothing about fillers."""


@dataclass(slots=True)
class _Answer:
    """What is counted anew in each answer; all times in session ms."""

    asked_ms: float | None = None
    """When the floor became the candidate's: question asked, our voice silent."""

    started_ms: float | None = None
    ended_ms: float | None = None
    first_speech_ms: float | None = None
    last_end_ms: float | None = None
    speech_ms: float = 0.0
    pause_ms: float = 0.0
    longest_pause_ms: float = 0.0
    our_voice_in_pause_ms: float = 0.0
    fillers: int = 0
    transcribed_ms: float = 0.0


@dataclass(slots=True)
class DeliveryMeter:
    language: ev.Language
    _pace: Pace = field(default_factory=Pace)
    _volume: Volume = field(default_factory=Volume)
    _answer: _Answer = field(default_factory=_Answer)
    _speaking_since_ms: float | None = None
    _our_voice_since_ms: float | None = None
    _candidate_ms: float = 0.0
    _ours_ms: float = 0.0

    # --- what happens ---------------------------------------------------------------------------

    def observe(self, event: ev.Event, at_ms: float) -> None:
        """Take one event of the interview's log; ``at_ms`` is its record's session time."""
        match event:
            case ev.QuestionAsked():
                self.question_asked(at_ms)
            case ev.AnswerStarted():
                self.answer_started(at_ms)
            case ev.AnswerEnded():
                self.answer_ended(at_ms)
            case ev.SpeechStarted(start_ms):
                self.speech_started(start_ms)
            case ev.SpeechEnded(end_ms):
                self.speech_ended(end_ms)
            case ev.SpeechOutStarted(spoken_by="server" | "browser"):
                self.our_voice_started(at_ms)
            case ev.SpeechOutEnded():
                self.our_voice_ended(at_ms)
            case ev.TranscriptFinal():
                self.word(event)
            case _:
                pass

    def question_asked(self, at_ms: float) -> None:
        """A new question: what is counted per answer begins again, baselines stay."""
        self._answer = _Answer(asked_ms=at_ms)
        self._pace.next_answer()
        self._volume.next_answer()

    def answer_started(self, at_ms: float) -> None:
        if self._answer.started_ms is None:
            self._answer.started_ms = at_ms

    def answer_ended(self, at_ms: float) -> None:
        self._answer.ended_ms = at_ms

    def speech_started(self, start_ms: float) -> None:
        """The candidate began to speak (media time)."""
        if self._speaking_since_ms is not None:
            return
        self._speaking_since_ms = start_ms
        answer = self._answer
        if answer.first_speech_ms is None:
            answer.first_speech_ms = start_ms
        if answer.last_end_ms is not None:
            ours_ms = answer.our_voice_in_pause_ms
            if self._our_voice_since_ms is not None:
                ours_ms += max(0.0, start_ms - max(self._our_voice_since_ms, answer.last_end_ms))
            # While we speak the candidate listens: that is no pause of theirs.
            pause_ms = max(0.0, start_ms - answer.last_end_ms - ours_ms)
            answer.pause_ms += pause_ms
            answer.longest_pause_ms = max(answer.longest_pause_ms, pause_ms)
        answer.our_voice_in_pause_ms = 0.0

    def speech_ended(self, end_ms: float) -> None:
        if self._speaking_since_ms is None:
            return
        length_ms = max(0.0, end_ms - self._speaking_since_ms)
        self._speaking_since_ms = None
        self._answer.speech_ms += length_ms
        self._answer.last_end_ms = end_ms
        self._candidate_ms += length_ms

    def our_voice_started(self, at_ms: float) -> None:
        if self._our_voice_since_ms is None:
            self._our_voice_since_ms = at_ms

    def our_voice_ended(self, at_ms: float) -> None:
        if self._our_voice_since_ms is None:
            return
        began_ms, self._our_voice_since_ms = self._our_voice_since_ms, None
        self._ours_ms += max(0.0, at_ms - began_ms)
        answer = self._answer
        if answer.last_end_ms is not None and self._speaking_since_ms is None:
            answer.our_voice_in_pause_ms += max(0.0, at_ms - max(began_ms, answer.last_end_ms))
        if answer.first_speech_ms is None and answer.asked_ms is not None:
            answer.asked_ms = max(answer.asked_ms, at_ms)

    def word(self, final: ev.TranscriptFinal) -> None:
        """Words of the candidate; typed ones and those over our voice say nothing about delivery."""
        if final.speaker != "candidate" or final.source != "speech" or final.overlap:
            return
        start_ms, end_ms = final.start_ms, final.end_ms
        if final.words:
            start_ms, end_ms = final.words[0].start_ms, final.words[-1].end_ms
        length_ms = max(0, end_ms - start_ms)
        self._pace.add(count_units(final.text, self.language), length_ms)
        self._answer.fillers += count_fillers(final.text, self.language)
        self._answer.transcribed_ms += length_ms

    def levels(self, frame: AudioFrame) -> None:
        """A frame of the candidate's audio; silence and made-up audio (a lost packet) are left out."""
        speaking_since_ms = self._speaking_since_ms
        if speaking_since_ms is not None and frame.end_ms > speaking_since_ms and not frame.concealed:
            self._volume.add(frame.samples, frame.duration_ms)

    # --- what it comes to -----------------------------------------------------------------------

    def measure(self, now_ms: float) -> ev.DeliveryMeasured:
        """The figures at ``now_ms``; None where there is not enough to say.

        * ``pace``: words (Chinese: characters) a minute of speech, over the last 20 s of speech of this
          answer; ``pace_baseline``: the same over the person's first 90 s, practice included.
        * ``pause_share``: share of silence between the answer's first and last sound (without the time
          we spoke); ``longest_pause_ms``: the longest of those silences.
        * ``volume_dbfs``: active speech level of the last 20 s of speech; its baseline: the first 60 s.
        * ``clipping_share``: share of this answer's samples at the end of the range.
        * ``talk_share``: the candidate's speech of all that was spoken so far, ours included.
        * ``reaction_ms``: from the floor being the candidate's (question asked and spoken) to the first
          sound; think time is inside it. ``answer_ms``: from the answer's start to its end or now.
        * ``fillers_per_minute``: at least so many; None where the recogniser wrote none down, see
          :func:`media_pipeline.delivery.units.count_fillers`.
        """
        answer = self._answer
        return ev.DeliveryMeasured(
            pace=_rounded(self._pace.per_minute),
            pace_unit=PACE_UNIT[self.language],
            pace_baseline=_rounded(self._pace.baseline_per_minute),
            pause_share=_rounded(self._pause_share(now_ms), 3),
            longest_pause_ms=round(answer.longest_pause_ms) if answer.last_end_ms is not None else None,
            volume_dbfs=_rounded(self._volume.dbfs),
            volume_baseline_dbfs=_rounded(self._volume.baseline_dbfs),
            clipping_share=_rounded(self._volume.clipping_share, 5),
            talk_share=_rounded(self._talk_share(now_ms), 3),
            reaction_ms=self._reaction_ms(),
            answer_ms=self._answer_ms(now_ms),
            fillers_per_minute=_rounded(self._fillers_per_minute()),
        )

    def _speech_under_way_ms(self, now_ms: float) -> float:
        return 0.0 if self._speaking_since_ms is None else max(0.0, now_ms - self._speaking_since_ms)

    def _pause_share(self, now_ms: float) -> float | None:
        answer = self._answer
        voiced_ms = answer.speech_ms + self._speech_under_way_ms(now_ms)
        if voiced_ms <= 0:
            return None
        return answer.pause_ms / (answer.pause_ms + voiced_ms)

    def _talk_share(self, now_ms: float) -> float | None:
        theirs_ms = self._candidate_ms + self._speech_under_way_ms(now_ms)
        ours_ms = self._ours_ms
        if self._our_voice_since_ms is not None:
            ours_ms += max(0.0, now_ms - self._our_voice_since_ms)
        total_ms = theirs_ms + ours_ms
        return theirs_ms / total_ms if total_ms > 0 else None

    def _reaction_ms(self) -> int | None:
        answer = self._answer
        if answer.first_speech_ms is None or answer.asked_ms is None:
            return None
        return round(max(0.0, answer.first_speech_ms - answer.asked_ms))

    def _answer_ms(self, now_ms: float) -> int | None:
        answer = self._answer
        if answer.started_ms is None:
            return None
        end_ms = now_ms if answer.ended_ms is None else answer.ended_ms
        return round(max(0.0, end_ms - answer.started_ms))

    def _fillers_per_minute(self) -> float | None:
        answer = self._answer
        if answer.transcribed_ms < LEAST_FILLER_SPEECH_MS or answer.fillers == 0:
            return None  # none written down is not none spoken
        return answer.fillers / answer.transcribed_ms * MINUTE_MS


def _rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)
