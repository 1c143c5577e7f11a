"""The folder with the models: paths, and the proof that each file is the one promised.

Hashing 220 MB at every start would cost a second, so a full check leaves a stamp (size and
modification time of every file) beside the model; a start compares stamps and hashes only what
has changed since.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from media_pipeline.errors import ModelError
from media_pipeline.models.manifest import MANIFEST, Model, ModelFile, model_named

STAMP = ".verified.json"


def default_root(environ: Mapping[str, str] | None = None) -> Path:
    """``VIVA_MODELS_DIR``, else ``viva/models`` in the user's cache (``XDG_CACHE_HOME`` honoured)."""
    environ = os.environ if environ is None else environ
    if chosen := environ.get("VIVA_MODELS_DIR"):
        return Path(chosen).expanduser()
    cache = environ.get("XDG_CACHE_HOME")
    base = Path(cache) if cache and Path(cache).is_absolute() else Path.home() / ".cache"
    return base / "viva" / "models"


def sha256_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder with one sub-folder a model, named as in the manifest."""

    root: Path

    @classmethod
    def default(cls, environ: Mapping[str, str] | None = None) -> ModelFolder:
        return cls(default_root(environ))

    def path(self, model: str) -> Path:
        """The model's folder (whether or not it is there)."""
        return self.root / model_named(model).name

    def file(self, model: str, name: str | None = None) -> Path:
        """One file of a model; without a name, its first (the weights)."""
        described = model_named(model)
        wanted = name if name is not None else described.files[0].name
        if not any(file.name == wanted for file in described.files):
            raise ModelError(f"The model {model} has no file called {wanted!r} in the manifest.")
        return self.root / described.name / wanted

    def is_installed(self, model: str) -> bool:
        """All files there with the right size; says nothing about their content (see ``require``)."""
        described = model_named(model)
        return all(_size(self.root / described.name / file.name) == file.size for file in described.files)

    def missing(self, models: Iterable[str] | None = None) -> list[str]:
        names = [model.name for model in MANIFEST] if models is None else list(models)
        return [name for name in names if not self.is_installed(name)]

    def require(self, models: Iterable[str], *, full: bool = False) -> None:
        """Answers only if every file of every model is the one promised.

        Quick where a stamp says that nothing changed since the last full check; ``full`` hashes
        everything. Raises ``ModelError`` with the file and what to do.
        """
        for name in models:
            verify(model_named(name), self.root / name, full=full)


def verify(model: Model, folder: Path, *, full: bool = False) -> None:
    """Checks one model in ``folder`` and leaves a stamp; raises ``ModelError``."""
    stamped = {} if full else _read_stamp(folder)
    unchanged = True
    for file in model.files:
        path = folder / file.name
        size = _size(path)
        if size is None:
            raise ModelError(
                f"The model {model.name} is not installed ({path} is missing). Run `viva models` once."
            )
        if size != file.size:
            raise _refusal(model, file, path, f"it has {size} bytes instead of {file.size}")
        if stamped.get(file.name) == _stamp_of(path, file):
            continue
        unchanged = False
        digest = sha256_of(path)
        if digest != file.sha256:
            with contextlib.suppress(OSError):  # else the next quick check would believe it
                (folder / STAMP).unlink()
            raise _refusal(model, file, path, f"its SHA-256 is {digest} instead of {file.sha256}")
    if full or not unchanged:
        _write_stamp(model, folder)


def _refusal(model: Model, file: ModelFile, path: Path, why: str) -> ModelError:
    return ModelError(
        f"{path} is not the promised {file.name} of {model.name}: {why}. "
        "Delete it and run `viva models` again."
    )


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _stamp_of(path: Path, file: ModelFile) -> list[object]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns, file.sha256]


def _read_stamp(folder: Path) -> dict[str, object]:
    try:
        stamp = json.loads((folder / STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _write_stamp(model: Model, folder: Path) -> None:
    stamp = {file.name: _stamp_of(folder / file.name, file) for file in model.files}
    partial = folder / f"{STAMP}.{os.getpid()}"
    try:
        partial.write_text(json.dumps(stamp), "utf-8")
        partial.replace(folder / STAMP)
    except OSError:
        # A read-only folder (a container image's layer) is checked in full at every start instead.
        partial.unlink(missing_ok=True)
