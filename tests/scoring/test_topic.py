"""Who is said to be off topic, and who is not whatever words they use."""

from __future__ import annotations

import pytest

from scoring.evidence import read_answer
from scoring.job_file import shipped_jobs
from scoring.transcript import Transcript, Utterance

ON_TOPIC = [
    # a quarrel told in words of another question of the job, the question's word for customers never said
    (
        "bank-teller.zh",
        "q2",
        "嗯就是有一次一个大爷过来取钱，排了快一个小时，轮到他的时候系统又坏了，他就拍桌子骂人。我先给他倒了杯水，"
        "跟他说了情况，然后让大堂经理把他带到另一个窗口手工办了。",
    ),
    # a workshop told in its own words; the only general one, 下班, is of letters that lead nowhere in pairs
    (
        "production-supervisor.zh",
        "q2",
        "就是那个磨床，冷却液老是溅得到处都是，地上滑得很。我拿废铁皮弯了个罩子，下班以后试了两回，"
        "又在底下开了个口让它流回去，后来地上就干了。",
    ),
    (
        "bank-teller.en",
        "q2",
        "this old gentleman had stood there for an hour, and then our printer gave up, and he began to shout "
        "and slam his hand on the desk. i got him a glass of water, told him straight what was wrong, and "
        "walked him over to the window next door where they did it by hand.",
    ),
]
OFF_TOPIC = [
    (
        "bank-teller.zh",
        "q2",
        "说到这个，我周末刚跟女朋友去海边度假，酒店早饭特别好，下午我们去爬山，晚上吃火锅，回来的路上堵车堵了"
        "两个小时，不过风景真的很漂亮，下次还想去旅游。",
    ),
    (
        "bank-teller.en",
        "q2",
        "well, on the weekend my girlfriend and i went to the beach, the hotel had a lovely breakfast, then "
        "we hiked up to the lake, and in the evening there was a concert with a good guitar player, we "
        "danced a lot.",
    ),
]


def off_topic(job_id: str, question_id: str, answer: str) -> bool:
    job = shipped_jobs()[job_id]
    question = job.question(question_id)
    assert question is not None
    said = Utterance(question_id, 0, 60_000, answer)
    return read_answer(job, question, Transcript(job.language, (said,))).off_topic


@pytest.mark.parametrize("answer", ON_TOPIC)
def test_a_story_that_was_asked_for_is_on_topic_in_whatever_words(answer: tuple[str, str, str]) -> None:
    assert not off_topic(*answer)


@pytest.mark.parametrize("answer", OFF_TOPIC)
def test_private_life_is_off_topic(answer: tuple[str, str, str]) -> None:
    assert off_topic(*answer)
