"""What must hold for any job, any answer and anybody."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.assess import Assessment, assess
from scoring.follow_ups import plan
from scoring.job import Job
from scoring.job_file import shipped_jobs
from scoring.transcript import Transcript, Utterance
from tests.scoring.helpers import SUPERVISOR_EN, SUPERVISOR_ZH, job
from tests.scoring.judgement_figures import Scenario, scenarios

TRUE_EVIDENCE_EN = [
    "I measured the cycle times of every station",
    "I wrote a new work instruction",
    "I trained everyone on the night shift",
    "the scrap rate fell from 8 to 3 percent",
    "I asked the operators for their ideas",
    "I called the customer in the afternoon",
    "my task was to bring down the changeover time",
    "I rearranged the tool carts",
    "I informed the manager and maintenance",
    "I checked the first piece with quality",
    "compared to the year before the output rose by 12 percent",
    "I moved two people to the second line",
]
TRUE_EVIDENCE_ZH = [
    "我测量了每个工位的节拍",
    "我写了新的作业指导书",
    "我培训了夜班的所有人",
    "不良率从百分之八降到百分之三",
    "我问了操作工的建议",
    "下午我给客户打了电话",
    "我的任务是缩短换线时间",
    "我重新布置了工位",
    "我通知了维修和经理",
    "我检查了首件",
    "和前一年相比产量提高了百分之十二",
    "我抽调了两个人到另一条线",
]
slow = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _transcript(language: str, sentences: list[str], question: str = "q2") -> Transcript:
    utterances, at = [], 0
    for sentence in sentences:
        utterances.append(Utterance(question, at, at + 3_000, sentence + ("。" if language == "zh" else ".")))
        at += 3_500
    return Transcript("zh" if language == "zh" else "en", tuple(utterances))


def _scores(assessment: Assessment) -> dict[str, float]:
    return {c.id: c.score if c.score is not None else -1.0 for c in assessment.competencies}


@slow
@given(st.sampled_from(["en", "zh"]), st.data())
def test_adding_true_evidence_never_lowers_a_score(language: str, data: st.DataObject) -> None:
    pool = TRUE_EVIDENCE_EN if language == "en" else TRUE_EVIDENCE_ZH
    sentences = data.draw(st.lists(st.sampled_from(pool), min_size=2, max_size=8, unique=True))
    the_job = job(SUPERVISOR_EN if language == "en" else SUPERVISOR_ZH)
    before = assess(the_job, _transcript(language, sentences[:-1]))
    after = assess(the_job, _transcript(language, sentences))
    for competency, score in _scores(before).items():
        assert _scores(after)[competency] >= score
    assert (after.match_per_cent or 0) >= (before.match_per_cent or 0)


@slow
@given(st.data())
def test_an_answer_to_another_question_never_lowers_a_score(data: st.DataObject) -> None:
    the_job = job(SUPERVISOR_EN)
    first = _transcript(
        "en", data.draw(st.lists(st.sampled_from(TRUE_EVIDENCE_EN), min_size=1, max_size=6)), "q2"
    )
    second = _transcript(
        "en", data.draw(st.lists(st.sampled_from(TRUE_EVIDENCE_EN), min_size=1, max_size=6)), "q4"
    )
    both = Transcript("en", first.utterances + second.utterances)
    alone, together = _scores(assess(the_job, first)), _scores(assess(the_job, both))
    assert all(together[competency] >= score for competency, score in alone.items())


@slow
@given(st.randoms(use_true_random=False))
def test_the_order_of_questions_does_not_matter(rng: random.Random) -> None:
    chosen = [s for s in scenarios("development") if s.job == SUPERVISOR_EN]
    by_question = {s.question: s for s in rng.sample(chosen, len(chosen))}
    utterances = [s.transcript.utterances[0] for s in by_question.values()]
    shuffled = rng.sample(utterances, len(utterances))
    the_job = job(SUPERVISOR_EN)
    one = assess(the_job, Transcript("en", tuple(utterances)))
    other = assess(the_job, Transcript("en", tuple(shuffled)))
    assert _scores(one) == _scores(other)
    assert one.score == other.score
    questions = list(the_job.stages)
    rng.shuffle(questions)
    assert _scores(
        assess(replace(the_job, stages=tuple(questions)), Transcript("en", tuple(utterances)))
    ) == _scores(one)


NAMES_EN = [("Anna", "Mohammed"), ("Robin", "Xiuying"), ("Tom", "Fatima")]


@pytest.mark.parametrize(("name", "other"), NAMES_EN)
def test_names_change_nothing(name: str, other: str) -> None:
    text = (
        "My name is {0}. Last year my colleague {0} and I had too much scrap. I measured the cycle "
        "times with {0}, found the root cause and rearranged the tool carts. "
        "The scrap fell from 8 to 3 percent."
    )
    one, two = (assess(job(SUPERVISOR_EN), _transcript("en", [text.format(n)])) for n in (name, other))
    assert _scores(one) == _scores(two)
    assert one.competencies[0].confidence == two.competencies[0].confidence


@pytest.mark.parametrize(
    ("he", "she"),
    [
        (
            "I asked him why he stopped the line and he showed me his list. We agreed on his proposal.",
            "I asked her why she stopped the line and she showed me her list. We agreed on her proposal.",
        ),
        (
            "He was angry, so I listened to him. I told him my view, and he thanked me.",
            "She was angry, so I listened to her. I told her my view, and she thanked me.",
        ),
    ],
)
def test_pronouns_change_nothing(he: str, she: str) -> None:
    one, two = (assess(job(SUPERVISOR_EN), _transcript("en", [text], "q4")) for text in (he, she))
    assert _scores(one) == _scores(two)


@pytest.mark.parametrize(
    ("he", "she"),
    [
        (
            "我问他为什么停线，听他说完，他给我看了他的记录，我们达成一致。",
            "我问她为什么停线，听她说完，她给我看了她的记录，我们达成一致。",
        ),
        ("王强很生气，我请他坐下，跟他一起看了数据。", "李娜很生气，我请她坐下，跟她一起看了数据。"),
    ],
)
def test_pronouns_and_names_change_nothing_in_chinese(he: str, she: str) -> None:
    one, two = (assess(job(SUPERVISOR_ZH), _transcript("zh", [text], "q4")) for text in (he, she))
    assert _scores(one) == _scores(two)


@slow
@given(st.sampled_from(sorted(shipped_jobs())), st.lists(st.floats(0.5, 10), min_size=4, max_size=4))
def test_the_total_is_the_weighed_mean_whatever_the_weights(name: str, parts: list[float]) -> None:
    the_job = _with_weights(shipped_jobs()[name], [100 * part / sum(parts) for part in parts])
    chosen = [s for s in scenarios("development") if s.job == name]
    utterances = {s.question: s.transcript.utterances[0] for s in chosen}
    assessment = assess(the_job, Transcript(the_job.language, tuple(utterances.values())))
    scored = [(row.score, row.weight) for row in assessment.table if row.score is not None]
    mean = sum(score * weight for score, weight in scored) / sum(weight for _, weight in scored)
    assert assessment.score == pytest.approx(mean, abs=0.051)
    assert min(score for score, _ in scored) - 0.05 <= mean <= max(score for score, _ in scored) + 0.05


def _with_weights(the_job: Job, weights: list[float]) -> Job:
    return replace(
        the_job,
        competencies=tuple(
            replace(competency, weight=weight)
            for competency, weight in zip(the_job.competencies, weights, strict=True)
        ),
    )


@slow
@given(st.sampled_from(["en", "zh"]), st.text(max_size=200), st.booleans())
def test_any_text_is_judged_without_a_fault_and_quoted_verbatim(
    language: str, text: str, complete: bool
) -> None:
    the_job = job(SUPERVISOR_EN if language == "en" else SUPERVISOR_ZH)
    transcript = Transcript(the_job.language, (Utterance("q2", 0, 9_000, text, complete=complete),))
    for competency in assess(the_job, transcript).competencies:
        assert all(quote.text in text for quote in competency.quotes)
    for item in plan(the_job, transcript, "q2", ()):
        assert item.quote in text


@slow
@given(st.sampled_from(scenarios("development")), st.integers(0, 100))
def test_while_an_answer_grows_only_finished_words_are_quoted(scenario: Scenario, share: int) -> None:
    whole = scenario.answer
    cut = whole[: len(whole) * share // 100]
    the_job = shipped_jobs()[scenario.job]
    open_answer = Transcript(the_job.language, (Utterance(scenario.question, 0, 9_000, cut, complete=False),))
    for item in plan(the_job, open_answer, scenario.question, ()):
        assert item.quote in cut
        if item.quote:
            assert not cut.endswith(item.quote)
