"""What an English clause shows: a deed, a result, a figure, a vague claim."""

from __future__ import annotations

import re
from itertools import pairwise

from scoring import words_en as words
from scoring.answer import Mark, Who
from scoring.english_tokens import OPENERS, PREPOSITIONS, SUBORDINATE, Token, is_past, stems_of

_STATIVE, _CHANGES, _CLAIMS = stems_of(words.STATIVE), stems_of(words.CHANGES), stems_of(words.CLAIMS)
_VAGUE_VERBS, _RESULT_VERBS = stems_of(words.VAGUE_VERBS), stems_of(words.RESULT_VERBS)


def marks_of(
    lows: list[str],
    stems: tuple[str, ...],
    who: Who,
    verb: str,
    group: list[Token],
    verb_index: int | None,
    main: int | None,
) -> frozenset[Mark]:
    marks: set[Mark] = set()
    line = " " + " ".join(lows) + " "
    own = who in ("i", "we")
    negated = any(low in words.NEGATIONS for low in lows)
    if negated:
        marks.add("negated")
    possible = lows[0] in SUBORDINATE or len(lows) > 1 and lows[0] in OPENERS and lows[1] in SUBORDINATE
    if (
        own
        and verb
        and (verb not in _STATIVE or _goes_through(lows) or _causes(lows))
        and not negated
        and not possible
        and main is not None
        and _acts(group, main)
    ):
        marks.add("action")
    if possible:
        marks.add("hedged")
    if (
        who in ("other", "we")
        and any(low in words.PAST_AUXILIARIES or is_past(low) for low in lows)
        or who == "i"
        and verb in _STATIVE
        and any(low in words.PAST_AUXILIARIES for low in lows)
        or who == "other"
        and any(low in ("has", "have", "is", "are", "it's", "he's") for low in lows)
    ):
        marks.add("told")
    if any(low in words.COMPARATIVES - {"more"} for low in lows) and not negated:
        marks.add("claim")
    makes = verb in ("make", "get", "bring") and any(
        low in words.COMPARATIVES | {"down", "up"} for low in lows
    )
    if (
        verb in _CHANGES
        or (own and makes)
        or any(s in _CLAIMS and is_past(low) for low, s in zip(lows, stems, strict=True))
    ):
        marks.add("change")
    if (
        who != "i"
        and (verb in _RESULT_VERBS and who == "other" or any(low in words.COMPARATIVES for low in lows))
        or any(low in words.RESULT_WORDS for low in lows)
        or _says_result(line, own)
    ):
        marks.add("result")
    if negated and not _says_result(line, own) and "zero" not in lows:
        marks.discard("result")  # "we never agreed"
    if verb in _CLAIMS and own and any(is_past(low) for low in lows):
        marks.add("result")
    if (
        any(f" {phrase} " in line for phrase in words.SITUATION_PHRASES)
        or any(low in words.SITUATION_WORDS for low in lows)
        or _SEASON.search(line)
    ):
        marks.add("situation")
    if any(f" {phrase} " in line for phrase in words.TASK_PHRASES):
        marks.add("task")
    if has_number(lows):
        marks.add("number")
    if any(low in words.TIME_WORDS for low in lows) or _has_time(lows):
        marks.add("time")
    if any(f" {method} " in line for method in words.METHODS):
        marks.add("method")
    if any(f" {phrase} " in line for phrase in words.COMPARISON_PHRASES) or _from_to(lows):
        marks.add("comparison")
    if (
        any(low in words.VAGUE_WORDS for low in lows)
        or (verb in _VAGUE_VERBS and not _says_how(lows) and len(lows) < 10)
        or any(f" {phrase} " in line for phrase in words.VAGUE_PHRASES)
    ):
        marks.add("vague")
    if any(low in _POSSIBLE for low in lows) or ("could" in lows and _only_thought(line)):
        marks.add("hedged")
    if own and _is_habit(lows) and not marks & {"result", "time"}:
        marks.add("habit")
    if (
        _new_state(lows, line) or who == "other" and any(low in _STILL for low in lows)
    ):  # "I could take a holiday since then": what has become possible
        marks -= {"hedged", "habit"}
        marks |= {"told", "since"}
    marks |= _how_it_is_now(lows, who, verb, marks)
    if any(low in words.PEOPLE_WORDS for low in lows):
        marks.add("people")
    if any(phrase in line for phrase in words.LEARNING_PHRASES):
        marks.add("learning")
    return frozenset(marks)


