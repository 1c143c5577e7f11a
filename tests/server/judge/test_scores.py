"""Which questions were taken from a candidate, and so count neither for nor against them."""

from __future__ import annotations

from dataclasses import replace

from scoring.job_file import shipped_jobs
from server.conductor.state import Asked, InterviewState
from server.judge.scores import not_asked

JOB = shipped_jobs()["production-supervisor.en"]
STATE = InterviewState(
    phase="answering",
    asked=(
        Asked("q1", 1, "?", 0, ended_at_ms=9, end_reason="done_button"),
        Asked("q2", 2, "?", 10, ended_at_ms=19, end_reason="skipped"),
        Asked("q3", 3, "?", 20, ended_at_ms=25, end_reason="retake"),
        Asked("q3", 3, "?", 26),
    ),
)


def test_a_skipped_question_is_taken_and_a_retaken_one_is_not() -> None:
    assert not_asked(JOB, STATE) == {"q2"}


def test_what_was_never_put_counts_as_taken_only_where_a_person_ended_the_interview() -> None:
    ended = replace(STATE, phase="ended", end_reason="interviewer")
    assert not_asked(JOB, ended) == {"q2", "q4", "q5"}
    assert not_asked(JOB, replace(ended, end_reason="candidate_left")) == {"q2"}
