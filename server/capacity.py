"""How many interviews a process may hold at once. Pure."""

from __future__ import annotations

from typing import Final

A_CORE: Final = 4
"""Whole interviews (sound, picture, recognition, a desk) on one core that keep their limits
(docs/benchmarks.md, "Four on one core")."""

A_PROCESS: Final = 16
"""However many cores there are: every interview needs some 4 % of the one event loop."""


def places(wanted: int, cores: int) -> int:
    """Interviews at once: ``wanted``, or with 0 what ``cores`` cores can hold."""
    return wanted or min(A_PROCESS, A_CORE * max(1, cores))
