"""Which addresses and ports a connection listens on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def pick_hosts(wanted: Sequence[str], present: Iterable[str]) -> list[str]:
    """The addresses to bind: those set, else all that the machine has, else loopback."""
    if wanted:
        return list(dict.fromkeys(wanted))
    return list(dict.fromkeys(present)) or ["127.0.0.1"]


def bind_order(port_min: int, port_max: int, turn: int) -> Iterable[int]:
    """Ports to try, each once, starting at another one every ``turn``; ``[0]`` means any free port."""
    if not port_min:
        return [0]
    count = max(port_max, port_min) - port_min + 1
    return (port_min + (turn + step) % count for step in range(count))
