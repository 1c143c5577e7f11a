"""From what was counted to a level: a sum of shares with weights in the open, all of them positive.

The weights are fitted by ``python -m tests.scoring.fit_levels`` on the development answers and every fourth
blind one (ridge, none below zero), the choice of features by leaving one whole set of answers out at a time;
nothing here is tuned by hand. docs/scoring.md has the figures, docs/decisions/0047 the reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.evidence import AnswerReading
from scoring.features import features_of
from scoring.job import Job, Question, QuestionKind

BASE_LEVEL = 1.40
"""Level of an answer that shows next to nothing, before any share is added."""

LEVELS_FOR: Mapping[str, float] = {
    "action": 0.53,
    "concrete": 0.35,
    "exactness": 0.65,
    "expected_point": 0.98,
    "method": 0.05,
    "situation": 0.13,
    "lasting": 0.16,
    "steps": 0.26,
}
"""Levels that each feature adds when it is fully there, for every kind of question."""

LEVELS_BY_KIND: Mapping[QuestionKind, Mapping[str, float]] = {
    "structured": {"result": 0.21, "number": 0.38},
    "situational": {"expected_point": 0.80},
}
"""What is added on top for one kind: a case that was lived has an end and figures; in one that is put,
what ought to be thought of counts most."""


@dataclass(frozen=True, slots=True)
class Term:
    """One line of the sum: ``share`` × ``levels``."""

    feature: str
    share: float
    levels: float

    @property
    def product(self) -> float:
        return self.share * self.levels


@dataclass(frozen=True, slots=True)
class AnswerStrength:
    """How far each part of one answer is there, 0–1; ``whole`` is the level they add up to, as 0–1."""

    parts: Mapping[str, float]
    terms: tuple[Term, ...]
    whole: float
    has_evidence: bool

    def table_text(self) -> str:
        """The sum as lines of text."""
        lines = [f"{'base':<16}{'':>6}  {'':>7}  {BASE_LEVEL:>6.2f}"]
        lines += [
            f"{term.feature:<16}{term.share:>6.2f} ×{term.levels:>7.2f} ={term.product:>7.2f}"
            for term in self.terms
        ]
        return "\n".join([*lines, f"level {to_level(self.whole)}"])


def strength_of(job: Job, question: Question, reading: AnswerReading) -> AnswerStrength:
    """Judge one answer. Adding true evidence never lowers ``whole``."""
    parts = features_of(job, question, reading)
    terms = tuple(
        Term(feature, parts[feature], levels) for feature, levels in levels_for(question.kind).items()
    )
    whole = (BASE_LEVEL - 1 + sum(term.product for term in terms)) / 4
    kinds = {item.kind for item in reading.evidence}
    return AnswerStrength(
        parts, terms, min(1.0, max(0.0, whole)), bool(kinds & {"action", "result", "expected_point"})
    )


def levels_for(kind: QuestionKind) -> Mapping[str, float]:
    """What each feature is worth in an answer to one kind of question."""
    extra = LEVELS_BY_KIND.get(kind, {})
    names = dict.fromkeys([*LEVELS_FOR, *extra])
    return {name: LEVELS_FOR.get(name, 0.0) + extra.get(name, 0.0) for name in names}


def combine(strengths: Sequence[float]) -> float:
    """Strength over several answers: the best counts most, none lowers another."""
    shares = {1: (1.0,), 2: (0.65, 0.35)}.get(len(strengths), (0.55, 0.3, 0.15))
    ordered = sorted(strengths, reverse=True)
    return sum(share * strength for share, strength in zip(shares, ordered, strict=False))


def to_level(strength: float) -> float:
    """1–5, one decimal."""
    return round(1 + 4 * min(1.0, max(0.0, strength)) + 1e-9, 1)
