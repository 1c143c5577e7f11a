"""Whether an answer is about something else than was asked.

To call an answer off topic is to tell somebody that they have not listened, so it takes two things: hardly
a word leads back to the question or to work, and the words that are there tell of something else, private
life or the way here. Who tells of a quarrel, of trouble or of people at work has listened, whatever words
they use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from scoring.answer import Clause
from scoring.clauses import content_of
from scoring.english_tokens import stem
from scoring.job import Job, Language, Question
from scoring.points import find_points
from scoring.words_en import NUMBER_WORDS

FROM_LENGTH = {"en": 22, "zh": 40}
"""An answer shorter than this (words; Chinese: characters) is not called off topic."""
LEAST_ELSEWHERE = 2
"""Different words of private life that an answer about something else holds at least."""
MANY_ELSEWHERE = 4
"""From so many on, a single expected point is taken for an accident."""

WORK_WORDS: Mapping[Language, str] = {
    "en": "company boss manager colleague customer client project department machine meeting order delivery "
    "deadline chief deputy warehouse office quality production sales planning trouble pallet supplier "
    "software server team shift job apprentice training complaint report process problem cost "
    "workshop branch counter plant crew staff employee operator maintenance technician engineer "
    "foreman buyer invoice contract budget ticket release deploy code test tool bench drawing "
    "inventory stock schedule rota",
    "zh": "公司 领导 经理 同事 客户 顾客 项目 部门 设备 机器 会议 订单 交货 供应商 软件 服务器 团队 班组 "
    "培训 投诉 报告 流程 成本 工厂 车间 效率 仓库 维修 工位 班长 主管 师傅 员工 上班 下班 加班 单子 "
    "合同 预算 发布 代码 测试 柜台 网点 办公室 采购 质检 工单 排班 故障 工艺 图纸 库存",
}
"""Words of work in general: an answer that uses several of them is not about the weekend."""

CONFLICT_WORDS: Mapping[Language, str] = {
    "en": "argue argument quarrel fight fought shout yell scream blame accuse insult angry furious mad "
    "upset disagree disagreement conflict refuse insist complain atmosphere tension difficult rude "
    "annoyed offended apologise apology sorry fault mistake criticise criticism snap slam whisper "
    "ignore stubborn misunderstanding",
    "zh": "吵架 吵 争执 争吵 争论 矛盾 冲突 骂 发火 生气 意见 不满 抱怨 指责 气氛 脸色 摔门 难相处 相处 "
    "误会 道歉 不理 顶嘴 怪 较劲 合不来 红脸 气红 气得 僵 凶 拍桌子 拍着桌子 嚷 吼 大喊 大叫 投诉",
}
"""Words of people at odds: told in answer to any question about work, they are about it."""

ELSEWHERE_WORDS: Mapping[Language, str] = {
    "en": "family girlfriend boyfriend wife husband mother father mum mom dad parents grandmother grandma "
    "grandfather grandpa brother sister uncle aunt cousin daughter son kids baby dog cat pet holiday "
    "vacation beach sea island mountain hike camping weekend sunday football soccer basketball tennis "
    "championship gym yoga marathon movie film cinema series episode music concert song band guitar "
    "piano sing dance cake recipe cook bake kitchen soup pizza noodles dinner breakfast restaurant "
    "coffee beer wine garden flower weather rain sunshine snow parking motorway bus train "
    "traffic car bicycle airport flight sofa bed sleep dream village childhood birthday wedding party "
    "hobby fishing swim travel trip tourist hotel novel book poem painting game console video "
    "election president politics news horoscope phone battery apartment landlord rent neighbour "
    "shopping shoes dress knit sew wool choir drum violin chess climb ski surf ride horse puppy kitten run "
    "runner jog sourdough bread curry vegan cottage sailing skate poetry theatre museum astrology "
    "zodiac astronomy "
    "telescope camper tent lake river forest instrument rugby hockey cricket volleyball badminton swimming "
    "twins cards",
    "zh": "家人 女朋友 男朋友 老婆 老公 爱人 妈妈 爸爸 爸妈 母亲 父亲 奶奶 爷爷 外婆 外公 姥姥 哥哥 弟弟 "
    "姐姐 妹妹 表弟 表妹 孩子 女儿 儿子 宝宝 小狗 小猫 宠物 放假 假期 度假 海边 海滩 爬山 露营 周末 "
    "足球 踢球 篮球 打球 网球 跑步 健身 瑜伽 电影 电视剧 追剧 音乐 唱歌 演唱会 吉他 钢琴 跳舞 蛋糕 "
    "点心 做菜 做饭 菜谱 厨房 火锅 面条 饺子 早饭 晚饭 饭馆 咖啡 啤酒 花园 院子 种花 天气 下雨 下雪 "
    "太阳 停车 车位 堵车 迷路 公交 地铁 高铁 机场 飞机 沙发 睡觉 睡着 做梦 村里 小时候 童年 生日 婚礼 聚会 "
    "跑马拉松 马拉松 撸猫 养猫 养狗 养了 奶茶 闺蜜 老家 骑行 骑车 滑雪 羽毛球 乒乓球 游泳 瑜伽 下棋 书法 "
    "烘焙 拍照 自驾 火车 动漫 综艺 小区 广场舞 红烧肉 麻将 相亲 双鱼座 处女座 内向 外向 宅 "
    "爱好 钓鱼 旅游 旅行 风景 小说 看书 画画 游戏 选举 新闻 星座 房东 房租 邻居 逛街 超市 购物",
}
"""Words of private life, leisure and the way here; those that a job's own words hold do not count for it."""

