"""One answer as one text: a question's utterances joined, every character still at its time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from scoring.job import Language
from scoring.transcript import Transcript, Utterance

Who = Literal["i", "we", "other", "none"]
Mark = Literal[
    "action",
    "change",
    "result",
    "situation",
    "task",
    "number",
    "time",
    "method",
    "comparison",
    "vague",
    "hedged",
    "negated",
    "people",
    "learning",
    "told",
    "claim",
    "habit",
    "since",
    "reaction",
]


@dataclass(frozen=True, slots=True)
class Answer:
    """``text`` is verbatim; ``starts`` says where each utterance begins in it."""

    language: Language
    text: str
    utterances: tuple[Utterance, ...]
    starts: tuple[int, ...]

    @property
    def complete(self) -> bool:
        """False while the last utterance is still being spoken."""
        return not self.utterances or self.utterances[-1].complete

    def span_ms(self, start: int, end: int) -> tuple[int, int]:
        """Session time of ``text[start:end]``."""
        times = [
            utterance.span_ms(max(0, start - begin), min(len(utterance.text), end - begin))
            for utterance, begin in zip(self.utterances, self.starts, strict=True)
            if start < begin + len(utterance.text) and end > begin
        ]
        return (times[0][0], times[-1][1]) if times else (0, 0)


def join_answer(utterances: Sequence[Utterance], language: Language) -> Answer:
    """Join utterances in order; one blank between them in English and in Chinese alike."""
    text, starts = "", []
    for utterance in utterances:
        if text:
            text += " "
        starts.append(len(text))
        text += utterance.text
    return Answer(language, text, tuple(utterances), tuple(starts))


def answer_to(transcript: Transcript, question_id: str) -> Answer:
    return join_answer(transcript.answer(question_id), transcript.language)


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement within an answer.

    ``phrase`` is the part that can be quoted back as it is: it begins at the verb (English) or after
    the subject (Chinese) and has no loose end; None where no clean part exists. ``lead`` is what
    English needs before the phrase after "you" ("have " for "I've rebuilt …").
    """

    start: int
    end: int
    who: Who
    verb: str
    marks: frozenset[Mark]
    phrase: tuple[int, int] | None
    lead: str = ""
    finished: bool = True
    stems: tuple[str, ...] = ()
    content: frozenset[str] = frozenset()
    """Stems (Chinese: words) that carry meaning."""
    has_subject: bool = False
    """Somebody or something is named as the one who acts; otherwise ``who`` is taken over or unknown."""

    def moved(self, by: int, *, finished: bool) -> Clause:
        """The same clause further on in the text."""
        phrase = (self.phrase[0] + by, self.phrase[1] + by) if self.phrase else None
        return replace(self, start=self.start + by, end=self.end + by, phrase=phrase, finished=finished)
