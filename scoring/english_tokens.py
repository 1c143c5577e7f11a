"""English words with their places, stems and the few classes the grammar rests on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from scoring import words_en as words
from scoring.answer import Answer

_TOKEN = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?(?:-[A-Za-z]+)*|\d+(?:[.,:]\d+)*(?:st|nd|rd|th|k)?|[%€$£]")
_HARD_STOP = re.compile(r"[.!?;:…]|--|—|–|\n")
_stemmer = snowballstemmer.stemmer("english")


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    low: str
    start: int
    end: int
    stop_before: str
    """``hard`` after a full stop, ``comma`` after a comma, ``piece`` where an utterance begins, or empty."""


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Snowball stem of a lower-case word; British and American spellings fall together."""
    word = word.replace("’", "'").removesuffix("'s")
    word = words.IRREGULAR_PAST.get(word, word)
    if len(word) > 5:
        word = word.replace("isation", "ization").replace("ising", "izing").replace("ised", "ized")
        word = word.replace("yse", "yze").replace("our", "or")
        if word.endswith(("ise", "ises")):
            word = word.replace("ise", "ize")
    return str(_stemmer.stemWord(word))


def stems_of(entries: frozenset[str]) -> frozenset[str]:
    return frozenset(stem(entry) for entry in entries)


def tokens_of(answer: Answer) -> list[Token]:
    return tokens_in(answer.text, frozenset(answer.starts[1:]))


def tokens_in(text: str, piece_starts: frozenset[int]) -> list[Token]:
    tokens: list[Token] = []
    last_end = 0
    for match in _TOKEN.finditer(text):
        between = text[last_end : match.start()]
        if between == " " and not piece_starts & {last_end, match.start()}:
            stop = ""  # nearly always: no pattern has to be tried
        elif _HARD_STOP.search(between):
            stop = "hard"
        elif "," in between:
            stop = "comma"
        elif any(last_end <= begin <= match.start() for begin in piece_starts) and tokens:
            stop = "piece"
        else:
            stop = ""
        tokens.append(
            Token(match.group(), match.group().lower().replace("’", "'"), match.start(), match.end(), stop)
        )
        last_end = match.end()
    return tokens


def is_subject(token: Token) -> bool:
    return (
        token.low in words.SUBJECTS_I or token.low in words.SUBJECTS_WE or token.low in words.SUBJECTS_OTHER
    )


def is_past(word: str) -> bool:
    """Does this word look like a verb in the past? ("led", "optimised")"""
    return (word in words.IRREGULAR_PAST and word not in _PRESENT) or (
        len(word) > 4 and word.endswith("ed") and not word.endswith("eed") and word not in _NOT_VERBS
    )


_PRESENT = frozenset({"am", "is", "are", "understand"})
OPENERS = words.CONJUNCTIONS | words.HESITATIONS | {"well", "yeah", "okay", "ok", "also", "that's"}
PREPOSITIONS = frozenset("in at on after by with for during from until since before".split())
SUBORDINATE = frozenset("if unless before until till whether".split())
"""Clauses opened by these tell what might be or what came later, not a deed."""

_NOT_VERBS = frozenset("hundred naked sacred wicked rugged need speed indeed".split())
