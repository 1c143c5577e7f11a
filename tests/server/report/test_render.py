"""The report's HTML: complete, in both languages, and unable to run or fetch anything."""

from __future__ import annotations

import base64
import hashlib
import re
import string
from html.parser import HTMLParser
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.events import FollowUpKind, Mode, ObservationKind, PartDegraded, Purpose
from server.report import render_html
from server.report.render import numbered, observation_rows, one_decimal, time_code
from server.report.words import WORDS, say
from tests.browser.interviewer.reports import sample_report
from tests.browser.interviewer.scenarios import TEXTS, Language

LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Elements(HTMLParser):
    """All start tags with their attributes, and the text outside the style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._in_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.text += data + " "


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_shows_every_judged_thing(language: Language) -> None:
    report = sample_report(language)
    text = Elements(render_html(report, language)).text
    for competency in report["competencies"]:
        assert competency["title"] in text
        assert competency["reason"] in text
        for quote in competency["quotes"]:
            assert quote["text"] in text
            assert time_code(quote["start_ms"]) in text
    for question in report["questions"]:
        assert question["text"] in text
        for part in question["answer"]:
            assert part["text"] in text
    for sentence in report["limits"]:
        assert sentence in text
    assert TEXTS[language].follow_up in text
    assert report["versions"]["job"] in text


def test_report_shows_the_arithmetic_to_the_second_decimal() -> None:
    report = sample_report("en")
    text = Elements(render_html(report, "en")).text
    points = [row["points"] for row in report["arithmetic"] if row["points"] is not None]
    for row in report["arithmetic"]:
        if row["points"] is not None:
            assert f"= {row['points']:.2f}" in text
    covered = report["total"]["weight_covered"]
    assert f"{sum(points):.2f} points ÷ {covered:g} % of weights with evidence" in text
    assert f"= {report['total']['score']:.1f}" in text


def test_missing_evidence_is_said_and_is_never_a_zero() -> None:
    report = sample_report("en")
    bare: dict[str, Any] = {
        **report,
        "total": {"score": None, "match_per_cent": None, "weight_covered": 0, "thresholds_met": None},
        "arithmetic": [{**row, "score": None, "points": None} for row in report["arithmetic"]],
        "competencies": [
            {
                **one,
                "score": None,
                "threshold_met": None,
                "quotes": [],
                "sub_dimensions": [
                    {**s, "level": None, "anchor": None, "quotes": []} for s in one["sub_dimensions"]
                ],
            }
            for one in report["competencies"]
        ],
    }
    text = Elements(render_html(bare, "en")).text
    assert say("en", "no_total") in text
    assert say("en", "thresholds_none") in text
    assert "0.0" not in text


def test_report_without_the_servers_part_still_stands() -> None:
    report = sample_report("en")
    for name in (
        "interview",
        "human_scores",
        "notes",
        "candidate_questions",
        "delivery",
        "observations",
        "not_seen",
    ):
        del report[name]
    text = Elements(render_html(report, "en")).text
    assert say("en", "no_delivery") in text
    assert say("en", "no_observations") in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_can_neither_run_nor_fetch(language: Language) -> None:
    html = render_html(sample_report(language), language)
    found = Elements(html)
    assert not {tag for tag, _ in found.tags} & {"script", "link", "img", "iframe", "object", "base", "form"}
    for _, attributes in found.tags:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "href", "action")]
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = next(a["content"] for t, a in found.tags if t == "meta" and "http-equiv" in a)
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'"


def test_words_of_the_candidate_stay_words() -> None:
    report = sample_report("en")
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    report["questions"][1]["answer"][0]["text"] = attack
    report["interview"]["candidate"] = attack
    found = Elements(render_html(report, "en"))
    assert attack in found.text
    assert not {tag for tag, _ in found.tags} & {"script", "img"}


def test_both_languages_have_the_same_words_with_the_same_places() -> None:
    assert WORDS["en"].keys() == WORDS["zh"].keys()
    for key, text in WORDS["en"].items():
        assert _fields(text) == _fields(WORDS["zh"][key]), key


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_code_of_the_event_vocabulary_has_words() -> None:
    parts = get_args(get_type_hints(PartDegraded)["part"])
    wanted = [f"observation_{kind}" for kind in get_args(ObservationKind)]
    wanted += [f"kind_{kind}" for kind in get_args(FollowUpKind)]
    wanted += [f"mode_{mode}" for mode in get_args(Mode)]
    wanted += [f"consent_{purpose}" for purpose in get_args(Purpose)]
    wanted += [f"not_seen_{part}_{state}" for part in parts for state in ("late", "missing")]
    assert not [key for key in wanted if key not in WORDS["en"]]


def test_a_code_without_words_is_shown_readably() -> None:
    assert say("en", "observation_hat_worn") == "hat worn"


@pytest.mark.parametrize(
    ("at_ms", "shown"),
    [(None, "–"), (0, "0:00"), (999, "0:00"), (61_000, "1:01"), (3_599_999, "59:59"), (3_600_000, "1:00:00")],
)
def test_time_code(at_ms: int | None, shown: str) -> None:
    assert time_code(at_ms) == shown


def test_one_decimal_keeps_unknown_apart_from_zero() -> None:
    assert one_decimal(None) == "–"
    assert one_decimal(0.0) == "0.0"


spans = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["dark", "no_face"]),
            "from_ms": st.integers(0, 10_000),
            "to_ms": st.none() | st.integers(10_000, 20_000),
        }
    ),
    max_size=20,
)


@given(spans)
def test_observation_rows_lose_no_span(found: list[dict[str, Any]]) -> None:
    rows = observation_rows(found)
    assert sum(len(row["spans"]) + row["more"] for row in rows) == len(found)
    assert len({row["kind"] for row in rows}) == len(rows)
    known = sum(span["to_ms"] - span["from_ms"] for span in found if span["to_ms"] is not None)
    assert sum(row["total_ms"] for row in rows) == known


def test_each_quote_is_numbered_once() -> None:
    for competency in sample_report("en")["competencies"]:
        shown = numbered(competency)
        keys = [(quote["text"], quote["start_ms"]) for quote in shown["quotes"]]
        assert len(keys) == len(set(keys))
        for scale in shown["sub_dimensions"]:
            referred = {keys[place - 1] for place in scale["refs"]}
            assert referred == {(quote["text"], quote["start_ms"]) for quote in scale["quotes"]}
