"""Statements of one person that do not fit together: two figures for the same thing, a yes and a no.

Careful on purpose: a false alarm costs a candidate more than a missed one. A change over time ("from
forty to twenty-five"), different questions about different things and hypothetical talk are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scoring.answer import Clause
from scoring.english_tokens import stem
from scoring.evidence import AnswerReading, Evidence
from scoring.figures import Figure, figures_en, figures_zh
from scoring.job import Language
from scoring.same_thing import Claim, claims_of, clashing, names_a_charge
from scoring.words_en import NUMBER_WORDS


@dataclass(frozen=True, slots=True)
class Contradiction:
    """``earlier`` and ``later`` are both quoted; ``detail`` says what does not fit."""

    earlier: Evidence
    later: Evidence
    detail: str


@dataclass(frozen=True, slots=True)
class _Statement:
    reading: AnswerReading
    index: int
    clause: Clause
    figures: tuple[Figure, ...]
    about: frozenset[str]


_CHANGING = frozenset({"comparison", "change", "hedged"})
_NUMBER_STEMS = frozenset(stem(word) for word in NUMBER_WORDS)
_TURNING_EN = frozenset(
    stem(w)
    for w in (
        "before",
        "then",
        "later",
        "now",
        "until",
        "anymore",
        "longer",
        "again",
        "another",
        "only",
        "each",
        "every",
        "other",
        "yet",
    )
)
_TURNING_ZH = (
    "之前",
    "以前",
    "后来",
    "现在",
    "刚开始",
    "一开始",
    "原来",
    "另",
    "再",
    "每",
    "只",
    "其中",
    "不只",
    "不光",
    "其他",
)
_TURNING_DENIAL = frozenset(
    {
        *(
            stem(w)
            for w in (
                "first",
                "until",
                "anymore",
                "again",
                "yet",
                "only",
                "always",
                "but",
                "before",
                "longer",
                "if",
            )
        ),
        "之前",
        "以前",
        "后来",
        "现在",
        "再",
        "只",
        "开始",
        "原来",
        "如果",
    }
)
LEAST_SHARED = 2
"""Words that two statements must share to be about the same thing."""


def find_contradictions(readings: Sequence[AnswerReading]) -> tuple[Contradiction, ...]:
    """All pairs over the given answers, in the order of the later statement."""
    found: list[Contradiction] = []
    told: dict[str, list[_Statement]] = {}
    for later in (statement for reading in readings for statement in _statements(reading)):
        same_verb = told.setdefault(later.clause.verb, [])
        for earlier in same_verb:
            detail = _clash(earlier, later)
            if detail:
                found.append(Contradiction(_evidence(earlier, detail), _evidence(later, detail), detail))
                break
        same_verb.append(later)
    for reading in readings:
        told_twice = {(item.later.question, item.later.clause) for item in found}
        found += [
            item
            for item in _about_one_thing(reading)
            if (reading.question.id, item.later.clause) not in told_twice
        ]
    order = {reading.question.id: place for place, reading in enumerate(readings)}
    return tuple(sorted(found, key=lambda item: (order[item.later.question], item.later.clause)))


def _about_one_thing(reading: AnswerReading) -> Iterator[Contradiction]:
    """Claims of one answer about the same thing in whatever verbs; a hypothetical case has none."""
    if reading.question.kind == "situational":
        return
    introduction = reading.question.kind == "self_introduction"
    claims: list[tuple[int, Claim]] = []
    for index, (clause, text) in enumerate(zip(reading.clauses, reading.texts, strict=True)):
        if clause.finished:
            whole = text + _amount_behind(reading, index)
            claims += [
                (index, claim)
                for claim in claims_of(clause, whole, reading.answer.language)
                if claim.about == "years" or not introduction
            ]
    detail = "two statements about the same thing"
    for before, index in clashing(claims):
        one, other = (
            _Statement(reading, place, reading.clauses[place], (), frozenset()) for place in (before, index)
        )
        yield Contradiction(_evidence(one, detail), _evidence(other, detail), detail)


def _amount_behind(reading: AnswerReading, index: int) -> str:
    """ "We had charged her twice, forty-five pounds each": the figure that only the next scrap names."""
    if index + 1 == len(reading.clauses) or not names_a_charge(reading.texts[index]):
        return ""
    behind = reading.clauses[index + 1]
    bare = not behind.has_subject and not behind.verb and "number" in behind.marks
    return ", " + reading.texts[index + 1] if bare else ""


def _statements(reading: AnswerReading) -> list[_Statement]:
    statements = []
    for index, (clause, text) in enumerate(zip(reading.clauses, reading.texts, strict=True)):
        if not clause.verb or clause.marks & _CHANGING or not clause.finished:
            continue
        content = _content_of(text, clause.stems, clause.content, reading.answer.language)
        if content is not None:
            statements.append(_Statement(reading, index, clause, *content))
    return statements


@lru_cache(maxsize=4_000)
def _content_of(
    text: str, stems: tuple[str, ...], content: frozenset[str], language: Language
) -> tuple[tuple[Figure, ...], frozenset[str]] | None:
    """Figures of a statement and what it is about; None where it tells of a change or a part."""
    zh = language == "zh"
    turning = (
        any(word in text for word in _TURNING_ZH)
        if zh
        else (bool(_TURNING_EN & set(stems)) or "at first" in text.lower())
    )
    lows = [] if zh else [word.lower() for word in _words(text)]
    figures = tuple(figures_zh(text)) if zh else tuple(figures_en(lows, [stem(low) for low in lows]))
    if turning and figures:
        return None
    about = frozenset(
        word
        for word in content
        if word not in _NUMBER_STEMS and not word[0].isdigit() and not _is_numeral(word)
    )
    return figures, about


def _words(text: str) -> list[str]:
    return [
        word
        for word in "".join(c if c.isalnum() or c in "%.,'" else " " for c in text)
        .replace(". ", " ")
        .replace(", ", " ")
        .split()
        if word.strip(".,")
    ]


def _is_numeral(word: str) -> bool:
    return all(character in "零一二两三四五六七八九十百千万个台人次年月天" for character in word)


def _clash(earlier: _Statement, later: _Statement) -> str | None:
    shared = earlier.about & later.about
    if len(earlier.figures) == 1 and len(later.figures) == 1:
        one, other = earlier.figures[0], later.figures[0]
        same_thing = one.unit == other.unit != "" and earlier.clause.verb == later.clause.verb != ""
        if (
            same_thing
            and one.value != other.value
            and (
                len(shared) >= LEAST_SHARED
                or shared
                and (earlier.about <= later.about or later.about <= earlier.about)
            )
            and earlier.clause.who == later.clause.who
            and len(shared) * 2 >= min(len(earlier.about), len(later.about))
        ):
            return "two figures for the same thing"
    negated = ("negated" in earlier.clause.marks) != ("negated" in later.clause.marks)
    if (
        negated
        and not _TURNING_DENIAL & {*earlier.clause.stems, *later.clause.stems}
        and earlier.clause.verb == later.clause.verb != ""
        and earlier.clause.who == later.clause.who == "i"
        and len(shared - {earlier.clause.verb}) >= LEAST_SHARED
        and not (earlier.figures or later.figures)
    ):
        return "said and denied"
    return None


def _evidence(statement: _Statement, detail: str) -> Evidence:
    text, start_ms, end_ms = statement.reading.quote(statement.index)
    return Evidence(
        "contradiction", text, start_ms, end_ms, statement.reading.question.id, statement.index, detail
    )


def by_question(found: Sequence[Contradiction]) -> Mapping[str, tuple[Contradiction, ...]]:
    """Contradictions by the question in whose answer the later statement stands."""
    questions = dict.fromkeys(item.later.question for item in found)
    return {
        question: tuple(item for item in found if item.later.question == question) for question in questions
    }
