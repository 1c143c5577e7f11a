"""Chinese verbs: which words are deeds, where one deed ends and the next begins.

The list of deeds in ``words_zh`` holds what people in these jobs say most; jieba's dictionary stands in for
the rest where the grammar says that something was done: a verb with 了, 完, 好, 过 or 一下 behind it.
"""

from __future__ import annotations

from functools import lru_cache

import jieba

from scoring import words_zh as words

AFTER_VERB = frozenset(
    "了 到 在 上 下 出 好 完 给 过 掉 成 入 开 着 个 一下 一看 了看 了个 起 点 住 回 去 来 下来 出来".split()
)
ENDINGS = ("了", "到", "完", "好", "过", "一下", "一遍", "下来", "出来", "起来", "成")
_ENDED = ("了", "完", "好", "下来", "出来")
_PREDICATES = frozenset("了 是 有 很 太 特别 不 没 没有 老 老是 非常 挺 多 快 慢 高 低 坏 差 少".split())

NO_DEEDS = frozenset(
    "到 来 有 没 没有 成 开始 遇到 碰到 碰上 遇上 收到 看到 听到 感到 得到 受到 发生 出现 变 变成 "
    "失去 丢 忘 忘记 累 病 住 待 等于 属于 会 能 想 要 可以 应该 过 进行 经历 习惯 担心 害怕 "
    "生气 着急 怕 爱 喜欢 愿意 希望 相信 努力 坚持 保持 明白 知道 毕业 出生 工作 上班 下班 下降 "
    "上升 增长 停止 结束 失败 成功 赢 输 亏 笑 哭 睡 吃 喝 玩 走 死 崩 坏 消失 说 讲 是 迟到 请假 "
    "生病 摔 掉 吵 吵架 骂 闹 气 急 慌 愣 绕 堵".split()
)
"""Verbs that tell of what happens to somebody or how they are, not of what they do about it."""

TAKES_OBJECT = frozenset(
    "跟 和 给 对 向 把 被 比 替 为 陪 找 当着 对着 朝 问 骂 说 让 叫 请 派 帮 告诉 通知 联系 等 怪 "
    "夸 催 逼 求 由 从 在 安排 要求 提醒 安慰 安抚 支持 按 听 教 带 带着 约 约了 陪着 帮着 劝 见 "
    "见了 追着 盯着 围着 看着 看 因为 冲 冲着 找到".split()
)
"""Words whose object the next pronoun is: in 跟他说 he does not act."""

_SHORTEST_RUN = 3
_BEFORE_OBJECT = frozenset(
    "的 和 跟 与 把 将 给 让 用 去 来 请 叫 找 帮 对 向 从 在 不 没 没有 先 再 又 就 也 还 并 才 都 "
    "后 前 时 所 被 会 能 要 可以 准备 打算 开始 负责 一起 一边".split()
)


@lru_cache(maxsize=1)
def dictionary_verbs() -> frozenset[str]:
    """One- and two-character words that jieba's dictionary calls verbs; 0.2 s, once a process."""
    with jieba.get_dict_file() as file:
        lines = file.read().decode("utf-8").splitlines()
    entries = (line.split(" ") for line in lines)
    return frozenset(
        entry[0] for entry in entries if len(entry) == 3 and len(entry[0]) <= 2 and entry[2] == "v"
    )


def is_deed(token: str) -> bool:
    """A verb that is a deed, also with what Chinese hangs on it (找个, 看一下, 调到)."""
    return (
        token in words.DEEDS
        or token in words.CHANGES
        or token[:2] in words.DEEDS
        or token[:2] in words.CHANGES
        or (len(token) > 1 and token[0] in words.DEEDS and (token[1:] in AFTER_VERB or token[1:] == token[0]))
    )


def is_deed_at(tokens: tuple[str, ...], index: int) -> bool:
    """Is ``tokens[index]`` a deed, by the list or because it is a verb that was carried out (核了, 排完)?"""
    token = tokens[index]
    if is_deed(token):
        return True
    ended = next(
        (token.removesuffix(end) for end in _ENDED if len(token) > len(end) and token.endswith(end)), None
    )
    if ended is not None:
        return _is_verb(ended)
    return index + 1 < len(tokens) and tokens[index + 1] in ENDINGS and _is_verb(token)


def _is_verb(token: str) -> bool:
    return token in dictionary_verbs() and token not in NO_DEEDS | words.STATIVE | words.ADVERBS


def has_predicate(tokens: tuple[str, ...]) -> bool:
    """Is something said of somebody already, or is it only a time or a topic so far?"""
    return any(
        is_deed_at(tokens, index)
        or token in words.STATIVE
        or token in _PREDICATES
        or (len(token) == 2 and token in dictionary_verbs() and token not in words.ADVERBS)
        for index, token in enumerate(tokens)
    )


def second_deed(tokens: tuple[str, ...], begin: int, index: int) -> bool:
    """Does a second finished deed begin at ``index``, after one with its object since ``begin``?

    查了日志|重启了服务: without points nothing else parts them. The first must be over and have its object;
    the second must be a deed with an ending of its own, and belong to no 把 before it.
    """
    if index - begin < _SHORTEST_RUN or not _is_over(tokens, index):
        return False
    first = next((i for i in range(begin, index) if _is_over(tokens, i)), None)
    if first is None or tokens[index - 1] in _BEFORE_OBJECT:
        return False
    between = tokens[first + 1 : index]
    if "把" in between or any(
        token in ("跟", "和", "给", "对", "向", "按", "用", "从", "在") for token in between[-4:]
    ):
        return False
    return any(
        t in ("一下", "一遍", "一次") or (len(t) > 1 and t not in AFTER_VERB and not is_deed(t))
        for t in between
    )


def _is_over(tokens: tuple[str, ...], index: int) -> bool:
    token = tokens[index]
    if not is_deed_at(tokens, index):
        return False
    return (
        token.endswith(_ENDED) and len(token) > 1 or index + 1 < len(tokens) and tokens[index + 1] in ENDINGS
    )
