"""Job files: the shipped ones are whole, and a wrong one is told by line and field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.job_file import JobFileError, load_job, shipped_jobs

SMALL = """\
version: "1"
language: en
title: Tester
company: Acme
department: Test
sign_in: phone
description: You test.
greeting: Hello.
closing: Bye.
practice_question: How are you?
assessed: [testing]
competencies:
  - id: skill
    title: Skill
    weight: 100
    sub_dimensions:
      - id: depth
        title: Depth
        weight: 100
        looks_at: [action]
        anchors: [a, b, c, d, e]
stages:
  - id: only
    title: Only
    questions:
      - id: q1
        kind: structured
        text: What did you test?
        competencies: [skill]
        think_s: 60
        answer_s: 180
        follow_ups: 2
"""


def test_a_small_file_is_read() -> None:
    job = load_job(SMALL, "tester.en")
    assert job.id == "tester.en"
    assert job.questions[0].think_ms == 60_000
    assert job.competencies[0].sub_dimensions[0].anchors == ("a", "b", "c", "d", "e")


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ("weight: 100\n    sub", "weight: 90\n    sub", 13, "competencies"),
        (
            "weight: 100\n        looks",
            "weight: heavy\n        looks",
            19,
            "competencies[0].sub_dimensions[0].weight",
        ),
        ("looks_at: [action]", "looks_at: [smile]", 20, "competencies[0].sub_dimensions[0].looks_at[0]"),
        ("anchors: [a, b, c, d, e]", "anchors: [a, b, c]", 21, "competencies[0].sub_dimensions[0].anchors"),
        ("title: Tester\n", "", 1, "file"),
        ("title: Tester", "titel: Tester", 3, "titel"),
        ("company: Acme", "company: Acme\ncompany: Other", 5, "company"),
        ("language: en", "language: fr", 2, "language"),
        ("kind: structured", "kind: quiz", 27, "stages[0].questions[0].kind"),
        ("competencies: [skill]", "competencies: [skull]", 29, "stages[0].questions[0].competencies[0]"),
        ("competencies: [skill]", "competencies: []", 23, "stages"),
        ("think_s: 60", "think_s: -1", 30, "stages[0].questions[0].think_s"),
        ("title: Tester", "title: [broken", 4, "file"),
    ],
)
def test_a_mistake_is_told_by_line_and_field(old: str, new: str, line: int, field: str) -> None:
    assert old in SMALL
    with pytest.raises(JobFileError) as caught:
        load_job(SMALL.replace(old, new, 1), "tester.en")
    assert (caught.value.line, caught.value.field) == (line, field)
    assert f"line {line}" in str(caught.value)


def test_a_point_without_a_name_is_told() -> None:
    with pytest.raises(JobFileError, match="is missing"):
        load_job(SMALL.replace("company: Acme\n", ""), "tester.en")


def test_a_list_where_a_name_belongs_is_told() -> None:
    with pytest.raises(JobFileError, match="a name is wanted"):
        load_job("? [a, b]\n: c\n" + SMALL, "tester.en")


@given(st.text(max_size=300))
def test_any_text_is_a_job_or_a_job_file_error(text: str) -> None:
    with pytest.raises(JobFileError):
        load_job(text, "any")


@given(st.integers(0, len(SMALL) - 1), st.characters(codec="utf-8"))
def test_one_changed_character_never_breaks_the_reader(place: int, character: str) -> None:
    changed = SMALL[:place] + character + SMALL[place + 1 :]
    try:
        job = load_job(changed, "tester.en")
    except JobFileError:
        return
    assert job.questions


@pytest.mark.parametrize("name", sorted(shipped_jobs()))
def test_shipped_jobs_are_complete(name: str) -> None:
    job = shipped_jobs()[name]
    assert name.endswith(f".{job.language}")
    assert len(job.questions) >= 5
    assert len(job.description) > (150 if job.language == "zh" else 500)
    assert len(job.measures) >= 2
    for question in job.questions:
        assert question.follow_up_budget == 2
        assert question.rephrased
        assert len(question.expected_points) >= 3
        for point in question.expected_points:
            assert point.probe
            assert len(point.synonyms) >= 4


def test_the_worked_example_is_shipped() -> None:
    for name in ("production-supervisor.en", "production-supervisor.zh"):
        job = shipped_jobs()[name]
        assert [c.weight for c in job.competencies] == [40, 25, 25, 10]
        assert {c.id: c.threshold for c in job.competencies if c.threshold} == {
            "professional": 8,
            "teamwork": 7,
        }
        assert [q.answer_ms for q in job.questions] == [120_000, *[180_000] * 4]
        assert [q.kind for q in job.questions] == ["self_introduction", *["structured"] * 3, "situational"]
