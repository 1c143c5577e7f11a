"""The report as the candidate may have it: what was judged and decided, without who of the panel did.

Notes, bookmarks and what the panel wants to ask next are the panel's own and stay out. A new part of
the report is private until it is named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

FIT = (
    "language",
    "job_title",
    "company",
    "total",
    "arithmetic",
    "competencies",
    "questions",
    "highlights",
    "limits",
    "versions",
    "interview",
    "human_scores",
    "human_totals",
    "decision",
    "candidate_questions",
    "delivery",
    "observations",
    "not_seen",
)

FOLLOW_UP = ("text", "quote", "at_ms")
"""What the candidate's copy has of a follow-up: what they were asked, and what it went back to."""


def candidate_copy(report: Mapping[str, Any]) -> Json:
    """``report`` cut to what the candidate may read; no person of the panel is named."""
    names = {given["name"] for given in _signed(report)} | {given["by"] for given in _signed(report)}
    body: Json = {key: report[key] for key in FIT if key in report}
    body["ask_next"] = []
    body["questions"] = [_asked(question) for question in report.get("questions") or ()]
    for key in ("human_scores", "human_totals"):
        body[key] = [_unsigned(given, names) for given in report.get(key) or ()]
    decision = report.get("decision")
    body["decision"] = None if decision is None else _unsigned(decision, names)
    return body


def _asked(question: Mapping[str, Any]) -> Json:
    """A question with its follow-ups as they were put, without why, by whom and what made them come up."""
    put = [{key: one[key] for key in FOLLOW_UP if key in one} for one in question.get("follow_ups") or ()]
    return {**question, "follow_ups": put}


def _signed(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    parts = ("human_scores", "human_totals", "decisions", "notes", "bookmarks")
    return [given for part in parts for given in report.get(part) or ()]


def _unsigned(given: Mapping[str, Any], names: set[str]) -> Json:
    """Without the signature, and without a colleague's name in the reason."""
    body: Json = {**given, "by": "interviewer", "name": ""}
    if "reason" in body:
        body["reason"] = _without(names, body["reason"])
    if "levels" in body:
        body["levels"] = [{**one, "reason": _without(names, one["reason"])} for one in body["levels"]]
    return body


def _without(names: set[str], text: str) -> str:
    known = [name for name in names if len(name) > 1 and name != "interviewer"]
    for name in sorted(known, key=len, reverse=True):
        text = text.replace(name, "…")
    return text
