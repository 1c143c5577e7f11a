"""What every ``VoiceActivityDetector`` promises."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_pipeline.audio.frame import SAMPLES_PER_MS
from media_pipeline.audio.voice_activity import (
    LARGEST_BACKLOG_MS,
    GatedVoiceActivity,
    SileroModel,
    SileroVoiceActivity,
    VoiceActivityDetector,
    WebRtcVoiceActivity,
    gated_silero,
)
from media_pipeline.models import ModelFolder
from tests import media

MakeDetector = Callable[[], VoiceActivityDetector]

SPEECH_AT_LEAST = 0.8
"""Share of fluent speech that must score as speech."""


@pytest.fixture(scope="module", params=["webrtc", "silero", "gated silero", "gate that never opens"])
def make_detector(request: pytest.FixtureRequest, model_folder: ModelFolder) -> MakeDetector:
    model = SileroModel(model_folder.file("silero-vad-v6"))
    makers: dict[str, MakeDetector] = {
        "webrtc": WebRtcVoiceActivity,
        "silero": lambda: SileroVoiceActivity(model),
        "gated silero": lambda: gated_silero(model),
        "gate that never opens": lambda: GatedVoiceActivity(Deaf(), SileroVoiceActivity(model)),
    }
    return makers[request.param]


class Deaf(WebRtcVoiceActivity):
    """Hears nothing: the tiling must hold with a closed gate, too."""

    def accept(self, samples: media.Samples) -> list:  # type: ignore[type-arg]
        return [type(span)(span.samples, 0.0) for span in super().accept(samples)]


def scores(detector: VoiceActivityDetector, pieces: Iterable[media.Samples]) -> np.ndarray:
    """One probability a sample, the whole stream over."""
    spans = [span for piece in pieces for span in detector.accept(piece)] + detector.flush()
    return np.repeat([span.probability for span in spans], [span.samples for span in spans])


def cut(samples: media.Samples, lengths: list[int]) -> list[media.Samples]:
    ends = np.cumsum(lengths)
    return [piece for piece in np.split(samples, ends[ends < len(samples)]) if len(piece)]


MIXED = media.joined([300, media.english_sentences(), 900])[: 6 * 16_000]


def test_spans_tile_the_audio_and_keep_up(make_detector: MakeDetector) -> None:
    detector = make_detector()
    given_in = given_out = 0
    for piece in cut(MIXED, [320] * (len(MIXED) // 320)):
        given_in += len(piece)
        spans = detector.accept(piece)
        given_out += sum(span.samples for span in spans)
        assert all(span.samples > 0 and 0 <= span.probability <= 1 for span in spans)
        assert 0 <= given_in - given_out < LARGEST_BACKLOG_MS * SAMPLES_PER_MS
    given_out += sum(span.samples for span in detector.flush())
    assert given_out == given_in


@settings(max_examples=15, deadline=None)
@given(lengths=st.lists(st.integers(1, 4_000), max_size=30))
def test_how_it_is_cut_makes_no_difference(make_detector: MakeDetector, lengths: list[int]) -> None:
    whole = scores(make_detector(), [MIXED[:32_123]])
    pieces = scores(make_detector(), cut(MIXED[:32_123], lengths))
    assert np.allclose(whole, pieces, atol=1e-3)


def test_flushing_forgets(make_detector: MakeDetector) -> None:
    detector = make_detector()
    first = scores(detector, [MIXED])
    assert np.allclose(scores(detector, [MIXED]), first, atol=1e-3)
    assert detector.flush() == []


def test_streams_do_not_disturb_each_other(make_detector: MakeDetector) -> None:
    alone = scores(make_detector(), [MIXED])
    one, other = make_detector(), make_detector()
    spans = []
    for piece in cut(MIXED, [800] * (len(MIXED) // 800)):
        spans += one.accept(piece)
        other.accept(piece[::-1].copy())
    spans += one.flush()
    together = np.repeat([span.probability for span in spans], [span.samples for span in spans])
    assert np.allclose(together, alone, atol=1e-3)


@pytest.mark.parametrize("quiet", ["nothing", "a humming room"])
def test_silence_is_no_speech(make_detector: MakeDetector, quiet: str) -> None:
    samples = np.zeros(80_000, np.int16) if quiet == "nothing" else media.silence(5_000)
    assert (scores(make_detector(), [samples])[8_000:] < 0.5).mean() > 0.95


def test_the_samples_given_stay_as_they_are(make_detector: MakeDetector) -> None:
    samples = MIXED.copy()
    detector = make_detector()
    detector.accept(samples)
    detector.accept(samples)
    assert np.array_equal(samples, MIXED)


def test_the_gate_loses_no_quiet_speech(model_folder: ModelFolder) -> None:
    """A microphone turned far down: what Silero hears of it, the gate must let through."""
    model = SileroModel(model_folder.file("silero-vad-v6"))
    for gain in (0.03, 0.01):
        samples = (media.english_speech().samples * gain).astype(np.int16)
        alone = scores(SileroVoiceActivity(model), [samples]) >= 0.5
        gated = scores(gated_silero(model), [samples]) >= 0.5
        assert gated[alone].mean() > 0.9


@pytest.mark.parametrize("gain", [1.0, 0.1])
def test_fluent_speech_is_speech(make_detector: MakeDetector, gain: float) -> None:
    if isinstance(make_detector(), GatedVoiceActivity) and scores(make_detector(), [MIXED]).max() == 0:
        return  # deaf on purpose
    for speech in (media.english_speech(), media.mandarin_speech()):
        samples = (speech.samples * gain).astype(np.int16)
        heard = scores(make_detector(), [samples])
        loud = np.abs(samples.astype(float)) > 0.1 * np.abs(samples.astype(float)).max()
        assert (heard[loud] >= 0.5).mean() > SPEECH_AT_LEAST
