"""Every state of the pages, over languages, themes and sizes: accessible, and the desk in one screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.interviewer import scenarios
from tests.browser.interviewer.conftest import Open, Site
from tests.browser.interviewer.reports import sample_report
from tests.browser.interviewer.scenarios import Language
from tests.browser.interviewer.scripted_server import ScriptedInterview
from tests.browser.interviewer.test_wall import still as small_still

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
DESKTOP, LARGE, TABLET, PHONE = (1280, 720), (1440, 900), (820, 1180), (360, 740)
Look = tuple[Language, str, tuple[int, int]]
LOOKS: list[Look] = [("en", "light", DESKTOP), ("zh", "dark", PHONE)]
"""Between them both languages, both themes, the smallest desk and the smallest phone: every state."""
OTHER_LOOKS: list[Look] = [
    ("zh", "light", LARGE),
    ("zh", "dark", DESKTOP),
    ("en", "dark", TABLET),
    ("en", "light", PHONE),
]
"""The state that is looked at for hours in these as well."""
Act = Callable[[Page], Awaitable[object]]


async def nothing(page: Page) -> None:
    """The state is reached by opening the page."""


async def _quotes(page: Page) -> None:
    await page.keyboard.press("q")


async def _board(page: Page) -> None:
    await page.keyboard.press("v")
    await page.keyboard.press("Enter")


async def _keys(page: Page) -> None:
    await page.keyboard.press("?")


async def _end(page: Page) -> None:
    await page.keyboard.press("e")


async def _draft(page: Page) -> None:
    await page.keyboard.press("1")


async def _search(page: Page) -> None:
    await page.keyboard.press("/")
    await page.keyboard.type("i")


def running(language: Language) -> ScriptedInterview:
    return scenarios.running(language)


async def _panel(page: Page) -> None:
    await page.keyboard.press("c")


def panel(language: Language) -> ScriptedInterview:
    """Three interviewers: one asks for control, words have been exchanged, moments are marked."""
    return scenarios.talking(language)


def watching(language: Language) -> ScriptedInterview:
    interview = scenarios.with_panel(language)
    interview.view["panel"]["controller"] = "mei"
    return interview


def decided(language: Language) -> ScriptedInterview:
    """Over; somebody has decided, and changed it once."""
    interview = scenarios.with_panel(language)
    interview.view.update(
        status="ended", phase="ended", question=None, deadline=None, follow_ups=[], report="ready"
    )
    note = scenarios.TEXTS[language].note
    base = {"reason": note, "at_ms": 1_500_000, "at": "2026-11-22T10:00:00+00:00"}
    interview.view["decisions"] = [
        {**base, "decision": "hold", "by": "mei", "name": "Mei Chen"},
        {**base, "decision": "advance", "by": "ivan", "name": "Ivan Petrov"},
    ]
    return interview


def others_voice(language: Language) -> ScriptedInterview:
    """A colleague speaks with the candidate in person (one's own microphone: ``whole/test_in_person.py``)."""
    interview = watching(language)
    interview.view["on_air"] = {"by": "mei", "name": "Mei Chen", "connection": "m1", "since_ms": 105_000}
    return interview


async def _change(page: Page) -> None:
    await page.locator(".decision__history summary").click()
    await page.locator(".decision__body > .button").click()


async def _scales(page: Page) -> None:
    await page.keyboard.press("j")
    await page.keyboard.press("1")


def waiting(language: Language) -> ScriptedInterview:
    return ScriptedInterview(scenarios.waiting_view(language))


def blind(language: Language) -> ScriptedInterview:
    interview = scenarios.running(language)
    hidden = {"score": None, "confidence": None, "hidden": True, "reason": "", "human": None}
    interview.view["competencies"] = [{**one, **hidden} for one in interview.view["competencies"]]
    interview.view["total"] = None
    return interview


def troubled(language: Language) -> ScriptedInterview:
    interview = scenarios.running(language)
    interview.view.update(
        status="paused",
        phase="paused",
        paused_by="candidate",
        parts=[{"part": "recognition", "state": "late", "detail": "words_late"}],
        connection={"media": "lost", "control": "lost", "since_ms": 95_000},
    )
    return interview


def ended(language: Language) -> ScriptedInterview:
    interview = scenarios.running(language)
    interview.view.update(
        status="ended", phase="ended", question=None, deadline=None, follow_ups=[], report="ready"
    )
    return interview


STATES: dict[str, tuple[Callable[[Language], ScriptedInterview], Act]] = {
    "waiting": (waiting, nothing),
    "running": (running, nothing),
    "blind": (blind, nothing),
    "troubled": (troubled, nothing),
    "ended": (ended, nothing),
    "quotes": (running, _quotes),
    "board": (running, _board),
    "keys": (running, _keys),
    "confirm": (running, _end),
    "draft": (running, _draft),
    "search": (running, _search),
    "panel": (panel, _panel),
    "watching": (watching, nothing),
    "on-air": (others_voice, nothing),
    "scales": (scenarios.with_panel, _scales),
    "decided": (decided, _change),
}


async def violations(page: Page) -> list[str]:
    """Everything axe-core finds, WCAG 2.2 A and AA and its best practices, as rule and first element."""
    await page.evaluate(
        AXE.read_text(encoding="utf-8")
    )  # not a script element: the page's policy stays as it is
    found: dict[str, Any] = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]


