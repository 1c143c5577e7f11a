"""A server without media for tests of everything else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from server.app import build
from server.media import MediaSide
from server.settings import Settings
from tests.server.live.house import House


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"VIVA_DATA_DIR": str(tmp_path), "HOME": str(tmp_path)})


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A table of interviews with one place, closed when the test is over."""
    house = House()
    yield house
    await house.table.close()


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[TestClient[web.Request, Any]]:
    """A running server whose media side is missing: text mode works, WHIP says 503."""
    app = await build(settings, MediaSide.without())
    async with TestClient(TestServer(app)) as test_client:
        yield test_client
