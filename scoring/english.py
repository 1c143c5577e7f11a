"""English answers cut into clauses: who did what, what it shows, and which part can be quoted.

A shallow grammar, not a parser: spoken English of an interview has few ways to say "I did this", and
a recogniser's text has unreliable points and capitals, so subjects and verbs lead here, not punctuation.
"""

from __future__ import annotations

from functools import lru_cache

from scoring import words_en as words
from scoring.answer import Answer, Clause, Who
from scoring.english_marks import marks_of
from scoring.english_phrases import phrase_of
from scoring.english_tokens import (
    OPENERS,
    PREPOSITIONS,
    Token,
    is_past,
    is_subject,
    stem,
    stems_of,
    tokens_in,
    tokens_of,
)

_TRANSPARENT = stems_of(words.TRANSPARENT)


_LEAD_IN = 4
"""Words that may stand before a subject and belong to its clause."""


def _begins_clause(tokens: list[Token], index: int, begin: int) -> bool:
    """May a clause begin at ``tokens[index]``, when the present one began at ``begin``?"""
    token = tokens[index]
    if token.stop_before == "hard":
        return True
    previous = tokens[index - 1]
    if token.stop_before == "piece":
        return previous.low not in words.WEAK_ENDS
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    hesitating = token.low in words.HESITATIONS or previous.low in words.HESITATIONS
    if token.stop_before == "comma" and not hesitating:  # "I trained, er, eleven people" is one clause
        return not (token.text[0].isdigit() and previous.text[-1].isdigit())
    if all(tokens[i].low in OPENERS for i in range(begin, index)):
        return False  # nothing but "and", "since" or "so" so far: the clause has not begun
    if token.low == "till" and previous.low in words.DETERMINERS:
        return False  # a bank's till
    if token.low in words.CONJUNCTIONS and following is not None:
        if (
            is_subject(following)
            or following.low in words.DETERMINERS
            and token.low
            not in ("and", "or", "after", "before", "once", "since", "until", "till", "plus", "where")
        ):
            return True
        if token.low in ("and", "then", "but", "so") and (
            is_past(following.low)
            or following.low in words.ADVERBS | {"then"}
            or following.low in words.SUBJECTS_OTHER
        ):
            return True
        if token.low in ("because", "which", "who", "although", "when", "while", "so", "then", "but"):
            return True
        if token.low in ("and", "but", "so") and following.low in PREPOSITIONS:
            rest = [t.low for t in tokens[index + 2 : index + 6]]
            return any(
                low in words.SUBJECTS_I | words.SUBJECTS_WE | {"he", "she", "they", "it"} for low in rest
            )
        if token.low == "and" and following.low in words.DETERMINERS:
            rest = [t.low for t in tokens[index + 2 : index + 6]]
            return any(is_past(w) or w in words.AUXILIARIES for w in rest)
        return False
    if token.low in words.SUBJECTS_I | words.SUBJECTS_WE and index - begin >= 2:
        if index - begin <= _LEAD_IN and not any(
            t.low in words.AUXILIARIES or is_past(t.low) or is_subject(t) for t in tokens[begin:index]
        ):
            return False  # "last year we had": only when or where so far
        if not any(
            t.low in words.AUXILIARIES or is_past(t.low) or t.low in words.TIME_WORDS | words.TIME_UNITS
            for t in tokens[begin:index]
        ) and any(t.low in words.DETERMINERS for t in tokens[begin:index]):
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
        clause = _clause_of(answer.text[begin : group[-1].end], who)
        clauses.append(clause.moved(begin, finished=not last or answer.complete))
        asked_into = group[0].low in _SUBORDINATE_QUESTION and clause.who == "other"
        if clause.who in ("i", "we", "other") and not asked_into:
            who = clause.who
    return tuple(clauses)


_SUBORDINATE_QUESTION = frozenset({"who", "which", "what", "how", "whether", "that"})
"""After "… who runs it" the one who found out goes on: "and brought her a sample"."""


@lru_cache(maxsize=4_000)
def _clause_of(text: str, inherited: Who) -> Clause:
    """The clause of a piece of text, its ranges counted from the piece's start."""
    group = tokens_in(text, frozenset())
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
    marks = marks_of(lows, stems, who, verb, group, verb_index, main)
    start_word = verb_index if who in ("i", "we") else (subject if who == "other" else None)
    phrase = phrase_of(group, start_word)
    return Clause(
        _told_from(group).start,
        group[-1].end,
        who,
        verb,
        marks,
        phrase,
        lead,
        True,
        stems,
        frozenset(
            s for low, s in zip(lows, stems, strict=True) if low not in words.STOP_WORDS and len(low) > 2
        ),
        has_subject=subject is not None,
    )


def _told_from(group: list[Token]) -> Token:
    """The first word that is not just "and", "so" or "um"."""
    loose = words.HESITATIONS | {"and", "so", "but", "then", "because", "well", "yeah", "okay", "ok", "which"}
    return next((token for token in group[:-1] if token.low not in loose), group[0])


