"""Matroska and WebM (RFC 9559) as the recording needs them. Pure: bytes in, bytes out.

On disk lies only what comes in time order: clusters, each written whole. What a player wants to know
first (tracks, duration, where to jump to) is made anew from the part's index whenever it is asked
for, and put in front: no byte that was written is ever changed, and a part cut by a crash gets its
index by reading its clusters.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from media_pipeline.recording import ebml
from media_pipeline.recording.errors import DamagedRecordingError

TrackName = Literal["picture", "candidate", "system", "interviewer"]
"""``system`` is Viva's own voice. The order is that of the numbers in the file."""

TRACK_NUMBERS: Final[dict[TrackName, int]] = {"picture": 1, "candidate": 2, "system": 3, "interviewer": 4}
TRACK_TITLES: Final[dict[TrackName, str]] = {
    "picture": "Candidate",
    "candidate": "Candidate",
    "system": "Viva",
    "interviewer": "Interviewer",
}

_EBML, _SEGMENT, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
_TIMESTAMP, _SIMPLE_BLOCK = 0xE7, 0xA3
_INFO, _TRACKS, _CUES = 0x1549A966, 0x1654AE6B, 0x1C53BB6B
_KEYFRAME: Final = 0x80
_TICK_NS: Final = 1_000_000  # one tick is one millisecond, as session time is told
_OPUS_SEEK_PREROLL_NS: Final = 80_000_000  # RFC 7845 §4.6: 80 ms until a decoder has converged
_LATEST_BLOCK: Final = (1 << 15) - 1


@dataclass(frozen=True, slots=True)
class Track:
    """One stream of a part, as players must know it."""

    name: TrackName
    codec: str
    """``VP8``, ``H264`` or ``opus``."""
    width: int = 0
    height: int = 0
    channels: int = 1
    private: bytes = b""
    """H.264: the decoder configuration record (ISO/IEC 14496-15 §5.3.3)."""
    codec_text: str = ""
    """RFC 6381's name of it, such as ``avc1.42e01f``; else made from ``codec``."""


@dataclass(frozen=True, slots=True)
class Block:
    """One packet or picture; ``at_ms`` counts from the beginning of the part."""

    track: TrackName
    at_ms: int
    keyframe: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Cluster:
    """About a second of media, written whole."""

    data: bytes
    at_ms: int
    end_ms: int
    tracks: frozenset[TrackName]
    jump: bool
    """Begins with a picture that stands on its own."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A place to jump to: a cluster's time and where it begins in the media."""

    at_ms: int
    offset: int


@dataclass(slots=True)
class PartIndex:
    """What is known of a part beside its media; grows with every cluster."""

    start_ms: int
    """Session time of the part's zero."""
    tracks: dict[TrackName, Track] = field(default_factory=dict)
    end_ms: int = 0
    """After the last packet, counted from ``start_ms``."""
    media_bytes: int = 0
    picture_cues: list[Cue] = field(default_factory=list)
    sound_cues: list[Cue] = field(default_factory=list)
    holes: list[tuple[int, int]] = field(default_factory=list)
    """From where to where (session ms) media came but was not written."""

    def add(self, cluster: Cluster, sound_cue_every_ms: int = 5_000) -> None:
        cue = Cue(cluster.at_ms, self.media_bytes)
        if cluster.jump:
            self.picture_cues.append(cue)
        if not self.sound_cues or cluster.at_ms >= self.sound_cues[-1].at_ms + sound_cue_every_ms:
            self.sound_cues.append(cue)
        self.end_ms = max(self.end_ms, cluster.end_ms)
        self.media_bytes += len(cluster.data)

    @property
    def is_webm(self) -> bool:
        return all(track.codec != "H264" for track in self.tracks.values())

    @property
    def mime(self) -> str:
        """Type and codecs (RFC 6381), for ``canPlayType``."""
        codecs: list[str] = []
        for track in self._in_order():
            name = track.codec_text or track.codec.lower()
            if name not in codecs:
                codecs.append(name)
        kind = "video" if "picture" in self.tracks else "audio"
        return f'{kind}/{"webm" if self.is_webm else "x-matroska"}; codecs="{", ".join(codecs)}"'

    def head(self) -> bytes:
        """Everything before the first cluster. With it, the media is a whole file that can be sought in."""
        info = ebml.element(
            _INFO,
            ebml.unsigned(0x2AD7B1, _TICK_NS)  # TimestampScale
            + ebml.real(0x4489, float(self.end_ms))  # Duration
            + ebml.text(0x4D80, "Viva")  # MuxingApp
            + ebml.text(0x5741, "Viva"),  # WritingApp
        )
        front = info + ebml.element(_TRACKS, b"".join(_track_entry(track) for track in self._in_order()))
        has_picture = "picture" in self.tracks and self.picture_cues
        cues = self.picture_cues if has_picture else self.sound_cues
        number = TRACK_NUMBERS["picture" if has_picture else self._in_order()[0].name] if self.tracks else 1
        # Positions have a fixed width, so that the cues' length does not depend on what they say.
        media_at = len(front) + len(_cues(cues, number, 0))
        body = front + _cues(cues, number, media_at)
        return _file_header("webm" if self.is_webm else "matroska") + (
            ebml.header(_SEGMENT, len(body) + self.media_bytes) + body
        )

    def _in_order(self) -> list[Track]:
        return [self.tracks[name] for name in TRACK_NUMBERS if name in self.tracks]


