"""The access log: who asked for which path and what came of it. No query, no header, no token."""

from __future__ import annotations

import logging

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

log = logging.getLogger("viva.access")

QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Probes that ask every few seconds; logged only when they fail."""


class AccessLogger(AbstractAccessLogger):
    """``127.0.0.1 GET /api/v1/entry 200 812 bytes 3 ms``."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        path = request.rel_url.raw_path  # Still percent-encoded: nobody can write a line break into the log.
        if path in QUIET and response.status < web.HTTPBadRequest.status_code:
            return
        self.logger.info(
            "%s %s %s %d %d bytes %d ms",
            request.remote,
            request.method,
            path,
            response.status,
            response.body_length,
            round(time * 1000),
        )

    @property
    def enabled(self) -> bool:
        return self.logger.isEnabledFor(logging.INFO)
