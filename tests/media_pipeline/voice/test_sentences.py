from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.voice.sentences import phrases, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n ", []),
        ("Thank you.", ["Thank you."]),
        ("How much faster? In numbers.", ["How much faster?", "In numbers."]),
        ("Please ask Dr. Lee about it. Then go on.", ["Please ask Dr. Lee about it.", "Then go on."]),
        ("It fell by 3.5 per cent. Why?", ["It fell by 3.5 per cent.", "Why?"]),
        ("You use e.g. Kanban. Tell me more!", ["You use e.g. Kanban.", "Tell me more!"]),
        ("You said “it went better.” How much?", ["You said “it went better.”", "How much?"]),
        ("First line\nSecond line", ["First line", "Second line"]),
        ("Well... I see. 20 people?", ["Well...", "I see.", "20 people?"]),
        ("您提到“优化了流程”。具体快了多少？请讲。", ["您提到“优化了流程”。", "具体快了多少？", "请讲。"]),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet='ab .,!?。？，AZ1\n"”’', max_size=400))
def test_nothing_is_lost_or_said_twice(text: str) -> None:
    found = sentences(text)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(sentence == sentence.strip() != "" for sentence in found)


@given(st.text(alphabet="abc ,，", min_size=300, max_size=2_000))
def test_endless_sentences_are_cut(text: str) -> None:
    assert all(len(sentence) <= 240 for sentence in sentences(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Well, yes.", ["Well, yes."]),
        ("How much faster did it get?", ["How much faster did it get?"]),
        (
            "You said “optimised the process”: how much faster did it get? Give a number, please do.",
            ["You said “optimised the process”:", "how much faster did it get?", "Give a number, please do."],
        ),
        (
            "When, in May, the line stood still, what did you do?",
            ["When, in May,", "the line stood still, what did you do?"],
        ),
        ("It was 1,000 parts in all of the year.", ["It was 1,000 parts in all of the year."]),
    ],
)
def test_a_long_first_sentence_begins_with_a_short_phrase(text: str, expected: list[str]) -> None:
    assert [phrase.text for phrase in phrases(text)] == expected
    whole = [phrase.text for phrase in phrases(text) if phrase.ends_sentence]
    assert len(whole) == len(sentences(text))
