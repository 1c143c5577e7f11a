"""English answers cut into clauses: who did what, what it shows, and which part can be quoted.

A shallow grammar, not a parser: spoken English of an interview has few ways to say "I did this", and
a recogniser's text has unreliable points and capitals, so subjects and verbs lead here, not punctuation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from scoring import words_en as words
from scoring.answer import Answer, Clause, Mark, Who

_TOKEN = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?(?:-[A-Za-z]+)*|\d+(?:[.,:]\d+)*(?:st|nd|rd|th|k)?|[%€$£]")
_HARD_STOP = re.compile(r"[.!?;:…]|--|—|–|\n")
_stemmer = snowballstemmer.stemmer("english")

LONGEST_QUOTE_WORDS = 12
SHORTEST_QUOTE_WORDS = 2


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    low: str
    start: int
    end: int
    stop_before: str
    """``hard`` after a full stop, ``comma`` after a comma, ``piece`` where an utterance begins, or empty."""


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Snowball stem of a lower-case word; British and American spellings fall together."""
    word = word.replace("’", "'").removesuffix("'s")
    word = words.IRREGULAR_PAST.get(word, word)
    if len(word) > 5:
        word = word.replace("isation", "ization").replace("ising", "izing").replace("ised", "ized")
        word = word.replace("yse", "yze").replace("our", "or")
        if word.endswith("ise") or word.endswith("ises"):
            word = word.replace("ise", "ize")
    return str(_stemmer.stemWord(word))


def _stems(entries: frozenset[str]) -> frozenset[str]:
    return frozenset(stem(entry) for entry in entries)


_STATIVE, _CHANGES, _CLAIMS = _stems(words.STATIVE), _stems(words.CHANGES), _stems(words.CLAIMS)
_VAGUE_VERBS, _RESULT_VERBS = _stems(words.VAGUE_VERBS), _stems(words.RESULT_VERBS)
_TRANSPARENT = _stems(words.TRANSPARENT)


def tokens_of(answer: Answer) -> list[Token]:
    return _tokens(answer.text, frozenset(answer.starts[1:]))


def _tokens(text: str, piece_starts: frozenset[int]) -> list[Token]:
    tokens: list[Token] = []
    last_end = 0
    for match in _TOKEN.finditer(text):
        between = text[last_end:match.start()]
        if _HARD_STOP.search(between):
            stop = "hard"
        elif "," in between:
            stop = "comma"
        elif any(last_end <= begin <= match.start() for begin in piece_starts) and tokens:
            stop = "piece"
        else:
            stop = ""
        tokens.append(Token(match.group(), match.group().lower().replace("’", "'"), match.start(),
                            match.end(), stop))
        last_end = match.end()
    return tokens


def is_subject(token: Token) -> bool:
    return token.low in words.SUBJECTS_I or token.low in words.SUBJECTS_WE or token.low in words.SUBJECTS_OTHER


def is_past(word: str) -> bool:
    """Does this word look like a verb in the past? ("led", "optimised")"""
    return (word in words.IRREGULAR_PAST and word not in _PRESENT) or (
        len(word) > 4 and word.endswith("ed") and not word.endswith("eed") and word not in _NOT_VERBS)


_PRESENT = frozenset({"am", "is", "are", "understand"})
_OPENERS = words.CONJUNCTIONS | words.HESITATIONS | {"well", "yeah", "okay", "ok", "also", "that's"}
_PREPOSITIONS = frozenset("in at on after by with for during from until since before".split())
_SUBORDINATE = frozenset("if unless before until till whether".split())
"""Clauses opened by these tell what might be or what came later, not a deed."""

_NOT_VERBS = frozenset("hundred naked sacred wicked rugged need speed indeed".split())


