"""What can be wrong with a recording."""

from __future__ import annotations

from typing import ClassVar

from media_pipeline.errors import VivaError


class RecordingError(VivaError):
    """The recording cannot be written or read."""

    code: ClassVar[str] = "recording"
    status: ClassVar[int] = 503


class DamagedRecordingError(RecordingError):
    """The bytes are not what was written: cut, reordered, exchanged, or under another key."""

    code: ClassVar[str] = "recording_damaged"
    status: ClassVar[int] = 500


class DestroyedRecordingError(RecordingError):
    """There is no key any more, on purpose."""

    code: ClassVar[str] = "recording_destroyed"
    status: ClassVar[int] = 410
