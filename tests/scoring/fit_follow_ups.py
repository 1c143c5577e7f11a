"""Fit what chooses a follow-up anew: ``python -m tests.scoring.fit_follow_ups``.

Prints, for each set, how often the type chosen by what the other sets teach is one the rater named; writes
scoring/rated_answers.json, the points of all rated answers; and prints the table that chooses by words alone,
to be written into scoring/follow_up_choice.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from scoring import alike
from scoring.alike import END_PARTS, TYPES, Directions, RatedAnswers, to_json
from scoring.contradictions import find_contradictions
from scoring.evidence import AnswerReading, read_answer
from scoring.follow_up_candidates import Candidates
from scoring.follow_up_choice import (
    SIGNS,
    Table,
    chances_by_words,
    likeliest,
    signs_of,
    worthwhile,
)
from scoring.follow_up_types import PlannedFollowUp, PlannerOptions
from scoring.follow_ups import points_untold, possible_by_meaning, signs_of_untold
from scoring.job_file import shipped_jobs
from scoring.levels import AnswerStrength, strength_of
from scoring.meaning import Vectors, meaning_of
from tests.scoring.fit_levels import SET_WEIGHTS
from tests.scoring.fitting import Floats, leaving_one_set_out, logistic
from tests.scoring.judgement_figures import FOLDER, Scenario, scenarios

PENALTY = 1.0
"""Weight of the ridge on the table by words."""
DIRECTIONS = (128, 64)
"""Of the meaning of the whole and of its end; half as many cost one type in a hundred."""
RIDGE = 0.2
SECOND_BEST = 0.7
"""What a type that the rater named second or third is worth beside the first."""
HEAVY_SETS = ("blind", "development_sixth")
LIGHT = 0.2
"""Weight of sets whose rater knew the rules; without them two types in a hundred more are wrong."""
PARTS = 4
"""Parts of the blind sets that are left out in turn; a writer is in one of them only."""
PRIVATE_ANSWERS = 60
"""Made for each language from four lines each of elsewhere.txt."""
FILE = Path(alike.__file__).with_name(alike.FILE)


@dataclass(frozen=True, slots=True)
class ProbedAnswer:
    scenario: Scenario
    reading: AnswerReading
    signs: Mapping[str, float]
    vectors: Vectors | None
    strength: AnswerStrength
    possible: tuple[PlannedFollowUp, ...]
    possible_by_words: tuple[PlannedFollowUp, ...]
    certain: str | None
    """Contradiction or off topic, where the words say so."""

    @property
    def set_name(self) -> str:
        """What is left out with it: its set; of the many blind ones some together."""
        half, _, number = self.scenario.set_name.partition("_")
        return f"blind, part {int(number) % PARTS + 1}" if half == "blind" else self.scenario.set_name

    @property
    def weight(self) -> float:
        return 1.0 if self.set_name.startswith(HEAVY_SETS) else LIGHT

    @property
    def teaches(self) -> bool:
        """No contradiction was written into it, and no word says that it is about something else."""
        return self.scenario.probes[0] != "contradiction" and not self.reading.off_topic

    def names(self, kind: str | None) -> float:
        """How right a type is, 0–1."""
        name = kind or "none"
        if name not in self.scenario.probes:
            return 0.0
        return 1.0 if name == self.scenario.probes[0] else SECOND_BEST

    def choice(self, rated: RatedAnswers) -> str:
        if self.certain or self.vectors is None:
            return self.certain or "none"
        found = likeliest(self.possible, rated.chances(self.signs, self.vectors), PlannerOptions())
        return found[0].kind if found else "none"

    def choice_by_words(self, table: Table) -> str:
        if self.certain:
            return self.certain
        chances = chances_by_words(self.signs, table)
        found = worthwhile(self.possible_by_words, chances, self.strength, PlannerOptions())
        return found[0].kind if found else "none"


def written_answers() -> tuple[Scenario, ...]:
    """All that teach; the held-out ones do not."""
    halves = ("blind", "development", "stress")
    return (*(scenario for half in halves for scenario in scenarios(half)), *_about_private_things())


@cache
def probed_answers() -> tuple[ProbedAnswer, ...]:
    return tuple(map(probed, written_answers()))


def _about_private_things() -> list[Scenario]:
    """Answers that are about something else whatever was asked."""
    lines = (FOLDER / "elsewhere.txt").read_text(encoding="utf-8").splitlines()
    random = np.random.default_rng(1)
    found = []
    for name, job in shipped_jobs().items():
        own = [line for line in lines if line.isascii() == (job.language == "en")]
        for number in range(PRIVATE_ANSWERS // 4):
            chosen = [own[place] for place in random.choice(len(own), 4, replace=False)]
            text = (" " if job.language == "en" else "，").join(chosen)
            question = job.questions[1 + number % 3].id
            found.append(
                Scenario(f"private-{name}-{number}", name, question, 1, ("off_topic",), text, "private")
            )
    return found


def probed(scenario: Scenario) -> ProbedAnswer:
    job = shipped_jobs()[scenario.job]
    question = job.question(scenario.question)
    assert question is not None
    reading = read_answer(job, question, scenario.transcript)
    strength = strength_of(job, question, reading)
    clashes = find_contradictions([reading])
    candidates = Candidates(job, question, reading, (), 0, PlannerOptions(), clashes)
    triggered = candidates.triggered()
    vectors = meaning_of(reading)
    by_words = (*triggered, *candidates.always_possible())
    by_meaning: Sequence[PlannedFollowUp] = ()
    untold: Mapping[str, float] = {}
    if vectors is not None:
        untold = points_untold(reading, strength, vectors)
        by_meaning = possible_by_meaning(candidates, triggered, reading, untold)
    certain = "contradiction" if clashes else None
    if reading.off_topic and not clashes:
        certain = next((item.kind for item in candidates.about_something_else()), "none")
    return ProbedAnswer(
        scenario,
        reading,
        {**signs_of(reading, strength, triggered), **signs_of_untold(question, untold)},
        vectors,
        strength,
        tuple(by_meaning),
        by_words,
        certain,
    )


def fit(answers: Sequence[ProbedAnswer]) -> RatedAnswers:
    """The points of some rated answers and what each says of the types."""
    used = [answer for answer in answers if answer.teaches and answer.vectors is not None]
    vectors = [answer.vectors for answer in used if answer.vectors is not None]
    signs = tuple(used[0].signs)
    nothing = np.zeros((0, 0), dtype=np.float32)
    blank = RatedAnswers(
        signs,
        _directions(np.array([rows.mean(axis=0) for rows in vectors]), DIRECTIONS[0]),
        _directions(np.array([rows[-END_PARTS:].mean(axis=0) for rows in vectors]), DIRECTIONS[1]),
        nothing,
        nothing,
        nothing,
        0.0,
    )
    points = np.array(
        [blank.point(answer.signs, rows) for answer, rows in zip(used, vectors, strict=True)], dtype=float
    )
    right = np.array([[answer.names(kind) for kind in TYPES] for answer in used])
    weights = np.array([answer.weight for answer in used])
    narrowness = 1 / float(points.var(axis=0).sum())
    usual = np.average(right, axis=0, weights=weights)
    apart = _apart(points)
    kernel = np.exp(-narrowness * apart) + RIDGE * np.diag(1 / weights)
    return RatedAnswers(
        signs,
        blank.whole,
        blank.end,
        points.astype(np.float32),
        np.linalg.solve(kernel, right - usual).astype(np.float32),
        usual.astype(np.float32),
        narrowness,
    )


def _apart(points: Floats) -> Floats:
    squares = (points**2).sum(axis=1)
    found: Floats = np.maximum(0.0, squares[:, None] + squares[None, :] - 2 * points @ points.T)
    return found


def _directions(vectors: Vectors, count: int) -> Directions:
    middle = vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(vectors - middle, full_matrices=False)
    return Directions(middle.astype(np.float32), axes[:count].astype(np.float32))


def fit_by_words(answers: Sequence[ProbedAnswer]) -> Table:
    """One logistic regression for each type: is it one of those the rater named?

    Of the short answers of those who wrote the rules: words alone choose where an answer is short.
    """
    taught = ("development", "stress")
    used = [answer for answer in answers if answer.teaches and answer.set_name.startswith(taught)]
    signs = np.array([[answer.signs[name] for name in SIGNS] for answer in used])
    weights = np.array([SET_WEIGHTS.get(answer.set_name, 1.0) for answer in used])
    columns = []
    for kind in TYPES:
        right = np.array([float(answer.names(kind) > 0) for answer in used])
        constant, terms = logistic(signs, right, weights, PENALTY)
        columns.append([constant, *terms])
    rows = np.round(np.array(columns), 2).T
    return {name: tuple(map(float, row)) for name, row in zip(("constant", *SIGNS), rows, strict=True)}


@cache
def cross_validated(*, by_meaning: bool = True) -> Mapping[str, float]:
    """Share of right types by set, each chosen by what the others teach; ``all`` over every answer."""

    def is_right(others: Sequence[ProbedAnswer], answers: Sequence[ProbedAnswer]) -> Iterable[float]:
        if by_meaning:
            rated = fit(others)
            return [float(answer.choice(rated) in answer.scenario.probes) for answer in answers]
        table = fit_by_words(others)
        return [float(answer.choice_by_words(table) in answer.scenario.probes) for answer in answers]

    found = {name: right for name, _, right in leaving_one_set_out(probed_answers(), is_right)}
    shares = {name: sum(right) / len(right) for name, right in found.items()}
    blind = [value for name, right in found.items() if name.startswith("blind") for value in right]
    everything = [value for right in found.values() for value in right]
    return {**shares, "blind": sum(blind) / len(blind), "all": sum(everything) / len(everything)}


def main() -> None:
    for by_meaning in (True, False):
        print("with what they mean" if by_meaning else "by words alone")
        for name, share in cross_validated(by_meaning=by_meaning).items():
            print(f"{name:<22}right type {100 * share:.0f} %")
    FILE.write_text(to_json(fit(probed_answers())), encoding="ascii")
    print("LOG_ODDS_BY_WORDS: Table = {")
    for name, row in fit_by_words(probed_answers()).items():
        print(f'    "{name}": {row},')
    print("}")


if __name__ == "__main__":
    main()
