"""``viva links``, ``viva invite``, ``viva token``: what the signing key makes without asking the server."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from media_pipeline.errors import InputError
from server.links import DAY_S, Links
from server.persons import EVERY, SUBJECT_PATTERN, Person
from server.settings import Settings
from server.store.pages import every_interview
from server.store.seam import StoredInterview
from server.store.sql import SqlEventStore
from server.tokens import Role, Tokens, open_key_file, rotate_key_file

COMMAND_LINE = Person("command-line", "Command line")
"""How the audit trail calls whoever uses a token that was made for nobody in particular."""


async def links(settings: Settings, interview: str | None) -> None:
    """Print the interviews, or the links of one. Raises ``NotFoundError``."""
    store = await SqlEventStore.open(settings.database_url)
    try:
        if interview is None:
            none = True
            async for row in every_interview(store):
                none = False
                print(f"{row.id:<16} {row.status:<9} {row.language}  {row.job}  {row.candidate.name}")
            if none:
                print("There are no interviews yet. `viva demo` makes two.")
            return
        row = await store.interview(interview)
    finally:
        await store.close()
    made = links_with(settings)
    for name, link in [*links_of(made, row), *desk_links(made, row.department, [row.job])]:
        print(f"{name:<16} {link}")


def links_with(settings: Settings) -> Links:
    """Links signed with the server's own key."""
    tokens = Tokens(open_key_file(settings.secret_file))
    return Links(tokens, settings.public_url, settings.interview.link_days, time.time)


def links_of(made: Links, row: StoredInterview) -> Iterator[tuple[str, str]]:
    """Whom each link is for, and the link: the candidate's and each interviewer's."""
    yield "candidate", made.candidate(row.id)
    for person in row.interviewers:
        # The one who is nobody in particular is called so, and everybody else by their own id.
        yield person.subject, made.interviewer(row, person)


def desk_links(made: Links, department: str, jobs: Collection[str]) -> Iterator[tuple[str, str]]:
    """A link for each of the other roles, as far as this department, or these posts of it, reach."""
    head = Person("department-head", "Head of department")
    yield "department head", made.desk("department_head", head, departments=[department], jobs=jobs)
    yield "recruiter", made.desk("recruiter", Person("recruiter", "Recruiter"), departments=[department])
    yield "auditor", made.desk("auditor", Person("auditor", "Auditor"), departments=[department])


@dataclass(frozen=True, slots=True)
class Invited:
    """Whom ``viva invite`` and ``viva token`` make something for, and how far it reaches."""

    role: Role
    subject: str = COMMAND_LINE.subject
    name: str = ""
    departments: Collection[str] = ()
    """None: all."""
    jobs: Collection[str] = ()
    """The posts of a head of department. None: all."""
    interview: str | None = None
    days: int | None = None


def invite(settings: Settings, invited: Invited) -> None:
    """Print a person's own link to the interviewers' pages."""
    print(f"{settings.public_url}/i/#t={desk_token(settings, invited)}")


def token(settings: Settings, invited: Invited) -> None:
    """Print a token for the REST API."""
    print(desk_token(settings, invited))


def rotate(settings: Settings) -> None:
    ring = rotate_key_file(settings.secret_file)
    print(f"New signing key {ring.newest[0]} in {settings.secret_file}. Restart the server to use it.")


def desk_token(settings: Settings, invited: Invited) -> str:
    """Raises ``InputError`` for a name that cannot be one."""
    if not re.fullmatch(SUBJECT_PATTERN, invited.subject):
        raise InputError(f"--person {invited.subject!r}: a staff number, a login or a mail address.")
    return Tokens(open_key_file(settings.secret_file)).issue(
        invited.role,
        "desk",
        now=time.time(),
        lifetime_s=(invited.days or settings.interview.link_days) * DAY_S,
        subject=invited.subject,
        display_name=invited.name or invited.subject,
        interview=invited.interview,
        departments=invited.departments or [EVERY],
        jobs=invited.jobs or [EVERY],
    )


def local_url(settings: Settings) -> str:
    """Where this machine reaches the server, whatever its public address."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.http.host, settings.http.host).strip("[]")  # noqa: S104
    return f"http://[{host}]:{settings.http.port}" if ":" in host else f"http://{host}:{settings.http.port}"
