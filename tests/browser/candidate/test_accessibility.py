"""WCAG 2.2 AA by axe-core on every state, the whole page by keyboard alone, and room on a small phone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.candidate.conftest import OpenPage
from tests.browser.candidate.scenarios import ENTRY_EN, PARTIALS, STATES, WAITING
from tests.browser.candidate.scripted_server import ScriptedServer
from tests.browser.candidate.test_interview import until
from tests.browser.right_to_left import mirrored, turned

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VARIANTS = [("en", "light", 1280), ("zh", "dark", 360), ("en", "dark", 360), ("zh", "light", 1280)]

needs_axe = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed (npm is not here)")


async def violations(page: Page) -> list[str]:
    """What axe finds, one line each, in words that name the element."""
    if not await page.evaluate("typeof window.axe === 'object'"):
        # By evaluation, not by a script element: the page's own policy refuses inline scripts, rightly.
        await page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = await page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(r => r.violations)",
        RULES,
    )
    return [
        f"{rule['id']}: {node['html'][:160]} {node.get('failureSummary', '')}"
        for rule in found
        for node in rule["nodes"]
    ]


async def overflow(page: Page) -> float:
    """How far the page can be scrolled sideways (WCAG 1.4.10: not at all)."""
    return float(
        await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


@needs_axe
@pytest.mark.parametrize(("language", "theme", "width"), VARIANTS)
async def test_every_state_of_the_interview(
    language: str, theme: str, width: int, open_page: OpenPage, server: ScriptedServer
) -> None:
    server.view = {**STATES["answering"][language]}
    page = await open_page(
        language=language, theme=theme, width=width, height=740 if width < 600 else 800, signed_in=True
    )
    await expect(page.locator("main h1:visible")).to_be_visible()
    problems: dict[str, list[str]] = {}
    for name, views in STATES.items():
        if name == "ended":
            continue  # from there nothing comes back; it is the last one below
        await server.show(views[language])
        await server.record(PARTIALS[language])
        await page.wait_for_timeout(150)
        problems[name] = await violations(page)
        assert await overflow(page) <= 0, name
    await server.show(STATES["answering"][language])
    await page.locator(".more .tool").click()
    problems["more"] = await violations(page)
    await page.locator(".more__body > .button").nth(-2).click()
    await page.locator(".dialog .choice input").nth(1).click()  # what is needed: what that means is said
    await expect(page.locator(".dialog .notice")).to_be_visible()
    problems["agreement"] = await violations(page)
    await page.keyboard.press("Escape")
    await page.locator(".tool").nth(3).click()
    problems["help"] = await violations(page)
    await page.keyboard.press("Escape")
    await server.show(STATES["ended"][language])
    await expect(page.locator(".scale").first).to_be_visible()
    problems["ended"] = await violations(page)
    assert {name: found for name, found in problems.items() if found} == {}


async def test_names_and_words_from_right_to_left_turn_nothing_round(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    server.view = mirrored(STATES["answering"]["en"])
    way_in = await open_page(entry=mirrored(ENTRY_EN))
    await expect(way_in.locator(".ways")).to_be_visible()
    found = set(await turned(way_in))
    for _ in range(2):
        await way_in.locator(".actions .button--primary").click()
    found |= set(await turned(way_in))
    page = await open_page(signed_in=True, entry=mirrored(ENTRY_EN))
    await expect(page.locator("main h1:visible")).to_be_visible()
    for name, views in STATES.items():
        if name != "ended":
            view = mirrored(views["en"])
            await server.show({**view, "on_air": view.get("on_air") and {"name": mirrored("Mei Chen")}})
            await server.record(mirrored(PARTIALS["en"]))
            await page.wait_for_timeout(60)
            found |= set(await turned(page))
    assert not found, "\n".join(sorted(found))


@needs_axe
@pytest.mark.parametrize(("language", "theme", "width"), VARIANTS[:2])
async def test_every_step_of_the_way_in(
    language: str, theme: str, width: int, open_page: OpenPage, server: ScriptedServer
) -> None:
    server.view = {**WAITING, "language": language}
    page = await open_page(language=language, theme=theme, width=width, height=740)
    forward = page.locator(".actions .button--primary")
    problems: dict[str, list[str]] = {}

    async def look(name: str) -> None:
        await page.wait_for_timeout(150)
        problems[name] = await violations(page)
        assert await overflow(page) <= 0, name

    await expect(page.locator(".ways")).to_be_visible()
    await look("welcome")
    await forward.click()
    await forward.click()
    await look("consent refused")
    await page.locator("aside .button").nth(1).click()
    await look("a person instead")
    await page.keyboard.press("Escape")
    for box in await page.locator(".purpose input").all():
        await box.check()
    await forward.click()
    await look("sign-in")
    for field in await page.locator(".input").all():
        await field.fill("1234")
    await page.locator("button[type=submit]").click()
    await expect(page.locator(".card")).to_be_visible()
    await look("permission")
    await page.locator(".card .button--primary").click()
    await expect(page.locator(".checks")).to_be_visible()
    await look("devices")
    await forward.click()
    await expect(page.locator(".guide")).to_be_visible()
    await look("guide")
    assert {name: found for name, found in problems.items() if found} == {}


async def tab_to(page: Page, name: str, *, most: int = 40) -> None:
    """Press Tab until the element with this name (or its label) has the focus."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        if name in await page.evaluate(FOCUSED_NAME):
            visible = await page.evaluate(
                "document.activeElement.checkVisibility() && !document.activeElement.closest('[hidden]')"
            )
            assert visible, f"{name} has the focus but cannot be seen"
            return
    raise AssertionError(f"{name} is not reached by the Tab key")


