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
from scoring.english_tokens import stem, tokens_of
from scoring.evidence_kinds import EvidenceKind
from scoring.integrity import clauses_without_credit
from scoring.job import Job, Language, Question
from scoring.points import find_points
from scoring.transcript import Transcript, Utterance
from scoring.words_en import NUMBER_WORDS

OFF_TOPIC_FROM_WORDS = {"en": 22, "zh": 40}
"""An answer shorter than this (words; Chinese: characters) is not called off topic."""

WORK_WORDS: Mapping[Language, str] = {
    "en": "company boss manager colleague customer client project department machine meeting order delivery "
    "deadline chief deputy warehouse office quality production sales planning trouble pallet supplier "
    "software server team shift job apprentice training complaint report process problem cost",
    "zh": "公司 领导 经理 同事 客户 顾客 项目 部门 设备 机器 会议 订单 交货 供应商 "
    "软件 服务器 团队 班组 培训 投诉 报告 流程 成本 工厂 车间 效率",
}
"""Words of work in general: an answer that uses several of them is not about the weekend."""


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
    without = clauses_without_credit(clauses, texts, asked, content_of(asked, language), language)
    length = len(tokens_of(answer)) if language == "en" else _characters(answer.text)
    found = _evidence(question, answer, clauses, texts, without, language)
    off_topic = length >= OFF_TOPIC_FROM_WORDS[language] and _is_off_topic(
        job, question, clauses, texts, without, found, language
    )
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


def clauses_of(answer: Answer) -> tuple[Clause, ...]:
    return english.clauses_of(answer) if answer.language == "en" else chinese.clauses_of(answer)


@lru_cache(maxsize=1_000)
def content_of(text: str, language: Language) -> frozenset[str]:
    """The words of a text that carry meaning, as stems (Chinese: words)."""
    answer = join_answer((Utterance(None, 0, 0, text),), language)
    return frozenset().union(*(clause.content for clause in clauses_of(answer)))


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
            add(told[index], index)
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


def _told_around_deeds(clauses: tuple[Clause, ...], without: Mapping[int, str]) -> dict[int, EvidenceKind]:
    """What is told before the first deed is the situation, what is told after the last one its result."""
    deeds = [i for i, clause in enumerate(clauses) if "action" in clause.marks and i not in without]
    if not deeds:
        return {}
    around: dict[int, EvidenceKind] = {}
    for index, clause in enumerate(clauses):
        if "told" not in clause.marks or clause.marks & {"hedged", "negated"} or not clause.content:
            continue
        if index < deeds[0]:
            around[index] = "situation"
        elif index > deeds[-1] and "task" not in clause.marks:
            around[index] = "result"
    return around


def _characters(text: str) -> int:
    return sum(1 for character in text if character.isalnum())


@lru_cache(maxsize=256)
def _topic(job: Job, question: Question) -> tuple[frozenset[str], frozenset[str]]:
    """Words of the question itself, and words of the whole job."""
    own = [question.text, question.rephrased or "", *job.measures]
    for point in question.expected_points:
        own += [point.text, *point.synonyms]
    wide = [job.title, job.description, *job.assessed, WORK_WORDS[job.language]]
    for competency in job.competencies:
        for scale in competency.sub_dimensions:
            wide += [scale.title, *scale.anchors]
    for other in job.questions:
        wide += [other.text, *(point.text for point in other.expected_points)]
        wide += [synonym for point in other.expected_points for synonym in point.synonyms]
    if job.language == "zh":
        return _pairs("，".join(own)), _pairs("，".join(wide))
    return (
        frozenset().union(*(content_of(text, "en") for text in own)),
        frozenset().union(*(content_of(text, "en") for text in wide)),
    )


_COUNTING = frozenset(stem(word) for word in (*NUMBER_WORDS, "end", "name", "hour", "minute", "week"))
_LOOSE_ZH = frozenset(
    "的了我你他她它们在有和是不就也很到说去看着没吗呢么怎这那一个自己人上下来过时候给跟对做把被让还都会要想好大小多少请讲次得再又"
    "当最后天里出之以为什"
)


def _pairs(text: str) -> frozenset[str]:
    """Pairs of characters that carry meaning; the same word is cut differently in different company."""
    return frozenset(
        text[i : i + 2]
        for i in range(len(text) - 1)
        if text[i].isalnum() and text[i + 1].isalnum() and not _LOOSE_ZH & {text[i], text[i + 1]}
    )


def _is_off_topic(
    job: Job,
    question: Question,
    clauses: tuple[Clause, ...],
    texts: tuple[str, ...],
    without: Mapping[int, str],
    found: tuple[Evidence, ...],
    language: Language,
) -> bool:
    """Hardly a word of the answer leads back to the question or to work of this kind."""
    if question.kind in ("self_introduction", "free"):
        return False
    own, wide = _topic(job, question)
    said = frozenset().union(*(clause.content for i, clause in enumerate(clauses) if i not in without))
    if any(item.kind == "expected_point" for item in found) or any("method" in c.marks for c in clauses):
        return False
    if language == "zh":  # words are cut differently in different company: look for them inside one another
        heard = _pairs("".join(texts[i] for i in range(len(texts)) if i not in without))
        return len(heard & own) < 2 and len(heard & wide) < 2
    said -= _COUNTING
    return len(said & own) < max(2.0, 0.06 * len(said)) and len(said & wide) < max(3.0, 0.15 * len(said))


__all__ = ["AnswerReading", "Evidence", "EvidenceKind", "answer_to", "content_of", "read_answer"]
