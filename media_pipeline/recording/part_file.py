"""One part on disk: written record by record, never changed, read by byte range.

::

    "VIVAREC1" · record · record · … · end record

A record is a header in the clear (1 byte kind, 4 bytes length of what follows) and its sealed
content. *Media* records hold clusters (one, or a piece of a large one), *notes* say what cannot be read from
the media (where the part begins, its tracks, holes), the *end* record holds the index. A part without
an end was cut by a crash; its index is made again from what is there.

Writing and reading are for threads, not for the event loop.
"""

from __future__ import annotations

import fcntl
import json
import os
import struct
from base64 import b64decode, b64encode
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from media_pipeline.recording.codecs import opus_duration_ms
from media_pipeline.recording.errors import DamagedRecordingError
from media_pipeline.recording.matroska import (
    Cluster,
    Cue,
    PartIndex,
    Track,
    decode_cluster,
    whole_clusters,
)
from media_pipeline.recording.sealing import (
    KIND_NUMBERS,
    LARGEST_RECORD,
    TAG_BYTES,
    DataKey,
    Place,
    RecordKind,
)

MAGIC: Final = b"VIVAREC1"
_HEADER: Final = struct.Struct(">BI")
_KINDS: Final = {number: kind for kind, number in KIND_NUMBERS.items()}
_SYNC_EVERY: Final = 10  # clusters; what a power cut may take, a killed process loses none of it
_LOOKED_AT: Final = 4096
_MOST_BYTES_OF_A_RECORD: Final = 64 * 1024 * 1024  # an index of a day is far smaller


class PartWriter:
    """Writes one new part. Raises ``OSError`` where the disk does not take it."""

    def __init__(self, path: Path, key: DataKey, part: int, start_ms: int) -> None:
        self.part = part
        self.index = PartIndex(start_ms)
        self._key = key
        self._number = 0
        self._unsynced = 0
        # Exclusive: a number is given once, and so is every nonce of it.
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)  # whoever mends keeps off until this process is gone
        self._write(MAGIC)
        self._note({"start_ms": start_ms})

    def add_track(self, track: Track) -> None:
        self.index.tracks[track.name] = track
        self._note({"track": _track_to_json(track)})

    def add_hole(self, from_ms: int, to_ms: int) -> None:
        """Media of this session time was not written."""
        self.index.holes.append((from_ms, to_ms))
        self._note({"hole": [from_ms, to_ms]})

    def write(self, cluster: Cluster) -> None:
        for at in range(0, len(cluster.data), LARGEST_RECORD):
            self._record("media", cluster.data[at : at + LARGEST_RECORD])
        self.index.add(cluster)
        self._unsynced += 1
        if self._unsynced >= _SYNC_EVERY:
            self._unsynced = 0
            os.fdatasync(self._file)

    def finish(self) -> None:
        """Writes the index; the part is whole then."""
        self._record("end", _index_to_json(self.index, cut=False))
        os.fsync(self._file)
        self.abandon()

    def abandon(self) -> None:
        """Closes the file as it is."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _note(self, content: dict[str, Any]) -> None:
        self._record("note", json.dumps(content).encode())

    def _record(self, kind: RecordKind, content: bytes) -> None:
        self._write(_sealed_record(self._key, Place(self.part, self._number, kind), content))
        self._number += 1

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._file, view) :]


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as it lies in the file."""

    kind: RecordKind
    number: int
    offset: int
    """Of its sealed content."""
    length: int
    """Of its sealed content."""


class PartReader:
    """Reads one part as the WebM or MKV file that it is. Close it after use.

    Raises ``DamagedRecordingError`` for a file that was changed.
    """

    def __init__(self, path: Path, key: DataKey, part: int) -> None:
        self.part = part
        self._key = key
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._records = list(stored_records(self._file))
            self._media = [record for record in self._records if record.kind == "media"]
            self.is_ended = bool(self._records) and self._records[-1].kind in ("end", "mended_end")
            self.was_cut = bool(self._records) and self._records[-1].kind == "mended_end"
            self.index = self._read_index() if self.is_ended else self._rebuild_index()
        except BaseException:
            self.close()
            raise
        self._head = self.index.head()
        self._starts = [0]
        for record in self._media:
            self._starts.append(self._starts[-1] + record.length - TAG_BYTES)
        if self._starts[-1] < self.index.media_bytes:
            self.close()
            raise DamagedRecordingError(f"Part {part} of the recording is shorter than it was.")

    @property
    def records(self) -> list[StoredRecord]:
        return self._records

    @property
    def size(self) -> int:
        """Bytes of the whole file as a player sees it."""
        return len(self._head) + self.index.media_bytes

    @property
    def etag(self) -> str:
        """Changes when the bytes do: the last record's authentication tag covers what the index says."""
        last = self._records[-1]
        tag = os.pread(self._file, TAG_BYTES, last.offset + last.length - TAG_BYTES)
        return f'"{self.part}-{self.size:x}-{tag[:8].hex()}"'

    def read(self, start: int, length: int) -> bytes:
        """Bytes of the file; only the records they lie in are decrypted."""
        end = min(start + length, self.size)
        pieces = [self._head[start:end]] if start < len(self._head) else []
        at, until = max(0, start - len(self._head)), end - len(self._head)
        place = bisect_right(self._starts, at) - 1
        while at < until:
            content = self._open(self._media[place])
            skip = at - self._starts[place]
            piece = content[skip : skip + until - at]
            pieces.append(piece)
            at += len(piece)
            place += 1
        return b"".join(pieces)

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _open(self, record: StoredRecord) -> bytes:
        sealed = os.pread(self._file, record.length, record.offset)
        return self._key.open(Place(self.part, record.number, record.kind), sealed)

    def _read_index(self) -> PartIndex:
        return _index_from_json(self._open(self._records[-1]))

    def _rebuild_index(self) -> PartIndex:
        """From notes and clusters, as far as they are whole."""
        index: PartIndex | None = None
        rest = b""
        for record in tuple(self._records):
            try:
                content = self._open(record)
            except DamagedRecordingError:
                if record is not self._records[-1]:
                    raise
                self._records.pop()  # a power cut may leave a record's length without its content
                self._media = [kept for kept in self._media if kept is not record]
                break
            if record.kind == "note":
                index = _noted(index, json.loads(content))
            elif index is not None and record.kind == "media":
                clusters, rest = whole_clusters(rest + content)
                for data in clusters:
                    index.add(_cluster_of(data))
        return index or PartIndex(0)


