"""Words and text: how words are joined, compared, and written in simplified Chinese. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Protocol

import opencc

from media_pipeline.events import Word


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _to_simplified() -> _Converter:
    converter: _Converter = opencc.OpenCC("t2s")
    return converter


def simplified(text: str) -> str:
    """Traditional characters written in their simplified form; everything else untouched."""
    return _to_simplified().convert(text)


def _needs_space(before: str, after: str) -> bool:
    """Between words of alphabets, yes; on either side of a Chinese character or its punctuation, no."""
    return not (_is_wide(before) or _is_wide(after))


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}


def join(texts: Iterable[str]) -> str:
    """Words as a text: ``["I", "used", "KPI"]`` → ``I used KPI``, ``["我", "用", "KPI"]`` → ``我用KPI``."""
    joined = ""
    for text in texts:
        if joined and text and _needs_space(joined[-1], text[0]):
            joined += " "
        joined += text
    return joined


def text_of(words: Iterable[Word]) -> str:
    return join(word.text for word in words)


def bare(text: str) -> str:
    """A word without case and punctuation, for comparing; empty if it is nothing but punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def is_sentence_end(text: str) -> bool:
    return text.endswith((".", "!", "?", "。", "！", "？"))


def is_clause_end(text: str) -> bool:
    return is_sentence_end(text) or text.endswith((",", ";", ":", "，", "；", "：", "、"))


def shifted(words: Sequence[Word], by_ms: float) -> tuple[Word, ...]:
    """The same words, ``by_ms`` later."""
    return tuple(
        Word(word.text, round(word.start_ms + by_ms), round(word.end_ms + by_ms), word.probability)
        for word in words
    )
