"""What was said in one interview: utterances with their question and their place in session time.

The transcript is the only thing scoring ever sees of a candidate. It carries words and times, no
sound, no picture and no measure of delivery.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from scoring.job import Language

Speaker = Literal["candidate", "interviewer", "system"]


class TranscriptError(ValueError):
    """A transcript file that cannot be read; the sentence names the field."""

    code = "transcript"


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word (Chinese: one token) in session milliseconds."""

    text: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words said or typed in one go. ``complete`` is False while it is still being spoken."""

    question: str | None
    start_ms: int
    end_ms: int
    text: str
    speaker: Speaker = "candidate"
    words: tuple[Word, ...] = ()
    complete: bool = True

    def span_ms(self, start: int, end: int) -> tuple[int, int]:
        """Session time of the characters ``text[start:end]``.

        Exact to the word where words are known; otherwise shared out evenly over the characters.
        """
        place = _word_places(self.text, self.words)
        inside = [
            word
            for word, (begin, stop) in zip(self.words, place, strict=True)
            if begin < end and stop > start
        ]
        if inside:
            return inside[0].start_ms, inside[-1].end_ms
        length = max(1, len(self.text))
        duration = self.end_ms - self.start_ms
        return (self.start_ms + duration * start // length, self.start_ms + duration * end // length)


@dataclass(frozen=True, slots=True)
class Transcript:
    language: Language
    utterances: tuple[Utterance, ...]

    def answer(self, question_id: str) -> tuple[Utterance, ...]:
        """The candidate's utterances that belong to one question, in order of time."""
        return tuple(u for u in self.utterances if u.speaker == "candidate" and u.question == question_id)

    def until(self, at_ms: int) -> Transcript:
        """The transcript as it stood at a session time; an utterance still open then is cut off there."""
        return Transcript(
            self.language, tuple(cut for u in self.utterances if (cut := _cut(u, at_ms)) is not None)
        )


def _word_places(text: str, words: tuple[Word, ...]) -> list[tuple[int, int]]:
    """Where each word stands in the text; a word that is not found gets an empty place."""
    places: list[tuple[int, int]] = []
    position = 0
    for word in words:
        wanted = word.text.strip()
        found = text.find(wanted, position) if wanted else -1
        if found < 0:
            places.append((position, position))
            continue
        position = found + len(wanted)
        places.append((found, position))
    return places


def _cut(utterance: Utterance, at_ms: int) -> Utterance | None:
    if utterance.end_ms <= at_ms:
        return utterance
    if utterance.start_ms >= at_ms:
        return None
    if utterance.words:
        words = tuple(word for word in utterance.words if word.end_ms <= at_ms)
        places = _word_places(utterance.text, utterance.words)[: len(words)]
        text = utterance.text[: places[-1][1]] if places else ""
    else:
        words = ()
        share = (at_ms - utterance.start_ms) / (utterance.end_ms - utterance.start_ms)
        text = utterance.text[: int(len(utterance.text) * share)]
        if " " in text and not utterance.text[len(text) :].startswith(" "):
            text = text.rsplit(" ", 1)[0]
    if not text.strip():
        return None
    return Utterance(
        utterance.question, utterance.start_ms, at_ms, text, utterance.speaker, words, complete=False
    )


def transcript_from_json(data: object) -> Transcript:
    """Read the transcript file's form.

    ``{"language": "en", "utterances": [{"question", "start_ms", "end_ms", "speaker", "text",
    "words": [{"text", "start_ms", "end_ms"}]}]}``; ``words``, ``speaker`` and ``complete`` are optional.

    Raises TranscriptError naming the field.
    """
    document = _mapping(data, "transcript")
    language = document.get("language")
    if language not in ("en", "zh"):
        raise TranscriptError('language: write "en" or "zh"')
    utterances = document.get("utterances")
    if not isinstance(utterances, list):
        raise TranscriptError("utterances: a list is wanted")
    return Transcript(
        cast(Language, language),
        tuple(_utterance(item, f"utterances[{index}]") for index, item in enumerate(utterances)),
    )


def _utterance(data: object, field: str) -> Utterance:
    item = _mapping(data, field)
    text = item.get("text")
    if not isinstance(text, str):
        raise TranscriptError(f"{field}.text: a text is wanted")
    speaker = item.get("speaker", "candidate")
    if speaker not in ("candidate", "interviewer", "system"):
        raise TranscriptError(f"{field}.speaker: write candidate, interviewer or system")
    question = item.get("question")
    if question is not None and not isinstance(question, str):
        raise TranscriptError(f"{field}.question: a question id or null is wanted")
    start, end = _time(item, "start_ms", field), _time(item, "end_ms", field)
    if end < start:
        raise TranscriptError(f"{field}.end_ms: it lies before start_ms")
    words = item.get("words") or []
    if not isinstance(words, list):
        raise TranscriptError(f"{field}.words: a list is wanted")
    return Utterance(
        question,
        start,
        end,
        text,
        cast(Speaker, speaker),
        tuple(_word(word, f"{field}.words[{i}]") for i, word in enumerate(words)),
        complete=item.get("complete", True) is not False,
    )


def _word(data: object, field: str) -> Word:
    item = _mapping(data, field)
    text = item.get("text")
    if not isinstance(text, str):
        raise TranscriptError(f"{field}.text: a text is wanted")
    return Word(text, _time(item, "start_ms", field), _time(item, "end_ms", field))


def _time(item: Mapping[str, Any], name: str, field: str) -> int:
    value = item.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise TranscriptError(f"{field}.{name}: milliseconds from the interview's start are wanted")
    return int(value)


def _mapping(data: object, field: str) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise TranscriptError(f"{field}: an object is wanted")
    return data