def mend(path: Path, key: DataKey, part: int) -> bool:
    """Gives a part that a crash cut its index; what came after the last whole cluster is let go.

    False where nothing had to be done: the part is whole, or another process still writes it.
    """
    file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        reader = PartReader(path, key, part)
        try:
            if reader.is_ended:
                return False
            records = reader.records
            end = records[-1].offset + records[-1].length if records else len(MAGIC)
            index = _index_to_json(reader.index, cut=True)
        finally:
            reader.close()
        os.ftruncate(file, end)
        os.pwrite(file, MAGIC, 0)  # it, too, may have been cut
        sealed = _sealed_record(key, Place(part, len(records), "mended_end"), index)
        os.pwrite(file, sealed, end)
        os.fsync(file)
        return True
    finally:
        os.close(file)


def is_being_written(path: Path) -> bool:
    """Whether the process that makes this part is still there."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def _sealed_record(key: DataKey, place: Place, content: bytes) -> bytes:
    sealed = key.seal(place, content)
    return _HEADER.pack(KIND_NUMBERS[place.kind], len(sealed)) + sealed


def stored_records(file: int) -> Iterator[StoredRecord]:
    """The whole records of a file; one that was cut ends the list. Raises ``DamagedRecordingError``."""
    size = os.fstat(file).st_size
    if os.pread(file, len(MAGIC), 0) != MAGIC:
        if size < len(MAGIC):
            return
        raise DamagedRecordingError("This file is no part of a recording.")
    position, number = len(MAGIC), 0
    while position + _HEADER.size <= size:
        kind_number, length = _HEADER.unpack(os.pread(file, _HEADER.size, position))
        kind = _KINDS.get(kind_number)
        if kind is None or not TAG_BYTES <= length <= _MOST_BYTES_OF_A_RECORD:
            if not any(os.pread(file, _LOOKED_AT, position)):
                return  # zeros: a power cut came before the content
            raise DamagedRecordingError("A record of the recording cannot be read.")
        offset = position + _HEADER.size
        if offset + length > size:
            return
        yield StoredRecord(kind, number, offset, length)
        position, number = offset + length, number + 1


def _cluster_of(data: bytes) -> Cluster:
    """What the index must know of a cluster that lies in the file."""
    blocks = decode_cluster(data)
    if not blocks:
        return Cluster(data, 0, 0, frozenset(), jump=False)
    ends = [
        block.at_ms + (0 if block.track == "picture" else round(opus_duration_ms(block.data)))
        for block in blocks
    ]
    first = blocks[0]
    return Cluster(
        data,
        first.at_ms,
        max(ends),
        frozenset(block.track for block in blocks),
        jump=first.track == "picture" and first.keyframe,
    )


# --- Notes and the index as JSON -------------------------------------------------------------


def _noted(index: PartIndex | None, note: dict[str, Any]) -> PartIndex:
    index = index or PartIndex(0)
    if "start_ms" in note:
        index.start_ms = note["start_ms"]
    if "track" in note:
        track = _track_from_json(note["track"])
        index.tracks[track.name] = track
    if "hole" in note:
        index.holes.append((note["hole"][0], note["hole"][1]))
    return index


def _track_to_json(track: Track) -> dict[str, Any]:
    return {**asdict(track), "private": b64encode(track.private).decode()}


def _track_from_json(read: dict[str, Any]) -> Track:
    return Track(**{**read, "private": b64decode(read["private"])})


def _index_to_json(index: PartIndex, *, cut: bool) -> bytes:
    return json.dumps(
        {
            "start_ms": index.start_ms,
            "end_ms": index.end_ms,
            "media_bytes": index.media_bytes,
            "cut": cut,
            "tracks": [_track_to_json(track) for track in index.tracks.values()],
            "picture_cues": [[cue.at_ms, cue.offset] for cue in index.picture_cues],
            "sound_cues": [[cue.at_ms, cue.offset] for cue in index.sound_cues],
            "holes": index.holes,
        }
    ).encode()


def _index_from_json(content: bytes) -> PartIndex:
    read = json.loads(content)
    return PartIndex(
        start_ms=read["start_ms"],
        tracks={track.name: track for track in map(_track_from_json, read["tracks"])},
        end_ms=read["end_ms"],
        media_bytes=read["media_bytes"],
        picture_cues=[Cue(*cue) for cue in read["picture_cues"]],
        sound_cues=[Cue(*cue) for cue in read["sound_cues"]],
        holes=[(start, end) for start, end in read["holes"]],
    )