def _says_result(line: str, own: bool) -> bool:
    """Scrap that went down is a result; "I went down there" is a way."""
    if own:
        line = _WAY.sub(" ", line)
    return any(f" {phrase} " in line for phrase in words.RESULT_PHRASES)


_WAY = re.compile(r"(?:^| i| we| and| then| just) went (?:down|up) ")
_SEASON = re.compile(
    " (?:in|last|this) (?:spring|summer|autumn|fall|winter|january|february|march|april|may|june|july|august"
    "|september|october|november|december) "
)


def _how_it_is_now(lows: list[str], who: Who, verb: str, marks: set[Mark]) -> set[Mark]:
    """ "Now we lose eight minutes" is a result; that she laughed is none."""
    found: set[Mark] = set()
    if verb in _REACTIONS and who != "i":
        found.add("reaction")
    if "number" in marks and "now" in lows[:2] and not marks & {"action", "hedged"}:
        found |= {"result", "since"}
    return found


_POSSIBLE = frozenset(
    {"would", "should", "might", "if", "maybe", "perhaps", "probably", "will", "i'd", "i'll"}
)


def _only_thought(line: str) -> bool:
    """ "could" tells what was possible then, unless it stands beside a word of mere thought."""
    return any(f" {phrase} " in line for phrase in ("could have", "could be", "could imagine", "could try"))


_HABITS = frozenset({"always", "usually", "normally", "generally", "typically", "often"})


def _is_habit(lows: list[str]) -> bool:
    """What somebody does in general ("I always listen to people"), nothing that happened once."""
    if "always" in lows:
        return True
    return bool(_HABITS & set(lows)) and not any(
        is_past(low) or low in words.PAST_AUXILIARIES for low in lows
    )


_SINCE = tuple(
    f" {phrase} "
    for phrase in (
        "since then", "since", "ever since", "now", "nowadays", "these days", "today", "any more", "anymore",
        "from then on", "from that day", "to this day", "until today",
    )
)  # fmt: skip


_REACTIONS = stems_of(
    frozenset("laugh laughed smile smiled cry cried nod nodded stare stared grin grinned".split())
)
"""How somebody took it; whether anything came of it is not said."""
_STILL = frozenset({"now", "still", "nowadays", "today", "since"})
"""With somebody else as the one who acts: "he still buys from us", "now it takes ten minutes"."""


def _new_state(lows: list[str], line: str) -> bool:
    """How things are since: a time that reaches to the present with a present or "could"."""
    return any(since in line for since in _SINCE) and any(
        low in ("can", "could", "am", "are", "have", "has", "do", "don't", "haven't", "need", "no", "never")
        for low in lows
    )


def _says_how(lows: list[str]) -> bool:
    """Is a means named? "with" right after the verb names none ("dealt with it")."""
    return any(
        low in words.HOW_WORDS
        and not (
            low == "with"
            and index
            and lows[index - 1]
            in (
                "deal",
                "dealt",
                "dealing",
                "work",
                "worked",
                "communicate",
                "communicated",
                "spoke",
                "talked",
            )
        )
        for index, low in enumerate(lows)
    )


def _goes_through(lows: list[str]) -> bool:
    """Going through papers, to see somebody or to do something ("go and check") is done; going to school
    or up is not."""
    return any(
        first in ("go", "went", "going")
        and (second in ("through", "over", "back", "step", "there") or (second == "to" and first == "went"))
        or (first == "go" and second == "and" and third in words.BASE_VERBS)
        for first, second, third in zip(lows, lows[1:], [*lows[2:], ""], strict=False)
    ) and not any(low in ("school", "university", "college", "bed", "sleep") for low in lows)


_LONGEST_CAUSED = 6
"""Words that may stand between "had" and what was done to them."""
_NO_DEED_OF_OTHERS = frozenset("left called named based married born supposed".split())
"""Participles after "I had" that tell of no deed: "I had ten minutes left", "a customer called Brown"."""


