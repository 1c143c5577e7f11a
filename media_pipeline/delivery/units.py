"""What is counted when pace is measured: words in English, characters in Chinese. Pure."""

from __future__ import annotations

import re
from typing import Final, Literal

from media_pipeline.events import Language

PaceUnit = Literal["words_per_minute", "characters_per_minute"]

PACE_UNIT: Final[dict[Language, PaceUnit]] = {
    "en": "words_per_minute",
    "zh": "characters_per_minute",
}

_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CHARACTER_OR_WORD: Final = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
_FILLER: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(r"\b(?:u+m+|u+h+|e+r+m*|h+m+|m+h*m+)\b", re.IGNORECASE),
    "zh": re.compile(r"[嗯呃额唔]+(?![度外头])"),
}


def count_units(text: str, language: Language) -> int:
    """Words, or Chinese characters; a Latin word or a number inside Chinese counts as one."""
    pattern = _CHARACTER_OR_WORD if language == "zh" else _WORD
    return len(pattern.findall(text))


def count_fillers(text: str, language: Language) -> int:
    """Filled pauses a recogniser wrote down: a lower bound.

    Whisper was trained on edited transcripts and leaves nearly all fillers out (docs/turn-taking.md has a
    figure), so a count of none means nothing. Words that are fillers only
    sometimes ("like", "you know", 那个, 就是) are not counted: nobody is to be told of a habit on a guess.
    """
    return len(_FILLER[language].findall(text))
