"""Parts on disk: any range, any crash, no change unnoticed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media_pipeline.recording.errors import DamagedRecordingError
from media_pipeline.recording.matroska import Cluster
from media_pipeline.recording.part_file import (
    MAGIC,
    PartReader,
    PartWriter,
    is_being_written,
    mend,
    stored_records,
)
from media_pipeline.recording.sealing import KEY_BYTES, DataKey
from media_pipeline.recording.timeline import AddTrack, OpenPart, Timeline, WriteCluster
from tests.media_pipeline.recording.material import demuxed, samples

KEY = DataKey("interview-1", bytes(range(KEY_BYTES)))


def write_part(path: Path, part: int = 1, *, finish: bool = True, codec: str = "VP8") -> PartWriter:
    timeline = Timeline()
    commands = [command for sample in samples(5_000.0, codec=codec) for command in timeline.push(sample)]
    if finish:
        commands += timeline.finish()
    writer: PartWriter | None = None
    for command in commands:
        if isinstance(command, OpenPart):
            writer = PartWriter(path, KEY, part, command.start_ms)
        assert writer is not None
        if isinstance(command, AddTrack):
            writer.add_track(command.track)
        if isinstance(command, WriteCluster):
            writer.write(command.cluster)
    assert writer is not None
    if finish:
        writer.finish()
    return writer


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("finished") / "part"
    write_part(path)
    return path


@pytest.fixture(scope="module")
def whole(finished: Path) -> bytes:
    reader = PartReader(finished, KEY, 1)
    content = reader.read(0, reader.size)
    reader.close()
    return content


def test_a_finished_part_is_a_file_that_players_take(finished: Path, whole: bytes) -> None:
    reader = PartReader(finished, KEY, 1)
    assert reader.is_ended and not reader.was_cut
    assert (reader.index.start_ms, len(whole)) == (5_000, reader.size)
    assert len(demuxed(whole)) == 260
    assert reader.etag.startswith('"1-')
    reader.close()


@given(st.data())
def test_any_range_is_that_part_of_the_file(finished: Path, whole: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(whole) - 1))
    length = data.draw(st.integers(1, len(whole)))
    reader = PartReader(finished, KEY, 1)
    assert reader.read(start, length) == whole[start : start + length]
    reader.close()


def test_only_what_is_asked_for_is_decrypted(finished: Path, whole: bytes) -> None:
    reader = PartReader(finished, KEY, 1)
    media = [record for record in reader.records if record.kind == "media"]
    damaged = finished.with_name("damaged")
    content = bytearray(finished.read_bytes())
    content[media[-1].offset] ^= 1
    damaged.write_bytes(content)
    reader.close()
    reader = PartReader(damaged, KEY, 1)
    last = len(whole) - (media[-1].length - 16)
    assert reader.read(0, last) == whole[:last]
    with pytest.raises(DamagedRecordingError):
        reader.read(last, 1)
    reader.close()


def test_a_cluster_larger_than_a_record_is_cut_and_put_together(tmp_path: Path) -> None:
    writer = PartWriter(tmp_path / "part", KEY, 1, 0)
    data = os.urandom(200_000)
    writer.write(Cluster(data, 0, 1000, frozenset({"candidate"}), jump=False))
    writer.finish()
    reader = PartReader(tmp_path / "part", KEY, 1)
    assert reader.read(0, reader.size).endswith(data)
    assert sum(record.kind == "media" for record in reader.records) == 4
    reader.close()


# --- What a crash leaves -----------------------------------------------------------------------


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_part_cut_anywhere_is_mended_to_a_playable_beginning(
    tmp_path: Path, finished: Path, data: st.DataObject
) -> None:
    content = finished.read_bytes()
    descriptor = os.open(finished, os.O_RDONLY)
    end = list(stored_records(descriptor))[-1]
    os.close(descriptor)
    cut = data.draw(st.integers(0, end.offset + end.length - 1))
    path = tmp_path / "cut"
    path.write_bytes(content[:cut])
    assert mend(path, KEY, 1)
    assert not mend(path, KEY, 1), "once is enough"
    reader = PartReader(path, KEY, 1)
    assert reader.is_ended and reader.was_cut
    if reader.index.media_bytes:
        found = demuxed(reader.read(0, reader.size))
        assert found[0].at_ms == 0
        assert reader.index.end_ms >= found[-1].at_ms
    reader.close()


def test_mending_keeps_all_that_was_written(tmp_path: Path) -> None:
    writer = write_part(tmp_path / "part", finish=False)
    writer.abandon()
    mend(tmp_path / "part", KEY, 1)
    reader = PartReader(tmp_path / "part", KEY, 1)
    assert reader.index.end_ms >= 2_900  # of 4 s, the last was still in memory
    assert reader.index.media_bytes == writer.index.media_bytes
    assert reader.index.picture_cues == writer.index.picture_cues
    assert reader.index.tracks == writer.index.tracks
    assert reader.index.end_ms == writer.index.end_ms
    reader.close()


def test_holes_are_known_after_a_crash(tmp_path: Path) -> None:
    writer = PartWriter(tmp_path / "part", KEY, 1, 500)
    writer.add_hole(700, 900)
    writer.abandon()
    mend(tmp_path / "part", KEY, 1)
    reader = PartReader(tmp_path / "part", KEY, 1)
    assert (reader.index.start_ms, reader.index.holes) == (500, [(700, 900)])
    reader.close()


def test_zeros_after_a_power_cut_are_let_go(tmp_path: Path) -> None:
    write_part(tmp_path / "part", finish=False).abandon()
    with (tmp_path / "part").open("ab") as file:
        file.write(bytes(10_000))
    assert mend(tmp_path / "part", KEY, 1)


def test_a_last_record_without_its_content_is_let_go(tmp_path: Path) -> None:
    path = tmp_path / "part"
    write_part(path, finish=False).abandon()
    content = bytearray(path.read_bytes())
    content[-1000:] = bytes(1000)
    path.write_bytes(content)
    assert mend(path, KEY, 1)


def test_a_part_that_is_being_written_is_left_alone(tmp_path: Path) -> None:
    writer = write_part(tmp_path / "part", finish=False)
    assert is_being_written(tmp_path / "part")
    assert not mend(tmp_path / "part", KEY, 1)
    writer.abandon()
    assert not is_being_written(tmp_path / "part")


# --- What somebody changed -----------------------------------------------------------------------


def rewritten(finished: Path, path: Path, order: list[int]) -> None:
    """A file with the records of another in this order."""
    content = finished.read_bytes()
    descriptor = os.open(finished, os.O_RDONLY)
    records = list(stored_records(descriptor))
    os.close(descriptor)
    pieces = [content[record.offset - 5 : record.offset + record.length] for record in records]
    path.write_bytes(MAGIC + b"".join(pieces[number] for number in order))


def test_records_in_another_order_are_noticed(tmp_path: Path, finished: Path) -> None:
    reader = PartReader(finished, KEY, 1)
    count = len(reader.records)
    media = [record.number for record in reader.records if record.kind == "media"]
    reader.close()
    order = list(range(count))
    order[media[0]], order[media[1]] = media[1], media[0]
    rewritten(finished, tmp_path / "part", order)
    reader = PartReader(tmp_path / "part", KEY, 1)
    with pytest.raises(DamagedRecordingError):
        reader.read(0, reader.size)
    reader.close()


@pytest.mark.parametrize("missing", [0, 1, 3, 5])
def test_a_record_taken_out_is_noticed(tmp_path: Path, finished: Path, missing: int) -> None:
    reader = PartReader(finished, KEY, 1)
    order = [record.number for record in reader.records if record.number != missing]
    reader.close()
    rewritten(finished, tmp_path / "part", order)
    with pytest.raises(DamagedRecordingError):
        PartReader(tmp_path / "part", KEY, 1)


def test_a_part_under_another_number_is_noticed(finished: Path) -> None:
    with pytest.raises(DamagedRecordingError):
        PartReader(finished, KEY, 2)


def test_another_file_is_no_part(tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(b"something else altogether")
    with pytest.raises(DamagedRecordingError):
        PartReader(tmp_path / "part", KEY, 1)


def test_nothing_of_the_media_lies_on_the_disk_in_the_clear(finished: Path) -> None:
    content = finished.read_bytes()
    for sample in samples()[:50]:
        assert len(sample.payload) < 8 or sample.payload not in content
    assert oct(finished.stat().st_mode)[-3:] == "600"
