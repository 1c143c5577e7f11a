"""Figures in a clause with their value and what they count: "five people", 四十台."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scoring import words_en, words_zh


@dataclass(frozen=True, slots=True)
class Figure:
    value: float
    unit: str
    """What is counted, as a stem (Chinese: unit and the noun's first word); empty where it is not said."""


_FILL_BETWEEN = frozenset("more new other of the per good small big".split())


def figures_en(lows: Sequence[str], stems: Sequence[str]) -> Iterator[Figure]:
    """Figures of an English clause. Number words next to one another make one figure ("forty two")."""
    index = 0
    while index < len(lows):
        value, length = number_at(lows, index)
        if length == 0:
            index += 1
            continue
        index += length
        place = index
        while place < len(lows) and lows[place] in _FILL_BETWEEN:
            place += 1
        unit = (
            "%"
            if place < len(lows) and lows[place] in ("%", "percent")
            else (stems[place] if place < len(lows) else "")
        )
        yield Figure(value, unit)


def number_at(lows: Sequence[str], index: int) -> tuple[float, int]:
    """The figure that begins at a word, and how many words it takes; length 0 where none does."""
    low = lows[index]
    if low[0].isdigit():
        digits = re.match(r"\d+(?:,\d{3})*(?:\.\d+)?", low)
        value = float(digits.group().replace(",", "")) if digits else 0.0
        return (value * 1000 if low.endswith("k") else value), 1
    total = current = 0.0
    length = 0
    while index + length < len(lows) and lows[index + length] in words_en.NUMBER_WORDS:
        number = words_en.NUMBER_WORDS[lows[index + length]]
        if number in (100, 1000, 1_000_000):
            current = max(current, 1.0) * number
            if number > 100:
                total, current = total + current, 0.0
        else:
            current += number
        length += 1
        if number in (100, 1000) and _goes_on(lows, index + length):
            length += 1
    return total + current, length


def _goes_on(lows: Sequence[str], place: int) -> bool:
    """ "A hundred and twenty" is one figure."""
    return (
        lows[place : place + 1] == ["and"]
        and lows[place + 1 : place + 2] != []
        and (2 <= words_en.NUMBER_WORDS.get(lows[place + 1], 0) < 100)
    )


_DIGITS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SCALES = {"十": 10, "百": 100, "千": 1000}
_UNITS = sorted(words_zh.UNITS, key=len, reverse=True)
_ZH = re.compile(r"(百分之)?(\d+(?:\.\d+)?|[零一二两三四五六七八九十百千]+)(万|亿)?")


def figures_zh(line: str) -> Iterator[Figure]:
    """Figures of a Chinese clause that have a unit."""
    for match in _ZH.finditer(line):
        if match.start() and line[match.start() - 1] == "第":
            continue
        value = chinese_value(match.group(2)) * {"万": 1e4, "亿": 1e8}.get(match.group(3) or "", 1)
        after = line[match.end() :]
        unit = "%" if match.group(1) else next((u for u in _UNITS if after.startswith(u)), "")
        if unit:
            yield Figure(value, unit)


def chinese_value(text: str) -> float:
    """Value of a Chinese or Arabic numeral below 10 000."""
    if text[0].isdigit():
        return float(text)
    total, digit = 0.0, 0.0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            total += max(digit, 1.0) * _SCALES[character]
            digit = 0.0
    return total + digit
