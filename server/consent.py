"""What candidates are asked to agree to, per purpose, in versioned words (FEATURES, Trust 5)."""

from __future__ import annotations

from dataclasses import dataclass

from media_pipeline.events import Language, Purpose

VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class ConsentText:
    purpose: Purpose
    title: str
    text: str
    required: bool
    """Without it this interview cannot be held here; a conversation with a person is offered instead."""


CONSENTS: dict[Language, tuple[ConsentText, ...]] = {
    "en": (
        ConsentText(
            "ai_analysis",
            "Transcript and analysis",
            "Your answers are written down by software on the company's own server and compared with "
            "the job's criteria. Every score points to your own words. A person decides.",
            True,
        ),
        ConsentText(
            "face_processing",
            "Camera check",
            "Software notes whether your face is in the picture, the light, and where you look, to help the "
            "interviewer. It recognises nobody, reads no feelings and never touches a score. You can say no.",
            False,
        ),
        ConsentText(
            "recording",
            "Recording",
            "Picture and sound may be recorded, encrypted, for review by the people who "
            "decide. You can say no.",
            False,
        ),
        ConsentText(
            "transfer",
            "Passing on to the hiring department",
            "The transcript and the report are passed on to the department that has the opening, "
            "and to nobody else.",
            True,
        ),
    ),
    "zh": (
        ConsentText(
            "ai_analysis",
            "转写与分析",
            "您的回答会由公司自己服务器上的软件转成文字，并与岗位标准逐条对照。每个分数都会指向您的原话，最终由人来决定。",
            True,
        ),
        ConsentText(
            "face_processing",
            "镜头检查",
            "软件会记录您是否在画面中、光线如何、视线朝向，用来提醒面试官。它不识别身份，不判断情绪，也绝不影响评分。您可以不同意。",
            False,
        ),
        ConsentText(
            "recording",
            "录制",
            "画面和声音可能会被加密录制，仅供做决定的人员回看。您可以不同意。",
            False,
        ),
        ConsentText(
            "transfer",
            "转交用人部门",
            "文字记录和报告会转交给招聘该岗位的部门，不会转给其他任何人。",
            True,
        ),
    ),
}


NEEDED: frozenset[Purpose] = frozenset(text.purpose for text in CONSENTS["en"] if text.required)
"""Without these the interview is not held; withdrawn while it is, it ends and a person goes on."""


def missing_consents(language: Language, given: dict[Purpose, bool]) -> tuple[ConsentText, ...]:
    """The required consents that were not given."""
    return tuple(text for text in CONSENTS[language] if text.required and not given.get(text.purpose))
