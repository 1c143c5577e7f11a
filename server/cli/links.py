"""``viva links`` and ``viva token``: what the signing key can make without asking the server."""

from __future__ import annotations

import time

from server.settings import Settings
from server.store.sql import SqlEventStore
from server.tokens import Role, Tokens, open_key_file, rotate_key_file

DAY_S = 86_400


async def links(settings: Settings, interview: str | None) -> None:
    """Print the interviews, or the links of one. Raises ``NotFoundError``."""
    store = await SqlEventStore.open(settings.database_url)
    try:
        if interview is None:
            rows = await store.interviews()
            for row in rows:
                print(f"{row.id:<16} {row.status:<9} {row.language}  {row.job}  {row.candidate.name}")
            if not rows:
                print("There are no interviews yet. `viva demo` makes two.")
            return
        row = await store.interview(interview)
    finally:
        await store.close()
    tokens = Tokens(open_key_file(settings.secret_file))
    now, lifetime_s = time.time(), settings.interview.link_days * DAY_S
    entry = tokens.issue(
        "candidate", "entry", now=now, lifetime_s=lifetime_s, subject="candidate", interview=row.id
    )
    desk = tokens.issue(
        "interviewer", "desk", now=now, lifetime_s=lifetime_s, subject="interviewer", interview=row.id
    )
    print(f"candidate    {settings.public_url}/c/#t={entry}")
    print(f"interviewer  {settings.public_url}/i/#t={desk}")


def token(settings: Settings, role: Role, interview: str | None, days: int | None) -> None:
    """Print a token for the REST API."""
    print(api_token(settings, role, interview=interview, days=days))


def rotate(settings: Settings) -> None:
    ring = rotate_key_file(settings.secret_file)
    print(f"New signing key {ring.newest[0]} in {settings.secret_file}. Restart the server to use it.")


def api_token(
    settings: Settings, role: Role, *, interview: str | None = None, days: int | None = None
) -> str:
    """A desk token of ``role``, named in the audit trail as ``command-line``."""
    return Tokens(open_key_file(settings.secret_file)).issue(
        role,
        "desk",
        now=time.time(),
        lifetime_s=(days or settings.interview.link_days) * DAY_S,
        subject="command-line",
        interview=interview,
    )


def local_url(settings: Settings) -> str:
    """Where this machine reaches the server, whatever its public address."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.http.host, settings.http.host).strip("[]")  # noqa: S104
    return f"http://[{host}]:{settings.http.port}" if ":" in host else f"http://{host}:{settings.http.port}"
