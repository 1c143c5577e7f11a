"""What counts as a word about the conversation, and what is only part of a story."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.events import Language
from media_pipeline.turns import phrases

DONE: list[tuple[Language, str]] = [
    ("en", "I'm done."),
    ("en", "I am done"),
    ("en", "We saved two weeks. That's all."),
    ("en", "We saved two weeks, and that's it. Thank you."),
    ("en", "so yeah, I think that's pretty much it"),
    ("en", "We cut the scrap rate by half and that's all from me"),
    ("en", "That is everything, thanks."),
    ("en", "Okay, I’m finished now."),
    ("en", "I have nothing more to add."),
    ("en", "Next question, please."),
    ("zh", "我说完了。"),
    ("zh", "效率提高了很多，就这些。"),
    ("zh", "效率提高了很多我说完了"),
    ("zh", "嗯，大概就是这样吧，谢谢。"),
    ("zh", "以上就是我的回答，谢谢面试官"),
    ("zh", "没有什么要补充的了"),
    ("zh", "回答完毕"),
    ("zh", "好的 就这些了 谢谢"),
]

NOT_DONE: list[tuple[Language, str]] = [
    ("en", ""),
    ("en", "When I'm done with a shift I write a report."),
    ("en", "When the line stood still, I'm done."),
    ("en", "My boss said, I'm done."),
    ("en", "I'm not done."),
    ("en", "I'm almost done"),
    ("en", "I'm done. And then we started the next project."),
    ("en", "Is that all?"),
    ("en", "That's all?"),
    ("en", "That's all we had to work with"),
    ("en", "I pressed the button and I'm done"),
    ("en", "We finished the project"),
    ("en", "the work is done"),
    ("zh", "等我说完了他才开始检查"),
    ("zh", "等我说完了"),
    ("zh", "他说，就这些。"),
    ("zh", "我还没说完"),
    ("zh", "就这样我们把问题解决了"),
    ("zh", "这些就是我们当时的数据"),
    ("zh", "项目完了以后我去了上海"),
    ("zh", "我们把生产线的调整做完了"),
    ("zh", "就这些吗？"),
]

THINK: list[tuple[Language, str]] = [
    ("en", "Let me think."),
    ("en", "Hmm, let me think about that for a second."),
    ("en", "That's a good question, let me think"),
    ("en", "Let me think, um"),
    ("en", "Give me a moment please."),
    ("en", "One moment, please"),
    ("en", "Just a second."),
    ("en", "Can I have a minute to think?"),
    ("en", "I need to think about it"),
    ("en", "Let me see."),
    ("en", "hold on a second"),
    ("en", "well um let me think about"),
    ("zh", "让我想想。"),
    ("zh", "嗯，我想一下"),
    ("zh", "这个问题让我想一想"),
    ("zh", "稍等一下"),
    ("zh", "请给我一点时间"),
    ("zh", "容我考虑一下，嗯"),
    ("zh", "等一下，我回忆一下"),
]

NOT_THINK: list[tuple[Language, str]] = [
    ("en", ""),
    ("en", "Let me think. In May we rebuilt the line."),
    ("en", "She told me, let me think."),
    ("en", "I think we can do it in a minute"),
    ("en", "The machine stopped for one moment every hour"),
    ("en", "They wanted to let me think"),
    ("en", "Give me a hammer and I fix it"),
    ("zh", "我想想办法把产量提上去"),
    ("zh", "我们考虑一下成本以后就决定了"),
    ("zh", "他说，让我想想"),
    ("zh", "我觉得这样比较好"),
]

REPHRASE: list[tuple[Language, str]] = [
    ("en", "Could you rephrase that?"),
    ("en", "Sorry, can you please repeat the question?"),
    ("en", "I don't understand the question."),
    ("en", "Pardon?"),
    ("en", "What do you mean by that?"),
    ("en", "Sorry, I didn't catch that."),
    ("zh", "您能再说一遍吗？"),
    ("zh", "不好意思，我没听懂这个问题。"),
    ("zh", "可以换个说法吗"),
    ("zh", "我不太明白您的意思"),
    ("zh", "什么意思？"),
]

NOT_REPHRASE: list[tuple[Language, str]] = [
    ("en", "My customers say I can explain the product well"),
    ("en", "I asked him what do you mean"),
    ("en", "I repeat the test every morning"),
    ("en", "The new colleague didn't understand the process so I explained it"),
    ("zh", "我把流程重复了一遍"),
    ("zh", "新来的同事没听懂，所以我给他讲了一遍流程"),
    ("zh", "我很明白这个问题的重要性"),
]

BACKCHANNEL: list[tuple[Language, str]] = [
    ("en", ""),
    ("en", "Mm-hm."),
    ("en", "mhm"),
    ("en", "Uh-huh, yeah."),
    ("en", "Yeah, okay, right."),
    ("en", "I see."),
    ("en", "Hmm..."),
    ("zh", "嗯。"),
    ("zh", "嗯嗯，对对对"),
    ("zh", "好的，明白了"),
]

NOT_BACKCHANNEL: list[tuple[Language, str]] = [
    ("en", "Yeah but wait"),
    ("en", "No."),
    ("en", "Stop"),
    ("en", "right after that we left"),
    ("zh", "对不起，我想说一下"),
    ("zh", "不是"),
    ("zh", "好像不对"),
]


@pytest.mark.parametrize(("language", "text"), DONE)
def test_a_declared_end_is_heard(language: Language, text: str) -> None:
    assert phrases.says_done(text, language)


@pytest.mark.parametrize(("language", "text"), NOT_DONE)
def test_an_end_inside_a_story_is_not_one(language: Language, text: str) -> None:
    assert not phrases.says_done(text, language)


@pytest.mark.parametrize(("language", "text"), THINK)
def test_asking_for_time_is_heard(language: Language, text: str) -> None:
    assert phrases.asks_to_think(text, language)


@pytest.mark.parametrize(("language", "text"), NOT_THINK)
def test_thinking_inside_a_story_is_no_request(language: Language, text: str) -> None:
    assert not phrases.asks_to_think(text, language)


@pytest.mark.parametrize(("language", "text"), REPHRASE)
def test_not_having_understood_is_heard(language: Language, text: str) -> None:
    assert phrases.asks_to_rephrase(text, language)


@pytest.mark.parametrize(("language", "text"), NOT_REPHRASE)
def test_somebody_elses_misunderstanding_is_no_request(language: Language, text: str) -> None:
    assert not phrases.asks_to_rephrase(text, language)


@pytest.mark.parametrize(("language", "text"), BACKCHANNEL)
def test_listeners_noises_are_backchannels(language: Language, text: str) -> None:
    assert phrases.is_backchannel(text, language)


@pytest.mark.parametrize(("language", "text"), NOT_BACKCHANNEL)
def test_words_are_no_backchannels(language: Language, text: str) -> None:
    assert not phrases.is_backchannel(text, language)


@pytest.mark.parametrize(
    ("language", "text", "unfinished"),
    [
        ("en", "We lost two weeks because", True),
        ("en", "and then I talked to the", True),
        ("en", "So we bought a new machine, and...", True),
        ("en", "First we checked the sensors,", True),
        ("en", "We decided to, um", True),
        ("en", "We saved two weeks.", False),
        ("en", "That is what I did it for a reason", False),
        ("en", "I was the one they came to first", False),
        ("en", "", False),
        ("zh", "产量下降了，因为", True),
        ("zh", "我们调整了流程，然后", True),
        ("zh", "我们的产量提高了三成。", False),
        ("zh", "最后客户很满意", False),
    ],
)
def test_a_text_that_stops_where_no_sentence_can(language: Language, text: str, unfinished: bool) -> None:
    assert phrases.sounds_unfinished(text, language) is unfinished


@given(
    text=st.text(alphabet="thats alIm done,.?letmk我说完了让想就这些，。 '", max_size=80),
    language=st.sampled_from(("en", "zh")),
)
def test_no_text_is_done_and_asking_for_time_at_once(text: str, language: Language) -> None:
    assert not (phrases.says_done(text, language) and phrases.asks_to_think(text, language))


@given(text=st.text(max_size=400), language=st.sampled_from(("en", "zh")))
def test_any_text_gets_an_answer(text: str, language: Language) -> None:
    for ask in (phrases.says_done, phrases.asks_to_think, phrases.asks_to_rephrase, phrases.is_backchannel):
        assert ask(text, language) in (True, False)


@pytest.mark.parametrize("noise", ["嗯", "mm ", "so ", "好的", "um, ", "I think ", "我想", "谢谢", "that's "])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_endless_repetition_is_answered_at_once(noise: str, language: Language) -> None:
    """Patterns that backtrack exponentially would not return here."""
    for ask in (phrases.says_done, phrases.asks_to_think, phrases.asks_to_rephrase, phrases.is_backchannel):
        assert not ask(noise * 3_000 + "x", language)


@given(
    story=st.sampled_from(("when", "once", "if", "after", "as soon as")),
    done=st.sampled_from(("I'm done", "that's it")),
)
def test_a_condition_before_it_makes_it_a_story(story: str, done: str) -> None:
    assert phrases.says_done(f"The line runs again, {done}.", "en")
    assert not phrases.says_done(f"{story} the line runs again, {done}.", "en")
