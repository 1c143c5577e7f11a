"""The clock of one interview."""

from __future__ import annotations

from collections.abc import Callable


class SessionTime:
    """Session milliseconds of one interview: monotonic, and right again after a restart."""

    def __init__(self, unix_ms: Callable[[], int], monotonic_ms: Callable[[], int]) -> None:
        self._unix_ms = unix_ms
        self._monotonic_ms = monotonic_ms
        self._offset: int | None = None

    @property
    def opened(self) -> bool:
        return self._offset is not None

    def open_at(self, at_ms: int) -> None:
        """From now on it is ``at_ms`` and counting."""
        self._offset = at_ms - self._monotonic_ms()

    def reopen(self, opened_unix_ms: int, last_at_ms: int) -> None:
        """Go on after a restart: the wall clock bridges the gap, and time never runs backwards."""
        self.open_at(max(last_at_ms, self._unix_ms() - opened_unix_ms))

    def now_ms(self) -> int:
        return 0 if self._offset is None else self._monotonic_ms() + self._offset