def _begins_clause(tokens: list[Token], index: int, begin: int) -> bool:
    """May a clause begin at ``tokens[index]``, when the present one began at ``begin``?"""
    token = tokens[index]
    if token.stop_before == "hard":
        return True
    previous = tokens[index - 1]
    if token.stop_before == "piece":
        return previous.low not in words.WEAK_ENDS
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if token.stop_before == "comma":
        return not (token.text[0].isdigit() and previous.text[-1].isdigit())
    if all(tokens[i].low in _OPENERS for i in range(begin, index)):
        return False  # nothing but "and", "since" or "so" so far: the clause has not begun
    if token.low in words.CONJUNCTIONS and following is not None:
        if is_subject(following) or following.low in words.DETERMINERS and token.low not in (
                "and", "or", "after", "before", "once", "since", "until", "till", "plus", "where"):
            return True
        if token.low in ("and", "then", "but", "so") and (
                is_past(following.low) or following.low in words.ADVERBS | {"then"}
                or following.low in words.SUBJECTS_OTHER):
            return True
        if token.low in ("because", "which", "who", "although", "when", "while", "so", "then", "but"):
            return True
        if token.low in ("and", "but", "so") and following.low in _PREPOSITIONS:
            rest = [t.low for t in tokens[index + 2:index + 6]]
            return any(low in words.SUBJECTS_I | words.SUBJECTS_WE | {"he", "she", "they", "it"} for low in rest)
        if token.low == "and" and following.low in words.DETERMINERS:
            rest = [t.low for t in tokens[index + 2:index + 6]]
            return any(is_past(w) or w in words.AUXILIARIES for w in rest)
        return False
    if token.low in words.SUBJECTS_I | words.SUBJECTS_WE and index - begin >= 2:
        if not any(t.low in words.AUXILIARIES or is_past(t.low) or t.low in words.TIME_WORDS | words.TIME_UNITS
                   for t in tokens[begin:index]) and any(t.low in words.DETERMINERS for t in tokens[begin:index]):
            return False  # "the film we had delivered was too thin": a relative clause
        return previous.low not in words.CONJUNCTIONS | {"that", "what", "how", "why", "as", "than", "like"}
    return False


def clauses_of(answer: Answer) -> tuple[Clause, ...]:
    """All clauses of an answer, in order. Ranges index ``answer.text``; nothing is changed in it."""
    tokens = tokens_of(answer)
    groups: list[list[Token]] = []
    begin = 0
    for index in range(1, len(tokens) + 1):
        if index == len(tokens) or _begins_clause(tokens, index, begin):
            groups.append(tokens[begin:index])
            begin = index
    clauses: list[Clause] = []
    who: Who = "none"
    for number, group in enumerate(groups):
        if not group:
            continue
        last = number == len(groups) - 1
        begin = group[0].start
        clause = _clause_of(answer.text[begin:group[-1].end], who)
        clauses.append(clause.moved(begin, finished=not last or answer.complete))
        if clause.who in ("i", "we", "other"):
            who = clause.who
    return tuple(clauses)


@lru_cache(maxsize=20_000)
def _clause_of(text: str, inherited: Who) -> Clause:
    """The clause of a piece of text, its ranges counted from the piece's start."""
    group = _tokens(text, frozenset())
    subject = _find_subject(group)
    who: Who = "none"
    verb_index: int | None = None
    lead = ""
    if subject is not None:
        token = group[subject]
        who = "i" if token.low in words.SUBJECTS_I else "we" if token.low in words.SUBJECTS_WE else "other"
        verb_index = _first_verb(group, subject + 1)
        lead = _lead(group, subject, verb_index)
    else:
        verb_index, who = _verb_without_subject(group, inherited)
    main = _main_verb(group, verb_index)
    verb = stem(group[main].low) if main is not None else ""
    lows = [token.low for token in group]
    stems = tuple(stem(low) for low in lows)
    marks = _marks(lows, stems, who, verb, group, verb_index, main)
    start_word = verb_index if who in ("i", "we") else (subject if who == "other" else None)
    phrase = _phrase(group, start_word)
    return Clause(_told_from(group).start, group[-1].end, who, verb, marks, phrase, lead, True, stems,
                  frozenset(s for low, s in zip(lows, stems, strict=True)
                            if low not in words.STOP_WORDS and len(low) > 2),
                  has_subject=subject is not None)


def _told_from(group: list[Token]) -> Token:
    """The first word that is not just "and", "so" or "um"."""
    loose = words.HESITATIONS | {"and", "so", "but", "then", "because", "well", "yeah", "okay", "ok", "which"}
    return next((token for token in group[:-1] if token.low not in loose), group[0])


