"""Text into sentences, so that the first can be heard while the second is still being made."""

from __future__ import annotations

import re

_END = re.compile(
    r"""
    (?<=[.!?…])["'”’)\]]*\s+(?=["'“‘(\[]?[A-Z0-9])   # Latin: an end, a space, a capital or a figure
    | (?<=[。！？；])["”’」』）]*                        # Chinese: the mark is enough
    | \n+
    """,
    re.VERBOSE,
)
_ABBREVIATION = re.compile(r"(?:^|\s)(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|e\.g|i\.e|approx|[A-Z])\.$")
_LONGEST = 240
"""Characters; longer ones are cut at a comma or a space so that nobody waits for them."""


def sentences(text: str) -> list[str]:
    """The sentences of ``text`` in order, without surrounding space, none of them empty.

    Joined they hold every visible character of the text; "Dr. Lee" stays in one piece.
    """
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        candidate = text[start : end.end()].strip()
        if not candidate or _ABBREVIATION.search(candidate):
            continue
        found += _pieces(candidate)
        start = end.end()
    return found + _pieces(text[start:].strip())


def _pieces(sentence: str) -> list[str]:
    pieces = []
    while len(sentence) > _LONGEST:
        cut = max(sentence.rfind(mark, _LONGEST // 2, _LONGEST) for mark in ",;:，、： ")
        cut = _LONGEST if cut < 0 else cut + 1
        pieces.append(sentence[:cut].strip())
        sentence = sentence[cut:].strip()
    return [piece for piece in (*pieces, sentence) if piece]
