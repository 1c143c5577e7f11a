"""Candidate help: an answer with its sentence, or honestly none."""

from __future__ import annotations

import pytest

from scoring.candidate_help import answer_from_job, passages_of
from tests.scoring.helpers import job


@pytest.mark.parametrize(
    ("name", "question", "inside"),
    [
        ("production-supervisor.en", "What is the salary?", "46,000"),
        ("production-supervisor.en", "can i work from home", "not possible"),
        ("production-supervisor.en", "how many holidays do I get", "28 days"),
        ("production-supervisor.en", "when will I hear from you", "five working days"),
        ("production-supervisor.en", "who will be my boss", "report to"),
        ("production-supervisor.zh", "工资多少", "九千"),
        ("production-supervisor.zh", "有宿舍吗", "宿舍"),
        ("production-supervisor.zh", "可以在家上班吗", "居家"),
        ("production-supervisor.zh", "什么时候出结果", "五个工作日"),
    ],
)
def test_answered_from_the_description(name: str, question: str, inside: str) -> None:
    answer = answer_from_job(job(name), question)
    assert answer.passage is not None
    assert inside in answer.passage
    assert answer.passage in answer.text
    assert answer.passage in passages_of(job(name))


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("production-supervisor.en", "is there a gym"),
        ("production-supervisor.en", "what do you think of my chances"),
        ("production-supervisor.en", ""),
        ("production-supervisor.zh", "公司有健身房吗"),
        ("production-supervisor.zh", "你觉得我怎么样"),
    ],
)
def test_what_is_not_written_goes_to_hr(name: str, question: str) -> None:
    answer = answer_from_job(job(name), question)
    assert answer.passage is None
    assert "HR" in answer.text or "人事" in answer.text
