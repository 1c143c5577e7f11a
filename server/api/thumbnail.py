"""A small still of a running interview, for the wall of those who may watch it."""

from __future__ import annotations

from aiohttp import web

from media_pipeline.errors import NotFoundError
from server.access import ALLOWED
from server.context import context
from server.live.stills import has_still

NOTED_AT_MOST = 4_096

_noted: web.AppKey[dict[tuple[str, str], None]] = web.AppKey("noted stills", dict)


async def thumbnail(request: web.Request) -> web.Response:
    """A JPEG, at most five seconds older than the last one. 404 while there is nothing to see."""
    given = context(request)
    grant = given.grant_of(request, "desk")
    interview = request.match_info["interview"]
    await given.permits.check(grant, "thumbnail", interview)
    opened = given.interviews.opened(interview)
    if opened is None or opened.media is None or not has_still(opened):
        raise NotFoundError("There is nothing to see of this interview just now.")
    noted = request.app[_noted]
    if (grant.id, interview) not in noted:  # the first of many: a page asks every few seconds
        while len(noted) >= NOTED_AT_MOST:
            noted.pop(next(iter(noted)))
        noted[grant.id, interview] = None
        await given.permits.note(grant, "thumbnail", interview, ALLOWED)
    jpeg = await opened.media.still.jpeg(given.in_worker)
    if jpeg is None:
        raise NotFoundError("There is nothing to see of this interview just now.")
    return web.Response(body=jpeg, content_type="image/jpeg", headers={"Cache-Control": "no-store"})


def routes(app: web.Application) -> list[web.RouteDef]:
    app[_noted] = {}
    return [web.get("/api/v1/interviews/{interview}/thumbnail", thumbnail)]
