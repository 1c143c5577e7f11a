"""The audit trail of an interview, for auditors: who looked at it, did something, or was refused."""

from __future__ import annotations

from datetime import UTC, datetime

from aiohttp import web

from server.api.body import json_answer
from server.context import context

MOST = 10_000
"""Lines told at once; more hands than that never touched one interview."""


async def audit(request: web.Request) -> web.Response:
    """Every line about the interview, the oldest first; this reading is one of them."""
    given = context(request)
    grant = given.grant_of(request, "desk")
    stored = await given.permits.require(grant, "audit", request.match_info["interview"])
    entries = await given.store.audit_trail(stored.id, limit=MOST)
    lines = [
        {
            "at": datetime.fromtimestamp(entry.at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
            "actor": entry.actor,
            "role": entry.role,
            "action": entry.action,
            "detail": entry.detail,
        }
        for entry in entries
    ]
    return json_answer({"interview": stored.id, "entries": lines})


def routes() -> list[web.RouteDef]:
    return [web.get("/api/v1/interviews/{interview}/audit", audit)]
