"""Order, gaps, parts: what becomes of packets that come as they please."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.recording.codecs import SILENT_PACKET
from media_pipeline.recording.matroska import Block, decode_cluster, whole_clusters
from media_pipeline.recording.timeline import (
    ClosePart,
    Command,
    OpenPart,
    Sample,
    Timeline,
    TimelineOptions,
    WriteCluster,
)
from tests.media_pipeline.recording.material import pictures, samples, sound, written


def heard(at_ms: float, number: int = 0) -> Sample:
    return Sample("candidate", "opus", sound()[number % 200], at_ms)


def seen(at_ms: float, *, keyframe: bool, codec: str = "VP8") -> Sample:
    data = next(data for data, is_key in pictures(codec) if is_key == keyframe)
    return Sample("picture", codec, data, at_ms, keyframe)


def run(sent: list[Sample], options: TimelineOptions | None = None) -> list[Command]:
    timeline = Timeline(options)
    return [command for sample in sent for command in timeline.push(sample)] + timeline.finish()


def blocks(commands: list[Command]) -> list[Block]:
    return [
        block
        for command in commands
        if isinstance(command, WriteCluster)
        for block in decode_cluster(command.cluster.data)
    ]


@given(
    st.lists(st.floats(0, 550), min_size=1, max_size=120),
    st.lists(st.floats(0, 550), min_size=1, max_size=40),
)
def test_no_packet_is_lost_or_doubled_whatever_the_delays(
    sound_delays: list[float], picture_delays: list[float]
) -> None:
    sent = [heard(20.0 * n, n) for n in range(len(sound_delays))]
    shown = [seen(66.0 * n, keyframe=n % 10 == 0) for n in range(len(picture_delays))]
    # A stream's own order is the jitter buffer's affair; here the streams come late against each other.
    arrivals: list[tuple[float, int, Sample]] = []
    for stream, delays in ((sent, sound_delays), (shown, picture_delays)):
        arrived = 0.0
        for sample, delay in zip(stream, delays, strict=True):
            arrived = max(arrived, sample.at_ms + delay)
            arrivals.append((arrived, len(arrivals), sample))
    commands = run([sample for _, _, sample in sorted(arrivals, key=lambda arrival: arrival[:2])])
    (part,) = written(commands)
    start_ms = part.index.start_ms
    got = blocks(commands)
    voice = [(block.at_ms + start_ms, block.data) for block in got if block.track == "candidate"]
    assert voice == [(round(sample.at_ms), sample.payload) for sample in sent]
    assert sum(block.track == "picture" for block in got) == len(shown)
    assert [block.at_ms for block in got] == sorted(block.at_ms for block in got)


def test_clusters_are_about_a_second_and_begin_anew_at_a_keyframe() -> None:
    commands = run(samples(seconds=4.0))
    clusters = [command.cluster for command in commands if isinstance(command, WriteCluster)]
    assert [cluster.at_ms for cluster in clusters] == [0, 1000, 2000, 3000]
    assert [cluster.jump for cluster in clusters] == [True, False, True, False]


def test_what_is_held_back_is_little() -> None:
    timeline = Timeline()
    on_disk_ms = 0
    for sample in samples(seconds=4.0):
        for command in timeline.push(sample):
            if isinstance(command, WriteCluster):
                on_disk_ms = command.cluster.end_ms
        assert sample.at_ms - on_disk_ms < 1_750


def test_a_reconnection_leaves_a_gap_that_is_filled_with_silence() -> None:
    sent = [heard(20.0 * n, n) for n in range(50)] + [heard(6_000.0 + 20.0 * n, n) for n in range(50)]
    commands = run(sent)
    assert sum(isinstance(command, OpenPart) for command in commands) == 1
    got = blocks(commands)
    assert [block.at_ms for block in got] == list(range(0, 7_000, 20))
    filled = [block.at_ms for block in got if block.data == SILENT_PACKET]
    assert filled == list(range(1_000, 6_000, 20))


def test_a_clock_that_is_corrected_bit_by_bit_does_not_shift_the_sound() -> None:
    """Each correction is less than a packet; players would add them up."""
    sent = [heard(20.1 * n, n) for n in range(2_100)]
    got = blocks(run(sent))
    filled = sum(block.data == SILENT_PACKET for block in got)
    assert filled == 10  # of 20 ms each, for 210 ms


def test_after_a_long_outage_another_part_begins() -> None:
    commands = run([heard(0.0), heard(20.0), heard(40_000.0), heard(40_020.0)])
    assert [part.index.start_ms for part in written(commands)] == [0, 40_000]
    assert sum(isinstance(command, ClosePart) for command in commands) == 2


def test_another_codec_begins_another_part() -> None:
    first = samples(seconds=2.0)
    second = samples(start_ms=3_000.0, seconds=2.0, codec="H264")
    parts = written(run(first + second))
    assert [part.index.mime.split(";")[0] for part in parts] == ["video/webm", "video/x-matroska"]
    # What sounds between the last VP8 picture and the first of H.264 belongs to the first part.
    assert parts[1].index.start_ms == 3_000


def test_another_size_of_vp8_goes_on_in_the_same_part() -> None:
    small = [Sample("picture", "VP8", data, 66.0 * n, key) for n, (data, key) in enumerate(pictures()[:5])]
    large = [
        Sample("picture", "VP8", data, 1000 + 66.0 * n, key)
        for n, (data, key) in enumerate(pictures(width=320, height=180)[:5])
    ]
    (part,) = written(run(small + large))
    assert (part.index.tracks["picture"].width, part.index.tracks["picture"].height) == (160, 90)


def test_pictures_begin_with_one_that_stands_on_its_own() -> None:
    got = blocks(run([seen(0.0, keyframe=False), seen(66.0, keyframe=True), seen(133.0, keyframe=False)]))
    assert [block.keyframe for block in got] == [True, False]


def test_after_a_loss_pictures_wait_for_a_keyframe_and_sound_goes_on() -> None:
    timeline = Timeline(TimelineOptions(hold_ms=0.0))
    commands = timeline.push(seen(0.0, keyframe=True))
    timeline.break_picture()
    assert timeline.needs_keyframe
    for sample in (heard(10.0), seen(66.0, keyframe=False), seen(133.0, keyframe=True)):
        commands += timeline.push(sample)
    got = blocks(commands + timeline.finish())
    assert [(block.track, block.at_ms) for block in got] == [
        ("picture", 0),
        ("candidate", 10),
        ("picture", 133),
    ]


def test_an_h264_keyframe_without_parameters_is_waited_over() -> None:
    bare = Sample("picture", "H264", b"\0\0\0\1\x65\x88\x80", 0.0, True)
    assert run([bare]) == []


@pytest.mark.parametrize("size", [100_000, 600_000])
def test_a_cluster_that_has_grown_large_is_written_before_its_time(size: int) -> None:
    big = [Sample("picture", "VP8", pictures()[1][0] + bytes(size), 10.0 * n, False) for n in range(1, 20)]
    commands = run([seen(0.0, keyframe=True), *big])
    clusters = [command.cluster for command in commands if isinstance(command, WriteCluster)]
    assert all(len(cluster.data) < 1024 * 1024 + size + 100 for cluster in clusters)
    assert len(clusters) >= size * 19 // (1024 * 1024)


def test_a_finished_timeline_can_begin_again() -> None:
    timeline = Timeline()
    commands = timeline.push(heard(0.0)) + timeline.finish()
    commands += timeline.push(heard(5_000.0)) + timeline.finish()
    assert [part.index.start_ms for part in written(commands)] == [0, 5_000]


def test_the_media_is_nothing_but_clusters() -> None:
    (part,) = written(run(samples(seconds=2.0)))
    clusters, rest = whole_clusters(part.media)
    assert len(clusters) == 2 and not rest
