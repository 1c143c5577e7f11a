"""Load what loads slowly (Chinese dictionary, sentence encoder, shipped jobs) before an answer needs it."""

from __future__ import annotations

from scoring.alike_file import FILES, rated_answers
from scoring.chinese_verbs import dictionary_verbs
from scoring.chinese_words import cut_words
from scoring.english_tokens import stem
from scoring.job_file import shipped_jobs
from scoring.meaning import installed_encoder
from scoring.told_points import prepare


def warm_up() -> None:
    """About two seconds, once a process; without it the first Chinese answer waits for it."""
    cut_words("预热")
    dictionary_verbs()
    stem("warm")
    jobs = shipped_jobs()
    if installed_encoder() is not None:
        for by in FILES:
            rated_answers(by)
        for job in jobs.values():
            for question in job.questions:
                for point in question.expected_points:
                    prepare(point)
