"""Committed words never change, whatever the recogniser says next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.events import Word
from media_pipeline.recognition.agreement import Agreement, AgreementOptions
from tests.media_pipeline.recognition.tones import texts

HOLD_ONE = AgreementOptions(held_back=1)


def words(text: str, start_ms: int = 0) -> list[Word]:
    return [
        Word(word, start_ms + 300 * index, start_ms + 300 * index + 250)
        for index, word in enumerate(text.split())
    ]


def test_what_two_hypotheses_agree_on_is_committed_but_its_last_word() -> None:
    agreement = Agreement(options=HOLD_ONE).heard(words("we made it"))
    assert agreement.committed == ()
    assert texts(agreement.tentative) == ["we", "made", "it"]

    agreement = agreement.heard(words("we made it better"))
    assert texts(agreement.committed) == ["we", "made"]
    assert texts(agreement.tentative) == ["it", "better"]


def test_a_committed_word_keeps_its_spelling_and_takes_the_newer_time() -> None:
    agreement = Agreement(options=HOLD_ONE).heard(words("we made it")).heard(words("we made it better"))

    agreement = agreement.heard(words("We, mad it better now", start_ms=40))

    assert texts(agreement.committed) == ["we", "made", "it"]
    assert agreement.committed[1].start_ms == 340
    assert texts(agreement.tentative) == ["better", "now"]


def test_a_word_more_or_less_before_does_not_shift_what_follows() -> None:
    agreement = Agreement(options=HOLD_ONE).heard(words("we made it")).heard(words("we made it better"))

    assert texts(agreement.concluded(words("so we made it better"))) == ["we", "made", "it", "better"]
    assert texts(agreement.concluded(words("made it better"))) == ["we", "made", "it", "better"]
    assert texts(agreement.concluded([])) == ["we", "made"]


def test_the_tail_of_the_word_before_a_cut_is_not_taken_for_a_committed_word() -> None:
    agreement = Agreement(committed=tuple(words("better")))

    assert texts(agreement.concluded(words("it better now"))) == ["better", "now"]
    assert texts(agreement.concluded(words("butter now"))) == ["better", "now"]


HYPOTHESES = st.lists(st.lists(st.sampled_from(["a", "b", "c", "A.", "B,"]), max_size=8), max_size=8)


@given(HYPOTHESES)
def test_committed_text_only_grows(hypotheses: list[list[str]]) -> None:
    agreement = Agreement(options=HOLD_ONE)
    for hypothesis in hypotheses:
        before = texts(agreement.committed)
        concluded = texts(agreement.concluded(words(" ".join(hypothesis))))
        agreement = agreement.heard(words(" ".join(hypothesis)))

        assert texts(agreement.committed)[: len(before)] == before
        assert concluded[: len(before)] == before
        times = [time for word in agreement.committed for time in (word.start_ms, word.end_ms)]
        assert times == sorted(times)


@given(st.lists(st.sampled_from("abcdef"), max_size=12), st.data())
def test_a_recogniser_that_only_hears_more_is_taken_at_its_word(said: list[str], data: st.DataObject) -> None:
    agreement = Agreement(options=HOLD_ONE)
    heard = 0
    while heard < len(said):
        heard = data.draw(st.integers(heard, len(said)))
        agreement = agreement.heard(words(" ".join(said[:heard])))
        if heard == len(said) or data.draw(st.booleans()):
            break

    assert texts(agreement.concluded(words(" ".join(said)))) == said
