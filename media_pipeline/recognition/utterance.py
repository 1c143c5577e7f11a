"""One utterance while it is being spoken: its audio not yet settled, and its words. Pure.

The window that is recognised begins at the first word that is not yet frozen. It grows with the
speech; when it gets long it is cut behind a committed word, whose times are then known, and what lies
before the cut is never decoded again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from media_pipeline.audio.frame import SAMPLES_PER_MS, AudioFrame
from media_pipeline.events import Word
from media_pipeline.recognition.agreement import Agreement, AgreementOptions
from media_pipeline.recognition.text import bare, is_clause_end, is_sentence_end, shifted, text_of


@dataclass(frozen=True, slots=True)
class UtteranceOptions:
    """When windows are cut, in ms."""

    keep_ms: float = 1_500
    """Audio that stays behind a cut at least: words near the edge are the least certain."""

    agreement: AgreementOptions = field(default_factory=AgreementOptions)


@dataclass(frozen=True, slots=True)
class Window:
    """A piece of one utterance to be recognised."""

    samples: NDArray[np.int16]
    start_ms: float
    cuts: int
    """How often the utterance had been cut: a window from before a cut has another beginning."""

    @property
    def duration_ms(self) -> float:
        return len(self.samples) / SAMPLES_PER_MS

    @property
    def end_ms(self) -> float:
        return self.start_ms + self.duration_ms


class Utterance:
    """Audio and words of one utterance. Not thread-safe; belongs to its session's event loop."""

    def __init__(self, name: str, onset_ms: float, options: UtteranceOptions | None = None) -> None:
        self.name = name
        self.onset_ms = onset_ms
        self.voice_end_ms = onset_ms
        """End of the last sound taken for voice, as far as known."""

        self._options = options or UtteranceOptions()
        self._frames: list[AudioFrame] = []
        self._frozen: list[Word] = []
        self._agreement = Agreement(options=self._options.agreement)
        self._cuts = 0
        self.held_ms = 0.0
        """Audio that is not settled yet."""

        self.settled_ms = 0.0
        """Audio whose words are frozen."""

    @property
    def cuts(self) -> int:
        """How often its window was cut; a window cut from it tells which beginning it had."""
        return self._cuts

    # --- audio --------------------------------------------------------------------------------

    def add(self, frame: AudioFrame) -> None:
        self._frames.append(frame)
        self.held_ms += frame.duration_ms

    @property
    def end_ms(self) -> float:
        """End of the audio so far."""
        return self._frames[-1].end_ms if self._frames else self.voice_end_ms

    def window(self, most_ms: float | None = None) -> Window:
        """All unsettled audio, or its beginning if that is longer than ``most_ms``."""
        if not self._frames:
            return Window(np.empty(0, np.int16), self.end_ms, self._cuts)
        samples = np.concatenate([frame.samples for frame in self._frames])
        if most_ms is not None:
            samples = samples[: round(most_ms * SAMPLES_PER_MS)]
        return Window(samples, self._frames[0].start_ms, self._cuts)

    # --- words --------------------------------------------------------------------------------

    @property
    def committed_text(self) -> str:
        return text_of([*self._frozen, *self._agreement.committed])

    @property
    def tentative_text(self) -> str:
        return text_of(self._agreement.tentative)

    def guess(self, window: Window, words: Sequence[Word], *, cut: bool = False) -> bool:
        """Take a partial hypothesis. False: it is of a window that has been cut since, and was ignored.

        ``cut``: the window has become too long; cut it behind a committed word, if there is one. The
        hypothesis' times must be exact for that.
        """
        if window.cuts != self._cuts:
            return False
        self._agreement = self._agreement.heard(self._in_session(window, words))
        if cut:
            self._cut_behind_committed(window)
        return True

    def settle_head(self, window: Window, words: Sequence[Word]) -> None:
        """Take the final words of the first part of an utterance too long for one window.

        The last words are left to the next window: its context is theirs.
        """
        if window.cuts != self._cuts:
            return
        concluded = self._agreement.concluded(self._in_session(window, words))
        limit_ms = window.end_ms - self._options.keep_ms
        count = max(
            len(self._agreement.committed),
            _best_cut([word for word in concluded if word.end_ms <= limit_ms]),
        )
        if count == 0:
            self._drop_audio(limit_ms)
            return
        self._agreement = Agreement(concluded[:count], (), self._options.agreement)
        self._freeze(window, count, concluded[count:])

    def conclude(self, window: Window, words: Sequence[Word]) -> tuple[Word, ...]:
        """All words of the utterance in session time, the window's hypothesis being the last one.

        Its text begins with everything that was committed.
        """
        rest = self._agreement.concluded(self._in_session(window, words))
        self.settled_ms += self.held_ms
        self.held_ms = 0.0
        self._frames.clear()
        return self._within_speech([*self._frozen, *rest])

    # --- inside -------------------------------------------------------------------------------

    def _in_session(self, window: Window, words: Sequence[Word]) -> tuple[Word, ...]:
        """A hypothesis in session time, without what belongs to the window before."""
        in_session = shifted(words, window.start_ms)
        # The end of the word before a cut may be heard as that word again. A character said twice
        # (谢谢) is common where words are characters, so those are left.
        if in_session and self._frozen and not self._agreement.committed:
            last, first = bare(self._frozen[-1].text), in_session[0]
            if last.isascii() and bare(first.text) == last and first.end_ms - window.start_ms < 300:
                return in_session[1:]
        return in_session

    def _cut_behind_committed(self, window: Window) -> None:
        committed = self._agreement.committed
        limit_ms = window.end_ms - self._options.keep_ms
        count = _best_cut([word for word in committed if word.end_ms <= limit_ms])
        if count:
            self._freeze(window, count, committed[count:] or self._agreement.tentative)

    def _freeze(self, window: Window, count: int, following: Sequence[Word]) -> None:
        """The first ``count`` committed words are final; the window shall begin behind them."""
        words = self._agreement.committed
        cut_ms: float = words[count - 1].end_ms
        if following:
            cut_ms = (cut_ms + max(cut_ms, following[0].start_ms)) / 2
        self._frozen += words[:count]
        self._agreement = self._agreement.cut_after(count)
        self._drop_audio(min(cut_ms, window.end_ms))

    def _drop_audio(self, before_ms: float) -> None:
        """Settle the audio before a moment, to the sample."""
        frames = self._frames
        index = 0
        while index < len(frames) and frames[index].end_ms <= before_ms:
            index += 1
        kept = frames[index:]
        if kept and kept[0].start_ms < before_ms:
            first = kept[0]
            inside = round((before_ms - first.start_ms) * SAMPLES_PER_MS)
            start_ms = first.start_ms + inside / SAMPLES_PER_MS
            kept[0] = AudioFrame(first.samples[inside:], start_ms, first.concealed)
        held_ms = sum(frame.duration_ms for frame in kept)
        self.settled_ms += self.held_ms - held_ms
        self.held_ms = held_ms
        self._frames = kept
        self._cuts += 1

    def _within_speech(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """No word begins before the voice did, or ends after it (some slack for a late detector)."""
        earliest = round(self.onset_ms) - 100
        latest = max(round(self.voice_end_ms) + 200, earliest)
        bounded = []
        for word in words:
            start = min(max(word.start_ms, earliest), latest)
            bounded.append(Word(word.text, start, min(max(word.end_ms, start), latest), word.probability))
        return tuple(bounded)


def _best_cut(words: Sequence[Word]) -> int:
    """How many of these words to freeze: up to a sentence's end, else a clause's, else a gap. 0: none.

    Looks at the later half only, so that a cut is worth its while.
    """
    if not words:
        return 0
    half = len(words) // 2
    for ends in (is_sentence_end, is_clause_end):
        for index in range(len(words) - 1, half - 1, -1):
            if ends(words[index].text):
                return index + 1
    gaps = [
        (words[index + 1].start_ms - words[index].end_ms, index)
        for index in range(half, len(words) - 1)
    ]  # fmt: skip
    if gaps:
        gap, index = max(gaps)
        if gap >= 60:
            return index + 1
    return len(words)
