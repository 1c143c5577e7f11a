"""A model asked while somebody is speaking: a short deadline and a breaker of its own.

What is late here may still be in good time for the report, so lateness is counted apart from the
client's own failures.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from scoring.judge import AnswersRequests, ModelRequest
from server.language_model.breaker import Breaker, BreakerOptions


class Hurried:
    """Implements ``AnswersRequests``: the model's text within ``deadline_s``, or None."""

    def __init__(
        self,
        model: AnswersRequests,
        now_ms: Callable[[], int],
        *,
        deadline_s: float,
        breaker: BreakerOptions | None = None,
    ) -> None:
        self._model = model
        self._now_ms = now_ms
        self._deadline_s = deadline_s
        self._options = breaker or BreakerOptions()
        self._breaker = Breaker()

    async def answer(self, request: ModelRequest) -> str | None:
        if not self._breaker.may_ask(self._now_ms(), self._options):
            return None
        self._breaker = self._breaker.asked()
        try:
            text = await asyncio.wait_for(self._model.answer(request), self._deadline_s)
        except TimeoutError:
            text = None
        except asyncio.CancelledError:
            self._breaker = self._breaker.let_go()
            raise
        self._breaker = (
            self._breaker.failed(self._now_ms(), self._options) if text is None else self._breaker.succeeded()
        )
        return text
