"""What spoken English shows: deeds, figures and results, whatever is said between the words."""

from __future__ import annotations

import pytest

from scoring.evidence import read_answer
from tests.scoring.helpers import SUPERVISOR_EN, job, said
from tests.scoring.test_properties import TRUE_EVIDENCE_EN


def shown(answer: str) -> set[tuple[str, str]]:
    where = job(SUPERVISOR_EN)
    question = where.question("q2")
    assert question is not None
    return {(item.kind, item.text) for item in read_answer(where, question, said("q2", answer)).evidence}


def kinds(answer: str) -> set[str]:
    return {kind for kind, _ in shown(answer)}


@pytest.mark.parametrize("sentence", [one for one in TRUE_EVIDENCE_EN if one.startswith("I ")])
@pytest.mark.parametrize("hesitation", ["um", "er"])
def test_a_hesitation_parts_no_deed_from_what_it_was_done_to(sentence: str, hesitation: str) -> None:
    words = sentence.split()
    for place in range(1, len(words)):
        told = f"{' '.join(words[:place])}, {hesitation}, {' '.join(words[place:])}"
        assert ("action", told) in shown(f"{told}.")


@pytest.mark.parametrize(
    "deed",
    [
        "I had the belt replaced",
        "I got the fitter to look at it",
        "I got the crew to write down every break",
        "we had two trolleys welded in our workshop",
        "I got the changeover from fifty minutes down to thirty-one",
        "I went down there and checked the belt",
        "I balanced the till",
    ],
)
def test_who_has_others_do_it_has_done_it(deed: str) -> None:
    assert "action" in kinds(f"The press kept stopping. {deed}.")


@pytest.mark.parametrize(
    "told",
    [
        "I had the problem that the belt stopped",
        "I had a colleague who called the fitter",
        "I had ten minutes left",
        "I had the idea that it was broken",
        "we had the problem of crushed boxes",
        "I got a letter",
    ],
)
def test_what_somebody_had_is_no_deed(told: str) -> None:
    assert "action" not in kinds(f"The press kept stopping. {told}.")


@pytest.mark.parametrize("figure", ["twenty-one", "ninety-nine", "21"])
def test_a_figure_counts_however_it_is_written(figure: str) -> None:
    assert ("number", f"we had {figure} complaints") in shown(
        f"The press kept stopping and we had {figure} complaints."
    )


def test_going_down_to_the_line_is_no_result_and_scrap_that_went_down_is() -> None:
    assert "result" not in kinds("The press kept stopping. I went down there.")
    assert "result" in kinds("The press kept stopping. Scrap went down.")
