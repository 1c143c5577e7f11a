"""What single words and pairs of words speak for: a table with a row for each that several trades share.

Meaning (``meaning``) hardly tells "and since then it has been quiet" from "and then I went to see him"; the
words do. Source of the weighting: Salton and Buckley (1988), Term-weighting approaches in automatic text
retrieval.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

END_SHARE = 0.4
"""The end of an answer: so much of its letters."""
_WORD = re.compile(r"[a-z']+|[0-9]+|[\u4e00-\u9fff]")


def counted(text: str) -> Mapping[str, int]:
    """How often each word (Chinese: character) and each pair of neighbours occurs; all figures are "0"."""
    words = ["0" if word.isdigit() else word for word in _WORD.findall(text.lower())]
    return Counter([*words, *(f"{one} {next_one}" for one, next_one in pairwise(words))])


def end_of(text: str) -> str:
    return text[int(len(text) * (1 - END_SHARE)) :]


@dataclass(frozen=True)
class WordTable:
    words: tuple[str, ...]
    """Words and pairs, each once."""
    rarity: Floats
    """Of each: 1 + ln(answers / answers with it)."""
    says: Floats
    """Words × columns: what each adds to each column."""

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {word: place for place, word in enumerate(self.words)}

    def weights(self, counts: Mapping[str, int]) -> tuple[list[int], Floats]:
        """Rows of the words that occur and how much each weighs in the whole; the squares sum to 1."""
        known = [(self._places[word], count) for word, count in counts.items() if word in self._places]
        places = [place for place, _ in known]
        weights = (1 + np.log([count for _, count in known])) * self.rarity[places]
        length = float(np.sqrt((weights**2).sum()))
        return places, np.asarray(weights / max(length, 1e-9), dtype=np.float32)

    def sums(self, text: str) -> Floats:
        """What the words of a text say together, for each column."""
        places, weights = self.weights(counted(text))
        return np.asarray(weights @ self.says[places], dtype=np.float32)
