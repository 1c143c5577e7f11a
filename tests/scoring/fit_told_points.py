"""Fit what tells a told point from an untold one: ``python -m tests.scoring.fit_told_points``.

Prints how often words alone find what readers said is told, and what meaning adds where no word does; prints
the tables to be written into scoring/told_points.py. Only sets 13 to 17 are used: from the others the
synonyms and examples of the shipped jobs were taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import yaml

from scoring.evidence import read_answer
from scoring.job import ExpectedPoint
from scoring.job_file import shipped_jobs
from scoring.levels import strength_of
from scoring.meaning import meaning_of
from scoring.told_points import LOG_ODDS_WITH_EXAMPLES, TOLD, Telling, chance_by, signs_of_telling
from tests.scoring.fitting import leaving_one_set_out, logistic
from tests.scoring.judgement_figures import FOLDER, scenarios

FIRST_SET = 13
"""The earlier blind sets gave the job files their synonyms and examples."""
PENALTY = 1.0


@dataclass(frozen=True, slots=True)
class Pair:
    """One expected point and one answer to its question."""

    set_name: str
    language: str
    told: bool
    named: bool
    """By the point's words."""
    signs: Mapping[str, float]
    signs_without_examples: Mapping[str, float]

    def chance(self) -> float:
        """By the table in use."""
        return chance_by(LOG_ODDS_WITH_EXAMPLES, self.signs)


def told_points() -> Mapping[str, Mapping[str, str | None]]:
    """For each answer the points it tells, with the words that do (None: no one phrase)."""
    found: dict[str, Mapping[str, str | None]] = {}
    for language in ("en", "zh"):
        found.update(yaml.safe_load((FOLDER / f"told_points.{language}.yaml").read_text(encoding="utf-8")))
    return found


@cache
def pairs() -> tuple[Pair, ...]:
    labels = told_points()
    found = []
    for scenario in scenarios("blind"):
        if scenario.id not in labels or int(scenario.set_name.partition("_")[2]) < FIRST_SET:
            continue
        job = shipped_jobs()[scenario.job]
        question = job.question(scenario.question)
        assert question is not None
        reading = read_answer(job, question, scenario.transcript)
        vectors = meaning_of(reading)
        if vectors is None:
            continue
        strength = strength_of(job, question, reading).whole
        telling = Telling(vectors, reading.length, strength, question.kind, job.language)
        said = reading.points()
        for point in question.expected_points:
            found.append(
                Pair(
                    scenario.set_name,
                    job.language,
                    point.id in labels[scenario.id],
                    point.id in said,
                    signs_of_telling(point, telling),
                    signs_of_telling(_without_examples(point), telling),
                )
            )
    return tuple(found)


@cache
def _without_examples(point: ExpectedPoint) -> ExpectedPoint:
    return replace(point, told_as=())


def fit(rows: Sequence[Pair], *, examples: bool) -> Mapping[str, float]:
    unnamed = [row for row in rows if not row.named]
    signs = [row.signs if examples else row.signs_without_examples for row in unnamed]
    names = [name for name in signs[0] if name != "constant"]
    values = np.array([[row[name] for name in names] for row in signs])
    told = np.array([float(row.told) for row in unnamed])
    constant, terms = logistic(values, told, np.ones(len(unnamed)), PENALTY)
    found = {"constant": constant, **dict(zip(names, map(float, terms), strict=True))}
    return {name: round(value, 2) for name, value in found.items()}


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares, 0–1, of the points of sets the job files were not made from."""

    recall: float
    """Of told points, those that words name."""
    precision: float
    """Of points that words name, those that are told."""
    told_among_unnamed: float
    """Of points no word names: so many would be asked for though told."""
    told_among_asked: float
    """The same of those that meaning leaves open as well; fitted to the other sets."""


@cache
def figures(language: str, *, examples: bool = True) -> Figures:
    rows = [row for row in pairs() if row.language == language]
    named = [row for row in rows if row.named]
    told = [row for row in rows if row.told]
    unnamed = [row for row in rows if not row.named]

    def chances(others: Sequence[Pair], own: Sequence[Pair]) -> list[float]:
        table = fit(others, examples=examples)
        return [chance_by(table, row.signs if examples else row.signs_without_examples) for row in own]

    asked = []
    for _, own, found in leaving_one_set_out(pairs(), chances):
        asked += [
            row
            for row, value in zip(own, found, strict=True)
            if value < TOLD and not row.named and row.language == language
        ]
    both = sum(row.told for row in named)
    return Figures(
        both / len(told),
        both / len(named),
        sum(row.told for row in unnamed) / len(unnamed),
        sum(row.told for row in asked) / len(asked),
    )


def main() -> None:
    counts: dict[str, int] = defaultdict(int)
    for row in pairs():
        counts[row.language] += 1
    for language in ("en", "zh"):
        print(language, counts[language], "points", figures(language))
        print(language, "without examples", figures(language, examples=False).told_among_asked)
    for name, examples in (("LOG_ODDS_WITH_EXAMPLES", True), ("LOG_ODDS_WITHOUT", False)):
        print(f"{name}: Mapping[str, float] = {{")
        for sign, weight in fit(pairs(), examples=examples).items():
            print(f'    "{sign}": {weight},')
        print("}")


if __name__ == "__main__":
    main()
