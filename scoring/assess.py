"""From a transcript to scores that can be defended: levels, scores, confidence, and the words for each.

Rules of the house: no score without a verbatim quote; no evidence is "insufficient evidence" (None),
not zero; the arithmetic is here, in the open, and printable.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from scoring.contradictions import Contradiction, find_contradictions
from scoring.coverage import QuestionCoverage, coverage_of
from scoring.evidence import AnswerReading, Evidence, read_answer
from scoring.job import Competency, Job, Question, SubDimension
from scoring.levels import AnswerStrength, combine, strength_of, to_level
from scoring.reasons import competency_reason, scale_reason
from scoring.scales import score_of_levels, total_of_scores
from scoring.transcript import Transcript

JUDGEMENT_VERSION = "10"
QUOTES_PER_SCORE = 4


@dataclass(frozen=True, slots=True)
class ScaleAssessment:
    """One sub-dimension: level 1–5 with one decimal, or None for insufficient evidence."""

    id: str
    level: float | None
    anchor: str | None
    quotes: tuple[Evidence, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class CompetencyAssessment:
    """One competency: score 0–10 with one decimal, or None; confidence 0–1."""

    id: str
    score: float | None
    confidence: float
    threshold_met: bool | None
    sub_dimensions: tuple[ScaleAssessment, ...]
    quotes: tuple[Evidence, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """``points`` = score × weight / 100."""

    competency: str
    title: str
    score: float | None
    weight: float
    points: float | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """``score`` is over the competencies with evidence; ``match_per_cent`` over the whole job."""

    competencies: tuple[CompetencyAssessment, ...]
    coverage: Mapping[str, QuestionCoverage]
    table: tuple[TableRow, ...]
    score: float | None
    weight_covered: float
    match_per_cent: int | None
    thresholds_met: bool | None

    def competency(self, competency_id: str) -> CompetencyAssessment | None:
        return next((item for item in self.competencies if item.id == competency_id), None)

    def table_text(self) -> str:
        """The arithmetic as lines of text."""
        return _print_table(self)


def assess(job: Job, transcript: Transcript, *, not_asked: Collection[str] = ()) -> Assessment:
    """Judge everything said so far against the job.

    ``not_asked``: questions a person skipped or never put; they count neither for nor against anybody.
    What was said before a skip counts where it helps: nobody loses what they have shown, nor anything by
    having been cut off. Questions simply not answered yet do count as open, so a score grows as evidence
    comes and true evidence never lowers one.
    """
    readings = {question.id: read_answer(job, question, transcript) for question in job.questions}
    strengths = {question.id: strength_of(job, question, readings[question.id]) for question in job.questions}
    for question_id in not_asked:
        if question_id in readings and not strengths[question_id].has_evidence:
            del readings[question_id], strengths[question_id]
    doubts = find_contradictions(list(readings.values()))
    competencies = tuple(
        _assess_competency(job, competency, readings, strengths, doubts, not_asked)
        for competency in job.competencies
    )
    return _total(
        job,
        competencies,
        {
            question.id: coverage_of(question, readings[question.id])
            for question in job.questions
            if question.id in readings
        },
    )


def rescored(
    job: Job, assessment: Assessment, scales: Mapping[tuple[str, str], ScaleAssessment]
) -> Assessment:
    """The assessment with some scales, by (competency, scale), judged otherwise; the arithmetic done anew.

    A scale without evidence stays without a level, whatever is given for it.
    """
    competencies: list[CompetencyAssessment] = []
    for competency, judged in zip(job.competencies, assessment.competencies, strict=True):
        new = tuple(
            scales.get((competency.id, old.id), old) if old.level is not None else old
            for old in judged.sub_dimensions
        )
        score = judged.score if new == judged.sub_dimensions else _score(competency, new)
        met = None if competency.threshold is None or score is None else score >= competency.threshold
        competencies.append(replace(judged, sub_dimensions=new, score=score, threshold_met=met))
    return _total(job, tuple(competencies), assessment.coverage)


def _score(competency: Competency, scales: tuple[ScaleAssessment, ...]) -> float:
    score = score_of_levels(competency, {judged.id: judged.level for judged in scales})
    assert score is not None, "where there is evidence every scale has a level"
    return score


def answer_level(job: Job, question: Question, transcript: Transcript) -> float | None:
    """The level, 1–5, of one answer on its own; None: insufficient evidence."""
    strength = strength_of(job, question, read_answer(job, question, transcript))
    return to_level(strength.whole) if strength.has_evidence else None


def _assess_competency(
    job: Job,
    competency: Competency,
    readings: Mapping[str, AnswerReading],
    strengths: Mapping[str, AnswerStrength],
    doubts: Sequence[Contradiction],
    not_asked: Collection[str],
) -> CompetencyAssessment:
    linked = [question.id for question in job.questions_for(competency.id) if question.id in readings]
    answered = [question_id for question_id in linked if strengths[question_id].has_evidence]
    if not answered:
        scales = tuple(
            ScaleAssessment(scale.id, None, None, (), scale_reason(job.language, None, {}))
            for scale in competency.sub_dimensions
        )
        return CompetencyAssessment(
            competency.id, None, 0.0, None, scales, (), competency_reason(job.language, [], len(linked), 0)
        )
    quotes = _best_quotes([readings[question_id] for question_id in answered], ())
    scales = tuple(
        _assess_scale(job, scale, linked, readings, strengths, not_asked)
        for scale in competency.sub_dimensions
    )
    score = _score(competency, scales)
    return CompetencyAssessment(
        competency.id,
        score,
        _confidence(linked, answered, readings, doubts),
        None if competency.threshold is None else score >= competency.threshold,
        scales,
        quotes,
        competency_reason(job.language, [readings[q] for q in answered], len(linked), len(answered)),
    )


def _assess_scale(
    job: Job,
    scale: SubDimension,
    linked: list[str],
    readings: Mapping[str, AnswerReading],
    strengths: Mapping[str, AnswerStrength],
    not_asked: Collection[str],
) -> ScaleAssessment:
    each = {question_id: _on_scale(scale, strengths[question_id]) for question_id in linked}
    wanted = [strength for question_id, strength in each.items() if question_id not in not_asked]
    level = to_level(max(combine(wanted), combine(list(each.values()))))
    with_evidence = [readings[q] for q in linked if strengths[q].has_evidence]
    quotes = _best_quotes(with_evidence, scale.looks_at)
    shown = {
        kind: sum(item.kind == kind for reading in with_evidence for item in reading.evidence)
        for kind in (scale.looks_at or ("action", "result", "expected_point"))
    }
    return ScaleAssessment(
        scale.id,
        level,
        scale.anchors[min(4, max(0, round(level) - 1))],
        quotes,
        scale_reason(job.language, level, shown),
    )


def _on_scale(scale: SubDimension, strength: AnswerStrength) -> float:
    """How strong one answer is on one scale: mostly as a whole, the rest by what the scale looks at."""
    if not strength.has_evidence:
        return 0.0
    focus = [strength.parts[kind] for kind in scale.looks_at if kind in strength.parts]
    return 0.6 * strength.whole + 0.4 * sum(focus) / len(focus) if focus else strength.whole


_TELLING = (
    "number",
    "result",
    "comparison",
    "own_role",
    "expected_point",
    "method",
    "team_role",
    "task",
    "situation",
)


def _best_quotes(readings: list[AnswerReading], looks_at: tuple[str, ...]) -> tuple[Evidence, ...]:
    """The most telling words, each clause once, in the order they were said."""
    order = [*("own_role" if kind == "action" else kind for kind in looks_at), *_TELLING]
    kinds: dict[tuple[str, int], set[str]] = {}
    for reading in readings:
        for item in reading.evidence:
            kinds.setdefault((item.question, item.clause), set()).add(item.kind)
    found = [item for reading in readings for item in reading.evidence if item.kind in order]
    found.sort(
        key=lambda item: (-len(kinds[(item.question, item.clause)]), order.index(item.kind), item.start_ms)
    )
    chosen: dict[tuple[str, int], Evidence] = {}
    for item in found:
        chosen.setdefault((item.question, item.clause), item)
        if len(chosen) == QUOTES_PER_SCORE:
            break
    return tuple(sorted(chosen.values(), key=lambda item: item.start_ms))


def _confidence(
    linked: list[str],
    answered: list[str],
    readings: Mapping[str, AnswerReading],
    doubts: Sequence[Contradiction],
) -> float:
    """More answers and more evidence make a score surer; contradictions make it less sure."""
    spans = {(q, item.clause) for q in answered for item in readings[q].evidence}
    clashes = sum(item.later.question in answered for item in doubts)
    surety = 0.5 * len(answered) / len(linked) + 0.5 * min(1.0, len(spans) / (4 * len(linked)))
    return round(max(0.05, surety - 0.15 * clashes), 2)


def _total(
    job: Job, competencies: tuple[CompetencyAssessment, ...], coverage: Mapping[str, QuestionCoverage]
) -> Assessment:
    rows = tuple(
        TableRow(
            c.id, c.title, a.score, c.weight, None if a.score is None else round(a.score * c.weight / 100, 3)
        )
        for c, a in zip(job.competencies, competencies, strict=True)
    )
    total = total_of_scores(job, {row.competency: row.score for row in rows})
    points = sum(row.points for row in rows if row.points is not None)
    judged = [
        a.threshold_met
        for c, a in zip(job.competencies, competencies, strict=True)
        if c.threshold is not None
    ]
    met = False if False in judged else None if None in judged else True if judged else None
    return Assessment(
        competencies,
        coverage,
        rows,
        score=total.score,
        weight_covered=total.weight_covered,
        match_per_cent=None if total.score is None else round(10 * points),
        thresholds_met=met,
    )


def _print_table(assessment: Assessment) -> str:
    width = max(len(row.title) for row in assessment.table) + 2
    lines = [f"{'competency':<{width}}{'score':>6}  ×{'weight':>7}  ={'points':>8}"]
    for row in assessment.table:
        score = "none" if row.score is None else f"{row.score:.1f}"
        points = "–" if row.points is None else f"{row.points:.3f}"
        lines.append(f"{row.title:<{width}}{score:>6}  ×{row.weight:>6g}%  ={points:>8}")
    total = sum(row.points for row in assessment.table if row.points is not None)
    if assessment.score is not None:
        lines.append(
            f"sum {total:.3f} / weights with evidence {assessment.weight_covered:g}% "
            f"= {assessment.score:.1f} of 10; match {assessment.match_per_cent} %"
        )
    else:
        lines.append("insufficient evidence")
    return "\n".join(lines)
