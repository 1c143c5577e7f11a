"""The follow-up planner: what is asked, with which words of the candidate, and what is never asked."""

from __future__ import annotations

import pytest

from scoring.evidence import read_answer
from scoring.follow_up_candidates import Candidates
from scoring.follow_up_types import PLANNER_DEFAULTS, FollowUpKind, PlannedFollowUp
from scoring.follow_ups import AskedFollowUp, plan
from scoring.job import Language
from scoring.transcript import Transcript
from tests.scoring.helpers import SUPERVISOR_EN, SUPERVISOR_ZH, job, said


def _plan_en(
    text: str, question: str = "q2", *, complete: bool = True, asked: tuple[AskedFollowUp, ...] = ()
) -> list[tuple[str, str, str]]:
    return [
        (item.kind, item.quote, item.text)
        for item in plan(job(SUPERVISOR_EN), said(question, text, complete=complete), question, asked)
    ]


def test_a_claim_without_a_figure_is_asked_for_while_the_answer_is_open() -> None:
    text = "I optimised the production process and it went much better"
    kind, quote, sentence = _plan_en(text, complete=False)[0]
    assert (kind, quote) == ("quantify", "optimised the production process")
    assert sentence.startswith("You mentioned you optimised the production process. How much")


def test_the_same_in_chinese() -> None:
    best = plan(job(SUPERVISOR_ZH), said("q2", "我优化了生产流程，效果好多了。", language="zh"), "q2", ())[0]
    assert best.quote == "优化了生产流程"
    assert best.text.startswith("你提到“优化了生产流程”，效果能用数字")
    assert best.text.endswith("？")


def test_words_still_being_spoken_are_not_quoted() -> None:
    assert _plan_en("I optimised the production pro", complete=False) == []
    assert _plan_en("I optimised the production process and", complete=False) == []


def test_a_claim_with_its_figure_is_left_alone() -> None:
    text = "I rearranged the tool carts and the changeover time went from 40 to 25 minutes"
    assert all(kind != "quantify" for kind, _, _ in _plan_en(text))


def test_we_only_brings_the_question_for_the_own_part() -> None:
    text = (
        "we had a problem with the packing station and we moved the boxes closer and then we changed "
        "the order of the steps and errors fell by 20 percent"
    )
    assert _plan_en(text)[0][0] == "own_role"


def test_nothing_is_asked_twice_and_the_budget_holds() -> None:
    text = "I optimised the production process and it went much better"
    first = _plan_en(text)[0]
    asked = (AskedFollowUp("q2", "quantify", first[2], first[1]),)
    assert first[2] not in [item[2] for item in _plan_en(text, asked=asked)]
    assert _plan_en(text, asked=asked * 2) == []


def test_another_part_or_point_may_be_asked_for_after_one_without_a_quote() -> None:
    """Neither question quotes anything; that does not make them the same question."""
    the_job = job(SUPERVISOR_EN)
    question = the_job.questions[1]
    reading = read_answer(the_job, question, said("q2", "I moved the tool carts next to the press."))
    first, second = (point.probe or "" for point in question.expected_points[:2])

    def may_follow(item: tuple[FollowUpKind, str, str], earlier: tuple[FollowUpKind, str]) -> bool:
        asked = AskedFollowUp("q2", *earlier)
        candidates = Candidates(the_job, question, reading, (asked,), 1, PLANNER_DEFAULTS, ())
        kind, text, target = item
        return not candidates.was_asked(PlannedFollowUp(kind, text, "", 0, 0, "", target=target))

    end, deed = (
        "Thank you. And how did it turn out in the end?",
        "And what exactly did you do about it yourself?",
    )
    assert may_follow(("deepen", f"Thank you. {second}", "two"), ("deepen", f"Thank you. {first}"))
    assert not may_follow(("deepen", f"Thank you. {first}", "one"), ("deepen", f"Thank you. {first}"))
    assert may_follow(("missing_star", end, "result"), ("missing_star", f"Thank you. {deed}"))
    behind_a_quote = "You mentioned you moved the carts. How did the whole thing turn out in the end?"
    assert not may_follow(("missing_star", end, "result"), ("missing_star", behind_a_quote))
    figure = "Thank you. Can you put a figure on the result?"
    assert not may_follow(
        ("quantify", figure, ""), ("quantify", "You mentioned … How much faster, in figures?")
    )


def test_the_first_person_is_turned() -> None:
    assert (
        "You mentioned you reduced your team's overtime."
        in _plan_en("I reduced my team's overtime. It was good.")[0][2]
    )


