"""Whisper through CTranslate2, on windows as long as the speech instead of 30 s.

``faster_whisper.WhisperModel.transcribe`` pads every call to 30 s, tries up to six temperatures and
decodes lazily wherever its result is iterated. Here the model's own ``encode`` and ``generate`` are
called on short windows: the encoder's cost follows the window (110 ms for 8 s, 1000 ms for 30 s of
one core), the decoder's the number of tokens (6 ms each).

A window without silence behind the speech makes Whisper loop, so every window ends in silence, the
decoder may write timestamps (it then stops where the speech does), its tokens are capped by the
duration, and a text that repeats itself is decoded again with more silence.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import ctranslate2
import numpy as np
import tokenizers
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from media_pipeline.errors import InputError, ModelError
from media_pipeline.events import Language, Word
from media_pipeline.recognition.guards import (
    GuardOptions,
    is_stock_phrase,
    is_unbelievable,
    repetition_at,
    token_budget,
)
from media_pipeline.recognition.seam import DecodeRequest, Hypothesis, Samples
from media_pipeline.recognition.text import bare, simplified, text_of

SAMPLE_RATE: Final = 16_000
HOP: Final = 160
MEL_FRAMES_PER_SECOND: Final = 100
ENCODED_MS: Final = 20
"""One frame of the encoder's output."""

QUIETEST: Final = 16 / 32_768
"""A window that never gets louder (-66 dBFS) is silence; digital silence makes Whisper invent sentences."""

Mel = NDArray[np.float32]
Device = Literal["cpu", "cuda", "auto"]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    """How the model is loaded and how hard it tries."""

    device: Device = "cpu"
    compute_type: str = "int8"
    workers: int = 0
    """Calls at a time; 0: one a core this process may use."""

    threads_per_worker: int = 1
    """More make one call faster and all together slower."""

    niceness: int = 0
    """How far decoding steps back from other programs (Linux; 0–19). Not above 0 where other programs
    compete for the cores: a thread that waits for a core may hold the interpreter's lock, and then the
    event loop waits with it (docs/benchmarks.md, "Whole interviews")."""

    silence_behind_ms: int = 2_000
    """Silence that ends every window."""

    partial_window_ms: int = 3_000
    """Least window of a partial, and of a final while there is no time for more."""

    final_window_ms: int = 15_000
    """Least window of a thorough final, and of the second try after a loop: what Whisper hears gets better
    the nearer its window comes to the 30 s it was trained on."""

    longest_window_ms: int = 29_000
    """Whisper hears 30 s at once."""

    final_beam: int = 2
    """Of thorough finals; everything else is decoded greedily."""

    guards: GuardOptions = field(default_factory=GuardOptions)


@dataclass(frozen=True, slots=True)
class _Decoded:
    tokens: list[int]
    average_log_probability: float
    no_speech_probability: float
    cut_short: bool


