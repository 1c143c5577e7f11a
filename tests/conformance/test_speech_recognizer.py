"""What every ``SpeechRecognizer`` promises, whatever engine is behind it."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from loadtest.speech_text import errors, tokens
from media_pipeline.errors import InputError
from media_pipeline.models import ModelFolder
from media_pipeline.recognition.seam import (
    BatchRecognizer,
    DecodeKind,
    DecodeRequest,
    Hypothesis,
    SpeechRecognizer,
)
from media_pipeline.recognition.sherpa import SherpaRecognizer
from media_pipeline.recognition.text import text_of
from media_pipeline.recognition.whisper import WhisperOptions, WhisperRecognizer
from tests import media

SECOND = 16_000

SHERPA_FOLDER = os.environ.get("VIVA_TEST_SHERPA_DIR")

ERROR_RATE_AT_MOST = {"whisper": 0.10, "sherpa": 0.20, "pocketsphinx": 0.60}
"""On five seconds of Dickens. The second engine is there to prove the seam, not for its ears."""


@pytest.fixture(
    scope="module",
    params=[
        "whisper",
        pytest.param(
            "sherpa",
            marks=pytest.mark.skipif(
                SHERPA_FOLDER is None, reason="VIVA_TEST_SHERPA_DIR names no folder with a SenseVoice model"
            ),
        ),
        pytest.param(
            "pocketsphinx",
            marks=pytest.mark.skipif(
                find_spec("pocketsphinx") is None, reason="pocketsphinx is not installed"
            ),
        ),
    ],
)
def engine(request: pytest.FixtureRequest, model_folder: ModelFolder) -> Iterator[SpeechRecognizer]:
    made: SpeechRecognizer
    if request.param == "whisper":
        made = WhisperRecognizer(model_folder.path("faster-whisper-base"), WhisperOptions(workers=2))
    elif request.param == "sherpa":
        assert SHERPA_FOLDER is not None
        made = SherpaRecognizer(Path(SHERPA_FOLDER))
    else:
        from tests.conformance.pocketsphinx_recognizer import PocketSphinxRecognizer

        made = PocketSphinxRecognizer()
    yield made
    made.close()


@pytest.fixture(scope="module")
def speech(english_speech: media.Speech) -> media.Samples:
    return english_speech.samples[: 5 * SECOND]


SAID = "It was the best of times, it was the worst of times"


def check(hypothesis: Hypothesis, duration_ms: float) -> None:
    """What holds for any hypothesis."""
    latest = 0
    for word in hypothesis.words:
        assert word.text == word.text.strip() != ""
        assert latest <= word.start_ms <= word.end_ms <= duration_ms + 1
        assert word.probability is None or 0 <= word.probability <= 1
        latest = word.start_ms
    if hypothesis.no_speech_probability is not None:
        assert 0 <= hypothesis.no_speech_probability <= 1
    if hypothesis.average_log_probability is not None:
        assert hypothesis.average_log_probability <= 0
    assert not (hypothesis.rejected and hypothesis.words)


def test_it_says_what_it_is(engine: SpeechRecognizer) -> None:
    assert engine.name
    assert "en" in engine.languages
    assert engine.workers >= 1
    assert engine.longest_window_ms >= 25_000


@pytest.mark.parametrize("kind", ["final", "speculative", "partial"])
def test_words_of_real_speech_in_order(
    engine: SpeechRecognizer, speech: media.Samples, kind: DecodeKind
) -> None:
    hypothesis = engine.decode(DecodeRequest(speech, "en", kind))

    check(hypothesis, len(speech) / 16)
    heard = tokens(text_of(hypothesis.words), "en")
    wanted = tokens(SAID, "en")
    # The recording goes on behind the words we compare with.
    best = min(errors(wanted, heard[:length]) for length in range(len(heard) + 1))
    assert best / len(wanted) <= ERROR_RATE_AT_MOST[engine.name.split()[0]]


def test_both_kinds_of_samples_are_the_same_speech(engine: SpeechRecognizer, speech: media.Samples) -> None:
    as_float = (speech / 32_768).astype(np.float32)

    from_int = engine.decode(DecodeRequest(speech[: 4 * SECOND], "en"))
    from_float = engine.decode(DecodeRequest(as_float[: 4 * SECOND], "en"))

    assert text_of(from_int.words) == text_of(from_float.words)


def test_the_same_request_gives_the_same_words_from_several_threads(
    engine: SpeechRecognizer, speech: media.Samples
) -> None:
    request = DecodeRequest(speech[: 3 * SECOND], "en")
    alone = engine.decode(request).words
    with ThreadPoolExecutor(engine.workers) as threads:
        together = list(threads.map(engine.decode, [request] * 3))

    assert [hypothesis.words for hypothesis in together] == [alone] * 3


@pytest.mark.parametrize("samples", [0, 1, 100, 400, 3_200])
def test_next_to_nothing_is_no_error(engine: SpeechRecognizer, samples: int) -> None:
    check(engine.decode(DecodeRequest(np.zeros(samples, np.int16), "en")), samples / 16)


def test_silence_has_no_words(engine: SpeechRecognizer) -> None:
    assert engine.decode(DecodeRequest(np.zeros(6 * SECOND, np.int16), "en")).words == ()


def test_without_word_times_the_words_are_the_same(engine: SpeechRecognizer, speech: media.Samples) -> None:
    samples = speech[: 4 * SECOND]

    timed = engine.decode(DecodeRequest(samples, "en"))
    untimed = engine.decode(DecodeRequest(samples, "en", word_times=False))

    check(untimed, len(samples) / 16)
    assert text_of(timed.words) == text_of(untimed.words)


def test_a_language_it_does_not_know_is_refused(engine: SpeechRecognizer) -> None:
    unknown = "zh" if "zh" not in engine.languages else "xx"

    with pytest.raises(InputError):
        engine.decode(DecodeRequest(np.zeros(SECOND, np.int16), unknown))  # type: ignore[arg-type]


def test_a_window_too_long_is_refused(engine: SpeechRecognizer) -> None:
    samples = np.zeros((engine.longest_window_ms + 100) * 16, np.int16)

    with pytest.raises(InputError):
        engine.decode(DecodeRequest(samples, "en"))


def test_several_windows_in_one_call_are_heard_as_each_alone(
    engine: SpeechRecognizer, speech: media.Samples
) -> None:
    if not isinstance(engine, BatchRecognizer):
        pytest.skip(f"{engine.name} takes one window at a time")
    requests = [
        DecodeRequest(speech[: 4 * SECOND], "en"),
        DecodeRequest(speech[SECOND:], "en"),
        DecodeRequest(np.zeros(3 * SECOND, np.int16), "en"),
        DecodeRequest(speech[: 2 * SECOND], "en", "speculative", word_times=False),
    ]
    assert len({engine.together(request) for request in requests}) == 1

    together = engine.decode_together(requests)

    for request, hypothesis in zip(requests, together, strict=True):
        alone = engine.decode(request)
        check(hypothesis, len(request.samples) / 16)
        assert text_of(hypothesis.words) == text_of(alone.words)
        for one, other in zip(hypothesis.words, alone.words, strict=True):
            assert abs(one.start_ms - other.start_ms) <= 40


def test_windows_that_go_together_may_have_prompts_of_their_own(
    engine: SpeechRecognizer, speech: media.Samples
) -> None:
    if not isinstance(engine, BatchRecognizer):
        pytest.skip(f"{engine.name} takes one window at a time")
    said = (
        "A tale of two cities by Charles Dickens.",
        "Chapter one, the period, and so on and on.",
        "",
        "Oh",
    )
    requests = [DecodeRequest(speech[: 3 * SECOND], "en", prompt=prompt) for prompt in said]
    groups: dict[Hashable, list[DecodeRequest]] = {}
    for request in requests:
        groups.setdefault(engine.together(request), []).append(request)

    assert len(groups) < len(requests)
    for group in groups.values():
        for request, hypothesis in zip(group, engine.decode_together(group), strict=True):
            assert text_of(hypothesis.words) == text_of(engine.decode(request).words)


def test_one_refused_window_refuses_the_call(engine: SpeechRecognizer, speech: media.Samples) -> None:
    if not isinstance(engine, BatchRecognizer):
        pytest.skip(f"{engine.name} takes one window at a time")
    too_long = np.zeros((engine.longest_window_ms + 1_000) * 16, np.int16)

    with pytest.raises(InputError, match="longer"):
        engine.decode_together([DecodeRequest(speech[:SECOND], "en"), DecodeRequest(too_long, "en")])
