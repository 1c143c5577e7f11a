"""Words and text in both scripts."""

from __future__ import annotations

import pytest

from media_pipeline.events import Word
from media_pipeline.recognition.text import bare, is_clause_end, is_sentence_end, join, shifted, simplified


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], ""),
        (["I", "did", "it."], "I did it."),
        (["我", "做", "了。"], "我做了。"),
        (["我", "用", "KPI", "管", "理"], "我用KPI管理"),
        (["看", "KPI", "dashboard"], "看KPI dashboard"),
    ],
)
def test_words_are_joined_as_their_script_does(words: list[str], text: str) -> None:
    assert join(words) == text


def test_traditional_characters_come_out_simplified() -> None:
    assert simplified("優化了生產流程, KPI") == "优化了生产流程, KPI"


@pytest.mark.parametrize(
    ("text", "same"), [("Don't,", "dont"), ("“流程”。", "流程"), ("ＫＰＩ", "kpi"), ("—", "")]
)
def test_bare_words_compare_without_case_and_punctuation(text: str, same: str) -> None:
    assert bare(text) == same


def test_ends() -> None:
    assert is_sentence_end("done.")
    assert is_sentence_end("了。")
    assert not is_sentence_end("and,")
    assert is_clause_end("and,")
    assert not is_clause_end("and")


def test_shifting_keeps_everything_but_the_time() -> None:
    assert shifted([Word("a", 10, 20, 0.5)], 1_000.4) == (Word("a", 1_010, 1_020, 0.5),)
