"""The pages after an interview in every state: accessible, never too wide, usable by keyboard."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.interviewer.after_states import AFTER, prepare
from tests.browser.interviewer.conftest import Open, Site
from tests.browser.interviewer.test_states import DESKTOP, LOOKS, TABLET, Look, name_of, overflow, violations

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

OTHER_LOOKS: list[Look] = [("en", "dark", TABLET), ("zh", "light", DESKTOP)]


@pytest.mark.parametrize(
    ("state", "look"),
    [(state, look) for look in LOOKS for state in AFTER] + [("review", look) for look in OTHER_LOOKS],
    ids=lambda value: value if isinstance(value, str) else name_of(value),
)
async def test_state(site: Site, open_page: Open, state: str, look: Look) -> None:
    language, theme, size = look
    after = AFTER[state]
    route = prepare(after, site.server, site.recordings, language)
    page = await open_page(
        route, language=language, theme=theme, size=size, quiet=not after.hidden, kept=True
    )
    await expect(page.locator(after.ready).first).to_be_visible()
    await after.act(page)
    assert await violations(page) == []
    assert await overflow(page) <= 0
    if size == DESKTOP and state.startswith("review"):
        tall = "document.documentElement.scrollHeight - document.documentElement.clientHeight"
        assert await page.evaluate(tall) <= 0


async def test_a_review_is_walked_by_keyboard_alone(site: Site, open_page: Open) -> None:
    route = prepare(AFTER["review"], site.server, site.recordings, "en")
    page = await open_page(route)
    await expect(page.locator(".line-item[aria-current]")).to_be_visible()
    parts = (".head", ".player", ".script", ".verdict-panel", ".timeline")
    reached: list[str] = []
    where = f"document.activeElement.closest('{', '.join(parts)}')?.className ?? ''"
    for _ in range(60):
        await page.keyboard.press("Tab")
        reached.append(str(await page.evaluate(where)).split(" ")[-1])
    assert {"review__head", "player", "script", "verdict-panel", "timeline"} <= set(reached)
    # The transcript is one stop; the arrows walk its lines and Enter goes there.
    await page.locator(".line-time[tabindex='0']").focus()
    await page.keyboard.press("ArrowDown")
    clock = await page.evaluate("document.activeElement.textContent")
    await page.keyboard.press("Enter")
    await expect(page.locator(".controls__now")).to_have_text(clock)
