"""The pages: candidate at ``/c/``, interviewer at ``/i/``, shared parts at ``/shared/``."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from server.http.problems import Handler

STATIC = Path(__file__).resolve().parent.parent / "static_client"
PAGES = {"/c/": "candidate", "/i/": "interviewer"}


def routes(static: Path = STATIC) -> list[web.AbstractRouteDef]:
    """Routes of all pages. Files are revalidated by ETag, so that an update is seen at once."""
    found: list[web.AbstractRouteDef] = [web.get("/", _home)]
    for path, folder in PAGES.items():
        found.append(web.get(path, _index(static / folder / "index.html")))
        found.append(web.get(path.rstrip("/"), _to(path)))
        found.append(web.static(path, static / folder))
    found.append(web.static("/shared/", static / "shared"))
    return found


def _index(file: Path) -> Handler:
    async def index(request: web.Request) -> web.FileResponse:
        return web.FileResponse(file, headers={"Cache-Control": "no-cache"})

    return index


def _to(path: str) -> Handler:
    async def redirect(request: web.Request) -> web.Response:
        raise web.HTTPPermanentRedirect(path)

    return redirect


async def _home(request: web.Request) -> web.Response:
    raise web.HTTPFound("/i/")
