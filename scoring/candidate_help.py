"""Answers to a candidate's questions, from the job description alone, with the sentence they come from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from scoring.clauses import content_of
from scoring.job import Job, Language


@dataclass(frozen=True, slots=True)
class HelpAnswer:
    """``passage`` is the sentence of the job description; None: the question goes to HR."""

    text: str
    passage: str | None


_TOPICS: dict[Language, tuple[tuple[str, str], ...]] = {
    "en": (
        (r"salary|pay|paid|earn|money|wage|compensation", r"salary|wage"),
        (r"bonus|commission|supplement|extra pay", r"bonus|commission|supplement"),
        (r"holiday|vacation|leave|days off|time off", r"holiday|vacation"),
        (r"remote|home|hybrid|office days", r"home|remote|office"),
        (r"where|location|place|office|site|address|city", r"place of work|located|office|branch"),
        (
            r"hours|shift|shifts|start work|working time|weekend|night|overtime|on[- ]call",
            r"shift|hours|weekend|on[- ]call",
        ),
        (r"train|training|onboarding|learn|courses?", r"train|course|onboarding|mentor"),
        (r"probation|trial", r"probation"),
        (r"report to|boss|manager|supervisor", r"report to"),
        (r"team|colleagues|people", r"team|lead|people"),
        (
            r"next|process|steps|hear|result|decision|when will|how long",
            r"hear from us|selection|steps|working days",
        ),
        (
            r"clothes|dress|wear|shoes|uniform|equipment|laptop|computer",
            r"clothes|shoes|uniform|laptop|equipment",
        ),
        (
            r"tasks?|do all day|responsib|duties|role",
            r"responsible|you lead|you build|you advise|you sell|you serve",
        ),
        (r"travel", r"travel|car"),
        (r"promot|career|grow|develop", r"promot|career|advance"),
    ),
    "zh": (
        (r"工资|薪|待遇|收入|钱", r"月薪|年薪|底薪"),
        (r"奖金|提成|年终", r"奖|提成"),
        (r"补贴|津贴|夜班费", r"津贴|补贴"),
        (r"假|休息|年假", r"年假|假期|休假"),
        (r"远程|居家|在家|家里", r"居家|远程"),
        (r"哪里|地点|地址|在哪|城市|办公", r"地点|位于|网点"),
        (r"班次|几点|时间|加班|周末|夜班|倒班|几班|早班", r"班制|早班|周末|工作时间|值班"),
        (r"培训|学习|带教|入职", r"培训|带教|导师"),
        (r"试用", r"试用期"),
        (r"汇报|领导|上级|老板", r"汇报"),
        (r"团队|同事|多少人|手下", r"带领|团队"),
        (r"下一步|流程|结果|通知|多久|什么时候|几轮", r"通知|选拔|轮|工作日"),
        (r"衣服|鞋|工服|制服|电脑|设备", r"工作服|劳保|制服|电脑"),
        (r"住宿|宿舍|吃饭|食堂|餐|住", r"宿舍|餐"),
        (r"社保|保险|公积金|五险", r"五险"),
        (r"职责|做什么|工作内容|负责", r"负责|带领|你将"),
        (r"出差", r"出差"),
        (r"晋升|发展|升职", r"晋升|发展"),
    ),
}


def answer_from_job(job: Job, question: str) -> HelpAnswer:
    """Answer from the job description, quoting its sentence, or pass the question on to HR."""
    best = _best_passage(job, question.strip())
    if best is None:
        return HelpAnswer(_PASSED_ON[job.language], None)
    lead = "The job description says: " if job.language == "en" else "职位说明里写着："
    return HelpAnswer(f"{lead}{best}", best)


_PASSED_ON: dict[Language, str] = {
    "en": "I cannot answer that from the job description. I'll pass that on to HR, and they will answer you.",
    "zh": "职位说明里没有写这一点。我会把这个问题转给人事，由他们答复你。",
}


def _best_passage(job: Job, question: str) -> str | None:
    if not question:
        return None
    passages = passages_of(job)
    asked = content_of(question, job.language)
    scored = [
        (
            _topic_score(question, passage, job.language) + len(asked & content_of(passage, job.language)),
            -index,
            passage,
        )
        for index, passage in enumerate(passages)
    ]
    score, _, passage = max(scored, default=(0.0, 0, ""))
    return passage if score >= 1.5 else None


def _topic_score(question: str, passage: str, language: Language) -> float:
    """Each shared topic counts; the earlier topic in the question counts a little more."""
    score = 0.0
    for asks, says in _TOPICS[language]:
        if re.search(_bounded(asks, language), question, re.IGNORECASE):
            found = re.findall(_bounded(says, language), passage, re.IGNORECASE)
            if found:
                score += 1.5 + 0.25 * min(3, len(set(found)))
    return score


def _bounded(pattern: str, language: Language) -> str:
    return rf"\b(?:{pattern})" if language == "en" else pattern


@lru_cache(maxsize=64)
def passages_of(job: Job) -> Sequence[str]:
    """The sentences of the description, verbatim, then the next steps."""
    pattern = r"(?<=[.!?])\s+" if job.language == "en" else r"(?<=[。！？])\s*"
    return tuple(
        part.strip() for part in re.split(pattern, f"{job.description}\n{job.closing}") if part.strip()
    )
