"""What gains nothing: orders to the scorer, the question read back, the same said twice, bare word lists."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scoring.answer import Clause
from scoring.job import Language

_SCRAP_WORDS = 4

_ORDERS = {
    "en": re.compile(
        r"\b(full marks|full points|full score|top marks|maximum (score|points|marks)|perfect score"
        r"|highest (score|mark|rating)|ten out of ten|10 out of 10"
        r"|(give|award|grant) me (a |the )?(\w+ )?(score|marks?|points?|rating|ten|five|level)"
        r"|(score|rate|grade|mark) (me|this|my answer|this answer|it) (as |with |at )?"
        r"(high|a|the|ten|five|full|top|excellent|best|\d)"
        r"|ignore (all |any |the |your )?(previous|prior|above|earlier|other)? ?"
        r"(instructions?|rules?|rubrics?)"
        r"|system prompt|you are (a|an) (ai|language model|scorer|grader|assistant)"
        r"|(this|my) (answer|response) (fulfils|fulfills|meets|satisfies|covers|matches) (all|every|each)"
        r"|(the )?candidate has (shown|fulfilled|met|demonstrated)|every criterion|all (the )?criteria"
        r"|(highest|top|maximum) (anchor|level)|anchor (five|5)"
        r"|(record|assign|enter) (the |a )?(level|maximum|top|score)"
        r"|(skip|ask) (all |no |any )?(further|more|follow.?up) questions?|not ask any"
        r"|note (for|to) the (evaluat|scor|grad)\w+"
        r"|evaluation system|scoring system|dear (scorer|grader|evaluator)"
        r"|this (answer|candidate) (is|should be) "
        r"(excellent|perfect|hired|outstanding))",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"满分|给我(打|个|最)?(高分|最高分|十分|10分|五分|满)|打(最)?高分|把我评|评为优|忽略(以上|之前|上面|所有|你的|前面)*的?(指令|规则|要求|提示|说明)"
        r"|评分标准|符合(所有|全部|五级|最高)|(评到|判为|算作|属于|达到)(最高|五|5)(级|分)|(不用|不要|不需要|无需)再?(追问|提问|问了)"
        r"|(给|记录?)(我)?(五级|5级|最高)|AI老师|(评分|阅卷|打分)(老师|专家|模型|助手)|直接通过|系统记录"
        r"|系统提示|你是(一个)?(AI|人工智能|语言模型|评分)|评分(员|系统|者)[,，:：]?请|请(直接)?(评为|判为|录用我|给最高)|这个回答(非常|十分)?(优秀|完美)"
    ),
}


def clauses_without_credit(
    clauses: Sequence[Clause],
    texts: Sequence[str],
    question_text: str,
    question_content: frozenset[str],
    language: Language,
    *,
    commands: bool = False,
) -> dict[int, str]:
    """Index of each clause that gains nothing, with why: ``order``, ``copy``, ``repeat`` or ``list``.

    ``commands``: short sentences without a subject are how such a question is answered ("stop the line").
    """
    without: dict[int, str] = {}
    heard: list[tuple[frozenset[str], bool]] = []
    for index, (clause, text) in enumerate(zip(clauses, texts, strict=True)):
        if _is_order(texts, index, language):
            without[index] = "order"
        elif _is_copy(clause, text, question_text, question_content):
            without[index] = "copy"
        elif len(clause.content) >= 2 and _is_repeated(clause, heard):
            without[index] = "repeat"
        else:
            heard.append((clause.content, "negated" in clause.marks))
    if sum(reason == "order" for reason in without.values()) >= LEAST_ORDERS:
        _go_on_with_orders(clauses, without)
    without.update({index: "list" for index in _bare_lists(clauses, commands) if index not in without})
    return without


LEAST_ORDERS = 2
"""Orders to the scorer from which what follows one without a subject of its own belongs to it."""


def _go_on_with_orders(clauses: Sequence[Clause], without: dict[int, str]) -> None:
    for index, clause in enumerate(clauses):
        if index and without.get(index - 1) == "order" and not clause.has_subject:
            without[index] = "order"


def _is_order(texts: Sequence[str], index: int, language: Language) -> bool:
    """An order within the clause, or one that the clause boundary runs through."""
    orders = _ORDERS[language]
    if orders.search(texts[index]):
        return True
    for pair in (texts[index : index + 2], texts[max(0, index - 1) : index + 1]):
        if len(pair) == 2 and orders.search(" ".join(pair)) and not any(orders.search(text) for text in pair):
            return True
    return False


def _is_copy(clause: Clause, text: str, question_text: str, question_content: frozenset[str]) -> bool:
    if len(text) >= 12 and text.lower().strip(" .,?!。，？") in question_text.lower():
        return True
    return len(clause.content) >= 4 and len(clause.content & question_content) >= 0.85 * len(clause.content)


def _is_repeated(clause: Clause, heard: Sequence[tuple[frozenset[str], bool]]) -> bool:
    """Were nearly the same words heard before? Their number is compared first: that rules most out."""
    content, denied = clause.content, "negated" in clause.marks
    least, most = 0.85 * len(content), len(content) / 0.85
    return any(
        least <= len(earlier) <= most
        and earlier_denied == denied
        and len(content & earlier) >= 0.85 * len(content | earlier)
        for earlier, earlier_denied in heard
    )


_NARRATING = frozenset("最后 最终 后来 不过 但是 可是 结果 所以 于是 当时".split())
"""Words that go on with a story; a list has none."""


def _bare_lists(clauses: Sequence[Clause], commands: bool) -> set[int]:
    """Clauses of a run of three or more scraps without a subject: nothing is told.

    Most of them have no verb; or, where no commands are looked for, the run is longer and none tells a deed.
    """
    listed: set[int] = set()
    run: list[int] = []
    for index, clause in enumerate(clauses):
        narrates = "since" in clause.marks or bool(_NARRATING & set(clause.stems[:1]))
        scrap = not clause.has_subject and (len(clause.stems) <= _SCRAP_WORDS or not clause.verb)
        if scrap and not narrates:
            run.append(index)
        else:
            run = []
        without_verb = sum(not clauses[i].verb for i in run)
        bare = len(run) >= 3 and 3 * without_verb >= 2 * len(run)
        told_as_list = len(run) >= 5 and 3 * without_verb >= len(run) and not _tells(clauses, run)
        if bare or (told_as_list and not commands):
            listed.update(run)
    return listed


def _tells(clauses: Sequence[Clause], run: Sequence[int]) -> bool:
    """Is something in the run said to have happened?"""
    return any(
        clauses[index].who in ("i", "we")
        and "action" in clauses[index].marks
        and any(stem.isascii() or stem.endswith(("了", "过")) for stem in clauses[index].stems)
        for index in run
    )
