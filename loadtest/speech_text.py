"""How transcripts are compared: the normaliser and the error counts. Pure.

Before comparing, both texts are

1. brought to Unicode NFKC and lower case;
2. English: common abbreviations written out (mr, mrs, dr, st), numbers of up to four digits spelled (a year
   between 1100 and 1999 in two halves, "eighteen thirteen"), everything but letters, digits and the
   apostrophe taken for a space, and split into words;
3. Chinese: written in simplified characters, digits as Chinese numerals one by one, split into characters,
   of which only letters and digits stay.

The error rate is the least number of substitutions, deletions and insertions that turn the one into the
other, over the length of the reference: of words in English, of characters in Chinese.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from media_pipeline.recognition.text import simplified

_ABBREVIATIONS = {"mr": "mister", "mrs": "missus", "dr": "doctor", "st": "saint"}
_ONES = (
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
     "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
)  # fmt: skip
_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_NUMERALS = "零一二三四五六七八九"


def tokens(text: str, language: str) -> list[str]:
    """Words (English) or characters (Chinese) of a text, normalised."""
    folded = unicodedata.normalize("NFKC", text).lower()
    if language == "zh":
        spelled = "".join(_NUMERALS[int(c)] if c.isascii() and c.isdigit() else c for c in simplified(folded))
        return [character for character in spelled if character.isalnum()]
    words = re.sub(r"[^\w']|_", " ", folded.replace("’", "'")).split()
    return [part for word in words for part in _written_out(word)]


def _written_out(word: str) -> list[str]:
    if re.fullmatch(r"[0-9]{1,4}", word):
        return _spelled(int(word)).split()
    return [_ABBREVIATIONS.get(word, word)]


def _spelled(number: int) -> str:
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (f" {_ONES[number % 10]}" if number % 10 else "")
    if 1_100 <= number <= 1_999 and number % 100:
        return f"{_spelled(number // 100)} {_spelled(number % 100)}"
    large, unit = (1_000, "thousand") if number >= 1_000 else (100, "hundred")
    rest = f" {_spelled(number % large)}" if number % large else ""
    return f"{_spelled(number // large)} {unit}{rest}"


def errors(reference: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein distance."""
    row = list(range(len(heard) + 1))
    for index, wanted in enumerate(reference, 1):
        above, row = row, [index]
        for place, got in enumerate(heard, 1):
            row.append(min(above[place] + 1, row[-1] + 1, above[place - 1] + (wanted != got)))
    return row[-1]
