"""The adapter to sherpa-onnx, against a stand-in of its offline recogniser: no model is to be had."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.errors import InputError, ModelError
from media_pipeline.recognition.seam import DecodeRequest
from media_pipeline.recognition.sherpa import SherpaOptions, SherpaRecognizer, words_of_tokens
from media_pipeline.recognition.text import text_of

SPEECH = np.full(32_000, 1_000, np.int16)


@dataclass
class Result:
    tokens: list[str]
    timestamps: list[float]


@dataclass
class Stream:
    result: Result = field(default_factory=lambda: Result([], []))
    samples: Any = None

    def accept_waveform(self, sample_rate: int, samples: Any) -> None:
        assert sample_rate == 16_000
        assert samples.dtype == np.float32
        assert np.abs(samples).max() <= 1
        self.samples = samples


class OfflineRecognizer:
    """As sherpa-onnx names and calls it."""

    made: list[dict[str, Any]]
    says: Result

    @classmethod
    def from_sense_voice(cls, **options: Any) -> OfflineRecognizer:
        cls.made.append({"kind": "sense_voice", **options})
        return cls()

    @classmethod
    def from_transducer(cls, **options: Any) -> OfflineRecognizer:
        cls.made.append({"kind": "transducer", **options})
        return cls()

    def create_stream(self) -> Stream:
        return Stream()

    def decode_stream(self, stream: Stream) -> None:
        stream.result = self.says


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> type[OfflineRecognizer]:
    module = ModuleType("sherpa_onnx")
    OfflineRecognizer.made = []
    OfflineRecognizer.says = Result([], [])
    module.OfflineRecognizer = OfflineRecognizer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sherpa_onnx", module)
    return OfflineRecognizer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("tokens.txt", "model.onnx", "model.int8.onnx"):
        (tmp_path / name).touch()
    return tmp_path


def test_the_small_network_is_taken_and_the_language_told(
    library: type[OfflineRecognizer], folder: Path
) -> None:
    engine = SherpaRecognizer(folder)

    assert engine.languages == {"en", "zh"}
    assert {made["language"] for made in library.made} == {"en", "zh"}
    assert all(made["model"].endswith("model.int8.onnx") for made in library.made)


def test_what_it_hears_comes_as_words_with_times(library: type[OfflineRecognizer], folder: Path) -> None:
    library.says = Result(["<|zh|>", "我", "們", "用", "K", "PI", "。"], [0, 0.1, 0.3, 0.5, 0.9, 1.0, 1.2])

    hypothesis = SherpaRecognizer(folder).decode(DecodeRequest(SPEECH, "zh"))

    assert text_of(hypothesis.words) == "我们用KPI。"
    assert [(word.text, word.start_ms, word.end_ms) for word in hypothesis.words[-2:]] == [
        ("用", 500, 900),
        ("KPI。", 900, 1_200),
    ]


def test_stock_phrases_and_silence_are_not_believed(library: type[OfflineRecognizer], folder: Path) -> None:
    library.says = Result(list("谢谢观看"), [0.1, 0.2, 0.3, 0.4])
    engine = SherpaRecognizer(folder)

    assert engine.decode(DecodeRequest(SPEECH, "zh")).rejected == "stock_phrase"
    assert engine.decode(DecodeRequest(np.zeros(16_000, np.int16), "zh")).rejected == "no_speech"


def test_what_is_missing_is_named(library: type[OfflineRecognizer], folder: Path) -> None:
    with pytest.raises(ModelError, match="encoder"):
        SherpaRecognizer(folder, SherpaOptions(kind="transducer"))
    (folder / "tokens.txt").unlink()
    with pytest.raises(ModelError, match=r"tokens\.txt"):
        SherpaRecognizer(folder)


def test_what_it_does_not_know_is_refused(library: type[OfflineRecognizer], folder: Path) -> None:
    engine = SherpaRecognizer(folder, SherpaOptions(languages=frozenset({"zh"})))

    with pytest.raises(InputError):
        engine.decode(DecodeRequest(SPEECH, "en"))
    with pytest.raises(InputError):
        engine.decode(DecodeRequest(np.zeros(31 * 16_000, np.int16), "zh"))


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setitem(sys.modules, "sherpa_onnx", None)

    with pytest.raises(ModelError, match=r"viva-interview\[sherpa\]"):
        SherpaRecognizer(folder)


@given(
    st.lists(st.sampled_from(["▁the", "re", "我", ",", "▁", "<|en|>", " a", "们"]), max_size=12),
    st.lists(st.floats(0, 3, allow_nan=False), max_size=12),
)
def test_words_lie_in_order_within_the_window(tokens: list[str], times: list[float]) -> None:
    words = words_of_tokens(tokens, sorted(times), 2_500)

    edges = [edge for word in words for edge in (word.start_ms, word.end_ms)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= 2_500 for edge in edges)
    assert all(word.text.strip() == word.text != "" for word in words)
