"""The middlewares of the whole application, in the order in which a request passes them."""

from __future__ import annotations

import time
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Middleware

from server.http.limits import SignedIn, limit_middleware, nobody
from server.http.problems import Handler, problem_middleware
from server.http.security import security_middleware
from server.metrics import Metrics
from server.settings import Settings


def middlewares(settings: Settings, metrics: Metrics, signed_in: SignedIn = nobody) -> list[Middleware]:
    """Measure, secure, explain errors, limit: everything inside is explained, everything is measured."""
    return [
        _measure(metrics),
        security_middleware(settings),
        problem_middleware,
        limit_middleware(settings.http, time.monotonic, signed_in),
    ]


def _measure(metrics: Metrics) -> Middleware:
    @web.middleware
    async def measure(request: web.Request, handler: Handler) -> web.StreamResponse:
        began = time.perf_counter()
        status = 500
        try:
            response = await handler(request)
            status = response.status
            return response
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            resource = request.match_info.route.resource
            # The route's pattern, never the path: ids would make a new series each.
            route = resource.canonical if resource is not None else "none"
            if status != HTTPStatus.SWITCHING_PROTOCOLS:
                metrics.request(request.method, route, status, time.perf_counter() - began)

    return measure
