"""An answer cut into clauses, in either language."""

from __future__ import annotations

from functools import lru_cache

from scoring import chinese, english
from scoring.answer import Answer, Clause, join_answer
from scoring.job import Language
from scoring.transcript import Utterance


def clauses_of(answer: Answer) -> tuple[Clause, ...]:
    """All clauses of an answer, in order. Ranges index ``answer.text``; nothing is changed in it."""
    return english.clauses_of(answer) if answer.language == "en" else chinese.clauses_of(answer)


@lru_cache(maxsize=1_000)
def content_of(text: str, language: Language) -> frozenset[str]:
    """The words of a text that carry meaning, as stems (Chinese: words)."""
    answer = join_answer((Utterance(None, 0, 0, text),), language)
    return frozenset().union(*(clause.content for clause in clauses_of(answer)))
