"""Fit what chooses a follow-up anew: ``python -m tests.scoring.fit_follow_ups``.

Prints, for each development set, how often the type chosen by a table fitted on the other sets is one the
rater named, and then the two tables over all sets, to be written into scoring/follow_up_choice.py; writes
scoring/meaning_lines.txt, the lines that say what an answer sounds like.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from scoring import meaning
from scoring.contradictions import find_contradictions
from scoring.evidence import AnswerReading, read_answer
from scoring.follow_up_candidates import Candidates
from scoring.follow_up_choice import (
    SIGNS,
    SOUNDS,
    TYPES,
    Table,
    chances_of,
    is_elsewhere,
    signs_of,
    worthwhile,
)
from scoring.follow_up_types import PlannedFollowUp, PlannerOptions
from scoring.job_file import shipped_jobs
from scoring.levels import AnswerStrength, strength_of
from scoring.meaning import RESEMBLED, SHARE, mean_vector, parts_of
from tests.scoring.fit_levels import SET_WEIGHTS
from tests.scoring.fitting import Floats, leaving_one_set_out, logistic
from tests.scoring.judgement_figures import FOLDER, Scenario, scenarios

PENALTY = 1.0
"""Weight of the ridge; at 3 the cross-validated share falls by two answers in a hundred."""
LINE_PENALTY = 1.0
VECTOR_SCALE = 3.0
"""Weight of the ridge on the lines, and what vectors are multiplied by before; from 2 to 4 all is alike."""
FOLDS = 6
"""A fold holds whole stories, an answer with its like in the other language."""
PRIVATE_GROUPS = 150
"""Answers made from three lines each of elsewhere.txt."""
LINES_FILE = Path(meaning.__file__).with_name("meaning_lines.txt")


@dataclass(frozen=True, slots=True)
class ProbedAnswer:
    scenario: Scenario
    reading: AnswerReading
    signs: Mapping[str, float]
    strength: AnswerStrength
    possible: tuple[PlannedFollowUp, ...]
    certain: str | None
    """Contradiction or off topic, where the words say so."""

    @property
    def set_name(self) -> str:
        return self.scenario.set_name

    @property
    def fold(self) -> int:
        story = self.scenario.id.replace("-zh-", "-").replace("-en-", "-")
        return zlib.crc32(story.encode()) % FOLDS

    @property
    def weight(self) -> float:
        return SET_WEIGHTS.get(self.set_name, 1.0)

    def names(self, kind: str | None) -> float:
        return float((kind or "none") in self.scenario.probes)

    def choice(self, table: Table) -> str:
        if self.certain:
            return self.certain
        chances = chances_of(self.signs, table)
        found = worthwhile(self.possible, chances, self.strength, PlannerOptions())
        best = found[0].worth if found else chances[None]
        if SOUNDS[0] in table and is_elsewhere(self.reading, chances, best):
            return "off_topic"
        return found[0].kind if found else "none"


@cache
def probed_answers() -> tuple[ProbedAnswer, ...]:
    """All development and stress answers; lines fitted without its story say what each sounds like."""
    answers = tuple(map(_probed, (*scenarios("development"), *scenarios("stress"))))
    if meaning.installed_encoder() is None:
        return answers
    likeness = {}
    for fold in range(FOLDS):
        lines = fit_lines([answer for answer in answers if answer.fold != fold])
        for answer in answers:
            if answer.fold == fold:
                values = lines[:, 1:] @ mean_vector(parts_of(answer.reading)) + lines[:, 0]
                likeness[answer.scenario.id] = dict(zip(SOUNDS, map(float, SHARE * values), strict=True))
    return tuple(
        replace(answer, signs={**answer.signs, **likeness[answer.scenario.id]}) for answer in answers
    )


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
        reading,
        signs_of(reading, strength, triggered),
        strength,
        (*triggered, *candidates.always_possible()),
        certain,
    )


@cache
def _about_private_things() -> Floats:
    """Vectors of answers that are about something else whatever was asked."""
    lines = (FOLDER / "elsewhere.txt").read_text(encoding="utf-8").splitlines()
    random = np.random.default_rng(1)
    groups = [random.choice(len(lines), 3) for _ in range(PRIVATE_GROUPS)]
    return np.array([mean_vector([lines[place] for place in group]) for group in groups], dtype=float)


def fit_lines(answers: Sequence[ProbedAnswer]) -> Floats:
    """For each of ``RESEMBLED`` a constant and 512 coefficients; contradictions sound like anything."""
    rows = []
    for kind in RESEMBLED:
        elsewhere = kind == "off_topic"
        used = [
            answer
            for answer in answers
            if answer.scenario.probes[0] != "contradiction"
            and not (
                elsewhere
                and answer.reading.question.kind == "self_introduction"
                and not answer.names("off_topic")
            )
        ]
        vectors = np.array([mean_vector(parts_of(answer.reading)) for answer in used], dtype=float)
        right = np.array([answer.names(kind) for answer in used])
        weights = np.array([answer.weight for answer in used])
        if elsewhere:
            private = _about_private_things()
            vectors = np.vstack([vectors, private])
            right, weights = (np.concatenate([row, np.ones(len(private))]) for row in (right, weights))
        constant, terms = logistic(VECTOR_SCALE * vectors, right, weights, LINE_PENALTY)
        rows.append([constant, *(VECTOR_SCALE * terms)])
    return np.array(rows)


def fit(answers: Sequence[ProbedAnswer], names: Sequence[str]) -> Table:
    """One logistic regression for each type: is it one of those the rater named?

    Of the answers that are weighed at all: no contradiction was written into them, and no word says that
    they are about something else.
    """
    used = [
        answer
        for answer in answers
        if answer.scenario.probes[0] != "contradiction" and not answer.reading.off_topic
    ]
    signs = np.array([[answer.signs[name] for name in names] for answer in used])
    weights = np.array([answer.weight for answer in used])
    columns = []
    for kind in TYPES:
        right = np.array([answer.names(kind) for answer in used])
        constant, terms = logistic(signs, right, weights, PENALTY)
        columns.append([constant, *terms])
    rows = np.round(np.array(columns), 2).T
    return {name: tuple(map(float, row)) for name, row in zip(("constant", *names), rows, strict=True)}


@cache
def cross_validated(*, by_meaning: bool = True) -> Mapping[str, float]:
    """Share of right types by set, each chosen by what the others teach; ``all`` over every answer."""
    names = (*SIGNS, *SOUNDS) if by_meaning else SIGNS

    def is_right(others: Sequence[ProbedAnswer], answers: Sequence[ProbedAnswer]) -> Iterable[float]:
        table = fit(others, names)
        return [float(answer.choice(table) in answer.scenario.probes) for answer in answers]

    found = {name: right for name, _, right in leaving_one_set_out(probed_answers(), is_right)}
    shares = {name: sum(right) / len(right) for name, right in found.items()}
    everything = [value for right in found.values() for value in right]
    return {**shares, "all": sum(everything) / len(everything)}


def main() -> None:
    for by_meaning in (True, False):
        print("with what they sound like" if by_meaning else "by words alone")
        for name, share in cross_validated(by_meaning=by_meaning).items():
            print(f"{name:<22}right type {100 * share:.0f} %")
    np.savetxt(LINES_FILE, fit_lines(probed_answers()), fmt="%.4f")
    for title, names in (("LOG_ODDS", (*SIGNS, *SOUNDS)), ("LOG_ODDS_BY_WORDS", SIGNS)):
        print(f"{title}: Table = {{")
        for name, row in fit(probed_answers(), names).items():
            print(f'    "{name}": {row},')
        print("}")


if __name__ == "__main__":
    main()
