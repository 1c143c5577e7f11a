"""What an answer means: it helps to choose what is asked, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scoring import meaning, report
from scoring.alike import PARTS, TYPES, Likely
from scoring.assess import JUDGEMENT_VERSION, assess
from scoring.evidence import read_answer
from scoring.follow_up_candidates import Candidates
from scoring.follow_up_choice import likeliest
from scoring.follow_up_types import PlannerOptions
from scoring.follow_ups import plan, points_untold, possible_by_meaning
from scoring.job import Language
from scoring.levels import strength_of
from scoring.meaning import installed_encoder, meaning_of, parts_of, vectors_of
from scoring.told_points import TOLD
from tests.scoring.helpers import SUPERVISOR_EN, SUPERVISOR_ZH, job, said

HOLIDAY = (
    "well what comes to mind is our caravan, my nephew and I restored it over two summers, new curtains and "
    "a little stove, and then we drove to the coast with it and slept on a campsite by the dunes"
)
HOLIDAY_ZH = (
    "我想到的是我们家的老房车，我跟我侄子修了两个夏天，换了窗帘，"
    "装了个小炉子，后来就开到海边露营去了，晚上还能看星星"
)
WORK = (
    "the labels came out crooked, so I looked at the roll holder for a shift, turned a new bush for it and "
    "put a guide in front, and since then we have four jams a week instead of thirty"
)


@pytest.mark.parametrize(
    ("name", "text", "language"), [(SUPERVISOR_EN, HOLIDAY, "en"), (SUPERVISOR_ZH, HOLIDAY_ZH, "zh")]
)
def test_an_answer_about_something_else_is_led_back_in_both_languages(
    name: str, text: str, language: Language
) -> None:
    kinds = [item.kind for item in plan(job(name), said("q2", text, language=language), "q2")]
    assert kinds == ["off_topic"]


def test_an_answer_about_work_is_not() -> None:
    kinds = [item.kind for item in plan(job(SUPERVISOR_EN), said("q2", WORK), "q2")]
    assert "off_topic" not in kinds


def test_the_same_is_near_in_the_other_language() -> None:
    one, same, other = (
        vectors_of([text])[0]
        for text in ("my colleague and I repaired it together", "我和同事一起把它修好了", "it rained all day")
    )
    assert one @ same > 0.5 > one @ other
    assert np.linalg.norm(one) == pytest.approx(1.0, abs=1e-3)


def test_parts_are_the_whole_answer_in_order() -> None:
    reading = read_answer(job(SUPERVISOR_EN), job(SUPERVISOR_EN).questions[1], said("q2", WORK))
    assert " ".join(parts_of(reading)) == " ".join(reading.texts)
    assert all(len(part.split()) >= meaning.LEAST_LENGTH["en"] for part in parts_of(reading)[:-1])


def test_the_clause_still_being_spoken_is_left_out() -> None:
    the_job, whole = job(SUPERVISOR_EN), said("q2", WORK)
    utterance = replace(whole.utterances[0], complete=False)
    reading = read_answer(the_job, the_job.questions[1], replace(whole, utterances=(utterance,)))
    assert " ".join(parts_of(reading)) == " ".join(reading.texts[:-1])


def test_without_an_encoder_words_alone_choose_scores_stay_and_the_report_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    the_job, transcript = job(SUPERVISOR_EN), said("q2", WORK)
    scored = assess(the_job, transcript)
    by_words = plan(the_job, transcript, "q2", (), PlannerOptions(by_meaning=False))
    assert report.judgement_version() == JUDGEMENT_VERSION
    monkeypatch.setattr(meaning, "installed_encoder", lambda: None)
    monkeypatch.setattr(report, "installed_encoder", lambda: None)
    reading = read_answer(the_job, the_job.questions[1], transcript)
    assert meaning_of(reading) is None
    assert plan(the_job, transcript, "q2") == by_words
    assert assess(the_job, transcript) == scored
    assert report.judgement_version() == f"{JUDGEMENT_VERSION} (follow-ups chosen by words alone)"


def test_the_encoder_is_installed_with_viva() -> None:
    """Everything above but the path without it would say little otherwise."""
    assert installed_encoder() is not None


def test_points_are_asked_about_only_where_they_are_likelier_untold_than_told() -> None:
    the_job = job(SUPERVISOR_EN)
    question = the_job.questions[1]
    reading = read_answer(the_job, question, said("q2", WORK))
    candidates = Candidates(the_job, question, reading, (), 0, PlannerOptions(), ())
    parts = meaning_of(reading)
    assert parts is not None
    untold = points_untold(reading, strength_of(the_job, question, reading), parts)
    possible = possible_by_meaning(candidates, candidates.triggered(), reading, untold)
    told = {part: float(part != "clash") for part in PARTS}
    certain_to_deepen = Likely({kind: float(kind == "deepen") for kind in TYPES}, told)
    asked = [item.target for item in likeliest(possible, certain_to_deepen, question.kind, PlannerOptions())]
    points = [name for name in asked if name]
    assert points
    assert min(untold[name] for name in points) > 1 - TOLD
