"""Which words of a candidate are held up to them in a follow-up: those that gave cause for it, and whole.

A detail quoted before a question about the whole story sounds as if only the detail had been heard, and half
a statement sounds like mockery. Where no clause is fit to be quoted, the question is asked without one.
"""

from __future__ import annotations

import re

from scoring import words_en, words_zh
from scoring.answer import Clause
from scoring.chinese_words import cut_words
from scoring.english_tokens import stem
from scoring.follow_up_types import FollowUpKind
from scoring.job import Language

_CLAIMS = {
    "en": frozenset(stem(word) for word in words_en.CLAIMS - {"cut"}),
    "zh": frozenset(word for word in words_zh.CLAIMS if len(word) > 1) | {"提到"},
}
_GREATER_OR_LESS_ZH = re.compile("(多|少|快|慢|高|低|短|长|好|省|轻松|稳|准|顺)(了|多了|很多|不少|下来)")
_NO_PART_IN_IT = {
    "en": frozenset(stem(word) for word in "be have had was were are go went".split()),
    "zh": frozenset({"是", "有", "发现", "提前"}),
}
"""Verbs of which nobody has a part of their own."""
_WHAT_CAME_OF_IT_ZH = re.compile(
    "(很多|不少|多了|少了|下来)$|从.+[到为至成]|到了?[\\d一二两三四五六七八九十百千]"
)
"""A difference or what was reached, not a deed: "much clearer", "from 23 to 14", "got to seven minutes"."""
_ONLY_WEIGHED_ZH = "考虑"
_BEFORE_A_DEED_ZH = tuple("把给让从按对")
_NOT_PLAINLY_DONE_ZH = re.compile("^的|的$|是|奖|确实|以前|发展|每|例会|开会")
"""A scene, a prize, what something was: nobody has done a part of it."""
_ROUTINE_EN = frozenset("every each weekly daily monthly usually always meeting meetings call calls".split())
"""What was done again and again is not what a story is about."""
_NOT_A_DEED_EN = frozenset("at in on with by for to of be am is are was were being been".split())
_SAYING_ZH = tuple("说讲问看想")
_ONLY_A_TOPIC_ZH = ("的", "这块", "这一块", "方面")
_LEAVES_OPEN_EN = frozenset(("whether", "if", "should"))
"""Words before a statement that make a question or a condition of it."""
_POINTS_BACK_EN = frozenset("it them this that these those what what's".split())
"""Behind "you mentioned" nobody knows any more what they stand for."""
_ASKS_ZH = re.compile("什么|怎么|怎样|哪|谁|多少|几个|几点|几天|问一下|想问|请问")
_SHORTEST_DEED = {"en": 5, "zh": 8}
"""Words (Chinese: characters) from which one deed says what the whole story is about."""


def is_fit_to_quote(kind: FollowUpKind, clause: Clause, text: str, language: Language) -> bool:
    """May the quotable part of this clause of ``text`` be held up before a follow-up of this kind?"""
    if clause.phrase is None or not says_it_whole(clause, text, language):
        return False
    quote = text[slice(*clause.phrase)]
    if language == "zh" and _ASKS_ZH.search(quote):
        return False
    if kind == "quantify":
        return _claims_a_change(quote, clause, language)
    if kind == "clarify":
        vague_deed = "vague" in clause.marks and "action" in clause.marks
        return vague_deed and "我" not in quote and not quote.endswith(_ONLY_A_TOPIC_ZH)
    if kind == "own_role":
        return _has_parts(quote, clause, language)
    return kind == "missing_star" and _tells_a_deed(quote, clause, language)


