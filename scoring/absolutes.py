"""What somebody says of themselves or others without leaving room for an exception.

Where an answer does not fit together, it is mostly such a statement that something else in it belies: "every
box was tested" and, later, "the last two pallets went without". Which words belie it can hardly be found; to
ask how it fits with the rest names the place all the same, and accuses nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from scoring.evidence import AnswerReading
from scoring.job import Language

_WITHOUT_EXCEPTION: Mapping[Language, Sequence[re.Pattern[str]]] = {
    "en": (
        re.compile(
            r"\b(?:never once|not once|not a single|every single (?!time|day|week|month|year))", re.IGNORECASE
        ),
        re.compile(
            r"\b(?:i|we|you|he|she|they|this|himself|herself)\b.*\bnever\b"
            r"|^(?:and |but |so |to this day )*(?:nobody|no one)\b"
            r"|(?:n't|not)\b.*\b(?:anyone|anybody|no one|nobody)\b",
            re.IGNORECASE,
        ),
        re.compile(r"\bi\b.*\b(?:alone|on my own|by myself|the only (?:one|key|person))\b", re.IGNORECASE),
    ),
    "zh": (
        re.compile(
            "从头到尾|绝对|坚决|一点[都也][没不]|一[样次个道支箱台行分面句条字][^，。]{0,4}[都也]?(?:没|不(?!能|错))"
            "|谁[^，。]{0,2}没|没有?(?:告诉|惊动|跟|给)(?:任何|谁)"
        ),
        re.compile("从来[没不都]|从没|绝不|我一个人|每一[支箱件台个样条]都|完全没"),
    ),
}
"""The strongest first."""
_LEAVES_ROOM: Mapping[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\bagain\b|\bsince then\b|\bnever (?:mind|end|stop)|\b(?:that|which|who) never\b"
        r"|\b(?:she|he|they) (?:said|says|told)\b|\b(?:nobody|no one) knew (?:what|why|how)\b",
        re.IGNORECASE,
    ),
    "zh": re.compile("从那以后|那之后|[他她]说|说怎么|最后|结果|没功夫|没时间"),
}
"""What a lesson brought, what others say, and how it ended need not have been so from the first."""
_SHORTEST = {"en": 4, "zh": 5}
_LONGEST = {"en": 24, "zh": 30}
"""Words (Chinese: characters) of a statement that can be repeated to somebody's face."""


def said_without_exception(reading: AnswerReading) -> int | None:
    """The place of the clause that most strongly rules out any exception, the first of several; None if there
    is no such clause."""
    language = reading.answer.language
    able = [
        (place, text)
        for place, text in enumerate(reading.texts)
        if reading.clauses[place].finished
        and place not in reading.without_credit
        and _SHORTEST[language] <= _length(text, language) <= _LONGEST[language]
        and not _LEAVES_ROOM[language].search(text)
    ]
    for form in _WITHOUT_EXCEPTION[language]:
        for place, text in able:
            if form.search(text):
                return place
    return None


def _length(text: str, language: Language) -> int:
    return len(text.split()) if language == "en" else len(text)
