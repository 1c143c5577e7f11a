"""EBML elements, written and read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.recording import ebml
from media_pipeline.recording.errors import DamagedRecordingError

IDS = st.sampled_from([0xA3, 0x4282, 0x2AD7B1, 0x1F43B675])


@given(st.lists(st.tuples(IDS, st.binary(max_size=300)), max_size=8))
def test_what_is_written_is_read(written: list[tuple[int, bytes]]) -> None:
    buffer = b"".join(ebml.element(element_id, content) for element_id, content in written)
    read = [(found.id, buffer[found.content : found.end]) for found in ebml.elements(buffer)]
    assert read == written


@given(st.binary(min_size=1, max_size=300), st.data())
def test_an_element_cut_anywhere_is_left_out(content: bytes, data: st.DataObject) -> None:
    whole = ebml.element(0xA3, b"before")
    cut = ebml.element(0x1F43B675, content)
    kept = data.draw(st.integers(0, len(cut) - 1))
    assert [found.id for found in ebml.elements(whole + cut[:kept])] == [0xA3]


@pytest.mark.parametrize("size", [0, 126, 127, 16_382, 16_383, 2_097_150, 2_097_151])
def test_sizes_around_the_edges_are_never_the_one_that_means_unknown(size: int) -> None:
    buffer = ebml.element(0xA3, bytes(size))
    (found,) = ebml.elements(buffer)
    assert found.end - found.content == size
    assert buffer[1] != 0xFF


def test_bytes_that_are_no_ebml_are_refused() -> None:
    with pytest.raises(DamagedRecordingError):
        list(ebml.elements(b"\x00\x00\x00\x00\x00"))


@given(st.integers(0, 2**40))
def test_numbers(value: int) -> None:
    buffer = ebml.unsigned(0xE7, value)
    (found,) = ebml.elements(buffer)
    assert ebml.number(buffer, found) == value
