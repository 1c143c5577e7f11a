"""Headers that keep pages to themselves. An answer that sets one of them itself keeps its own."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Middleware

from server.http.problems import Handler
from server.settings import Settings

HSTS_S = 365 * 86_400


def content_security_policy(public_url: str) -> str:
    """Nothing from elsewhere, nothing inline. ``blob:`` is the camera's picture and played-back sound."""
    parts = urlsplit(public_url)
    socket = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
    directives = {
        "default-src": "'self'",
        # 'self' covers WebSockets in today's browsers; Safari before 15.4 needs the address.
        "connect-src": f"'self' {socket}",
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def security_headers(public_url: str) -> dict[str, str]:
    """Name → value; HSTS only where the server is reached by https."""
    headers = {
        "Content-Security-Policy": content_security_policy(public_url),
        "Permissions-Policy": "camera=(self), microphone=(self), autoplay=(self), fullscreen=(self), "
        "geolocation=(), display-capture=(), payment=(), usb=(), serial=(), hid=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        # For what does not know frame-ancestors.
        "X-Frame-Options": "DENY",
    }
    if public_url.startswith("https://"):
        headers["Strict-Transport-Security"] = f"max-age={HSTS_S}"
    return headers


def security_middleware(settings: Settings) -> Middleware:
    """Set the headers, and how long an answer may be kept: the API's never, pages until asked again."""
    headers = security_headers(settings.public_url)

    def set_on(request: web.Request, response: web.StreamResponse) -> None:
        if response.prepared:  # A WebSocket or a stream: its headers are sent already.
            return
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault(
            "Cache-Control", "no-store" if request.path.startswith("/api/") else "no-cache"
        )
        response.headers.pop("Server", None)

    @web.middleware
    async def secure(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except web.HTTPException as error:
            set_on(request, error)
            raise
        set_on(request, response)
        return response

    return secure
