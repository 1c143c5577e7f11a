"""Two statements about one and the same thing that do not fit together though their verbs differ.

Each claim names what it speaks of (how long somebody waited, how many there were in all, how much a contract
was worth, whether there was overtime or a discount) and its value. Only claims of one answer are compared,
never such as tell of a change, of a part, of a wish or of somebody else's case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scoring.answer import Clause
from scoring.english_tokens import stem, tokens_in
from scoring.figures import chinese_value, number_at
from scoring.job import Language
from scoring.words_en import CORRECTIONS


@dataclass(frozen=True, slots=True)
class Claim:
    """``about``: what is spoken of. ``value``: how much; for a thing done or denied 1 or 0."""

    about: str
    value: float
    noun: str = ""


FAR_APART = 1.25
"""Ratio from which two figures for the same thing are more than rounded."""
FAR_APART_WAITING = 2.0
"""Felt and measured waiting differ; only from this ratio on they do not fit."""

_SHIFTING = re.compile(
    r"\b(another|more|later|then|before|used to|until|usually|normally|average|other|others|again|each day"
    r"|instead|if|would|could|might|want|wants|wanted|nowadays|these days|since|anymore|next|extended"
    r"|renewed|first|second|at least|save|saved|avoid|now|(that|were|are|was) left|left over|remaining"
    r"|rest|meanwhile|already)\b"
    r"|以前|之前|原来|后来|现在|平均|另|再|又|其中|剩|还有|第[一二三]|首|如果|希望|想要|不想|避免"
    r"|别的|别人|其他|追加|续|通常|平时|本来"
)
"""Words of a change, a part, a wish or another case."""

_WAIT = re.compile(r"\b(wait(ed|ing)?|queued?|queuing|queueing|stood in line)\b|等了|等|排队|排了")
_SPAN_EN = re.compile(
    r"(?P<half>half an hour)|(?P<more>an hour and a half)|(?P<quarter>quarter of an hour)"
    r"|(?P<one>an hour|one hour)"
)
_SPAN_ZH = re.compile(
    r"(?P<number>\d+(?:\.\d+)?|[一二两三四五六七八九十百]+|半)(?P<piece>个)?(?P<rest>多|半|来)?(?P<unit>小时|钟头|分钟|刻钟)"
)
_MINUTES = {stem("minutes"): 1.0, stem("hours"): 60.0, "分钟": 1.0, "小时": 60.0, "钟头": 60.0, "刻钟": 15.0}
_CHARGED = re.compile(
    r"\b(charged|billed|debited|deducted|overcharged|took|short by|missing)\b"
    r"|少了|差了|短了|扣了|多扣|多收|收了|扣"
)
_GIVEN_BACK = re.compile(r"\b(refund(ed)?|reimbursed?|back)\b|退了|退给|退回|返还|退|找回")
_TWICE = re.compile(r"\b(twice|double)\b|两次|两遍|两笔")
_CURRENCY = frozenset(stem(word) for word in ("pounds", "euros", "dollars", "quid", "francs", "bucks"))
_MONEY_ZH = re.compile(
    r"(?P<number>\d+(?:\.\d+)?|[零一二两三四五六七八九十百千]+)(?P<scale>万|亿)?(?P<unit>多|块|元|(?<=万))"
)
_DEAL = re.compile(
    r"\b(contract|deal|order|worth|signed|sale|closed)\b|签了|签下|合同|单子|成交|大单|订单|拿下"
)
_NO_DEAL = re.compile(
    r"\b(margin|discount|target|quota|offer|offered|budget|price|calculation|loss|damage|fine|competitor|rework)\b"
    r"|毛利|折扣|目标|预算|报价|单价|罚|损失|赔|一年|每年|一个月|业绩|省"
)
_IN_ALL_EN = re.compile(r"\b(order of|batch of|total of|in total|altogether|in all|all)\b")
_IN_ALL_ZH = re.compile(r"一共|总共|全部|全都|合计|总数")
_ORDERED = "ordered"
"""An order's size is held against what was delivered of it, never against another order."""
_ORDER_EN = re.compile(
    r"\b(order|batch|job|run|lot) (?:of|was|was for|for|were|came to) (?=[\w£$€]+)|\bordered\b"
)
_ORDER_ZH = re.compile(r"订了|要了|下了|订单是|订单有|要的是|急单")
_COUNT_ZH = re.compile(
    r"(?P<number>\d+|[零一二两三四五六七八九十百千]+)(?P<unit>台|件|套|箱|个|只|辆|条|块|盒|吨|双|批|份|袋|包|户|张|万[台件套只个箱])"
    r"(?P<noun>[\u4e00-\u9fff]{0,2})"
)
_PER = re.compile(
    r"\b(?:\d+|k|hundred|thousand|million|[a-z]+s) (?:per|a|an|each|every) "
    r"(?:day|shift|week|hour|month|year)\b"
    r"|每|平均|百分之|的时候"
)
_TEAM_EN = re.compile(
    r"\b(?:team|crew|group|shift) of (?=\w)|\ball (?=\w+(?: \w+)? of us)|\bthere were (?=\w+(?: \w+)? of us)"
)
_TEAM_ZH = re.compile(
    r"(?:团队|班组|组里|手下|班里|我们组|我们班)(?:一共|总共)?(?:有|是|就)?(?P<number>\d+|[两三四五六七八九十百]+)(?:个|多个|来个|号)?人"
)
_YEARS_EN = re.compile(r"\byears? (?:in|as|of|at)(?: the| an?)? (?P<field>[a-z]+)")
_CUSTOMER_YEARS_EN = re.compile(r"\b(?:customers?|clients?|with us)(?: of ours)? for(?= \w+ years?)")
_CUSTOMER_YEARS_ZH = re.compile(r"(?:合作|跟我们做)了?(?P<number>\d+|[两三四五六七八九十]+)年")
_YEARS_ZH = re.compile(
    r"(?:做|干|当|从事)(?:了)?(?P<field>[\u4e00-\u9fff]{2,4}?)(?:已经|做了|干了|快|有)?(?P<number>\d+|[两三四五六七八九十]+)(?:多)?年"
)
_WHOLE_TIME = re.compile(
    r"\b(in total|altogether|all in all|from start to finish|the whole thing (took|was done))\b"
    r"|前后|总共|一共|全部花|只花了|只用了"
)
_AT_A_PLACE = re.compile(
    r"\b(work(ed|ing)?|interned|internship|stayed|lived|studied|trained)\b|实习|工作|上班|干了|待了"
)
"""How long somebody was anywhere is no part of the time that a thing took."""
_DAYS_EN = {stem(word): days for word, days in (("days", 1.0), ("weeks", 7.0), ("months", 30.0))}
_DAYS_ZH = re.compile(r"(?P<number>\d+|[一二两三四五六七八九十]+)个?多?(?P<unit>天|周|星期|礼拜|月)")
_DAYS_OF_ZH = {"天": 1.0, "周": 7.0, "星期": 7.0, "礼拜": 7.0, "月": 30.0}
_DONE_OR_DENIED: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    (
        "overtime",
        re.compile(r"\bovertime\b|\bextra shifts?\b|加班|加了.{0,4}班|每天加.{0,3}小时"),
        re.compile(
            r"\b(without|no|not|never|nobody|didn't)\b.{0,32}\b(overtime|extra shifts?)\b"
            r"|班(都|也)?(没有?|不)加|没有?(安排|让.{0,4}|叫.{0,4})?加(过)?班|不加班|班也没"
        ),
    ),
    (
        "discount",
        re.compile(
            r"\b(gave|got|signed|agreed|settled|with|took|granted)\b.{0,40}\b(discount|per ?cent off|% off)\b"
            r"|\b(lowered|reduced|cut) (the|our|my) price|\bcame down (by|to)\b"
            r"|(给|签|成交|卖|谈).{0,6}[一二三四五六七八九\d]+折"
            r"|[一二三四五六七八九\d]+折.{0,4}(签|成交|卖|拿)|(降|让|便宜)了(百分之|[一二三四五六七八九十\d])"
        ),
        re.compile(
            r"\b(without|no|not|didn't|single)\b.{0,25}\b(discounts?|penny|per ?cent off)\b"
            r"|\bdidn't (move|go down|lower)\b"
            r"|一分钱?(都|也)?没有?(让|降|少|便宜)|(折扣|价)(都|也)?没有?(给|让|降)|没有?(给.{0,4}|打.{0,2})(折扣|折)"
            r"|没有?(降价|让价)|一点(都|也)?没有?(让|降)"
        ),
    ),
    (
        "help",
        re.compile(
            r"\b(helped|supported) me\b|\bwith the (help|support) of\b"
            r"|帮了我|(同事|师傅|他|她|们)(来|也|就|都)?帮我"
        ),
        re.compile(
            r"\b(nobody|no one|no-one|not anyone)\b.{0,16}\bhelp(ed)?\b"
            r"|\bwithout (any|anybody's|anyone's) help\b"
            r"|没有?(任何|一个)?人帮|全(程|部|都)?是?我一个人"
        ),
    ),
    (
        "others",
        re.compile(
            r"\b(me and \w+|\w+ and me|together with|paired)\b|(跟|和).{1,6}一起(做|查|改|搞|写|排查)"
        ),
        re.compile(
            r"\b(nobody|no one|no-one) else was (involved|there)\b"
            r"|\ball of (it|this) (alone|on my own|by myself)\b|从头到尾.{0,4}一个人|全(程|部|都)?是?我一个人"
        ),
    ),
    (
        "quarrel",
        re.compile(r"\b(argued|quarrell?ed|had (an?|this|a big) (argument|quarrel|row))\b|吵过|吵了|吵起来"),
        re.compile(
            r"\bnever (once )?(argued|quarrell?ed|had an? (argument|quarrel|row))\b"
            r"|(从来没|从没|没有?)(跟.{1,4}|和.{1,4})?(吵过|红过脸)|一次(都|也)没有?吵"
        ),
    ),
    (
        "standstill",
        re.compile(
            r"\b(line|machine|plant|production|system|site) (was down|stood still|stopped|stood) for\b"
            r"|停了.{0,6}(天|小时|礼拜|星期|周|分钟)"
        ),
        re.compile(
            r"\bnever (stopped|stood still|went down)\b"
            r"|\b(without|not) a (single )?(minute|hour|day) of (downtime|standstill)\b"
            r"|一(天|分钟|小时|个小时)(都|也)没有?停|没有?停过(线|产|机)"
        ),
    ),
)


