"""From levels to a competency's score and from scores to a total: one arithmetic, whoever gave the levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.job import Competency, Job

POINTS_PER_LEVEL = 2.0
"""Level 1–5 to score 0–10: level 4, "good", is 8.0."""


def score_of_levels(competency: Competency, levels: Mapping[str, float | None]) -> float | None:
    """0–10 with one decimal: the weighed mean of the levels that are known, two points a level.

    ``levels``: by sub-dimension. One that is missing or None (insufficient evidence) counts neither for
    nor against; None without any.
    """
    known = [
        (scale.weight, level)
        for scale in competency.sub_dimensions
        if (level := levels.get(scale.id)) is not None
    ]
    weight = sum(share for share, _ in known)
    if not weight:
        return None
    mean = sum(share * level for share, level in known) / weight
    return round(mean * POINTS_PER_LEVEL + 1e-9, 1)


@dataclass(frozen=True, slots=True)
class WeighedTotal:
    """``score``: 0–10 with one decimal over the competencies with a score; None without any."""

    score: float | None
    weight_covered: float
    """Per cent of the weights that have a score."""


def total_of_scores(job: Job, scores: Mapping[str, float | None]) -> WeighedTotal:
    """The weighed total of ``scores``, by competency; None and missing ones are left out."""
    known = [
        (competency.weight, score)
        for competency in job.competencies
        if (score := scores.get(competency.id)) is not None
    ]
    weight = sum(share for share, _ in known)
    if not weight:
        return WeighedTotal(None, 0.0)
    points = sum(round(score * share / 100, 3) for share, score in known)
    return WeighedTotal(round(100 * points / weight + 1e-9, 1), weight)
