"""Demo interviews: the production supervisor in English and Chinese, with links that work at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp

from media_pipeline.errors import VivaError
from server.cli.links import Invited, desk_links, desk_token, links_with, local_url
from server.links import Links
from server.persons import DEFAULT_DEPARTMENT, DEFAULT_INTERVIEWER
from server.settings import Settings
from server.store.seam import Candidate

if TYPE_CHECKING:  # ``viva demo`` speaks to a server and needs none of its libraries.
    from server.context import Context


@dataclass(frozen=True, slots=True)
class DemoCandidate:
    """Whom a demo interview invites."""

    language: str
    job: str
    name: str
    phone: str


DEMO = (
    DemoCandidate("English", "production-supervisor.en", "Ada Demo", "555 0100"),
    DemoCandidate("中文", "production-supervisor.zh", "示例候选人", "13800000000"),
)


@dataclass(frozen=True, slots=True)
class DemoLinks:
    """One demo interview's links."""

    candidate: DemoCandidate
    candidate_link: str
    interviewer_link: str


async def demo_interviews(given: Context) -> list[DemoLinks]:
    """In this process: those that still wait are used again, else new ones are made."""
    made = []
    waiting = {
        (row.job, row.candidate.name): row for row in given.interviews.rows() if row.status == "waiting"
    }
    for demo in DEMO:
        row = waiting.get((demo.job, demo.name))
        if row is None:
            row = await given.interviews.create(demo.job, Candidate(demo.name, demo.phone))
        interviewer = given.links.interviewer(
            row, row.interviewers[0] if row.interviewers else DEFAULT_INTERVIEWER
        )
        made.append(DemoLinks(demo, given.links.candidate(row.id), interviewer))
    return made


async def order_demo(settings: Settings) -> None:
    """``viva demo``: order them from the running server and print the links."""
    made = []
    headers = {"Authorization": f"Bearer {desk_token(settings, Invited('recruiter'))}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for demo in DEMO:
            order = {"job": demo.job, "candidate": {"name": demo.name, "phone": demo.phone}}
            answer = await _ordered(session, local_url(settings), order)
            made.append(DemoLinks(demo, answer["candidate_link"], answer["interviewer_link"]))
    print(shown(made, links_with(settings)))


async def _ordered(session: aiohttp.ClientSession, server: str, order: dict[str, Any]) -> dict[str, Any]:
    try:
        async with session.post(f"{server}/api/v1/interviews", json=order) as response:
            answer: dict[str, Any] = await response.json(content_type=None)
    except (aiohttp.ClientConnectionError, ValueError) as error:
        raise VivaError(
            f"No Viva server answers at {server}. Start it with `viva serve`, or set VIVA_PORT."
        ) from error
    if response.status != HTTPStatus.CREATED:
        raise VivaError(f"The server refused: {answer.get('detail') or answer.get('title')}")
    return answer


def shown(made: Sequence[DemoLinks], links: Links) -> str:
    """For the terminal: each interview's two links, then one for each of the other roles."""
    lines = []
    for one in made:
        demo = one.candidate
        lines += [
            "",
            f"Demo interview ({demo.language}); sign in as {demo.name}, phone {demo.phone}",
            f"  candidate    {one.candidate_link}",
            f"  interviewer  {one.interviewer_link}",
        ]
    lines += ["", "Both, as others may see them (docs/roles.md)"]
    for name, link in desk_links(links, DEFAULT_DEPARTMENT, [demo.job for demo in DEMO]):
        lines.append(f"  {name:<16} {link}")
    return "\n".join([*lines, ""])
