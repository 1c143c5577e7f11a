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
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import ctranslate2
import numpy as np
import tokenizers
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from media_pipeline.cores import in_nice_thread, usable_cores
from media_pipeline.errors import InputError, ModelError
from media_pipeline.events import Language
from media_pipeline.recognition.guards import (
    GuardOptions,
    is_stock_phrase,
    is_unbelievable,
    repetition_at,
    token_budget,
)
from media_pipeline.recognition.seam import DecodeRequest, Hypothesis, Samples
from media_pipeline.recognition.text import bare, simplified, text_of
from media_pipeline.recognition.whisper_words import Time, pieces_of, spread_times, times_of, words_of

SAMPLE_RATE: Final = 16_000
HOP: Final = 160
MEL_FRAMES_PER_SECOND: Final = 100
ENCODED_MS: Final = 20
"""One frame of the encoder's output."""

QUIETEST: Final = 16 / 32_768
"""A window that never gets louder (-66 dBFS) is silence; digital silence makes Whisper invent sentences."""

_PROMPT_TOKENS: Final = (0, 8, 20, 48)
"""Tokens of earlier text in front of the decoder: few lengths, so that windows meet in one call."""

Encoded = NDArray[np.float32]
"""The encoder's output for one window: 1 × frames of 20 ms × width."""

