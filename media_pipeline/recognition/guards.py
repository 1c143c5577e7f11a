"""What a recogniser must not be believed. Pure.

Whisper was trained on subtitles: given noise or silence it writes what subtitles say there, and
given too little context it repeats itself. Each guard here answers one of these habits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from media_pipeline.events import Language
from media_pipeline.recognition.text import bare


@dataclass(frozen=True, slots=True)
class GuardOptions:
    """Thresholds of the guards."""

    tokens_per_second: float = 10.0
    """The fastest speech held possible: auctioneers reach about eight tokens a second."""

    spare_tokens: int = 10
    """Budget of a window of no length: punctuation, timestamps."""

    no_speech_probability: float = 0.6
    """From here on the model's own doubt counts, if it is not sure of its words either."""

    sure_log_probability: float = -0.7
    """A text at least this probable per token is believed despite ``no_speech_probability``."""

    least_log_probability: float = -1.6
    """A text less probable than this is noise written down."""


def token_budget(duration_ms: float, options: GuardOptions) -> int:
    """How many tokens a window of speech can hold at most."""
    return options.spare_tokens + round(duration_ms / 1000 * options.tokens_per_second)


def repetition_at(units: Sequence[str], shortest: int = 4, single: int = 5) -> int | None:
    """Where a loop begins: the index of the first unit that only repeats what stands just before it.

    A loop is a stretch of at least ``shortest`` units said twice in a row, or a shorter one at least
    ``single`` times in a row ("no no no" is speech, five times is a loop). None: no loop.
    """
    count = len(units)
    for start in range(count):
        for length in range(1, (count - start) // 2 + 1):
            needed = 2 if length >= shortest else single
            if count - start < needed * length:
                continue
            first = units[start : start + length]
            if all(
                list(units[start + turn * length : start + (turn + 1) * length]) == list(first)
                for turn in range(1, needed)
            ):
                return start + length
    return None


# Subtitle writers' sentences that nobody says in an interview, without case, spaces and punctuation.
# They are refused only as a whole text: inside a longer one they may be speech.
_STOCK_EN: Final = re.compile(
    r"(?:thank(?:s|you)(?:so|very)?(?:much)?(?:guys|everyone|everybody|all)?forwatching(?:this)?(?:video)?"
    r"(?:(?:and)?(?:ill|i'?llbe)?see(?:you|ya)(?:guys)?(?:in)?(?:the)?nexttime|video|one)?"
    r"|(?:please)?(?:like(?:and)?)?(?:dontforgetto)?subscribe(?:to(?:my|the|our)channel)?"
    r"|(?:ill)?seeyou(?:guys)?(?:in)?(?:the)?next(?:time|video|one)"
    r"|(?:sub(?:titles?|s)|captions?|transcri(?:bed|ption|pts?)|translat(?:ed|ion))"
    r"(?:edited|created|provided|made|corrected|correction)?by.{0,60}"
    r"|(?:www)?(?:amara|opensubtitles|zeoranger|otter|rev|beadaholique)(?:org|com|couk|ai)?(?:community)?"
    r"|(?:transcriptionby)?castingwords|copyright\d{4}.{0,40}|(?:blankaudio|inaudible|applause)+)"
)
_STOCK_ZH: Final = re.compile(
    r"(?:中文)?字幕(?:由|提供|制作|志愿者|组|製作|by|校对|翻译|听译).{0,40}|.{0,12}字幕组.{0,12}|.{0,12}字幕志愿者.{0,16}"
    r"|(?:请)?(?:不吝)?(?:点赞)?订阅(?:转发)?(?:打赏)?(?:支持)?(?:明镜.{0,8})?(?:栏目|我的频道|频道)?"
    r"|请不吝点赞.{0,24}|(?:感谢|谢谢)(?:大家|您|你|你们|各位)?(?:的)?(?:观看|收看|收听)(?:我的视频|本期视频|本视频)?"
    r"(?:下次再见|我们下期再见|再见)?|(?:我们)?下(?:期|次|集)(?:节目|视频)?(?:再见|再会)|(?:优优独播剧场|yoyotelevision).{0,40}"
    r"|(?:作词|作曲|编曲|词曲|演唱|李宗盛|曲).{0,10}(?:作曲|编曲|李宗盛).{0,10}|明镜与点点栏目|掌声+"
)


def is_stock_phrase(text: str, language: Language) -> bool:
    """Is the whole text something that subtitles say and candidates do not?

    English stock phrases are refused in Chinese interviews too, and the other way round. ``text`` must
    be in simplified characters.
    """
    flat = bare(text)
    if not flat:
        return True
    first, second = (_STOCK_EN, _STOCK_ZH) if language == "en" else (_STOCK_ZH, _STOCK_EN)
    return first.fullmatch(flat) is not None or second.fullmatch(flat) is not None


def is_unbelievable(
    no_speech_probability: float, average_log_probability: float, options: GuardOptions
) -> bool:
    """The model doubts that anybody spoke, or its own words."""
    doubts_speech = no_speech_probability >= options.no_speech_probability
    if doubts_speech and average_log_probability < options.sure_log_probability:
        return True
    return average_log_probability < options.least_log_probability
