"""Whisper's tokens as words: which tokens make one, and where in the window it lies. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from media_pipeline.events import Word
from media_pipeline.recognition.text import bare, simplified

if TYPE_CHECKING:
    from faster_whisper.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens that make a word (or a piece of one, or punctuation), as decoded: a space may lead."""

    text: str
    tokens: list[int]


@dataclass(frozen=True, slots=True)
class Time:
    """Where a piece lies in the window, and how sure the model is of it (0–1)."""

    start_ms: float
    end_ms: float
    probability: float | None = None


def pieces_of(tokenizer: Tokenizer, tokens: list[int]) -> list[Piece]:
    """Tokens as words. In Chinese every character is one, but a Latin word inside stays whole."""
    texts, groups = tokenizer.split_to_word_tokens([*tokens, tokenizer.eot])
    pieces: list[Piece] = []
    for text, group in zip(texts, groups, strict=True):
        if not group or group[0] >= tokenizer.eot:
            continue
        if pieces and _goes_on(pieces[-1].text, text):
            pieces[-1] = Piece(pieces[-1].text + text, [*pieces[-1].tokens, *group])
        else:
            pieces.append(Piece(text, group))
    return pieces


def _goes_on(before: str, after: str) -> bool:
    """Does a word go on (``ill`` + ``-disposed``, ``K`` + ``PI``)? Chinese characters stand alone."""
    return _is_narrow(before[-1:]) and _is_narrow(after[:1]) and any(map(str.isalnum, after))


def _is_narrow(character: str) -> bool:
    return character.isascii() and not character.isspace()


def spread_times(pieces: Sequence[Piece], duration_ms: float) -> list[Time]:
    """Rough times: the window shared out by length of text."""
    lengths = np.cumsum([0] + [max(1, len(piece.text.strip())) for piece in pieces])
    edges = lengths / lengths[-1] * duration_ms
    return [Time(float(edges[i]), float(edges[i + 1])) for i in range(len(pieces))]


def times_of(
    pieces: Sequence[Piece],
    alignments: Sequence[tuple[int, int]],
    token_probabilities: Sequence[float],
    frame_ms: float,
    duration_ms: float,
) -> list[Time] | None:
    """Times of pieces from what CTranslate2's ``align`` gave; None where it lacks one.

    Args:
        alignments: pairs of a token's place and the encoder's frame it was heard in.
        frame_ms: length of such a frame.
        duration_ms: length of the window, which ends the last piece.
    """
    first_frame: dict[int, int] = {}
    for token_index, frame in alignments:
        first_frame.setdefault(token_index, frame)
    times = []
    at = 0
    for piece in pieces:
        begin = first_frame.get(at)
        end = first_frame.get(at + len(piece.tokens))
        if begin is None:
            return None
        probabilities = token_probabilities[at : at + len(piece.tokens)]
        times.append(
            Time(
                begin * frame_ms,
                end * frame_ms if end is not None else duration_ms,
                float(np.mean(probabilities)) if len(probabilities) else None,
            )
        )
        at += len(piece.tokens)
    return times


def words_of(pieces: Sequence[Piece], times: Sequence[Time], duration_ms: float) -> tuple[Word, ...]:
    """Pieces as words: punctuation joined to the word before it, times kept in order and in the window."""
    words: list[Word] = []
    latest = 0.0
    for piece, time in zip(pieces, times, strict=True):
        text = simplified(piece.text).strip()
        if not text:
            continue
        if words and not bare(text):
            previous = words[-1]
            words[-1] = Word(previous.text + text, previous.start_ms, previous.end_ms, previous.probability)
            continue
        start = min(max(time.start_ms, latest), duration_ms)
        end = min(max(time.end_ms, start), duration_ms)
        latest = end
        probability = None if time.probability is None else round(time.probability, 3)
        words.append(Word(text, round(start), round(end), probability))
    return tuple(words)
