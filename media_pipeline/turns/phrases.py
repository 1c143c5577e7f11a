"""What a candidate says about the conversation itself: "let me think", "that's all", "pardon?".

Pure functions over a recogniser's text of one utterance, in the language of the interview. They are
careful rather than clever: a phrase counts only as a clause of its own at the utterance's end, not
inside a story ("when I'm done, I…", "he said, I'm done"), because acting on it wrongly takes the word
from somebody. Whoever is not understood has the button.

A recogniser may leave out punctuation; then only wordings that nobody uses otherwise are believed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from media_pipeline.events import Language


def says_done(text: str, language: Language) -> bool:
    """The candidate declares the answer finished: "that's all from me", 我说完了."""
    clauses = _clauses(text, language)
    if not clauses or _is_question(text):
        return False
    clauses = _without_trailing(clauses, _CLOSING_COURTESY[language])
    return _ends_with(clauses, _DONE[language], _DONE_UNMISTAKABLE[language], language)


def asks_to_think(text: str, language: Language) -> bool:
    """The candidate asks for time: "let me think", 我想一下. What follows it at once is not a hold."""
    clauses = _without_trailing(_clauses(text, language), _FILLER[language])
    return _ends_with(clauses, _THINK[language], _THINK_UNMISTAKABLE[language], language)


def asks_to_rephrase(text: str, language: Language) -> bool:
    """The candidate has not understood the question or wants it again in other words."""
    clauses = _without_trailing(_clauses(text, language), _CLOSING_COURTESY[language])
    return _ends_with(clauses, _REPHRASE[language], None, language)


def is_backchannel(text: str, language: Language) -> bool:
    """Nothing but listener's noises and assent: "mm-hm, yeah", 嗯，对. No words at all count, too."""
    flat = " ".join(_clauses(text, language))
    return len(flat) <= _LONGEST_CLAUSE and _BACKCHANNEL[language].fullmatch(flat) is not None


def sounds_unfinished(text: str, language: Language) -> bool:
    """The text stops where no sentence can: "because the", "…", 因为. Then no pause is an end, however
    finished it sounded; to be used as a turn probability of 0. False says nothing."""
    if text.rstrip().endswith(("...", "…", ",", "，", "、", "-", "—")):
        return True
    clauses = _clauses(text, language)
    return bool(clauses) and _DANGLING[language].search(clauses[-1][-_LONGEST_CLAUSE:]) is not None


# --- How a text is cut -----------------------------------------------------------------------------

_LONGEST_CLAUSE: Final = 120
"""No phrase about the conversation is longer, in characters; it also bounds what a match may cost."""

_PUNCTUATION: Final = re.compile(r"[.!?,;:…—\n。！？，；：、“”\"()（）]+")
_CONTRACTIONS: Final = (
    (re.compile(r"[’‘`]"), "'"),
    (re.compile(r"\bi am\b"), "i'm"),
    (re.compile(r"\bi have got\b"), "i've got"),
    (re.compile(r"\b(that|it|here) is\b"), r"\1's"),
    (re.compile(r"\bthat (?:will|would)\b"), "that'll"),
    (re.compile(r"\bdid not\b"), "didn't"),
    (re.compile(r"\bdo not\b"), "don't"),
    (re.compile(r"\bcan ?not\b"), "can't"),
    (re.compile(r"(?<=\w)-(?=\w)"), " "),
)


def _clauses(text: str, language: Language) -> list[str]:
    """Lower-case clauses without punctuation; in Chinese a space separates clauses as a comma does."""
    flat = unicodedata.normalize("NFKC", text).lower()
    for pattern, replacement in _CONTRACTIONS:
        flat = pattern.sub(replacement, flat)
    parts = _PUNCTUATION.split(flat)
    if language == "zh":
        parts = [piece for part in parts for piece in part.split()]
    return [" ".join(part.split()) for part in parts if part.strip(" -'")]


def _is_question(text: str) -> bool:
    return text.rstrip().endswith(("?", "？"))


def _without_trailing(clauses: list[str], filler: re.Pattern[str]) -> list[str]:
    """Drop closing clauses that say nothing, as long as one is left."""
    kept = list(clauses)
    while len(kept) > 1 and filler.fullmatch(kept[-1]):
        kept.pop()
    return kept