def _find_subject(group: list[Token]) -> int | None:
    first = next((t.low for t in group if t.low not in _OPENERS and t.low not in words.ADVERBS), "")
    for index, token in enumerate(group[:6]):
        if token.low in words.SUBJECTS_I or token.low in words.SUBJECTS_WE:
            return index
        before = group[index - 1].low if index else ""
        if is_past(first) or before in _PREPOSITIONS:
            continue
        if token.low in words.SUBJECTS_OTHER and (index <= 2 or token.low in ("he", "she", "they")):
            return index
        if token.low in words.DETERMINERS and index <= 4:
            for later in range(index + 1, min(index + 7, len(group))):
                low = group[later].low
                if low in words.AUXILIARIES or is_past(low):
                    return index
                if low in words.SUBJECTS_I or low in words.SUBJECTS_WE:
                    rest = [t.low for t in group[later + 1:]]
                    verbs = sum(low in words.AUXILIARIES or is_past(low) for low in rest)
                    return index if verbs >= 2 and before not in _PREPOSITIONS else later
            return None
    return None


def _first_verb(group: list[Token], index: int) -> int | None:
    """The first word of the verb group after a subject: an auxiliary or the verb itself."""
    while index < len(group) and (group[index].low in words.ADVERBS or group[index].low in words.FILLERS):
        index += 1
    if index >= len(group):
        return None
    if group[index - 1].low in words.DETERMINERS or group[index].low in words.DETERMINERS:
        return next((i for i in range(index, len(group)) if group[i].low in words.AUXILIARIES
                     or is_past(group[i].low)), None)
    return index


def _verb_without_subject(group: list[Token], inherited: Who) -> tuple[int | None, Who]:
    """Coordinated ("and called maintenance") or imperative ("first stop the line") deeds."""
    index = 0
    while index < len(group) and (group[index].low in words.CONJUNCTIONS | words.ADVERBS | words.FILLERS
                                  | {"after", "that", "second", "third", "to", "yeah", "yes", "okay", "ok"}):
        index += 1
    if index >= len(group):
        return None, "none"
    low = group[index].low
    if is_past(low) and inherited in ("i", "we"):
        return index, inherited
    if low in words.BASE_VERBS and len(group) - index >= 2 and not low.endswith("ing") \
            and not low.endswith("ed") and not low.endswith("s"):
        return index, "i"
    return None, "none"


def _main_verb(group: list[Token], index: int | None) -> int | None:
    """Past auxiliaries, adverbs and verbs like "managed to" to the deed itself."""
    if index is None:
        return None
    here = index
    while here < len(group):
        low = group[here].low
        skip = low in words.AUXILIARIES or low in words.ADVERBS or low in words.NEGATIONS or low == "to" \
            or low in words.HESITATIONS
        transparent = stem(low) in _TRANSPARENT and here + 1 < len(group) and (
            group[here + 1].low == "to" or low in ("able", "going"))
        if not skip and not transparent:
            break
        here += 1
    if here < len(group) and (here == index or _is_verb_here(group, here, index)):
        return here
    return max((i for i in range(index, min(here, len(group))) if group[i].low in words.AUXILIARIES),
               default=index)


def _is_verb_here(group: list[Token], here: int, begin: int) -> bool:
    """After auxiliaries: is this word the deed ("had measured"), or a noun or adjective ("had a problem")?"""
    low = group[here].low
    if any(group[i].low in words.MODALS or group[i].low in ("to", "do", "did", "does")
           or stem(group[i].low) in _TRANSPARENT - {"have", "be"} and group[i].low not in words.AUXILIARIES
           for i in range(begin, here)):
        return low not in words.DETERMINERS
    return is_past(low) or low.endswith("ing")


def _lead(group: list[Token], subject: int, verb: int | None) -> str:
    low = group[subject].low
    if low.endswith("'ve"):
        return "have "
    if low.endswith("'ll"):
        return "will "
    if low.endswith("'m") or low.endswith("'re"):
        return "are "
    if low.endswith("'d") and verb is not None:
        return "had " if is_past(group[verb].low) else "would "
    return ""


