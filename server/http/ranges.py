"""Range requests (RFC 9110 §14): one range of bytes. Pure.

Several ranges at once are allowed to be ignored (§14.2), and are: no player asks for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from media_pipeline.errors import VivaError

_ONE_RANGE = re.compile(r"bytes\s*=\s*(\d*)\s*-\s*(\d*)", re.ASCII | re.IGNORECASE)
_MOST_DIGITS = 18


class RangeError(VivaError):
    """Nothing of the representation lies in the range that was asked for."""

    code: ClassVar[str] = "range"
    status: ClassVar[int] = 416


@dataclass(frozen=True, slots=True)
class ByteRange:
    """``length`` bytes from ``start`` on, of ``size``."""

    start: int
    length: int
    size: int

    @property
    def content_range(self) -> str:
        return f"bytes {self.start}-{self.start + self.length - 1}/{self.size}"


def byte_range(header: str | None, if_range: str | None, etag: str, size: int) -> ByteRange | None:
    """The range to answer with 206; None: answer with all of it.

    A header that is no single range of bytes is ignored, and so is one whose ``If-Range`` names other
    bytes (a date never matches: we send none). Raises ``RangeError`` for a range behind the end.
    """
    match = _ONE_RANGE.fullmatch(header.strip()) if header else None
    if match is None or (if_range is not None and if_range.strip() != etag):
        return None
    first, last = match.groups()
    if len(first) > _MOST_DIGITS or len(last) > _MOST_DIGITS or not (first or last):
        return None
    if not first:  # the last so many bytes
        length = min(int(last), size)
        if length == 0:
            raise RangeError(f"There is nothing in this range; the recording has {size} bytes.")
        return ByteRange(size - length, length, size)
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size:
        raise RangeError(f"The range begins behind the end; the recording has {size} bytes.")
    end = min(int(last), size - 1) if last else size - 1
    return ByteRange(start, end - start + 1, size)
