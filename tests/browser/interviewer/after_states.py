"""Every state of the pages after an interview, for the accessibility tests and for the pictures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page, expect

from tests.browser.interviewer.finished import (
    PARTS,
    finished,
    lobby_of_two,
    other_candidate,
    small_parts,
)
from tests.browser.interviewer.scenarios import Language
from tests.browser.interviewer.scripted_review import ScriptedRecordings
from tests.browser.interviewer.scripted_server import ScriptedServer

Recorded = tuple[bytes, ...]
"""The files of ``PARTS``."""


@dataclass(frozen=True)
class After:
    """One state: its route, whether there is a recording, and what is done once the page stands."""

    route: str
    ready: str
    act: Callable[[Page], Awaitable[object]]
    recorded: bool = True
    hidden: bool = False


async def _nothing(page: Page) -> None:
    """The state is reached by opening the page."""


async def _picture(page: Page) -> None:
    await expect(page.locator(".player__message")).to_be_hidden()


async def _play(page: Page) -> None:
    await page.keyboard.press(" ")
    await expect(page.locator(".controls__now")).not_to_have_text("1:37")


async def _export(page: Page) -> None:
    await page.keyboard.press("e")


async def _pick(page: Page) -> None:
    for place in range(2):
        await page.locator(".line__pick").nth(place).click()


AFTER: dict[str, After] = {
    "review": After("/interview/demo-{}/review/97200", ".line-item[aria-current]", _picture),
    "playing": After("/interview/demo-{}/review/97200", ".line-item[aria-current]", _play),
    "review-unrecorded": After(
        "/interview/demo-{}/review/69000", ".line-item[aria-current]", _nothing, recorded=False, hidden=True
    ),
    "review-gap": After("/interview/demo-{}/review/70000", ".line-item[aria-current]", _nothing),
    "export": After("/interview/demo-{}/review/31000", ".line-item[aria-current]", _export),
    "pick": After("/", ".line__pick", _pick),
    "compare": After("/compare/demo-{0}/other-{0}", ".compare__row", _nothing),
}


def prepare(
    state: After,
    server: ScriptedServer,
    recordings: ScriptedRecordings,
    language: Language,
    files: Recorded | None = None,
) -> str:
    """Put the server into the state; returns the route. ``files``: another recording than the tests' own."""
    interview = server.add(finished(language))
    server.add(other_candidate(language))
    server.lobby = lobby_of_two(language)
    if state.recorded:
        recordings.parts[interview.id] = [
            (start, end, content) for (start, end), content in zip(PARTS, files or small_parts(), strict=True)
        ]
    if state.hidden:
        recordings.hidden.add(interview.id)
        interview.log = [one for one in interview.log if not one.event.type.startswith("score_")]
    return state.route.format(language)
