"""Chinese answers cut into clauses: who did what, what it shows, and which part can be quoted.

jieba gives the words; clauses are found by points, connectives and subjects, since a recogniser often
writes no points at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from scoring import words_zh as words
from scoring.answer import Answer, Clause, Who
from scoring.chinese_marks import marks_of
from scoring.chinese_phrases import phrase_of
from scoring.chinese_verbs import (
    TAKES_OBJECT,
    dictionary_verbs,
    has_predicate,
    is_deed,
    is_deed_at,
    second_deed,
)
from scoring.chinese_words import cut_words

_STOP = re.compile(r"[。！？；：，、,.!?;:…\n—]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch between two boundaries of the answer's text."""

    start: int
    end: int


def clauses_of(answer: Answer) -> tuple[Clause, ...]:
    """All clauses of an answer, in order. Ranges index ``answer.text``; nothing is changed in it."""
    pieces = _pieces(answer)
    clauses: list[Clause] = []
    who: Who = "none"
    for number, piece in enumerate(pieces):
        clause = _clause_of(answer.text[piece.start : piece.end], who)
        clauses.append(clause.moved(piece.start, finished=number < len(pieces) - 1 or answer.complete))
        if clause.who != "none":
            who = clause.who
    return tuple(clauses)


def _pieces(answer: Answer) -> list[Piece]:
    pieces: list[Piece] = []
    boundaries = [
        match.span()
        for match in _STOP.finditer(answer.text)
        if not _inside_number(answer.text, match.start(), match.end())
    ]
    boundaries += [
        (begin - 1, begin)
        for begin in answer.starts[1:]
        if not answer.text[: begin - 1].endswith(words.WEAK_ENDS)
    ]
    begin = 0
    for start, end in [*sorted(boundaries), (len(answer.text), len(answer.text))]:
        if start > begin:
            pieces.extend(_split_run(answer.text, begin, start))
        begin = max(begin, end)
    return [piece for piece in pieces if answer.text[piece.start : piece.end].strip()]


def _inside_number(text: str, start: int, end: int) -> bool:
    return start > 0 and end < len(text) and text[start - 1].isdigit() and text[end].isdigit()


_OPENED = frozenset(
    "是 当时 所以 然后 于是 但是 后来 接着 结果 首先 之后 同时 而且 如果 最后 最终 因此 不过 可是 由于 "
    "随后 的 是不是 是否 有没有".split()
)
"""After these a "我" goes on with the clause they opened, or ends a 是……的."""


def _is_over(tokens: tuple[str, ...], index: int) -> bool:
    """Is a statement over before ``tokens[index]``? In 通知了维修 what follows is the object."""
    previous = tokens[index - 1] if index else ""
    if not previous.endswith(("了", "多", "好", "完", "很多", "怎么样")) or is_deed_at(tokens, index - 1):
        return False
    return not (index >= 2 and previous in ("了", "完", "好") and is_deed_at(tokens, index - 2))


_COMES_FIRST = ("客户", "顾客", "质量", "安全", "是", "争", "排", "服务")
_SAID = ("什么", "多少", "怎么样", "一下", "一遍")


def _split_run(text: str, start: int, end: int) -> list[Piece]:
    """Split a stretch without points at connectives and at a new "I" or "we"."""
    cuts = [start]
    position = start
    previous = ""
    words_here = cut_words(text[start:end])
    place = 0
    for index, word in enumerate(words_here):
        since = position - cuts[-1]
        opens = word in words.CONNECTIVES and since >= 2 and not (word == "第一" and previous in _COMES_FIRST)
        subject = word.startswith(("我", "咱们")) and since >= 4 and previous not in TAKES_OBJECT | _OPENED
        particle = previous in ("嘛", "吧", "呗") and since >= 4
        over = since >= 4 and _is_over(words_here, index)
        other = (
            particle
            or (
                word in words.SUBJECTS_OTHER
                and over
                and has_predicate(cut_words(text[cuts[-1] : position]))
                and has_predicate(words_here[index + 1 :])
            )
            or (
                word in ("他们", "她们", "他", "她", "客户", "对方", "领导")
                and since >= 6
                and previous in _SAID
            )
        )
        if subject and not has_predicate(cut_words(text[cuts[-1] : position])):
            subject = False  # only a time or a topic so far: 去年夏天我…
        second = second_deed(words_here, place, index)
        if (
            (opens or subject or other or second)
            and position > cuts[-1]
            and previous not in words.CONNECTIVES
        ):
            cuts.append(position)
            place = index
        if word.strip():
            previous = word
        position += len(word)
    return [Piece(a, b) for a, b in zip(cuts, [*cuts[1:], end], strict=True)]


