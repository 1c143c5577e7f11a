"""Statements about one thing that do not fit, whatever their verbs; and those that only look so."""

from __future__ import annotations

import pytest

from scoring.contradictions import find_contradictions
from scoring.evidence import read_answer
from scoring.job_file import shipped_jobs
from scoring.transcript import Transcript, Utterance


def _found(job_id: str, question_id: str, text: str) -> list[tuple[str, str]]:
    job = shipped_jobs()[job_id]
    question = job.question(question_id)
    assert question is not None
    transcript = Transcript(job.language, (Utterance(question_id, 0, 9_000, text),))
    found = find_contradictions([read_answer(job, question, transcript)])
    return [(item.earlier.text, item.later.text) for item in found]


SUPERVISOR_EN, SUPERVISOR_ZH = "production-supervisor.en", "production-supervisor.zh"


@pytest.mark.parametrize(
    ("job_id", "question_id", "text"),
    [
        (
            "bank-teller.en",
            "q2",
            "She had waited for half an hour. I opened a desk. She'd only waited five minutes.",
        ),
        (
            "bank-teller.en",
            "q2",
            "We charged him twice, 20 euros each. I said sorry. He got a hundred euros back.",
        ),
        (
            SUPERVISOR_EN,
            "q3",
            "The batch was 800 pumps. I planned it. I checked them. All 500 pumps went out.",
        ),
        (
            SUPERVISOR_EN,
            "q3",
            "They did overtime on Friday. I checked it. We did it without an hour of overtime.",
        ),
        (
            SUPERVISOR_EN,
            "q4",
            "Nobody helped me with it. I called them. My colleague helped me to count the boxes.",
        ),
        (
            SUPERVISOR_EN,
            "q2",
            "I led a team of twelve people. I measured it. In the end all five of us got a bonus.",
        ),
        (
            "sales.en",
            "q3",
            "The contract was worth £200,000. I met him twice. He signed the deal for £90,000.",
        ),
        (
            "sales.en",
            "q3",
            "I didn't give him a penny. I showed him the value. We signed at five per cent off.",
        ),
        (
            "sales.en",
            "q1",
            "I have seven years in sales. I sold cars. With three years in sales I know people.",
        ),
        (
            SUPERVISOR_EN,
            "q4",
            "We argued about it. I asked him why. I wrote it down. We never had an argument.",
        ),
        (
            "sales.en",
            "q4",
            "They had been our customer for ten years. I drove there. They'd been with us for two years.",
        ),
        ("software-engineer.zh", "q2", "我们排查了三个星期。我抓了堆。我改了代码。前后两天就搞定了。"),
        ("sales.zh", "q4", "他们停了一个礼拜的产。我赶过去了。我换了泵。一天都没停产就解决了。"),
        ("bank-teller.zh", "q2", "她排队排了半个小时。我道了歉。我查了系统。她才等了五分钟。"),
        (SUPERVISOR_ZH, "q3", "客户订了1200台水泵。我排了计划。首件我看的。最后八百台全部准时发走。"),
        ("sales.zh", "q3", "这个合同三百万。我跟他讲价值。他说贵。最后签了一百五十万。"),
        ("sales.zh", "q1", "我做销售八年了，卖过办公用品。我喜欢跟人打交道。虽然我做销售才三年，业绩不错。"),
    ],
)
def test_two_statements_about_one_thing_that_do_not_fit(job_id: str, question_id: str, text: str) -> None:
    assert len(_found(job_id, question_id, text)) == 1


@pytest.mark.parametrize(
    ("job_id", "question_id", "text"),
    [
        (
            "software-engineer.en",
            "q2",
            "It had been open for six months when I took it, no, five months. I traced it.",
        ),
        (
            "bank-teller.en",
            "q2",
            "She had waited for half an hour. I opened a desk. Now people wait five minutes.",
        ),
        ("bank-teller.en", "q2", "We charged him 40 euros. I looked at it. I refunded him twenty euros."),
        (
            SUPERVISOR_EN,
            "q3",
            "We had an order of 500 pumps. First we shipped 200 pumps. The other 300 went out on Friday.",
        ),
        (
            SUPERVISOR_EN,
            "q3",
            "They usually do overtime. I moved two people. We did not need overtime since then.",
        ),
        (
            "sales.en",
            "q3",
            "He wanted fifteen per cent off. I showed him the value. I didn't give him a discount.",
        ),
        (SUPERVISOR_ZH, "q3", "平时我们老加班。这次我重新排了班，一个班都没加。"),
        ("sales.zh", "q3", "客户开口就要八折。我跟他讲价值。我一分钱都没让，签了三年的合同。"),
        (SUPERVISOR_ZH, "q2", "我们分两班，不是，分三班开。我测了节拍。"),
    ],
)
def test_slips_changes_parts_and_wishes_are_no_contradiction(
    job_id: str, question_id: str, text: str
) -> None:
    assert _found(job_id, question_id, text) == []
