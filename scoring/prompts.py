"""Live prompts to the interviewer: what to notice now, with the words it rests on.

At most three at once, each kind cooled down, so that nobody's eyes leave the candidate. Only content is
judged here; the server may add hints of its own (pace against the person's baseline, where the policy
file allows) to the candidates, and they pass the same limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scoring.contradictions import find_contradictions
from scoring.coverage import coverage_of
from scoring.evidence import AnswerReading, read_answer
from scoring.evidence_kinds import StarPart
from scoring.job import Job, Question
from scoring.transcript import Transcript

PromptKind = Literal["off_topic", "not_answered", "point_missing", "contradiction", "time", "hint"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """``key`` names what it is about, so that the same thing is not shown twice. ``quote`` is verbatim;
    empty where the prompt is about something that was not said. ``urgency`` orders, 0–1."""

    key: str
    kind: PromptKind
    text: str
    quote: str = ""
    quote_start_ms: int | None = None
    quote_end_ms: int | None = None
    urgency: float = 0.5


@dataclass(frozen=True, slots=True)
class ShownPrompt:
    key: str
    kind: PromptKind
    at_ms: int
    dismissed: bool = False


@dataclass(frozen=True, slots=True)
class PromptOptions:
    most: int = 3
    stays_ms: int = 20_000
    """How long a prompt stays before it may give way."""
    kind_rest_ms: int = 30_000
    """The same kind does not come again within this time."""
    key_rest_ms: int = 180_000
    """The same thing does not come again within this time; a dismissed one not at all."""


def content_prompts(
    job: Job, transcript: Transcript, question_id: str, *, answer_ms: int, answer_open: bool = True
) -> tuple[Prompt, ...]:
    """Everything worth noticing about one answer now, most urgent first.

    ``answer_ms``: how long the candidate has been answering. Missing things are named only once half of
    the answer's time is used or the answer has ended.
    """
    question = job.question(question_id)
    if question is None:
        return ()
    reading = read_answer(job, question, transcript)
    found = [
        *_contradiction(job, transcript, question),
        *_off_topic(reading),
        *_time(job, question, answer_ms, answer_open),
    ]
    if not reading.off_topic and (not answer_open or answer_ms >= question.answer_ms / 2):
        found += _missing(job, question, reading)
    return tuple(sorted(found, key=lambda prompt: -prompt.urgency))


def choose(
    candidates: Sequence[Prompt],
    shown: Sequence[ShownPrompt],
    now_ms: int,
    options: PromptOptions = PromptOptions(),
) -> tuple[Prompt, ...]:
    """Which candidates to show now, besides those that still stay. Never more than ``most`` together."""
    staying = [item for item in shown if not item.dismissed and now_ms - item.at_ms < options.stays_ms]
    room = options.most - len(staying)
    chosen: list[Prompt] = []
    kinds = {item.kind for item in shown if now_ms - item.at_ms < options.kind_rest_ms}
    for prompt in sorted(candidates, key=lambda item: -item.urgency):
        if len(chosen) >= room:
            break
        resting = any(
            item.key == prompt.key and (item.dismissed or now_ms - item.at_ms < options.key_rest_ms)
            for item in shown
        )
        if not resting and prompt.kind not in kinds and prompt.key not in {item.key for item in chosen}:
            chosen.append(prompt)
            kinds.add(prompt.kind)
    return tuple(chosen)


def _contradiction(job: Job, transcript: Transcript, question: Question) -> list[Prompt]:
    readings = [read_answer(job, other, transcript) for other in job.questions]
    return [
        Prompt(
            f"contradiction:{item.earlier.start_ms}:{item.later.start_ms}",
            "contradiction",
            _text(job, f"Does not fit “{item.earlier.text}”", f"与前面说的“{item.earlier.text}”对不上"),
            item.later.text,
            item.later.start_ms,
            item.later.end_ms,
            0.9,
        )
        for item in find_contradictions(readings)
        if item.later.question == question.id
    ]


def _off_topic(reading: AnswerReading) -> list[Prompt]:
    if not reading.off_topic:
        return []
    evidence = reading.of("off_topic")[0]
    text = (
        "Off topic: nothing said so far leads to the question"
        if reading.answer.language == "en"
        else "偏题：目前说的与问题无关"
    )
    return [
        Prompt(
            f"off_topic:{reading.question.id}",
            "off_topic",
            text,
            evidence.text,
            evidence.start_ms,
            evidence.end_ms,
            0.85,
        )
    ]


def _time(job: Job, question: Question, answer_ms: int, answer_open: bool) -> list[Prompt]:
    if not answer_open or answer_ms < question.answer_ms:
        return []
    minutes = question.answer_ms / 60_000
    return [
        Prompt(
            f"time:{question.id}",
            "time",
            _text(
                job,
                f"The {minutes:g} minutes planned for this answer are used",
                f"这个回答计划的{minutes:g}分钟已用完",
            ),
            urgency=0.5,
        )
    ]


_PART_NAMES = {
    "en": {"situation": "situation", "task": "task", "action": "own deed", "result": "result"},
    "zh": {"situation": "背景", "task": "任务", "action": "本人做的事", "result": "结果"},
}


def _missing(job: Job, question: Question, reading: AnswerReading) -> list[Prompt]:
    coverage = coverage_of(question, reading)
    last = reading.clauses[-1] if reading.clauses else None
    found: list[Prompt] = []
    wanted: tuple[StarPart, ...] = ("action", "result")
    for part in wanted:
        if part in coverage.star and coverage.star[part] is None and last is not None:
            name = _PART_NAMES[job.language][part]
            found.append(
                _after_last(
                    reading,
                    f"not_answered:{question.id}:{part}",
                    "not_answered",
                    _text(job, f"Not yet told: {name}", f"还没有讲：{name}"),
                    0.7,
                )
            )
    for place, point in enumerate(question.expected_points):
        if coverage.points[point.id] is None and last is not None:
            found.append(
                _after_last(
                    reading,
                    f"point:{question.id}:{point.id}",
                    "point_missing",
                    _text(job, f"Has not mentioned: {point.text}", f"还没有提到：{point.text}"),
                    0.45 - 0.02 * place,
                )
            )
    return found


def _after_last(reading: AnswerReading, key: str, kind: PromptKind, text: str, urgency: float) -> Prompt:
    quote, start_ms, end_ms = reading.quote(len(reading.clauses) - 1)
    return Prompt(key, kind, text, quote, start_ms, end_ms, urgency)


def _text(job: Job, english: str, chinese: str) -> str:
    return english if job.language == "en" else chinese
