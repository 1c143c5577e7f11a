"""The OpenAPI document of the running server."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml
from aiohttp import web

from server.api.body import json_answer


@cache
def document() -> dict[str, Any]:
    """``openapi.yaml`` as data."""
    text = (resources.files("server.api") / "openapi.yaml").read_text(encoding="utf-8")
    parsed: dict[str, Any] = yaml.safe_load(text)
    return parsed


async def openapi(request: web.Request) -> web.Response:
    """OpenAPI 3.1; ``tests/server/test_openapi.py`` holds it against the server."""
    return json_answer(document())


def routes() -> list[web.RouteDef]:
    return [web.get("/api/v1/openapi.json", openapi)]
