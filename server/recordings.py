"""Recordings as the server keeps them: who is recorded, where it lies, how long, and how it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeVar

from media_pipeline.errors import ConflictError, NotFoundError
from media_pipeline.events import Event, RecordingChanged
from media_pipeline.recording.archive import PartSummary, RecordingArchive
from media_pipeline.recording.part_file import PartReader
from media_pipeline.recording.recorder import Recorder
from media_pipeline.recording.sealing import MasterKeys
from media_pipeline.rtc.lanes import LanePool
from server.live.interviews import Interviews, OpenInterview
from server.live.recorded import consented, reason_for_none
from server.settings import Settings
from server.store.seam import AuditEntry
from server.tokens import open_key_file

log = logging.getLogger(__name__)

Result = TypeVar("Result")
DAY_MS = 86_400_000
RETENTION = "retention"
"""Who destroyed a recording that was kept for as long as it may be."""

State = Literal["none", "recording", "ready", "destroyed"]


@dataclass(frozen=True, slots=True)
class Described:
    """What there is of one interview's recording, and if there is nothing, why."""

    state: State
    reason: str | None
    parts: tuple[PartSummary, ...]


def is_being_made(opened: OpenInterview | None) -> bool:
    """Whether more may come: the interview is held, with consent (it may be paused right now)."""
    recorder = opened.media.recorder if opened is not None and opened.media is not None else None
    if opened is None or recorder is None:
        return False
    return recorder.is_wanted or (consented(opened.state) and not opened.state.ended)


class Recordings:
    """One per process. Files are touched in threads of its own, never on the event loop."""

    def __init__(self, archive: RecordingArchive, *, is_on: bool, days: int) -> None:
        self.is_on = is_on
        self._archive = archive
        self._days = days
        self._writing = LanePool(1, "viva-recording")
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="viva-playback")

    @classmethod
    def open(cls, settings: Settings) -> Recordings:
        """Raises ``SettingError`` where the master key can be read by others or is damaged."""
        keys = MasterKeys(dict(open_key_file(settings.recording_key_file).keys))
        archive = RecordingArchive(settings.recordings_dir, keys)
        return cls(archive, is_on=settings.recording.on, days=settings.recording.days)

    def recorder(self, interview: str, emit: Callable[[Event], None]) -> Recorder | None:
        """For one media session; None where the operator records nothing."""
        return Recorder(interview, self._archive, self._writing, emit) if self.is_on else None

    async def describe(self, opened: OpenInterview) -> Described:
        """What there is of an interview's recording. The part that is being made is not listed yet."""
        interview = opened.stored.id
        receipt = await self._in_thread(self._archive.receipt, interview)
        if receipt is not None:
            return Described("destroyed", receipt["reason"], ())
        parts = tuple(await self._in_thread(self._archive.parts, interview))
        if is_being_made(opened):
            return Described("recording", None, parts)
        if parts:
            return Described("ready", None, parts)
        return Described("none", reason_for_none(opened.state, self.is_on), ())

    async def open_part(self, interview: str, part: int) -> PartReader:
        """Raises ``NotFoundError``, ``ConflictError``, ``DestroyedRecordingError``."""
        return await self._in_thread(self._archive.open_part, interview, part)

    async def read(self, reader: PartReader, start: int, length: int) -> bytes:
        return await self._in_thread(reader.read, start, length)

    async def destroy(
        self, interviews: Interviews, interview: str, *, by: str, role: str, reason: str
    ) -> dict[str, Any]:
        """Destroys the key; the receipt. It stands in the interview's log and in the audit trail.

        Raises ``NotFoundError``, ``ConflictError`` while it is recorded.
        """
        if is_being_made(interviews.opened(interview)):
            raise ConflictError("This interview is still being recorded. End it first.")
        known = await self._in_thread(self._archive.receipt, interview)
        at_ms = interviews.unix_ms()
        destroy = partial(self._archive.destroy, interview, by=by, reason=reason, unix_ms=at_ms)
        receipt = await self._in_thread(destroy)
        if known is None:
            detail = {"reason": reason, "parts": receipt["parts"]}
            entry = AuditEntry(at_ms, by, role, "destroy", interview, detail)
            await interviews.store.audit(entry)
            opened = await interviews.open(interview)
            opened.live.emit(RecordingChanged("destroyed", by=by, reason=reason))
            await opened.live.journal.flush()
        return receipt

    async def tidy(self, interviews: Interviews) -> int:
        """Finishes what a crash left, and destroys what was kept long enough; returns how many of those."""
        destroyed = 0
        for interview in await self._in_thread(self._archive.interviews):
            try:
                await self._in_thread(self._archive.finish_destroying, interview)
                if await self._is_due(interviews, interview):
                    await self.destroy(interviews, interview, by=RETENTION, role="system", reason=RETENTION)
                    destroyed += 1
                else:
                    await self._in_thread(self._archive.parts, interview)  # mends
            except (NotFoundError, ConflictError):
                continue  # not an interview of this store, or it is being held
            except Exception:
                log.exception("the recording of %s could not be tidied up", interview)
        return destroyed

    async def _is_due(self, interviews: Interviews, interview: str) -> bool:
        newest_s = await self._in_thread(self._archive.newest_unix_s, interview)
        if newest_s is None:
            return False
        stored = await interviews.store.interview(interview)
        kept_since_ms = stored.ended_at_ms or int(newest_s * 1000)
        return interviews.unix_ms() - kept_since_ms > self._days * DAY_MS

    async def close(self) -> None:
        """Close the media sessions first: their recorders finish their parts."""
        self._writing.close()
        self._reading.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Callable[..., Result], *arguments: object) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._reading, work, *arguments)
