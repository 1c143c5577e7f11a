"""The fitted points, and what it takes to lay an answer among them, as the files that come with Viva."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np

from scoring.alike import Directions, Floats, RatedAnswers
from scoring.wordings import WordTable

By = Literal["reader", "encoder"]
"""What turned answers into vectors: a language model's layers (``answer_reader``) or a sentence encoder
(``meaning``)."""
FILES: dict[By, tuple[str, str]] = {
    "reader": ("read_answers.json", "read_directions.json"),
    "encoder": ("rated_answers.json", "rated_words.json"),
}
"""Of the points, and of the rest. Two, since neither may grow too large for a repository."""


@cache
def rated_answers(by: By = "encoder") -> RatedAnswers:
    """The points that come with Viva."""
    points, rest = ((files("scoring") / name).read_text(encoding="ascii") for name in FILES[by])
    return from_json(points, rest)


def to_json(rated: RatedAnswers) -> tuple[str, str]:
    """The texts of the two ``FILES``: columns of points, of words and each direction in 8 bits with a scale,
    other numbers in 16: in 8, what thousands of points add up to would be off by a third."""
    scales = _scales(rated.points)
    points = {
        "scales": [float(f"{scale:.5g}") for scale in scales],
        "answers": [
            _text(_bytes(np.round(point / scales), "i1") + _bytes(weights, "<f2"))
            for point, weights in zip(rated.points, rated.weights, strict=True)
        ],
    }
    rest = {
        "signs": list(rated.signs),
        "sign_scale": rated.sign_scale,
        "narrowness": round(rated.narrowness, 6),
        "usual": [round(float(value), 4) for value in rated.usual],
        "views": [[_half(view.middle), *map(_direction, view.axes)] for view in rated.views],
        "words": _words_as_text(rated.words),
        "end_words": _words_as_text(rated.end_words),
    }
    return json.dumps(points, indent=0) + "\n", json.dumps(rest, indent=0) + "\n"


def from_json(points: str, rest: str) -> RatedAnswers:
    """What ``to_json`` made two texts of."""
    laid: dict[str, Any] = json.loads(points)
    read: dict[str, Any] = json.loads(rest)
    scales = np.array(laid["scales"], dtype=np.float32)
    rows = [base64.b85decode(row) for row in laid["answers"]]
    places = np.array([_numbers(row[: len(scales)], "i1") for row in rows]) * scales
    weights = np.array([_numbers(row[len(scales) :], "<f2") for row in rows])
    return RatedAnswers(
        tuple(read["signs"]),
        read["sign_scale"],
        tuple(map(_view, read["views"])),
        places,
        weights,
        np.array(read["usual"], dtype=np.float32),
        read["narrowness"],
        _words(read["words"]),
        _words(read["end_words"]),
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


def _direction(axis: Floats) -> list[float | str]:
    scale = float(np.abs(axis).max()) / 127
    return [float(f"{scale:.5g}"), _packed(np.round(axis / scale), "i1")]


def _view(rows: Sequence[Any]) -> Directions:
    middle, *axes = rows
    directions = [_unpacked(axis, "i1") * np.float32(scale) for scale, axis in axes]
    return Directions(_unpacked(middle, "<f2"), np.array(directions))


def _half(row: Floats) -> str:
    return _packed(row, "<f2")


def _packed(row: Floats, kind: str) -> str:
    return _text(_bytes(row, kind))


def _unpacked(text: str, kind: str) -> Floats:
    return _numbers(base64.b85decode(text), kind)


def _bytes(row: Floats, kind: str) -> bytes:
    return np.asarray(row).astype(kind).tobytes()


def _numbers(kept: bytes, kind: str) -> Floats:
    return np.frombuffer(kept, dtype=kind).astype(np.float32)


def _text(kept: bytes) -> str:
    return base64.b85encode(kept).decode("ascii")
