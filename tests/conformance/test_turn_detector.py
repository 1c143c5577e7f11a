"""What every ``TurnDetector`` promises."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from media_pipeline.models import ModelFolder
from media_pipeline.turns.detector import TurnDetector
from media_pipeline.turns.smart_turn import SmartTurn
from tests import media


@pytest.fixture(scope="module", params=["smart turn"])
def detector(request: pytest.FixtureRequest, model_folder: ModelFolder) -> TurnDetector:
    return SmartTurn(model_folder.file("smart-turn-v3.2"))


SPEECH = media.english_sentences().samples


def test_a_probability_whatever_the_length(detector: TurnDetector) -> None:
    for length in (0, 1, 160, 16_000, 128_000, len(SPEECH)):
        assert 0 <= detector.end_probability(SPEECH[:length]) <= 1


@pytest.mark.parametrize("samples", [np.zeros(16_000, np.int16), np.full(16_000, -32_768, np.int16)])
def test_strange_audio_is_answered_too(detector: TurnDetector, samples: media.Samples) -> None:
    assert 0 <= detector.end_probability(samples) <= 1


def test_only_the_last_eight_seconds_count(detector: TurnDetector) -> None:
    noise = np.random.default_rng(1).integers(-9_000, 9_000, 48_000).astype(np.int16)
    last = SPEECH[:128_000]
    assert detector.end_probability(np.concatenate((noise, last))) == detector.end_probability(last)


def test_it_keeps_no_state(detector: TurnDetector) -> None:
    before = detector.end_probability(SPEECH[:64_000])
    detector.end_probability(SPEECH[32_000:])
    assert detector.end_probability(SPEECH[:64_000]) == before


def test_several_threads_may_ask(detector: TurnDetector) -> None:
    pieces = [SPEECH[: 16_000 * seconds] for seconds in range(1, 9)]
    alone = [detector.end_probability(piece) for piece in pieces]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(detector.end_probability, pieces)) == alone


def test_the_samples_given_stay_as_they_are(detector: TurnDetector) -> None:
    samples = SPEECH.copy()
    detector.end_probability(samples)
    assert np.array_equal(samples, SPEECH)


def test_finished_sentences_sound_more_finished_than_clauses_cut_in_the_middle(
    detector: TurnDetector,
) -> None:
    """The detector is no oracle (docs/turn-taking.md has figures), but it must tell these apart."""
    pause = media.silence(200)
    sentences, fluent = media.english_sentences().samples, media.english_speech().samples
    ends_ms = (1_184, 2_784, 4_160, 5_568, 7_360, 8_832)
    middles_ms = (2_900, 5_600, 7_400, 9_600, 11_800, 15_000, 19_000)
    whole = [detector.end_probability(np.append(sentences[: end * 16], pause)) for end in ends_ms]
    half = [detector.end_probability(np.append(fluent[: middle * 16], pause)) for middle in middles_ms]
    assert float(np.median(whole)) > 0.6
    assert float(np.median(half)) < 0.4
