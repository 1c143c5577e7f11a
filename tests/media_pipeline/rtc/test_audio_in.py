"""From packets to gapless frames: lost, malformed, silent and jumping audio."""

from __future__ import annotations

import contextlib
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media_pipeline.audio.frame import AudioFrame
from media_pipeline.rtc.audio_in import ContinuousAudio, Framer, TimedPacket
from media_pipeline.rtc.jitter import InOrder, MediaPacket
from media_pipeline.rtc.opus import (
    BadPacketError,
    FfmpegOpusDecoder,
    LibopusDecoder,
    OpusDecoder,
    create_decoder,
    packet_ticks,
)
from tests.media_pipeline.rtc.peers import opus_packets

PLAIN = opus_packets(2)
RESILIENT = opus_packets(2, fec=True)
EPOCH_MS = 5_000.0


def timed(number: int, payload: bytes, *, lost_before: int = 0, shift_ticks: int = 0) -> TimedPacket:
    packet = MediaPacket(number, (960 * number + shift_ticks) % (1 << 32), payload, 0.0)
    return TimedPacket(InOrder(packet, lost_before), EPOCH_MS + 20.0 * number + shift_ticks / 48)


def play(
    packets: list[bytes], lost: set[int], max_fill_ms: float = 2_000
) -> tuple[ContinuousAudio, list[AudioFrame]]:
    audio = ContinuousAudio(create_decoder(), max_fill_ms)
    frames: list[AudioFrame] = []
    gone = 0
    for number, payload in enumerate(packets):
        if number in lost:
            gone += 1
            continue
        frames += audio.feed(timed(number, payload, lost_before=gone))
        gone = 0
    return audio, frames


def assert_gapless(frames: list[AudioFrame]) -> None:
    for number, frame in enumerate(frames):
        assert len(frame.samples) == 320
        assert frame.start_ms == pytest.approx(EPOCH_MS + 20.0 * number, abs=0.01)


@given(lost=st.sets(st.integers(1, 98), max_size=40))
@settings(max_examples=30, deadline=None)
def test_whatever_is_lost_time_and_samples_agree(lost: set[int]) -> None:
    audio, frames = play(PLAIN, lost)
    assert_gapless(frames)
    assert len(frames) == 100
    assert {number for number, frame in enumerate(frames) if frame.concealed} == lost
    counts = audio.counts
    assert counts.decoded_ms == 20 * (100 - len(lost))
    assert counts.concealed_ms == 20 * len(lost)


def test_a_lost_packet_comes_back_from_the_next_one() -> None:
    """In-band error correction: what was lost sounds as if it had come."""
    audio, frames = play(RESILIENT, {60})
    _, whole = play(RESILIENT, set())
    assert_gapless(frames)
    assert not any(frame.concealed for frame in frames)
    assert audio.counts.recovered_ms == 20
    assert np.corrcoef(frames[60].samples, whole[60].samples)[0, 1] > 0.95


def test_only_the_last_of_several_lost_packets_comes_back() -> None:
    _, frames = play(RESILIENT, {58, 59, 60})
    assert [frame.concealed for frame in frames[57:62]] == [False, True, True, False, False]


def test_a_long_concealment_ends_in_silence() -> None:
    _, frames = play(PLAIN, set(range(40, 80)))
    assert_gapless(frames)
    assert not frames[50].samples.any()
    assert frames[50].concealed


def test_a_gap_too_long_to_fill_is_a_jump_in_time() -> None:
    audio, frames = play(PLAIN, set(range(10, 70)), max_fill_ms=1_000)
    assert len(frames) == 40
    assert frames[10].start_ms - frames[9].start_ms == pytest.approx(61 * 20)
    assert audio.counts.skipped_ms == 60 * 20


def test_silence_that_was_not_sent_is_silence_and_no_loss() -> None:
    """Discontinuous transmission: numbers go on, timestamps leap."""
    audio = ContinuousAudio(create_decoder(), 2_000)
    frames = audio.feed(timed(0, PLAIN[0])) + audio.feed(timed(1, PLAIN[1], shift_ticks=960 * 20))
    assert_gapless(frames)
    assert len(frames) == 22
    assert not any(frame.concealed for frame in frames)
    assert audio.counts.silent_ms == 400


@given(garbage=st.binary(max_size=300), at=st.integers(1, 30))
@settings(max_examples=100, deadline=None)
def test_malformed_payloads_are_survived(garbage: bytes, at: int) -> None:
    packets = [*PLAIN[:at], garbage, *PLAIN[at + 1 : at + 20]]
    _, frames = play(packets, set())
    for earlier, later in itertools.pairwise(frames):
        assert later.start_ms >= earlier.end_ms - 30
    assert frames[-1].end_ms == pytest.approx(EPOCH_MS + 20 * len(packets), abs=125)
    assert sum(not frame.concealed for frame in frames) >= len(packets) - 2


@given(pieces=st.lists(st.integers(0, 1_920), max_size=20))
def test_frames_are_20_ms_whatever_the_packets_are(pieces: list[int]) -> None:
    framer, at_ms, frames = Framer(), 0.0, []
    for size in pieces:
        frames += framer.add(np.full(size, 7, np.int16), at_ms)
        at_ms += size / 16
    rest = framer.flush()
    assert all(len(frame.samples) == 320 for frame in frames)
    assert sum(len(frame.samples) for frame in [*frames, *rest]) == sum(pieces)
    for number, frame in enumerate([*frames, *rest]):
        assert frame.start_ms == pytest.approx(20 * number)


@pytest.mark.parametrize("decoder", [create_decoder, FfmpegOpusDecoder])
def test_every_decoder_gives_16_khz_mono(decoder: type[OpusDecoder]) -> None:
    opened = decoder()
    samples = np.concatenate([opened.decode(payload) for payload in PLAIN])
    assert samples.dtype == np.int16
    assert abs(len(samples) - 32_000) <= 320
    assert len(opened.conceal(320)) == 320
    with pytest.raises(BadPacketError):
        opened.decode(b"")


def test_this_machine_decodes_with_libopus_itself() -> None:
    """PyAV's wheel carries it; without it error correction is lost, which should be noticed."""
    assert isinstance(create_decoder(), LibopusDecoder)


@given(st.binary(max_size=40))
def test_the_table_of_contents_of_anything_is_read_or_refused(payload: bytes) -> None:
    with contextlib.suppress(BadPacketError):
        assert 120 <= packet_ticks(payload) <= 5_760


@pytest.mark.parametrize(
    ("payload", "ticks"), [(b"\x48x", 960), (b"\xfc", 960), (b"\x18", 2880), (b"\x4b\x03", 2880)]
)
def test_packet_lengths(payload: bytes, ticks: int) -> None:
    assert packet_ticks(payload) == ticks
