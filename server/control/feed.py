"""What one page is still to be told of one interview: records, the view, live values.

A feed keeps a cursor into the log instead of a queue of its own: a slow reader lags and catches
up, and holds nothing. When it is behind, superseded partials and metrics are left out; transcript,
questions and everything else always arrive. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from media_pipeline import events as ev

Json = dict[str, Any]

CHARTED_MS = 300_000
"""What the desk's charts show: somebody who comes late, or comes back, is told so much of the delivery."""


def without_superseded(records: Sequence[ev.Record]) -> list[ev.Record]:
    """The records of one batch without partials that a later one of the batch replaces, and without
    metrics that are too old for the charts."""
    kept: list[ev.Record] = []
    seen_partial: set[str] = set()
    newest_metrics_ms: int | None = None
    for record in reversed(records):
        event = record.event
        if isinstance(event, ev.TranscriptPartial):
            if event.utterance in seen_partial:
                continue
            seen_partial.add(event.utterance)
        elif isinstance(event, ev.TranscriptFinal):
            seen_partial.add(event.utterance)
        elif isinstance(event, ev.DeliveryMeasured):
            newest_metrics_ms = record.at_ms if newest_metrics_ms is None else newest_metrics_ms
            if newest_metrics_ms - record.at_ms > CHARTED_MS:
                continue
        kept.append(record)
    kept.reverse()
    return kept


class Feed:
    """The messages for one page, batch by batch. ``shown``: a record as the role may see it (None: not)."""

    def __init__(
        self, after: int, shown: Callable[[ev.Record], Json | None], view: Callable[[], Json]
    ) -> None:
        self.cursor = after
        self._record = shown
        self._view = view
        self._shown: Json | None = None
        self._live: dict[str, object] = {}

    def messages(self, records: Sequence[ev.Record], seq: int, live: dict[str, Any]) -> Iterable[Json]:
        """What to send now. ``records``: the durable ones after ``cursor``; ``seq``: the last of the log."""
        for record in without_superseded(records):
            if (body := self._record(record)) is not None:
                yield {"type": "record", **body}
        if records:
            self.cursor = records[-1].seq
        view = self._view()
        now_ms = view.pop("server_now_ms")
        if view != self._shown:
            self._shown = view
            yield {"type": "view", "seq": seq, "view": {**view, "server_now_ms": now_ms}}
        for key, value in tuple(live.items()):  # it changes while the page is being told
            if self._live.get(key) is not value:
                self._live[key] = value
                yield {"type": "live", **_live(key, value)}


def _live(key: str, value: Any) -> Json:
    if isinstance(value, ev.FaceObserved):
        return {"face": msgspec.to_builtins(value)}
    if key == "level" and isinstance(value, dict):
        return value
    return {key: value}
