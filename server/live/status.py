"""The status of an interview for lists, from its state."""

from __future__ import annotations

from server.conductor.state import InterviewState
from server.store.seam import Status


def status_of(state: InterviewState) -> Status:
    if state.ended:
        return "ended"
    if state.started_at_ms is None:
        return "waiting"
    return "paused" if state.paused else "running"
