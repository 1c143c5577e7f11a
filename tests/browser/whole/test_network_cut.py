"""The cable is pulled in the middle of an answer: the candidate's for 20 s, or the interviewer's."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Playwright, expect

from media_pipeline.models import ModelFolder
from tests import media
from tests.browser.conftest import LAUNCH
from tests.browser.whole.network import Cable, can_make_networks
from tests.browser.whole.people import Candidate, Interviewer, until
from tests.browser.whole.server_process import ServerProcess, events
from tests.browser.whole.test_whole_interview import Pictures, answering, is_final

pytestmark = [
    pytest.mark.alone,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(300),
    pytest.mark.skipif(not can_make_networks(), reason="network namespaces need root and iproute2"),
]
CUT_S = 20.0


@pytest.fixture(scope="module")
def cable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cable]:
    laid = Cable(tmp_path_factory.mktemp("cable"))
    try:
        laid.lay()
        yield laid
    finally:
        laid.remove()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(
    tmp_path_factory: pytest.TempPathFactory, model_folder: ModelFolder, cable: Cable
) -> AsyncIterator[ServerProcess]:
    """One that is reached over the cable, and by who is at home."""
    data = tmp_path_factory.mktemp("reached-over-the-cable")
    models = str(model_folder.root)
    process = ServerProcess(data, VIVA_MODELS_DIR=models, VIVA_HOST="0.0.0.0", host=cable.server_address)
    await process.start()
    yield process
    await process.stop()


async def test_the_candidate_comes_back_to_the_same_question(
    server: ServerProcess,
    cable: Cable,
    playwright: Playwright,
    chromium: str,
    pictures: Pictures,
    voice: Path,
) -> None:
    browser = await playwright.chromium.launch(
        executable_path=cable.browser_command(chromium),
        args=[*LAUNCH, f"--unsafely-treat-insecure-origin-as-secure={server.public_url}"],
    )
    try:
        candidate, interview, _ = await answering(browser, server, pictures)
        await candidate.say(media.spoken("I have led a shift of twelve people for six years.", voice))
        await candidate.sees(re.compile("(twelve|12) people", re.I))
        cable.pull()
        cut = asyncio.create_task(asyncio.sleep(CUT_S))
        await candidate.sees(re.compile(re.escape(candidate.words["net_lost"])))
        await cut
        cable.plug_in()
        await candidate.gone(re.compile(re.escape(candidate.words["net_lost"])))
        await candidate.media_connected(server, interview, again=True)
        await candidate.sees(re.compile("(twelve|12) people", re.I))
        await candidate.say(media.spoken("We reduced the scrap by nine per cent.", voice))
        await until(lambda: is_final(server, interview, "scrap"), "the final words after the cut")
        records = await server.records(interview)
        assert len(events(records, "interview_opened")) == 1
        assert [asked["question"] for asked in events(records, "question_asked")] == ["q1"]
        assert {final["question"] for final in events(records, "transcript_final")} == {"q1"}
        states = [e["state"] for e in events(records, "connection_changed") if e["channel"] == "media"]
        assert "lost" in states and states[-1] == "resumed"
    finally:
        cable.plug_in()
        await browser.close()


async def test_a_desk_that_was_cut_off_catches_up(
    server: ServerProcess, cable: Cable, playwright: Playwright, chromium: str
) -> None:
    """The interviewer's cable is pulled; the candidate goes on and notices nothing."""
    trusted = f"--unsafely-treat-insecure-origin-as-secure={server.public_url}"
    away = await playwright.chromium.launch(
        executable_path=cable.browser_command(chromium), args=[*LAUNCH, trusted]
    )
    at_home = await playwright.chromium.launch(executable_path=chromium, args=list(LAUNCH))
    try:
        ordered = await server.order("production-supervisor.en")
        own_line = ordered["candidate_link"].replace(server.public_url, server.url)
        candidate = await Candidate.arrive(at_home, own_line, {})
        await candidate.sign_in("Ada Lovelace", "555 0100", mode="text")
        await candidate.begin()
        await candidate.start_answering()
        desk = await Interviewer.arrive(away, ordered["interviewer_link"])
        await desk.open_interview(ordered["interview"])
        link = desk.page.locator(".head .link-state")
        await expect(link).to_have_text("Live")
        await candidate.type_part("Said before the cut.")
        await expect(desk.page.get_by_text("Said before the cut.")).to_have_count(1)

        cable.pull()
        await expect(link).to_contain_text("Reconnecting")
        for number in range(3):
            await candidate.type_part(f"Said meanwhile {number}.")
        await desk.page.keyboard.press("p")
        await expect(desk.page.locator(".notices")).to_contain_text("not connected")
        cable.plug_in()
        await expect(link).to_have_text("Live")
        for number in range(3):
            await expect(desk.page.get_by_text(f"Said meanwhile {number}.")).to_have_count(1)
        await expect(desk.page.get_by_text("Said before the cut.")).to_have_count(1)
        records = await server.records(ordered["interview"])
        assert events(records, "interview_paused") == [], "what was pressed offline is not done later"
        assert candidate.complaints == []
    finally:
        await away.close()
        await at_home.close()
