"""The coverage board: verbatim words by competency and part, nothing missing that was not asked for."""

from __future__ import annotations

from scoring.coverage import board
from scoring.transcript import Transcript
from tests.scoring.helpers import SUPERVISOR_EN, SUPERVISOR_ZH, job, said

ANSWER = (
    "Last year we had too much scrap. I measured the cycle times and rearranged the tool carts. "
    "The scrap fell from 8 to 3 percent."
)


def test_each_cell_holds_the_words_that_show_it() -> None:
    rows = {row.competency: row for row in board(job(SUPERVISOR_EN), said("q2", ANSWER), {"q2"})}
    professional = rows["professional"]
    assert [item.text for item in professional.parts["situation"]] == ["Last year we had too much scrap"]
    assert "The scrap fell from 8 to 3 percent" in [item.text for item in professional.parts["number"]]
    assert professional.parts["task"] == ()
    cause = next(point for point in professional.points if point.evidence is not None)
    assert cause.evidence is not None
    assert cause.evidence.text in ANSWER
    assert {point.question for point in professional.points} == {"q2"}


def test_what_no_question_asked_for_yet_is_not_called_missing() -> None:
    rows = {row.competency: row for row in board(job(SUPERVISOR_EN), said("q2", ANSWER), {"q2"})}
    assert rows["emergency"].parts == {}
    assert rows["emergency"].points == ()
    situational = {row.competency: row for row in board(job(SUPERVISOR_EN), said("q2", ANSWER), {"q5"})}
    assert set(situational["emergency"].parts) == {"action", "number"}
    nothing = board(job(SUPERVISOR_ZH), Transcript("zh", ()), {"q2"})
    assert all(found == () for row in nothing for found in row.parts.values())