def names_a_charge(text: str) -> bool:
    return bool(_CHARGED.search(text.lower()))


_SLIPS = frozenset(CORRECTIONS) - {"i mean", "sorry"}


def claims_of(clause: Clause, text: str, language: Language) -> tuple[Claim, ...]:
    """What one statement claims; nothing where it tells of a change, a part or a wish, or corrects itself."""
    found = _claims(text, language, "hedged" in clause.marks, "comparison" in clause.marks)
    part = "action" in clause.marks and clause.who in ("i", "we") and "since" not in clause.marks
    part = part and not _AT_A_PLACE.search(text.lower())
    return tuple(item for item in found if part or item.about != "part of the time")


@lru_cache(maxsize=4_000)
def _claims(text: str, language: Language, hedged: bool, compared: bool) -> tuple[Claim, ...]:
    line = text.lower()
    if hedged or compared or _SHIFTING.search(line) or any(word in line for word in _SLIPS):
        return ()
    found = [
        Claim(about, 0.0 if denied.search(line) else 1.0)
        for about, done, denied in _DONE_OR_DENIED
        if done.search(line) or denied.search(line)
    ]
    if _WAIT.search(line) and (minutes := _minutes(line, language)):
        found.append(Claim("waiting", minutes))
    found += _people_and_years(line, language)
    if not _PER.search(line):
        found += _days(line, language)
        found += _money(line, language)
        found += _counts(line, language)
    return tuple(found)


