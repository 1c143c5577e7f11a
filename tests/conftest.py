"""Fixtures for all tests."""

from __future__ import annotations

import os

import hypothesis
import pytest

from media_pipeline.models import ModelFolder
from tests import media

# A busy machine is not a bug: no judgement by the clock. CI tries the same examples every time.
hypothesis.settings.register_profile(
    "viva",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
hypothesis.settings.load_profile("viva")


@pytest.fixture(scope="session")
def model_folder() -> ModelFolder:
    """The folder of ``viva models``, complete. ``model_folder.path("smart-turn-v3.2")`` is one model's."""
    folder = ModelFolder.default()
    missing = folder.missing()
    if missing:
        pytest.fail(f"The models {', '.join(missing)} are not installed. Run `viva models` once.")
    return folder


@pytest.fixture(scope="session")
def english_speech() -> media.Speech:
    """Twenty seconds of fluent English at 16 kHz, with its transcript."""
    return media.english_speech()


@pytest.fixture(scope="session")
def english_sentences() -> media.Speech:
    """Ten seconds of very short sentences at 16 kHz, with their transcript."""
    return media.english_sentences()


@pytest.fixture(scope="session")
def mandarin_speech() -> media.Speech:
    """One Mandarin sentence at 16 kHz, with its transcript."""
    return media.mandarin_speech()


@pytest.fixture(scope="session")
def portrait() -> media.Picture:
    """One face, 640×360 RGB."""
    return media.portrait()
