"""A running server, a browser, two people, and the pictures they may show.

The server and Chromium are started once: loading the models takes longer than most of what is tested.
Each test has interviews and pages of its own, and leaves the machine to the next one as it found it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, async_playwright

from media_pipeline.models import ModelFolder
from tests import media
from tests.browser.conftest import LAUNCH
from tests.browser.whole.server_process import ServerProcess


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def one_server(
    tmp_path_factory: pytest.TempPathFactory, model_folder: ModelFolder
) -> AsyncIterator[ServerProcess]:
    process = ServerProcess(tmp_path_factory.mktemp("whole"), VIVA_MODELS_DIR=str(model_folder.root))
    yield process
    await process.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def server(one_server: ServerProcess) -> AsyncIterator[ServerProcess]:
    """The real server, everything on; nobody is in an interview."""
    await one_server.be_up()
    yield one_server
    await one_server.be_up()
    await one_server.end_what_runs()


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def one_browser(chromium: str, playwright: Playwright) -> AsyncIterator[Browser]:
    started = await playwright.chromium.launch(executable_path=chromium, headless=True, args=list(LAUNCH))
    yield started
    await started.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(one_browser: Browser) -> AsyncIterator[Browser]:
    """A Chromium in which nobody has been: the people's pages bring microphone and camera (``studio.js``)."""
    yield one_browser
    for context in one_browser.contexts:
        await context.close()


@pytest.fixture(scope="session")
def pictures() -> dict[str, media.Picture]:
    portrait = media.portrait()
    return {
        "face": portrait,
        # Grain is dear to an encoder: at a new connection's 250 kbit/s one frame of it takes two seconds.
        "nobody": media.nobody(grain=0.5),
        "two": media.two_faces(),
        "dark": media.darkened(portrait),
    }


@pytest.fixture(scope="session")
def voice(model_folder: ModelFolder) -> Path:
    """The folder of the English voice that speaks scripted answers."""
    return model_folder.path("piper-en-joe")
