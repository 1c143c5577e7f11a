"""Why a score is what it is, in one sentence of the interview's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scoring.evidence import AnswerReading
from scoring.evidence_kinds import EvidenceKind
from scoring.job import Language

KIND_NAMES: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "situation": "situation",
        "task": "task",
        "action": "own or joint deeds",
        "result": "result",
        "number": "figures",
        "own_role": "own deeds",
        "team_role": 'deeds as "we"',
        "method": "methods or tools",
        "time": "times",
        "comparison": "comparisons",
        "expected_point": "expected points",
        "contradiction": "contradictions",
        "off_topic": "off topic",
    },
    "zh": {
        "situation": "背景",
        "task": "任务",
        "action": "做过的事",
        "result": "结果",
        "number": "数字",
        "own_role": "本人做的事",
        "team_role": "以“我们”讲的事",
        "method": "方法或工具",
        "time": "时间",
        "comparison": "前后比较",
        "expected_point": "期望要点",
        "contradiction": "前后矛盾",
        "off_topic": "偏题",
    },
}


def competency_reason(
    language: Language, readings: Sequence[AnswerReading], linked: int, answered: int
) -> str:
    """What was shown and what was not, over all answers that count."""
    if not readings:
        return (
            "Insufficient evidence: no answer shows a deed, a result or an expected point."
            if language == "en"
            else "证据不足：回答中没有具体做的事、结果或期望要点。"
        )
    kinds: tuple[EvidenceKind, ...] = ("own_role", "team_role", "result", "number", "method")
    counts = {kind: sum(len(reading.of(kind)) for reading in readings) for kind in kinds}
    wanted = sum(len(reading.question.expected_points) for reading in readings)
    said = sum(len(reading.points()) for reading in readings)
    names = KIND_NAMES[language]
    shown = [f"{names[kind]} {count}" for kind, count in counts.items() if count]
    absent = [
        names[kind]
        for kind, count in counts.items()
        if not count and kind in ("own_role", "result", "number")
    ]
    if language == "en":
        points = f"expected points {said} of {wanted}" if wanted else ""
        text = "Shown: " + ", ".join([*shown, *([points] if points else [])]) + "."
        text += f" Not shown: {', '.join(absent)}." if absent else ""
        return text + f" Answers with evidence: {answered} of {linked}."
    points = f"期望要点 {said}/{wanted}" if wanted else ""
    text = "有：" + "、".join([*shown, *([points] if points else [])]) + "。"
    text += f"没有：{'、'.join(absent)}。" if absent else ""
    return text + f"有证据的回答 {answered}/{linked}。"


def scale_reason(language: Language, level: float | None, shown: Mapping[str, int]) -> str:
    """What a sub-dimension's level rests on."""
    if level is None:
        return "Insufficient evidence." if language == "en" else "证据不足。"
    names = KIND_NAMES[language]
    parts = [f"{names[kind]} {count}" for kind, count in shown.items() if kind in names]
    return (
        (f"Level {level:.1f} from: " + ", ".join(parts) + ".")
        if language == "en"
        else (f"等级 {level:.1f}，依据：" + "、".join(parts) + "。")
    )
