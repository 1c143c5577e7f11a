"""Which words are held up to a candidate: those that gave cause for the question, and whole."""

from __future__ import annotations

import pytest

from scoring.evidence import read_answer
from scoring.follow_up_quotes import is_fit_to_quote
from scoring.follow_up_types import FollowUpKind
from scoring.follow_ups import plan
from scoring.job import Language
from tests.scoring.helpers import SUPERVISOR_EN, SUPERVISOR_ZH, job, said

CASES: list[tuple[Language, FollowUpKind, str, str]] = [
    # A claim is quoted before "how much?"; what was merely rebuilt is not.
    ("en", "quantify", "Well, after that the changeovers got a lot faster.", "changeovers got a lot faster"),
    ("en", "quantify", "I rebuilt the grinder myself.", ""),
    ("zh", "quantify", "后来废品少了很多。", "少了很多"),
    ("zh", "quantify", "大堂里好多人看着。", ""),
    # A deed says what the whole story is about; a word said or a look does not.
    ("en", "missing_star", "I drove to the customer with two spare pumps.", "drove to the customer"),
    ("en", "missing_star", "I rang him.", ""),
    ("zh", "missing_star", "我把两台备用泵连夜送到客户那里。", "连夜送到客户那里"),
    ("zh", "missing_star", "我说你这个比考驾照还要细。", ""),
    # Nobody has a part of their own in what a team had or was.
    ("en", "own_role", "We moved the boxes next to the belt.", "moved the boxes"),
    ("en", "own_role", "We went to the same gym.", ""),
    # … nor in what was only weighed or found; "them" and "that" mean nothing any more in a quote.
    ("en", "own_role", "We moved them to the other side of the belt.", ""),
    ("zh", "own_role", "我们把两条生产线的换型步骤合并成一条。", "合并"),
    ("zh", "own_role", "我们考虑到客户那边的要求比较高。", ""),
    ("zh", "own_role", "我们把服务拆完架构清晰很多。", ""),
    ("zh", "own_role", "我们从二十三个颜色减到十四个。", ""),
    ("zh", "own_role", "我们编译到了七分钟左右。", ""),
    # … nor in a scene, a prize or a state.
    ("zh", "own_role", "我们社区以前登记老年补贴。", ""),
    ("zh", "own_role", "我们小组还拿了集团的二等奖。", ""),
    ("zh", "own_role", "我们给客户换了全部的箱子。", "换了全部的箱子"),
    ("en", "own_role", "We held the weekly meeting on Mondays.", ""),
    ("en", "own_role", "We were dealing with a supermarket chain.", ""),
    ("en", "own_role", "We did a calculation what they would save over a year.", ""),
    # What was left open is no statement.
    ("en", "own_role", "It was about whether we write comments in German or in English.", ""),
]


@pytest.mark.parametrize(("language", "kind", "text", "quoted"), CASES)
def test_only_what_gave_cause_is_quoted(
    language: Language, kind: FollowUpKind, text: str, quoted: str
) -> None:
    the_job = job(SUPERVISOR_EN if language == "en" else SUPERVISOR_ZH)
    reading = read_answer(the_job, the_job.questions[1], said("q2", text, language=language))
    fit = [
        reading.answer.text[slice(*clause.phrase)]
        for clause in reading.clauses
        if clause.phrase and is_fit_to_quote(kind, clause, reading.answer.text, language)
    ]
    assert bool(fit) == bool(quoted), fit
    assert not quoted or any(quoted in quote for quote in fit), fit


def test_half_a_statement_is_not_quoted() -> None:
    """ "Improved was the mood" would be nonsense behind "You mentioned you"."""
    the_job = job(SUPERVISOR_EN)
    text = "What I really improved was the mood, and everybody was happier."
    planned = plan(the_job, said("q2", text), "q2", ())
    assert all("improved was" not in item.text for item in planned)


def test_without_a_fit_clause_the_question_is_asked_without_a_quote() -> None:
    the_job = job(SUPERVISOR_ZH)
    text = "那时候机器老是坏，我就看，看了两个小时，然后我又去仓库找，反正弄了一整个晚上，一直弄到早上"
    for item in plan(the_job, said("q2", text, language="zh"), "q2", ()):
        assert item.quote == "" or item.quote in text
        assert item.quote != "看了两个小时"
