"""The fitted points, and the words beside them, as the two files that come with Viva."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from scoring.alike import Directions, Floats, RatedAnswers
from scoring.wordings import WordTable

FILE, WORDS_FILE = "rated_answers.json", "rated_words.json"


@cache
def rated_answers() -> RatedAnswers:
    """The points that come with Viva."""
    answers, words = ((files("scoring") / name).read_text(encoding="ascii") for name in (FILE, WORDS_FILE))
    return from_json(answers, words)


def to_json(rated: RatedAnswers) -> tuple[str, str]:
    """The texts of ``FILE`` and ``WORDS_FILE``: numbers in 16 bits, columns of points and of words in 8 with
    a scale each."""
    scales = _scales(rated.points)
    parts = {
        "signs": list(rated.signs),
        "narrowness": round(rated.narrowness, 6),
        "usual": [round(float(value), 4) for value in rated.usual],
        "scales": [float(f"{scale:.5g}") for scale in scales],
        "whole": [_packed(rated.whole.middle, "<f2"), *map(_half, rated.whole.axes)],
        "end": [_packed(rated.end.middle, "<f2"), *map(_half, rated.end.axes)],
        "answers": [
            [_packed(np.round(point / scales), "i1"), _half(weights)]
            for point, weights in zip(rated.points, rated.weights, strict=True)
        ],
    }
    words = {"words": _words_as_text(rated.words), "end_words": _words_as_text(rated.end_words)}
    return json.dumps(parts, indent=0) + "\n", json.dumps(words, indent=0) + "\n"


def from_json(answers: str, words: str) -> RatedAnswers:
    """What ``to_json`` made two texts of."""
    read: dict[str, Any] = json.loads(answers)
    tables: dict[str, Any] = json.loads(words)
    scales = np.array(read["scales"], dtype=np.float32)
    return RatedAnswers(
        tuple(read["signs"]),
        _directions(read["whole"]),
        _directions(read["end"]),
        np.array([_unpacked(point, "i1") for point, _ in read["answers"]]) * scales,
        np.array([_unpacked(weights, "<f2") for _, weights in read["answers"]]),
        np.array(read["usual"], dtype=np.float32),
        read["narrowness"],
        _words(tables["words"]),
        _words(tables["end_words"]),
    )


def _words_as_text(table: WordTable) -> dict[str, Any]:
    scales = _scales(table.says)
    return {
        "words": "\t".join(table.words),
        "rarity": _half(table.rarity),
        "scales": [float(f"{scale:.5g}") for scale in scales],
        "says": _packed(np.round(table.says / scales), "i1"),
    }


def _words(read: dict[str, Any]) -> WordTable:
    words = tuple(read["words"].split("\t")) if read["words"] else ()
    scales = np.array(read["scales"], dtype=np.float32)
    says = _unpacked(read["says"], "i1").reshape(len(words), len(scales)) * scales
    return WordTable(words, _unpacked(read["rarity"], "<f2"), says)


def _scales(table: Floats) -> Floats:
    """For each column what one step of 127 is worth."""
    scales = np.abs(table).max(axis=0, initial=0.0) / 127
    return np.asarray(np.where(scales == 0, 1, scales), dtype=np.float32)


def _directions(rows: Sequence[str]) -> Directions:
    middle, *axes = (_unpacked(row, "<f2") for row in rows)
    return Directions(middle, np.array(axes))


def _half(row: Floats) -> str:
    return _packed(row, "<f2")


def _packed(row: Floats, kind: str) -> str:
    return base64.b64encode(np.asarray(row).astype(kind).tobytes()).decode("ascii")


def _unpacked(text: str, kind: str) -> Floats:
    return np.frombuffer(base64.b64decode(text), dtype=kind).astype(np.float32)
