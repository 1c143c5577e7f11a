"""The coverage board on the wire: each quote once, a bounded number of them, and no score."""

from __future__ import annotations

import json

from scoring.coverage import BOARD, board
from scoring.job_file import shipped_jobs
from scoring.transcript import Transcript, Utterance
from server.control.coverage_view import QUOTES_PER_CELL, coverage_view

JOB = shipped_jobs()["production-supervisor.en"]
ANSWER = "Last year we had too much scrap. I measured the cycle times. The scrap fell from 8 to 3 percent. "


def test_the_page_gets_each_quote_once_and_no_score() -> None:
    many = " ".join(f"I measured machine {name} on Monday." for name in "abcdefghij")
    rows = board(JOB, Transcript("en", (Utterance("q2", 0, 60_000, ANSWER + many),)), {"q2"})
    view = coverage_view(rows)
    assert view is not None
    assert coverage_view(None) is None
    texts = [(quote["text"], quote["start_ms"]) for quote in view["quotes"]]
    assert len(set(texts)) == len(texts)
    for row in view["rows"]:
        assert set(row) == {"competency", "parts", "points"}
        assert set(row["parts"]) <= set(BOARD)
        for cell in row["parts"].values():
            assert len(cell["quotes"]) <= min(cell["count"], QUOTES_PER_CELL)
            assert all(0 <= place < len(texts) for place in cell["quotes"])
    assert "score" not in json.dumps(view)
