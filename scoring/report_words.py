"""The report's sentences in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scoring.assess import Assessment
from scoring.contradictions import Contradiction
from scoring.evidence import AnswerReading
from scoring.job import ExpectedPoint, Job, Language, Question
from scoring.report_model import ReportNext
from scoring.transcript import Transcript


def note_texts(reading: AnswerReading, doubts: Sequence[Contradiction]) -> tuple[str, ...]:
    """What stands out in an answer's content."""
    english = reading.answer.language == "en"
    notes: list[str] = []
    if reading.off_topic:
        notes.append("The answer does not lead to the question." if english else "回答没有涉及这个问题。")
    for doubt in doubts:
        notes.append(
            f"“{doubt.earlier.text}” and “{doubt.later.text}” do not fit together; ask about it."
            if english
            else f"“{doubt.earlier.text}”与“{doubt.later.text}”对不上，建议核实。"
        )
    reasons = set(reading.without_credit.values())
    if "order" in reasons:
        notes.append(
            "Words addressed to the scorer were found; they count for nothing."
            if english
            else "回答中有对评分系统的要求，不计分。"
        )
    if "copy" in reasons:
        notes.append(
            "Parts repeat the question; they count for nothing." if english else "有复述题目的内容，不计分。"
        )
    if "repeat" in reasons:
        notes.append(
            "Parts are said more than once; they count once." if english else "有重复的内容，只计一次。"
        )
    if "list" in reasons:
        notes.append(
            "A bare list of key words counts for nothing." if english else "只罗列关键词的部分不计分。"
        )
    return tuple(notes)


_NOT_ANSWERED: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "not_asked": "this question was not asked",
        "skipped": "this question was skipped by the interviewer",
        "not_answered": "this question was not answered",
    },
    "zh": {
        "not_asked": "这个问题没有问到",
        "skipped": "这个问题被面试官跳过",
        "not_answered": "这个问题没有回答",
    },
}


def not_answered_request(job: Job, question: Question, state: str) -> ReportNext:
    return ReportNext(question.text, _NOT_ANSWERED[job.language][state], question.id)


def point_request(job: Job, question: Question, point: ExpectedPoint) -> ReportNext:
    why = f"not mentioned: {point.text}" if job.language == "en" else f"没有提到：{point.text}"
    return ReportNext(point.probe or question.text, why, question.id)


_STATE_LIMITS: Mapping[str, tuple[str, str]] = {
    "not_asked": ("Not asked", "没有问到"),
    "skipped": ("Skipped by the interviewer, counts neither for nor against", "面试官跳过，不计分"),
    "not_answered": ("Not answered", "没有回答"),
}


_BEGINNING: Mapping[Language, int] = {"en": 48, "zh": 18}
"""Characters of a question by which a reader knows it."""


def _named(number: int, question: Question, language: Language) -> str:
    """Number and beginning of a question; nobody who reads a report knows its id."""
    room = _BEGINNING[language]
    text = question.text
    if len(text) > room:
        text = (text[:room].rsplit(" ", 1)[0] if language == "en" else text[:room]).rstrip(
            " ,.，。、；"
        ) + "…"
    return f"{number} (“{text}”)" if language == "en" else f"第{number}题（“{text}”）"


def limits_of(
    job: Job, assessment: Assessment, states: Mapping[str, str], transcript: Transcript
) -> tuple[str, ...]:
    """What the evidence cannot show, as sentences."""
    english = job.language == "en"
    limits: list[str] = []
    for state, (en, zh) in _STATE_LIMITS.items():
        named = [
            _named(n, question, job.language)
            for n, question in enumerate(job.questions, 1)
            if states[question.id] == state
        ]
        if named and english:
            limits.append(f"{en}: question{'s' if len(named) > 1 else ''} {', '.join(named)}.")
        elif named:
            limits.append(f"{zh}：{'、'.join(named)}。")
    blank = [
        c.title for c, a in zip(job.competencies, assessment.competencies, strict=True) if a.score is None
    ]
    if blank:
        limits.append(
            f"Insufficient evidence for: {', '.join(blank)}. This is not a score of zero."
            if english
            else f"证据不足：{'、'.join(blank)}。这不等于零分。"
        )
    if any(not utterance.words and utterance.speaker == "candidate" for utterance in transcript.utterances):
        limits.append(
            "Some words have no time of their own; their seconds are estimated within the utterance."
            if english
            else "部分内容没有逐词时间，时间按语句估算。"
        )
    limits.append(
        "Only what was said is judged, from the recognised or typed words; recognition makes mistakes, so listen "
        "to the quoted seconds before you decide. Levels come from fixed rules over quoted evidence; they propose, "
        "a person decides."
        if english
        else "只根据说出或输入的内容判断；语音识别可能有错，决定前请听一下所引的那几秒。等级由固定规则依据引文得出，仅供参考，由人决定。"
    )
    return tuple(limits)