def _ends_with(
    clauses: list[str], own_clause: re.Pattern[str], unmistakable: re.Pattern[str] | None, language: Language
) -> bool:
    if not clauses:
        return False
    last = clauses[-1]
    whole = len(last) <= _LONGEST_CLAUSE and own_clause.fullmatch(last) is not None
    if not whole and (unmistakable is None or unmistakable.search(last[-_LONGEST_CLAUSE:]) is None):
        return False
    return len(clauses) == 1 or _SETS_UP_A_STORY[language].search(clauses[-2]) is None


# --- Wordings --------------------------------------------------------------------------------------

_EN_HEDGE: Final = (
    r"(?:(?:and|so|but|then|yeah|yes|yep|no|oh|ok|okay|well|um+|uh+|er+|hm+|right|all right|alright"
    r"|now|sorry|"
    r"i think|i guess|i believe|i suppose|i'd say|basically|really|actually|honestly|please) )*"
)
_ZH_HEDGE: Final = (
    r"(?:嗯|呃|额|啊|哦|那么|那|好的|好了|好|对|所以|然后|大概|差不多|基本上|基本|我觉得|我想|应该|目前|暂时|"
    r"其实|反正|也|不好意思|抱歉|对不起|请|麻烦|是的|行)*"
)

_SETS_UP_A_STORY: Final[dict[Language, re.Pattern[str]]] = {
    # Somebody else's words, or a condition: what follows is part of what is told.
    "en": re.compile(
        r"\b(?:said|says|say|saying|told \w+|thought|asked|replied|answered|shouted|yelled|goes"
        r"|went|was like|"
        r"tell (?:him|her|them|people))$|^(?:(?:and|so|but|then) )?(?:when|once|if|after|until"
        r"|as soon as|whenever|because)\b"
    ),
    "zh": re.compile(
        r"(?:说|讲|问|回答|喊|告诉\S{1,4}|觉得|以为)$|^(?:等(?![一会等])|当|如果|只要|因为|要是|每次)"
    ),
}

_DONE: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(
        _EN_HEDGE + r"(?:"
        r"that's (?:all|it|everything|about it|about all|pretty much it|pretty much all"
        r"|basically it|my answer|really it)"
        r"(?: from (?:me|my side)| i (?:have|wanted to say|can say|have to say|can think of)"
        r"| i've got| for (?:now|me)| really"
        r"| i think| then| thank you| thanks)*"
        r"|that'll be (?:all|it|everything)(?: from me| thank you)?"
        r"|i'm (?:done|finished|all done|through)(?: now| here| with (?:my answer|this (?:one"
        r"|question)|that))?"
        r"|(?:i )?(?:have |i've )?(?:got )?nothing (?:else|more|further)(?: to (?:add|say))?"
        r"|i don't have (?:anything|any more) (?:else |more )?to (?:add|say)"
        r"|that concludes my answer|(?:this|that) (?:was|completes) my answer|end of (?:my )?answer"
        r"|(?:we can |let's |you can )?(?:move on|go on)(?: to the next (?:one|question))(?: please| now)?"
        r"|(?:the )?next question(?: please)?"
        r")"
    ),
    "zh": re.compile(
        _ZH_HEDGE + r"(?:"
        r"我?的?回答?(?:说完|讲完|答完|回答完|完)(?:了|毕)?|(?:我)?(?:的)?回答完毕|完毕"
        r"|(?:我(?:的回答|想说的|要说的|能想到的)?)?(?:也)?(?:大概|差不多|基本上|主要)?(?:就|就是)(?:这些|这样|这么多)(?:了|吧|内容|啦)*"
        r"|(?:我)?(?:的回答)?就?(?:到此为止|到这里|到这儿)(?:了|吧)?"
        r"|以上(?:就是|是)?(?:我的)?(?:全部)?(?:的)?(?:回答|内容|答案|想法)?"
        r"|(?:我)?没有(?:别的|其他的?|其它的?|更多的?|什么)?(?:要|需要|可以)?(?:补充|说)?的?了|没了"
        r"|(?:我)?没有?什么(?:别的|其他)?(?:要|需要|可以)?(?:补充|说)的了?|(?:我)?没有(?:要)?补充(?:的)?了?"
        r"|(?:可以)?(?:进入|开始)?下一(?:个|道)?(?:题|问题)(?:吧|了)?"
        r")(?:谢谢(?:您|你|大家|面试官|老师)?)?"
    ),
}

