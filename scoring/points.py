"""Expected points: where an answer says one, in whatever form of the words, misheard ones included."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from scoring import words_en, words_zh
from scoring.answer import Clause
from scoring.chinese_words import cut_words
from scoring.english_tokens import stem
from scoring.job import ExpectedPoint, Language

_STRETCH = 4
"""Words that may stand between the words of one phrase."""
_MISHEARD_FROM = 6
"""Shortest stem, in letters, that may be one letter off."""


def find_points(
    points: tuple[ExpectedPoint, ...], clauses: Sequence[Clause], texts: Sequence[str], language: Language
) -> dict[str, int]:
    """The points that are said, by id, with the index of the first clause that says each.

    ``texts[i]`` is the text of ``clauses[i]``.
    """
    found: dict[str, int] = {}
    for index, (clause, text) in enumerate(zip(clauses, texts, strict=True)):
        for point in points_in(points, clause.stems, text, "negated" in clause.marks, language):
            found.setdefault(point, index)
    return found


@lru_cache(maxsize=4_000)
def points_in(
    points: tuple[ExpectedPoint, ...], stems: tuple[str, ...], text: str, negated: bool, language: Language
) -> tuple[str, ...]:
    """Ids of the points that one clause says. A denied clause says only what is itself a denial."""
    said = _Said(stems)
    return tuple(
        point.id
        for point in points
        if any(
            (not negated or _is_denial(phrase)) and _says(phrase, said, text, language)
            for phrase in (point.text, *point.synonyms)
        )
    )


def _is_denial(phrase: str) -> bool:
    return any(word in phrase for word in ("nobody", "no one", "not ", "n't", "never", "没", "不"))


def _says(phrase: str, said: _Said, text: str, language: Language) -> bool:
    if language == "zh":
        return _says_zh(phrase, text)
    wanted = _phrase_stems(phrase)
    if (
        len(wanted) == 1 and " " in phrase or not _content(phrase)
    ):  # one plain word is left ("every evening"): only the whole phrase counts
        whole = _whole_stems(phrase)
        stems = said.stems
        return any(tuple(stems[i : i + len(whole)]) == whole for i in range(len(stems)))
    positions: list[int] = []
    for want in wanted:
        found = said.place_of(want)
        if found is None:
            return False
        positions.append(found)
    return max(positions) - min(positions) <= len(wanted) - 1 + _STRETCH


class _Said:
    """The stems of one clause, each word asked for looked up once."""

    def __init__(self, stems: tuple[str, ...]) -> None:
        self.stems = stems
        self._places: dict[str, int | None] = {}

    def place_of(self, want: str) -> int | None:
        """Where ``want`` first is, misheard by a letter or not."""
        if want not in self._places:
            places = (place for place, have in enumerate(self.stems) if _same(want, have))
            self._places[want] = next(places, None)
        return self._places[want]


def _same(want: str, have: str) -> bool:
    if want == have:
        return True
    return (
        len(want) >= _MISHEARD_FROM
        and len(have) >= _MISHEARD_FROM - 1
        and want[0] == have[0]
        and Levenshtein.distance(want, have, score_cutoff=1) <= 1
    )


@lru_cache(maxsize=10_000)
def _whole_stems(phrase: str) -> tuple[str, ...]:
    return tuple(stem(token) for token in phrase.lower().split())


@lru_cache(maxsize=10_000)
def _phrase_stems(phrase: str) -> tuple[str, ...]:
    return tuple(stem(token) for token in (_content(phrase) or phrase.lower().split()))


@lru_cache(maxsize=10_000)
def _content(phrase: str) -> list[str]:
    return [token for token in phrase.lower().split() if token not in words_en.STOP_WORDS]


def _says_zh(phrase: str, text: str) -> bool:
    if phrase in text:
        return True
    parts = [word for word in _cut_zh(phrase) if word not in words_zh.STOP_WORDS]
    if len(parts) < 2:
        return False
    places = [text.find(part) for part in parts]
    return min(places) >= 0 and max(places) - min(places) <= len(phrase) + 2 * _STRETCH


@lru_cache(maxsize=10_000)
def _cut_zh(phrase: str) -> tuple[str, ...]:
    return cut_words(phrase)
