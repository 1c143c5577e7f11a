"""How much one client may ask for: token buckets, pure, with bounded memory.

Every API request takes one from the bucket of its address and, with a token, from that token's. Stills of
the wall and ranges of a recording, which one page asks for many times a minute, take one from a bucket of the
person who has signed in and none of their address's: an office and its candidates may share one. A request
that is refused (401, 403) also takes one from a much smaller bucket, so that tokens and identity digits
cannot be guessed.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from aiohttp import web
from aiohttp.typedefs import Middleware

from media_pipeline.errors import VivaError
from server.http.problems import Handler
from server.settings import HttpSettings

LIMITED = "/api/"
MANY_A_MINUTE = re.compile(r"/api/v1/interviews/[^/]+/(thumbnail|recording/[0-9]+)")
"""What a wall and a player ask for again and again."""

SignedIn = Callable[[web.Request], str | None]
"""Whose valid token came with a request; None: nobody's."""


class RateLimitError(VivaError):
    """Too many requests; ``retry_after_s`` says when to come back."""

    code: ClassVar[str] = "rate"
    status: ClassVar[int] = 429

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"Too many requests. Try again in {retry_after_s} s.")
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Rate:
    """On average ``per_minute``; ``burst`` at once."""

    per_minute: float
    burst: int


REFUSALS = Rate(per_minute=20, burst=40)
"""Refused requests of one address or token before it has to wait."""

CLIENTS = 10_000
"""Buckets kept. Beyond, the one unused for longest is forgotten, that is: full again."""


class Buckets:
    """One token bucket a key. Times are seconds of any monotonic clock."""

    def __init__(self, rate: Rate, most: int = CLIENTS) -> None:
        self._rate = rate
        self._most = most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # key → (filled, as of)

    def wait_s(self, key: str, now: float) -> float:
        """Seconds until ``key`` may take one; 0 if it may now. Takes nothing."""
        filled = self._filled(key, now)
        return 0.0 if filled >= 1 else (1 - filled) * 60 / self._rate.per_minute

    def take(self, key: str, now: float) -> None:
        """Take one; a bucket is never emptier than empty."""
        self._buckets[key] = (max(0.0, self._filled(key, now) - 1), now)
        self._buckets.move_to_end(key)
        while len(self._buckets) > self._most:
            self._buckets.popitem(last=False)

    def _filled(self, key: str, now: float) -> float:
        filled, as_of = self._buckets.get(key, (float(self._rate.burst), now))
        return min(self._rate.burst, filled + max(0.0, now - as_of) * self._rate.per_minute / 60)

    def __len__(self) -> int:
        return len(self._buckets)


def nobody(_: web.Request) -> None:
    """Nobody has signed in."""


def limit_middleware(
    settings: HttpSettings, monotonic_s: Callable[[], float], signed_in: SignedIn = nobody
) -> Middleware:
    """429 with ``Retry-After`` for clients that ask for too much. Pages and probes are not counted."""
    requests = Buckets(Rate(settings.requests_per_minute, settings.request_burst))
    media = Buckets(Rate(settings.requests_per_minute, settings.request_burst))
    refusals = Buckets(REFUSALS)

    @web.middleware
    async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(LIMITED):
            return await handler(request)
        now = monotonic_s()
        keys = client_keys(request, settings.trusted_proxies)
        person = signed_in(request) if _is_media(request) else None
        buckets, counted = (requests, keys) if person is None else (media, (person,))
        wait_s = max(
            *(buckets.wait_s(key, now) for key in counted), *(refusals.wait_s(key, now) for key in keys)
        )
        if wait_s > 0:
            raise RateLimitError(math.ceil(wait_s))
        for key in counted:
            buckets.take(key, now)
        try:
            response = await handler(request)
        except (VivaError, web.HTTPException) as error:
            if error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
                for key in keys:
                    refusals.take(key, monotonic_s())
            raise
        return response

    return limit


def _is_media(request: web.Request) -> bool:
    return request.method in ("GET", "HEAD") and MANY_A_MINUTE.fullmatch(request.path) is not None


def client_keys(request: web.Request, trusted_proxies: int) -> tuple[str, ...]:
    """The address, and the token if there is one (hashed: a key must not be a secret)."""
    address = f"address:{network_of(client_address(request, trusted_proxies))}"
    token = request.headers.get("Authorization")
    if not token:
        return (address,)
    return address, f"token:{hashlib.sha256(token.encode(errors='replace')).hexdigest()[:24]}"


def client_address(request: web.Request, trusted_proxies: int) -> str:
    """The client's address, seen through ``trusted_proxies`` reverse proxies.

    Each proxy appends the address it was asked from to X-Forwarded-For; what stands further left was
    written by the client and may be anything.
    """
    peer = request.remote or ""
    if trusted_proxies == 0:
        return peer
    told = [part.strip() for part in ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")]
    told = [part for part in told if part]
    return told[-min(trusted_proxies, len(told))] if told else peer


def network_of(address: str) -> str:
    """What one client holds: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
