"""Every error reaches a client as a problem document (RFC 9457).

A problem of Viva's own has ``type`` ``urn:viva:problem:CODE``, a stable ``code`` to test for, and a
``detail`` that says what to do. What nobody foresaw becomes a 500 that tells only the number under
which it stands in the log.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from aiohttp import web

from media_pipeline.errors import VivaError
from server.refusals import reason_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"

_TITLES = {
    "access": "You are not signed in",
    "bad_offer": "The offer cannot be answered",
    "capacity": "The server is full",
    "conflict": "Not possible in this state",
    "forbidden": "You may not do this",
    "input": "The request cannot be used",
    "internal": "Something went wrong here",
    "media": "The media connection failed",
    "model": "A model is missing",
    "not_found": "Not found",
    "rate": "Too many requests",
}

_HTTP_CODES = {
    400: "input",
    401: "access",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    429: "rate",
}


def problem(
    status: int,
    code: str,
    detail: str = "",
    *,
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, object] | None = None,
) -> web.Response:
    """A problem document. ``extra`` are extension members (RFC 9457 §3.2)."""
    body: dict[str, object] = {
        "type": f"urn:viva:problem:{code}",
        "title": title_of(code, status),
        "status": status,
        "code": code,
    }
    if detail:
        body["detail"] = detail
    body |= dict(extra or {})
    return web.Response(
        status=status,
        body=json.dumps(body, ensure_ascii=False).encode(),
        content_type=CONTENT_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def title_of(code: str, status: int = 500) -> str:
    """The title of a problem: by its code, else the phrase of its status."""
    return _TITLES.get(code) or HTTPStatus(status).phrase


def problem_of(error: VivaError) -> web.Response:
    """The problem document of one of Viva's own errors."""
    headers: dict[str, str] = {}
    retry_after_s = getattr(error, "retry_after_s", None)
    if retry_after_s is not None:
        headers["Retry-After"] = str(retry_after_s)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="viva"'  # RFC 9110 §11.6.1: a 401 must carry it
    return problem(error.status, error.code, str(error), headers=headers, extra=reason_of(error))


def _problem_of_http(error: web.HTTPException) -> web.Response:
    code = _HTTP_CODES.get(error.status, "http")
    kept = ("Allow", "Retry-After", "WWW-Authenticate", "Accept-Post", "Accept-Patch", "Location")
    headers = {name: error.headers[name] for name in kept if name in error.headers}
    # aiohttp's own text is the status line again ("404: Not Found"); only a handler's words are sent.
    detail = error.text or ""
    detail = "" if detail.startswith(f"{error.status}:") else detail
    return problem(error.status, code, detail, headers=headers)


@web.middleware
async def problem_middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn errors into problem documents; redirects and the like pass."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        return _problem_of_http(error)
    except VivaError as error:
        _forbid_second_answer(request, error)
        if error.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            return _unexpected(request, error)
        if error.status > HTTPStatus.INTERNAL_SERVER_ERROR:
            log.warning("%s %s: %s", request.method, request.path, error)
        return problem_of(error)
    except ConnectionError:
        raise  # The client is gone: nobody to tell.
    except Exception as error:
        _forbid_second_answer(request, error)
        return _unexpected(request, error)


def _unexpected(request: web.Request, error: Exception) -> web.Response:
    number = secrets.token_hex(4)
    log.error("unexpected error %s in %s %s", number, request.method, request.path, exc_info=error)
    detail = f"This was not foreseen. It stands in the server's log under {number}."
    return problem(500, "internal", detail, extra={"instance": f"urn:viva:error:{number}"})


def _forbid_second_answer(request: web.Request, error: Exception) -> None:
    """An answer that has begun (a WebSocket, a stream) cannot be replaced by a problem document."""
    if request.writer.output_size > 0:
        log.error("error after the answer had begun: %s %s", request.method, request.path, exc_info=error)
        raise ConnectionError("the answer had begun") from error
