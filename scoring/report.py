"""The report of one interview, built from job, transcript and assessment. The model: ``report_model``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from scoring.assess import JUDGEMENT_VERSION, Assessment, CompetencyAssessment, ScaleAssessment
from scoring.contradictions import Contradiction, find_contradictions
from scoring.coverage import STAR_WANTED
from scoring.evidence import AnswerReading, Evidence, read_answer
from scoring.follow_ups import PlannedFollowUp, PlannerOptions, plan
from scoring.job import Competency, Job, Question
from scoring.meaning import CHOICE_BY_WORDS, Vectors, installed_encoder
from scoring.report_model import (
    REPORT_FORMAT,
    AskedInInterview,
    Report,
    ReportAnswer,
    ReportCompetency,
    ReportFollowUp,
    ReportHighlight,
    ReportNext,
    ReportPoint,
    ReportQuestion,
    ReportQuote,
    ReportRow,
    ReportSubDimension,
    ReportTotal,
    ReportVersions,
)
from scoring.report_words import limits_of, not_answered_request, note_texts, point_request
from scoring.transcript import Transcript

MOST_HIGHLIGHTS = 6
MOST_NEXT = 6


def build_report(
    job: Job,
    transcript: Transcript,
    assessment: Assessment,
    *,
    asked: Sequence[AskedInInterview] = (),
    asked_questions: Collection[str] | None = None,
    skipped: Collection[str] = (),
    policy: str | None = None,
    models: Mapping[str, str] | None = None,
    limits: Sequence[str] = (),
    read: Mapping[str, Vectors] | None = None,
) -> Report:
    """Everything judged, for people to read and check.

    ``asked``: follow-ups as they were asked. ``asked_questions``: ids of questions that were put (None:
    those with an answer count as put). ``skipped``: ids of those a person took from the candidate.
    ``limits``: sentences of the server about what was not seen or heard (camera off, audio gaps); they
    stand first. ``read``: by question, what an answer reader made of its answer; helps to choose what to
    ask next.
    """
    readings = {question.id: read_answer(job, question, transcript) for question in job.questions}
    doubts = find_contradictions(list(readings.values()))
    put = (
        set(asked_questions)
        if asked_questions is not None
        else {question_id for question_id, reading in readings.items() if reading.length} | set(skipped)
    )
    states = {
        question.id: _state(readings[question.id], question.id in put, question.id in skipped)
        for question in job.questions
    }
    questions = tuple(
        _question(
            stage.title,
            question,
            readings[question.id],
            assessment,
            states[question.id],
            [item for item in asked if item.question == question.id],
            [item for item in doubts if item.later.question == question.id],
        )
        for stage in job.stages
        for question in stage.questions
    )
    return Report(
        language=job.language,
        job_title=job.title,
        company=job.company,
        total=ReportTotal(
            assessment.score, assessment.match_per_cent, assessment.weight_covered, assessment.thresholds_met
        ),
        arithmetic=tuple(ReportRow(row.title, row.score, row.weight, row.points) for row in assessment.table),
        competencies=tuple(
            _competency(c, a) for c, a in zip(job.competencies, assessment.competencies, strict=True)
        ),
        questions=questions,
        highlights=_highlights(job, assessment, readings, doubts),
        ask_next=_ask_next(job, transcript, assessment, states, asked, read or {}),
        limits=(*limits, *limits_of(job, assessment, states, transcript)),
        versions=ReportVersions(
            REPORT_FORMAT,
            judgement_version(),
            job.id,
            job.version,
            policy,
            dict(models) if models is not None else None,
        ),
    )


def judgement_version() -> str:
    """Version of the rules; where no sentence encoder is installed, that as well."""
    return JUDGEMENT_VERSION if installed_encoder() else f"{JUDGEMENT_VERSION} ({CHOICE_BY_WORDS})"


def _state(reading: AnswerReading, put: bool, skipped: bool) -> str:
    if reading.length:
        return "answered"
    if not put:
        return "not_asked"
    return "skipped" if skipped else "not_answered"


def quote_of(evidence: Evidence) -> ReportQuote:
    return ReportQuote(evidence.text, evidence.start_ms, evidence.end_ms, evidence.question)


def _competency(competency: Competency, result: CompetencyAssessment) -> ReportCompetency:
    return ReportCompetency(
        competency.id,
        competency.title,
        competency.weight,
        competency.threshold,
        result.score,
        result.confidence,
        result.threshold_met,
        result.reason,
        tuple(map(quote_of, result.quotes)),
        tuple(
            _scale(scale.title, scale.weight, judged)
            for scale, judged in zip(competency.sub_dimensions, result.sub_dimensions, strict=True)
        ),
    )


def _scale(title: str, weight: float, judged: ScaleAssessment) -> ReportSubDimension:
    return ReportSubDimension(
        judged.id,
        title,
        weight,
        judged.level,
        judged.anchor,
        judged.reason,
        tuple(map(quote_of, judged.quotes)),
    )


def _question(
    stage: str,
    question: Question,
    reading: AnswerReading,
    assessment: Assessment,
    state: str,
    asked: Sequence[AskedInInterview],
    doubts: Sequence[Contradiction],
) -> ReportQuestion:
    coverage = assessment.coverage.get(question.id)
    star: dict[str, ReportQuote | None] = {
        part: quote_of(found) if (found := coverage.star.get(part) if coverage else None) else None
        for part in STAR_WANTED[question.kind]
    }
    said = reading.points()
    return ReportQuestion(
        question.id,
        stage,
        question.kind,
        question.text,
        state,
        tuple(ReportAnswer(u.text, u.start_ms, u.end_ms) for u in reading.answer.utterances),
        reading.answer.text,
        star,
        tuple(
            ReportPoint(point.id, point.text, quote_of(said[point.id]) if point.id in said else None)
            for point in question.expected_points
        ),
        tuple(
            ReportFollowUp(item.kind, item.text, item.quote, item.reason, item.by, item.at_ms)
            for item in asked
        ),
        note_texts(reading, doubts),
    )


def _highlights(
    job: Job, assessment: Assessment, readings: Mapping[str, AnswerReading], doubts: Sequence[Contradiction]
) -> tuple[ReportHighlight, ...]:
    """The strongest words of the interview, then what is worth checking; each with its quote."""
    found: list[ReportHighlight] = []
    seen: set[tuple[str, int]] = set()
    for competency, result in sorted(
        zip(job.competencies, assessment.competencies, strict=True), key=lambda pair: -(pair[1].score or 0)
    ):
        strong = [
            e for e in result.quotes if e.kind in ("number", "result", "comparison", "own_role", "method")
        ]
        for evidence in strong:
            if (evidence.question, evidence.clause) not in seen and (result.score or 0) >= 6:
                seen.add((evidence.question, evidence.clause))
                found.append(ReportHighlight("strength", competency.title, quote_of(evidence)))
                break
    for reading in readings.values():
        clashes = [item for item in doubts if item.later.question == reading.question.id]
        evidence_to_check = [*(item.later for item in clashes), *reading.of("off_topic")]
        notes = note_texts(reading, clashes)
        if notes and evidence_to_check:
            found.append(ReportHighlight("check", notes[0], quote_of(evidence_to_check[0])))
    return tuple(found[:MOST_HIGHLIGHTS])


def _ask_next(
    job: Job,
    transcript: Transcript,
    assessment: Assessment,
    states: Mapping[str, str],
    asked: Sequence[AskedInInterview],
    read: Mapping[str, Vectors],
) -> tuple[ReportNext, ...]:
    """What a person should ask in the next conversation, most important competency first."""
    spoken = {item.text for item in asked}
    weights = {
        question.id: sum(c.weight for c in job.competencies if c.id in question.competencies)
        for question in job.questions
    }
    found: list[tuple[float, ReportNext]] = []
    for question in job.questions:
        if states[question.id] != "answered":
            found.append(
                (weights[question.id] + 100, not_answered_request(job, question, states[question.id]))
            )
            continue
        planned: Sequence[PlannedFollowUp] = plan(
            job, transcript, question.id, (), PlannerOptions(most=2), read.get(question.id)
        )
        for item in planned:
            if item.text not in spoken:
                found.append(
                    (weights[question.id] * item.worth, ReportNext(item.text, item.reason, question.id))
                )
        missing = assessment.coverage.get(question.id)
        if missing is not None and not planned:
            point = next(
                (p for p in question.expected_points if missing.points.get(p.id) is None and p.probe), None
            )
            if point is not None:
                found.append((weights[question.id] * 0.3, point_request(job, question, point)))
    found.sort(key=lambda pair: -pair[0])
    return tuple(item for _, item in found[:MOST_NEXT])


__all__ = ["AskedInInterview", "Report", "build_report", "quote_of"]