def test_quotes_are_verbatim_and_in_their_time() -> None:
    cases: tuple[tuple[Language, str], ...] = (
        (
            "en",
            "um so I I improved the the shift plan, you know, and it went better. I also changed the cart.",
        ),
        ("zh", "嗯我优化了换线的步骤然后效果好多了我又调整了工位"),
    )
    for language, text in cases:
        transcript: Transcript = said("q2", text, language=language, start_ms=5_000)
        found = plan(job(f"production-supervisor.{language}"), transcript, "q2", ())
        quoting = [item for item in found if item.quote]
        assert quoting
        for item in quoting:
            assert item.quote in text
            assert 5_000 <= item.quote_start_ms < item.quote_end_ms <= transcript.utterances[0].end_ms


def test_an_answer_about_something_else_is_led_back() -> None:
    text = (
        "on the weekend i usually go hiking with my dog and last summer we went to the lake and it was "
        "really sunny and my sister cooked dinner for everybody and then we played cards"
    )
    kind, quote, sentence = _plan_en(text)[0]
    assert (kind, quote) == ("off_topic", "")
    assert "hiking" not in sentence and "cards" not in sentence


def test_unknown_question_and_silence_bring_nothing() -> None:
    assert _plan_en("I optimised the line.", "q99") == []
    assert _plan_en("") == []


COMPLETE = (
    "Last year our scrap rate on line two was almost eight per cent and I was responsible for it. "
    "First I recorded every stop for two weeks and made a pareto, and I asked the operators what they saw. "
    "Then I found the root cause, a worn fixture at station four. I designed a new fixture with the "
    "toolmaker and tested it for three shifts. Afterwards the scrap rate fell from 8 to 3 per cent, and it "
    "has stayed there since. Finally I wrote a new work instruction and trained everyone on all three shifts."
)


def test_a_complete_answer_is_not_asked_about_for_the_askings_sake() -> None:
    assert _plan_en(COMPLETE) == []


def test_hardly_anything_said_is_asked_about_once_the_answer_seems_finished() -> None:
    found = plan(
        job(SUPERVISOR_EN), said("q2", "I always handle things and solve problems somehow."), "q2", ()
    )
    assert found[0].kind in ("clarify", "missing_star")
    assert all(item.text.endswith("?") for item in found)


@pytest.mark.parametrize(
    ("name", "text", "quote", "sentence"),
    [
        (
            SUPERVISOR_EN,
            "We tested every box.",
            "",
            "There is something I could not quite put together. Could you",
        ),
        (
            SUPERVISOR_EN,
            "We had three days. We checked every single box on the bench.",
            "We checked every single box on the bench",
            "You said “We checked every single box on the bench”. Could you help me",
        ),
        (SUPERVISOR_ZH, "我们把箱子都测了。", "", "有个地方我没完全对上。你能"),
        (
            SUPERVISOR_ZH,
            "只有三天。检验一道都没少。",
            "检验一道都没少",
            "你刚才说“检验一道都没少”，",
        ),
    ],
)
def test_what_only_the_meaning_finds_odd_is_asked_about_once_by_what_was_said_without_exception(
    name: str, text: str, quote: str, sentence: str
) -> None:
    the_job = job(name)
    question = the_job.question("q2")
    assert question is not None
    reading = read_answer(the_job, question, said("q2", text, language=the_job.language))
    asked = Candidates(the_job, question, reading, (), 0, PLANNER_DEFAULTS, ()).not_fitting()
    assert [(item.kind, item.quote, item.moment) for item in asked] == [
        ("contradiction", quote, "answer_end")
    ]
    assert (asked[0].quote_end_ms > asked[0].quote_start_ms) == bool(quote)
    assert asked[0].text.startswith(sentence)
    here = [AskedFollowUp("q2", "contradiction", asked[0].text)]
    assert Candidates(the_job, question, reading, here, 1, PLANNER_DEFAULTS, ()).not_fitting() == []


@pytest.mark.parametrize(
    ("text", "wide"),
    [("I am honest and punctual and good with people.", True), ("I repaired the pumps in plant two.", False)],
)
def test_an_introduction_without_a_deed_may_be_a_school_leavers(text: str, *, wide: bool) -> None:
    the_job = job(SUPERVISOR_EN)
    question = the_job.questions[0]
    assert question.kind == "self_introduction"
    reading = read_answer(the_job, question, said(question.id, text + " " + "That is what I am like. " * 4))
    asked = Candidates(the_job, question, reading, (), 0, PLANNER_DEFAULTS, ()).without_cause()
    steps = [item.text for item in asked if item.kind == "clarify"]
    assert len(steps) == 1
    assert ("anywhere else" in steps[0]) == wide
