"""Evidence: verbatim, time-coded spans of an answer, each of one kind.

``read_answer`` is the one place where an answer is taken apart; coverage, scores, follow-ups, live
prompts and the report all work from its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from scoring.answer import Answer, Clause, answer_to, join_answer
from scoring.clauses import clauses_of, content_of
from scoring.english_tokens import tokens_of
from scoring.evidence_kinds import EvidenceKind
from scoring.integrity import LEAST_ORDERS, clauses_without_credit
from scoring.job import Job, Language, Question
from scoring.points import find_points
from scoring.topic import is_off_topic
from scoring.transcript import Transcript, Utterance

TOLD = "told"
"""Detail of a situation or result that is one by its place in the story alone."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Verbatim words that show something. ``detail`` names the expected point, or says why."""

    kind: EvidenceKind
    text: str
    start_ms: int
    end_ms: int
    question: str
    clause: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AnswerReading:
    """An answer taken apart. ``without_credit`` maps clauses that gain nothing to the reason."""

    question: Question
    answer: Answer
    clauses: tuple[Clause, ...]
    texts: tuple[str, ...]
    without_credit: Mapping[int, str]
    evidence: tuple[Evidence, ...]
    length: int
    """Words; Chinese: characters."""
    off_topic: bool

    def of(self, kind: EvidenceKind) -> tuple[Evidence, ...]:
        return tuple(item for item in self.evidence if item.kind == kind)

    def points(self) -> dict[str, Evidence]:
        """Expected points that were said, by id."""
        return {item.detail: item for item in self.of("expected_point")}

    def quote(self, clause: int) -> tuple[str, int, int]:
        """Verbatim text and session times of a clause."""
        place = self.clauses[clause]
        start_ms, end_ms = self.answer.span_ms(place.start, place.end)
        return self.texts[clause], start_ms, end_ms


def read_answer(job: Job, question: Question, transcript: Transcript) -> AnswerReading:
    """Take one answer apart. The same words give the same reading, so it is remembered."""
    return _read(job, question, transcript.language, transcript.answer(question.id))


@lru_cache(maxsize=128)
def _read(
    job: Job, question: Question, language: Language, utterances: tuple[Utterance, ...]
) -> AnswerReading:
    answer = join_answer(utterances, language)
    clauses = clauses_of(answer)
    texts = tuple(answer.text[clause.start : clause.end] for clause in clauses)
    asked = " ".join(filter(None, (question.text, question.rephrased)))
    without = clauses_without_credit(
        clauses,
        texts,
        asked,
        content_of(asked, language),
        language,
        commands=question.kind == "situational",
    )
    length = len(tokens_of(answer)) if language == "en" else _characters(answer.text)
    found = _evidence(question, answer, clauses, texts, without, language)
    creditable = [index for index in range(len(clauses)) if index not in without]
    off_topic = is_off_topic(
        job,
        question,
        [clauses[index] for index in creditable],
        [texts[index] for index in creditable],
        points=sum(item.kind == "expected_point" for item in found),
        length=length,
    ) or _only_to_the_scorer(without, found)
    if off_topic and clauses:
        start_ms, end_ms = answer.span_ms(clauses[0].start, clauses[-1].end)
        found = (
            Evidence(
                "off_topic",
                answer.text[clauses[0].start : clauses[-1].end],
                start_ms,
                end_ms,
                question.id,
                0,
                "no_link",
            ),
        )
    return AnswerReading(question, answer, clauses, texts, without, found, length, off_topic)


def _evidence(
    question: Question,
    answer: Answer,
    clauses: tuple[Clause, ...],
    texts: tuple[str, ...],
    without: Mapping[int, str],
    language: Language,
) -> tuple[Evidence, ...]:
    found: list[Evidence] = []

    def add(kind: EvidenceKind, index: int, detail: str = "") -> None:
        start_ms, end_ms = answer.span_ms(clauses[index].start, clauses[index].end)
        found.append(Evidence(kind, texts[index], start_ms, end_ms, question.id, index, detail))

    told = _told_around_deeds(clauses, without)
    for index, clause in enumerate(clauses):
        if index in without:
            continue
        if index in told and told[index] not in clause.marks:
            add(told[index], index, TOLD)
        for kind in ("situation", "task", "action", "result", "number", "method", "time", "comparison"):
            if kind in clause.marks:
                add(kind, index)
        if "action" in clause.marks:
            add("own_role" if clause.who == "i" else "team_role", index)
    creditable = [
        i
        for i in range(len(clauses))
        if i not in without and (question.kind == "situational" or "hedged" not in clauses[i].marks)
    ]
    said = find_points(
        question.expected_points, [clauses[i] for i in creditable], [texts[i] for i in creditable], language
    )
    for point in question.expected_points:
        if point.id in said:
            add("expected_point", creditable[said[point.id]], point.id)
    return tuple(found)


def _only_to_the_scorer(without: Mapping[int, str], found: tuple[Evidence, ...]) -> bool:
    """Orders to the scorer, and beside them nothing that shows anything."""
    orders = sum(reason == "order" for reason in without.values())
    return orders >= LEAST_ORDERS and not any(
        item.kind in ("action", "result", "expected_point") for item in found
    )


def _told_around_deeds(clauses: tuple[Clause, ...], without: Mapping[int, str]) -> dict[int, EvidenceKind]:
    """What is told before the first deed is the situation, what is told after the last one its result."""
    deeds = [i for i, clause in enumerate(clauses) if "action" in clause.marks and i not in without]
    if not deeds:
        return {}
    around: dict[int, EvidenceKind] = {}
    for index, clause in enumerate(clauses):
        counted = "number" in clause.marks and clause.who in ("none", "other") and index < deeds[0]
        if not (counted or "told" in clause.marks) or index in without:
            continue
        since = "since" in clause.marks
        if not clause.content and not since:
            continue
        denied = "negated" in clause.marks and clause.who == "i"
        if index < deeds[0] and not (denied or "hedged" in clause.marks):
            around[index] = "situation"
        elif index > deeds[-1] and (since or not clause.marks & {"hedged", "negated", "task", "reaction"}):
            around[index] = "result"
    return around


def _characters(text: str) -> int:
    return sum(1 for character in text if character.isalnum())


__all__ = ["AnswerReading", "Evidence", "EvidenceKind", "answer_to", "content_of", "read_answer"]
