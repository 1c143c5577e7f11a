"""Which engine hears, and what is said where its model is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from media_pipeline.errors import ModelError
from media_pipeline.models import ModelFolder
from media_pipeline.recognition.engines import RecognizerOptions, check_recognizer, load_recognizer
from media_pipeline.recognition.seam import BatchRecognizer
from media_pipeline.recognition.whisper import WhisperOptions


def test_without_a_folder_it_is_the_model_that_comes_with_viva(model_folder: ModelFolder) -> None:
    options = RecognizerOptions(whisper=WhisperOptions(workers=1))

    check_recognizer(options, model_folder)
    engine = load_recognizer(options, model_folder)

    assert engine.name == "whisper faster-whisper-base int8"
    assert isinstance(engine, BatchRecognizer)
    engine.close()


def test_a_folder_of_ones_own_is_taken_as_it_is(model_folder: ModelFolder, tmp_path: Path) -> None:
    own = tmp_path / "our-own-whisper"
    own.symlink_to(model_folder.path("faster-whisper-base"))
    options = RecognizerOptions(folder=own, whisper=WhisperOptions(workers=1))

    check_recognizer(options, ModelFolder(tmp_path / "nothing installed"))
    engine = load_recognizer(options, ModelFolder(tmp_path / "nothing installed"))

    assert engine.name == "whisper our-own-whisper int8"
    engine.close()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    options = RecognizerOptions(folder=tmp_path / "gone")

    with pytest.raises(ModelError, match=r"VIVA_RECOGNITION_FOLDER names .*gone"):
        check_recognizer(options, ModelFolder(tmp_path))


def test_sherpa_wants_a_folder_and_says_which_setting(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="set VIVA_RECOGNITION_FOLDER"):
        check_recognizer(RecognizerOptions(engine="sherpa"), ModelFolder(tmp_path))
