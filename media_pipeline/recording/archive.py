"""The folder of all recordings: parts made, found, mended, destroyed.

::

    RECORDINGS/INTERVIEW/key.json       the interview's key, wrapped; without it the rest is noise
                        /part-0001.viva …
                        /receipt.json   the recording was destroyed: what, when, by whom, why

Everything here is for threads, not for the event loop.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from media_pipeline.durable_files import sync_folder, write_durably
from media_pipeline.errors import ConflictError, NotFoundError
from media_pipeline.recording.errors import DamagedRecordingError, DestroyedRecordingError
from media_pipeline.recording.part_file import PartReader, PartWriter, is_being_written, mend
from media_pipeline.recording.sealing import DataKey, MasterKeys

log = logging.getLogger(__name__)

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PART: Final = re.compile(r"part-(\d{4,8})\.viva")
_KEY, _RECEIPT = "key.json", "receipt.json"
_READ_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class PartSummary:
    """A finished part, for lists. Times are session milliseconds."""

    part: int
    mime: str
    start_ms: int
    end_ms: int
    bytes: int
    cut: bool
    """A crash ended it; what was written by then is there."""
    holes: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class DestroyedPart:
    part: int
    bytes: int
    sha256: str
    """Of the ciphertext, so that it can be told later which bytes can no longer be read."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a recording was destroyed."""

    interview: str
    what: str
    unix_ms: int
    by: str
    reason: str
    parts: tuple[DestroyedPart, ...]