@lru_cache(maxsize=4_000)
def _clause_of(text: str, inherited: Who) -> Clause:
    """The clause of a piece of text, its ranges counted from the piece's start."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    for token in cut_words(text[start:end]):
        if token.strip() and token not in words.HESITATIONS or start + len(token) >= end:
            break
        start += len(token)
    line = text[start:end]
    tokens = cut_words(line)
    who, subject_end = _subject(line, tokens)
    named = who != "none"
    if who == "none" and _leading_deed(tokens):
        who = inherited if inherited in ("i", "we") else "i" if inherited == "none" else "none"
    verb_start, verb = _deed(line, tokens, subject_end)
    caused = _causes(tokens) if who in ("i", "we") else ""
    verb = verb or caused
    marks = marks_of(line, who, verb, causes=bool(caused))
    begin = verb_start if who in ("i", "we") or not named else 0
    phrase = phrase_of(line, begin) if verb or who == "other" or len(line) >= 6 and "told" in marks else None
    if phrase and who in ("i", "we") and verb in ("", "有", "是") and "action" not in marks:
        phrase = phrase_of(line, verb_start) if marks & {"situation", "task", "result", "told"} else None
    place = (start + phrase[0], start + phrase[1]) if phrase else None
    return Clause(
        start,
        end,
        who,
        verb,
        marks,
        place,
        "",
        True,
        tokens,
        frozenset(t for t in tokens if len(t) > 1 and t not in words.STOP_WORDS and t.strip()),
        has_subject=named,
    )


def _subject(line: str, tokens: tuple[str, ...]) -> tuple[Who, int]:
    """Who acts, and where in the line the subject ends. Connectives and adverbs may stand before it."""
    position = 0
    for index, token in enumerate(tokens):
        before = tokens[index - 1] if index else ""
        is_object = before in TAKES_OBJECT or before.removesuffix("了") in TAKES_OBJECT
        if is_object:  # 跟他说, 骂我: the one who is spoken to
            if token.startswith(("我", "咱")) and before not in _CAUSING:
                break
        elif line.startswith(words.SUBJECTS_WE, position):
            if _is_possessor(line[position:]):
                return "other", 0
            subject = next(s for s in words.SUBJECTS_WE if line.startswith(s, position))
            return "we", position + len(subject)
        elif token.startswith("我"):
            if _is_possessor(line[position:]):
                return "other", 0
            subject = next((s for s in words.SUBJECTS_I if line.startswith(s, position)), "我")
            return "i", position + len(subject)
        elif token in words.SUBJECTS_OTHER and index <= 3:
            return "other", position + len(token)
        if is_deed(token) and index > 0 and token not in words.ADVERBS and token not in TAKES_OBJECT:
            break
        position += len(token)
        if index >= 5:
            break
    return "none", 0


_CAUSING = frozenset("让 叫 请 派 催 安排 要求".split())
_CAUSED = ("来", "去", "把", "给", "重", "再", "先", "帮", "按", "停", "送")
"""Beginnings of what others are made to do, where the verb itself is in no list."""


def _causes(tokens: tuple[str, ...]) -> str:
    """The word that makes others do something (我叫维修来看了一下): a deed of whoever says it; "" where none
    does. 我叫李强 and 我让他很生气 are none."""
    for index, token in enumerate(tokens):
        word = token.lstrip("我").removesuffix("了")
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        if word in _CAUSING and not following.startswith(("我", "咱", "到")) and "想" not in tokens[:index]:
            done = range(index + 2, len(tokens))
            if any(is_deed_at(tokens, at) or tokens[at].startswith(_CAUSED) for at in done):
                return word
    return ""


def _is_possessor(rest: str) -> bool:
    """ "我的班组有五个人", "我们夜里的任务": somebody's thing acts, not the person."""
    if rest.startswith(("我的", "我们的", "咱们的")) and not rest.endswith("的"):
        return True
    if re.match(
        "(我们?|咱们)(有?一[个位]|有[个位]|这个|那个|(公司|部门|车间|班组|团队|厂|队|组|店|家)(?![里内都一]))",
        rest,
    ):
        return True
    before, found, after = rest.partition("的")
    return (
        bool(found)
        and len(after) >= 3
        and len(before) <= 6
        and not any(
            token in ("在", "从", "对", "把", "跟", "和", "给", "用", "按", "到", "为")
            or token in words.DEEDS | words.STATIVE | words.CHANGES | words.KEEP_AFTER_SUBJECT
            or token[0] in words.DEEDS
            or token in dictionary_verbs() | {"了"}
            for token in cut_words(before)
            if not token.startswith(("我", "咱"))
        )
    )


