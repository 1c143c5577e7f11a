"""A real report of the scripted interview: judged by ``scoring``, with the server's part beside it."""

from __future__ import annotations

from typing import Any

import msgspec

from scoring.assess import assess
from scoring.job_file import shipped_jobs
from scoring.report import build_report
from scoring.report_model import AskedInInterview
from scoring.transcript import Transcript, Utterance
from tests.browser.interviewer.scenarios import TEXTS, Language, delivery


def sample_report(language: Language) -> dict[str, Any]:
    texts = TEXTS[language]
    job = shipped_jobs()[f"production-supervisor.{language}"]
    utterances = [Utterance("q1", 31_000, 39_400, texts.introduction)]
    utterances += [
        Utterance("q2", 78_000 + 9_000 * place, 86_000 + 9_000 * place, text)
        for place, text in enumerate(texts.answer)
    ]
    transcript = Transcript(language, tuple(utterances))
    asked = [
        AskedInInterview("q2", "quantify", texts.follow_up, texts.quote, texts.reason, "system", 101_000)
    ]
    report = build_report(
        job,
        transcript,
        assess(job, transcript),
        asked=asked,
        asked_questions=["q1", "q2", "q3"],
        policy="standard",
        models={"recognition": "faster-whisper base", "turns": "Smart Turn v3.2"},
    )
    measured = delivery(60_000, pace=138, volume=-28.2, pause=0.24, language=language)
    return {
        **report.to_json(),
        "interview": {
            "id": f"demo-{language}",
            "candidate": texts.candidate,
            "mode": "video",
            "opened_at": "2026-11-22T09:30:00+00:00",
            "started_at_ms": 20_000,
            "ended_at_ms": 1_520_000,
            "end_reason": "completed",
            "retakes": 0,
            "accommodations": ["extra_time"],
            "consents": {"recording": True, "ai_analysis": True, "face_processing": True, "transfer": False},
        },
        "human_scores": [
            {
                "competency": "communication",
                "by": "ivan",
                "name": "Ivan Petrov",
                "score": 6.0,
                "whole": False,
                "complete": True,
                "reason": "",
                "levels": [
                    {"sub_dimension": scale.id, "level": 3, "reason": texts.note}
                    for scale in job.competencies[1].sub_dimensions
                ],
            },
        ],
        "human_totals": [{"by": "ivan", "name": "Ivan Petrov", "score": 6.0, "weight_covered": 25.0}],
        "decision": None,
        "decisions": [],
        "notes": [{"at_ms": 103_000, "by": "ivan", "name": "Ivan Petrov", "text": texts.note}],
        "bookmarks": [{"at_ms": 97_000, "by": "ivan", "name": "Ivan Petrov", "text": texts.points[1]}],
        "candidate_questions": [],
        "delivery": [{"question": question, **msgspec.to_builtins(measured)} for question in ("q1", "q2")],
        "observations": [
            {"kind": "backlit", "from_ms": 98_000, "to_ms": 141_000},
            {"kind": "looking_away", "from_ms": 52_000, "to_ms": 55_500},
            {"kind": "looking_away", "from_ms": 81_000, "to_ms": 83_000},
        ],
        "not_seen": ["vision_late"],
    }
