"""How well the judgement agrees with trained raters on the written answers of tests/scenarios/judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from media_pipeline.models.folder import default_root
from media_pipeline.models.manifest import ANSWER_READER
from scoring.agreement import spearman
from scoring.answer_reader import LayeredReader, ReadsAnswers, answers_read, reader_in
from scoring.assess import answer_level
from scoring.follow_ups import PlannedFollowUp, plan
from scoring.job_file import shipped_jobs
from scoring.transcript import Transcript, Utterance

FOLDER = Path(__file__).parents[1] / "scenarios" / "judgement"


@dataclass(frozen=True, slots=True)
class Scenario:
    id: str
    job: str
    question: str
    level: float
    probes: tuple[str, ...]
    answer: str
    set_name: str = ""
    """The set it was written with: answers of one set have one rater and one occasion."""

    @property
    def transcript(self) -> Transcript:
        job = shipped_jobs()[self.job]
        pace_ms = 220 if job.language == "zh" else 65
        return Transcript(
            job.language, (Utterance(self.question, 4_000, 4_000 + pace_ms * len(self.answer), self.answer),)
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    scenario: Scenario
    level: float | None
    """The judgement's own level; None: insufficient evidence."""
    follow_ups: tuple[PlannedFollowUp, ...]

    @property
    def error(self) -> float:
        """Against the rater; insufficient evidence stands for the lowest level, 1."""
        return (self.level or 1.0) - self.scenario.level

    @property
    def probe(self) -> str:
        return self.follow_ups[0].kind if self.follow_ups else "none"

    @property
    def probe_is_right(self) -> bool:
        return self.probe in self.scenario.probes


@dataclass(frozen=True, slots=True)
class Figures:
    outcomes: tuple[Outcome, ...]
    rank_correlation: float
    mean_absolute_error: float
    right_probe: float

    @classmethod
    def over(cls, outcomes: Sequence[Outcome]) -> Figures:
        return cls(
            tuple(outcomes),
            spearman([o.level or 1.0 for o in outcomes], [o.scenario.level for o in outcomes]),
            sum(abs(o.error) for o in outcomes) / len(outcomes),
            sum(o.probe_is_right for o in outcomes) / len(outcomes),
        )

    def lines(self) -> list[str]:
        text = [
            f"{len(self.outcomes)} answers: rank correlation {self.rank_correlation:.3f}, "
            "mean absolute error "
            f"{self.mean_absolute_error:.2f} of 5, right probe type {100 * self.right_probe:.0f} %"
        ]
        for outcome in self.outcomes:
            level = "none" if outcome.level is None else f"{outcome.level:.1f}"
            mark = " " if outcome.probe_is_right else "!"
            text.append(
                f" {outcome.scenario.id:<14} rater {outcome.scenario.level:g} level {level:>4}"
                f" {mark} {outcome.probe:<12} (right: {', '.join(outcome.scenario.probes)})"
            )
            text += [f"     {item.kind:<12} {item.text}" for item in outcome.follow_ups]
        return text


@cache
def scenarios(half: str) -> tuple[Scenario, ...]:
    """``half``: development, stress (kinds that were missed, told anew), blind (written and rated without
    sight of the rules, to teach what to ask), held_out; or the beginning of a set's name."""
    found: list[dict[str, Any]] = []
    for file in sorted(FOLDER.glob(f"{half}*.yaml")):
        read = yaml.safe_load(file.read_text(encoding="utf-8"))
        found += [{**item, "set": file.name.split(".")[0]} for item in read]
    return tuple(
        Scenario(
            item["id"],
            item["job"],
            item["question"],
            item["level"],
            tuple(item["probes"]),
            item["answer"],
            item["set"],
        )
        for item in found
    )


def installed_reader() -> LayeredReader:
    """The answer reader of ``viva models``."""
    reader = reader_in(default_root() / ANSWER_READER.name)
    assert reader is not None, "run `viva models` once"
    return reader


def outcome_of(scenario: Scenario, reader: ReadsAnswers | None = None) -> Outcome:
    job = shipped_jobs()[scenario.job]
    question = job.question(scenario.question)
    assert question is not None
    read = answers_read(reader, job, scenario.transcript).get(scenario.question)
    return Outcome(
        scenario,
        answer_level(job, question, scenario.transcript),
        plan(job, scenario.transcript, scenario.question, (), read=read),
    )


@cache
def figures_of(chosen: tuple[Scenario, ...], *, read: bool = False) -> Figures:
    """``read``: follow-ups are chosen with the answer reader; a third of a second for each answer."""
    reader = installed_reader() if read else None
    return Figures.over([outcome_of(scenario, reader) for scenario in chosen])
