"""Names and free text in any script inside the report's sentences, as ``static_client/shared/bidi.js`` does.

Text written from right to left turns what stands beside it on the line; it is isolated by characters
(UAX #9, 2.4.2), and only where that is needed.
"""

from __future__ import annotations

import re

FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"
_TURNS = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u200f\u202a-\u202e\u2066-\u2068"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_ISOLATES = re.compile("[\u2066-\u2069]")


def isolated(text: str) -> str:
    """``text``, to be put into a sentence."""
    if _TURNS.search(text) is None:
        return text
    return f"{FIRST_STRONG_ISOLATE}{_closed(text)}{POP_ISOLATE}"


def _closed(text: str) -> str:
    """A text whose own isolates do not end the one around it."""
    opened = 0
    for character in _ISOLATES.findall(text):
        opened += -1 if character == POP_ISOLATE else 1
        if opened < 0:
            break
    return text if opened == 0 else _ISOLATES.sub("", text)
