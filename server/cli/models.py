"""``viva models``: install what is missing, with progress."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TextIO

from media_pipeline.errors import ModelError
from media_pipeline.models import MANIFEST, InstallOptions, Model, ModelFolder, Progress, install
from media_pipeline.models.manifest import ANSWER_READER
from server.settings import Settings

_STATES: Mapping[str, str] = {
    "waiting": "waiting for another installer",
    "fetching": "fetching",
    "preparing": "preparing (half a minute)",
    "verifying": "checking SHA-256",
    "installed": "installed",
    "present": "present",
}


def models(settings: Settings, names: Sequence[str], *, check: bool) -> int:
    """Install ``names`` (all that are wanted where empty). Raises ``ModelError``.

    Without names an optional model that cannot be had is told and passed over: another part stands in for it.
    """
    storage = settings.storage
    environment = {
        "VIVA_MODELS_SOURCE": str(storage.models_source or ""),
        "VIVA_MODELS_SOURCES": storage.models_sources or "",
    }
    install_these = partial(
        install,
        folder=ModelFolder(storage.models_dir),
        options=InstallOptions.from_environment(environment),
        progress=ProgressLines(sys.stdout),
        full=check,
    )
    install_these(names or [model.name for model in MANIFEST if not model.optional])
    for model in () if names else wanted_beside(settings):
        try:
            install_these([model.name])
        except ModelError as error:
            print(f"Viva works without {model.name} ({model.purpose}). {error}", file=sys.stderr)
    print(f"Models are in {storage.models_dir}.")
    return 0


def wanted_beside(settings: Settings) -> list[Model]:
    """The optional models that the settings do not turn down."""
    without = set() if settings.interview.answer_reader else {ANSWER_READER.name}
    return [model for model in MANIFEST if model.optional and model.name not in without]


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
