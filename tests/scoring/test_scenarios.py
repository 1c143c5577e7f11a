"""The scenario suite: written answers with the level and the probe a trained rater would give.

The held-out half was written before it was measured and is never tuned on; its thresholds are the
product's promise. ``pytest -s`` lists every follow-up sentence, to be read.
"""

from __future__ import annotations

import numpy as np
import pytest
import yaml

from scoring.agreement import icc_2_1
from scoring.alike import TYPES
from scoring.alike_file import FILES, By, rated_answers
from scoring.assess import assess
from scoring.evidence import read_answer
from scoring.job_file import shipped_jobs
from scoring.levels import BASE_LEVEL, LEVELS_BY_KIND, LEVELS_FOR
from tests.scoring import fit_follow_ups
from tests.scoring.fit_levels import COLUMNS, cross_validated, fit
from tests.scoring.fit_levels import rated_answers as answers_with_levels
from tests.scoring.judgement_figures import FOLDER, Figures, figures_of, scenarios

HELD_OUT = (*scenarios("held_out_fourth"), *scenarios("held_out_fifth"))


@pytest.fixture(scope="module")
def development() -> Figures:
    return figures_of(scenarios("development"))


def test_the_suite_is_large_and_covers_both_languages_and_four_jobs() -> None:
    halves = ("development", "stress", "blind", "held_out")
    everything = [item for half in halves for item in scenarios(half)]
    assert len({item.id for item in everything}) == len(everything) >= 80
    for half in ("development", "blind", "held_out", "held_out_sixth", "held_out_seventh", "held_out_eighth"):
        found = scenarios(half)
        assert {item.job for item in found} == set(shipped_jobs())
        assert {round(item.level) for item in found} == {1, 2, 3, 4, 5}


def test_the_held_out_sets_were_rated_by_three_who_agree() -> None:
    """The yardstick itself: author and two further raters, each blind to the rules and to one another.

    They agree more than trained people usually do, so they are of one school; what is measured is the
    distance of the judgement from that school.
    """
    others = yaml.safe_load((FOLDER / "raters.yaml").read_text(encoding="utf-8"))
    rated = HELD_OUT
    assert set(others) == {scenario.id for scenario in rated}
    levels = [[scenario.level, *(one["level"] for one in others[scenario.id])] for scenario in rated]
    agreement = icc_2_1(levels)
    print(f"\n{len(levels)} answers, three raters: ICC(2,1) {agreement.value:.3f}, {agreement.interval}")
    assert agreement.value >= 0.9
    best = [others[scenario.id][0]["probes"][0] in scenario.probes for scenario in rated]
    assert sum(best) / len(best) >= 0.9


@pytest.mark.timeout(1200)  # reading 352 answers: two minutes of a quiet core, seven of a slow and busy one
def test_the_held_out_half_agrees_with_its_raters() -> None:
    """The promise, on answers that nobody who writes rules has read: of the fourth and fifth set, and of all.

    The later sets are harder: weak answers were to be fluent and complete ones modest; of one of them alone
    the bar for levels is not reached. One test, since reading takes a third of a second for each answer.
    """
    first = figures_of(HELD_OUT, read=True)
    names = ("sixth", "seventh", "eighth")
    harder = [figures_of(scenarios(f"held_out_{name}"), read=True) for name in names]
    together = Figures.over([outcome for half in (first, *harder) for outcome in half.outcomes])
    for name, figures in zip(("fourth and fifth", *names), (first, *harder), strict=True):
        print(f"\nHeld out, {name} set:", *figures.lines(), sep="\n")
    print("\nAll held-out sets:", together.lines()[0])
    assert len(together.outcomes) == len(scenarios("held_out"))
    assert_whole_sentences(together)
    for figures in (first, together):
        assert figures.rank_correlation >= 0.8
        assert figures.mean_absolute_error <= 0.7
        assert figures.right_probe >= 0.85
    for figures in harder:
        assert figures.rank_correlation >= 0.70
        assert figures.mean_absolute_error <= 0.7
        assert figures.right_probe >= 0.8


def test_without_the_answer_reader_four_in_five_are() -> None:
    """The sentence encoder stands in. It knows less surely what was told, so that less is asked (82 % of all
    held-out answers; with bars that let more senseless questions through it was 84)."""
    assert figures_of(scenarios("held_out")).right_probe >= 0.8


