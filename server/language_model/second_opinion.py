"""A configured model's opinion on scores; without a usable one, the rules' own, visibly."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from media_pipeline.events import PartDegraded
from scoring.assess import Assessment
from scoring.job import Job
from scoring.judge import (
    AnswersRequests,
    ScaleQuestion,
    Vote,
    judge_request,
    read_vote,
    scale_questions,
    with_votes,
)

VOTES = 3
DEADLINE_S = 30.0
"""For all votes of one report together; the report stands within a minute with or without them."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """``missing`` says how many of ``scales`` got too few valid votes and stand by rule alone."""

    assessment: Assessment
    scales: int
    missing: int

    @property
    def state(self) -> Literal["ok", "late", "missing"]:
        """For ``part_degraded``: ok, late (some missing) or missing (none usable)."""
        return "ok" if not self.missing else "missing" if self.missing == self.scales else "late"

    @property
    def news(self) -> PartDegraded:
        """For the log: how the assessment stands, and how many scales lack usable votes."""
        if not self.missing:
            return PartDegraded("assessment", "ok")
        return PartDegraded("assessment", self.state, "model_votes_missing", self.missing, self.scales)


async def second_opinion(
    job: Job,
    assessment: Assessment,
    model: AnswersRequests,
    *,
    votes: int = VOTES,
    deadline_s: float = DEADLINE_S,
) -> Opinion:
    """Ask for ``votes`` votes on every scale with evidence, one criterion at a time."""
    questions = scale_questions(job, assessment)
    try:
        ballots = await asyncio.wait_for(
            asyncio.gather(*(_ballot(question, model, votes) for question in questions)), deadline_s
        )
    except TimeoutError:
        return Opinion(assessment, len(questions), len(questions))
    by_scale = {
        (question.competency, question.scale.id): ballot
        for question, ballot in zip(questions, ballots, strict=True)
    }
    missing = sum(len(ballot) < 2 for ballot in ballots)
    return Opinion(with_votes(job, assessment, by_scale), len(questions), missing)


async def _ballot(question: ScaleQuestion, model: AnswersRequests, votes: int) -> tuple[Vote, ...]:
    request = judge_request(question)
    answers = await asyncio.gather(*(model.answer(request) for _ in range(votes)))
    return tuple(
        vote for text in answers if text is not None and (vote := read_vote(text, question)) is not None
    )
