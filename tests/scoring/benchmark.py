"""Cost of one update of a live answer: ``python -m tests.scoring.benchmark``. Figures: docs/benchmarks.md.

A three-minute answer is put together from the development scenarios; its last utterance grows word by
word, as partials do. Time is the thread's own, so that neighbours on the machine do not count.
"""

from __future__ import annotations

import gc
import statistics
import time

from scoring.answer import join_answer
from scoring.assess import assess
from scoring.coverage import board, cover
from scoring.follow_ups import plan
from scoring.job import Language
from scoring.job_file import shipped_jobs
from scoring.transcript import Transcript, Utterance
from scoring.warm_up import warm_up
from tests.scoring.judgement_figures import installed_reader, scenarios

WORDS_IN_THREE_MINUTES: dict[Language, int] = {"en": 430, "zh": 720}
MS_PER_WORD: dict[Language, int] = {"en": 420, "zh": 250}


def long_answer(language: Language) -> list[Utterance]:
    job = f"production-supervisor.{language}"
    utterances: list[Utterance] = []
    words = at = 0
    texts = [s.answer for s in scenarios("development") if s.job == job and s.question in ("q2", "q3", "q4")]
    for text in texts * 3:
        length = len(text.split()) if language == "en" else len(text)
        if words + length > WORDS_IN_THREE_MINUTES[language]:
            break
        utterances.append(Utterance("q2", at, at + length * MS_PER_WORD[language], text))
        words += length
        at += length * MS_PER_WORD[language]
    return utterances


def main() -> None:
    warm_up()
    installed_reader().read("warm", "warm", "en")
    gc.collect()
    gc.freeze()  # as the server does
    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        job = shipped_jobs()[f"production-supervisor.{language}"]
        *before, last = long_answer(language)
        parts = last.text.split(" ") if language == "en" else list(last.text)
        join = " " if language == "en" else ""
        updates, scores = [], []
        question = job.question("q2")
        assert question is not None
        begun = time.perf_counter()
        text = join_answer(before, language).text
        read = installed_reader().read(question.text, text, language)
        reading_s = time.perf_counter() - begun
        for count in range(5, len(parts)):
            said = join.join(parts[:count])
            growing = Utterance("q2", last.start_ms, last.start_ms + 250 * count, said, complete=False)
            transcript = Transcript(language, (*before, growing))
            begun = time.thread_time()
            cover(job, transcript, "q2")
            plan(job, transcript, "q2", (), read=read)
            board(job, transcript, {"q2"})
            planned = time.thread_time()
            assess(job, transcript)
            updates.append(1000 * (planned - begun))
            scores.append(1000 * (time.thread_time() - planned))
        first, rest = updates[0], sorted(updates[1:])
        print(
            f"{language}: answer of {last.end_ms / 1000:.0f} s, {len(rest)} updates; coverage, plan, board: "
            f"median {statistics.median(rest):.1f} ms, 95th {rest[int(0.95 * len(rest))]:.1f} ms, "
            f"worst {rest[-1]:.1f} ms, first (nothing remembered) {first:.0f} ms; "
            f"scores: median {statistics.median(scores):.1f} ms; "
            f"beside it, in the background: {reading_s:.2f} s to read the answer with one thread"
        )


if __name__ == "__main__":
    main()
