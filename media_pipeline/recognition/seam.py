"""The seam for speech recognition engines.

An engine turns one window of audio in one language into words. It knows nothing of sessions, of
streaming or of priorities: windows are cut in :mod:`media_pipeline.recognition.utterance`, and put
in order by :mod:`media_pipeline.recognition.scheduler`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from media_pipeline.events import Language, Word

DecodeKind = Literal["final", "speculative", "partial"]
"""``final``: the words that count. ``speculative``: the same effort, made at a short pause in the hope
that nothing follows. ``partial``: the cheapest guess at the words so far."""

Samples = NDArray[np.int16] | NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DecodeRequest:
    """One window of audio to be recognised."""

    samples: Samples
    """16 kHz mono; int16, or float32 within ±1. Any length from nothing to the engine's longest window."""

    language: Language
    kind: DecodeKind = "final"

    prompt: str = ""
    """Text said just before, from accepted finals only. An engine may ignore it."""

    word_times: bool = True
    """Are the times of words wanted? Without them they may be rough, and decoding may be cheaper."""

    thorough: bool = True
    """False: many are waiting, so a final may be recognised with less effort."""

    most_tokens: int | None = None
    """Cap on decoded tokens; None: what the duration of the audio can hold."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What an engine understood. No words: nothing was said, or nothing believable was understood."""

    words: tuple[Word, ...] = ()
    """Times in ms from the window's first sample: in order, within the window, ``start <= end``."""

    no_speech_probability: float | None = None
    """The engine's own opinion that nobody spoke, 0–1; None where it has none."""

    average_log_probability: float | None = None
    """Mean natural log probability of a token; None where the engine has none."""

    cut_short: bool = False
    """The token budget ended the text before the engine did: what follows is missing."""

    rejected: str = ""
    """Why a text was thrown away (``"no_speech"``, ``"stock_phrase"``, ``"repetition"``), else empty."""


class SpeechRecognizer(Protocol):
    """Recognises windows of speech.

    Safe to call from as many threads at once as ``workers`` says; a call takes tens to hundreds of
    milliseconds of CPU and never touches an event loop. The same request gives the same words.
    """

    @property
    def name(self) -> str:
        """Engine and model, for logs and reports."""
        ...

    @property
    def languages(self) -> frozenset[Language]:
        """What it understands."""
        ...

    @property
    def longest_window_ms(self) -> int:
        """Longer windows are refused."""
        ...

    @property
    def workers(self) -> int:
        """How many calls may run at a time."""
        ...

    def decode(self, request: DecodeRequest) -> Hypothesis:
        """Recognise one window.

        Raises:
            InputError: the language is not understood, or the window is too long.
        """
        ...

    def close(self) -> None:
        """Give the model's memory back. No call may be running; none may follow."""
        ...


@runtime_checkable
class BatchRecognizer(SpeechRecognizer, Protocol):
    """An engine for which several windows in one call are cheaper than one after the other."""

    def together(self, request: DecodeRequest) -> Hashable:
        """Requests of which this is equal may be decoded in one call."""
        ...

    def decode_together(self, requests: Sequence[DecodeRequest]) -> list[Hypothesis]:
        """A hypothesis for each window, as :meth:`decode` gives it up to rounding in the last digit.

        Raises:
            InputError: one of them is refused; none was recognised.
        """
        ...
