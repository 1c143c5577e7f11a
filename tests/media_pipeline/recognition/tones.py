"""Speech that a test can read: every word is a stretch of one sample value, and an engine that hears it.

``said([3, None, 4])`` is word 3, a pause, word 4. What is recognised can be compared exactly with what was
said, so that nothing lost and nothing doubled is more than a hope.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Hashable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from media_pipeline.audio.frame import FRAME_SAMPLES, SAMPLES_PER_MS, AudioFrame
from media_pipeline.audio.voice_activity import ScoredSpan
from media_pipeline.events import Language, Word
from media_pipeline.recognition.seam import DecodeKind, DecodeRequest, Hypothesis

WORD_MS = 320
GAP_MS = 80


def said(words: Iterable[int | None], word_ms: int = WORD_MS, pause_ms: int = 1_000) -> NDArray[np.int16]:
    """Word ``n`` is heard as ``wn``; None is a pause."""
    pieces = [np.zeros(0, np.int16)]
    for word in words:
        if word is None:
            pieces.append(np.zeros(pause_ms * SAMPLES_PER_MS, np.int16))
        else:
            pieces.append(np.full(word_ms * SAMPLES_PER_MS, 1_000 + word, np.int16))
            pieces.append(np.zeros(GAP_MS * SAMPLES_PER_MS, np.int16))
    return np.concatenate(pieces)


def frames(samples: NDArray[np.int16], start_ms: float = 0.0) -> list[AudioFrame]:
    return [
        AudioFrame(samples[at : at + FRAME_SAMPLES], start_ms + at / SAMPLES_PER_MS)
        for at in range(0, len(samples), FRAME_SAMPLES)
    ]


def heard_in(samples: NDArray[np.int16] | NDArray[np.float32]) -> tuple[Word, ...]:
    """The words in a window; one of which less than half is there is heard wrongly, as its own beginning."""
    values = np.asarray(samples).astype(np.int64)
    edges = np.flatnonzero(np.diff(values, prepend=0, append=0))
    words = []
    for start, end in itertools.pairwise(edges):
        value = int(values[start])
        if value == 0:
            continue
        whole = end - start >= WORD_MS * SAMPLES_PER_MS // 2
        text = f"w{value - 1_000}" if whole else f"part{value - 1_000}"
        words.append(Word(text, round(start / SAMPLES_PER_MS), round(end / SAMPLES_PER_MS), 0.9))
    return tuple(words)


class TonesRecognizer:
    """A ``SpeechRecognizer`` for such speech. Clearing ``go`` stops it, ``failing`` calls fail, and
    those of a kind in ``held`` wait for its event."""

    def __init__(self, workers: int = 1) -> None:
        self.name = "tones"
        self.languages: frozenset[Language] = frozenset({"en", "zh"})
        self.longest_window_ms = 30_000
        self.workers = workers
        self.requests: list[DecodeRequest] = []
        self.failing = 0
        self.begun: list[DecodeKind] = []
        self.held: dict[DecodeKind, threading.Event] = {}
        self.go = threading.Event()
        self.go.set()
        self._lock = threading.Lock()

    def decode(self, request: DecodeRequest) -> Hypothesis:
        self.go.wait()
        self.begun.append(request.kind)
        if request.kind in self.held:
            self.held[request.kind].wait()
        with self._lock:
            self.requests.append(request)
            if self.failing:
                self.failing -= 1
                raise RuntimeError("the model fell over")
        return Hypothesis(heard_in(request.samples), 0.0, -0.1)

    def close(self) -> None:
        pass


class ChoirRecognizer(TonesRecognizer):
    """A ``BatchRecognizer``: windows of one language go together. ``calls`` says how many at a time;
    a call in which one of the ``unbearable`` words is heard fails."""

    def __init__(self, workers: int = 1) -> None:
        super().__init__(workers)
        self.calls: list[int] = []
        self.unbearable: set[str] = set()

    def together(self, request: DecodeRequest) -> Hashable:
        return request.language

    def decode(self, request: DecodeRequest) -> Hypothesis:
        return self.decode_together([request])[0]

    def decode_together(self, requests: Sequence[DecodeRequest]) -> list[Hypothesis]:
        self.calls.append(len(requests))
        heard = [super(ChoirRecognizer, self).decode(request) for request in requests]
        if self.unbearable & {word.text for hypothesis in heard for word in hypothesis.words}:
            raise RuntimeError("the model fell over")
        return heard


class ToneActivity:
    """A ``VoiceActivityDetector``: whatever is not silent is voice."""

    def __init__(self) -> None:
        self._rest = np.empty(0, np.int16)

    def accept(self, samples: NDArray[np.int16]) -> list[ScoredSpan]:
        self._rest = np.concatenate((self._rest, samples))
        spans = []
        while len(self._rest) >= FRAME_SAMPLES:
            block, self._rest = self._rest[:FRAME_SAMPLES], self._rest[FRAME_SAMPLES:]
            spans.append(ScoredSpan(FRAME_SAMPLES, float(block.any())))
        return spans

    def flush(self) -> list[ScoredSpan]:
        rest, self._rest = self._rest, np.empty(0, np.int16)
        return [ScoredSpan(len(rest), float(rest.any()))] if len(rest) else []


def texts(words: Sequence[Word]) -> list[str]:
    return [word.text for word in words]
