"""The review of an interview: playback, transcript and timeline on one clock, and what can be taken away."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.interviewer.conftest import Open, Site
from tests.browser.interviewer.finished import (
    END_MS,
    PARTS,
    brightness_of_second,
    finished,
    small_parts,
)
from tests.browser.interviewer.scenarios import TEXTS
from tests.browser.interviewer.scripted_server import ScriptedInterview

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

BRIGHTNESS = """video => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const pen = canvas.getContext("2d");
    pen.drawImage(video, 0, 0, 1, 1);
    return pen.getImageData(0, 0, 1, 1).data[0];
}"""

VIDEO = "const video = document.querySelector('video');"
SETTLED = f"() => {{ {VIDEO} return !video.seeking && video.readyState >= 2; }}"
IN_SECOND_PART = f"() => {{ {VIDEO} return video.src.endsWith('/2') && video.currentTime > 0.2; }}"


def with_recording(site: Site) -> ScriptedInterview:
    interview = site.server.add(finished("en"))
    site.recordings.parts[interview.id] = [
        (start, end, content) for (start, end), content in zip(PARTS, small_parts(), strict=True)
    ]
    return interview


async def review(open_page: Open, ms: int | None = None, **options: object) -> Page:
    page = await open_page(f"/interview/demo-en/review{'' if ms is None else f'/{ms}'}", **options)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ada Lindqvist")
    slider = page.get_by_role("slider", name="Playhead")
    await expect(slider).to_have_attribute("aria-valuenow", re.compile(r"\d"))
    return page


async def playhead(page: Page) -> int:
    """Seconds from the beginning of the timeline."""
    value = await page.get_by_role("slider", name="Playhead").get_attribute("aria-valuenow")
    return int(value or -1)


async def until(page: Page, condition: str) -> None:
    """Wait for something in the page; ``wait_for_function`` would need ``unsafe-eval``."""
    for _ in range(200):
        if await page.evaluate(condition):
            return
        await page.wait_for_timeout(50)
    raise AssertionError(f"not within 10 s: {condition}")


async def shown_second(page: Page, ms: int) -> None:
    """The picture is the one recorded at that session time."""
    await until(page, SETTLED)
    seen = await page.locator("video").evaluate(BRIGHTNESS)
    assert abs(seen - brightness_of_second(ms)) <= 7


async def test_a_line_a_quote_and_the_timeline_lead_to_the_same_clock(site: Site, open_page: Open) -> None:
    with_recording(site)
    page = await review(open_page)
    await page.get_by_text("So I wrote down every stop").first.click(position={"x": 2, "y": 6})
    await shown_second(page, 87_000)
    assert await playhead(page) == 87 - 15
    current = page.locator(".line-item[aria-current=true]")
    await expect(current).to_contain_text("So I wrote down every stop")
    quote = page.locator(".quotes__one").first
    clock = await quote.get_by_role("button").inner_text()
    await quote.click()
    minutes, seconds = clock.split(":")
    await shown_second(page, (int(minutes) * 60 + int(seconds)) * 1000)
    assert await playhead(page) == int(minutes) * 60 + int(seconds) - 15
    strip = page.locator(".lane--speech")
    box = await strip.bounding_box()
    assert box is not None
    share = (33_000 - 15_000) / (END_MS - 15_000)
    await strip.click(position={"x": box["width"] * share, "y": 3})
    await shown_second(page, await playhead(page) * 1000 + 15_000)
    await expect(current).to_contain_text(TEXTS["en"].introduction)
    assert any(wanted.startswith("bytes=") for wanted in site.recordings.ranges)


async def test_playing_goes_over_a_gap_and_says_so(site: Site, open_page: Open) -> None:
    with_recording(site)
    page = await review(open_page, 70_000)
    await expect(page.get_by_text("Not recorded from 1:06 to 1:14.")).to_be_visible()
    await page.keyboard.press("Space")
    await until(page, "() => document.querySelector('video').currentTime > 0.3")
    await page.keyboard.press("Space")
    assert 74 - 15 <= await playhead(page) <= 77 - 15
    # On the way to the end of the first part the playback goes on with the second.
    await page.get_by_role("combobox", name="Speed").select_option("2")
    slider = page.get_by_role("slider", name="Playhead")
    await slider.focus()
    for _ in range(2):
        await page.keyboard.press("PageDown")
    for _ in range(7):
        await page.keyboard.press("ArrowRight")
    assert await playhead(page) <= 66 - 15
    await page.get_by_role("button", name="Play", exact=True).click()
    await until(page, IN_SECOND_PART)
    assert await playhead(page) >= 74 - 15
    await expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()


async def test_keys_move_and_the_transcript_goes_along(site: Site, open_page: Open) -> None:
    with_recording(site)
    page = await review(open_page, 78_000)
    assert await playhead(page) == 78 - 15
    await page.keyboard.press("ArrowRight")
    assert await playhead(page) == 83 - 15
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("ArrowLeft")
    assert await playhead(page) == 73 - 15
    await page.keyboard.press("j")
    assert await playhead(page) == 78 - 15
    await page.keyboard.press("j")
    assert await playhead(page) == 87 - 15
    await page.keyboard.press("k")
    assert await playhead(page) == 78 - 15
    await expect(page.locator(".line-item[aria-current=true]")).to_contain_text("Last spring")
    await page.keyboard.press(".")
    await expect(page.get_by_role("combobox", name="Speed")).to_have_value("1.25")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


async def test_scrolling_of_ones_own_is_not_fought(site: Site, open_page: Open) -> None:
    with_recording(site)
    page = await review(open_page, 31_000, size=(1280, 640))
    words = page.locator(".line-scroll")
    await words.hover()
    await page.mouse.wheel(0, 600)
    back = page.get_by_role("button", name="Follow the playback")
    await expect(back).to_be_visible()
    before = await words.evaluate("element => element.scrollTop")
    assert before > 0
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowLeft")
    assert await words.evaluate("element => element.scrollTop") == before
    await back.click()
    await expect(page.locator(".line-item[aria-current=true]")).to_be_in_viewport()
    await expect(back).to_be_hidden()


async def test_the_word_being_said_is_marked_and_a_pressed_word_leads_to_its_time(
    site: Site, open_page: Open
) -> None:
    with_recording(site)
    page = await review(open_page, 33_000)
    marked = "[...CSS.highlights.get('review-word')][0].toString()"
    first = await page.evaluate(marked)
    assert first in TEXTS["en"].introduction.split()
    await page.keyboard.press("ArrowRight")
    assert await page.evaluate(marked) != first
    text = page.locator(".line-item[aria-current=true] .entry__text")
    box = await text.bounding_box()
    assert box is not None
    await text.click(position={"x": box["width"] - 60, "y": 8})
    assert 31 - 15 < await playhead(page) < 39 - 15


async def test_an_ended_ticket_is_renewed_once_without_a_word(site: Site, open_page: Open) -> None:
    with_recording(site)
    site.recordings.refused = 1
    page = await review(open_page, 33_000, quiet=False)
    await shown_second(page, 33_000)
    assert site.recordings.tickets == 2


async def test_a_recording_that_cannot_be_played_is_said_and_tried_again(site: Site, open_page: Open) -> None:
    with_recording(site)
    site.recordings.refused = 1_000
    page = await review(open_page, 33_000, quiet=False)
    await expect(page.get_by_text("The recording cannot be played at this place.")).to_be_visible()
    site.recordings.refused = 0
    await page.get_by_role("button", name="Try again").click()
    await shown_second(page, 33_000)


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("none", "no_consent", "No recording: the candidate did not agree to one."),
        ("none", "text", "No recording: the interview was in text."),
        ("recording", None, "The recording is still being written."),
        ("destroyed", None, "The recording was destroyed."),
    ],
)
async def test_without_a_recording_it_is_said_why_and_the_transcript_can_be_walked(
    site: Site, open_page: Open, state: str, reason: str | None, words: str
) -> None:
    interview = site.server.add(finished("en"))
    site.recordings.states[interview.id] = (state, reason)
    page = await review(open_page)
    await expect(page.locator(".player__message").get_by_text(words)).to_be_visible()
    await page.get_by_text("So I wrote down every stop").first.click(position={"x": 2, "y": 6})
    await expect(page.get_by_role("slider", name="Playhead")).to_have_attribute(
        "aria-valuetext", "1:27 · Question 2 of 5"
    )
    await expect(page.get_by_role("button", name="Play", exact=True)).to_have_attribute(
        "aria-disabled", "true"
    )
    assert site.recordings.tickets == 0


async def test_a_report_not_to_be_seen_yet_hides_scores_and_nothing_else(site: Site, open_page: Open) -> None:
    interview = site.server.add(finished("en"))
    site.recordings.hidden.add(interview.id)
    interview.log = [record for record in interview.log if not record.event.type.startswith("score_")]
    page = await review(open_page, quiet=False)
    await expect(page.get_by_text("Hidden until you have given your own scores on the desk.")).to_be_visible()
    await expect(page.get_by_role("link", name="Report")).to_be_hidden()
    assert await page.locator("[class*='lane--score']").count() == 0
    await expect(page.get_by_text("Last spring our labelling station")).to_have_count(2)


async def test_everything_can_be_taken_away(site: Site, open_page: Open, tmp_path: Path) -> None:
    interview = with_recording(site)
    page = await review(open_page)
    await page.keyboard.press("e")
    saved: dict[str, str] = {}
    for name in (
        "Report as a page",
        "Report as PDF",
        "Report as data",
        "Transcript as text",
        "Transcript as subtitles",
    ):
        async with page.expect_download() as saving:
            await page.get_by_role("button", name=name).click()
        download = await saving.value
        await download.save_as(tmp_path / download.suggested_filename)
        saved[name] = (tmp_path / download.suggested_filename).read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "viva-report-demo-en.html",
        "viva-report-demo-en.json",
        "viva-report-demo-en.pdf",
        "viva-transcript-demo-en.txt",
        "viva-transcript-demo-en.vtt",
    ]
    assert json.loads(saved["Report as data"]) == json.loads(json.dumps(interview.report))
    assert f"[0:31] Ada Lindqvist: {TEXTS['en'].introduction}" in saved["Transcript as text"]
    assert f"[0:20] Viva: {TEXTS['en'].questions[0]}" in saved["Transcript as text"]
    assert "00:00:31.000 --> 00:00:39.400\n<v Ada Lindqvist>I have been" in saved["Transcript as subtitles"]
    assert "Part 2 of the recording begins at 1:14." in saved["Transcript as subtitles"]


async def test_another_language_does_not_begin_anew(site: Site, open_page: Open) -> None:
    with_recording(site)
    page = await review(open_page, 20_000)
    await page.get_by_text("So I wrote down every stop").first.click(position={"x": 2, "y": 6})
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("slider", name="播放位置")).to_have_attribute("aria-valuenow", "72")
