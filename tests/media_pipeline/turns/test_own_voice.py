"""What comes back of our own voice is marked and taken out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.events import Word
from media_pipeline.turns.own_voice import Mark, OwnVoice, OwnVoiceOptions

QUESTION = "How much did it cost, and who decided it?"


def asked() -> OwnVoice:
    return OwnVoice().began(QUESTION, 10_000).ended(13_000)


def words(text: str, start_ms: int, step_ms: int = 300) -> tuple[Word, ...]:
    return tuple(
        Word(token, start_ms + i * step_ms, start_ms + (i + 1) * step_ms)
        for i, token in enumerate(text.split())
    )


def test_an_answer_in_silence_is_clear() -> None:
    assert asked().mark("It cost two million", 15_000, 17_000) == Mark(False, False)


def test_our_words_coming_back_are_echo() -> None:
    assert asked().mark("how much did it cost and who decided", 10_200, 13_200) == Mark(True, True, True)


def test_a_misheard_echo_is_still_one() -> None:
    assert asked().mark("how much did it cause and you decided it", 10_200, 13_200).echo


def test_speaking_over_us_is_overlap_but_no_echo() -> None:
    assert asked().mark("wait I would like to add something", 11_000, 12_900) == Mark(True, False)


def test_our_words_in_the_candidates_mouth_later_are_an_answer() -> None:
    assert asked().mark("how much did it cost I do not know", 15_000, 18_000) == Mark(False, False)


def test_echo_while_we_still_speak() -> None:
    own = OwnVoice().began(QUESTION, 10_000)
    assert own.mark("how much did it", 10_100, 11_200).echo


def test_chinese_is_compared_by_character() -> None:
    own = OwnVoice().began("具体减少了多少成本？", 0).ended(3_000)
    assert own.mark("具体减少了多少成本", 300, 3_200).echo
    assert not own.mark("我们换了新的设备", 300, 3_200).echo


def test_an_utterance_half_echo_half_answer_keeps_the_answer() -> None:
    echo = words("how much did it cost and who decided it", 10_100)
    answer = words("two million euros", 14_500)
    assert asked().without_echo((*echo, *answer)) == answer


def test_words_over_our_voice_that_are_not_ours_stay() -> None:
    said = words("wait please let me finish first", 10_100)
    assert asked().without_echo(said) == said


def test_a_first_word_that_the_question_had_too_is_not_taken_away() -> None:
    own = OwnVoice().began("Hello, I am glad that you are here.", 10_000).ended(13_000)
    said = words("I optimised the production process and it went well", 13_100)
    assert own.without_echo(said) == said


@given(st.lists(st.sampled_from(QUESTION.split()), min_size=1, max_size=3), st.integers(13_000, 13_500))
def test_fewer_words_than_chance_allows_are_never_taken_away(first: list[str], start_ms: int) -> None:
    said = (*words(" ".join(first), start_ms, 100), *words("two million euros in all", start_ms + 2_000))
    assert asked().without_echo(said) == said


@given(st.integers(0, 20_000), st.integers(1, 20_000))
def test_only_time_under_our_voice_overlaps(start_ms: int, length_ms: int) -> None:
    mark = asked().mark("something else entirely", start_ms, start_ms + length_ms)
    if start_ms >= 13_500 or start_ms + length_ms <= 10_000:
        assert not mark.overlap
    if start_ms >= 10_000 and start_ms + length_ms <= 13_000:
        assert mark.overlap


def test_a_word_or_two_of_ours_may_be_chance() -> None:
    assert asked().mark("how much", 10_200, 11_000) == Mark(True, True, surely_echo=False)


def test_noise_without_words_is_no_echo() -> None:
    assert not asked().mark("...", 10_200, 11_000).echo


def test_only_the_last_utterances_are_remembered() -> None:
    own = OwnVoice()
    for n in range(50):
        own = own.began(f"question {n}", n * 1_000)
    assert len(own.utterances) == OwnVoice.REMEMBERED
    assert all(said.end_ms is not None for said in own.utterances[:-1])


def in_person() -> OwnVoice:
    """An interviewer asked the same; the words became known after the voice had begun."""
    own = OwnVoice().began("", 10_000, in_person=True)
    return own.worded(QUESTION, 10_050, 13_000).ended(13_000, in_person=True)


def test_an_interviewers_words_coming_back_are_echo() -> None:
    assert in_person().mark("how much did it cost and who decided", 10_200, 13_200) == Mark(True, True, True)
    assert in_person().mark("It cost two million", 15_000, 17_000) == Mark(False, False)


def test_before_its_words_are_known_an_echo_is_marked_by_its_time() -> None:
    own = OwnVoice().began("", 10_000, in_person=True)
    assert own.mark("how much did it cost", 10_300, 12_000) == Mark(True, False)


def test_an_interviewers_end_does_not_end_the_systems_voice() -> None:
    own = OwnVoice().began("", 1_000, in_person=True).began(QUESTION, 3_000).ended(2_900, in_person=True)
    assert own.utterances[-1].end_ms is None
    assert own.under_our_voice_ms(3_500, 4_500) == 1_000


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 3_000)), max_size=12), st.integers(1, 8)
)
def test_no_time_is_counted_twice(steps: list[tuple[bool, bool, int]], last: int) -> None:
    own, at_ms = OwnVoice(OwnVoice().utterances, OwnVoiceOptions(echo_delay_ms=0)), 0
    for begins, person, passed_ms in steps:
        at_ms += passed_ms
        own = own.began("x", at_ms, in_person=person) if begins else own.ended(at_ms, in_person=person)
    until_ms = at_ms + 1_000 * last
    assert 0 <= own.under_our_voice_ms(0, until_ms) <= until_ms
