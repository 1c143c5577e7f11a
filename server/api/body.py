"""Request bodies as typed structures; what is wrong is said with the field's name."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from aiohttp import web

from media_pipeline.errors import InputError
from server.store.codec import to_json

Body = TypeVar("Body")


async def read_body(request: web.Request, kind: type[Body]) -> Body:
    """The JSON body as ``kind``. Raises ``InputError`` (400)."""
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except msgspec.DecodeError as error:
        raise InputError(f"The request's body cannot be used: {error}") from error


def json_answer(body: Any, status: int = 200) -> web.Response:
    return web.Response(
        body=to_json(body),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