def _marks(lows: list[str], stems: tuple[str, ...], who: Who, verb: str, group: list[Token],
           verb_index: int | None, main: int | None) -> frozenset[Mark]:
    marks: set[Mark] = set()
    line = " " + " ".join(lows) + " "
    own = who in ("i", "we")
    negated = any(low in words.NEGATIONS for low in lows)
    if negated:
        marks.add("negated")
    possible = lows[0] in _SUBORDINATE or len(lows) > 1 and lows[0] in _OPENERS and lows[1] in _SUBORDINATE
    if own and verb and (verb not in _STATIVE or _goes_through(lows)) and not negated and not possible and main is not None \
            and _acts(group, main):
        marks.add("action")
    if possible:
        marks.add("hedged")
    if who in ("other", "we") and any(low in words.PAST_AUXILIARIES or is_past(low) for low in lows) \
            or who == "i" and verb in _STATIVE and any(low in words.PAST_AUXILIARIES for low in lows) \
            or who == "other" and any(low in ("has", "have", "is", "are", "it's", "he's") for low in lows):
        marks.add("told")
    if any(low in words.COMPARATIVES - {"more"} for low in lows) and not negated:
        marks.add("claim")
    makes = verb in ("make", "get", "bring") and any(low in words.COMPARATIVES | {"down", "up"} for low in lows)
    if verb in _CHANGES or (own and makes) or any(s in _CLAIMS and is_past(low) for low, s in zip(lows, stems, strict=True)):
        marks.add("change")
    if who != "i" and (verb in _RESULT_VERBS and who == "other" or any(low in words.COMPARATIVES for low in lows)) \
            or any(low in words.RESULT_WORDS for low in lows) \
            or any(f" {phrase} " in line for phrase in words.RESULT_PHRASES):
        marks.add("result")
    if verb in _CLAIMS and own and any(is_past(low) for low in lows):
        marks.add("result")
    if any(f" {phrase} " in line for phrase in words.SITUATION_PHRASES) \
            or any(low in words.SITUATION_WORDS for low in lows):
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
    if any(low in words.VAGUE_WORDS for low in lows) or (
            verb in _VAGUE_VERBS and not _says_how(lows) and len(lows) < 10) \
            or any(f" {phrase} " in line for phrase in words.VAGUE_PHRASES):
        marks.add("vague")
    if any(low in ("would", "could", "should", "might", "if", "maybe", "probably", "will") for low in lows):
        marks.add("hedged")
    if any(low in words.PEOPLE_WORDS for low in lows):
        marks.add("people")
    if any(phrase in line for phrase in words.LEARNING_PHRASES):
        marks.add("learning")
    return frozenset(marks)


def _says_how(lows: list[str]) -> bool:
    """Is a means named? "with" right after the verb names none ("dealt with it")."""
    return any(low in words.HOW_WORDS and not (low == "with" and index and lows[index - 1] in (
        "deal", "dealt", "dealing", "work", "worked", "communicate", "communicated", "spoke", "talked"))
        for index, low in enumerate(lows))


def _goes_through(lows: list[str]) -> bool:
    return any(first in ("go", "went", "going") and second in ("through", "over", "back", "step")
               for first, second in zip(lows, lows[1:], strict=False))


def _acts(group: list[Token], main: int) -> bool:
    """A deed needs something it is done to: at least one more word that carries meaning."""
    return any(token.low not in words.STOP_WORDS or token.low in ("them", "him", "everyone", "people")
               for token in group[main + 1:]) or is_past(group[main].low) and len(group) - main > 1


def has_number(lows: list[str]) -> bool:
    """A figure that says how much; years, "one day" and ordinals are none."""
    for index, low in enumerate(lows):
        if low in ("%", "€", "$", "£", "percent"):
            if lows[max(0, index - 3):index][-1:] == ["hundred"] and any(w in lows[:index] for w in _GIVE):
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
                if before in ("a", "by", "one", "in", "of", "to", "than") and low != "double" \
                        or following in ("of", "the", "an", "a"):
                    return True
                continue
            if following in ("whys", "why", "s", "eyes"):
                continue
            return True
    return False


_GIVE = ("give", "gave", "giving", "am")
"""Before "one hundred percent" these make a figure of speech."""
_LABELLED = frozenset("line plant phase step station number shift question version model level room hall "
                      "gate floor option type class branch python".split())
"""Nouns whose following number is a name, not an amount ("line two")."""


