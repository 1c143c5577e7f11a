"""LocalAgreement: which words of a growing utterance will not change any more. Pure.

A streaming recogniser hears the same words again and again with ever more context. What two
hypotheses in a row agree on is committed (LocalAgreement-2: Liu, Spanakis, Niehues, "Low-Latency
Sequence-to-Sequence Speech Recognition and Translation by Partial Hypothesis Selection", Interspeech
2020). Committed words never change: a later hypothesis, the final one included, is fitted behind them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from media_pipeline.events import Word
from media_pipeline.recognition.text import bare


@dataclass(frozen=True, slots=True)
class AgreementOptions:
    held_back: int = 8
    """Agreed words (Chinese: characters) at the end that wait for later hypotheses, two to three seconds of
    speech: what follows a word still changes how it is understood."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Committed and tentative words of one window, timed as the latest hypothesis has them."""

    committed: tuple[Word, ...] = ()
    tentative: tuple[Word, ...] = ()
    options: AgreementOptions = AgreementOptions()

    def heard(self, hypothesis: Sequence[Word]) -> Agreement:
        """Take the next hypothesis on the same window, grown longer."""
        committed, rest = self._fitted(hypothesis)
        agreed = 0
        for before, now in zip(self.tentative, rest, strict=False):
            if bare(before.text) != bare(now.text):
                break
            agreed += 1
        agreed = max(0, agreed - self.options.held_back)
        return replace(self, committed=(*committed, *rest[:agreed]), tentative=rest[agreed:])

    def concluded(self, hypothesis: Sequence[Word]) -> tuple[Word, ...]:
        """All words of the window, by its last hypothesis: the committed ones first, as they were."""
        committed, rest = self._fitted(hypothesis)
        return (*committed, *rest)

    def cut_after(self, count: int) -> Agreement:
        """Drop the first ``count`` committed words: the window now begins behind them."""
        return replace(self, committed=self.committed[count:])

    def _fitted(self, hypothesis: Sequence[Word]) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
        """The committed words with the hypothesis' times, and the words it has behind them."""
        if not self.committed:
            return (), tuple(hypothesis)
        pairs, used = _aligned([bare(word.text) for word in self.committed],
                               [bare(word.text) for word in hypothesis])  # fmt: skip
        fitted: list[Word] = []
        for index, word in enumerate(self.committed):
            match = pairs[index]
            timed = hypothesis[match] if match is not None else word
            fitted.append(Word(word.text, timed.start_ms, timed.end_ms, timed.probability))
        return _in_order(fitted), tuple(hypothesis[used:])


def _in_order(words: Sequence[Word]) -> tuple[Word, ...]:
    """Times that do not run back, where words of two hypotheses stand side by side."""
    ordered: list[Word] = []
    latest = 0
    for word in words:
        start = max(word.start_ms, latest)
        latest = max(word.end_ms, start)
        ordered.append(replace(word, start_ms=start, end_ms=latest))
    return tuple(ordered)


_MISHEARD: Final = 3
_MISSING: Final = 3
_ADDED: Final = 2
"""A word more in front (the tail of the word before a cut) is likelier than one heard differently."""


def _aligned(committed: Sequence[str], heard: Sequence[str]) -> tuple[list[int | None], int]:
    """Lay ``committed`` on a prefix of ``heard`` with the least to explain.

    Returns for each committed word its place in ``heard`` (None: not heard this time), and how long
    that prefix is. Among equally good prefixes the one nearest in length is taken.
    """
    rows = len(committed) + 1
    columns = len(heard) + 1
    cost = [[_MISSING * row + _ADDED * column for column in range(columns)] for row in range(rows)]
    for row in range(1, rows):
        for column in range(1, columns):
            cost[row][column] = min(
                cost[row - 1][column - 1] + _difference(committed[row - 1], heard[column - 1]),
                cost[row - 1][column] + _MISSING,
                cost[row][column - 1] + _ADDED,
            )
    last = cost[-1]
    used = min(range(columns), key=lambda column: (last[column], abs(column - len(committed))))
    pairs: list[int | None] = [None] * len(committed)
    row, column = len(committed), used
    while row and column:
        different = _difference(committed[row - 1], heard[column - 1])
        if cost[row][column] == cost[row - 1][column - 1] + different:
            row, column = row - 1, column - 1
            pairs[row] = column
        elif cost[row][column] == cost[row - 1][column] + _MISSING:
            row -= 1
        else:
            column -= 1
    return pairs, used


def _difference(committed: str, heard: str) -> int:
    return 0 if committed == heard else _MISHEARD
