"""A decision's reason is a sentence in any script."""

from __future__ import annotations

import pytest

from server.panel.reason_length import letters, long_enough


@pytest.mark.parametrize(
    ("reason", "enough"),
    [
        ("Clear examples, figures", True),
        ("good figures", False),
        ("good" + " " * 40, False),
        ("案例具体，数据可靠", True),
        ("数据可靠有条理了", True),
        ("数据可靠有条理", False),
        ("很好", False),
        ("SQL 经验丰富，有条理", True),
        ("具体的な例と数字がある", True),
    ],
)
def test_a_sentence_is_enough_and_a_word_is_not(reason: str, enough: bool) -> None:
    assert long_enough(reason) is enough


def test_rare_characters_count_as_the_common_ones() -> None:
    assert letters("\U00020000") == letters("人") == 2.5
