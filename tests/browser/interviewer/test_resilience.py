"""The desk under a flood, after a lost connection, and with an hour of transcript."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Page, expect

from media_pipeline.events import TranscriptFinal, TranscriptPartial
from tests.browser.interviewer import scenarios
from tests.browser.interviewer.conftest import Open, Site
from tests.browser.interviewer.scripted_server import ScriptedInterview

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

ELEMENTS_AT_MOST = 60
"""Entries of the transcript that may exist as elements at once, however long it is."""


async def desk(open_page: Open) -> Page:
    page = await open_page("/interview/demo-en", quiet=False)
    await expect(page.get_by_role("heading", name="Ada Lindqvist")).to_be_visible()
    return page


COUNTED = """() => {
    window.counted = { messages: [], frames: 0 };
    const listen = WebSocket.prototype.addEventListener;
    WebSocket.prototype.addEventListener = function (type, listener, ...rest) {
        return listen.call(this, type, type !== "message" ? listener : (event) => {
            window.counted.messages.push(performance.now());
            listener(event);
        }, ...rest);
    };
    const frame = () => { window.counted.frames += 1; requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
}"""
"""Counts what the page hears, and the frames it draws meanwhile."""

FLOOD = 800
PER_S = 400
"""Sent twice as fast as promised, so that a busy machine may halve it."""


async def flood(interview: ScriptedInterview) -> None:
    begun = asyncio.get_running_loop().time()
    for step in range(FLOOD):
        at_ms = 110_000 + 5 * step
        if step % 4 == 0:
            face = {"faces": 1, "box": [0.4, 0.2, 0.2, 0.4], "brightness": float(step), "sharpness": 50.0}
            await interview.send({"type": "live", "face": face})
        elif step % 4 == 1:
            measured = scenarios.delivery(at_ms, pace=step, volume=-30, pause=0.2, language="en")
            await interview.publish(measured, at_ms)
        elif step % 4 == 2:
            await interview.show(server_now_ms=at_ms)
        else:
            await interview.publish(TranscriptPartial("flood", f"word {step}", "", 110_000, at_ms), at_ms)
        await asyncio.sleep(max(0, begun + (step + 1) / PER_S - asyncio.get_running_loop().time()))


async def test_a_flood_of_events_is_drawn_to_the_last(site: Site, open_page: Open) -> None:
    """200 events a second: keys are obeyed and frames drawn meanwhile, and in the end all of it is shown."""
    interview = site.server.add(scenarios.running("en"))
    page = await open_page(quiet=False)
    await page.evaluate(f"({COUNTED})()")
    await page.evaluate("location.hash = '#/interview/demo-en'")
    await expect(page.get_by_role("heading", name="Ada Lindqvist")).to_be_visible()
    overlay = page.get_by_role("button", name="Overlay")
    await page.evaluate("counted.messages = []; counted.frames = 0")
    flooding = asyncio.create_task(flood(interview))
    obeyed = 0
    while not flooding.done():
        shown = await overlay.get_attribute("aria-pressed")
        await page.keyboard.press("o")
        await expect(overlay).to_have_attribute("aria-pressed", "false" if shown == "true" else "true")
        obeyed += 1
    await flooding
    if await overlay.get_attribute("aria-pressed") == "false":
        await page.keyboard.press("o")
    await expect(page.locator(".entry--partial").last).to_contain_text(f"word {FLOOD - 1}")
    await expect(page.locator(".frame__facts")).to_contain_text(f"Light {FLOOD - 4}")
    await expect(page.locator(".chart__value").first).to_have_text(str(FLOOD - 3))
    counted = await page.evaluate("counted")
    heard = counted["messages"]
    assert len(heard) >= FLOOD
    assert len(heard) / (heard[-1] - heard[0]) * 1000 >= 200, "that many a second really came"
    assert obeyed >= 3 and counted["frames"] >= 20, (obeyed, counted["frames"])


async def test_after_a_lost_connection_nothing_is_missing_or_doubled(site: Site, open_page: Open) -> None:
    interview = site.server.add(scenarios.running("en"))
    page = await desk(open_page)
    seen = interview.seq
    await site.server.cut()
    await expect(page.get_by_text("Reconnecting").first).to_be_visible()
    for place in range(3):
        said = TranscriptFinal(
            f"away{place}", "candidate", "speech", f"Said meanwhile {place}.", 110_000, 111_000
        )
        interview.append(said, 111_000 + place)
    await page.keyboard.press("p")
    await expect(page.locator(".notices")).to_contain_text("not connected; try again when the desk is live")
    site.server.mend()
    for place in range(3):
        await expect(page.get_by_text(f"Said meanwhile {place}.")).to_have_count(1)
    await expect(page.locator(".head .link-state")).to_have_text("Live")
    assert interview.resumed_after[-1] == seen
    assert interview.commands == []
    await expect(page.get_by_text("Measured first, then changed. Ask for the log.")).to_have_count(1)


async def test_a_desk_taken_over_says_so(site: Site, open_page: Open) -> None:
    interview = site.server.add(scenarios.running("en"))
    page = await desk(open_page)
    for socket in list(interview.sockets):
        await socket.close(code=4409)
    await expect(page.locator(".notices")).to_contain_text("opened in another tab")


async def long_desk(site: Site, open_page: Open) -> tuple[ScriptedInterview, Page]:
    interview = site.server.add(scenarios.long("en"))
    page = await desk(open_page)
    await expect(page.get_by_text("(899)")).to_be_visible()
    return interview, page


async def test_an_hour_of_transcript_keeps_few_elements_and_follows_the_end(
    site: Site, open_page: Open
) -> None:
    interview, page = await long_desk(site, open_page)
    assert await page.locator("#transcript article, #transcript [role=article]").count() < ELEMENTS_AT_MOST
    await interview.publish(
        TranscriptFinal("last", "candidate", "speech", "The very last words.", 3_800_000, 3_801_000)
    )
    await expect(page.get_by_text("The very last words.")).to_be_in_viewport()


async def test_a_reader_who_scrolled_away_is_left_in_peace(site: Site, open_page: Open) -> None:
    interview, page = await long_desk(site, open_page)
    scroller = page.locator("#transcript")
    await scroller.evaluate("element => { element.scrollTop = element.scrollHeight / 2; }")
    back = page.get_by_role("button", name="Jump to now")
    await expect(back).to_be_visible()
    await expect(page.get_by_text("(899)")).to_have_count(0)
    await page.wait_for_timeout(200)
    place = await scroller.evaluate("element => element.scrollTop")
    await interview.publish(
        TranscriptFinal("last", "candidate", "speech", "The very last words.", 3_800_000, 3_801_000)
    )
    await expect(back).to_contain_text("1 new")
    assert await scroller.evaluate("element => element.scrollTop") == place
    await back.click()
    await expect(page.get_by_text("The very last words.")).to_be_in_viewport()
    await expect(back).to_be_hidden()


async def test_any_place_of_an_hour_is_found_and_read_in_order(site: Site, open_page: Open) -> None:
    _, page = await long_desk(site, open_page)
    await page.keyboard.press("/")
    await page.keyboard.type("(450)")
    found = page.locator(".virtual__item--found")
    await expect(found).to_contain_text("(450)")
    await expect(found).to_be_in_viewport()
    places = await page.locator("#transcript [role=article]").evaluate_all(
        "all => all.map(one => [Number(one.getAttribute('aria-posinset')), one.getBoundingClientRect().top])"
    )
    assert [place for place, _ in places] == sorted(place for place, _ in places)
    assert [top for _, top in places] == sorted(top for _, top in places)


async def nodes_kept(page: Page) -> int:
    """How many nodes of the document and of what was once in it are kept in memory."""
    session = await page.context.new_cdp_session(page)
    await session.send("HeapProfiler.collectGarbage")
    counters = await session.send("Memory.getDOMCounters")
    await session.detach()
    return int(counters["nodes"])


async def test_a_desk_that_was_left_is_let_go_of(site: Site, open_page: Open) -> None:
    """Interviewers go between the lobby and their desks all day in one tab."""
    site.server.add(scenarios.with_panel("en"))
    site.server.lobby = scenarios.lobby("en")
    page = await desk(open_page)
    one_desk = await nodes_kept(page)
    for _ in range(8):
        await page.evaluate("location.hash = '#/'")
        await expect(page.get_by_text("Dilnoza Karimova")).to_be_visible()
        await page.evaluate("location.hash = '#/interview/demo-en'")
        await expect(page.get_by_role("heading", name="Ada Lindqvist")).to_be_visible()
    for _ in range(40):  # requests of the last one may still be on their way
        if await nodes_kept(page) < 1.5 * one_desk:  # not one of the eight before it
            return
        await page.wait_for_timeout(250)
    raise AssertionError(f"{await nodes_kept(page)} nodes are kept; a desk has {one_desk}")
