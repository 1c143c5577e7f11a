"""Windows of one utterance: nothing lost, nothing doubled, wherever they are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.events import Word
from media_pipeline.recognition.agreement import AgreementOptions
from media_pipeline.recognition.utterance import Utterance, UtteranceOptions
from tests.media_pipeline.recognition.tones import frames, heard_in, said, texts

KEEP_LITTLE = UtteranceOptions(keep_ms=600, agreement=AgreementOptions(held_back=1))


def spoken(words: list[int], start_ms: float = 0.0, options: UtteranceOptions | None = None) -> Utterance:
    utterance = Utterance("u1", start_ms, options)
    for frame in frames(said(words), start_ms):
        utterance.add(frame)
    utterance.voice_end_ms = utterance.end_ms
    return utterance


def test_words_come_out_in_session_time() -> None:
    utterance = spoken([1, 2], start_ms=5_000)
    window = utterance.window()

    words = utterance.conclude(window, heard_in(window.samples))

    assert words == (Word("w1", 5_000, 5_320, 0.9), Word("w2", 5_400, 5_720, 0.9))


def test_no_word_lies_outside_of_what_was_voiced() -> None:
    utterance = spoken([1], start_ms=5_000)
    utterance.onset_ms = 5_200
    utterance.voice_end_ms = 5_300
    window = utterance.window()

    (word,) = utterance.conclude(window, [Word("w1", 0, 9_000)])

    assert (word.start_ms, word.end_ms) == (5_100, 5_500)


@given(st.integers(2, 30), st.lists(st.integers(1, 60), max_size=12))
def test_a_long_utterance_cut_on_the_way_has_each_word_once(count: int, steps: list[int]) -> None:
    spoken_words = list(range(count))
    audio = frames(said(spoken_words))
    utterance = Utterance("u1", 0, KEEP_LITTLE)
    committed = ""
    at = 0
    for step in [*steps, len(audio)]:
        for frame in audio[at : at + step]:
            utterance.add(frame)
        at = min(len(audio), at + step)
        if at == len(audio):
            break
        window = utterance.window()
        utterance.guess(window, heard_in(window.samples), cut=window.duration_ms > 2_500)
        assert utterance.committed_text.startswith(committed)
        committed = utterance.committed_text
        assert utterance.held_ms + utterance.settled_ms == pytest.approx(
            sum(f.duration_ms for f in audio[:at])
        )
    utterance.voice_end_ms = utterance.end_ms
    window = utterance.window()

    words = utterance.conclude(window, heard_in(window.samples))

    assert texts(words) == [f"w{word}" for word in spoken_words]
    assert all(abs(word.start_ms - 400 * index) <= 2 for index, word in enumerate(words))
    assert utterance.held_ms == 0
    assert utterance.settled_ms == pytest.approx(sum(frame.duration_ms for frame in audio))


@given(st.integers(8, 40), st.integers(3, 8))
def test_without_partials_the_head_is_settled_in_pieces(count: int, seconds: int) -> None:
    utterance = spoken(list(range(count)), options=UtteranceOptions(keep_ms=1_000))
    whole_ms = utterance.held_ms
    while utterance.held_ms > seconds * 1_000:
        window = utterance.window(seconds * 1_000)
        utterance.settle_head(window, heard_in(window.samples))
    window = utterance.window()

    words = utterance.conclude(window, heard_in(window.samples))

    assert texts(words) == [f"w{word}" for word in range(count)]
    assert utterance.settled_ms == pytest.approx(whole_ms)


def test_a_head_without_words_is_let_go() -> None:
    utterance = spoken([1, 2, 3, 4, 5, 6, 7, 8])
    window = utterance.window(2_000)

    utterance.settle_head(window, ())

    assert utterance.settled_ms == 500
    assert utterance.window().start_ms == 500


def test_a_guess_on_a_window_from_before_a_cut_is_ignored() -> None:
    utterance = spoken(list(range(12)), options=KEEP_LITTLE)
    old = utterance.window()
    for _ in range(2):
        window = utterance.window()
        utterance.guess(window, heard_in(window.samples), cut=window.duration_ms > 2_500)
    committed = utterance.committed_text
    assert utterance.cuts == 1

    assert not utterance.guess(old, heard_in(old.samples), cut=True)
    assert utterance.committed_text == committed


def test_the_word_before_a_cut_is_not_heard_twice() -> None:
    utterance = spoken(list(range(12)), options=KEEP_LITTLE)
    for _ in range(2):
        window = utterance.window()
        utterance.guess(window, heard_in(window.samples), cut=window.duration_ms > 2_500)
    window = utterance.window()
    heard = heard_in(window.samples)
    first = heard[0].text
    before = f"w{int(first[1:]) - 1}"

    words = utterance.conclude(window, [Word(before, 0, 100), *heard])

    assert texts(words) == [f"w{word}" for word in range(12)]
