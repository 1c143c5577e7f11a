"""One OpenAI-compatible chat endpoint: a request, a deadline, a size limit, a budget and a breaker.

Every failure is the same to the caller: None. Why is counted in ``failures`` and logged without the
candidate's words.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from scoring.judge import ModelRequest
from server.language_model.breaker import Breaker, BreakerOptions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LanguageModelOptions:
    url: str
    """Base address, e.g. ``https://models.example.com/v1``; ``/chat/completions`` is added."""
    model: str
    key: str | None = field(default=None, repr=False)
    timeout_s: float = 8.0
    """Seconds for the whole of one request."""
    answer_bytes: int = 65_536
    """A longer response is a failure."""
    answer_tokens: int = 200
    requests: int = 400
    """Requests in the life of this client (one interview's budget)."""
    at_once: int = 4
    breaker: BreakerOptions = field(default_factory=BreakerOptions)


class LanguageModel:
    """Implements ``AnswersRequests``. Shares the caller's HTTP session; follows no redirect."""

    def __init__(
        self, http: aiohttp.ClientSession, options: LanguageModelOptions, now_ms: Callable[[], int]
    ) -> None:
        self._http = http
        self._options = options
        self._now_ms = now_ms
        self._breaker = Breaker()
        self._room = asyncio.Semaphore(options.at_once)
        self._left = options.requests
        self.failures: Counter[str] = Counter()

    async def answer(self, request: ModelRequest) -> str | None:
        """The model's text, or None: over budget, breaker open, too late, too long or not of the form."""
        async with self._room:
            if self._left <= 0:
                self.failures["budget"] += 1
                return None
            if not self._breaker.may_ask(self._now_ms(), self._options.breaker):
                self.failures["breaker"] += 1
                return None
            self._left -= 1
            self._breaker = self._breaker.asked()
            try:
                text = await asyncio.wait_for(self._post(request), self._options.timeout_s)
            except (TimeoutError, aiohttp.ClientError, OSError, ValueError, RecursionError) as error:
                self._breaker = self._breaker.failed(self._now_ms(), self._options.breaker)
                self.failures[type(error).__name__] += 1
                log.warning("language model: no usable answer (%s)", type(error).__name__)
                return None
            self._breaker = self._breaker.succeeded()
            return text

    async def _post(self, request: ModelRequest) -> str:
        options = self._options
        headers = {"Authorization": f"Bearer {options.key}"} if options.key else {}
        body = {
            "model": options.model,
            "messages": [
                {"role": "system", "content": request.system},
                {"role": "user", "content": request.user},
            ],
            "max_tokens": options.answer_tokens,
            "temperature": 0.3,
            "stream": False,
        }
        url = options.url.rstrip("/") + "/chat/completions"
        async with self._http.post(url, json=body, headers=headers, allow_redirects=False) as response:
            if response.status != 200:
                raise ValueError(f"status {response.status}")
            raw = bytearray()
            async for part in response.content.iter_chunked(8_192):
                raw += part
                if len(raw) > options.answer_bytes:
                    raise ValueError("the response is too long")
        return _text_of(bytes(raw))


def _text_of(raw: bytes) -> str:
    """``choices[0].message.content``; ValueError where the response is of another form."""
    data = json.loads(raw)
    try:
        text = data["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError) as error:
        raise ValueError("the response is not a chat completion") from error
    if not isinstance(text, str):
        raise ValueError("the response holds no text")  # noqa: TRY004 - one kind of failure for the caller
    return text
