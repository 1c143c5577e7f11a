"""In a running interview, by text: the follow-up is chosen with what the answer reader makes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from media_pipeline.models.folder import default_root
from server.app import build, models_used
from server.media import MediaSide
from server.settings import Settings
from tests.scoring.test_answer_reader import BROKEN_OFF, TOLD
from tests.server.language_model.test_live_choice import Interview

ENDING = "And how did it turn out in the end?"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[TestClient[Any, Any]]:
    settings = Settings.from_environment({
        "VIVA_DATA_DIR": str(tmp_path), "HOME": str(tmp_path), "VIVA_MODELS_DIR": str(default_root()),
    })  # fmt: skip
    app = await build(settings, MediaSide.without())
    async with TestClient(TestServer(app)) as opened:
        yield opened


def test_the_report_names_the_reader_only_where_it_read() -> None:
    installed = {"faster-whisper-base": "a1", "answer-reader": "b2"}
    assert models_used(installed, "small") == installed
    assert models_used(installed, None) == {"faster-whisper-base": "a1"}
    assert models_used({}, "small") == {"answer-reader": "small"}


async def test_who_breaks_off_is_asked_for_the_end(client: TestClient[Any, Any]) -> None:
    interview = await Interview.begin(client)
    await interview.page.done("text", text=BROKEN_OFF)
    await interview.desk.until(lambda p: p.events("follow_up_asked"), "the follow-up")
    assert ENDING in interview.desk.events("follow_up_asked")[0]["text"]
    await interview.close()


async def test_who_has_told_it_is_not(client: TestClient[Any, Any]) -> None:
    interview = await Interview.begin(client)
    await interview.page.done("text", text=TOLD)
    await interview.desk.until(lambda _: interview.proposed(), "a proposal")
    assert not any(ENDING in item["text"] for item in interview.proposed())
    await interview.close()