def do_not_fit(earlier: Claim, later: Claim) -> bool:
    """Can both be true of the same thing?"""
    if {earlier.about, later.about} == {"charged", "given back"}:
        charged, back = (earlier, later) if earlier.about == "charged" else (later, earlier)
        return back.value > FAR_APART * charged.value
    if {earlier.about, later.about} == {"whole time", "part of the time"}:
        whole, part = (earlier, later) if earlier.about == "whole time" else (later, earlier)
        return part.value > FAR_APART * whole.value
    if (
        earlier.about != later.about
        or earlier.about == "part of the time"
        or earlier.about in ("charged", "given back")
    ):
        return False
    if earlier.noun == later.noun == _ORDERED:
        return False
    if (
        _ORDERED not in (earlier.noun, later.noun)
        and earlier.noun
        and later.noun
        and earlier.noun != later.noun
    ):
        return False
    low, high = sorted((earlier.value, later.value))
    return high > low * (FAR_APART_WAITING if earlier.about == "waiting" else FAR_APART)


def clashing(claims: Sequence[tuple[int, Claim]]) -> Iterator[tuple[int, int]]:
    """Pairs of clauses, by index, whose claims do not fit; each later clause once.

    A word put right in the very next breath is a slip, so neighbours count only where something is denied.
    """
    seen: set[int] = set()
    for place, (index, later) in enumerate(claims):
        for before, earlier in claims[:place]:
            near = index - before < (1 if min(earlier.value, later.value) == 0 else 2)
            if index not in seen and not near and do_not_fit(earlier, later):
                seen.add(index)
                yield before, index


