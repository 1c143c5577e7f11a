"""The folder: numbers, keys, and that destroyed means destroyed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from media_pipeline.errors import ConflictError, NotFoundError
from media_pipeline.recording.archive import RecordingArchive
from media_pipeline.recording.errors import DestroyedRecordingError
from media_pipeline.recording.part_file import PartWriter
from media_pipeline.recording.sealing import MasterKeys
from media_pipeline.recording.timeline import AddTrack, OpenPart, Timeline, WriteCluster
from tests.media_pipeline.recording.material import demuxed, samples


@pytest.fixture
def archive(tmp_path: Path) -> RecordingArchive:
    return RecordingArchive(tmp_path / "recordings", MasterKeys({"m1": bytes(range(32))}))


def record(archive: RecordingArchive, interview: str = "one", *, finish: bool = True) -> PartWriter:
    timeline = Timeline()
    commands = [command for sample in samples(1_000.0, 2.0) for command in timeline.push(sample)]
    commands += timeline.finish()
    (opening,) = (command for command in commands if isinstance(command, OpenPart))
    writer = archive.new_part(interview, opening.start_ms)
    for command in commands:
        if isinstance(command, AddTrack):
            writer.add_track(command.track)
        if isinstance(command, WriteCluster):
            writer.write(command.cluster)
    if finish:
        writer.finish()
    return writer


def test_parts_are_numbered_and_described(archive: RecordingArchive) -> None:
    assert [record(archive).part for _ in range(3)] == [1, 2, 3]
    assert record(archive, "two").part == 1
    first = archive.parts("one")[0]
    assert (first.part, first.start_ms, first.end_ms, first.cut) == (1, 1_000, 3_000, False)
    assert first.mime == 'video/webm; codecs="vp8, opus"'
    reader = archive.open_part("one", 1)
    assert first.bytes == reader.size
    assert len(demuxed(reader.read(0, reader.size))) == 130
    reader.close()
    assert archive.interviews() == ["one", "two"]


def test_a_part_that_is_being_made_is_not_listed_and_cannot_be_played(archive: RecordingArchive) -> None:
    writer = record(archive, finish=False)
    assert archive.parts("one") == []
    with pytest.raises(ConflictError):
        archive.open_part("one", 1)
    writer.finish()
    assert len(archive.parts("one")) == 1


def test_a_part_that_a_crash_cut_is_mended_when_it_is_asked_for(archive: RecordingArchive) -> None:
    record(archive, finish=False).abandon()
    assert [part.cut for part in archive.parts("one")] == [True]
    assert record(archive).part == 2


@pytest.mark.parametrize("interview", ["..", "a/b", "", ".", "one\n", "x" * 65])
def test_no_name_leads_out_of_the_folder(archive: RecordingArchive, interview: str) -> None:
    with pytest.raises(NotFoundError):
        archive.open_part(interview, 1)


def test_what_is_not_there_is_said_to_be_missing(archive: RecordingArchive) -> None:
    with pytest.raises(NotFoundError):
        archive.open_part("one", 1)
    with pytest.raises(NotFoundError):
        archive.destroy("one", by="rita", reason="asked", unix_ms=1)
    assert (archive.parts("one"), archive.receipt("one"), archive.interviews()) == ([], None, [])


def test_destroying_leaves_a_receipt_and_nothing_else(archive: RecordingArchive, tmp_path: Path) -> None:
    record(archive)
    record(archive)
    folder = tmp_path / "recordings" / "one"
    ciphertext = [(folder / f"part-000{n}.viva").read_bytes() for n in (1, 2)]
    receipt = archive.destroy("one", by="rita", reason="asked", unix_ms=123)
    assert receipt == {
        "interview": "one",
        "what": "recording",
        "unix_ms": 123,
        "by": "rita",
        "reason": "asked",
        "parts": [
            {"part": number, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for number, content in enumerate(ciphertext, 1)
        ],
    }
    assert [path.name for path in folder.iterdir()] == ["receipt.json"]
    assert archive.destroy("one", by="otto", reason="again", unix_ms=456) == receipt
    with pytest.raises(DestroyedRecordingError):
        archive.open_part("one", 1)
    with pytest.raises(DestroyedRecordingError):
        archive.new_part("one", 0)


def test_destroying_that_was_interrupted_is_finished_later(archive: RecordingArchive, tmp_path: Path) -> None:
    record(archive)
    folder = tmp_path / "recordings" / "one"
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}
    archive.destroy("one", by="rita", reason="asked", unix_ms=123)
    for name, content in kept.items():  # as if the process had been killed after the receipt
        (folder / name).write_bytes(content)
    archive.finish_destroying("one")
    assert [path.name for path in folder.iterdir()] == ["receipt.json"]


def test_without_its_key_a_recording_cannot_be_read_or_gone_on_with(
    archive: RecordingArchive, tmp_path: Path
) -> None:
    record(archive)
    (tmp_path / "recordings" / "one" / "key.json").unlink()
    with pytest.raises(DestroyedRecordingError):
        archive.open_part("one", 1)
    with pytest.raises(DestroyedRecordingError):
        archive.new_part("one", 0)


def test_a_recording_that_is_being_made_is_not_destroyed(archive: RecordingArchive) -> None:
    writer = record(archive, finish=False)
    with pytest.raises(ConflictError):
        archive.destroy("one", by="rita", reason="asked", unix_ms=1)
    writer.finish()


def test_a_damaged_part_does_not_hide_the_others(archive: RecordingArchive, tmp_path: Path) -> None:
    record(archive)
    record(archive)
    path = tmp_path / "recordings" / "one" / "part-0001.viva"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert [part.part for part in archive.parts("one")] == [2]


def test_folders_are_for_their_owner_only(archive: RecordingArchive, tmp_path: Path) -> None:
    record(archive)
    folder = tmp_path / "recordings" / "one"
    assert oct(folder.stat().st_mode)[-3:] == "700"
    assert {oct(path.stat().st_mode)[-3:] for path in folder.iterdir()} == {"600"}
    assert archive.newest_unix_s("one") is not None
