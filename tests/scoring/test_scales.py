"""One arithmetic for levels and totals, whoever gave them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.assess import assess
from scoring.job_file import shipped_jobs
from scoring.scales import score_of_levels, total_of_scores
from tests.scoring.helpers import SUPERVISOR_EN, job, said

SUPERVISOR = job(SUPERVISOR_EN)
PROFESSIONAL = SUPERVISOR.competencies[0]
LEVELS = st.none() | st.integers(1, 5)


def test_the_systems_own_scores_come_out_again() -> None:
    answer = "I measured every stop for two weeks and cut the scrap rate by 12 per cent."
    assessment = assess(SUPERVISOR, said(SUPERVISOR.questions[1].id, answer))
    judged = [one for one in assessment.competencies if one.score is not None]
    assert judged
    for one in judged:
        competency = next(c for c in SUPERVISOR.competencies if c.id == one.id)
        assert score_of_levels(competency, {s.id: s.level for s in one.sub_dimensions}) == one.score
    total = total_of_scores(SUPERVISOR, {one.id: one.score for one in assessment.competencies})
    assert (total.score, total.weight_covered) == (assessment.score, assessment.weight_covered)


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_the_same_level_everywhere_is_two_points_a_level(level: int) -> None:
    for shipped in shipped_jobs().values():
        for competency in shipped.competencies:
            levels: dict[str, float | None] = {scale.id: level for scale in competency.sub_dimensions}
            assert score_of_levels(competency, levels) == 2.0 * level


@given(st.lists(LEVELS, min_size=len(PROFESSIONAL.sub_dimensions), max_size=len(PROFESSIONAL.sub_dimensions)))
def test_insufficient_evidence_counts_neither_for_nor_against(levels: list[int | None]) -> None:
    by_id: dict[str, float | None] = {
        scale.id: level for scale, level in zip(PROFESSIONAL.sub_dimensions, levels, strict=True)
    }
    score = score_of_levels(PROFESSIONAL, by_id)
    known = {one: level for one, level in by_id.items() if level is not None}
    assert score == score_of_levels(PROFESSIONAL, known)
    if not known:
        assert score is None
    else:
        assert score is not None and 2 * min(known.values()) <= score + 0.05 <= 2 * max(known.values()) + 0.1


@given(st.lists(st.none() | st.integers(0, 100), min_size=4, max_size=4))
def test_a_total_lies_between_its_scores(tenths: list[int | None]) -> None:
    scores = {
        competency.id: None if value is None else value / 10
        for competency, value in zip(SUPERVISOR.competencies, tenths, strict=True)
    }
    total = total_of_scores(SUPERVISOR, scores)
    known = [score for score in scores.values() if score is not None]
    if not known:
        assert total.score is None and total.weight_covered == 0
    else:
        assert total.score is not None and min(known) - 0.06 <= total.score <= max(known) + 0.06
