"""From video packets to encoded pictures, and what to ask the sender for. Pure: time is passed in.

Lost packets are asked for again (RFC 4585 NACK). One that stays away longer than the buffer waits
breaks the chain of pictures: what follows is dropped until the sender begins anew with a keyframe,
which is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from aiortc.codecs.h264 import H264PayloadDescriptor
from aiortc.codecs.vpx import VpxPayloadDescriptor

from media_pipeline.rtc.jitter import InOrder, JitterBuffer, JitterOptions, MediaPacket

_MAX_PICTURE_BYTES = 2 * 1024 * 1024
_ASK_AGAIN_MS = 80.0
_MAX_ASKS = 5
_MAX_ASKED_AT_ONCE = 64
_KEYFRAME_EVERY_MS = 1_000.0


@dataclass(frozen=True, slots=True)
class EncodedPicture:
    """One picture, as the decoder takes it."""

    codec: str
    """``VP8`` or ``H264``."""
    data: bytes
    timestamp: int
    arrival_ms: float
    """When its last packet came."""
    keyframe: bool
    layer: int = 0
    """Temporal layer; no picture of a lower layer needs one of a higher."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one packet carries."""

    data: bytes
    begins: bool
    """First packet of a picture (VP8), or of a unit of one (H.264)."""
    layer: int
    keyframe: bool


@dataclass(slots=True)
class PictureCounts:
    whole: int = 0
    broken: int = 0
    """Packets thrown away because the chain of pictures was broken."""


@dataclass(slots=True)
class Assembler:
    """In: packets in order, with holes marked. Out: whole pictures that can be decoded."""

    counts: PictureCounts = field(default_factory=PictureCounts)
    waits_for_keyframe: bool = True
    _pieces: list[_Piece] = field(default_factory=list)
    _size: int = 0
    _timestamp: int | None = None

    def break_chain(self) -> None:
        """A picture is missing or could not be decoded: the next keyframe begins anew."""
        self.waits_for_keyframe = True
        self._forget()

    def add(self, in_order: InOrder, codec: str) -> EncodedPicture | None:
        if in_order.lost_before or in_order.restarted:
            self.break_chain()
        packet = in_order.packet
        try:
            piece = _read(packet.payload, codec)
        except (ValueError, IndexError):
            self.break_chain()
            return None
        if packet.timestamp != self._timestamp:
            self._forget()
            self._timestamp = packet.timestamp
        if not self._pieces and not piece.begins:
            self.counts.broken += 1
            return None
        self._pieces.append(piece)
        self._size += len(piece.data)
        if self._size > _MAX_PICTURE_BYTES:
            self.break_chain()
            return None
        return self._finish(packet, codec) if packet.marker else None

    def _finish(self, packet: MediaPacket, codec: str) -> EncodedPicture | None:
        pieces, packets = self._pieces, len(self._pieces)
        self._forget()
        keyframe = any(piece.keyframe for piece in pieces)
        if self.waits_for_keyframe and not keyframe:
            self.counts.broken += packets
            return None
        self.waits_for_keyframe = False
        self.counts.whole += 1
        data = b"".join(piece.data for piece in pieces)
        return EncodedPicture(codec, data, packet.timestamp, packet.arrival_ms, keyframe, pieces[0].layer)

    def _forget(self) -> None:
        self._pieces, self._size, self._timestamp = [], 0, None


@dataclass(slots=True)
class _Asked:
    times: int
    last_ms: float


@dataclass(slots=True)
class Repair:
    """When to ask for lost packets again, and when for a keyframe."""

    _asked: dict[int, _Asked] = field(default_factory=dict)
    _keyframe_asked_ms: float | None = None

    def again(self, missing: list[int], now_ms: float) -> tuple[int, ...]:
        """Which of the missing sequence numbers to ask for now."""
        wanted = set(missing[:_MAX_ASKED_AT_ONCE])
        self._asked = {number: asked for number, asked in self._asked.items() if number in wanted}
        due: list[int] = []
        for number in missing[:_MAX_ASKED_AT_ONCE]:
            asked = self._asked.setdefault(number, _Asked(0, -_ASK_AGAIN_MS))
            if asked.times < _MAX_ASKS and now_ms - asked.last_ms >= _ASK_AGAIN_MS:
                asked.times += 1
                asked.last_ms = now_ms
                due.append(number)
        return tuple(due)

    def keyframe(self, waits_for_keyframe: bool, now_ms: float) -> bool:
        """Whether to ask for a keyframe now; at most once a second, a sender needs time to make one."""
        if not waits_for_keyframe:
            self._keyframe_asked_ms = None
            return False
        asked_ms = self._keyframe_asked_ms
        if asked_ms is not None and now_ms - asked_ms < _KEYFRAME_EVERY_MS:
            return False
        self._keyframe_asked_ms = now_ms
        return True


class PictureBuffer:
    """Jitter buffer, assembler and repair together: one video stream."""

    def __init__(self, options: JitterOptions) -> None:
        self.jitter = JitterBuffer(options)
        self.assembler = Assembler()
        self.repair = Repair()
        self._codec = ""

    def push(self, packet: MediaPacket, codec: str) -> list[EncodedPicture]:
        if codec != self._codec:
            self.assembler.break_chain()
            self._codec = codec
        return self._assemble(self.jitter.push(packet))

    def expire(self, now_ms: float) -> list[EncodedPicture]:
        return self._assemble(self.jitter.expire(now_ms))

    def _assemble(self, released: list[InOrder]) -> list[EncodedPicture]:
        pictures = (self.assembler.add(in_order, self._codec) for in_order in released)
        return [picture for picture in pictures if picture is not None]


def _read(payload: bytes, codec: str) -> _Piece:
    """Takes the RTP payload header off (RFC 7741, RFC 6184). Raises ``ValueError``, ``IndexError``."""
    if codec == "VP8":
        descriptor, data = VpxPayloadDescriptor.parse(payload)
        begins = bool(descriptor.partition_start) and descriptor.partition_id == 0
        layer = descriptor.tid[0] if descriptor.tid else 0
        return _Piece(data, begins, layer, begins and bool(data) and not data[0] & 1)
    nal, data = H264PayloadDescriptor.parse(payload)
    return _Piece(data, nal.first_fragment, 0, nal.first_fragment and _has_idr(payload))


def _has_idr(payload: bytes) -> bool:
    """Whether an H.264 payload holds (the beginning of) a picture that stands on its own."""
    kind = payload[0] & 0x1F
    if kind == 28:  # fragmentation unit
        kind = payload[1] & 0x1F
    if kind == 24:  # several units in one packet
        position = 1
        while position + 2 < len(payload):
            if payload[position + 2] & 0x1F == 5:
                return True
            position += 2 + int.from_bytes(payload[position : position + 2], "big")
        return False
    return kind == 5
