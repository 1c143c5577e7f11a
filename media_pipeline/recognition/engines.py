"""Which engine recognises speech in this process, and with which model."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from media_pipeline.errors import ModelError
from media_pipeline.models.folder import ModelFolder
from media_pipeline.recognition.seam import SpeechRecognizer
from media_pipeline.recognition.sherpa import SherpaOptions, SherpaRecognizer
from media_pipeline.recognition.whisper import WhisperOptions, WhisperRecognizer


@dataclass(frozen=True, slots=True)
class RecognizerOptions:
    """Engine, model, and how both are run."""

    engine: Literal["whisper", "sherpa"] = "whisper"
    model: str = "faster-whisper-base"
    """Name in the model manifest; what is used where no folder is given."""

    folder: Path | None = None
    """A model of the operator's own; nobody but its owner vouches for its content."""

    whisper: WhisperOptions = field(default_factory=WhisperOptions)
    sherpa: SherpaOptions = field(default_factory=SherpaOptions)


def check_recognizer(options: RecognizerOptions, models: ModelFolder) -> None:
    """Is the model there, and the one promised? Raises ``ModelError`` with what to do."""
    if options.folder is None:
        if options.engine != "whisper":
            raise ModelError("No sherpa-onnx model comes with Viva: set VIVA_RECOGNITION_FOLDER to yours.")
        models.require([options.model])
    elif not options.folder.is_dir():
        raise ModelError(f"VIVA_RECOGNITION_FOLDER names {options.folder}, which is no folder.")


def load_recognizer(options: RecognizerOptions, models: ModelFolder) -> SpeechRecognizer:
    """The engine with its model loaded: a second or more, so never on an event loop.

    Raises:
        ModelError: the model is missing, damaged or of another kind.
    """
    folder = options.folder or models.path(options.model)
    if options.engine == "sherpa":
        return SherpaRecognizer(folder, options.sherpa)
    return WhisperRecognizer(folder, options.whisper)