Device = Literal["cpu", "cuda", "auto"]


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

    final_window_ms: int = 10_000
    """Least window of a thorough final: what Whisper hears gets better the nearer its window comes to the
    30 s it was trained on, and dearer faster than it grows."""

    retry_window_ms: int = 15_000
    """Least window of the second try after a loop."""

    window_step_ms: int = 1_000
    """Windows grow by so much: those of one length can be decoded together."""

    final_beams: Mapping[Language, int] = field(default_factory=lambda: {"en": 1, "zh": 2})
    """Of thorough finals; everything else is decoded greedily. A second beam mends one Chinese character
    in a hundred and no English word (decision 0025)."""

    longest_window_ms: int = 29_000
    """Whisper hears 30 s at once."""

    guards: GuardOptions = field(default_factory=GuardOptions)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the model made of one window, before anybody has asked whether to believe it."""

    request: DecodeRequest
    encoded: Encoded
    tokens: list[int]
    """Of the text, without times, up to where it begins to repeat itself."""

    average_log_probability: float
    no_speech_probability: float
    cut_short: bool
    repeats: bool

    @property
    def lost_its_way(self) -> bool:
        """It went round in circles, or did not find an end."""
        return self.repeats or (self.cut_short and self.request.most_tokens is None)

    def rejected(self, reason: str) -> Hypothesis:
        return Hypothesis(
            (), self.no_speech_probability, self.average_log_probability, self.cut_short, reason
        )


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
            self._model = in_nice_thread(self._load, self._options.niceness)
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
        return self.decode_together([request])[0]

    def together(self, request: DecodeRequest) -> Hashable:
        # One call has one width of beam, one length of window and of prompt, one language of words.
        prompt = len(self._prompt(request))
        return request.language, self._beam(request), self._window_ms(request), prompt

    def decode_together(self, requests: Sequence[DecodeRequest]) -> list[Hypothesis]:
        outcome = [self._known_unheard(request) for request in requests]
        spoken = [request for request, known in zip(requests, outcome, strict=True) if known is None]
        if not spoken:
            return [known for known in outcome if known is not None]
        heard = self._listen(spoken, [self._window_ms(request) for request in spoken])
        heard = [self._once_more(one) if one.lost_its_way else one for one in heard]
        believed = iter(self._hypotheses(heard))
        return [next(believed) if known is None else known for known in outcome]

    def _known_unheard(self, request: DecodeRequest) -> Hypothesis | None:
        """What there is to say without listening, or None."""
        if request.language not in self._tokenizers:
            raise InputError(f"The model {self._folder.name} does not understand {request.language!r}.")
        duration_ms = _duration_ms(request)
        if duration_ms > self.longest_window_ms:
            raise InputError(f"A window of {duration_ms:.0f} ms is longer than {self.longest_window_ms} ms.")
        if duration_ms < ENCODED_MS:
            return Hypothesis()
        if np.abs(as_float(request.samples)).max() < QUIETEST:
            return Hypothesis(no_speech_probability=1.0, rejected="no_speech")
        return None

    # --- listening ----------------------------------------------------------------------------

    def _beam(self, request: DecodeRequest) -> int:
        return self._options.final_beams.get(request.language, 1) if _is_thorough(request) else 1

    def _window_ms(self, request: DecodeRequest) -> int:
        options = self._options
        least_ms = options.final_window_ms if _is_thorough(request) else options.partial_window_ms
        wanted_ms = _duration_ms(request) + options.silence_behind_ms
        whole_steps_ms = math.ceil(wanted_ms / options.window_step_ms) * options.window_step_ms
        return min(30_000, max(least_ms, whole_steps_ms))

    def _once_more(self, heard: _Heard) -> _Heard:
        """The same with so much silence behind that the end is found."""
        options = self._options
        wanted_ms = _duration_ms(heard.request) + 3 * options.silence_behind_ms
        window_ms = min(30_000, max(options.retry_window_ms, math.ceil(wanted_ms / 100) * 100))
        return self._listen([heard.request], [window_ms])[0]

    def _encode(self, request: DecodeRequest, window_ms: int) -> Encoded:
        """One window at a time: the encoder is no faster with several."""
        window = np.zeros(window_ms * SAMPLE_RATE // 1000, np.float32)
        samples = as_float(request.samples)[: len(window)]
        window[: len(samples)] = samples
        spectrum = self._features(window, padding=0)
        frames = window_ms * MEL_FRAMES_PER_SECOND // 1000
        mel = np.ascontiguousarray(spectrum[np.newaxis, :, :frames], dtype=np.float32)
        return np.array(self._model.encode(ctranslate2.StorageView.from_array(mel), to_cpu=True))

    def _listen(self, requests: Sequence[DecodeRequest], windows_ms: Sequence[int]) -> list[_Heard]:
        """Decode windows of one length together: a step of the decoder costs little more for several."""
        encoded = [
            self._encode(request, window_ms) for request, window_ms in zip(requests, windows_ms, strict=True)
        ]
        budgets = [
            request.most_tokens or token_budget(_duration_ms(request), self._options.guards)
            for request in requests
        ]
        prompts = [self._prompt(request) for request in requests]
        limits = [
            min(224, max(budget + 1, len(prompt))) for budget, prompt in zip(budgets, prompts, strict=True)
        ]
        results = self._model.generate(
            _together(encoded),
            prompts,
            beam_size=self._beam(requests[0]),
            sampling_temperature=0,
            # CTranslate2 takes half of it for the prompt and half for the text (with timestamps).
            max_length=2 * max(limits),
            return_scores=True,
            return_no_speech_prob=True,
            max_initial_timestamp_index=50,
        )
        return [
            self._heard(request, one, result, limit)
            for request, one, result, limit in zip(requests, encoded, results, limits, strict=True)
        ]

    def _heard(self, request: DecodeRequest, encoded: Encoded, result: Any, limit: int) -> _Heard:
        tokens: list[int] = result.sequences_ids[0]
        end = self._tokenizers[request.language].eot
        text = [token for token in tokens[:limit] if token < end]
        repeats_at = repetition_at([str(token) for token in text], shortest=6)
        return _Heard(
            request,
            encoded,
            text if repeats_at is None else text[:repeats_at],
            float(result.scores[0]),
            float(result.no_speech_prob),
            cut_short=len(tokens) >= limit,
            repeats=repeats_at is not None,
        )

    def _prompt(self, request: DecodeRequest) -> list[int]:
        tokenizer = self._tokenizers.get(request.language)
        if tokenizer is None:
            return []
        sequence: list[int] = list(tokenizer.sot_sequence)
        said = tokenizer.encode(" " + request.prompt.strip()) if request.prompt.strip() else []
        length = max(steps for steps in _PROMPT_TOKENS if steps <= len(said))
        return [tokenizer.sot_prev, *said[-length:], *sequence] if length else sequence

    # --- believing ----------------------------------------------------------------------------

    def _hypotheses(self, heard: Sequence[_Heard]) -> list[Hypothesis]:
        texts = [self._believed(one) for one in heard]
        timed = iter(
            self._aligned([one for one, text in zip(heard, texts, strict=True) if _wants_times(one, text)])
        )
        return [
            self._with_words(one, next(timed) if _wants_times(one, text) else None)
            if isinstance(text, str)
            else text
            for one, text in zip(heard, texts, strict=True)
        ]

    def _believed(self, heard: _Heard) -> str | Hypothesis:
        """The text, or the hypothesis that there is none."""
        guards = self._options.guards
        if is_unbelievable(heard.no_speech_probability, heard.average_log_probability, guards):
            return heard.rejected("no_speech")
        tokenizer = self._tokenizers[heard.request.language]
        text = simplified(tokenizer.decode(heard.tokens)).strip()
        if not bare(text):
            return heard.rejected("")
        if is_stock_phrase(text, heard.request.language):
            return heard.rejected("stock_phrase")
        return text

    def _with_words(self, heard: _Heard, times: list[Time] | None) -> Hypothesis:
        duration_ms = _duration_ms(heard.request)
        pieces = pieces_of(self._tokenizers[heard.request.language], heard.tokens)
        words = words_of(pieces, times or spread_times(pieces, duration_ms), duration_ms)
        if not text_of(words):
            return heard.rejected("")
        return Hypothesis(words, heard.no_speech_probability, heard.average_log_probability, heard.cut_short)

    def _aligned(self, heard: Sequence[_Heard]) -> list[list[Time] | None]:
        """Times of words from the cross-attention of the model's alignment heads (dynamic time warping)."""
        if not heard:
            return []
        if len({one.encoded.shape for one in heard}) > 1:  # one of them was decoded again
            return [self._aligned([one])[0] for one in heard]
        tokenizer = self._tokenizers[heard[0].request.language]
        results = self._model.align(
            _together([one.encoded for one in heard]),
            tokenizer.sot_sequence,
            [one.tokens for one in heard],
            [max(2, math.ceil(_duration_ms(one.request) / 1000 * MEL_FRAMES_PER_SECOND)) for one in heard],
        )
        return [
            times_of(
                pieces_of(tokenizer, one.tokens),
                result.alignments,
                result.text_token_probs,
                ENCODED_MS,
                _duration_ms(one.request),
            )
            for one, result in zip(heard, results, strict=True)
        ]


def _together(encoded: Sequence[Encoded]) -> Any:
    """Windows of one length as one batch for CTranslate2."""
    return ctranslate2.StorageView.from_array(np.concatenate(encoded))


def _is_thorough(request: DecodeRequest) -> bool:
    return request.kind != "partial" and request.thorough


def _duration_ms(request: DecodeRequest) -> float:
    return len(request.samples) / SAMPLE_RATE * 1000


def _wants_times(heard: _Heard, text: str | Hypothesis) -> bool:
    return isinstance(text, str) and heard.request.word_times


def as_float(samples: Samples) -> NDArray[np.float32]:
    """Samples within ±1."""
    if samples.dtype == np.int16:
        return samples.astype(np.float32) / np.float32(32_768)
    return samples.astype(np.float32, copy=False)