_COUNTING = frozenset(stem(word) for word in (*NUMBER_WORDS, "end", "name", "hour", "minute", "week"))
_GENERAL = frozenset(
    stem(word)
    for word in "ask see say tell show call give know look find talk speak take bring need use help start "
    "hear stand sit leave keep hold put run turn become happen feel mean try let seem long short high low "
    "able".split()
)
"""Words of any story; they lead to no topic."""
_LOOSE_ZH = frozenset(
    "的了我你他她它们在有和是不就也很到说去看着没吗呢么怎这那一个自己人上下来过时候给跟对做把被让还都会要想好大小多少请讲次得再又"
    "当最后天里出之以为什"
)

_LOOSE_WORK_ZH = tuple(word for word in WORK_WORDS["zh"].split() if _LOOSE_ZH & set(word))
"""Words of work that no pair of characters is left of."""


def is_off_topic(
    job: Job,
    question: Question,
    clauses: Sequence[Clause],
    texts: Sequence[str],
    *,
    points: int,
    length: int,
) -> bool:
    """Is this answer about something else? ``clauses`` and ``texts``: those that may gain credit;
    ``points``: how many expected points were said; ``length``: of the answer, in words or characters."""
    if question.kind == "free" or length < FROM_LENGTH[job.language]:
        return False
    if question.kind == "self_introduction":
        return _is_private_life(job, question, clauses, texts, points)
    if question.kind == "structured" and not points and _is_another_story(job, question, clauses, texts):
        return True
    own, wide = _topic(job, question)
    if job.language == "zh":
        text = "，".join(texts)
        heard = _pairs(text)
        to_question, to_work = (
            len(heard & own),
            len(heard & wide) + sum(word in text for word in _LOOSE_WORK_ZH),
        )
        weak = to_question < 2 and to_work < 2
        known = own | wide
        elsewhere = sum(word in text and not _pairs(word) & known for word in ELSEWHERE_WORDS["zh"].split())
        conflict = sum(word in text for word in CONFLICT_WORDS["zh"].split())
    else:
        said = frozenset().union(*(clause.content for clause in clauses)) - _COUNTING - _GENERAL
        to_question, to_work = len(said & own), len(said & wide)
        weak = to_question < max(2.0, 0.06 * len(said)) and to_work < max(3.0, 0.15 * len(said))
        elsewhere = len((said & _stems("elsewhere")) - own - wide)
        conflict = len(said & _stems("conflict"))
    if elsewhere >= MANY_ELSEWHERE and elsewhere > to_question + to_work + conflict and points <= 1:
        return True
    if points or any("method" in clause.marks for clause in clauses) or not weak:
        return False
    if conflict and (conflict >= elsewhere or _is_of_quarrels(job.language, question.text)):
        return False
    return elsewhere >= LEAST_ELSEWHERE or to_question + to_work + conflict == 0


def words_of_work(job: Job, question: Question, clauses: Sequence[Clause], texts: Sequence[str]) -> int:
    """How many different words lead to this job or to work in general; in Chinese, pairs of characters."""
    _, wide = _topic(job, question)
    if job.language == "zh":
        return len(_pairs("，".join(texts)) & wide)
    return len(frozenset().union(*(clause.content for clause in clauses)) & wide)


LEAST_PRIVATE = 3
"""Different words of private life that an introduction holding nothing else has at least."""


