"""What a Chinese clause shows: a deed, a result, a figure, a vague claim."""

from __future__ import annotations

import re

from scoring import words_zh as words
from scoring.answer import Mark, Who

_NUMBER = re.compile(r"\d+(?:\.\d+)?|[零一二两三四五六七八九十百千万亿半]+")
_ORDINAL = re.compile(
    r"第[一二三四五六七八九十\d]+|[一二三四五六七八九十\d]+号线|[一二三四五六七八九十]+(?:下|点|些|起|直|定|般|样|边|旦)"
)
_UNITS = sorted(words.UNITS, key=len, reverse=True)
_RESULT = re.compile("(?<![不没])(?:" + "|".join(words.RESULT_WORDS) + "|少了(?![一两几\\d]))")


_STILL = re.compile("现在|如今|至今|到今天|一直在用|还在用|以来")
_NEW_STATE = re.compile(
    "(现在|如今|从那以后|从此|那之后|后来).{0,10}(可以|能|不用|不会|不再|都|没|就)|再也(不|没)|之后.{0,4}没"
)


_SINCE_THE_CHANGE = re.compile(
    "(改|换|调|弄|定|装|修|推行|实施|这样(做|弄|改)?)(了|完|好|过)?了?(以后|之后).{0,12}($|[没少快好多顺只能不])|(这样|就这么)(弄|做|改)了.{1,5}(年|月|周|天)|全(店|厂|公司|部门|行)推"
)


def marks_of(line: str, who: Who, verb: str, *, causes: bool = False) -> frozenset[Mark]:
    """``causes``: does it tell of making others do something?"""
    marks: set[Mark] = set()
    own = who in ("i", "we")
    negated = bool(re.search(r"(?<!有)没有?(?!再)|不是|不会|不能|从来没", line))
    if negated:
        marks.add("negated")
    possible = line.startswith(("如果", "没有", "要是", "假如")) or bool(re.search("之前不能|以前不能", line))
    described = bool(re.search("得(很|比较|特别|挺|非常|还|不)", line))
    if (
        own
        and verb
        and (verb not in words.STATIVE or causes)
        and not negated
        and not possible
        and not described
        and len(line) >= 4
    ):
        marks.add("action")
    if (
        not marks - {"negated"}
        and not possible
        and len(line) >= 4
        and (
            who in ("other", "we")
            or verb in words.STATIVE
            or who == "none"
            and re.search("[了是有很太不没都总被]|特别|老是|非常|挺|每天|一直", line)
        )
    ):
        marks.add("told")
    if (
        re.search(
            "(好|快|少|高|低|稳定|顺利|短|轻松|顺畅)(得?多了?|了?很多|不少|了?一些|了?一点)|效果|效率", line
        )
        and not negated
    ):
        marks.add("claim")
    claims = [word for word in words.CHANGES if len(word) > 1 and word in line]
    if verb in words.CHANGES or claims:
        marks.add("change")
    if re.search("笑了|哭了|点点头|笑个不停|乐了", line) and len(line) < 10:
        marks.add("reaction")
    if _SINCE_THE_CHANGE.search(line) and "hedged" not in marks:
        marks.add("result")
    if _RESULT.search(line):
        marks.add("result")
    if any(word in line for word in words.SITUATION_WORDS):
        marks.add("situation")
    if any(word in line for word in words.TASK_WORDS):
        marks.add("task")
    if has_number(line):
        marks.add("number")
    if any(word in line for word in words.TIME_WORDS) or re.search(
        r"(19|20)\d\d年|[\d一二两三四五六七八九十半]+(天|周|个月|年|小时|分钟)", line
    ):
        marks.add("time")
    if any(word in line for word in words.METHODS):
        marks.add("method")
    if (
        any(word in line for word in words.COMPARISON)
        or re.search(r"[从由].{0,12}\d.{0,10}(到|降到|至|提高到|变成)", line)
        or re.search(r"[从由].{0,8}[一二三四五六七八九十百]+.{0,8}(到|降到|至|提高到|变成)", line)
    ):
        marks.add("comparison")
    if any(word in line for word in words.VAGUE_WORDS) or (
        verb in words.VAGUE_VERBS and len(line) < 12 and not re.search("通过|用|按|把", line)
    ):
        marks.add("vague")
    if re.search("如果|可能|应该|也许|会先|我会|就会", line):
        marks.add("hedged")
    if own and re.search("一般|通常|平时|总是|一直都|每次都|从来", line) and not re.search("[了过]", line):
        marks.add("habit")
    if (
        _NEW_STATE.search(line) or who in ("other", "none") and _STILL.search(line)
    ):  # 从那以后我休假都不用带电脑: what has become possible
        marks -= {"hedged", "habit"}
        marks |= {"told", "since"}
    if any(word in line for word in words.PEOPLE):
        marks.add("people")
    if any(word in line for word in words.LEARNING):
        marks.add("learning")
    return frozenset(marks)


def has_number(line: str) -> bool:
    """A figure that says how much, with its unit; ordinals, names of lines and 一些, 一下 are none."""
    if "百分之" in line or "%" in line or "％" in line or re.search(r"一半|翻倍|翻了?[一两几]?番|减半", line):
        return True
    cleared = _ORDINAL.sub(lambda match: "#" * len(match.group()), line)
    cleared = re.sub(r"5S|五S|[五5]个为什么|[一二三四]班倒?", lambda m: "#" * len(m.group()), cleared)
    for match in _NUMBER.finditer(cleared):
        after = cleared[match.end() :]
        unit = next((unit for unit in _UNITS if after.startswith(unit)), None)
        if match.group()[0].isdigit():
            if re.fullmatch(r"(19|20)\d\d", match.group()) and after.startswith("年"):
                continue
            return True
        if match.group() == "一" and unit in (
            "个",
            "次",
            "家",
            "条",
            "位",
            "名",
            "件",
            "套",
            "班",
            "单",
            "项",
            "年",
            "天",
            "遍",
            "个人",
            "张",
            "笔",
            "类",
            "台",
            "步",
            "户",
            "块",
            "人",
            "轮",
            "页",
            "成",
        ):
            continue
        if match.group() in ("万", "千", "百", "十", "半", "亿", "一") and unit is None:
            continue
        if unit is not None or len(match.group()) >= 2:
            return True
    return False
