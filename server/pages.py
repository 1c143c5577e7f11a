"""The pages: candidate at ``/c/``, interviewer at ``/i/``, shared parts at ``/shared/``."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from server.http.problems import Handler
from server.http.static_files import StaticFolder

STATIC = Path(__file__).resolve().parent.parent / "static_client"
PAGES = {"/c/": "candidate", "/i/": "interviewer"}


def routes(static: Path = STATIC) -> list[web.RouteDef]:
    """Routes of all pages. Files are read and compressed now, and revalidated by ETag: a new version of the
    server is seen at once."""
    found: list[web.RouteDef] = [web.get("/", _home)]
    for path, name in PAGES.items():
        folder = StaticFolder(static / name)
        found.append(web.get(path, _index(folder)))
        found.append(web.get(path.rstrip("/"), _to(path)))
        found.append(web.get(path + "{path:.+}", folder.get))
    found.append(web.get("/shared/{path:.+}", StaticFolder(static / "shared").get))
    return found


def _index(folder: StaticFolder) -> Handler:
    async def index(request: web.Request) -> web.Response:
        return folder.answer(request, "index.html")

    return index


def _to(path: str) -> Handler:
    async def redirect(request: web.Request) -> web.Response:
        raise web.HTTPPermanentRedirect(path)

    return redirect


async def _home(request: web.Request) -> web.Response:
    raise web.HTTPFound("/i/")