async def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    wide: int = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wide


def name_of(look: Look) -> str:
    return f"{look[0]}-{look[1]}-{look[2][0]}"


@pytest.mark.parametrize(
    ("state", "look"),
    [(state, look) for look in LOOKS for state in STATES] + [("running", look) for look in OTHER_LOOKS],
    ids=lambda value: value if isinstance(value, str) else name_of(value),
)
async def test_desk(site: Site, open_page: Open, state: str, look: Look) -> None:
    language, theme, size = look
    make, act = STATES[state]
    interview = site.server.add(make(language))
    page = await open_page(f"/interview/{interview.id}", language=language, theme=theme, size=size, kept=True)
    await expect(page.get_by_role("heading", level=1)).to_have_text(scenarios.TEXTS[language].candidate)
    await act(page)
    await page.wait_for_timeout(150)
    assert await violations(page) == []
    assert await overflow(page) <= 0
    if size in (DESKTOP, LARGE):
        tall = await page.evaluate(
            "document.documentElement.scrollHeight - document.documentElement.clientHeight"
        )
        assert tall <= 0


CUT = """selectors => [...document.querySelectorAll(selectors.join())].filter(element => {
    const inside = element.getBoundingClientRect();
    const around = element.closest(".panel").getBoundingClientRect();
    return inside.height === 0 || inside.bottom > around.bottom + 1 || inside.top < around.top - 1;
}).map(element => element.textContent)"""


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_the_essentials_need_no_scrolling(site: Site, open_page: Open, language: Language) -> None:
    """On the smallest desk: every question, the whole board, every dimension, three prompts."""
    interview = site.server.add(scenarios.with_panel(language))
    page = await open_page(f"/interview/{interview.id}", language=language, size=DESKTOP)
    await expect(page.locator(".card-row")).to_have_count(4)
    await expect(page.locator(".prompt")).to_have_count(3)
    assert await page.evaluate(CUT, [".plan__item", ".board__cell", ".card-row", ".prompt", ".chart"]) == []


@pytest.mark.parametrize("look", LOOKS, ids=name_of)
async def test_lobby(site: Site, open_page: Open, look: Look) -> None:
    language, theme, size = look
    site.server.lobby = scenarios.lobby(language)
    page = await open_page(language=language, theme=theme, size=size, kept=True)
    await expect(page.get_by_text("Dilnoza Karimova")).to_be_visible()
    assert await violations(page) == []
    assert await overflow(page) <= 0


@pytest.mark.parametrize("look", LOOKS, ids=name_of)
async def test_wall(site: Site, open_page: Open, look: Look) -> None:
    language, theme, size = look
    site.server.still = small_still()
    first, second, *others = scenarios.lobby(language)
    site.server.lobby = [{**first, "still": True}, {**second, "mode": "voice"}, *others]
    page = await open_page(language=language, theme=theme, size=size, kept=True)
    await expect(page.locator(".still__picture").first).to_be_visible()
    assert await violations(page) == []
    assert await overflow(page) <= 0


@pytest.mark.parametrize("look", LOOKS, ids=name_of)
async def test_report(site: Site, open_page: Open, look: Look) -> None:
    language, theme, size = look
    interview = site.server.add(scenarios.running(language))
    interview.report = sample_report(language)
    page = await open_page(
        f"/interview/{interview.id}/report", language=language, theme=theme, size=size, kept=True
    )
    await expect(page.get_by_role("heading", level=1)).to_have_text(scenarios.TEXTS[language].candidate)
    assert await violations(page) == []
    assert await overflow(page) <= 0
