"""Who asks for the next question is not asked about this one."""

from __future__ import annotations

import pytest

from scoring.answer import join_answer
from scoring.answer_reader import answers_read
from scoring.evidence import read_answer
from scoring.follow_ups import plan
from scoring.job import Language
from scoring.moving_on import asks_to_move_on, breaks_off, says_the_question_again, told_in_a_line
from scoring.transcript import Utterance
from tests.scoring.helpers import SUPERVISOR_EN, SUPERVISOR_ZH, job, said
from tests.scoring.judgement_figures import installed_reader, scenarios

MOVES_ON: list[tuple[Language, str]] = [
    ("en", "Hmm, honestly I can't think of a disagreement like that right now, can we move on please?"),
    ("en", "I have been thinking but nothing comes to mind. I'd rather skip this one, sorry."),
    ("en", "Sorry, right now I can't think of one from my own work. Maybe we can go on, please?"),
    ("en", "I don't have such a case, I'm sorry, I'm a bit nervous. Could we continue?"),
    ("en", "No, I never had that in all these years, really not. Next question, please."),
    ("zh", "这个我想了半天，真的没有碰到过这种情况，要不我们下一题吧"),
    ("zh", "我一时想不起来什么例子，这个问题能不能先跳过？"),
]


@pytest.mark.parametrize(("language", "text"), MOVES_ON)
def test_nothing_is_asked_of_who_wants_to_move_on(language: Language, text: str) -> None:
    the_job = job(SUPERVISOR_EN if language == "en" else SUPERVISOR_ZH)
    transcript = said("q4", text, language=language)
    assert asks_to_move_on(join_answer(transcript.utterances, language))
    assert plan(the_job, transcript, "q4") == ()


def test_the_wish_alone_keeps_a_follow_up_back() -> None:
    told = (
        "We had a dispute about the carts and in the end we moved them next to the line and it went better."
    )
    asked = [
        plan(job(SUPERVISOR_EN), said("q4", told + end), "q4") for end in ("", " Can we move on, please?")
    ]
    assert asked[0]
    assert asked[1] == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We settled it and could move on, and the next one he found alone."),
        ("en", "You replace the part and move on."),
        (
            "en",
            "Can we move on? No wait, there was one: I moved the carts next to the line and it helped.",
        ),
        ("zh", "每一根都过电测，没有因为赶就跳过。"),
        ("zh", "解决了以后我们就做下一个问题的分析了，后来都很顺利。"),
    ],
)
def test_moving_on_inside_a_story_is_none(language: Language, text: str) -> None:
    assert not asks_to_move_on(join_answer([Utterance("q4", 0, 9_000, text)], language))


NONE_EN = (
    "I get along with everybody, always have, so honestly I never really had a disagreement with anybody at "
    "work. We talk to each other and we respect each other, that is how it works, and my colleagues would "
    "tell you the same about me."
)
NONE_ZH = (
    "我跟同事关系一直都挺好的，大家都是互相尊重、互相理解，平时沟通也比较顺畅，所以这种意见不一致的情况"
    "我真没怎么碰到过，反正大家都以大局为重，都是为了把工作做好。"
)


@pytest.mark.parametrize(
    ("language", "name", "text"), [("en", SUPERVISOR_EN, NONE_EN), ("zh", SUPERVISOR_ZH, NONE_ZH)]
)
def test_who_finds_no_case_is_helped_by_an_easier_way_in(language: Language, name: str, text: str) -> None:
    the_job, transcript = job(name), said("q4", text, language=language)
    read = answers_read(installed_reader(), the_job, transcript)["q4"]
    planned = plan(the_job, transcript, "q4", read=read)
    question = the_job.question("q4")
    assert question is not None
    assert question.rephrased
    assert planned[0].text.startswith(("It can be something small. ", "小事也可以。"))
    assert planned[0].text.endswith(question.rephrased)


WISHES = {
    "blind26-sup-en-8",
    "blind26-sup-zh-8",
    "blind27-sup-en-6",
    "blind27-sales-zh-7",
    "blind29-sup-en-6",
    "blind29-soft-en-6",
    "blind28-bank-en-2",
    "blind29-bank-en-3",
    "blind29-bank-zh-6",
}
"""The only blind answers that were written to end with a wish to move on."""


def test_of_all_blind_answers_only_the_wishes_to_move_on_are_taken_for_one() -> None:
    by_language = [
        (s.id, join_answer(s.transcript.utterances, s.transcript.language)) for s in scenarios("blind")
    ]
    assert {name for name, answer in by_language if asks_to_move_on(answer)} == WISHES


@pytest.mark.parametrize(
    ("language", "name", "text"),
    [
        (
            "en",
            SUPERVISOR_EN,
            "A disagreement with a colleague or another department, what did I do, how was it settled. Um.",
        ),
        ("zh", SUPERVISOR_ZH, "我和同事或其他部门意见不一致的经历，嗯，最后怎么解决的，让我想想。"),
    ],
)
def test_to_say_the_question_again_is_to_be_at_a_loss(language: Language, name: str, text: str) -> None:
    question = job(name).question("q4")
    assert question is not None
    reading = read_answer(job(name), question, said("q4", text, language=language))
    assert says_the_question_again(reading)
    told = NONE_EN if language == "en" else NONE_ZH
    assert not says_the_question_again(read_answer(job(name), question, said("q4", told, language=language)))


def test_nobody_ends_a_story_with_and_then() -> None:
    answers = [join_answer(s.transcript.utterances, s.transcript.language) for s in scenarios("blind")]
    assert not any(map(breaks_off, answers))
    cut_off: list[tuple[Language, str]] = [
        ("en", "So I moved the rack over to the other side, and then..."),
        ("zh", "我就把料架挪到另一边，然后呢，"),
    ]
    for language, text in cut_off:
        assert breaks_off(join_answer([Utterance("q2", 0, 9_000, text)], language))


IN_A_LINE: list[tuple[Language, str, str]] = [
    ("en", SUPERVISOR_EN, "The press kept stopping, so I replaced the belt."),
    ("zh", SUPERVISOR_ZH, "冲床老是停，我就换了皮带。"),
]


@pytest.mark.parametrize(("language", "name", "text"), IN_A_LINE)
def test_of_a_case_told_in_a_line_more_is_wanted_and_no_other_case(
    language: Language, name: str, text: str
) -> None:
    where = job(name)
    question = where.question("q2")
    assert question is not None
    assert told_in_a_line(read_answer(where, question, said("q2", text, language=language)))
    asked = [item.text for item in plan(where, said("q2", text, language=language), "q2")]
    assert asked
    assert not any(word in one for one in asked for word in ("example", "pick one", "例子", "具体的一次"))
    assert any(word in one for one in asked for word in ("more about that", "step by step", "展开讲讲"))


@pytest.mark.parametrize(
    ("language", "name", "text"),
    [
        ("en", SUPERVISOR_EN, "I would replace the belt and call the fitter."),
        ("en", SUPERVISOR_EN, "The press kept stopping all the time."),
        ("zh", SUPERVISOR_ZH, "如果是我，我会先换皮带。"),
        ("en", SUPERVISOR_EN, "The press kept stopping, so I replaced the belt. " * 4),
    ],
)
def test_wishes_situations_and_longer_stories_are_no_case_in_a_line(
    language: Language, name: str, text: str
) -> None:
    question = job(name).question("q2")
    assert question is not None
    assert not told_in_a_line(read_answer(job(name), question, said("q2", text, language=language)))