def usable_cores() -> int:
    """Cores this process may run on (an affinity mask counts)."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class WhisperRecognizer:
    """``SpeechRecognizer`` over a CTranslate2 Whisper model of any size."""

    def __init__(self, folder: Path, options: WhisperOptions | None = None) -> None:
        """Load the model: about a second for base.

        Args:
            folder: ``model.bin``, ``config.json``, ``tokenizer.json`` and the vocabulary.
            options: defaults are measured for the base model on CPU.

        Raises:
            ModelError: a file is missing or cannot be read.
        """
        self._options = options or WhisperOptions()
        self._workers = self._options.workers or usable_cores()
        self._folder = folder
        for name in ("model.bin", "config.json", "tokenizer.json"):
            if not (folder / name).is_file():
                raise ModelError(f"The recognition model lacks {folder / name}: run `viva models`.")
        try:
            tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._model = _in_nice_thread(self._load, self._options.niceness)
        except Exception as error:
            raise ModelError(f"The recognition model in {folder} cannot be loaded: {error}") from error
        if self._model.is_multilingual:
            self._tokenizers: dict[Language, Tokenizer] = {
                language: Tokenizer(tokenizer, True, "transcribe", language) for language in ("en", "zh")
            }
        else:
            self._tokenizers = {"en": Tokenizer(tokenizer, False)}
        self._features = FeatureExtractor(feature_size=self._model.n_mels)
        # Several windows at a time are the parallelism here. OpenBLAS' own threads would only spin
        # between the spectra of two windows (27 % of all CPU, measured).
        threadpool_limits(1, user_api="blas")

    def _load(self) -> Any:
        return ctranslate2.models.Whisper(
            str(self._folder),
            device=self._options.device,
            compute_type=self._options.compute_type,
            inter_threads=self._workers,
            intra_threads=self._options.threads_per_worker,
        )

    @property
    def name(self) -> str:
        return f"whisper {self._folder.name} {self._options.compute_type}"

    @property
    def languages(self) -> frozenset[Language]:
        return frozenset(self._tokenizers)

    @property
    def longest_window_ms(self) -> int:
        return self._options.longest_window_ms

    @property
    def workers(self) -> int:
        return self._workers

    def close(self) -> None:
        self._model.unload_model()

    def decode(self, request: DecodeRequest) -> Hypothesis:
        tokenizer = self._tokenizers.get(request.language)
        if tokenizer is None:
            raise InputError(f"The model {self._folder.name} does not understand {request.language!r}.")
        duration_ms = len(request.samples) / SAMPLE_RATE * 1000
        if duration_ms > self.longest_window_ms:
            raise InputError(f"A window of {duration_ms:.0f} ms is longer than {self.longest_window_ms} ms.")
        if duration_ms < ENCODED_MS:
            return Hypothesis()
        samples = as_float(request.samples)
        if np.abs(samples).max() < QUIETEST:
            return Hypothesis(no_speech_probability=1.0, rejected="no_speech")
        options = self._options
        thorough = request.kind != "partial" and request.thorough
        least_ms = options.final_window_ms if thorough else options.partial_window_ms
        encoded, decoded, repeats = self._attempt(samples, request, options.silence_behind_ms, least_ms)
        if repeats is not None or (decoded.cut_short and request.most_tokens is None):
            # Once more, with so much silence that it finds the end.
            silence_ms = 3 * options.silence_behind_ms
            encoded, decoded, repeats = self._attempt(samples, request, silence_ms, options.final_window_ms)
        tokens = [token for token in decoded.tokens if token < tokenizer.eot]
        if repeats is not None:
            tokens = tokens[:repeats]
        return self._hypothesis(request, encoded, decoded, tokens)

    def _attempt(
        self,
        samples: NDArray[np.float32],
        request: DecodeRequest,
        silence_ms: int,
        least_window_ms: int,
    ) -> tuple[Any, _Decoded, int | None]:
        """The encoder's output, the tokens, and where these begin to repeat themselves, if they do."""
        tokenizer = self._tokenizers[request.language]
        duration_ms = len(samples) / SAMPLE_RATE * 1000
        window_ms = min(30_000, max(least_window_ms, math.ceil((duration_ms + silence_ms) / 100) * 100))
        mel = self._mel(samples, window_ms)
        encoded = self._model.encode(ctranslate2.StorageView.from_array(mel), to_cpu=False)
        decoded = self._generate(encoded, request, tokenizer, duration_ms)
        text_tokens = [token for token in decoded.tokens if token < tokenizer.eot]
        return encoded, decoded, repetition_at([str(token) for token in text_tokens], shortest=6)

    def _mel(self, samples: NDArray[np.float32], window_ms: int) -> Mel:
        window = np.zeros(window_ms * SAMPLE_RATE // 1000, np.float32)
        window[: len(samples)] = samples[: len(window)]
        spectrum = self._features(window, padding=0)
        frames = window_ms * MEL_FRAMES_PER_SECOND // 1000
        return np.ascontiguousarray(spectrum[np.newaxis, :, :frames], dtype=np.float32)

    def _generate(
        self, encoded: Any, request: DecodeRequest, tokenizer: Tokenizer, duration_ms: float
    ) -> _Decoded:
        budget = request.most_tokens or token_budget(duration_ms, self._options.guards)
        prompt = self._prompt(request, tokenizer)
        limit = min(224, max(budget + 1, len(prompt)))
        result = self._model.generate(
            encoded,
            [prompt],
            beam_size=self._options.final_beam if request.kind != "partial" and request.thorough else 1,
            sampling_temperature=0,
            # CTranslate2 takes half of it for the prompt and half for the text (with timestamps).
            max_length=2 * limit,
            return_scores=True,
            return_no_speech_prob=True,
            max_initial_timestamp_index=50,
        )[0]
        tokens: list[int] = result.sequences_ids[0]
        return _Decoded(
            tokens, float(result.scores[0]), float(result.no_speech_prob), cut_short=len(tokens) >= limit
        )

    def _prompt(self, request: DecodeRequest, tokenizer: Tokenizer) -> list[int]:
        sequence: list[int] = list(tokenizer.sot_sequence)
        said = tokenizer.encode(" " + request.prompt.strip())[-60:] if request.prompt.strip() else []
        return [tokenizer.sot_prev, *said, *sequence] if said else sequence

    def _hypothesis(
        self, request: DecodeRequest, encoded: Any, decoded: _Decoded, tokens: list[int]
    ) -> Hypothesis:
        tokenizer = self._tokenizers[request.language]
        duration_ms = len(request.samples) / SAMPLE_RATE * 1000

        def rejected(reason: str) -> Hypothesis:
            return Hypothesis(
                (), decoded.no_speech_probability, decoded.average_log_probability, decoded.cut_short, reason
            )

        guards = self._options.guards
        if is_unbelievable(decoded.no_speech_probability, decoded.average_log_probability, guards):
            return rejected("no_speech")
        text = simplified(tokenizer.decode(tokens)).strip()
        if not bare(text):
            return rejected("")
        if is_stock_phrase(text, request.language):
            return rejected("stock_phrase")
        pieces = _pieces(tokenizer, tokens)
        times = None
        if request.word_times:
            times = self._aligned(tokenizer, encoded, tokens, pieces, duration_ms)
        if times is None:
            times = _spread(pieces, duration_ms)
        words = _words(pieces, times, duration_ms)
        if not text_of(words):
            return rejected("")
        return Hypothesis(
            words, decoded.no_speech_probability, decoded.average_log_probability, decoded.cut_short
        )

    def _aligned(
        self,
        tokenizer: Tokenizer,
        encoded: Any,
        tokens: list[int],
        pieces: Sequence[_Piece],
        duration_ms: float,
    ) -> list[_Time] | None:
        """Times from the cross-attention of the model's alignment heads (dynamic time warping)."""
        mel_frames = max(2, math.ceil(duration_ms / 1000 * MEL_FRAMES_PER_SECOND))
        result = self._model.align(encoded, tokenizer.sot_sequence, [tokens], mel_frames)[0]
        first_frame: dict[int, int] = {}
        for token_index, frame in result.alignments:
            first_frame.setdefault(token_index, frame)
        times = []
        at = 0
        for piece in pieces:
            begin = first_frame.get(at)
            end = first_frame.get(at + len(piece.tokens))
            if begin is None:
                return None
            probabilities = result.text_token_probs[at : at + len(piece.tokens)]
            times.append(
                _Time(
                    begin * ENCODED_MS,
                    end * ENCODED_MS if end is not None else duration_ms,
                    float(np.mean(probabilities)) if len(probabilities) else None,
                )
            )
            at += len(piece.tokens)
        return times


@dataclass(frozen=True, slots=True)
class _Piece:
    """Tokens that make a word (or a piece of one, or punctuation), as decoded: a space may lead."""

    text: str
    tokens: list[int]


@dataclass(frozen=True, slots=True)
class _Time:
    start_ms: float
    end_ms: float
    probability: float | None = None


def _pieces(tokenizer: Tokenizer, tokens: list[int]) -> list[_Piece]:
    """Tokens as words. In Chinese every character is one, but a Latin word inside stays whole."""
    texts, groups = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
    pieces: list[_Piece] = []
    for text, group in zip(texts, groups, strict=True):
        if not group or group[0] >= tokenizer.eot:
            continue
        if pieces and _goes_on(pieces[-1].text, text):
            pieces[-1] = _Piece(pieces[-1].text + text, [*pieces[-1].tokens, *group])
        else:
            pieces.append(_Piece(text, group))
    return pieces


def _goes_on(before: str, after: str) -> bool:
    """Does a word go on (``ill`` + ``-disposed``, ``K`` + ``PI``)? Chinese characters stand alone."""
    return _is_narrow(before[-1:]) and _is_narrow(after[:1]) and any(map(str.isalnum, after))


def _is_narrow(character: str) -> bool:
    return character.isascii() and not character.isspace()


def _spread(pieces: Sequence[_Piece], duration_ms: float) -> list[_Time]:
    """Rough times: the window shared out by length of text."""
    lengths = np.cumsum([0] + [max(1, len(piece.text.strip())) for piece in pieces])
    edges = lengths / lengths[-1] * duration_ms
    return [_Time(float(edges[i]), float(edges[i + 1])) for i in range(len(pieces))]


def _words(pieces: Sequence[_Piece], times: Sequence[_Time], duration_ms: float) -> tuple[Word, ...]:
    """Pieces as words: punctuation joined to the word before it, times kept in order and in the window."""
    words: list[Word] = []
    latest = 0.0
    for piece, time in zip(pieces, times, strict=True):
        text = simplified(piece.text).strip()
        if not text:
            continue
        if words and not bare(text):
            previous = words[-1]
            words[-1] = Word(previous.text + text, previous.start_ms, previous.end_ms, previous.probability)
            continue
        start = min(max(time.start_ms, latest), duration_ms)
        end = min(max(time.end_ms, start), duration_ms)
        latest = end
        probability = None if time.probability is None else round(time.probability, 3)
        words.append(Word(text, round(start), round(end), probability))
    return tuple(words)


def as_float(samples: Samples) -> NDArray[np.float32]:
    """Samples within ±1."""
    if samples.dtype == np.int16:
        return samples.astype(np.float32) / np.float32(32_768)
    return samples.astype(np.float32, copy=False)


def _in_nice_thread(load: Callable[[], _T], niceness: int) -> _T:
    """Run ``load`` in a thread of lower priority: on Linux threads started by it inherit that."""
    outcome: list[_T] = []
    failure: list[BaseException] = []

    def run() -> None:
        lower_priority(niceness)
        try:
            outcome.append(load())
        except BaseException as error:
            failure.append(error)

    thread = threading.Thread(target=run, name="model-loading")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]


def lower_priority(niceness: int) -> None:
    """Of the calling thread alone, by so much. A Linux thing: elsewhere priorities belong to processes."""
    if niceness > 0 and hasattr(os, "setpriority") and os.uname().sysname == "Linux":
        thread = threading.get_native_id()
        now = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(19, now + niceness))
