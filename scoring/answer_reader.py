"""What a language model's own layers make of an answer: help in choosing a follow-up, never part of a score.

The first layers of a small causal language model read question and answer; nothing is generated. The means
of what they hold of each word of the answer, of all of it and of its end, say whether a story has an end, an
effect, a figure, an own part far better than a sentence encoder does (decision 0052), because each word is
read with all that was said before it. Like the encoder's (``meaning``), such vectors cannot be shown by a
quote, so scores, evidence and coverage never see them.

Source: Alain and Bengio (2016), Understanding intermediate layers using linear classifier probes, ICLR.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from scoring.answer import answer_to
from scoring.job import Job, Language
from scoring.meaning import Vectors
from scoring.transcript import Transcript

VIEWS = (1.0, 0.4, 0.2)
"""Shares of an answer, from its end, whose words are averaged: all of it, and how it ends."""
LONGEST_TOKENS = 1_500
"""Of a longer answer (some eight minutes) the end is read."""
FRAMES: dict[Language, str] = {
    "en": "Interview question: {}\nCandidate: ",
    "zh": "面试问题：{}\n候选人：",
}
FOLDER = "answer-reader"
PREPARED = "prepared.json"


class ReadsAnswers(Protocol):
    """Turns an answer into one row for each of ``VIEWS``."""

    name: str
    """Which model, for the versions in the report."""

    def read(self, question: str, answer: str, language: Language) -> Vectors:
        """``answer``: its text so far, not empty. Some milliseconds for each word; blocks."""


class LayeredReader:
    """Implements ``ReadsAnswers`` with the layers that ``viva models`` has prepared.

    Not for several threads at once.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        import ctranslate2  # noqa: PLC0415 (who has no such model need not load its engine)
        from tokenizers import Tokenizer  # noqa: PLC0415

        self.name = str(json.loads((folder / PREPARED).read_text(encoding="utf-8"))["name"])
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._layers: Any = ctranslate2.Generator(
            str(folder), device="cpu", compute_type="int8", intra_threads=threads
        )

    def read(self, question: str, answer: str, language: Language) -> Vectors:
        frame = self._tokens(FRAMES[language].format(question))
        said = self._tokens(answer)[-LONGEST_TOKENS:]
        held = np.array(self._layers.forward_batch([[*frame, *said]]))[0, len(frame) :]
        return np.array([_mean_of_end(held, share) for share in VIEWS], dtype=np.float32)

    def _tokens(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer.encode(text).ids
        return found


def _mean_of_end(held: Vectors, share: float) -> Vectors:
    begins = min(len(held) - 1, int(len(held) * (1 - share)))
    return np.asarray(held[begins:].mean(axis=0), dtype=np.float32)


def answers_read(reader: ReadsAnswers | None, job: Job, transcript: Transcript) -> dict[str, Vectors]:
    """What a reader makes of every answer of a transcript, by question; nothing where there is no reader."""
    if reader is None:
        return {}
    texts = {question: answer_to(transcript, question.id).text for question in job.questions}
    return {
        question.id: reader.read(question.text, text, job.language)
        for question, text in texts.items()
        if text
    }


def default_folder(environ: Mapping[str, str]) -> Path:
    """Where ``viva models`` puts the reader. Scoring knows nothing of the media side, which says where models
    lie; a test holds the two together."""
    chosen, cache_folder = environ.get("VIVA_MODELS_DIR"), environ.get("XDG_CACHE_HOME", "")
    if chosen:
        return Path(chosen).expanduser() / FOLDER
    base = Path(cache_folder) if Path(cache_folder).is_absolute() else Path.home() / ".cache"
    return base / "viva" / "models" / FOLDER


@cache
def reader_in(folder: Path) -> LayeredReader | None:
    """The reader prepared in ``folder``, loaded once (about a second); None where there is none."""
    return LayeredReader(folder) if (folder / PREPARED).is_file() else None
