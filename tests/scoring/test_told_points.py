"""A point that was told in other words is not asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from scoring.assess import assess
from scoring.coverage import cover
from scoring.evidence import read_answer
from scoring.follow_ups import plan, points_untold
from scoring.job import ExpectedPoint, Job
from scoring.job_file import shipped_jobs
from scoring.levels import strength_of
from scoring.meaning import meaning_of
from scoring.points import find_points, points_in
from scoring.told_points import TOLD
from tests.scoring import fit_told_points
from tests.scoring.helpers import SUPERVISOR_EN, job, said

INVOLVED = (
    "The labels came out crooked, so for a shift I stood by the roll holder. The two ladies who run it "
    "had more ideas than me, so we tried theirs one after the other, and the third one stayed. Since then "
    "it is four jams a week instead of thirty."
)
ALONE = (
    "The labels came out crooked, so for a shift I stood by the roll holder and turned a new bush for it at "
    "home, on a Sunday, and put it in on the Monday. Since then it is four jams a week instead of thirty."
)


def _untold(text: str, point: str) -> float:
    the_job = job(SUPERVISOR_EN)
    question = the_job.questions[1]
    reading = read_answer(the_job, question, said("q2", text))
    vectors = meaning_of(reading)
    assert vectors is not None
    return points_untold(reading, strength_of(the_job, question, reading), vectors).get(point, 0.0)


def test_a_point_told_in_other_words_is_likelier_told() -> None:
    assert _untold(INVOLVED, "involve") < _untold(ALONE, "involve")


def test_what_is_told_in_other_words_is_not_asked_for() -> None:
    the_job = job(SUPERVISOR_EN)
    probes = {point.id: point.probe for point in the_job.questions[1].expected_points}
    for text in (INVOLVED, ALONE):
        untold = {name: _untold(text, name) for name in probes}
        planned = plan(the_job, said("q2", text), "q2", ())
        asked = {item.target for item in planned if item.kind == "deepen" and item.target}
        assert all(untold[name] > 1 - TOLD for name in asked)


def test_examples_are_no_evidence() -> None:
    """Scores, coverage and points are the same with the examples and without them."""
    the_job = job(SUPERVISOR_EN)
    bare = _without_examples(the_job)
    transcript = said("q2", INVOLVED)
    assert cover(the_job, transcript, "q2") == cover(bare, transcript, "q2")
    assert assess(the_job, transcript) == assess(bare, transcript)


def _without_examples(the_job: Job) -> Job:
    stages = tuple(
        replace(
            stage,
            questions=tuple(
                replace(
                    question,
                    expected_points=tuple(replace(point, told_as=()) for point in question.expected_points),
                )
                for question in stage.questions
            ),
        )
        for stage in the_job.stages
    )
    return replace(the_job, stages=stages)


def test_a_denied_clause_says_only_what_is_itself_a_denial() -> None:
    point = ExpectedPoint("safe", "人员安全", ("疏散人员", "没有人受伤"))
    assert points_in((point,), (), "我没有疏散人员", True, "zh") == ()
    assert points_in((point,), (), "没有人受伤", True, "zh") == ("safe",)
    assert find_points((point,), (), (), "zh") == {}


@pytest.mark.parametrize("name", sorted(shipped_jobs()))
def test_every_shipped_point_has_examples_that_are_not_all_its_synonyms(name: str) -> None:
    for question in shipped_jobs()[name].questions:
        for point in question.expected_points:
            assert len(set(point.told_as)) == 6, (question.id, point.id)
            assert set(point.told_as) - set(point.synonyms)


def test_the_tables_separate_told_from_untold_in_a_set_no_word_came_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Set 17 alone, to be quick; ``python -m tests.scoring.fit_told_points`` has the figures of all five."""
    monkeypatch.setattr(fit_told_points, "FIRST_SET", 17)
    fit_told_points.pairs.cache_clear()
    rows = fit_told_points.pairs()
    fit_told_points.pairs.cache_clear()
    named = [row for row in rows if row.named]
    unnamed = [row for row in rows if not row.named]
    assert len(rows) > 400
    assert _told(named) > 0.9
    assert sum(row.told for row in named) > 0.6 * sum(row.told for row in rows)
    asked = [row for row in unnamed if row.chance() < TOLD]
    kept_back = [row for row in unnamed if row.chance() >= TOLD]
    print(f"told: {_told(unnamed):.2f} of the unnamed, {_told(asked):.2f} of those asked for")
    assert _told(asked) < 0.7 * _told(unnamed)
    assert _told(kept_back) > 0.55


def _told(rows: Sequence[fit_told_points.Pair]) -> float:
    return sum(row.told for row in rows) / len(rows)