def _causes(lows: list[str]) -> bool:
    """What somebody had done or got others to do is a deed of theirs, as is getting a figure to another:
    "had the belt replaced", "got the fitter to look at it", "got the changeover from fifty to thirty"."""
    for index, low in enumerate(lows[:-2]):
        if low not in ("got", "had", "get", "getting", "having"):
            continue
        if low in ("got", "get", "getting") and _from_to(lows[index:]):
            return True
        caused = lows[index + 1 : index + 2 + _LONGEST_CAUSED]
        if caused[0] not in words.DETERMINERS | _CAUSED_PEOPLE:
            continue
        for before, word in pairwise(caused):
            if word in _ENDS_OF_CAUSED or before in _ENDS_OF_CAUSED:
                break
            if is_past(word) and word not in _NO_DEED_OF_OTHERS and before not in _BEFORE_NO_DEED:
                return True
            if before == "to" and low.startswith("g") and word in words.BASE_VERBS:
                return True
    return False


_CAUSED_PEOPLE = frozenset("it him her them everyone everybody people two three".split())
_ENDS_OF_CAUSED = frozenset(
    "that who which where when because and but so i we he she they nobody was were been by idea".split()
)
_BEFORE_NO_DEED = words.DETERMINERS | PREPOSITIONS | {"of", "about"}
"""Between these and a noun a participle tells what kind it is ("the problem of crushed boxes")."""


def _acts(group: list[Token], main: int) -> bool:
    """A deed needs something it is done to: at least one more word that carries meaning."""
    return (
        any(
            token.low not in words.STOP_WORDS or token.low in ("them", "him", "everyone", "people")
            for token in group[main + 1 :]
        )
        or is_past(group[main].low)
        and len(group) - main > 1
    )


def has_number(lows: list[str]) -> bool:
    """A figure that says how much; years, "one day" and ordinals are none."""
    for index, low in enumerate(lows):
        if low in ("%", "€", "$", "£", "percent"):
            if lows[max(0, index - 3) : index][-1:] == ["hundred"] and any(w in lows[:index] for w in _GIVE):
                continue
            return True
        if low in ("hundred", "one") and any(w in lows[:index] for w in _GIVE) and "percent" in lows[index:]:
            continue
        if index and lows[index - 1] in _LABELLED:
            continue
        if low[0].isdigit():
            if re.fullmatch(r"(19|20)\d\d", low) or low.endswith(("st", "nd", "rd", "th")):
                continue
            following = lows[index + 1] if index + 1 < len(lows) else ""
            if following in ("s", "whys", "why"):
                continue
            return True
        if low in words.NUMBER_WORDS:
            following = lows[index + 1] if index + 1 < len(lows) else ""
            before = lows[index - 1] if index else ""
            if low in ("third", "quarter", "half", "double", "dozen"):
                if (
                    before in ("a", "by", "one", "in", "of", "to", "than")
                    and low != "double"
                    or following in ("of", "the", "an", "a")
                ):
                    return True
                continue
            if following in ("whys", "why", "s", "eyes"):
                continue
            return True
    return False


_GIVE = ("give", "gave", "giving", "am")
"""Before "one hundred percent" these make a figure of speech."""
_LABELLED = frozenset(
    "line plant phase step station number shift question version model level room hall "
    "gate floor option type class branch python".split()
)
"""Nouns whose following number is a name, not an amount ("line two")."""


def _has_time(lows: list[str]) -> bool:
    return any(
        low in words.TIME_UNITS
        and index
        and (
            lows[index - 1] in words.NUMBER_WORDS
            or lows[index - 1][0].isdigit()
            or lows[index - 1] in ("last", "next", "every", "a", "an", "few", "several", "each", "per")
        )
        for index, low in enumerate(lows)
    ) or any(re.fullmatch(r"(19|20)\d\d", low) for low in lows)


def _from_to(lows: list[str]) -> bool:
    if "from" not in lows:
        return False
    start = lows.index("from")
    window = lows[start : start + 9]
    return "to" in window and sum(low[0].isdigit() or low in words.NUMBER_WORDS for low in window) >= 2
