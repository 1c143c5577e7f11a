"""Fit the table of ``scoring.follow_up_choice`` anew: ``python -m tests.scoring.fit_follow_ups``.

Prints, for each development set, how often the type chosen by a table fitted on the other sets is one the
rater named, and then the table over all sets, to be written into scoring/follow_up_choice.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from scoring.contradictions import find_contradictions
from scoring.evidence import read_answer
from scoring.follow_up_candidates import Candidates
from scoring.follow_up_choice import SIGNS, TYPES, Table, chances_of, signs_of, worthwhile
from scoring.follow_up_types import PlannedFollowUp, PlannerOptions
from scoring.job_file import shipped_jobs
from scoring.levels import AnswerStrength, strength_of
from tests.scoring.fit_levels import SET_WEIGHTS
from tests.scoring.fitting import leaving_one_set_out, logistic
from tests.scoring.judgement_figures import Scenario, scenarios

PENALTY = 1.0
"""Weight of the ridge; at 3 the cross-validated share falls by two answers in a hundred."""


@dataclass(frozen=True, slots=True)
class ProbedAnswer:
    scenario: Scenario
    signs: Mapping[str, float]
    strength: AnswerStrength
    possible: tuple[PlannedFollowUp, ...]
    certain: str | None
    """Contradiction or off topic, where one was found."""

    @property
    def set_name(self) -> str:
        return self.scenario.set_name

    def choice(self, table: Table) -> str:
        if self.certain:
            return self.certain
        found = worthwhile(self.possible, chances_of(self.signs, table), self.strength, PlannerOptions())
        return found[0].kind if found else "none"


@cache
def probed_answers() -> tuple[ProbedAnswer, ...]:
    return tuple(map(_probed, scenarios("development")))


def _probed(scenario: Scenario) -> ProbedAnswer:
    job = shipped_jobs()[scenario.job]
    question = job.question(scenario.question)
    assert question is not None
    reading = read_answer(job, question, scenario.transcript)
    strength = strength_of(job, question, reading)
    clashes = find_contradictions([reading])
    candidates = Candidates(job, question, reading, (), 0, PlannerOptions(), clashes)
    triggered = candidates.triggered()
    certain = "contradiction" if clashes else None
    if reading.off_topic and not clashes:
        certain = next((item.kind for item in candidates.about_something_else()), "none")
    return ProbedAnswer(
        scenario,
        signs_of(reading, strength, triggered),
        strength,
        (*triggered, *candidates.always_possible()),
        certain,
    )


def fit(answers: Sequence[ProbedAnswer]) -> Table:
    """One logistic regression for each type: is it one of those the rater named?"""
    signs = np.array([[answer.signs[name] for name in SIGNS] for answer in answers])
    weights = np.array([SET_WEIGHTS.get(answer.set_name, 1.0) for answer in answers])
    columns = []
    for kind in TYPES:
        right = np.array([float((kind or "none") in answer.scenario.probes) for answer in answers])
        constant, terms = logistic(signs, right, weights, PENALTY)
        columns.append([constant, *terms])
    rows = np.round(np.array(columns), 1).T
    return {name: tuple(map(float, row)) for name, row in zip(("constant", *SIGNS), rows, strict=True)}


def _is_right(others: Sequence[ProbedAnswer], answers: Sequence[ProbedAnswer]) -> Iterable[float]:
    table = fit(others)
    return [float(answer.choice(table) in answer.scenario.probes) for answer in answers]


@cache
def cross_validated() -> Mapping[str, float]:
    """Share of right types by set, each chosen by what the others teach; ``all`` over every answer."""
    found = {name: right for name, _, right in leaving_one_set_out(probed_answers(), _is_right)}
    shares = {name: sum(right) / len(right) for name, right in found.items()}
    everything = [value for right in found.values() for value in right]
    return {**shares, "all": sum(everything) / len(everything)}


def main() -> None:
    for name, share in cross_validated().items():
        print(f"{name:<22}right type {100 * share:.0f} %")
    for name, row in fit(probed_answers()).items():
        print(f'    "{name}": {row},')


if __name__ == "__main__":
    main()
