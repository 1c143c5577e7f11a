"""Fit the table of ``scoring.levels`` anew: ``python -m tests.scoring.fit_levels``.

Prints, for each development set, how well levels are foretold by a table fitted on the other sets alone,
and then the table over all sets, to be written into scoring/levels.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from scoring.agreement import spearman
from scoring.evidence import read_answer
from scoring.features import features_of
from scoring.job import QuestionKind
from scoring.job_file import shipped_jobs
from scoring.levels import LEVELS_BY_KIND, LEVELS_FOR, strength_of
from tests.scoring.fitting import Floats, leaving_one_set_out, ridge_not_below_zero
from tests.scoring.judgement_figures import Scenario, scenarios

PENALTY = 3.0
"""Weight of the ridge, in answers; from 1 to 8 the figures hardly differ."""
SET_WEIGHTS: Mapping[str, float] = {"development_sixth": 2.0, "development_fifth": 0.5}
"""The sixth set was rated by somebody who had not seen the rules and counts twice; the fifth, by those who
wrote them, rates answers of two sentences half a level higher than all others and counts half."""
EVERY_BLIND = 4
"""Every fourth of the blind answers teaches: all of them teach nearly the same and take half a minute."""
BLIND_WEIGHT = 0.4
"""Of each of them: written and rated without sight of the rules, but many more than all others."""
COLUMNS: tuple[tuple[str, QuestionKind | None], ...] = (
    *((feature, None) for feature in LEVELS_FOR),
    *((feature, kind) for kind, extra in LEVELS_BY_KIND.items() for feature in extra),
)


@dataclass(frozen=True, slots=True)
class RatedAnswer:
    scenario: Scenario
    kind: QuestionKind
    features: Mapping[str, float]
    has_evidence: bool

    @property
    def set_name(self) -> str:
        return self.scenario.set_name

    @property
    def is_blind(self) -> bool:
        return self.set_name.startswith("blind")

    @property
    def weight(self) -> float:
        return BLIND_WEIGHT if self.is_blind else SET_WEIGHTS.get(self.set_name, 1.0)

    @property
    def shares(self) -> list[float]:
        return [self.features[name] * (kind in (None, self.kind)) for name, kind in COLUMNS]


@dataclass(frozen=True, slots=True)
class LevelFigures:
    answers: int
    rank_correlation: float
    mean_absolute_error: float
    bias: float

    def line(self, name: str) -> str:
        return (
            f"{name:<22}{self.answers:>4} answers: rank correlation {self.rank_correlation:.3f}, "
            f"mean absolute error {self.mean_absolute_error:.2f}, bias {self.bias:+.2f}"
        )


@cache
def rated_answers() -> tuple[RatedAnswer, ...]:
    found = []
    for scenario in (*scenarios("development"), *scenarios("blind")[::EVERY_BLIND]):
        job = shipped_jobs()[scenario.job]
        question = job.question(scenario.question)
        assert question is not None
        reading = read_answer(job, question, scenario.transcript)
        found.append(
            RatedAnswer(
                scenario,
                question.kind,
                features_of(job, question, reading),
                strength_of(job, question, reading).has_evidence,
            )
        )
    return tuple(found)


def fit(answers: Sequence[RatedAnswer]) -> tuple[float, Floats]:
    """Base and coefficients; an answer without evidence has no level and teaches nothing."""
    used = [answer for answer in answers if answer.has_evidence]
    return ridge_not_below_zero(
        np.array([answer.shares for answer in used]),
        np.array([answer.scenario.level for answer in used]),
        np.array([answer.weight for answer in used]),
        PENALTY,
    )


def foretold(others: Sequence[RatedAnswer], answers: Sequence[RatedAnswer]) -> Iterable[float]:
    base, coefficients = fit(others)
    for answer in answers:
        level = base + float(np.dot(answer.shares, coefficients))
        yield min(5.0, max(1.0, level)) if answer.has_evidence else 1.0


def figures_of(levels: Sequence[float], rated: Sequence[float]) -> LevelFigures:
    errors = np.array(levels) - np.array(rated)
    return LevelFigures(
        len(levels), spearman(levels, rated), float(np.abs(errors).mean()), float(errors.mean())
    )


@cache
def cross_validated() -> Mapping[str, LevelFigures]:
    """By set, each judged by what the others teach; ``all`` over every development answer, ``blind`` over
    every blind one that teaches."""
    found: dict[str, LevelFigures] = {}
    levels: dict[str, list[float]] = {"all": [], "blind": []}
    rated: dict[str, list[float]] = {"all": [], "blind": []}
    for name, own, judged in leaving_one_set_out(rated_answers(), foretold):
        raters = [answer.scenario.level for answer in own]
        half = "blind" if own[0].is_blind else "all"
        levels[half] += judged
        rated[half] += raters
        if half == "all":
            found[name] = figures_of(judged, raters)
    return {**found, **{half: figures_of(levels[half], rated[half]) for half in levels}}


def main() -> None:
    for name, figures in cross_validated().items():
        print(figures.line(name))
    base, coefficients = fit(rated_answers())
    print(f"BASE_LEVEL = {base:.2f}")
    for (feature, kind), coefficient in zip(COLUMNS, coefficients, strict=True):
        print(f'{kind or "every kind":<16}"{feature}": {coefficient:.2f},')


if __name__ == "__main__":
    main()
