"""The report's model: everything judged about one interview, as plain data with a published JSON form.

Schema: ``scoring/report.schema.json``. Delivery metrics, observations, human scores and the recording
are attached beside it by the server; scoring never sees them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from scoring.job import Language

REPORT_FORMAT = "1"


@dataclass(frozen=True, slots=True)
class ReportQuote:
    """Verbatim words of the candidate with the second they were said."""

    text: str
    start_ms: int
    end_ms: int
    question: str


@dataclass(frozen=True, slots=True)
class ReportSubDimension:
    id: str
    title: str
    weight: float
    level: float | None
    """1–5, one decimal; None: insufficient evidence."""
    anchor: str | None
    """The anchor's words that stand nearest to the level."""
    reason: str
    quotes: tuple[ReportQuote, ...]


@dataclass(frozen=True, slots=True)
class ReportCompetency:
    id: str
    title: str
    weight: float
    threshold: float | None
    score: float | None
    """0–10, one decimal; None: insufficient evidence."""
    confidence: float
    threshold_met: bool | None
    reason: str
    quotes: tuple[ReportQuote, ...]
    sub_dimensions: tuple[ReportSubDimension, ...]


@dataclass(frozen=True, slots=True)
class ReportPoint:
    """One expected point of a question; ``quote`` is where it was said, None where it was not."""

    id: str
    text: str
    quote: ReportQuote | None


@dataclass(frozen=True, slots=True)
class ReportFollowUp:
    kind: str
    text: str
    quote: str
    reason: str
    by: str
    """``system`` or ``interviewer``."""
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    """One stretch of the answer as it was heard or typed."""

    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class ReportQuestion:
    id: str
    stage: str
    kind: str
    text: str
    state: str
    """``answered``, ``not_answered``, ``skipped`` (by a person) or ``not_asked``."""
    answer: tuple[ReportAnswer, ...]
    answer_text: str
    star: Mapping[str, ReportQuote | None]
    """situation, task, action, result, each with its quote or None."""
    points: tuple[ReportPoint, ...]
    follow_ups: tuple[ReportFollowUp, ...]
    notes: tuple[str, ...]
    """What stands out in the content, e.g. off topic, contradiction; each a sentence."""


@dataclass(frozen=True, slots=True)
class ReportHighlight:
    kind: str
    """``strength`` or ``check`` (worth checking)."""
    text: str
    quote: ReportQuote | None


@dataclass(frozen=True, slots=True)
class ReportNext:
    """A question for the next conversation, with why."""

    text: str
    reason: str
    question: str | None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of the arithmetic: ``score × weight = points``."""

    competency: str
    score: float | None
    weight: float
    points: float | None


@dataclass(frozen=True, slots=True)
class ReportTotal:
    score: float | None
    """0–10, one decimal, over the competencies with evidence."""
    match_per_cent: int | None
    """Share of the whole job profile shown with evidence; what has none counts as not shown."""
    weight_covered: float
    """Per cent of the weights that have evidence."""
    thresholds_met: bool | None
    """None while a competency with a threshold has no evidence."""


@dataclass(frozen=True, slots=True)
class ReportVersions:
    """What produced the report; ``models`` and ``policy`` are filled in by the server."""

    report: str
    judgement: str
    job: str
    job_version: str
    policy: str | None = None
    models: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    language: Language
    job_title: str
    company: str
    total: ReportTotal
    arithmetic: tuple[ReportRow, ...]
    competencies: tuple[ReportCompetency, ...]
    questions: tuple[ReportQuestion, ...]
    highlights: tuple[ReportHighlight, ...]
    ask_next: tuple[ReportNext, ...]
    limits: tuple[str, ...]
    """What the evidence cannot show: not asked, not answered, not heard, rule-based only. Sentences."""
    versions: ReportVersions

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data that fits ``report.schema.json``."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class AskedInInterview:
    """A follow-up as it was asked, for the report."""

    question: str
    kind: str
    text: str
    quote: str
    reason: str
    by: str = "system"
    at_ms: int | None = None