class RecordingArchive:
    """Recordings by interview. Safe to use from several threads; one process writes a part."""

    def __init__(self, folder: Path, keys: MasterKeys) -> None:
        self._folder = folder
        self._keys = keys

    # --- writing -----------------------------------------------------------------------------

    def new_part(self, interview: str, start_ms: int) -> PartWriter:
        """The next part. Raises ``OSError``, ``DestroyedRecordingError``."""
        place = self._place(interview)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if (place / _RECEIPT).exists():
            raise DestroyedRecordingError("This interview's recording was destroyed; it is not begun again.")
        key = self._key(interview, make=True)
        while True:
            part = max(self._numbers(interview), default=0) + 1
            with suppress(FileExistsError):
                return PartWriter(_part_path(place, part), key, part, start_ms)

    # --- reading -----------------------------------------------------------------------------

    def interviews(self) -> list[str]:
        """Those with a folder, also where only a receipt is left."""
        if not self._folder.is_dir():
            return []
        return sorted(path.name for path in self._folder.iterdir() if _NAME.fullmatch(path.name))

    def parts(self, interview: str) -> list[PartSummary]:
        """The parts that are finished; those cut by a crash are mended first. Damaged ones are left out."""
        summaries: list[PartSummary] = []
        for part in self._numbers(interview):
            try:
                reader = self._finished(interview, part)
            except DamagedRecordingError:
                log.exception("interview %s: part %d of the recording cannot be read", interview, part)
                continue
            if reader is None:
                continue
            with_index = reader.index
            if with_index.tracks:
                summaries.append(
                    PartSummary(
                        part,
                        with_index.mime,
                        with_index.start_ms,
                        with_index.start_ms + with_index.end_ms,
                        reader.size,
                        reader.was_cut,
                        tuple(with_index.holes),
                    )
                )
            reader.close()
        return summaries

    def open_part(self, interview: str, part: int) -> PartReader:
        """Raises ``NotFoundError``, ``ConflictError`` (still being recorded), ``DestroyedRecordingError``."""
        if (self._place(interview) / _RECEIPT).exists():
            raise DestroyedRecordingError("This recording was destroyed.")
        if part not in self._numbers(interview):
            raise NotFoundError("There is no such part of the recording.")
        reader = self._finished(interview, part)
        if reader is None:
            raise ConflictError("This part is still being recorded. Try again when it has ended.")
        return reader

    def newest_unix_s(self, interview: str) -> float | None:
        """When something was written last; None where no part is left."""
        place = self._place(interview)
        times = [_part_path(place, part).stat().st_mtime for part in self._numbers(interview)]
        return max(times, default=None)

    # --- ending ------------------------------------------------------------------------------

    def receipt(self, interview: str) -> dict[str, Any] | None:
        """That of a destroyed recording, None where there is none."""
        path = self._place(interview) / _RECEIPT
        if not path.exists():
            return None
        read: dict[str, Any] = json.loads(path.read_text())
        return read

    def destroy(self, interview: str, *, by: str, reason: str, unix_ms: int) -> dict[str, Any]:
        """Destroys the key, then the files; returns the receipt. A second time returns the first receipt.

        The receipt is on disk before the key is gone: if the process is killed in between, the next
        call (or ``finish_destroying``) does the rest. Raises ``NotFoundError`` without a recording,
        ``ConflictError`` while it is being recorded.
        """
        place = self._place(interview)
        known = self.receipt(interview)
        if known is None:
            paths = [(part, _part_path(place, part)) for part in self._numbers(interview)]
            if not paths:
                raise NotFoundError("There is no recording of this interview.")
            if any(is_being_written(path) for _, path in paths):
                raise ConflictError("This interview is still being recorded. End it first.")
            destroyed = tuple(DestroyedPart(part, path.stat().st_size, _sha256(path)) for part, path in paths)
            receipt = Receipt(interview, "recording", unix_ms, by, reason, destroyed)
            known = json.loads(json.dumps(asdict(receipt)))
            write_durably(place / _RECEIPT, json.dumps(known, indent=1).encode(), replace=True)
        self.finish_destroying(interview)
        return known

    def finish_destroying(self, interview: str) -> None:
        """Where there is a receipt: no key and no part is left after this."""
        place = self._place(interview)
        if not (place / _RECEIPT).exists():
            return
        key = place / _KEY
        if key.exists():
            # Overwritten first, for file systems that write in place; others keep the old block a while.
            size = key.stat().st_size
            with key.open("r+b") as file:
                file.write(b"\0" * size)
                file.flush()
                os.fsync(file.fileno())
            key.unlink()
            sync_folder(place)
        for part in self._numbers(interview):
            _part_path(place, part).unlink(missing_ok=True)

    # --- itself ------------------------------------------------------------------------------

    def _place(self, interview: str) -> Path:
        if not _NAME.fullmatch(interview):
            raise NotFoundError("This interview is not known here.")
        return self._folder / interview

    def _numbers(self, interview: str) -> list[int]:
        place = self._place(interview)
        if not place.is_dir():
            return []
        matches = (_PART.fullmatch(path.name) for path in place.iterdir())
        return sorted(int(match[1]) for match in matches if match)

    def _finished(self, interview: str, part: int) -> PartReader | None:
        """A reader of a part that nobody writes any more. Raises ``DamagedRecordingError``."""
        path = _part_path(self._place(interview), part)
        if is_being_written(path):
            return None
        key = self._key(interview)
        reader = PartReader(path, key, part)
        if reader.is_ended:
            return reader
        reader.close()
        mend(path, key, part)
        return PartReader(path, key, part)

    def _key(self, interview: str, *, make: bool = False) -> DataKey:
        path = self._place(interview) / _KEY
        if make and not path.exists():
            if self._numbers(interview):
                raise DestroyedRecordingError("The recording's key is gone; it is not begun again.")
            _, document = self._keys.new_key(interview)
            with suppress(FileExistsError):
                write_durably(path, document, replace=False)
        try:
            document = path.read_bytes()
        except FileNotFoundError as error:
            raise DestroyedRecordingError("The recording's key is gone; it cannot be read.") from error
        return self._keys.unwrap(interview, document)


def _part_path(place: Path, part: int) -> Path:
    return place / f"part-{part:04d}.viva"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
    return digest.hexdigest()
