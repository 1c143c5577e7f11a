"""Text into sentences, so that the first can be heard while the second is still being made."""

from __future__ import annotations

import re
from dataclasses import dataclass

_END = re.compile(
    r"""
    (?<=[.!?…])["'”’)\]]*\s+(?=["'“‘(\[]?[A-Z0-9])   # Latin: an end, a space, a capital or a figure
    | (?<=[。！？；])["”’」』）]*                        # Chinese: the mark is enough
    | \n+
    """,
    re.VERBOSE,
)
_ABBREVIATION = re.compile(r"(?:^|\s)(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|e\.g|i\.e|approx|[A-Z])\.$")
_OPENING_END = re.compile(r"[,;:](?=\s)")
_OPENING_WORDS = 3
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


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is synthesized in one go."""

    text: str
    ends_sentence: bool
    """False: the sentence goes on in the next phrase, after the pause that a comma makes anyway."""


def phrases(text: str) -> list[Phrase]:
    """The sentences of ``text``; the first one cut at its first comma or colon that leaves enough words
    on both sides. A voice makes a phrase whole before any of it is heard, so a short first one is heard
    soon; a cut anywhere else would be heard as a cut.
    """
    found = [Phrase(sentence, ends_sentence=True) for sentence in sentences(text)]
    if not found:
        return []
    whole = found[0].text
    for mark in _OPENING_END.finditer(whole):
        opening, rest = whole[: mark.end()].strip(), whole[mark.end() :].strip()
        if len(opening.split()) >= _OPENING_WORDS and len(rest.split()) >= _OPENING_WORDS:
            return [Phrase(opening, ends_sentence=False), Phrase(rest, ends_sentence=True), *found[1:]]
    return found


def _pieces(sentence: str) -> list[str]:
    pieces = []
    while len(sentence) > _LONGEST:
        cut = max(sentence.rfind(mark, _LONGEST // 2, _LONGEST) for mark in ",;:，、： ")
        cut = _LONGEST if cut < 0 else cut + 1
        pieces.append(sentence[:cut].strip())
        sentence = sentence[cut:].strip()
    return [piece for piece in (*pieces, sentence) if piece]
