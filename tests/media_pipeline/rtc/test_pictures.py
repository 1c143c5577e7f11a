"""From video packets to whole pictures: loss, repair, keyframes, layers, nonsense."""

from __future__ import annotations

from typing import Any

import av
import numpy as np
import pytest
from aiortc.codecs.vpx import Vp8Encoder, VpxPayloadDescriptor
from hypothesis import given, settings
from hypothesis import strategies as st

from media_pipeline.rtc.jitter import JitterOptions, MediaPacket
from media_pipeline.rtc.pictures import EncodedPicture, PictureBuffer, Repair
from media_pipeline.rtc.video_in import PictureDecoder

WAIT = JitterOptions(max_wait_ms=300, capacity=512)


def vp8_packets(pictures: int, *, size: tuple[int, int] = (320, 180)) -> list[MediaPacket]:
    """A real VP8 stream of noise, one keyframe first; several packets a picture."""
    codec: Any = av.CodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt, codec.bit_rate = *size, "yuv420p", 400_000
    codec.options = {"deadline": "realtime", "cpu-used": "-6", "lag-in-frames": "0"}
    packets: list[MediaPacket] = []
    dice = np.random.default_rng(1)
    for number in range(pictures):
        noise = dice.integers(0, 255, (size[1], size[0], 3), np.uint8)
        frame = av.VideoFrame.from_ndarray(noise, format="rgb24")
        frame.pts = number
        for encoded in codec.encode(frame):
            payloads = Vp8Encoder._packetize(bytes(encoded), number)
            for index, payload in enumerate(payloads):
                last = index == len(payloads) - 1
                packets.append(MediaPacket(len(packets), number * 6_000, payload, number * 66.0, last))
    return packets


STREAM = vp8_packets(12)


def play(packets: list[MediaPacket]) -> tuple[PictureBuffer, list[EncodedPicture]]:
    buffer = PictureBuffer(WAIT)
    pictures: list[EncodedPicture] = []
    for packet in packets:
        pictures += buffer.expire(packet.arrival_ms) + buffer.push(packet, "VP8")
    return buffer, pictures


def decoded(pictures: list[EncodedPicture], max_pixels: int = 1 << 20) -> int:
    decoder = PictureDecoder(max_pixels)
    return sum(len(decoder.decode(picture)) for picture in pictures)


def test_a_whole_stream_is_decoded() -> None:
    buffer, pictures = play(STREAM)
    assert [picture.timestamp for picture in pictures] == [number * 6_000 for number in range(12)]
    assert pictures[0].keyframe
    assert not any(picture.keyframe for picture in pictures[1:])
    assert decoded(pictures) == 12
    assert not buffer.assembler.waits_for_keyframe


@given(lost=st.sets(st.integers(0, len(STREAM) - 1), max_size=6))
@settings(max_examples=50, deadline=None)
def test_a_broken_picture_is_never_decoded(lost: set[int]) -> None:
    """What comes out after a loss is only what a decoder can be given without error."""
    _, pictures = play([packet for packet in STREAM if packet.sequence not in lost])
    assert decoded(pictures) == len(pictures)
    assert (len(pictures) < 12) == bool(lost)


def test_a_hole_is_asked_for_and_what_comes_back_is_used() -> None:
    buffer, pictures = PictureBuffer(WAIT), []
    hole = next(p.sequence for p in STREAM if p.timestamp == 12_000)
    for packet in STREAM[: hole + 3]:
        if packet.sequence != hole:
            pictures += buffer.push(packet, "VP8")
    now_ms = STREAM[hole].arrival_ms
    assert buffer.repair.again(buffer.jitter.missing(), now_ms) == (hole,)
    assert buffer.repair.again(buffer.jitter.missing(), now_ms + 10) == (), "not at once again"
    assert buffer.repair.again(buffer.jitter.missing(), now_ms + 100) == (hole,)
    for packet in [STREAM[hole], *STREAM[hole + 3 :]]:
        pictures += buffer.push(packet, "VP8")
    assert len(pictures) == 12


def test_a_packet_is_not_asked_for_for_ever_and_a_keyframe_once_a_second() -> None:
    repair = Repair()
    asked = [repair.again([5], 100.0 * step) for step in range(50)]
    assert sum(len(numbers) for numbers in asked) == 5
    assert [repair.keyframe(True, at_ms) for at_ms in (0, 500, 999, 1_000, 1_500, 2_000)] == [
        True, False, False, True, False, True,
    ]  # fmt: skip
    assert not repair.keyframe(False, 2_100)
    assert repair.keyframe(True, 2_101), "a new break asks at once"


def test_temporal_layers_are_told_apart() -> None:
    def layered(packet: MediaPacket) -> MediaPacket:
        descriptor, data = VpxPayloadDescriptor.parse(packet.payload)
        descriptor.tid = ((0, 2, 1, 2)[packet.timestamp // 6_000 % 4], 0)
        return MediaPacket(
            packet.sequence, packet.timestamp, bytes(descriptor) + data, packet.arrival_ms, packet.marker
        )

    _, pictures = play([layered(packet) for packet in STREAM])
    assert [picture.layer for picture in pictures] == [0, 2, 1, 2] * 3
    base = [picture for picture in pictures if not picture.layer]
    assert [picture.timestamp // 6_000 for picture in base] == [0, 4, 8]


@given(
    st.lists(st.tuples(st.binary(max_size=30), st.booleans(), st.sampled_from(["VP8", "H264"])), max_size=30)
)
def test_any_bytes_are_survived(payloads: list[tuple[bytes, bool, str]]) -> None:
    buffer = PictureBuffer(WAIT)
    for number, (payload, marker, codec) in enumerate(payloads):
        buffer.push(MediaPacket(number, number // 3 * 6_000, payload, number * 10.0, marker), codec)


def test_a_picture_too_large_is_refused_by_the_decoder() -> None:
    _, pictures = play(vp8_packets(1, size=(640, 360)))
    assert decoded(pictures, max_pixels=640 * 368) == 1
    with pytest.raises((av.FFmpegError, ValueError)):
        decoded(pictures, max_pixels=320 * 180)


def test_h264_units_make_a_picture() -> None:
    codec: Any = av.CodecContext.create("libx264", "w")
    codec.width, codec.height, codec.pix_fmt = 320, 180, "yuv420p"
    codec.options = {"profile": "baseline", "tune": "zerolatency", "preset": "ultrafast"}
    from aiortc.codecs.h264 import H264Encoder

    buffer, pictures, sequence = PictureBuffer(WAIT), [], 0
    for number in range(4):
        frame = av.VideoFrame.from_ndarray(np.full((180, 320, 3), number * 20, np.uint8), format="rgb24")
        frame.pts = number
        for encoded in codec.encode(frame):
            payloads = H264Encoder._packetize(H264Encoder._split_bitstream(bytes(encoded)))
            for index, payload in enumerate(payloads):
                packet = MediaPacket(
                    sequence, number * 6_000, payload, number * 66.0, index == len(payloads) - 1
                )
                pictures += buffer.push(packet, "H264")
                sequence += 1
    assert [picture.keyframe for picture in pictures] == [True, False, False, False]
    assert decoded(pictures) == 4