def _is_private_life(
    job: Job, question: Question, clauses: Sequence[Clause], texts: Sequence[str], points: int
) -> bool:
    """Does somebody introducing themselves tell of running and dogs alone? Beside work it is fine."""
    own, wide = _topic(job, question)
    if job.language == "zh":
        text = "，".join(texts)
        known = own | wide
        private = sum(word in text and not _pairs(word) & known for word in ELSEWHERE_WORDS["zh"].split())
        work = sum(word in text for word in WORK_WORDS["zh"].split())
    else:
        said = frozenset().union(*(clause.content for clause in clauses))
        private = len((said & _stems("elsewhere")) - own - wide)
        work = len(said & _stems("work"))
    return points <= 1 and private >= LEAST_PRIVATE and private > 2 * (work + points)


def _is_another_story(job: Job, question: Question, clauses: Sequence[Clause], texts: Sequence[str]) -> bool:
    """Is a case told that answers another question of this job, and no word of what was asked?

    The question's name for it, said before the story begins ("a mistake, hm"), is no word of it.
    """
    if any("change" in clause.marks and "action" in clause.marks for clause in clauses):
        return False
    told = [i for i, clause in enumerate(clauses) if i > 1 or clause.has_subject or "action" in clause.marks]
    mine = _theme(job, question)
    text = "，".join(texts[i] for i in told)
    if job.language == "zh":
        said = _pairs(text)
        quarrel = sum(word in text for word in CONFLICT_WORDS["zh"].split())
    else:
        said = frozenset().union(*(clauses[i].content for i in told)) - _COUNTING - _GENERAL
        quarrel = len(said & _stems("conflict"))
    if said & mine or (quarrel and _is_of_quarrels(job.language, question.text)):
        return False
    for other in job.questions:
        if other.id == question.id or other.kind != "structured":
            continue
        shown = len(
            find_points(
                other.expected_points, [clauses[i] for i in told], [texts[i] for i in told], job.language
            )
        )
        if shown >= 2 and len(said & (_theme(job, other) - mine)) >= 2:
            return True
        if shown and quarrel >= 2 and _is_of_quarrels(job.language, other.text) and len(said) <= 60:
            return not _is_of_quarrels(job.language, question.text)
    return False


def _is_of_quarrels(language: Language, text: str) -> bool:
    if language == "zh":
        return any(word in text for word in CONFLICT_WORDS["zh"].split())
    return bool(content_of(text, "en") & _stems("conflict"))


@lru_cache(maxsize=256)
def _theme(job: Job, question: Question) -> frozenset[str]:
    """Words of one question and of what is hoped for in its answer."""
    parts = [question.text, question.rephrased or ""]
    for point in question.expected_points:
        parts += [point.text, *point.synonyms]
    if job.language == "zh":
        return _pairs("，".join(parts))
    return frozenset().union(*(content_of(text, "en") for text in parts)) - _COUNTING - _GENERAL


@lru_cache(maxsize=3)
def _stems(kind: str) -> frozenset[str]:
    words = {"elsewhere": ELSEWHERE_WORDS, "conflict": CONFLICT_WORDS, "work": WORK_WORDS}[kind]["en"]
    return frozenset(stem(word) for word in words.split())


@lru_cache(maxsize=256)
def _topic(job: Job, question: Question) -> tuple[frozenset[str], frozenset[str]]:
    """Words of the question itself, and words of the whole job."""
    own = [question.text, question.rephrased or "", *job.measures]
    for point in question.expected_points:
        own += [point.text, *point.synonyms]
    wide = [job.title, job.description, *job.assessed, WORK_WORDS[job.language]]
    for competency in job.competencies:
        for scale in competency.sub_dimensions:
            wide += [scale.title, *scale.anchors]
    for other in job.questions:
        wide += [other.text, *(point.text for point in other.expected_points)]
        wide += [synonym for point in other.expected_points for synonym in point.synonyms]
    if job.language == "zh":
        return _pairs("，".join(own)), _pairs("，".join(wide))
    return (
        frozenset().union(*(content_of(text, "en") for text in own)),
        frozenset().union(*(content_of(text, "en") for text in wide)),
    )


def _pairs(text: str) -> frozenset[str]:
    """Pairs of characters that carry meaning; the same word is cut differently in different company."""
    return frozenset(
        text[i : i + 2]
        for i in range(len(text) - 1)
        if text[i].isalnum() and text[i + 1].isalnum() and not _LOOSE_ZH & {text[i], text[i + 1]}
    )
