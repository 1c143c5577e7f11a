"""A running server, two people, and the pictures they may show."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from media_pipeline.models import ModelFolder
from tests import media
from tests.browser.whole.server_process import ServerProcess


@pytest.fixture
async def server(tmp_path: Path, model_folder: ModelFolder) -> AsyncIterator[ServerProcess]:
    """The real server, everything on."""
    process = ServerProcess(tmp_path, VIVA_MODELS_DIR=str(model_folder.root))
    await process.start()
    yield process
    await process.stop()


@pytest.fixture(scope="session")
def pictures() -> dict[str, media.Picture]:
    portrait = media.portrait()
    return {
        "face": portrait,
        "nobody": media.nobody(),
        "two": media.two_faces(),
        "dark": media.darkened(portrait),
    }


@pytest.fixture(scope="session")
def voice(model_folder: ModelFolder) -> Path:
    """The folder of the English voice that speaks scripted answers."""
    return model_folder.path("piper-en-joe")