_DONE_UNMISTAKABLE: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(
        r"(?<!\bsaid )(?<!\bsays )(?<!\bnot )\bthat's (?:all|everything) (?:from (?:me|my side)"
        r"|i (?:have|wanted) to say)$"
        r"|\bthat concludes my answer$"
    ),
    "zh": re.compile(
        r"(?<![等听让当被为果要跟对说讲])我(?:已经)?(?:说|讲|答|回答)完了$|以上就是我的(?:全部)?(?:回答|答案)$|我的回答(?:就是这些|就到这里|完毕|完了)$"
    ),
}

_EN_SHORT_TIME: Final = (
    r"(?:(?:a|one|another|just a|a little|a few|some) )?(?:more )?"
    r"(?:sec|second|seconds|moment|minute|bit|time|while)"
)

_THINK: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(
        _EN_HEDGE
        + r"(?:that's (?:a )?(?:good|great|hard|tough|tricky|interesting) (?:one|question) )?"
        + _EN_HEDGE
        + r"(?:"
        r"(?:let me|lemme|i need to|i have to|i'll have to|i must|i'd like to"
        r"|i want to) (?:just )?(?:think|see|recall|remember)"
        rf"(?: (?:about|on|through|over)(?: (?:it|that|this|this one|that one|the"
        rf"|the question))?)?(?: for)?(?: {_EN_SHORT_TIME})?"
        r"|(?:let me|lemme) (?:just )?(?:think about|have|take|gather|collect)"
        rf"(?: (?:my thoughts|{_EN_SHORT_TIME}|it|that))(?: to think)?(?: about (?:it|that|this))?"
        rf"|(?:give|allow) me (?:just )?{_EN_SHORT_TIME}(?: please)?(?: to think)?(?: about (?:it"
        rf"|that|this))?(?: please)?"
        rf"|(?:i (?:just )?need|i'd like|can i (?:have|take|get)|could i (?:have|take|get)"
        rf"|may i (?:have|take)|i'll take)"
        rf" (?:just )?{_EN_SHORT_TIME}(?: please)?(?: to (?:think|reflect))?(?: about (?:it|that"
        rf"|this))?(?: please)?"
        rf"|(?:just )?(?:a|one) (?:sec|second|moment|minute)(?: please)?"
        rf"|(?:please )?(?:wait|hold on|hang on)(?: {_EN_SHORT_TIME})?(?: please)?"
        rf"|bear with me(?: for)?(?: {_EN_SHORT_TIME})?"
        r"|i'm (?:still |just )?thinking|thinking"
        r")(?: please| okay| ok)?"
    ),
    "zh": re.compile(
        _ZH_HEDGE + r"(?:"
        r"(?:请)?(?:您)?(?:让|容|等|给)?(?:我)?(?:先|再|稍微|好好|仔细)*(?:想|考虑|思考|回忆|回想|组织|整理)(?:想|一想|一下|一会儿?|下)"
        r"(?:这个问题|语言|思路|啊|吧|哈)?"
        r"|(?:请)?(?:您)?(?:稍等|稍等一下|等一下|等一等|等等|等会儿?|等我一下|等一会儿?)(?:啊|哈|吧)?"
        r"|(?:请)?(?:您)?(?:给|容)我(?:一点|一些|点|一分钟|几秒钟?|一会儿?|一下)(?:的)?(?:时间|考虑|思考)*(?:想(?:想|一想|一下)|思考一下|考虑一下)?"
        r"|我?(?:需要|要)(?:一点|一些|点|一分钟)?(?:的)?(?:时间)?(?:来)?(?:想想|想一想|想一下|思考一下|考虑一下|思考|考虑)"
        r"|我(?:还)?在想"
        r")(?:谢谢)?"
    ),
}

_THINK_UNMISTAKABLE: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(
        r"(?<!\bsaid )(?<!\bto )\blet me think(?: about (?:it|that|this))?(?: for a (?:second"
        r"|moment|minute))?$"
    ),
    "zh": re.compile(r"(?<![他她们说不])(?:让|容)我(?:先|再)?(?:想想|想一想|想一下|思考一下|考虑一下)$"),
}

