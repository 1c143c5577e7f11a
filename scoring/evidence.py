"""Evidence: verbatim, time-coded spans of an answer, each of one kind.

``read_answer`` is the one place where an answer is taken apart; coverage, scores, follow-ups, live
prompts and the report all work from its result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from scoring import chinese, english
from scoring.answer import Answer, Clause, answer_to, join_answer
from scoring.evidence_kinds import EvidenceKind
from scoring.integrity import clauses_without_credit
from scoring.job import Job, Language, Question
from scoring.points import find_point
from scoring.transcript import Transcript, Utterance

OFF_TOPIC_FROM_WORDS = {"en": 22, "zh": 40}
"""An answer shorter than this (words; Chinese: characters) is not called off topic."""


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


@lru_cache(maxsize=256)
def _read(job: Job, question: Question, language: Language,
          utterances: tuple[Utterance, ...]) -> AnswerReading:
    answer = join_answer(utterances, language)
    clauses = clauses_of(answer)
    texts = tuple(answer.text[clause.start:clause.end] for clause in clauses)
    asked = " ".join(filter(None, (question.text, question.rephrased)))
    without = clauses_without_credit(clauses, texts, asked, content_of(asked, language), language)
    length = len(english.tokens_of(answer)) if language == "en" else _characters(answer.text)
    found = _evidence(question, answer, clauses, texts, without, language)
    off_topic = length >= OFF_TOPIC_FROM_WORDS[language] and _is_off_topic(
        job, question, clauses, without, found, language)
    if off_topic and clauses:
        start_ms, end_ms = answer.span_ms(clauses[0].start, clauses[-1].end)
        found = (Evidence("off_topic", answer.text[clauses[0].start:clauses[-1].end], start_ms, end_ms,
                          question.id, 0, "no_link"),)
    return AnswerReading(question, answer, clauses, texts, without, found, length, off_topic)


def clauses_of(answer: Answer) -> tuple[Clause, ...]:
    return english.clauses_of(answer) if answer.language == "en" else chinese.clauses_of(answer)


@lru_cache(maxsize=1_000)
def content_of(text: str, language: Language) -> frozenset[str]:
    """The words of a text that carry meaning, as stems (Chinese: words)."""
    answer = join_answer((Utterance(None, 0, 0, text),), language)
    return frozenset().union(*(clause.content for clause in clauses_of(answer)))


def _evidence(question: Question, answer: Answer, clauses: tuple[Clause, ...], texts: tuple[str, ...],
              without: Mapping[int, str], language: Language) -> tuple[Evidence, ...]:
    found: list[Evidence] = []

    def add(kind: EvidenceKind, index: int, detail: str = "") -> None:
        start_ms, end_ms = answer.span_ms(clauses[index].start, clauses[index].end)
        found.append(Evidence(kind, texts[index], start_ms, end_ms, question.id, index, detail))

    for index, clause in enumerate(clauses):
        if index in without:
            continue
        for kind in ("situation", "task", "action", "result", "number", "method", "time", "comparison"):
            if kind in clause.marks:
                add(kind, index)
        if "action" in clause.marks:
            add("own_role" if clause.who == "i" else "team_role", index)
    creditable = [i for i in range(len(clauses)) if i not in without]
    for point in question.expected_points:
        at = find_point(point, [clauses[i] for i in creditable], [texts[i] for i in creditable], language)
        if at is not None:
            add("expected_point", creditable[at], point.id)
    return tuple(found)


def _characters(text: str) -> int:
    return sum(1 for character in text if character.isalnum())


@lru_cache(maxsize=256)
def _topic(job: Job, question: Question) -> tuple[frozenset[str], frozenset[str]]:
    """Words of the question itself, and words of the whole job."""
    own = [question.text, question.rephrased or "", *job.measures]
    for point in question.expected_points:
        own += [point.text, *point.synonyms]
    wide = [job.title, job.description, *job.assessed]
    for competency in job.competencies:
        for scale in competency.sub_dimensions:
            wide += [scale.title, *scale.anchors]
    for other in job.questions:
        wide += [other.text, *(point.text for point in other.expected_points)]
        wide += [synonym for point in other.expected_points for synonym in point.synonyms]
    def words(texts: list[str]) -> frozenset[str]:
        return frozenset().union(*(content_of(text, job.language) for text in texts))
    return words(own), words(wide)


def _is_off_topic(job: Job, question: Question, clauses: tuple[Clause, ...], without: Mapping[int, str],
                  found: tuple[Evidence, ...], language: Language) -> bool:
    """Nothing in the answer leads back to the question or to work of this kind.

    Counts, not shares: more words about the question can never make an answer off topic.
    """
    own, wide = _topic(job, question)
    said = frozenset().union(*(clause.content for i, clause in enumerate(clauses) if i not in without))
    points = sum(item.kind == "expected_point" for item in found)
    return points == 0 and len(said & own) < 2 and len(said & wide) < 4


__all__ = ["AnswerReading", "Evidence", "EvidenceKind", "answer_to", "content_of", "read_answer"]
