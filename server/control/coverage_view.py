"""The coverage board as the interviewer's page shows it: evidence by competency and part, never a score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scoring.coverage import BoardRow
from scoring.evidence import Evidence

Json = dict[str, Any]
QUOTES_PER_CELL = 6
"""The newest ones; ``count`` tells how many there are."""


def coverage_view(rows: Sequence[BoardRow] | None) -> Json | None:
    """``docs/protocol.md``, "coverage". Each quote stands once, cells name it by its place; None: not yet
    looked at."""
    if rows is None:
        return None
    quotes: list[Json] = []
    places: dict[tuple[str, int], int] = {}

    def place_of(evidence: Evidence) -> int:
        key = (evidence.question, evidence.clause)
        if key not in places:
            places[key] = len(quotes)
            quotes.append(
                {
                    "text": evidence.text,
                    "start_ms": evidence.start_ms,
                    "end_ms": evidence.end_ms,
                    "question": evidence.question,
                }
            )
        return places[key]

    shown = [
        {
            "competency": row.competency,
            "parts": {
                part: {
                    "count": len({(item.question, item.clause) for item in found}),
                    "quotes": [place_of(item) for item in found[-QUOTES_PER_CELL:]],
                }
                for part, found in row.parts.items()
            },
            "points": [
                {
                    "question": point.question,
                    "text": point.text,
                    "quote": None if point.evidence is None else place_of(point.evidence),
                }
                for point in row.points
            ],
        }
        for row in rows
    ]
    return {"quotes": quotes, "rows": shown}