_REPHRASE: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(
        _EN_HEDGE + r"(?:"
        r"(?:can|could|would|will) you (?:please |maybe |just )*(?:rephrase|repeat|reword|clarify"
        r"|explain|say|ask|put)"
        r"(?: (?:that|it|this|the question|your question|what you mean|me))*"
        r"(?: (?:again|once more|one more time|differently|in (?:other|another|different) (?:words"
        r"|way)|another way))?(?: for me)?(?: please)?"
        r"|(?:please )?(?:rephrase|repeat|reword)(?: (?:that|it|this|the question))?(?: again)?(?: please)?"
        r"|(?:please )?say (?:that|it) again(?: please)?"
        r"|i (?:don't|didn't|can't) (?:really |quite |fully )*(?:understand|get|follow|catch"
        r"|hear)(?: (?:that|it|this|you|the question|your question|what you mean))?"
        r"|i'm not sure (?:i understand|what you mean|i follow)(?: (?:that|it|you|the question"
        r"|your question))?"
        r"|what do you mean(?: (?:by|with) (?:that|this|it))?|what (?:was|is|'s) the question(?: again)?"
        r"|(?:i beg your )?pardon(?: me)?|come again|i'm not following"
        r")"
    ),
    "zh": re.compile(
        _ZH_HEDGE + r"(?:"
        r"(?:您|你)?(?:能不能|可不可以|能否|可否|可以|能|麻烦|请)(?:您|你)?(?:再)?(?:把)?(?:这个|刚才的|刚刚的)?(?:问题)?(?:再|重新)?"
        r"(?:说|讲|问|重复|解释|复述|念|换)(?:一?遍|一下|一次|清楚(?:一点)?|(?:一?(?:个|种)?)?(?:说法|问法|方式(?:问"
        r"|说)?))(?:这个)?(?:问题)?(?:吗|吧|好吗|可以吗)?"
        r"|(?:请)?(?:您|你)?(?:再说|再讲|再问|重复|重新说|再重复)一?(?:遍|下|次)(?:问题)?(?:吗|吧|好吗|可以吗)?"
        r"|(?:我)?(?:刚才|刚刚)?(?:没|没有|不)(?:太|怎么|大|完全)?(?:听|理解|明)?(?:懂|清楚|清|明白|理解|白)(?:这个|您的|你的)?(?:问题"
        r"|意思)?(?:的意思)?"
        r"|(?:您|你)?(?:这|这个问题|这个|您)?(?:是)?什么意思(?:呢|啊)?|(?:您|你)(?:刚才|刚刚)?问(?:的是)?什么"
        r")"
    ),
}

_DANGLING: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(
        r"(?:^|\s)(?:and|or|but|so|because|since|although|though|while|whereas|if|when|unless|until|that|which|who"
        r"|whose|the|a|an|my|our|your|their|his|its|to|of|for|with|from|by|at|into|about|than|as|like|per|between"
        r"|is|are|was|were|be|been|will|would|could|should|can|i|we|they|he|she|very|really|um+|uh+|er+)$"
    ),
    "zh": re.compile(
        r"(?:因为|所以|但是|可是|不过|而且|并且|然后|或者|还有|以及|如果|虽然|比如|比如说|例如|就是说|通过|为了|关于|对于"
        r"|和|跟|把|被|从|向|在|是|我|我们|他们|这个|那个|一个|嗯|呃|额)$"
    ),
}

_FILLER: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(r"(?:(?:um+|uh+|er+|hm+|mm+|so|well|yeah|okay|ok|like|you know|please)(?: |$))+"),
    "zh": re.compile(r"(?:嗯|呃|额|啊|哦|那个|这个|就是|谢谢)+"),
}

_CLOSING_COURTESY: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(
        r"(?:(?:um+|uh+|er+|hm+|mm+|so|yeah|yes|okay|ok|please|sorry|thank you(?: (?:very"
        r"|so) much)?|thanks(?: a lot)?)(?: |$))+"
    ),
    "zh": re.compile(r"(?:嗯|呃|额|啊|好|好的|不好意思|抱歉|谢谢(?:您|你|大家|各位|面试官|老师)*)+"),
}

_BACKCHANNEL: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(
        r"(?:(?:m+|h+m+|m+h+m+|u+h+|h+u+h+|u+m+|e+r+m*|a+h+|o+h+|yeah|yes|yep|yup|ok|okay|"
        r"right|all right|alright|sure|of course|i see|got it|good|great|cool|fine|exactly|true|wow|"
        r"thank you|thanks|hello|hi)(?: |$))*"
    ),
    "zh": re.compile(
        r"(?:嗯|恩|唔|啊|哦|噢|喔|呃|额|诶|欸|哎|唉|哈|对的?|是的?|是啊|好的?|好嘞|行|可以|没错|当然|明白了?|我明白了?|"
        r"了解了?|知道了?|懂了|这样啊|原来如此|谢谢|您好|你好|ok|okay| )*"
    ),
}