def _has_parts(quote: str, clause: Clause, language: Language) -> bool:
    """Is it a deed of some size of which somebody can have done a part?"""
    not_done = {"claim", "vague", "habit", "negated", "hedged", "result", "comparison", "change"}
    if clause.verb in _NO_PART_IN_IT[language] or clause.marks & not_done:
        return False
    if language == "zh":
        begins_with_the_deed = quote.startswith((clause.verb, *_BEFORE_A_DEED_ZH)) if clause.verb else False
        plain = not quote.startswith(_ONLY_WEIGHED_ZH) and "我" not in quote
        plain = plain and not _NOT_PLAINLY_DONE_ZH.search(quote.removeprefix(clause.verb or ""))
        came_of_it = _WHAT_CAME_OF_IT_ZH.search(quote)
        return begins_with_the_deed and plain and not came_of_it and len(quote) >= _SHORTEST_DEED["zh"]
    words = [word.strip(".,").lower() for word in quote.split()]
    begun = words[0] not in _NOT_A_DEED_EN and not (clause.lead or "").strip()
    return begun and len(words) >= _SHORTEST_DEED["en"] and not set(words) & (_POINTS_BACK_EN | _ROUTINE_EN)


def _tells_a_deed(quote: str, clause: Clause, language: Language) -> bool:
    length = len(quote) if language == "zh" else len(quote.split())
    plain = "action" in clause.marks and not clause.marks & {"vague", "negated", "hedged"}
    return (
        plain
        and clause.who == "i"
        and length >= _SHORTEST_DEED[language]
        and not quote.startswith(_SAYING_ZH)
    )


def _claims_a_change(quote: str, clause: Clause, language: Language) -> bool:
    """Is a difference claimed in so many words? "Rebuilt" says what was done, not what it brought."""
    if "number" in clause.marks:
        return False
    if clause.verb in _CLAIMS[language] and f"{clause.verb}的" not in quote:
        return True
    if language == "zh":
        return "claim" in clause.marks and _GREATER_OR_LESS_ZH.search(quote) is not None
    return any(word.strip(".,").lower() in words_en.COMPARATIVES for word in quote.split())


def says_it_whole(clause: Clause, text: str, language: Language) -> bool:
    """Is the quotable part a statement by itself, or was it cut off before something that belongs to it?"""
    assert clause.phrase is not None
    begin, end = clause.phrase
    rest = text[end : clause.end]
    if language == "zh":
        return _whole_zh(rest)
    left_open = _LEAVES_OPEN_EN.intersection(text[:begin].lower().split()[-3:])
    return not left_open and _whole_en(text[begin:end], rest)


_PARTICLES_ZH = "了吧呢啊嘛吗呀哦哈嗯呃额，。！？、；：,.!?;: "
_NEW_STATEMENT_ZH = frozenset(
    "并 并且 然后 以便 从而 使得 同时 因为 所以 但是 但 而且 而 结果 后来 最后 也 就 还 再 又 我 我们 他 她 "
    "他们 她们 大家".split()
)


def _whole_zh(rest: str) -> bool:
    rest = rest.lstrip(_PARTICLES_ZH)
    return not rest or cut_words(rest)[0] in _NEW_STATEMENT_ZH


_NEW_STATEMENT_EN = frozenset(
    "and but so because then when which while before after until since although where "
    "i we he she they it".split()
)
_FINITE = frozenset("is was are were isn't wasn't it's that's".split())
_OPENS_A_CLAUSE = frozenset(
    "that what how who which because whether if where when whose why as than until till unless "
    "before after".split()
)


def _whole_en(quote: str, rest: str) -> bool:
    said = [word.strip(".,").lower() for word in quote.split()]
    for place, word in enumerate(said[1:], start=1):
        if word in _FINITE and not any(earlier in _OPENS_A_CLAUSE for earlier in said[:place]):
            return False  # two statements run into one: "improved was the mood"
    if rest[:1] in tuple(",.;:!?"):
        return True
    left = [word.strip(".,;:!?").lower() for word in rest.split()]
    while left and (
        left[0] in words_en.FILLERS or left[0] in ("you", "know", "too", "also", "really", "then")
    ):
        left = left[1:]
    return not left or left[0] in _NEW_STATEMENT_EN