def _has_time(lows: list[str]) -> bool:
    return any(low in words.TIME_UNITS and index and (
        lows[index - 1] in words.NUMBER_WORDS or lows[index - 1][0].isdigit()
        or lows[index - 1] in ("last", "next", "every", "a", "an", "few", "several", "each", "per"))
        for index, low in enumerate(lows)) or any(re.fullmatch(r"(19|20)\d\d", low) for low in lows)


def _from_to(lows: list[str]) -> bool:
    if "from" not in lows:
        return False
    start = lows.index("from")
    window = lows[start:start + 9]
    return "to" in window and sum(low[0].isdigit() or low in words.NUMBER_WORDS for low in window) >= 2


_CUT_BEFORE = frozenset("because so which when while after before until if although since where by in with for to "
                        "from without through and".split())


def _phrase(group: list[Token], begin: int | None) -> tuple[int, int] | None:
    """The quotable part from word ``begin``: no hesitation, no broken-off or doubled word, no loose end."""
    if begin is None:
        return None
    part = group[begin:]
    for index in range(1, len(part)):
        if part[index].low == part[index - 1].low:
            part = part[:index]
            break
    for index, token in enumerate(part):
        if token.low in words.HESITATIONS or (index and part[index].stop_before and index < 2):
            part = part[:index]
            break
    for index in range(2, len(part) - 1):
        if part[index].low in ("and", "or", "but", "then", "so") and (
                part[index + 1].low in _SUBORDINATE | words.CONJUNCTIONS or
                is_past(part[index + 1].low) or part[index + 1].low in words.BASE_VERBS | words.ADVERBS
                or is_subject(part[index + 1])):
            part = part[:index]
            break
    joined = " " + " ".join(token.low for token in part) + " "
    if any(f" {correction} " in joined for correction in words.CORRECTIONS):
        return None
    if len(part) > LONGEST_QUOTE_WORDS:
        cut = next((index for index in range(LONGEST_QUOTE_WORDS, 2, -1) if part[index].low in _CUT_BEFORE), None)
        if cut is None:
            return None
        part = part[:cut]
    asks = any(token.low in ("what", "who", "which", "where") for token in part)
    if not (asks and part and part[-1] is group[-1] and part[-1].low in ("for", "about", "from", "with", "at", "on")):
        part = _without_loose_end(part)
    if len(part) < SHORTEST_QUOTE_WORDS:
        return None
    return part[0].start, part[-1].end


def _without_loose_end(part: list[Token]) -> list[Token]:
    while part:
        low = part[-1].low
        if low not in words.WEAK_ENDS and low not in words.FILLERS and low not in ("you", "know", "guess"):
            return part
        if low in words.LOOSE_BUT_FINE_ENDS and len(part) >= 2 and part[-2].low not in words.WEAK_ENDS:
            return part
        part = part[:-1]
    return part


_SECOND_PERSON = {
    "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "we": "you", "us": "you",
    "our": "your", "ours": "yours", "ourselves": "yourselves", "i'm": "you're", "i've": "you've",
    "i'd": "you'd", "i'll": "you'll", "we're": "you're", "we've": "you've", "we'd": "you'd", "we'll": "you'll",
}


def second_person(phrase: str, first_verb: bool) -> str:
    """The phrase as said to the person who said it: "my line" → "your line", "was able" → "were able".

    ``first_verb``: the phrase begins with the verb of "I" or "we".
    """
    def turn(match: re.Match[str]) -> str:
        word = match.group()
        return _SECOND_PERSON.get(word.lower().replace("’", "'"), word)

    turned = re.sub(r"[A-Za-z]+(?:['’][A-Za-z]+)?", turn, phrase)
    if first_verb:
        turned = re.sub(r"^(was|am)\b", lambda m: "were" if m.group() == "was" else "are", turned)
    turned = re.sub(r"\byou (was|am)\b", lambda m: "you " + ("were" if m.group(1) == "was" else "are"), turned)
    if turned[:1].isupper() and turned[1:2].islower() and turned.split()[0].lower() in (
            words.DETERMINERS | words.SUBJECTS_OTHER | words.BASE_VERBS | set(words.IRREGULAR_PAST)
            | words.AUXILIARIES | {"you", "your"}):
        turned = turned[0].lower() + turned[1:]
    return turned