def _find_subject(group: list[Token]) -> int | None:
    first = next((t.low for t in group if t.low not in OPENERS and t.low not in words.ADVERBS), "")
    for index, token in enumerate(group[:6]):
        if token.low in words.SUBJECTS_I or token.low in words.SUBJECTS_WE:
            return index
        before = group[index - 1].low if index else ""
        if is_past(first) or before in PREPOSITIONS:
            continue
        if token.low in words.SUBJECTS_OTHER and (index <= 2 or token.low in ("he", "she", "they")):
            return index
        if token.low in words.DETERMINERS and index <= 4:
            if any(is_past(t.low) or t.low in words.AUXILIARIES for t in group[:index]):
                return _thing_before_verb(group, index)
            for later in range(index + 1, min(index + 7, len(group))):
                low = group[later].low
                if low in words.AUXILIARIES or is_past(low):
                    return index
                if low in words.SUBJECTS_I or low in words.SUBJECTS_WE:
                    rest = [t.low for t in group[later + 1 :]]
                    verbs = sum(low in words.AUXILIARIES or is_past(low) for low in rest)
                    return index if verbs >= 2 and before not in PREPOSITIONS else later
            return None
    return _bare_noun(group, first)


def _thing_before_verb(group: list[Token], end: int) -> int | None:
    """ "Scalability is a challenge": the first word of what stands before the verb."""
    return next(
        (
            i
            for i in range(end)
            if group[i].low not in OPENERS | words.ADVERBS | words.AUXILIARIES | _NO_NOUNS
        ),
        None,
    )


def _bare_noun(group: list[Token], first: str) -> int | None:
    """A thing without an article: "Downtime fell", "Changeover on press four took"."""
    index = next((i for i, token in enumerate(group) if token.low == first), None)
    if (
        index is None
        or first in _NO_NOUNS
        or is_past(first)
        or first in words.BASE_VERBS
        or first.endswith("ing")
    ):
        return None
    return next(
        (
            index
            for later in range(index + 1, min(index + 6, len(group)))
            if is_past(group[later].low) or group[later].low in words.PAST_AUXILIARIES
        ),
        None,
    )


_NO_NOUNS = (
    PREPOSITIONS
    | words.CONJUNCTIONS
    | words.DETERMINERS
    | words.AUXILIARIES
    | words.ADVERBS
    | words.NEGATIONS
    | words.HOW_WORDS
    | words.TIME_WORDS
    | {
        "",
        "to",
        "how",
        "what",
        "not",
        "than",
        "instead",
        "let",
        "please",
        "about",
        "last",
        "next",
        "as",
        "of",
    }
)
"""Words that no such thing begins with."""


def _first_verb(group: list[Token], index: int) -> int | None:
    """The first word of the verb group after a subject: an auxiliary or the verb itself."""
    while index < len(group) and (group[index].low in words.ADVERBS or group[index].low in words.FILLERS):
        index += 1
    if index >= len(group):
        return None
    if group[index - 1].low in words.DETERMINERS or group[index].low in words.DETERMINERS:
        return next(
            (
                i
                for i in range(index, len(group))
                if group[i].low in words.AUXILIARIES or is_past(group[i].low)
            ),
            None,
        )
    return index


def _verb_without_subject(group: list[Token], inherited: Who) -> tuple[int | None, Who]:
    """Coordinated ("and called maintenance") or imperative ("first stop the line") deeds."""
    index = 0
    if any(token.low in ("which", "who") for token in group[:2]):
        return None, "other"  # "which took three weeks": the thing acts
    while index < len(group) and (
        group[index].low
        in words.CONJUNCTIONS
        | words.ADVERBS
        | words.FILLERS
        | {"after", "that", "second", "third", "to", "yeah", "yes", "okay", "ok"}
    ):
        index += 1
    if index >= len(group):
        return None, "none"
    low = group[index].low
    if is_past(low) and inherited in ("i", "we"):
        return index, inherited
    if (
        low in words.BASE_VERBS
        and len(group) - index >= 2
        and not low.endswith("ing")
        and not low.endswith("ed")
        and not low.endswith("s")
    ):
        return index, "i"
    return None, "none"


def _main_verb(group: list[Token], index: int | None) -> int | None:
    """Past auxiliaries, adverbs and verbs like "managed to" to the deed itself."""
    if index is None:
        return None
    here = index
    while here < len(group):
        low = group[here].low
        skip = (
            low in words.AUXILIARIES
            or low in words.ADVERBS
            or low in words.NEGATIONS
            or low == "to"
            or low in words.HESITATIONS
        )
        transparent = (
            stem(low) in _TRANSPARENT
            and here + 1 < len(group)
            and (group[here + 1].low == "to" or low in ("able", "going"))
        )
        if not skip and not transparent:
            break
        here += 1
    if here < len(group) and (here == index or _is_verb_here(group, here, index)):
        return here
    return max(
        (i for i in range(index, min(here, len(group))) if group[i].low in words.AUXILIARIES), default=index
    )


def _is_verb_here(group: list[Token], here: int, begin: int) -> bool:
    """After auxiliaries: is this word the deed ("had measured"), or a noun or adjective ("had a problem")?"""
    low = group[here].low
    if any(
        group[i].low in words.MODALS
        or group[i].low in ("to", "do", "did", "does")
        or stem(group[i].low) in _TRANSPARENT - {"have", "be"}
        and group[i].low not in words.AUXILIARIES
        for i in range(begin, here)
    ):
        return low not in words.DETERMINERS and not (
            group[here - 1].low in ("be", "been", "being") and not (is_past(low) or low.endswith("ing"))
        )
    return is_past(low) or low.endswith("ing")


def _lead(group: list[Token], subject: int, verb: int | None) -> str:
    low = group[subject].low
    if low.endswith("'ve"):
        return "have "
    if low.endswith("'ll"):
        return "will "
    if low.endswith(("'m", "'re")):
        return "are "
    if low.endswith("'d") and verb is not None:
        return "had " if is_past(group[verb].low) else "would "
    return ""
