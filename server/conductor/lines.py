"""What the interviewer's voice says of its own accord, in both languages."""

from __future__ import annotations

from media_pipeline.events import Language

LINES: dict[Language, dict[str, str]] = {
    "en": {
        "nudge": "Take your time. When you have said what you wanted to say, press “I’m done”.",
        "candidate_questions": "Thank you, those were my questions. Do you have any questions for us?",
        "candidate_questions_title": "Your questions",
    },
    "zh": {
        "nudge": "不着急，慢慢来。说完之后，请按“我说完了”。",
        "candidate_questions": "谢谢，我的问题问完了。您有什么想问我们的吗？",
        "candidate_questions_title": "您的提问",
    },
}


def line(language: Language, key: str) -> str:
    return LINES[language][key]
