"""Chinese text cut into words."""

from __future__ import annotations

import logging
from functools import lru_cache

import jieba

jieba.setLogLevel(logging.WARNING)


@lru_cache(maxsize=8_000)
def cut_words(text: str) -> tuple[str, ...]:
    """The words of ``text``, in order; together they are the text."""
    return tuple(jieba.lcut(text))
