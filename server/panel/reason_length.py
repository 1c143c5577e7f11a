"""How long a decision's reason must be: a sentence, in any script. Pure; a page is told the rule.

Twenty Latin letters are about four words. A Chinese character says as much as half a word, so eight are
enough: each weighs two and a half letters.
"""

from __future__ import annotations

from typing import Any

LEAST_LETTERS = 20
LETTERS_PER_WIDE = 2.5
WIDE: tuple[tuple[int, int], ...] = (
    (0x3041, 0x30FF),  # kana
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xAC00, 0xD7A3),  # Hangul syllables
    (0xF900, 0xFAFF),  # Han, compatibility
    (0x20000, 0x3FFFF),  # Han, further extensions
)
"""Code points, first and last, of scripts that write a syllable or a word with one character."""


def letters(text: str) -> float:
    """The length of ``text``, without blanks at its ends, in Latin letters."""
    return sum(LETTERS_PER_WIDE if _is_wide(ord(character)) else 1 for character in text.strip())


def long_enough(text: str) -> bool:
    return letters(text) >= LEAST_LETTERS


def rule() -> dict[str, Any]:
    """For the page, which counts as the server does."""
    return {"letters": LEAST_LETTERS, "letters_per_wide": LETTERS_PER_WIDE, "wide": WIDE}


def _is_wide(code_point: int) -> bool:
    return any(first <= code_point <= last for first, last in WIDE)
