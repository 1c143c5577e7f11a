"""What a change of a media connection means in the log."""

from __future__ import annotations

from media_pipeline.events import ConnectionChanged
from media_pipeline.rtc.connection import ConnectionState


class LinkEvents:
    """Remembers whether this session was ever connected: then the next connection resumes it."""

    def __init__(self) -> None:
        self._was_connected = False

    def event(
        self, connection: str, state: ConnectionState, reason: str, *, was_connected: bool
    ) -> ConnectionChanged | None:
        """The event, None where there is nothing to tell."""
        if state == "connected":
            told = "resumed" if self._was_connected else "connected"
            self._was_connected = True
            return ConnectionChanged(told, "media", connection, reason)  # type: ignore[arg-type]
        if state == "lost":
            return ConnectionChanged("lost", "media", connection, reason)
        if reason in ("replaced", "left"):
            return ConnectionChanged(reason, "media", connection)  # type: ignore[arg-type]
        if was_connected and reason != "interview over":
            return ConnectionChanged("lost", "media", connection, reason)
        return None