def _minutes(line: str, language: Language) -> float | None:
    if language == "zh":
        match = _SPAN_ZH.search(line)
        if match is None:
            return None
        number = 0.5 if match["number"] == "半" else chinese_value(match["number"])
        return (number + (0.5 if match["rest"] == "半" else 0.0)) * _MINUTES[match["unit"]]
    spoken = _SPAN_EN.search(line)
    if spoken:
        return {"half": 30.0, "more": 90.0, "quarter": 15.0, "one": 60.0}[spoken.lastgroup or "one"]
    return next((value * _MINUTES[unit] for value, unit, _ in _numbers(line) if unit in _MINUTES), None)


def _days(line: str, language: Language) -> Iterator[Claim]:
    """What all of it took, or one deed of it: no part can take longer than the whole."""
    if language == "zh":
        spans = [
            chinese_value(match["number"]) * _DAYS_OF_ZH[match["unit"]] for match in _DAYS_ZH.finditer(line)
        ]
    else:
        spans = [value * _DAYS_EN[unit] for value, unit, _ in _numbers(line) if unit in _DAYS_EN]
    if len(spans) == 1:
        yield Claim("whole time" if _WHOLE_TIME.search(line) else "part of the time", spans[0])


def _numbers(line: str) -> list[tuple[float, str, str]]:
    """English figures: value, what they count as a stem, and the currency sign or word before them."""
    tokens = [token.low for token in tokens_in(line, frozenset())]
    found, index = [], 0
    while index < len(tokens):
        value, length = number_at(tokens, index)
        if length:
            place = index + length
            unit = stem(tokens[place]) if place < len(tokens) else ""
            found.append((value, unit, tokens[index - 1] if index else ""))
        index += length or 1
    return found


def _money(line: str, language: Language) -> Iterator[Claim]:
    if language == "zh":
        amounts = [
            chinese_value(match["number"]) * {"万": 1e4, "亿": 1e8}.get(match["scale"] or "", 1.0)
            for match in _MONEY_ZH.finditer(line)
            if match["unit"] != "多" or match["scale"]
        ]
    else:
        amounts = [
            value
            for value, unit, before in _numbers(line)
            if unit in _CURRENCY or before in ("£", "$", "€") or value >= 10_000
        ]
    if len(amounts) != 1:
        return
    if _DEAL.search(line) and not _NO_DEAL.search(line):
        yield Claim("deal", amounts[0])
    if _GIVEN_BACK.search(line):
        yield Claim("given back", amounts[0])
    elif _CHARGED.search(line):
        yield Claim("charged", amounts[0] * (2 if _TWICE.search(line) else 1))


def _counts(line: str, language: Language) -> Iterator[Claim]:
    """How many there were in all."""
    if language == "zh":
        counted = list(_COUNT_ZH.finditer(line))
        if len(counted) == 1 and (_IN_ALL_ZH.search(line) or _ORDER_ZH.search(line)):
            noun = "" if _IN_ALL_ZH.search(line) else _ORDERED
            yield Claim(
                "in all " + counted[0]["unit"], chinese_value(counted[0]["number"].rstrip("万")), noun
            )
        return
    numbers = [(value, unit) for value, unit, before in _numbers(line) if before != "line"]
    ordered = _ORDER_EN.search(line)
    if len([unit for _, unit in numbers if unit not in _TIME_STEMS]) == 1 and (
        ordered or _IN_ALL_EN.search(line)
    ):
        numbers = [(value, unit) for value, unit in numbers if unit not in _TIME_STEMS]
        value, unit = numbers[0]
        if value >= 2 and unit and unit not in _TIME_STEMS | {"%", "percent", "of", "in"}:
            yield Claim("in all " + unit, value, _ORDERED if ordered else "")


def _people_and_years(line: str, language: Language) -> Iterator[Claim]:
    """How many the team are, and for how long somebody has done one kind of work."""
    if language == "zh":
        for about, pattern in (("team", _TEAM_ZH), ("years", _YEARS_ZH), ("customer", _CUSTOMER_YEARS_ZH)):
            match = pattern.search(line)
            if match:
                yield Claim(about, chinese_value(match["number"]), match.groupdict().get("field", ""))
        return
    team = _TEAM_EN.search(line)
    if team and (numbers := _numbers(line[team.end() :])):
        yield Claim("team", numbers[0][0])
    customer = _CUSTOMER_YEARS_EN.search(line)
    if customer and (numbers := _numbers(line[customer.end() :])):
        yield Claim("customer", numbers[0][0])
    years = _YEARS_EN.search(line)
    if years and (numbers := _numbers(line[: years.start()] + "years")):
        yield Claim("years", numbers[-1][0], years["field"])


_TIME_STEMS = frozenset(
    stem(word) for word in "second minute hour day week month year time shift per o'clock".split()
)
