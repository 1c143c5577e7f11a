"""The pages' files, compressed once when the server starts and kept in memory.

Nothing is compressed while somebody waits: the loop also carries the interviews. Answers follow RFC 9110:
``Vary``, an ``ETag`` for each encoding (8.8.3.3), ``304`` for who has the file already.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from aiohttp import hdrs, web

_TEXT = ("text/", "application/json", "image/svg+xml")
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json"}


@dataclass(frozen=True, slots=True)
class Encoded:
    """One form of a file as it is sent."""

    body: bytes
    etag: str
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file in both forms; ``compressed`` None: it would not be smaller."""

    content_type: str
    plain: Encoded
    compressed: Encoded | None

    @classmethod
    def of(cls, path: Path) -> StaticFile:
        body = path.read_bytes()
        content_type = (
            _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        )
        digest = hashlib.sha256(body).hexdigest()[:20]
        plain = Encoded(body, f'"{digest}"')
        if not content_type.startswith(_TEXT):
            return cls(content_type, plain, None)
        smaller = gzip.compress(body, mtime=0)
        compressed = Encoded(smaller, f'"{digest}-gzip"', "gzip") if len(smaller) < len(body) else None
        charset = "; charset=utf-8" if content_type.startswith("text/") else ""
        return cls(content_type + charset, plain, compressed)

    def answer(self, request: web.Request) -> web.Response:
        """The form that the client takes; ``304`` if it has that one."""
        takes = accepts_gzip(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
        chosen = self.compressed if takes and self.compressed else self.plain
        headers = {hdrs.ETAG: chosen.etag, hdrs.CACHE_CONTROL: "no-cache"}
        if self.compressed:
            headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
        if _has(request.headers.get(hdrs.IF_NONE_MATCH, ""), chosen.etag):
            return web.Response(status=304, headers=headers)
        if chosen.encoding:
            headers[hdrs.CONTENT_ENCODING] = chosen.encoding
        return web.Response(body=chosen.body, headers={**headers, hdrs.CONTENT_TYPE: self.content_type})


class StaticFolder:
    """All files of a folder, by their paths in it. What is not there when it is made does not exist."""

    def __init__(self, folder: Path) -> None:
        self.files: Mapping[str, StaticFile] = {
            path.relative_to(folder).as_posix(): _read(path, path.stat().st_mtime_ns)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }

    async def get(self, request: web.Request) -> web.Response:
        """The file named by the route's ``path``. Raises ``HTTPNotFound``."""
        return self.answer(request, request.match_info["path"])

    def answer(self, request: web.Request, path: str) -> web.Response:
        file = self.files.get(path)
        if file is None:
            raise web.HTTPNotFound
        return file.answer(request)


@lru_cache(maxsize=1024)
def _read(path: Path, _changed_ns: int) -> StaticFile:
    """Once for each version of a file, however many servers a process makes (tests make hundreds)."""
    return StaticFile.of(path)


def accepts_gzip(header: str) -> bool:
    """Whether ``Accept-Encoding`` takes gzip (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in header.split(","):
        name, _, parameter = part.strip().partition(";")
        weight = parameter.strip().removeprefix("q=")
        try:
            weights[name.strip().lower()] = float(weight) if weight else 1.0
        except ValueError:
            weights[name.strip().lower()] = 0.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _has(if_none_match: str, etag: str) -> bool:
    """Weak comparison (RFC 9110, 13.1.2)."""
    known = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return etag in known or "*" in known
