"""The operator's settings as what hears, sees and speaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from media_pipeline.cores import usable_cores
from media_pipeline.services import MediaOptions
from server.media import options_of
from server.settings import Settings


def options(**variables: str) -> MediaOptions:
    return options_of(Settings.from_environment({f"VIVA_{name}": value for name, value in variables.items()}))


def test_workers_are_chosen_from_the_machine_and_leave_it_a_core() -> None:
    assert options().recognizer.whisper.workers == max(1, usable_cores() - 1)
    assert options(RECOGNITION_WORKERS="3").recognizer.whisper.workers == 3


def test_a_larger_model_on_a_gpu() -> None:
    recognizer = options(
        RECOGNITION_FOLDER="/srv/whisper-large", RECOGNITION_DEVICE="cuda", RECOGNITION_PRECISION="float16"
    ).recognizer

    assert recognizer.engine == "whisper"
    assert recognizer.folder == Path("/srv/whisper-large")
    assert (recognizer.whisper.device, recognizer.whisper.compute_type) == ("cuda", "float16")


@pytest.mark.parametrize("kind", ["sense_voice", "paraformer", "transducer"])
def test_another_engine(kind: str) -> None:
    recognizer = options(RECOGNITION_ENGINE=kind, RECOGNITION_FOLDER="/srv/model").recognizer

    assert recognizer.engine == "sherpa"
    assert recognizer.sherpa.kind == kind
    assert recognizer.sherpa.provider == "cpu"
