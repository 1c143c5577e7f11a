"""The part of an English clause that can be quoted back, and how it is said to the person who said it."""

from __future__ import annotations

import re

from scoring import words_en as words
from scoring.english_tokens import SUBORDINATE, Token, is_past, is_subject

LONGEST_QUOTE_WORDS = 12
SHORTEST_QUOTE_WORDS = 2

_CUT_BEFORE = frozenset(
    "because so which when while after before until if although since where by in with for to "
    "from without through and".split()
)


_ABOUT_THE_TALK = {("let", "me"), ("let", "us"), ("where", "do"), ("mean", "that")}
"""What is said about the conversation itself is not quoted back."""
_POINTING = frozenset({"that", "this", "that's", "which", "who", "there's"})
"""A quote that begins so does not say what it is about."""
_TRAILING = {("and", "stuff"), ("and", "things"), ("and", "so"), ("or", "something"), ("or", "whatever"),
             ("and", "everything")}  # fmt: skip


def phrase_of(group: list[Token], begin: int | None) -> tuple[int, int] | None:
    """The quotable part from word ``begin``: no hesitation, no broken-off or doubled word, no loose end."""
    if begin is None:
        return None
    part = group[begin:]
    opening = tuple(token.low for token in part[:2])
    if opening in _ABOUT_THE_TALK or opening[0] in _POINTING:
        return None
    if opening == ("have", "to") and len(part) > 3 and part[2].low in ("say", "admit"):
        return None
    for index in range(2, len(part)):
        if (part[index - 1].low, part[index].low) in _TRAILING:
            part = part[: index - 1]
            break
    for index in range(1, len(part)):
        if part[index].low == part[index - 1].low:
            part = part[:index]
            break
    for index, token in enumerate(part):
        if token.low in words.HESITATIONS or (index and part[index].stop_before and index < 2):
            part = part[:index]
            break
    for index in range(2, len(part) - 1):
        if part[index].low in ("and", "or", "but", "then", "so") and (
            part[index + 1].low in SUBORDINATE | words.CONJUNCTIONS
            or is_past(part[index + 1].low)
            or part[index + 1].low in words.BASE_VERBS | words.ADVERBS
            or is_subject(part[index + 1])
        ):
            part = part[:index]
            break
    joined = " " + " ".join(token.low for token in part) + " "
    if any(f" {correction} " in joined for correction in words.CORRECTIONS):
        return None
    if len(part) > LONGEST_QUOTE_WORDS:
        cut = next(
            (index for index in range(LONGEST_QUOTE_WORDS, 2, -1) if part[index].low in _CUT_BEFORE), None
        )
        if cut is None:
            return None
        part = part[:cut]
    asks = any(token.low in ("what", "who", "which", "where") for token in part)
    if not (
        asks
        and part
        and part[-1] is group[-1]
        and part[-1].low in ("for", "about", "from", "with", "at", "on")
    ):
        part = _without_loose_end(part)
    if len(part) < SHORTEST_QUOTE_WORDS:
        return None
    return part[0].start, part[-1].end


def _without_loose_end(part: list[Token]) -> list[Token]:
    while part:
        low = part[-1].low
        if low not in words.WEAK_ENDS and low not in words.FILLERS and low not in ("you", "know", "guess"):
            return part
        if low in words.LOOSE_BUT_FINE_ENDS and len(part) >= 2 and part[-2].low not in words.WEAK_ENDS:
            return part
        part = part[:-1]
    return part


_SECOND_PERSON = {
    "i": "you",
    "me": "you",
    "my": "your",
    "mine": "yours",
    "myself": "yourself",
    "we": "you",
    "us": "you",
    "our": "your",
    "ours": "yours",
    "ourselves": "yourselves",
    "i'm": "you're",
    "i've": "you've",
    "i'd": "you'd",
    "i'll": "you'll",
    "we're": "you're",
    "we've": "you've",
    "we'd": "you'd",
    "we'll": "you'll",
}


def second_person(phrase: str, first_verb: bool) -> str:
    """The phrase as said to the person who said it: "my line" → "your line", "was able" → "were able".

    ``first_verb``: the phrase begins with the verb of "I" or "we".
    """

    def turn(match: re.Match[str]) -> str:
        word = match.group()
        return _SECOND_PERSON.get(word.lower().replace("’", "'"), word)

    turned = re.sub(r"[A-Za-z]+(?:['’][A-Za-z]+)?", turn, phrase)
    if first_verb:
        turned = re.sub(r"^(was|am)\b", lambda m: "were" if m.group() == "was" else "are", turned)
    turned = re.sub(
        r"\byou (was|am)\b", lambda m: "you " + ("were" if m.group(1) == "was" else "are"), turned
    )
    if (
        turned[:1].isupper()
        and turned[1:2].islower()
        and turned.split()[0].lower()
        in (
            words.DETERMINERS
            | words.SUBJECTS_OTHER
            | words.BASE_VERBS
            | set(words.IRREGULAR_PAST)
            | words.AUXILIARIES
            | {"you", "your"}
        )
    ):
        turned = turned[0].lower() + turned[1:]
    return turned