def _leading_deed(tokens: tuple[str, ...]) -> bool:
    """Does a clause without a subject begin with what was done, maybe after "with" or "before" something?"""
    for index, token in enumerate(tokens):
        loose = token in words.ADVERBS | words.FILLERS or token in words.CONNECTIVES or not token.strip()
        if (loose and not _is_place(tokens, index)) or _WHEN.fullmatch(token):
            continue
        if is_deed_at(tokens, index):
            return True
        if token[:1] in ("把", "将") or token in _PREPOSITIONS:
            return any(is_deed_at(tokens, later) for later in range(index + 1, len(tokens)))
        return False
    return False


_WHEN = re.compile(
    "每?[一二两三四五六七八九十半几0-9]*个?(小时|分钟|天|周|星期|月|年|晚上?|早上?|上午|下午|班)|(周|星期)[一二三四五六日天]"
    "|[一二两三四五六七八九十半几每0-9]+|当天|第二天|平时"
)
"""Words that say when or how often, and nothing of who acts."""


def _is_place(tokens: tuple[str, ...], index: int) -> bool:
    """在 before a place or a time, not before a verb (在查)."""
    if tokens[index] != "在" or index + 1 >= len(tokens):
        return False
    return not is_deed_at(tokens, index + 1) or any(
        is_deed_at(tokens, later) for later in range(index + 2, len(tokens))
    )


_PREPOSITIONS = frozenset(
    "在 跟 和 给 对 向 从 用 按 按照 为 为了 当着 趁 凭 根据 通过 按着 照着 当 于".split()
)


def _deed(line: str, tokens: tuple[str, ...], subject_end: int) -> tuple[int, str]:
    """Where the quotable predicate begins after the subject, and its first verb."""
    position = 0
    begin: int | None = None
    for index, whole in enumerate(tokens):
        here = max(position, subject_end)
        token = whole[here - position :]  # 我查 may have been taken for one word
        position += len(whole)
        if not token:
            continue
        if begin is None:
            loose = (
                token in words.ADVERBS
                or token in words.CONNECTIVES
                or token in words.FILLERS
                or not token.strip()
            )
            kept = token in words.KEEP_AFTER_SUBJECT or tokens[index + 2 : index + 3] == ("的",)  # 能做的
            if loose and not kept and not _is_place(tokens, index):
                continue
            begin = here
        if token in ("把", "将", "跟", "和", "用", "按", "给", "让"):
            continue
        if token in ("就是", "是"):
            return begin, "是"
        if token in words.DEEDS or token in words.CHANGES:
            return begin, token
        if token[:2] in words.DEEDS or token[:2] in words.CHANGES:
            return begin, token[:2]
        if is_deed(token) or is_deed_at(tokens, index) or is_deed_at((token, *tokens[index + 1 :]), 0):
            return begin, token[0]
        if token in words.STATIVE:
            return begin, token
    stative = next((token for token in tokens if token in ("有", "是")), "")
    return (begin if begin is not None else len(line)), stative
