"""``viva models``: install what is missing, with progress."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TextIO

from media_pipeline.models import InstallOptions, ModelFolder, Progress, install
from server.settings import Settings

_STATES: Mapping[str, str] = {
    "waiting": "waiting for another installer",
    "fetching": "fetching",
    "verifying": "checking SHA-256",
    "installed": "installed",
    "present": "present",
}


def models(settings: Settings, names: Sequence[str], *, check: bool) -> int:
    """Install ``names`` (all where empty). Raises ``ModelError``."""
    storage = settings.storage
    environment = {
        "VIVA_MODELS_SOURCE": str(storage.models_source or ""),
        "VIVA_MODELS_SOURCES": storage.models_sources or "",
    }
    install(
        list(names) or None,
        folder=ModelFolder(storage.models_dir),
        options=InstallOptions.from_environment(environment),
        progress=ProgressLines(sys.stdout),
        full=check,
    )
    print(f"Models are in {storage.models_dir}.")
    return 0


class ProgressLines:
    """One line a model: rewritten in a terminal, a new line per state elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._rewrites = stream.isatty()
        self._last: tuple[str, str] | None = None

    def __call__(self, progress: Progress) -> None:
        done = progress.state in ("installed", "present")
        if not self._rewrites and self._last == (progress.model, progress.state):
            return
        self._last = (progress.model, progress.state)
        text = f"  {progress.model:<22} {_STATES[progress.state]}"
        if progress.state == "fetching":
            text += f" {_mb(progress.done_bytes)} of {_mb(progress.total_bytes)} MB ({progress.source})"
        elif done:
            text += f" ({_mb(progress.total_bytes)} MB)"
        if self._rewrites:
            print(f"\r\x1b[2K{text}", end="\n" if done else "", file=self._stream, flush=True)
        else:
            print(text, file=self._stream, flush=True)


def _mb(size: int) -> str:
    return f"{size / 1_000_000:.1f}"