def test_levels_of_a_set_are_foretold_by_the_other_sets() -> None:
    """Cross-validated: each development set is judged by a table fitted on the other sets alone.

    How well the table fits the answers it was fitted on says little; this says how well it generalises,
    as far as the evidence rules, which have seen all these answers, allow.
    """
    found = cross_validated()
    print("", *(figures.line(name) for name, figures in found.items()), sep="\n")
    assert found["all"].rank_correlation >= 0.90
    assert found["all"].mean_absolute_error <= 0.36
    assert found["blind"].rank_correlation >= 0.72
    assert found["blind"].mean_absolute_error <= 0.6
    written_with_the_rules = [figures for name, figures in found.items() if name != "blind"]
    assert all(figures.rank_correlation >= 0.85 for figures in written_with_the_rules)


def test_the_table_of_levels_is_the_fitted_one() -> None:
    """Fails when evidence rules have changed: ``python -m tests.scoring.fit_levels`` gives the new table."""
    base, coefficients = fit(answers_with_levels())
    assert pytest.approx(base, abs=0.02) == BASE_LEVEL
    for (feature, kind), fitted in zip(COLUMNS, coefficients, strict=True):
        table = LEVELS_FOR if kind is None else LEVELS_BY_KIND[kind]
        assert table[feature] == pytest.approx(fitted, abs=0.02)


def test_follow_ups_of_the_development_half_are_of_the_right_type(development: Figures) -> None:
    """It was learnt from; what the other sets teach of each set is printed by the fit (docs/scoring.md)."""
    print("\nDevelopment half:", *development.lines(), sep="\n")
    assert development.right_probe >= 0.9


@pytest.mark.parametrize("by", FILES)
def test_the_points_of_rated_answers_are_of_these_answers(by: By) -> None:
    """Fails when evidence rules have changed: ``python -m tests.scoring.fit_follow_ups`` makes all anew.

    Of every eightieth answer: all of them take a minute, and half an hour to be read.
    """
    rated = rated_answers(by)
    looked_at = 0
    written = [fit_follow_ups.probed(one) for one in fit_follow_ups.written_answers()[::80]]
    for answer in fit_follow_ups.with_readings(written, None):
        vectors = answer.seen(by)
        if not answer.teaches or vectors is None:
            continue
        apart = ((rated.points - rated.point(answer.signs, vectors)) ** 2).sum(axis=1)
        assert apart.min() < 0.01 * rated.points.var(axis=0).sum()
        right = rated.likely(answer.signs, vectors, answer.reading.answer.text).right
        assert right[TYPES[int(np.argmax([answer.names(kind) for kind in TYPES]))]] > 0.2
        looked_at += 1
    assert looked_at > 30


@pytest.mark.parametrize("half", ["development", "stress", "held_out"])
def test_every_quote_is_verbatim_and_every_score_has_one(half: str) -> None:
    for scenario in scenarios(half):
        job = shipped_jobs()[scenario.job]
        assessment = assess(job, scenario.transcript)
        utterance = scenario.transcript.utterances[0]
        for competency in assessment.competencies:
            scales = competency.sub_dimensions
            assert (competency.score is None) == (not competency.quotes)
            assert all((scale.level is None) == (competency.score is None) for scale in scales)
            for quote in (*competency.quotes, *(q for scale in scales for q in scale.quotes)):
                assert quote.text in scenario.answer
                assert utterance.start_ms <= quote.start_ms < quote.end_ms <= utterance.end_ms
        question = job.question(scenario.question)
        assert question is not None
        for evidence in read_answer(job, question, scenario.transcript).evidence:
            assert evidence.text in scenario.answer


@pytest.mark.parametrize("half", ["development", "stress", "held_out"])
def test_follow_ups_quote_verbatim_and_are_whole_sentences(half: str) -> None:
    assert_whole_sentences(figures_of(scenarios(half)))


def assert_whole_sentences(figures: Figures) -> None:
    """Every quote is the candidate's own words and every sentence is one that can be said."""
    for outcome in figures.outcomes:
        zh = outcome.scenario.job.endswith("zh")
        for item in outcome.follow_ups:
            assert item.quote in outcome.scenario.answer
            assert item.text.endswith(("？", "。") if zh else ("?", "."))
            assert "  " not in item.text
            assert len(item.text) < (140 if zh else 320)
            if zh and item.quote:
                assert f"“{item.quote}”" in item.text
