"""The candidate's copy names nobody of the panel and holds nothing that is the panel's own."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from server.panel.report import PanelPart
from server.report import render_html
from server.report.candidate_copy import candidate_copy
from tests.browser.interviewer.reports import sample_report

DECISION = {
    "decision": "advance",
    "by": "ivan",
    "name": "Ivan Petrov",
    "reason": "Mei Chen and I heard clear figures in two answers",
    "at_ms": 1_600_000,
    "at": "2026-11-22T10:00:00+00:00",
}
EARLIER = {**DECISION, "decision": "hold", "by": "mei", "name": "Mei Chen"}


def report() -> dict[str, Any]:
    return {**sample_report("en"), "decision": DECISION, "decisions": [EARLIER, DECISION]}


def test_nobody_of_the_panel_is_named() -> None:
    copy = candidate_copy(report())
    text = json.dumps(copy) + render_html(copy, "en")
    for private in ("Ivan", "ivan", "Mei Chen"):
        assert private not in text
    assert not {"notes", "bookmarks", "decisions"} & copy.keys()
    assert copy["decision"]["decision"] == "advance"
    assert copy["decision"]["reason"] == "… and I heard clear figures in two answers"
    assert copy["human_scores"][0]["score"] == 6.0 and copy["human_scores"][0]["name"] == ""
    assert copy["ask_next"] == []


def test_a_follow_up_stands_as_it_was_put_without_who_asked_it_and_why() -> None:
    own: dict[str, Any] = {
        "kind": "clarify",
        "text": "What would you do differently now?",
        "quote": "",
        "reason": "asked by ivan@corp.example in their own words",
        "by": "interviewer",
        "at_ms": 60_000,
    }
    body = report()
    body["questions"] = [{**question, "follow_ups": [own]} for question in body["questions"]]
    copy = candidate_copy(body)
    assert [one.keys() for one in copy["questions"][0]["follow_ups"]] == [{"text", "quote", "at_ms"}]
    assert "corp.example" not in json.dumps(copy)
    for language in ("en", "zh"):
        html = render_html(copy, language)
        assert own["text"] in html and "corp.example" not in html and "Why" not in html
    assert "corp.example" in render_html(body, "en"), "reports of the panel keep what they say"


def test_a_part_nobody_has_thought_of_stays_private() -> None:
    assert "salary" not in candidate_copy({**report(), "salary": 1})


def test_the_decision_and_the_peoples_scores_stand_in_the_page() -> None:
    html = render_html(report(), "en")
    for words in ("Goes on to the next step", "decided by Ivan Petrov", "Earlier versions", "On hold",
                  "Totals by interviewer", "Interviewer&#39;s bookmarks"):  # fmt: skip
        assert words in html
    assert "进入下一环节" in render_html(report(), "zh")


def published() -> dict[str, Any]:
    text = (resources.files("server") / "panel" / "report.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def test_the_published_schema_is_the_models() -> None:
    assert published() == msgspec.json.schema(PanelPart)


@pytest.mark.parametrize("decision", [None, DECISION])
def test_a_report_fits_the_schema(decision: dict[str, Any] | None) -> None:
    body = {**sample_report("en"), "decision": decision, "decisions": [decision] if decision else []}
    part = {key: body[key] for key in PanelPart.__dataclass_fields__}
    Draft202012Validator(published()).validate(part)
