"""What a player must be told of a codec, read from the packets themselves. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from media_pipeline.clock import AUDIO_RATE_HZ
from media_pipeline.recording.matroska import Track, TrackName
from media_pipeline.rtc.opus import BadPacketError, packet_ticks

SILENT_PACKET = b"\xf8\xff\xfe"
"""20 ms of nothing: a CELT frame, full band, mono (RFC 6716 §3.1: configuration 31)."""
SILENT_PACKET_MS = 20.0

_VP8_START_CODE = b"\x9d\x01\x2a"


def opus_duration_ms(payload: bytes) -> float:
    """How long a packet plays; 20 ms for one that cannot be read."""
    try:
        return packet_ticks(payload) * 1000.0 / AUDIO_RATE_HZ
    except BadPacketError:
        return 20.0


def sound_track(name: TrackName, payload: bytes) -> Track:
    """``payload`` is its first packet: mono or stereo stands in the table of contents (RFC 6716 §3.1)."""
    return Track(name, "opus", channels=2 if payload and payload[0] & 0x04 else 1)


def vp8_track(keyframe: bytes) -> Track:
    """Width and height from a keyframe's header (RFC 6386 §9.1). Raises ``ValueError``."""
    if len(keyframe) < 10 or keyframe[0] & 1 or keyframe[3:6] != _VP8_START_CODE:
        raise ValueError("not a VP8 keyframe")
    width = int.from_bytes(keyframe[6:8], "little") & 0x3FFF
    height = int.from_bytes(keyframe[8:10], "little") & 0x3FFF
    return Track("picture", "VP8", width, height)


# --- H.264 -----------------------------------------------------------------------------------

_SPS, _PPS = 7, 8


def nal_units(picture: bytes) -> list[bytes]:
    """The units of a picture in the form with start codes (ITU-T H.264, Annex B)."""
    units: list[bytes] = []
    position = picture.find(b"\0\0\1")
    while position >= 0:
        begin = position + 3
        position = picture.find(b"\0\0\1", begin)
        unit = picture[begin:] if position < 0 else picture[begin:position].rstrip(b"\0")
        if unit:
            units.append(unit)
    return units


def with_lengths(picture: bytes) -> bytes:
    """The same picture in the form Matroska wants: a length before each unit instead of a start code."""
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in nal_units(picture))


def h264_track(keyframe: bytes) -> Track:
    """The track from a picture that carries its parameter sets. Raises ``ValueError`` where it does not."""
    units = nal_units(keyframe)
    sps = [unit for unit in units if unit[0] & 0x1F == _SPS]
    pps = [unit for unit in units if unit[0] & 0x1F == _PPS]
    if not sps or not pps or len(sps[0]) < 4:
        raise ValueError("an H.264 picture without its parameter sets")
    width, height = _size_of(sps[0])
    profile = sps[0][1:4]
    private = (
        b"\x01" + profile + b"\xff\xe1" + _with_length(sps[0]) + b"\x01" + _with_length(pps[0])
    )  # ISO/IEC 14496-15 §5.3.3.1; lengths of 4 bytes, one set of each kind
    return Track("picture", "H264", width, height, private=private, codec_text=f"avc1.{profile.hex()}")


def _with_length(unit: bytes) -> bytes:
    return len(unit).to_bytes(2, "big") + unit


@dataclass(slots=True)
class _Bits:
    """A unit's bits, without the bytes that only keep start codes away (H.264 §7.4.1)."""

    data: bytes
    position: int = field(default=0)

    def bit(self) -> int:
        index, shift = divmod(self.position, 8)
        if index >= len(self.data):
            raise ValueError("a parameter set that ends too early")
        self.position += 1
        return self.data[index] >> (7 - shift) & 1

    def bits(self, count: int) -> int:
        value = 0
        for _ in range(count):
            value = value << 1 | self.bit()
        return value

    def unsigned(self) -> int:
        """Exp-Golomb (H.264 §9.1)."""
        zeros = 0
        while not self.bit():
            zeros += 1
            if zeros > 31:
                raise ValueError("a parameter set that cannot be read")
        return (1 << zeros) - 1 + self.bits(zeros)

    def signed(self) -> int:
        value = self.unsigned()
        return (value + 1) // 2 if value % 2 else -(value // 2)


_WITH_CHROMA = (100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135)
"""Profiles whose parameter sets say more of colour (H.264 §7.3.2.1.1)."""


def _size_of(sps: bytes) -> tuple[int, int]:
    """Width and height from a sequence parameter set (H.264 §7.3.2.1.1, §7.4.2.1.1)."""
    bits = _Bits(sps[4:].replace(b"\0\0\3", b"\0\0"))
    bits.unsigned()  # its id
    chroma = 1
    separate_planes = 0
    if sps[1] in _WITH_CHROMA:
        chroma, separate_planes = _skip_colour(bits)
    bits.unsigned()  # log2_max_frame_num_minus4
    _skip_picture_order(bits)
    bits.unsigned()  # max_num_ref_frames
    bits.bit()  # gaps_in_frame_num_value_allowed_flag
    width_blocks, height_units = bits.unsigned() + 1, bits.unsigned() + 1
    frames_only = bits.bit()
    if not frames_only:
        bits.bit()  # mb_adaptive_frame_field_flag
    bits.bit()  # direct_8x8_inference_flag
    left = right = top = bottom = 0
    if bits.bit():
        left, right, top, bottom = (bits.unsigned() for _ in range(4))
    planar = chroma if not separate_planes else 0
    crop_x = 2 if planar in (1, 2) else 1
    crop_y = (2 if planar == 1 else 1) * (2 - frames_only)
    width = width_blocks * 16 - crop_x * (left + right)
    height = height_units * 16 * (2 - frames_only) - crop_y * (top + bottom)
    if width <= 0 or height <= 0:
        raise ValueError("a parameter set without a picture")
    return width, height


def _skip_colour(bits: _Bits) -> tuple[int, int]:
    """``chroma_format_idc`` and ``separate_colour_plane_flag``; scaling lists are passed over."""
    chroma = bits.unsigned()
    separate_planes = bits.bit() if chroma == 3 else 0
    bits.unsigned()  # bit_depth_luma_minus8
    bits.unsigned()  # bit_depth_chroma_minus8
    bits.bit()  # qpprime_y_zero_transform_bypass_flag
    if bits.bit():
        for index in range(8 if chroma != 3 else 12):
            if bits.bit():
                _skip_scaling_list(bits, 16 if index < 6 else 64)
    return chroma, separate_planes


def _skip_scaling_list(bits: _Bits, length: int) -> None:
    last = following = 8
    for _ in range(length):
        if following:
            following = (last + bits.signed()) % 256
        last = following or last


def _skip_picture_order(bits: _Bits) -> None:
    kind = bits.unsigned()
    if kind == 0:
        bits.unsigned()  # log2_max_pic_order_cnt_lsb_minus4
    elif kind == 1:
        bits.bit()  # delta_pic_order_always_zero_flag
        bits.signed()  # offset_for_non_ref_pic
        bits.signed()  # offset_for_top_to_bottom_field
        for _ in range(bits.unsigned()):
            bits.signed()
