"""Is the process up, is it ready, what does it measure."""

from __future__ import annotations

from aiohttp import web

from server.api.body import json_answer
from server.context import context
from server.media_metrics import tell_media


async def healthz(request: web.Request) -> web.Response:
    """The process answers."""
    return web.Response(text="ok\n")


async def readyz(request: web.Request) -> web.Response:
    """200 when models are loaded and the store can be written; else 503 that says what is missing."""
    given = context(request)
    parts = {name: state for name, state, _ in given.media.readiness()}
    needed = [state for _, state, is_needed in given.media.readiness() if is_needed]
    try:
        await given.store.check()
        parts["store"] = "ok"
    except Exception as error:  # whatever it is: the operator reads it here
        parts["store"] = f"cannot be reached: {error}"
    ready = all(state == "ok" for state in (*needed, parts["store"]))
    return json_answer({"ready": ready, "parts": parts}, status=200 if ready else 503)


async def metrics(request: web.Request) -> web.Response:
    """Prometheus' text format."""
    given = context(request)
    measured = given.metrics
    measured.interviews(tuple(given.interviews.running()))
    media_sessions = [opened.media for opened in given.interviews.running() if opened.media is not None]
    tell_media(measured, given.media.services, media_sessions)
    return web.Response(body=measured.text(), headers={"Content-Type": measured.content_type})


def routes() -> list[web.RouteDef]:
    return [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)]