FOCUSED_NAME = """() => {
  const e = document.activeElement;
  const labels = e.labels ? [...e.labels].map(l => l.textContent) : [];
  const own = e.tagName === 'BUTTON' ? e.textContent : '';
  return [e.getAttribute('aria-label') ?? '', ...labels, own].join(' ');
}"""


async def test_the_whole_page_by_keyboard_alone(open_page: OpenPage, server: ScriptedServer) -> None:
    """From the link to the end without a pointer; headings take the focus when a step comes."""
    server.view = {**WAITING, "mode": "text"}
    server.reactions = {
        "start": lambda _: {**STATES["thinking"]["en"], "mode": "text"},
        "skip_thinking": lambda _: STATES["text"]["en"],
        "done": lambda _: STATES["candidate_questions"]["en"],
        "finish": lambda _: STATES["ended"]["en"],
    }
    page = await open_page()
    press = page.keyboard.press
    await expect(page.locator(".ways")).to_be_visible()
    await tab_to(page, "Video")
    await press("ArrowDown")
    await press("ArrowDown")
    await tab_to(page, "Continue")
    await press("Enter")
    await expect(page.get_by_role("heading", name="What you agree to")).to_be_focused()
    await tab_to(page, "Recording")
    await press("Space")
    await tab_to(page, "Automated analysis")
    await press("Space")
    await tab_to(page, "Continue")
    await press("Enter")
    await expect(page.get_by_role("heading", name="Tell us who you are")).to_be_focused()
    await tab_to(page, "Your name")
    await page.keyboard.type("Ada Lovelace")
    await tab_to(page, "Your phone number")
    await page.keyboard.type("1234")
    await press("Enter")
    await expect(page.get_by_role("heading", name="How it goes")).to_be_focused()
    assert server.calls[0][1]["mode"] == "text"
    await tab_to(page, "Begin the interview")
    await press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()
    await page.wait_for_timeout(800)
    await press("Control+Enter")
    field = page.get_by_label("Your answer", exact=True)
    await expect(field).to_be_visible()
    await tab_to(page, "Your answer")
    await page.keyboard.type("We drew the flow of parts.")
    await tab_to(page, "Send this part")
    await press("Enter")
    await until(lambda: len(server.named("text")) == 1)
    await tab_to(page, "More")
    await press("Enter")
    await page.keyboard.press("Escape")
    assert "More" in await page.evaluate(FOCUSED_NAME)
    await page.wait_for_timeout(800)
    await press("Control+Enter")
    await expect(page.get_by_role("textbox", name="Your question")).to_be_visible()
    await tab_to(page, "Finish the interview")
    await page.wait_for_timeout(800)
    await press("Enter")
    await tab_to(page, "Finish")
    await press("Enter")
    await expect(page.get_by_role("heading", name="Thank you. That’s all.")).to_be_focused()
    for question in ("The questions were clear", "I felt at ease"):
        await tab_to(page, "1")
        await press("ArrowRight")
        group = page.get_by_role("group", name=question)
        await expect(group.get_by_role("radio", name="2")).to_be_checked()
    await tab_to(page, "Send")
    await press("Enter")
    await expect(page.get_by_text("You can close this page now.")).to_be_focused()


async def test_screen_readers_hear_questions_and_never_the_own_words(
    open_page: OpenPage, server: ScriptedServer
) -> None:
    server.view = STATES["answering"]["en"]
    page = await open_page(signed_in=True)
    live = page.locator("[role=status][aria-live=polite]")
    await expect(live).to_contain_text("Tell me about a time when you improved")
    await server.record(PARTIALS["en"])
    await server.show(STATES["follow_up"]["en"])
    await expect(live).to_contain_text("A follow-up: By how much did it get better")
    assert "optimised" not in await live.inner_text()
    assert await page.locator(".captions [role=log]").get_attribute("aria-live") == "off"


async def test_nothing_moves_where_motion_is_not_wanted(open_page: OpenPage, server: ScriptedServer) -> None:
    server.view = STATES["answering"]["en"]
    page = await open_page(signed_in=True, reduced_motion="reduce")
    await expect(page.locator("main h1:visible")).to_be_visible()
    moving = (
        "() => [...document.querySelectorAll('*')]"
        ".filter(e => getComputedStyle(e).transitionDuration !== '0s').length"
    )
    assert await page.evaluate(moving) == 0


async def test_the_answer_has_room_on_a_small_phone(open_page: OpenPage, server: ScriptedServer) -> None:
    server.view = STATES["answering"]["en"]
    page = await open_page(width=360, height=740, signed_in=True)
    heading = page.locator("main h1:visible")
    await expect(heading).to_be_visible()
    for name in sorted(set(STATES) - {"ended", "candidate_questions", "paused"}):
        await server.show(STATES[name]["en"])
        await expect(heading).to_contain_text(asked(STATES[name]["en"]))
        # Both in one look: between two, a later drawing may put a new heading in the old one's place.
        placed = await page.wait_for_function(PLACED)
        question, done = await placed.json_value()
        assert done["bottom"] <= 740, name
        assert question["bottom"] <= done["top"], name
        assert done["height"] >= 44, name


PLACED = """() => {
  const seen = selector => [...document.querySelectorAll(selector)].find(one => one.checkVisibility());
  const both = [seen('main h1'), seen('.actions-bar__primary')];
  return both.every(Boolean) && both.map(one => one.getBoundingClientRect().toJSON());
}"""


def asked(view: dict[str, Any]) -> str:
    """What the heading says in this view."""
    return str(
        (view["follow_up"] or {}).get("text") or view["question"]["rephrased"] or view["question"]["text"]
    )
