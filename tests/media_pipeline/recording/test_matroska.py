"""The files, seen by FFmpeg: packets as they were sent, at their times, and places to jump to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.recording.codecs import with_lengths
from media_pipeline.recording.matroska import (
    TRACK_NUMBERS,
    Block,
    PartIndex,
    Track,
    TrackName,
    decode_cluster,
    encode_cluster,
    whole_clusters,
)
from media_pipeline.recording.timeline import Sample, Timeline
from tests.media_pipeline.recording.material import WrittenPart, demuxed, opened, samples, sound, written


def one_part(sent: list[Sample]) -> WrittenPart:
    timeline = Timeline()
    commands = [command for sample in sent for command in timeline.push(sample)]
    (part,) = written(commands + timeline.finish())
    return part


@pytest.mark.parametrize("codec", ["VP8", "H264"])
def test_ffmpeg_finds_every_packet_as_it_was_sent(codec: str) -> None:
    sent = samples(start_ms=90_000.0, codec=codec)
    part = one_part(sent)
    found = demuxed(part.file)
    assert part.index.start_ms == 90_000
    for stream, name in enumerate(("picture", "candidate")):
        expected = [
            (
                round(sample.at_ms) - 90_000,
                with_lengths(sample.payload) if sample.codec == "H264" else sample.payload,
                sample.keyframe,
            )
            for sample in sent
            if sample.track == name
        ]
        got = [(packet.at_ms, packet.data, packet.keyframe) for packet in found if packet.stream == stream]
        assert got == expected


@pytest.mark.parametrize(("codec", "kind", "name"), [("VP8", "webm", "vp8"), ("H264", "matroska", "h264")])
def test_ffmpeg_is_told_codecs_sizes_and_duration(codec: str, kind: str, name: str) -> None:
    part = one_part(samples(codec=codec))
    assert kind.encode() in part.file[:60]
    with opened(part.file) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.width, video.height) == (name, 160, 90)
        assert (audio.codec_context.sample_rate, audio.codec_context.channels) == (48_000, 1)
        assert container.duration == pytest.approx(4_000_000, abs=20_000)
        assert sum(1 for _ in container.decode(video)) == 60


@pytest.mark.parametrize("codec", ["VP8", "H264"])
def test_a_jump_lands_on_a_keyframe(codec: str) -> None:
    part = one_part(samples(codec=codec))
    assert [cue.at_ms for cue in part.index.picture_cues] == [0, 2000]
    with opened(part.file) as container:
        container.seek(3_000_000)
        landed = next(packet for packet in container.demux(container.streams.video[0]))
        assert (landed.pts, landed.is_keyframe) == (2000, True)


def test_sound_alone_is_an_audio_file_that_can_be_sought_in() -> None:
    heard = [Sample("candidate", "opus", sound()[n % 200], 20.0 * n) for n in range(1000)]
    part = one_part(heard)
    assert part.index.mime == 'audio/webm; codecs="opus"'
    assert [cue.at_ms for cue in part.index.sound_cues] == [0, 5000, 10_000, 15_000]
    with opened(part.file) as container:
        container.seek(11_000_000)
        assert 10_000 <= (next(container.demux()).pts or 0) <= 11_000


def test_mime_types_are_what_players_ask_for() -> None:
    assert one_part(samples()).index.mime == 'video/webm; codecs="vp8, opus"'
    assert one_part(samples(codec="H264")).index.mime == 'video/x-matroska; codecs="avc1.42c01f, opus"'


def test_every_speaker_has_a_track_and_the_candidate_is_the_default() -> None:
    names: tuple[TrackName, ...] = ("candidate", "system", "interviewer")
    part = one_part([Sample(name, "opus", sound()[n], 20.0 * n) for n in range(50) for name in names])
    with opened(part.file) as container:
        assert [stream.metadata["title"] for stream in container.streams] == [
            "Candidate",
            "Viva",
            "Interviewer",
        ]
        assert [bool(stream.disposition & 1) for stream in container.streams] == [True, False, False]


BLOCKS = st.lists(
    st.builds(
        Block,
        track=st.sampled_from(list(TRACK_NUMBERS)),
        at_ms=st.integers(40_000, 60_000),
        keyframe=st.booleans(),
        data=st.binary(min_size=1, max_size=200),
    ),
    min_size=1,
    max_size=20,
)


@given(BLOCKS)
def test_a_cluster_is_read_as_it_was_written(blocks: list[Block]) -> None:
    cluster = encode_cluster(blocks, end_ms=60_000)
    assert decode_cluster(cluster.data) == blocks


@given(BLOCKS, st.data())
def test_only_whole_clusters_are_taken_from_a_cut_stream(blocks: list[Block], data: st.DataObject) -> None:
    first, second = encode_cluster(blocks, 0).data, encode_cluster(blocks, 0).data
    cut = data.draw(st.integers(0, len(second) - 1))
    assert whole_clusters(first + second[:cut]) == ([first], second[:cut])


def test_a_part_without_media_has_a_head_all_the_same() -> None:
    index = PartIndex(0, {"candidate": Track("candidate", "opus")})
    assert index.head()
