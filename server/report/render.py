"""From the report's data to one HTML file.

The file needs nothing else (its style is inside, there is no script), so that it can be printed,
sent and kept. Its policy allows exactly that style and nothing more.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from server.report.bidi import isolated
from server.report.words import say

Json = Mapping[str, Any]

TEMPLATES = Path(__file__).resolve().parent / "templates"
STAR = ("situation", "task", "action", "result")
INTERVIEW_FACTS = (
    "id",
    "candidate",
    "mode",
    "opened_at",
    "started_at_ms",
    "ended_at_ms",
    "end_reason",
    "retakes",
    "accommodations",
    "consents",
)
BESIDE = ("not_seen", "notes", "bookmarks", "candidate_questions", "human_totals", "decision", "decisions")
"""Parts of the server's that a report may lack."""
MOST_SPANS = 6
"""Times of one observation that are listed; the rest is counted."""


def render_html(report: Json, language: str) -> str:
    """The report as a page with labels in ``language`` (``en`` or ``zh``).

    ``report`` is the JSON of ``scoring.report`` with the server's ``interview``, ``human_scores``,
    ``notes``, ``candidate_questions``, ``delivery``, ``observations`` and ``not_seen`` beside it; what
    of those is missing is left out.
    """
    chosen = "zh" if language == "zh" else "en"
    style = _style()
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report={**dict.fromkeys(BESIDE), **report},
            interview={**dict.fromkeys(INTERVIEW_FACTS), **(report.get("interview") or {})},
            language=chosen,
            spoken="zh-CN" if report.get("language") == "zh" else "en",
            say=partial(say, chosen),
            style=style,
            policy=f"default-src 'none'; style-src 'sha256-{_digest(style)}'",
            human=human_by_competency(report),
            delivery=measured_rows(report),
            observations=observation_rows(report.get("observations") or ()),
            competencies=[numbered(one) for one in report["competencies"]],
            points_sum=sum(row["points"] for row in report["arithmetic"] if row["points"] is not None),
            question_places={question["id"]: place + 1 for place, question in enumerate(report["questions"])},
            star_parts=STAR,
        )
    )


def human_by_competency(report: Json) -> dict[str, list[Json]]:
    """What people gave, by competency; each level with its sub-dimension's title."""
    titles = {
        (one["id"], scale["id"]): scale["title"]
        for one in report["competencies"]
        for scale in one["sub_dimensions"]
    }
    found: dict[str, list[Json]] = {}
    for given in report.get("human_scores") or ():
        levels = [
            {**one, "title": titles.get((given["competency"], one["sub_dimension"]), one["sub_dimension"])}
            for one in given["levels"]
        ]
        found.setdefault(given["competency"], []).append({**given, "levels": levels})
    return found


def time_code(at_ms: float | None) -> str:
    """``m:ss``, from an hour on ``h:mm:ss``; an unknown time is a dash."""
    if at_ms is None:
        return "–"
    seconds = max(0, int(at_ms)) // 1000
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def one_decimal(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def plain(value: float) -> str:
    """A weight as people write it: 40, not 40.0."""
    return f"{value:g}"


def numbered(competency: Json) -> dict[str, Any]:
    """The competency with every quote once, numbered; its sub-dimensions refer to the numbers."""
    quotes: list[Json] = []
    places: dict[tuple[str, int], int] = {}
    listed = [*competency["quotes"], *(q for scale in competency["sub_dimensions"] for q in scale["quotes"])]
    for quote in listed:
        key = (quote["text"], quote["start_ms"])
        if key not in places:
            quotes.append(quote)
            places[key] = len(quotes)
    scales = [
        {**scale, "refs": sorted({places[quote["text"], quote["start_ms"]] for quote in scale["quotes"]})}
        for scale in competency["sub_dimensions"]
    ]
    return {**competency, "quotes": quotes, "sub_dimensions": scales}


def measured_rows(report: Json) -> list[Json]:
    """Delivery by question, without rows in which nothing was measured."""
    fields = ("pace", "pause_share", "volume_dbfs", "talk_share", "reaction_ms", "answer_ms")
    return [row for row in report.get("delivery") or () if any(row.get(name) is not None for name in fields)]


def observation_rows(spans: Iterable[Json]) -> list[dict[str, Any]]:
    """Observations of one kind together: their times in order, and how long in all."""
    by_kind: dict[str, list[Json]] = {}
    for span in spans:
        by_kind.setdefault(span["kind"], []).append(span)
    return [
        {
            "kind": kind,
            "spans": found[:MOST_SPANS],
            "more": max(0, len(found) - MOST_SPANS),
            "total_ms": sum(span["to_ms"] - span["from_ms"] for span in found if span["to_ms"] is not None),
        }
        for kind, found in by_kind.items()
    ]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("j2",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_isolated,
    )
    environment.filters.update(time_code=time_code, one_decimal=one_decimal, plain=plain)
    return environment


def _isolated(value: Any) -> Any:
    """Whatever is put into the page; markup of the templates' own stays as it is."""
    return isolated(value) if type(value) is str else value


@lru_cache(maxsize=1)
def _style() -> str:
    return (TEMPLATES / "report.css").read_text(encoding="utf-8")


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