def encode_cluster(blocks: Sequence[Block], end_ms: int) -> Cluster:
    """``blocks`` (at least one) as a cluster. A block's time lies within half a minute of the first's."""
    at_ms = blocks[0].at_ms
    parts = [ebml.unsigned(_TIMESTAMP, at_ms)]
    for block in blocks:
        behind_ms = max(-_LATEST_BLOCK, min(_LATEST_BLOCK, block.at_ms - at_ms))
        head = struct.pack(
            ">BhB", 0x80 | TRACK_NUMBERS[block.track], behind_ms, _KEYFRAME if block.keyframe else 0
        )
        parts.append(ebml.element(_SIMPLE_BLOCK, head + block.data))
    first = blocks[0]
    return Cluster(
        data=ebml.element(_CLUSTER, b"".join(parts)),
        at_ms=at_ms,
        end_ms=end_ms,
        tracks=frozenset(block.track for block in blocks),
        jump=first.track == "picture" and first.keyframe,
    )


_NAMES: Final = {number: name for name, number in TRACK_NUMBERS.items()}


def decode_cluster(data: bytes) -> list[Block]:
    """The blocks of one cluster. Raises ``DamagedRecordingError``."""
    outer = next(iter(ebml.elements(data)), None)
    if outer is None or outer.id != _CLUSTER or outer.end != len(data):
        raise DamagedRecordingError("Where a cluster should be, there is none.")
    at_ms = 0
    blocks: list[Block] = []
    for inner in ebml.elements(data, outer.content, outer.end):
        if inner.id == _TIMESTAMP:
            at_ms = ebml.number(data, inner)
        elif inner.id == _SIMPLE_BLOCK and inner.end - inner.content >= 4:
            number, behind_ms, flags = struct.unpack_from(">BhB", data, inner.content)
            name = _NAMES.get(number & 0x7F)
            if name is not None:
                payload = data[inner.content + 4 : inner.end]
                blocks.append(Block(name, at_ms + behind_ms, bool(flags & _KEYFRAME), payload))
    return blocks


def whole_clusters(buffer: bytes) -> tuple[list[bytes], bytes]:
    """The clusters that lie whole in ``buffer``, and the rest of it. Raises ``DamagedRecordingError``."""
    clusters: list[bytes] = []
    end = 0
    for outer in ebml.elements(buffer):
        if outer.id != _CLUSTER:
            raise DamagedRecordingError("Where a cluster should be, there is none.")
        clusters.append(buffer[outer.start : outer.end])
        end = outer.end
    return clusters, buffer[end:]


def _file_header(doc_type: str) -> bytes:
    return ebml.element(
        _EBML,
        ebml.unsigned(0x4286, 1)  # EBMLVersion
        + ebml.unsigned(0x42F7, 1)  # EBMLReadVersion
        + ebml.unsigned(0x42F2, 4)  # EBMLMaxIDLength
        + ebml.unsigned(0x42F3, 8)  # EBMLMaxSizeLength
        + ebml.text(0x4282, doc_type)
        + ebml.unsigned(0x4287, 4)  # DocTypeVersion
        + ebml.unsigned(0x4285, 2),  # DocTypeReadVersion
    )


def _cues(cues: Sequence[Cue], number: int, media_at: int) -> bytes:
    points = [
        ebml.element(
            0xBB,  # CuePoint
            ebml.unsigned(0xB3, cue.at_ms, 8)
            + ebml.element(
                0xB7,  # CueTrackPositions
                ebml.unsigned(0xF7, number) + ebml.unsigned(0xF1, media_at + cue.offset, 8),
            ),
        )
        for cue in cues
    ]
    return ebml.element(_CUES, b"".join(points)) if points else b""


_CODEC_IDS: Final = {"VP8": "V_VP8", "H264": "V_MPEG4/ISO/AVC", "opus": "A_OPUS"}


def _track_entry(track: Track) -> bytes:
    number = TRACK_NUMBERS[track.name]
    is_picture = track.name == "picture"
    parts = [
        ebml.unsigned(0xD7, number),  # TrackNumber
        ebml.unsigned(0x73C5, number),  # TrackUID
        ebml.unsigned(0x83, 1 if is_picture else 2),  # TrackType
        ebml.unsigned(0x88, int(track.name in ("picture", "candidate"))),  # FlagDefault
        ebml.unsigned(0x9C, 0),  # FlagLacing
        ebml.text(0x22B59C, "und"),  # Language
        ebml.text(0x536E, TRACK_TITLES[track.name]),  # Name
        ebml.text(0x86, _CODEC_IDS[track.codec]),  # CodecID
    ]
    if is_picture:
        if track.private:
            parts.append(ebml.element(0x63A2, track.private))
        parts.append(ebml.element(0xE0, ebml.unsigned(0xB0, track.width) + ebml.unsigned(0xBA, track.height)))
    else:
        parts += [
            ebml.element(0x63A2, _opus_head(track.channels)),  # CodecPrivate
            ebml.unsigned(0x56AA, 0),  # CodecDelay
            ebml.unsigned(0x56BB, _OPUS_SEEK_PREROLL_NS),  # SeekPreRoll
            ebml.element(0xE1, ebml.real(0xB5, 48_000.0) + ebml.unsigned(0x9F, track.channels)),
        ]
    return ebml.element(0xAE, b"".join(parts))


def _opus_head(channels: int) -> bytes:
    """Identification header (RFC 7845 §5.1). Nothing is skipped: we join a stream that was running."""
    return b"OpusHead" + struct.pack("<BBHIhB", 1, channels, 0, 48_000, 0, 0)
