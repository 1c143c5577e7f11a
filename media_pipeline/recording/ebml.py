"""EBML (RFC 8794), as far as Matroska needs it: elements are written whole, and read back. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from media_pipeline.recording.errors import DamagedRecordingError


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a buffer: its id, and where its content lies."""

    id: int
    start: int
    """Of the element itself."""
    content: int
    end: int


def element(element_id: int, content: bytes) -> bytes:
    """An element whose size takes as few bytes as it can."""
    return _id(element_id) + _size(len(content)) + content


def header(element_id: int, size: int) -> bytes:
    """The beginning of an element of ``size`` bytes, always 8 bytes of size: its length is known before."""
    return _id(element_id) + (size | 1 << 56).to_bytes(8, "big")


def unsigned(element_id: int, value: int, width: int | None = None) -> bytes:
    """An unsigned integer, in ``width`` bytes where the element's length must not depend on it."""
    return element(element_id, value.to_bytes(width or max(1, (value.bit_length() + 7) // 8), "big"))


def real(element_id: int, value: float) -> bytes:
    return element(element_id, struct.pack(">d", value))


def text(element_id: int, value: str) -> bytes:
    return element(element_id, value.encode())


def elements(buffer: bytes, start: int = 0, end: int | None = None) -> Iterator[Element]:
    """The elements that lie one after another; one that is cut off at the end is left out.

    Raises ``DamagedRecordingError`` for bytes that are no EBML.
    """
    end = len(buffer) if end is None else end
    position = start
    while position < end:
        read = _read(buffer, position, end)
        if read is None or read.end > end:
            return
        yield read
        position = read.end


def number(buffer: bytes, read: Element) -> int:
    """The content as an unsigned integer."""
    return int.from_bytes(buffer[read.content : read.end], "big")


def _read(buffer: bytes, position: int, end: int) -> Element | None:
    id_width = _width(buffer[position])
    size_at = position + id_width
    if id_width > 4:
        raise DamagedRecordingError("An element's id is no EBML.")
    if size_at >= end:
        return None
    size_width = _width(buffer[size_at])
    content = size_at + size_width
    if size_width > 8:
        raise DamagedRecordingError("An element's size is no EBML.")
    if content > end:
        return None
    size = int.from_bytes(buffer[size_at:content], "big") & ~(1 << 7 * size_width)
    return Element(int.from_bytes(buffer[position:size_at], "big"), position, content, content + size)


def _width(first: int) -> int:
    """How many bytes a number has that begins with ``first``: one more than its leading zero bits."""
    return 9 - first.bit_length()


def _id(element_id: int) -> bytes:
    return element_id.to_bytes((element_id.bit_length() + 7) // 8, "big")


def _size(size: int) -> bytes:
    width = 1
    while size >= (1 << 7 * width) - 1:  # all ones means "unknown"
        width += 1
    return (size | 1 << 7 * width).to_bytes(width, "big")
