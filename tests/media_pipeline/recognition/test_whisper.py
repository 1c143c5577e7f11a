"""The Whisper engine on real speech, on noise, and on what made others fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from loadtest.speech_text import errors, tokens
from media_pipeline.errors import InputError, ModelError
from media_pipeline.events import Language
from media_pipeline.models import ModelFolder
from media_pipeline.recognition.seam import DecodeRequest
from media_pipeline.recognition.text import text_of
from media_pipeline.recognition.whisper import WhisperOptions, WhisperRecognizer
from tests import media

SECOND = 16_000


@pytest.fixture(scope="module")
def whisper(model_folder: ModelFolder) -> Iterator[WhisperRecognizer]:
    engine = WhisperRecognizer(model_folder.path("faster-whisper-base"), WhisperOptions(workers=1))
    yield engine
    engine.close()


def error_rate(heard: str, speech: media.Speech) -> float:
    wanted = tokens(speech.transcript, speech.language)
    return errors(wanted, tokens(heard, speech.language)) / len(wanted)


def test_a_long_window_of_english(whisper: WhisperRecognizer, english_speech: media.Speech) -> None:
    # "it was the … of …" twelve times over: a guard against loops must not take it for one.
    hypothesis = whisper.decode(DecodeRequest(english_speech.samples, "en"))

    assert error_rate(text_of(hypothesis.words), english_speech) <= 0.05
    assert not hypothesis.cut_short


def test_mandarin_comes_in_simplified_characters(
    whisper: WhisperRecognizer, mandarin_speech: media.Speech
) -> None:
    text = text_of(whisper.decode(DecodeRequest(mandarin_speech.samples, "zh")).words)

    assert error_rate(text, mandarin_speech) <= 0.4
    assert not set("這萬們個說") & set(text)


def test_words_have_their_times(whisper: WhisperRecognizer, english_speech: media.Speech) -> None:
    silence = np.zeros(2 * SECOND, np.int16)
    speech = english_speech.samples[: 6 * SECOND]

    early = whisper.decode(DecodeRequest(speech, "en")).words
    late = whisper.decode(DecodeRequest(np.concatenate((silence, speech)), "en")).words

    common = min(len(early), len(late), 8)
    assert common == 8
    moved = [late[index].end_ms - early[index].end_ms for index in range(1, common)]
    assert 1_800 <= np.median(moved) <= 2_200


def test_a_short_window_does_not_make_it_loop(
    whisper: WhisperRecognizer, english_speech: media.Speech
) -> None:
    for seconds in (1.2, 1.7, 2.3, 3.1, 4.4):
        samples = english_speech.samples[: round(seconds * SECOND)]
        hypothesis = whisper.decode(DecodeRequest(samples, "en", "partial", word_times=False))
        assert len(hypothesis.words) <= 5 * seconds


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_heard_in_noise(whisper: WhisperRecognizer, language: Language) -> None:
    dice = np.random.default_rng(3)
    for noise in (
        np.zeros(5 * SECOND),
        dice.normal(0, 300, 5 * SECOND),
        dice.normal(0, 4_000, 5 * SECOND),
        8_000 * np.sin(2 * np.pi * 50 * np.arange(5 * SECOND) / SECOND),
    ):
        hypothesis = whisper.decode(DecodeRequest(noise.astype(np.int16), language))
        assert hypothesis.words == ()


def test_a_token_budget_holds(whisper: WhisperRecognizer, english_speech: media.Speech) -> None:
    samples = english_speech.samples[: 8 * SECOND]

    hypothesis = whisper.decode(DecodeRequest(samples, "en", most_tokens=5))

    assert hypothesis.cut_short
    assert 1 <= len(hypothesis.words) <= 5


def test_a_folder_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="viva models"):
        WhisperRecognizer(tmp_path)


def test_a_broken_model_is_told(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}")

    with pytest.raises(ModelError, match="cannot be loaded"):
        WhisperRecognizer(tmp_path)


def test_a_window_too_long_is_refused(whisper: WhisperRecognizer) -> None:
    with pytest.raises(InputError, match="longer"):
        whisper.decode(DecodeRequest(np.zeros(31 * SECOND, np.int16), "en"))
