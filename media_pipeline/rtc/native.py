"""Finds shared libraries that PyAV's wheels bring along, else the system's."""

from __future__ import annotations

import ctypes
import ctypes.util
from collections.abc import Callable
from pathlib import Path

import av


def load_library(name: str, declare: Callable[[ctypes.CDLL], None]) -> ctypes.CDLL | None:
    """The library ``lib<name>``; None where it is neither beside PyAV nor installed.

    ``declare`` sets the signatures; a function that it misses (``AttributeError``) means that this
    copy will not do.
    """
    package = Path(av.__file__).parent
    found = [
        *sorted((package.parent / "av.libs").glob(f"lib{name}*")),
        *sorted(package.glob(f".dylibs/lib{name}*")),
    ]
    candidates = [str(path) for path in found]
    if system := ctypes.util.find_library(name):
        candidates.append(system)
    for candidate in candidates:
        try:
            library = ctypes.CDLL(candidate)
            declare(library)
        except (OSError, AttributeError):
            continue
        return library
    return None
