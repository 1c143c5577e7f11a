"""One OpenAI-compatible chat endpoint: a request, a deadline, a size limit and a breaker.

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

from media_pipeline.errors import SettingError
from scoring.judge import AnswersRequests, ModelRequest
from server.language_model.breaker import Breaker, BreakerOptions
from server.settings import LanguageModelSettings

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
    at_once: int = 4
    breaker: BreakerOptions = field(default_factory=BreakerOptions)


class LanguageModel:
    """Implements ``AnswersRequests``. Owns the HTTP session; follows no redirect."""

    def __init__(
        self, http: aiohttp.ClientSession, options: LanguageModelOptions, now_ms: Callable[[], int]
    ) -> None:
        self._http = http
        self._options = options
        self._now_ms = now_ms
        self._breaker = Breaker()
        self._room = asyncio.Semaphore(options.at_once)
        self.failures: Counter[str] = Counter()

    async def answer(self, request: ModelRequest) -> str | None:
        """The model's text, or None: breaker open, too late, too long or not of the form."""
        async with self._room:
            if not self._breaker.may_ask(self._now_ms(), self._options.breaker):
                self.failures["breaker"] += 1
                return None
            self._breaker = self._breaker.asked()
            try:
                text = await asyncio.wait_for(self._post(request), self._options.timeout_s)
            except asyncio.CancelledError:
                self._breaker = self._breaker.let_go()
                raise
            except (TimeoutError, aiohttp.ClientError, OSError, ValueError, RecursionError) as error:
                self._breaker = self._breaker.failed(self._now_ms(), self._options.breaker)
                self.failures[type(error).__name__] += 1
                log.warning("language model: no usable answer (%s)", type(error).__name__)
                return None
            self._breaker = self._breaker.succeeded()
            return text

    async def close(self) -> None:
        """Close the HTTP session."""
        await self._http.close()

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


def open_language_model(settings: LanguageModelSettings, now_ms: Callable[[], int]) -> LanguageModel | None:
    """The configured model with an HTTP session of its own, or None where none is configured.

    Raises SettingError where its key file cannot be read.
    """
    if settings.url is None:
        return None
    key: str | None = None
    if settings.key_file is not None:
        try:
            key = settings.key_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingError(f"VIVA_LANGUAGE_MODEL_KEY_FILE cannot be read: {error.strerror}.") from error
    return LanguageModel(
        aiohttp.ClientSession(), LanguageModelOptions(settings.url, settings.model, key), now_ms
    )


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


class Budget:
    """So many requests and no more, e.g. for one interview. Implements ``AnswersRequests``."""

    def __init__(self, model: AnswersRequests, requests: int) -> None:
        self._model = model
        self.left = requests

    async def answer(self, request: ModelRequest) -> str | None:
        """The model's answer, or None once the budget is used."""
        if self.left <= 0:
            return None
        self.left -= 1
        return await self._model.answer(request)
