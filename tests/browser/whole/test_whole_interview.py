"""The main job, end to end: real speech and a real face through a real Chromium, an interviewer beside.

Each test is a line of what the product promises; the log is read afterwards to see that it was so.
"""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

import pytest
from playwright.async_api import expect

from loadtest.speech_text import errors, tokens
from tests import media
from tests.browser.conftest import BrowserWith
from tests.browser.whole.people import Candidate, Interviewer, until
from tests.browser.whole.server_process import ServerProcess, events
from tests.media import Picture
from tests.media_pipeline.recording.material import demuxed

pytestmark = pytest.mark.timeout(300)
"""Models are loaded and people speak in real time."""

Pictures = dict[str, Picture]
ANSWER = "I optimised the production process and it went much better."


async def answering(browser: object, server: ServerProcess, pictures: Pictures) -> tuple[Candidate, str, str]:
    """A candidate who has just begun to answer the first question; with the interview and the desk's link."""
    ordered = await server.order("production-supervisor.en")
    candidate = await Candidate.arrive(browser, ordered["candidate_link"], pictures)  # type: ignore[arg-type]
    await candidate.sign_in("Ada Lovelace", "555 0100")
    await candidate.check_devices()
    await candidate.begin()
    await candidate.start_answering()
    interview = ordered["interview"]
    await candidate.media_connected(server, interview)
    return candidate, interview, ordered["interviewer_link"]


async def test_speech_is_transcribed_on_the_interviewers_page(
    server: ServerProcess, browser_with: BrowserWith, pictures: Pictures, english_speech: media.Speech
) -> None:
    browser = await browser_with()
    candidate, interview, link = await answering(browser, server, pictures)
    desk = await Interviewer.arrive(browser, link)
    await desk.open_interview(interview)
    saying = asyncio.create_task(candidate.say(english_speech))
    await expect(desk.page.locator(".entry--partial").first).to_be_visible(timeout=8_000)
    assert not saying.done(), "a partial stands while the sentence is still being said"
    await saying

    async def all_final() -> bool:
        return "despair" in await desk.said()

    await until(all_final, 15, "the last words on the interviewer's page")
    shown = await desk.said()
    said = tokens(english_speech.transcript, "en")
    rate = errors(said, tokens(shown, "en")) / len(said)
    print(f"word error rate on the interviewer's page: {rate:.3f}")
    assert rate <= 0.10, shown
    assert candidate.complaints == []


async def test_a_follow_up_is_asked_while_the_answer_is_open(
    server: ServerProcess, browser_with: BrowserWith, pictures: Pictures, voice: Path
) -> None:
    candidate, interview, _ = await answering(await browser_with(), server, pictures)
    before = await candidate.heard()
    await candidate.say(media.spoken(ANSWER, voice))
    await candidate.sees(
        re.compile("You mentioned.*optimi[sz]ed the production process.*how much", re.I), within_s=15
    )

    async def spoken() -> bool:
        started = events(await server.records(interview), "speech_out_started")
        return any(event["utterance"].startswith("follow_up:") for event in started)

    await until(spoken, 5, "the follow-up's voice")
    await until(lambda: candidate.has_heard(before), 8, "sound at the candidate's loudspeaker")
    records = await server.records(interview)
    (asked,) = events(records, "follow_up_asked")
    assert asked["by"] == "system" and asked["kind"] == "quantify"
    assert events(records, "answer_ended") == []
    (answered,) = events(records, "transcript_final")
    assert answered["end_ms"] < asked["at_ms"], "never over the candidate's speech"


async def test_a_follow_up_in_chinese_text_mode(server: ServerProcess, browser_with: BrowserWith) -> None:
    ordered = await server.order("production-supervisor.zh", name="林小雨")
    candidate = await Candidate.arrive(
        await browser_with(), ordered["candidate_link"], {}, language="zh", width=360
    )
    await candidate.sign_in("林小雨", "13800000000", mode="text")
    await candidate.begin()
    await candidate.start_answering()
    await candidate.type_part("我优化了生产流程，效果好了很多。")
    await candidate.sees(re.compile("你提到“优化了生产流程”，.*多少"))
    records = await server.records(ordered["interview"])
    assert events(records, "answer_ended") == []
    (final,) = events(records, "transcript_final")
    assert final["source"] == "text"


