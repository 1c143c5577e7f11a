"""Nothing sealed can be changed, moved or opened with another key."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from media_pipeline.recording.errors import DamagedRecordingError, RecordingError
from media_pipeline.recording.sealing import KEY_BYTES, TAG_BYTES, DataKey, MasterKeys, Place, RecordKind

KEY = DataKey("interview-1", bytes(range(KEY_BYTES)))
PLACES = st.builds(
    Place,
    part=st.integers(1, 2**24 - 1),
    number=st.integers(0, 2**63),
    kind=st.sampled_from(get_args(RecordKind)),
)


@given(PLACES, st.binary(max_size=500))
def test_what_is_sealed_is_opened_in_its_place(place: Place, content: bytes) -> None:
    sealed = KEY.seal(place, content)
    assert len(sealed) == len(content) + TAG_BYTES
    assert KEY.open(place, sealed) == content
    assert len(content) < 8 or content not in sealed


@given(PLACES, PLACES, st.binary(max_size=50))
def test_a_record_opens_nowhere_else(place: Place, other: Place, content: bytes) -> None:
    assume(place != other)
    with pytest.raises(DamagedRecordingError):
        KEY.open(other, KEY.seal(place, content))


@given(PLACES, st.binary(max_size=50), st.data())
def test_a_changed_bit_is_noticed(place: Place, content: bytes, data: st.DataObject) -> None:
    sealed = bytearray(KEY.seal(place, content))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(DamagedRecordingError):
        KEY.open(place, bytes(sealed))


def test_another_interview_with_the_same_key_opens_nothing() -> None:
    place = Place(1, 0, "media")
    with pytest.raises(DamagedRecordingError):
        DataKey("interview-2", bytes(range(KEY_BYTES))).open(place, KEY.seal(place, b"words"))


@given(st.sets(st.tuples(st.integers(1, 2**24 - 1), st.integers(0, 2**63)), min_size=2, max_size=20))
def test_no_nonce_is_used_twice(places: set[tuple[int, int]]) -> None:
    nonces = {Place(part, number, "media").nonce() for part, number in places}
    mended = {Place(part, number, "mended_end").nonce() for part, number in places}
    assert len(nonces | mended) == 2 * len(places)
    assert all(len(nonce) == 12 for nonce in nonces)


def test_keys_are_wrapped_for_one_interview_by_the_newest_master_key() -> None:
    old, new = MasterKeys({"a": bytes(32)}), MasterKeys({"a": bytes(32), "b": bytes([1]) * 32})
    place = Place(1, 0, "media")
    for masters in (old, new):
        key, document = masters.new_key("interview-1")
        assert new.unwrap("interview-1", document).open(place, key.seal(place, b"words")) == b"words"
        with pytest.raises(DamagedRecordingError):
            new.unwrap("interview-2", document)
    _, by_new = new.new_key("interview-1")
    with pytest.raises(RecordingError, match="VIVA_RECORDING_KEY_FILE"):
        old.unwrap("interview-1", by_new)


def test_every_recording_has_a_key_of_its_own() -> None:
    masters = MasterKeys({"a": bytes(32)})
    place = Place(1, 0, "media")
    sealed = {masters.new_key("interview-1")[0].seal(place, b"words") for _ in range(5)}
    assert len(sealed) == 5


@pytest.mark.parametrize("document", [b"", b"{}", b"[]", b'{"master":1,"nonce":"?","wrapped":"?"}'])
def test_a_key_file_that_is_none_is_said_to_be_damaged(document: bytes) -> None:
    with pytest.raises(RecordingError):
        MasterKeys({"a": bytes(32)}).unwrap("interview-1", document)
