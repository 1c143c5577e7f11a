"""Nothing leaves: a whole interview, the server's every process traced (issue 2, line 5; DESIGN §9.19)."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.async_api import Browser

from media_pipeline.models import ModelFolder
from tests import media, tracing
from tests.browser.whole.people import until
from tests.browser.whole.server_process import ServerProcess, events
from tests.browser.whole.test_whole_interview import Pictures, answering

pytestmark = [
    pytest.mark.alone,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(400),
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]


def own_addresses() -> list[str]:
    """Addresses of this machine: the candidate's browser runs on it, so these are its peer addresses."""
    shown = subprocess.run(["ip", "-json", "addr"], capture_output=True, text=True, check=True).stdout
    return [info["local"] for link in json.loads(shown) for info in link["addr_info"]]


async def test_no_process_of_the_server_speaks_to_anybody_else(
    tmp_path: Path, model_folder: ModelFolder, browser: Browser, pictures: Pictures, voice: Path
) -> None:
    trace = tmp_path / "trace"
    wrapper = tuple(tracing.traced([], trace))
    server = ServerProcess(tmp_path, wrapper, VIVA_MODELS_DIR=str(model_folder.root))
    await server.start()
    try:
        candidate, interview, _ = await answering(browser, server, pictures)
        await candidate.say(
            media.spoken("I optimised the production process and it went much better.", voice)
        )

        async def judged() -> bool:
            records = await server.records(interview)
            kinds = {record["event"]["type"] for record in records}
            return {"transcript_final", "speech_out_started", "observation_changed"} <= kinds

        await candidate.show("nobody")
        await until(judged, "words heard, a face missed, a voice spoken: every part has worked")
        await server.act(interview, "end")
        await until(lambda: _ended(server, interview), "the report")
    finally:
        await server.stop()
    found = tracing.contacts(trace)
    assert any(contact.family.startswith("AF_INET") for contact in found), "the trace saw the media itself"
    left = tracing.leaving(found, own_addresses())
    assert left == [], f"the server spoke to {left}"


async def _ended(server: ServerProcess, interview: str) -> bool:
    return bool(events(await server.records(interview), "report_ready"))
