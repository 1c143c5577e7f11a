"""The words of a follow-up: polite, short, with the candidate's own phrase, right person and tense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scoring import words_en, words_zh
from scoring.answer import Who
from scoring.english_phrases import second_person
from scoring.english_tokens import stem
from scoring.follow_up_types import FollowUpKind
from scoring.job import Language, QuestionKind


@dataclass(frozen=True, slots=True)
class Wording:
    """What a sentence is made from; ``detail`` is an open question to end with, where one is given."""

    kind: FollowUpKind
    language: Language
    question_kind: QuestionKind
    turn: int
    target: str = ""
    detail: str = ""
    quote: str = ""
    who: Who = "none"
    lead: str = ""
    verb: str = ""


REASONS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "no_figure": "a change is claimed without a figure",
        "no_result": "no result was told",
        "no_situation": "the situation was not told",
        "no_deed": "no deed of their own was told",
        "only_possible": "told as what one would do; a real case was asked for",
        "general": "what was done is said in general words only",
        "little": "hardly anything was told that shows what was done",
        "own_part": 'the deeds are told as "we"; the own part is not clear',
        "off_topic": "nothing said so far leads to the question",
        "contradiction": "does not fit an earlier statement",
        "not_fitting": "by its meaning two statements of the answer may not fit together",
        "point": "expected point not mentioned: ",
        "deeper": "what is expected may have been told; this goes further",
        "alike": "after answers like this one raters asked for it",
    },
    "zh": {
        "no_figure": "说有改变，但没有数字",
        "no_result": "没有讲结果",
        "no_situation": "没有讲当时的情况",
        "no_deed": "没有讲自己做了什么",
        "only_possible": "讲的是会怎么做，问的是真实经历",
        "general": "做了什么只说得很笼统",
        "little": "讲得很少，看不出做了什么",
        "own_part": "都以“我们”来讲，本人做的部分不清楚",
        "off_topic": "目前说的与问题无关",
        "contradiction": "与前面的说法对不上",
        "not_fitting": "从意思上看，回答里可能有两处对不上",
        "point": "没有提到：",
        "deeper": "要点可能都讲到了，再往深问一步",
        "alike": "评分者听到类似的回答后会追问这一点",
    },
}
"""Why a follow-up is proposed, for the log, the desk and the report."""


def sentence(wording: Wording) -> str:
    """The whole sentence to be said to the candidate."""
    return _english(wording) if wording.language == "en" else _chinese(wording)


_EN_DOWN = frozenset(stem(word) for word in words_en.CHANGE_DOWN)
_EN_UP = frozenset(stem(word) for word in words_en.CHANGE_UP)
_EN_CLAIMS = frozenset(stem(word) for word in words_en.CLAIMS)
_SAVING = frozenset({stem("save")})
"""Of what was saved one asks how much it was, not by how much."""


_NOT_FITTING_EN = "There is something I could not quite put together. Could you go through the main steps once more, briefly?"
_NOT_FITTING_ZH = "有个地方我没完全对上。你能把主要的过程再简单说一遍吗？"
"""Where nobody can say which two statements do not fit."""
_HOW_IT_FITS_EN = "Could you help me understand how that fits with the rest of what you told me?"
_HOW_IT_FITS_ZH = "这和你讲的其他情况我没太对上，能解释一下吗？"
"""Behind what was said without exception, where something else in the answer may belie it."""


def _english(w: Wording) -> str:
    if w.kind == "contradiction" and not w.quote:
        return _NOT_FITTING_EN
    if w.kind == "contradiction" and not w.detail:
        return f"You said “{w.quote}”. {_HOW_IT_FITS_EN}"
    if w.kind == "contradiction":
        return (
            f"Earlier you said “{w.detail}”, and then “{w.quote}”. Could you help me understand how the two fit "
            "together?"
        )
    if w.detail and (w.target in ("example", "more") or w.kind == "clarify"):
        return f"It can be something small. {w.detail}"
    if w.target == "example":
        return "Could you give me one example from your own experience? What exactly did you do?"
    if w.kind == "off_topic":
        return f"Thank you. Let me come back to my question: {w.detail}"
    if not w.quote:
        return "Thank you. " + (w.detail or _GENERALLY_EN[_generally(w)])
    return f"{_english_opening(w)} {_english_request(w)}"


_WHAT_DID_YOU_DO_EN = "What exactly did you do yourself in all that?"
_WHAT_DID_YOU_DO_ZH = "刚才讲的这些里，你本人具体做了什么？"
"""The same to who told everything as "we" and to who told no deed at all: which of the two it was need not be
certain."""

_PICK_ONE_EN = "Could you pick one particular case, and tell me step by step what you did?"
_PICK_ONE_ZH = "能挑具体的一次，一步一步说说你是怎么做的吗？"
_AN_EXAMPLE_EN = "Could you give me a concrete example of that, and say exactly what you did?"
_AN_EXAMPLE_ZH = "能举个具体的例子说说吗？"

_OF_ONE_CASE: Mapping[Language, Mapping[str, str]] = {
    "en": {
        _PICK_ONE_EN: "Could you take me through it step by step: what exactly did you do?",
        _AN_EXAMPLE_EN: "Could you tell me a little more exactly what you did there?",
    },
    "zh": {
        _PICK_ONE_ZH: "能从头到尾一步一步说说，你具体是怎么做的吗？",
        _AN_EXAMPLE_ZH: "具体是怎么做的，能再说细一点吗？",
    },
}
"""To who told one case already, what takes the place of asking for one."""


def of_the_case_told(text: str, language: Language) -> str:
    """The same follow-up for an answer that has named one case, however generally."""
    for for_one, of_it in _OF_ONE_CASE[language].items():
        text = text.replace(for_one, of_it)
    return text


_GENERALLY_EN = {
    "own_role": _WHAT_DID_YOU_DO_EN,
    "quantify": "Can you put a figure on the result?",
    "quantify, self_introduction": "Can you put a figure on one of the results you spoke of?",
    "clarify": "Could you take one particular part of it and say more exactly what you mean?",
    "clarify, situational": "Could you go through it step by step: what would you do first, and what next?",
    "clarify, self_introduction": "Could you pick one job or task, and tell me exactly what you did there?",
    "clarify, structured": _PICK_ONE_EN,
    "clarify, no_deed": "Could you pick one thing you have done, at work or anywhere else, and tell me exactly what "
    "you did?",
    "missing_star, result": "And how did it turn out in the end?",
    "missing_star, aftermath": "Was that the end of it, or did something more come of it later?",
    "missing_star, action": _WHAT_DID_YOU_DO_EN,
    "missing_star, situation": "What was the situation at that time?",
    "missing_star, more": "Could you tell me more about that? What was the situation, and what exactly did you do?",
}
_GENERALLY_ZH = {
    "own_role": _WHAT_DID_YOU_DO_ZH,
    "quantify": "这个结果能用数字说一下吗？",
    "quantify, self_introduction": "刚才说的成绩里，能挑一项用数字说说吗？",
    "clarify": "能挑一点，说得再具体一些吗？",
    "clarify, situational": "能一步一步说说，你会先做什么、再做什么吗？",
    "clarify, self_introduction": "能挑一份工作或者一件事，具体说说你在里面做了什么吗？",
    "clarify, structured": _PICK_ONE_ZH,
    "clarify, no_deed": "能挑一件你自己做过的事，工作上的或者别的都行，具体说说吗？",
    "missing_star, result": "那最后的结果怎么样？",
    "missing_star, aftermath": "事情到这里就结束了吗？后来还有没有什么变化？",
    "missing_star, action": _WHAT_DID_YOU_DO_ZH,
    "missing_star, situation": "当时是什么样的情况？",
    "missing_star, more": "能把这件事再展开讲讲吗？当时发生了什么，你具体是怎么做的？",
}
"""Where the whole lacks something and no clause is to be held up for it."""


_MISSING_EN = {
    "result": "How did the whole thing turn out in the end?",
    "action": "What exactly did you do about it?",
    "situation": "What was the situation at that time?",
}
_MISSING_ZH = {
    "result": "那整件事最后的结果怎么样？",
    "action": "针对这个情况，你自己具体做了什么？",
    "situation": "当时是什么样的情况？",
}
"""Parts of a story asked for behind a quote."""


def asks_for(text: str, target: str, language: Language) -> bool:
    """Does this sentence ask for this part of a story, behind a quote or without one?"""
    generally = _GENERALLY_EN if language == "en" else _GENERALLY_ZH
    behind_a_quote = _MISSING_EN if language == "en" else _MISSING_ZH
    forms = (generally.get(f"missing_star, {target}"), behind_a_quote.get(target))
    return any(form is not None and form in text for form in forms)


def _generally(w: Wording) -> str:
    special = f"{w.kind}, {w.target or w.question_kind}"
    return special if special in _GENERALLY_EN else w.kind


def _english_opening(w: Wording) -> str:
    own = w.who in ("i", "we")
    phrase = second_person(w.quote, first_verb=own)
    subject = "you " if own else ""
    opener = ("You mentioned", "You said that", "You spoke of it just now:")[w.turn % 2]
    if w.kind == "own_role":
        return f"You mentioned that as a team you {w.lead}{phrase}."
    if not own:
        opener = "You mentioned that" if w.turn % 2 == 0 else "You said that"
    return f"{opener} {subject}{w.lead}{phrase}."


def _english_request(w: Wording) -> str:
    if w.kind == "quantify":
        if w.verb in _EN_DOWN - _SAVING:
            return "By how much, in figures?"
        if w.verb in _EN_UP and w.who != "other":
            return "By how much, and compared with what?"
        if w.verb in _EN_CLAIMS and w.who != "other":
            return "How much did that improve things, in figures?"
        return _how_much(w.quote)
    if w.kind == "own_role":
        return "What exactly was your own part in that?"
    if w.kind == "missing_star":
        return _MISSING_EN[w.target]
    if w.question_kind == "situational":
        return "Could you say exactly what you would do, step by step?"
    return _AN_EXAMPLE_EN


def _how_much(quote: str) -> str:
    """The figure behind a comparison somebody made: "much faster" → "How much faster …"."""
    said = quote.lower().split()
    compared = next((word.strip(".,") for word in said if word.strip(".,") in words_en.COMPARATIVES), None)
    if compared is None or compared in ("more", "stable", "happier", "calmer"):
        return "Can you put a figure on that?"
    return f"How {'many' if compared == 'fewer' else 'much'} {compared}, in figures?"


def _chinese(w: Wording) -> str:
    quote = w.quote
    if w.kind == "contradiction" and not quote:
        return _NOT_FITTING_ZH
    if w.kind == "contradiction" and not w.detail:
        return f"你刚才说“{quote}”，{_HOW_IT_FITS_ZH}"
    if w.kind == "contradiction":
        return f"你前面说“{w.detail}”，后来又说“{w.quote}”，这两处我没太听明白，能解释一下吗？"
    if w.detail and (w.target in ("example", "more") or w.kind == "clarify"):
        return f"小事也可以。{w.detail}"
    if w.target == "example":
        return "能举一个你自己经历过的例子吗？你当时具体做了什么？"
    if w.kind == "off_topic":
        return f"谢谢。我们回到刚才的问题：{w.detail}"
    if not w.quote:
        return "谢谢。" + (w.detail or _GENERALLY_ZH[_generally(w)])
    opening = f"你提到“{quote}”，" if w.turn % 2 == 0 else f"你刚才说“{quote}”，"
    return opening + _chinese_request(w)


def _chinese_request(w: Wording) -> str:
    if w.kind == "quantify":
        return _how_much_zh(w)
    if w.kind == "own_role":
        return "你本人在其中具体做了什么？"
    if w.kind == "missing_star":
        return _MISSING_ZH[w.target]
    return "能具体说说你会怎么做吗？" if w.question_kind == "situational" else _AN_EXAMPLE_ZH


_DOWN_ZH = sorted(word for word in words_zh.CHANGE_DOWN if len(word) == 2)


def _how_much_zh(w: Wording) -> str:
    """The figure behind a claim: 缩短了 → 具体缩短了多少？"""
    for verb in (*_DOWN_ZH, "提高", "提升", "增加"):
        if verb in w.quote and verb[-1] != "到":
            return f"具体{verb}了多少？"
    return "能用数字说说吗？" if w.who == "other" else "效果能用数字说说吗？"
