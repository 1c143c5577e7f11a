"""sherpa-onnx behind the seam: SenseVoice, Paraformer or zipformer transducers from a local folder.

An optional extra (``viva-interview[sherpa]``) for customers with a model of their own, above all for
Mandarin. No model comes with Viva and none was at hand: this adapter has been tested against a stand-in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Literal

import numpy as np

from media_pipeline.cores import usable_cores
from media_pipeline.errors import InputError, ModelError
from media_pipeline.events import Language, Word
from media_pipeline.recognition.guards import GuardOptions, is_stock_phrase, repetition_at
from media_pipeline.recognition.seam import DecodeRequest, Hypothesis
from media_pipeline.recognition.text import bare, simplified, text_of
from media_pipeline.recognition.whisper import QUIETEST, SAMPLE_RATE, as_float

SherpaKind = Literal["sense_voice", "paraformer", "transducer"]

_WORD_BEGINS: Final = "▁"
_LONGEST_TOKEN_MS: Final = 400
"""A token's end is not told; it is taken to be the next one's beginning, but not longer after its own."""

_FILES: Final[dict[SherpaKind, tuple[str, ...]]] = {
    "sense_voice": ("model",),
    "paraformer": ("model",),
    "transducer": ("encoder", "decoder", "joiner"),
}


@dataclass(frozen=True, slots=True)
class SherpaOptions:
    """What lies in the folder, and how it is run."""

    kind: SherpaKind = "sense_voice"
    languages: frozenset[Language] = frozenset({"en", "zh"})
    """What the model in the folder understands."""

    provider: str = "cpu"
    workers: int = 0
    """Calls at a time; 0: one a core this process may use."""

    threads_per_worker: int = 1
    longest_window_ms: int = 29_000
    guards: GuardOptions = field(default_factory=GuardOptions)


class SherpaRecognizer:
    """``SpeechRecognizer`` over sherpa-onnx' offline recognisers."""

    def __init__(self, folder: Path, options: SherpaOptions | None = None) -> None:
        """Load the model.

        Args:
            folder: ``tokens.txt`` and the networks of the kind in ``.onnx`` (``.int8.onnx`` preferred),
                named as sherpa-onnx' own releases name them.
            options: must say what kind of model lies there.

        Raises:
            ModelError: sherpa-onnx is not installed, or a file is missing or cannot be read.
        """
        self._options = options or SherpaOptions()
        self._folder = folder
        self._workers = self._options.workers or usable_cores()
        library = _library()
        try:
            # SenseVoice is told its language when it is built; the others know but theirs.
            told: frozenset[Language] = self._options.languages
            if self._options.kind == "sense_voice":
                self._recognizers = {language: self._load(library, language) for language in told}
            else:
                shared = self._load(library, "")
                self._recognizers = dict.fromkeys(told, shared)
        except ModelError:
            raise
        except Exception as error:
            raise ModelError(f"The recognition model in {folder} cannot be loaded: {error}") from error

    def _load(self, library: ModuleType, language: str) -> Any:
        kind = self._options.kind
        common = {
            "tokens": str(_existing(self._folder / "tokens.txt")),
            "num_threads": self._options.threads_per_worker,
            "provider": self._options.provider,
        }
        files = [str(_network(self._folder, name)) for name in _FILES[kind]]
        maker = library.OfflineRecognizer
        if kind == "sense_voice":
            return maker.from_sense_voice(model=files[0], language=language, use_itn=True, **common)
        if kind == "paraformer":
            return maker.from_paraformer(paraformer=files[0], **common)
        return maker.from_transducer(encoder=files[0], decoder=files[1], joiner=files[2], **common)

    @property
    def name(self) -> str:
        return f"sherpa {self._options.kind} {self._folder.name}"

    @property
    def languages(self) -> frozenset[Language]:
        return frozenset(self._recognizers)

    @property
    def longest_window_ms(self) -> int:
        return self._options.longest_window_ms

    @property
    def workers(self) -> int:
        return self._workers

    def close(self) -> None:
        self._recognizers = {}

    def decode(self, request: DecodeRequest) -> Hypothesis:
        recognizer = self._recognizers.get(request.language)
        if recognizer is None:
            raise InputError(f"{self.name} does not understand {request.language!r}.")
        duration_ms = len(request.samples) / SAMPLE_RATE * 1000
        if duration_ms > self.longest_window_ms:
            raise InputError(f"A window of {duration_ms:.0f} ms is longer than {self.longest_window_ms} ms.")
        samples = as_float(request.samples)
        if not len(samples) or np.abs(samples).max() < QUIETEST:
            return Hypothesis(rejected="no_speech")
        stream = recognizer.create_stream()
        stream.accept_waveform(SAMPLE_RATE, samples)
        recognizer.decode_stream(stream)
        return self._hypothesis(request.language, stream.result, duration_ms)

    def _hypothesis(self, language: Language, result: Any, duration_ms: float) -> Hypothesis:
        words = words_of_tokens(list(result.tokens), list(result.timestamps), duration_ms)
        if not words:
            return Hypothesis()
        loop = repetition_at([bare(word.text) for word in words], shortest=6)
        words = words[:loop]
        if is_stock_phrase(text_of(words), language):
            return Hypothesis(rejected="stock_phrase")
        return Hypothesis(words)


def words_of_tokens(
    tokens: Sequence[str], timestamps_s: Sequence[float], duration_ms: float
) -> tuple[Word, ...]:
    """Join tokens to words: ``▁`` begins one, a Chinese character is one, the rest goes on.

    Marks such as ``<|zh|>`` are left out. Timestamps are the tokens' beginnings, in seconds; where there
    are none, the audio is shared out evenly.
    """
    if len(timestamps_s) != len(tokens):
        timestamps_s = [duration_ms / 1000 * at / max(1, len(tokens)) for at in range(len(tokens))]
    starts = [min(duration_ms, 1000 * start) for start in timestamps_s]
    ends = [min(after, before + _LONGEST_TOKEN_MS) for before, after in pairwise([*starts, duration_ms])]
    words: list[Word] = []
    for token, start, end in zip(tokens, starts, ends, strict=True):
        if token.startswith("<") and token.endswith(">"):
            continue
        begins = token.startswith((_WORD_BEGINS, " "))
        text = simplified(token.replace(_WORD_BEGINS, " ")).strip()
        if not text:
            continue
        from_ms = max(start, words[-1].end_ms if words else 0.0)
        to_ms = max(from_ms, end)
        goes_on = words and (not bare(text) or (not begins and _is_latin(words[-1].text) and _is_latin(text)))
        if goes_on:
            last = words[-1]
            words[-1] = Word(last.text + text, last.start_ms, round(to_ms) if bare(text) else last.end_ms)
        else:
            words.append(Word(text, round(from_ms), round(to_ms)))
    return tuple(words)


def _is_latin(text: str) -> bool:
    return text.isascii()


def _library() -> ModuleType:
    try:
        return import_module("sherpa_onnx")
    except ImportError as error:
        raise ModelError(
            "sherpa-onnx is not installed: install viva-interview[sherpa], or choose a Whisper model."
        ) from error


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise ModelError(f"The recognition model lacks {path}.")
    return path


def _network(folder: Path, name: str) -> Path:
    """``name*.int8.onnx`` if there is one, else ``name*.onnx``."""
    found = sorted(folder.glob(f"{name}*.onnx"), key=lambda path: (".int8" not in path.name, path.name))
    if not found:
        raise ModelError(f"The recognition model lacks {folder / name}*.onnx.")
    return found[0]
