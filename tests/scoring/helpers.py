"""Short ways to write answers in tests."""

from __future__ import annotations

from scoring.job import Job, Language
from scoring.job_file import shipped_jobs
from scoring.transcript import Transcript, Utterance

SUPERVISOR_EN = "production-supervisor.en"
SUPERVISOR_ZH = "production-supervisor.zh"


def job(name: str) -> Job:
    return shipped_jobs()[name]


def said(
    question: str, *texts: str, language: Language = "en", complete: bool = True, start_ms: int = 0
) -> Transcript:
    """A transcript of one answer; 60 ms a character, half a second between utterances."""
    utterances = []
    at = start_ms
    for index, text in enumerate(texts):
        end = at + 60 * len(text)
        utterances.append(Utterance(question, at, end, text, complete=complete or index < len(texts) - 1))
        at = end + 500
    return Transcript(language, tuple(utterances))
