"""How fast one person may talk to the panel: a bucket that refills. Pure, time passed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from media_pipeline.errors import VivaError
from server.refusals import refused


class TooFastError(VivaError):
    """More messages than anybody reads."""

    code = "rate"
    status = 429


@dataclass(frozen=True, slots=True)
class ChatLimit:
    """``at_once`` messages straight away, then one every ``refill_ms``."""

    at_once: int = 8
    refill_ms: int = 2_500
    spent: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    """For each person: how many of theirs are spent, as of when."""


def said(limit: ChatLimit, person: str, now_ms: int) -> ChatLimit:
    """The limit after one more message of ``person``'s. Raises ``TooFastError``."""
    count, since_ms = limit.spent.get(person, (0.0, now_ms))
    count = max(0.0, count - max(0, now_ms - since_ms) / limit.refill_ms)
    if count + 1 > limit.at_once:
        wait_s = max(1, round((count + 1 - limit.at_once) * limit.refill_ms / 1000))
        raise refused(TooFastError, "chat_too_fast", seconds=wait_s)
    return replace(limit, spent={**limit.spent, person: (count + 1, now_ms)})
