"""How follow-ups are said, where the words must fit more than one kind of answer."""

from __future__ import annotations

from typing import get_args

import pytest

from scoring.follow_up_words import Wording, asks_for, of_the_case_told, sentence
from scoring.job import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_named_one_case_is_not_asked_to_pick_one(language: Language) -> None:
    pick_one = sentence(Wording("clarify", language, "structured", 0))
    step_by_step = of_the_case_told(pick_one, language)
    assert step_by_step != pick_one
    assert of_the_case_told(step_by_step, language) == step_by_step


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_quote_stays_where_the_request_behind_it_is_another(language: Language) -> None:
    quote = "improve the handover" if language == "en" else "改善交接班"
    with_quote = sentence(Wording("clarify", language, "structured", 0, quote=quote, who="i"))
    of_it = of_the_case_told(with_quote, language)
    assert of_it != with_quote
    assert quote in of_it


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["quantify", "own_role", "off_topic", "missing_star"])
def test_nothing_else_changes_with_a_case_told(kind: str, language: Language) -> None:
    target = "result" if kind == "missing_star" else ""
    said = sentence(Wording(kind, language, "structured", 0, target, "the question"))  # type: ignore[arg-type]
    assert of_the_case_told(said, language) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_part_and_untold_deed_are_asked_for_in_the_same_words(language: Language) -> None:
    """Which of the two it was need not be certain."""
    own, deed = (
        Wording("own_role", language, "structured", 0),
        Wording("missing_star", language, "structured", 0, "action"),
    )
    assert sentence(own) == sentence(deed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whether_it_has_ended_counts_as_asking_for_the_end(language: Language) -> None:
    ends = {
        target: sentence(Wording("missing_star", language, "structured", 0, target))
        for target in ("result", "aftermath")
    }
    assert ends["result"] != ends["aftermath"]
    assert all(asks_for(said, target, language) for target, said in ends.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_has_named_no_deed_is_not_asked_to_pick_a_job(language: Language) -> None:
    of_a_job, of_any = (
        sentence(Wording("clarify", language, "self_introduction", 0, target)) for target in ("", "no_deed")
    )
    assert of_a_job != of_any
    assert ("anywhere else" in of_any) or ("别的都行" in of_any)
