"""The part of a Chinese clause that can be quoted back: one deed, whole, without a loose end."""

from __future__ import annotations

import re

from scoring import words_zh as words
from scoring.chinese_verbs import TAKES_OBJECT, dictionary_verbs, is_deed, is_deed_at
from scoring.chinese_words import cut_words

LONGEST_QUOTE_CHARACTERS = 22
SHORTEST_QUOTE_CHARACTERS = 4
_LEAST_BEFORE_CUT = 4
"""Characters that a part must have before another one may be cut off behind it."""

_NEW_PART = frozenset(
    "并 并且 然后 以便 从而 使 使得 同时 只要 只有 要是 除非 如果 因为 肯定 实在 反正 其实 想 想办法 "
    "希望".split()
)
"""What follows these is another statement, even without a point before it."""
_AND_ALSO = frozenset("也 就 还 再 又".split())
"""Before another deed these begin another statement."""
_WHOLE_WITHOUT_OBJECT = ("一遍",)
_PARTS_OF_A_DEED = frozenset("按 按照 用 把 将 跟 给 在 对 向 从 为 准备 来 去 让 到".split())
_ONE_TIME = re.compile("^(有一|有|一)(回|次|天)(晚上|早上|下午|上午)?")


def phrase_of(line: str, begin: int) -> tuple[int, int] | None:
    """The quotable part from ``begin``: no hesitation, no broken-off or doubled word, no loose end."""
    if any(correction in line for correction in words.CORRECTIONS):
        return None
    begin = _after_loose_beginning(line, begin)
    end = len(line)
    for mark in words.HESITATIONS | {"那个", "就是说", "怎么说呢"}:
        found = line.find(mark, begin)
        if found >= 0:
            end = min(end, found)
    doubled = re.search(r"([\u4e00-\u9fff]{2,4})\1", line[begin:])
    if doubled and doubled.start() + begin < end and not _is_reduplicated(doubled.group(1)):
        return None
    end = _one_deed(line, begin, end)
    tail = re.search("(等|当|在)[^等当在]{1,10}的时候$", line[begin:end])
    if tail:
        end = begin + tail.start()
    end = _without_loose_end(line, begin, end)
    return (begin, end) if SHORTEST_QUOTE_CHARACTERS <= end - begin <= LONGEST_QUOTE_CHARACTERS else None


def _after_loose_beginning(line: str, begin: int) -> int:
    """Past "one evening", and past the condition of 能转就把…: what is quoted begins with what was done."""
    once = _ONE_TIME.match(line[begin:])
    if once and begin + once.end() < len(line):
        return begin + once.end()
    condition = re.match("[^就]{1,3}就(?=把|将)", line[begin:])
    return begin + condition.end() if condition else begin


def _is_reduplicated(part: str) -> bool:
    """一张一张, 商量商量: said so on purpose; 我们我们 and 就是就是 are stumbles."""
    return part.startswith("一") or (len(part) == 2 and is_deed(part))


def _one_deed(line: str, begin: int, end: int) -> int:
    """Where the first deed ends; too long a one ends after its last whole part that fits, if it has one."""
    tokens = cut_words(line[begin:end])
    position = begin
    told = False
    fits = begin
    for index, token in enumerate(tokens):
        so_far = position - begin
        if so_far >= _LEAST_BEFORE_CUT:
            if told and _begins_another(tokens, index):
                return position
            if token in _PARTS_OF_A_DEED and so_far <= LONGEST_QUOTE_CHARACTERS and _is_whole(tokens, index):
                fits = position
        done = token not in _PARTS_OF_A_DEED | {"和"} or tokens[index + 1 : index + 2] == ("了",)
        told = told or (done and is_deed_at(tokens, index))
        position += len(token)
        if told and token in _WHOLE_WITHOUT_OBJECT and position - begin <= LONGEST_QUOTE_CHARACTERS:
            return position
    return end if end - begin <= LONGEST_QUOTE_CHARACTERS else fits


def _begins_another(tokens: tuple[str, ...], index: int) -> bool:
    """Does another statement begin at ``index``, after one in which something was done?"""
    token, before = tokens[index], tokens[index - 1]
    if token in _NEW_PART:
        return before not in ("的", "不", "也", "就", "都", "还")
    if token in ("他", "她", "他们", "她们"):
        asked = any(earlier[0] in "问说讲告看听" for earlier in tokens[:index])
        return (
            not asked and before not in TAKES_OBJECT and not is_deed(before) and before[-1] not in "了给的有"
        )
    if token in _AND_ALSO:
        following = range(index + 1, min(index + 4, len(tokens)))
        return not before.endswith(("前", "后", "时", "时候", "完")) and any(
            is_deed_at(tokens, later) or tokens[later] in ("把", "将") for later in following
        )
    if token in ("跟", "对", "向"):
        return not is_deed(before) and any(
            is_deed_at(tokens, later) for later in range(index + 2, len(tokens))
        )
    return len(token) == 2 and token[0] == token[1] and is_deed(token[0])  # 问问, 看看


def _is_whole(tokens: tuple[str, ...], index: int) -> bool:
    """Has a deed been told before ``index`` with nothing left open?"""
    before = tokens[:index]
    return any(is_deed_at(tokens, i) for i in range(index)) and before[-1] not in words.WEAK_ENDS


def _without_loose_end(line: str, begin: int, end: int) -> int:
    tokens = list(cut_words(line[begin:end]))
    if len(tokens) > 1 and end == len(line):
        last, before = tokens[-1], tokens[-2]
        if last == "的":
            return end  # 用原来的, 还有多少现成的; 是……的
        if last in ("我", "我们") and (is_deed(before) or before in dictionary_verbs()):
            return end  # 大家都喜欢我
    for tail in ("之类的", "之类", "等等", "什么的"):
        if line[begin:end].endswith(tail):
            return _without_loose_end(line, begin, end - len(tail))
    while tokens and (
        not tokens[-1].strip()
        or tokens[-1] in words.WEAK_ENDS
        or tokens[-1] in words.FILLERS
        or tokens[-1] in _LOOSE_MANNER
        or (end < len(line) and _LOOSE_TIME.fullmatch(tokens[-1]))
    ):
        end -= len(tokens.pop())
    return end


_LOOSE_MANNER = frozenset("慢慢 马上 赶紧 赶快 立刻 主动 一起 重新 亲自 专门 先".split())
_LOOSE_TIME = re.compile("(周|星期)[一二三四五六日天]|明天|当天|第二天|早上|上午|下午|晚上")
"""Where something was cut off, a time before it belongs to what was cut."""
