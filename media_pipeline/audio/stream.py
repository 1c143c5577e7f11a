"""One candidate's frames in, segments of speech out.

How the hearing side uses it, usually through :mod:`media_pipeline.audio.worker`, which runs it off
the event loop::

    stream = VoiceActivityStream(gated_silero(model))
    for item in stream.accept(frame):
        match item:
            case SpeechOpened():  # a segment begins: its frames follow, 0.5 s of pre-roll first
            case SpeechFrame():   # audio of the open segment, each frame of a session at most once
            case SpeechPaused():  # a short silence: the segment may be about to end
            case SpeechClosed():  # it ended at item.end_ms; the frames until now (the tail) were given out
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from media_pipeline.audio import segmenter
from media_pipeline.audio.frame import SAMPLES_PER_MS, AudioFrame
from media_pipeline.audio.segmenter import Began, Boundary, Ceased, SegmenterOptions, SegmenterState
from media_pipeline.audio.voice_activity import ScoredSpan, VoiceActivityDetector


@dataclass(frozen=True, slots=True)
class SpeechOpened:
    """A segment begins. ``start_ms`` is the onset; its first frame may be up to the pre-roll earlier."""

    start_ms: float
    continues: bool = False
    """No pause before it: the segment before had reached the greatest length."""


@dataclass(frozen=True, slots=True)
class SpeechFrame:
    """Audio of the open segment."""

    frame: AudioFrame


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """A short silence inside the open segment: last voiced sound at ``end_ms``. More speech may follow.

    If the segment then closes with the same ``end_ms``, nothing was said in between.
    """

    end_ms: float


@dataclass(frozen=True, slots=True)
class SpeechClosed:
    """The segment is over: last voiced sound at ``end_ms``, decided at ``decided_ms`` (media time).

    ``voiced_ms`` tells a word from a noise that slipped through. After ``reason == "length"`` the
    next segment opens at once and nobody has stopped speaking.
    """

    start_ms: float
    end_ms: float
    decided_ms: float
    voiced_ms: float
    reason: Literal["silence", "length", "stream_end"]


Heard = SpeechOpened | SpeechFrame | SpeechPaused | SpeechClosed

LARGEST_BATCH: Final = 3
"""Frames decided upon together. What comes after a segment's end in a batch counts as its tail, so a
batch must stay far shorter than any silence that ends one."""

LARGEST_JUMP_MS: Final = 60
"""Frames further apart than this are two streams (a new connection), nearer ones are clock jitter."""


class VoiceActivityStream:
    """Frames of one session through a detector and the segmenter. One thread at a time, no clock.

    Each frame comes out at most once and in order. Silence between segments does not come out: its
    amount is ``silent_ms``, so ``accepted_ms == spoken_ms + silent_ms + waiting_ms`` at any time.
    """

    def __init__(self, detector: VoiceActivityDetector, options: SegmenterOptions | None = None) -> None:
        self._detector = detector
        self._options = options or SegmenterOptions()
        self._state: SegmenterState | None = None
        self._recent: deque[AudioFrame] = deque()
        self._next_ms = 0.0
        self._opened_ms = 0.0
        self.accepted_ms = 0.0
        self.spoken_ms = 0.0
        self.silent_ms = 0.0

    @property
    def speaking(self) -> bool:
        return self._state is not None and self._state.speaking

    @property
    def waiting_ms(self) -> float:
        """Audio kept back because speech may yet begin (pre-roll)."""
        return sum(frame.duration_ms for frame in self._recent)

    def accept(self, frame: AudioFrame) -> list[Heard]:
        """Take the next frame; a jump in media time ends what was open and starts afresh."""
        return self.accept_batch([frame])

    def accept_batch(self, frames: Sequence[AudioFrame]) -> list[Heard]:
        """The same for several, for less than the price of one each; a few: see LARGEST_BATCH."""
        heard: list[Heard] = []
        together: list[AudioFrame] = []
        for frame in frames:
            if self._state is not None and abs(frame.start_ms - self._next_ms) > LARGEST_JUMP_MS:
                heard += self._take(together)
                together = []
                heard += self.flush()
            elif len(together) == LARGEST_BATCH:
                heard += self._take(together)
                together = []
            if self._state is None:
                self._state = SegmenterState(frame.start_ms)
            self._next_ms = frame.end_ms
            together.append(frame)
        return heard + self._take(together)

    def _take(self, frames: Sequence[AudioFrame]) -> list[Heard]:
        if not frames or self._state is None:
            return []
        self.accepted_ms += sum(frame.duration_ms for frame in frames)
        heard: list[Heard] = []
        if self._state.speaking:
            heard += [self._give(frame) for frame in frames]
        else:
            self._recent.extend(frames)
        samples = frames[0].samples if len(frames) == 1 else np.concatenate([f.samples for f in frames])
        heard += self._decide(self._detector.accept(samples))
        self._forget_old()
        return heard

    def flush(self) -> list[Heard]:
        """The stream ends or breaks here: score the rest and close what is open."""
        heard = self._decide(self._detector.flush())
        if self._state is not None:
            self._state, boundaries = segmenter.finish(self._state)
            heard += self._report(boundaries)
            self._state = None
        while self._recent:
            self.silent_ms += self._recent.popleft().duration_ms
        return heard

    def _decide(self, spans: Iterable[ScoredSpan]) -> list[Heard]:
        heard: list[Heard] = []
        for span in spans:
            if self._state is None:  # cannot be: spans come only from accepted frames
                break
            self._state, boundaries = segmenter.advance(
                self._state, span.samples / SAMPLES_PER_MS, span.probability, self._options
            )
            heard += self._report(boundaries)
        return heard

    def _report(self, boundaries: Iterable[Boundary]) -> list[Heard]:
        heard: list[Heard] = []
        for boundary in boundaries:
            if isinstance(boundary, Began):
                self._opened_ms = boundary.start_ms
                heard.append(SpeechOpened(boundary.start_ms, boundary.continues))
                self._forget_old()
                heard += [self._give(frame) for frame in self._recent]
                self._recent.clear()
            elif not isinstance(boundary, Ceased):
                heard.append(SpeechPaused(boundary.end_ms))
            else:
                decided_ms = self._state.now_ms if self._state is not None else boundary.end_ms
                heard.append(
                    SpeechClosed(
                        self._opened_ms, boundary.end_ms, decided_ms, boundary.voiced_ms, boundary.reason
                    )
                )
        return heard

    def _give(self, frame: AudioFrame) -> SpeechFrame:
        self.spoken_ms += frame.duration_ms
        return SpeechFrame(frame)

    def _forget_old(self) -> None:
        """Keep what a pre-roll may still need: counted back from the onset, if one is under way."""
        state = self._state
        if state is None:
            return
        since_ms = state.onset_ms if state.voiced_ms else state.now_ms
        keep_from_ms = since_ms - self._options.pre_roll_ms
        while self._recent and self._recent[0].end_ms <= keep_from_ms:
            self.silent_ms += self._recent.popleft().duration_ms