async def test_what_the_camera_shows_is_observed_and_scores_nothing(
    server: ServerProcess, browser_with: BrowserWith, pictures: Pictures, voice: Path
) -> None:
    candidate, interview, _ = await answering(await browser_with(), server, pictures)
    await candidate.say(media.spoken(ANSWER, voice))

    async def scored() -> bool:
        return bool(events(await server.records(interview), "score_proposed"))

    await until(scored, 15, "a score")
    scores_before = events(await server.records(interview), "score_proposed")
    for scene, kind in (("nobody", "no_face"), ("two", "several_faces"), ("dark", "dark")):
        await candidate.show("face")
        await until(lambda k=kind: _holds(server, interview, k, False), 10, f"{kind} ends")  # type: ignore[misc]
        shown_at = await _session_ms(server, interview)
        await candidate.show(scene)
        await until(lambda k=kind: _holds(server, interview, k, True), 10, kind)  # type: ignore[misc]
        observed = [
            event
            for event in events(await server.records(interview), "observation_changed")
            if event["kind"] == kind and event["active"]
        ][-1]
        took_ms = observed["at_ms"] - shown_at
        print(f"{kind} observed after {took_ms} ms")
        assert took_ms <= 2_500, f"{kind} was observed after {took_ms} ms"
    assert events(await server.records(interview), "score_proposed") == scores_before


async def is_final(server: ServerProcess, interview: str, word: str) -> bool:
    return any(word in final["text"] for final in events(await server.records(interview), "transcript_final"))


async def _session_ms(server: ServerProcess, interview: str) -> int:
    """The session time of this moment, from the log's one wall-clock time (same machine, same clock)."""
    (opened,) = events(await server.records(interview), "interview_opened")
    return round(time.time() * 1000) - int(opened["unix_ms"])


async def _holds(server: ServerProcess, interview: str, kind: str, active: bool) -> bool:
    changes = [e for e in events(await server.records(interview), "observation_changed") if e["kind"] == kind]
    return bool(changes and changes[-1]["active"]) == active


async def test_kill_9_in_the_middle_of_an_answer_loses_nothing(
    server: ServerProcess, browser_with: BrowserWith, pictures: Pictures, voice: Path
) -> None:
    candidate, interview, _ = await answering(await browser_with(), server, pictures)
    await candidate.say(media.spoken("I have led a shift of twelve people for six years.", voice))
    await candidate.sees(re.compile("(twelve|12) people", re.I))
    await until(lambda: is_final(server, interview, "people"), 15, "the final words")
    before = events(await server.records(interview), "transcript_final")
    killed_ms = await _session_ms(server, interview)
    await server.kill()
    await asyncio.sleep(2)
    await server.start()
    await candidate.sees(candidate.words["net_connected"], within_s=40)
    await candidate.sees(re.compile("(twelve|12) people", re.I))

    await candidate.media_connected(server, interview, again=True)
    await candidate.say(media.spoken("We reduced the scrap by nine per cent.", voice))
    await until(lambda: is_final(server, interview, "scrap"), 30, "the final words after the restart")
    records = await server.records(interview)
    finals = events(records, "transcript_final")
    assert finals[: len(before)] == before
    assert {final["question"] for final in finals} == {"q1"}
    assert [record["seq"] for record in records] == list(range(1, len(records) + 1))
    assert len(events(records, "question_asked")) == 1

    # The recording, too, goes on: what was written before the kill can be played, the rest is another part.
    recording = await server.recording(interview)
    (cut,) = recording["parts"]
    assert recording["state"] == "recording"
    assert killed_ms - cut["end_ms"] < 3_000
    packets = demuxed(await server.download(cut["url"]))
    assert {packet.stream for packet in packets} >= {0, 1}, "picture and sound"
    assert packets[-1].at_ms == pytest.approx(cut["end_ms"] - cut["start_ms"], abs=200)
