"""Each role's pages: what fits it is there, what would be refused is not."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from server.access import Action, Facts, allowed_actions
from server.tokens import Grant, Role
from tests.browser.interviewer import scenarios
from tests.browser.interviewer.conftest import Open, Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


def actions_of(role: Role) -> list[Action]:
    """What the server would say that this role may do; the head is not assigned."""
    facts = Facts("i", "clerk", interviewers=frozenset({"interviewer"}))
    grant = Grant(role, "desk", role, None, 0.0, "t", jobs=frozenset({"clerk"}))
    return list(allowed_actions(grant, facts))


async def as_role(site: Site, open_page: Open, role: Role, **options: Any) -> Page:
    """The lobby of somebody in that role."""
    site.server.me = {"subject": role, "name": "Kim Lee", "role": role}
    may = actions_of(role)
    site.server.lobby = [
        {**row, "may": may, "interviewers": ["Ivan Petrov", "Mei Chen"]} for row in scenarios.lobby("en")
    ]
    interview = site.server.add(scenarios.running("en"))
    conducts = "control" in may
    interview.view |= {
        "may": may,
        "panel": {
            "me": role,
            "takes_part": "chat" in may,
            "conducts": conducts,
            "people": [],
            "controller": role if conducts else None,
            "asking": [],
            "take_after_ms": None,
        },
    }
    return await open_page(**options)


LOBBY: list[tuple[Role, str, bool, bool]] = [
    # role, as it is called, may watch, sees who interviews
    ("interviewer", "Interviewer", True, False),
    ("department_head", "Head of department", True, False),
    ("recruiter", "Recruiter", True, True),
    ("auditor", "Auditor", False, False),
]


@pytest.mark.parametrize(("role", "called", "watches", "sees_people"), LOBBY)
async def test_lobby(
    site: Site, open_page: Open, role: Role, called: str, watches: bool, sees_people: bool
) -> None:
    page = await as_role(site, open_page, role)
    await expect(page.get_by_text(f"Kim Lee · {called}")).to_be_visible()
    await expect(page.get_by_text("Ada Lindqvist")).to_be_visible()
    await expect(page.get_by_role("link", name="Watch Ada Lindqvist")).to_have_count(int(watches))
    await expect(page.get_by_role("link", name="Report on Dilnoza Karimova")).to_be_visible()
    people = page.get_by_text("interviewed by Ivan Petrov, Mei Chen")
    await expect(people.first).to_be_visible() if sees_people else await expect(people).to_have_count(0)


DESK: list[tuple[Role, bool, bool]] = [
    # role, steers, notes and scores
    ("interviewer", True, True),
    ("department_head", False, True),
    ("recruiter", False, False),
]


@pytest.mark.parametrize(("role", "steers", "judges"), DESK)
async def test_desk(site: Site, open_page: Open, role: Role, steers: bool, judges: bool) -> None:
    page = await as_role(site, open_page, role, route="/interview/demo-en")
    interview = site.server.interviews["demo-en"]
    await expect(page.get_by_role("heading", name="Ada Lindqvist")).to_be_visible()
    steering = [
        page.get_by_role("button", name="Pause"),
        page.get_by_role("button", name="Skip question"),
        page.get_by_role("button", name="Ask now").first,
        page.get_by_role("switch", name="Viva asks by itself"),
        page.get_by_role("button", name="+1 min"),
    ]
    judging = [
        page.get_by_role("textbox", name="Note"),
        page.get_by_role("group", name="Yours:").first,
        page.get_by_role("button", name="Bookmark this moment"),
        page.get_by_role("button", name="Chat"),
    ]
    for offered, elements in ((steers, steering), (judges, judging)):
        for element in elements:
            await expect(element).to_be_visible(visible=offered)
    for key in ("p", "f", "x") if not steers else ():
        await page.keyboard.press(key)
    if not judges:
        await page.keyboard.press("3")
        await page.keyboard.press("n")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    if not (steers and judges):
        assert interview.commands == []
    await page.keyboard.press("Escape")
    await page.locator("h1").click()  # whoever may write has the field's focus
    await page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(listed.get_by_text("Search the transcript")).to_be_visible()
    for action, offered in (
        ("Pause or resume", steers),
        ("Score what is in focus", judges),
        ("Chat among the panel", judges),
    ):
        await expect(listed.get_by_text(action)).to_have_count(int(offered))


async def test_roles_in_chinese(site: Site, open_page: Open) -> None:
    page = await as_role(site, open_page, "department_head", language="zh")
    await expect(page.get_by_text("Kim Lee · 部门主管")).to_be_visible()
