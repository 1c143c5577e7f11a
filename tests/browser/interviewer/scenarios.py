"""Scripted interviews in both languages: one in the middle of an answer, a full lobby, a long transcript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from media_pipeline.events import (
    AnswerEnded,
    AnswerStarted,
    BookmarkSet,
    CandidateSignedIn,
    ConnectionChanged,
    CoverageChanged,
    DeliveryMeasured,
    FollowUpAsked,
    FollowUpProposed,
    HoldStarted,
    NoteAdded,
    PanelMessage,
    QuestionAsked,
    Quote,
    ScoreProposed,
    SpeechOutEnded,
    SpeechOutStarted,
    TranscriptFinal,
    TranscriptPartial,
)
from scoring.job_file import shipped_jobs
from server.panel.reason_length import rule
from tests.browser.interviewer.scripted_server import ScriptedInterview, View

Language = Literal["en", "zh"]


@dataclass(frozen=True)
class Texts:
    candidate: str
    job: str
    competencies: tuple[str, str, str, str]
    stages: tuple[str, str, str]
    questions: tuple[str, str, str, str, str]
    introduction: str
    answer: tuple[str, str, str]
    tentative: str
    quote: str
    other_quote: str
    follow_up: str
    own_role: str
    clarify: str
    reason: str
    own_role_reason: str
    clarify_reason: str
    score_reason: str
    note: str
    points: tuple[str, str]


ENGLISH = Texts(
    candidate="Ada Lindqvist",
    job="Production supervisor",
    competencies=("Professional skill", "Communication", "Handling emergencies", "Teamwork"),
    stages=("Self-introduction", "Structured questions", "Line failure"),
    questions=(
        "Please introduce yourself: what have you been responsible for in production so far?",
        "Tell me about a time you improved a production process. What was the situation, what did you do,"
        " and what came of it?",
        "Describe a disagreement with another department and how you settled it.",
        "How do you bring a new operator up to speed on a line?",
        "The main line stops ten minutes before the shift ends, and a truck is waiting. What do you do?",
    ),
    introduction="I have been a shift lead in a bottling plant for six years, eighteen people on two lines.",
    answer=(
        "Last spring our labelling station was the bottleneck, we lost about an hour in every shift.",
        "So I wrote down every stop for two weeks and found that most of them came from changing the rolls.",
        "I optimised the production process and it went much better.",
    ),
    tentative="and then the other shift wanted",
    quote="I optimised the production process",
    other_quote="I wrote down every stop for two weeks",
    follow_up="You said “optimised the production process”. By how much did the lost time go down?",
    own_role="You said “we lost about an hour in every shift”. What part of fixing that was yours?",
    clarify="What did the change of rolls look like before and after?",
    reason="A result is claimed without a number.",
    own_role_reason="“We” is used; the own part is not said yet.",
    clarify_reason="The action is named, not described.",
    score_reason="Cause found by own measurement; result not yet quantified.",
    note="Measured first, then changed. Ask for the log.",
    points=("root cause found", "result in numbers"),
)

CHINESE = Texts(
    candidate="林晓雨",
    job="生产主管",
    competencies=("专业能力", "沟通能力", "应急处理", "团队协作"),
    stages=("自我介绍", "结构化问题", "产线故障情景"),
    questions=(
        "请做一下自我介绍：到目前为止，您在生产方面负责过哪些工作？",
        "请讲一次您改进生产流程的经历：当时是什么情况，您做了什么，结果如何？",
        "请描述一次与其他部门的分歧，以及您是怎样解决的。",
        "您怎样让一名新员工尽快熟悉产线？",
        "交班前十分钟主产线突然停机，货车已经在等。您会怎么做？",
    ),
    introduction="我在一家饮料厂当了六年班长，管理两条产线、十八名员工。",
    answer=(
        "去年春天，贴标工位是我们的瓶颈，每个班大约要损失一个小时。",
        "于是我用两周时间记录了每一次停机，发现大多数停机都发生在换卷的时候。",
        "后来我优化了生产流程，效果好了很多。",
    ),
    tentative="另一个班组也想",
    quote="优化了生产流程",
    other_quote="用两周时间记录了每一次停机",
    follow_up="您提到“优化了生产流程”，具体减少了多少停机时间？",
    own_role="您提到“每个班大约要损失一个小时”，解决这个问题时您本人做了哪一部分？",
    clarify="换卷的做法，改进前后各是什么样的？",
    reason="说到了结果，但没有给出数字。",
    own_role_reason="用了“我们”，还没有说明本人的部分。",
    clarify_reason="提到了行动，但没有描述。",
    score_reason="通过自己的记录找到了原因；结果尚未量化。",
    note="先测量，再改进。可以追问停机记录。",
    points=("找到根本原因", "结果有数字"),
)

TEXTS: dict[Language, Texts] = {"en": ENGLISH, "zh": CHINESE}


def delivery(at_ms: int, *, pace: float, volume: float, pause: float, language: Language) -> DeliveryMeasured:
    chinese = language == "zh"
    return DeliveryMeasured(
        pace=pace * (1.6 if chinese else 1.0),
        pace_unit="characters_per_minute" if chinese else "words_per_minute",
        pace_baseline=132.0 * (1.6 if chinese else 1.0),
        pause_share=pause,
        longest_pause_ms=1840,
        volume_dbfs=volume,
        volume_baseline_dbfs=-27.5,
        clipping_share=0.0,
        talk_share=0.62 + 0.0000002 * at_ms,
        reaction_ms=1240,
        answer_ms=48_000,
        fillers_per_minute=3.0,
    )


def waiting_view(language: Language) -> View:
    """What the desk shows before the candidate has come."""
    texts = TEXTS[language]
    stages = (texts.stages[0], texts.stages[1], texts.stages[1], texts.stages[1], texts.stages[2])
    weights = (40, 25, 25, 10)
    ids = ("professional", "communication", "emergency", "teamwork")
    return {
        "interview": f"demo-{language}",
        "status": "waiting",
        "language": language,
        "mode": "video",
        "candidate": texts.candidate,
        "job": {"title": texts.job},
        "phase": "waiting",
        "paused_by": None,
        "question": None,
        "follow_up": None,
        "deadline": None,
        "hold": None,
        "connection": {"media": "none", "control": "none", "since_ms": 0},
        "plan": [
            {
                "id": f"q{place + 1}",
                "text": text,
                "stage": stages[place],
                "state": "open",
                "follow_ups_left": 2,
                "covered": [],
                "missing": ["situation", "task", "action", "result", *texts.points],
            }
            for place, text in enumerate(texts.questions)
        ],
        "competencies": [
            {
                "id": ids[place],
                "title": title,
                "weight": weights[place],
                "threshold": {0: 8.0, 3: 7.0}.get(place),
                "score": None,
                "confidence": 0.0,
                "reason": "",
                "quotes": [],
                "human": None,
            }
            for place, title in enumerate(texts.competencies)
        ],
        "total": {"score": None, "weight_covered": 0},
        "observations": [],
        "delivery": None,
        "follow_ups": [],
        "autopilot": True,
        "prompts": [],
        "coverage": None,
        "parts": [],
        "report": "none",
        "server_now_ms": 0,
    }


def _follow_up(proposed: FollowUpProposed, at_ms: int) -> dict[str, Any]:
    return {
        "id": proposed.follow_up,
        "question": proposed.question,
        "kind": proposed.kind,
        "text": proposed.text,
        "quote": proposed.quote,
        "reason": proposed.reason,
        "state": "proposed",
        "at_ms": at_ms,
    }


def running(language: Language) -> ScriptedInterview:
    """In the middle of the second answer: two scores, three prompts, an observation, a growing sentence."""
    texts = TEXTS[language]
    interview = ScriptedInterview(waiting_view(language))
    add = interview.append
    add(CandidateSignedIn(texts.candidate), 2_000)
    add(ConnectionChanged("connected", "media", "c1"), 4_000)
    add(QuestionAsked("q1", texts.questions[0], 1, 5, 60_000, 120_000), 20_000)
    add(SpeechOutStarted("o1", texts.questions[0], "server"), 20_200)
    add(SpeechOutEnded("o1", "finished", 5_200), 25_400)
    add(AnswerStarted("q1", "spoke"), 31_000)
    add(TranscriptFinal("u1", "candidate", "speech", texts.introduction, 31_000, 39_400, (), "q1"), 39_900)
    for step in range(24):
        wave = (step % 6) - 3
        measured = delivery(
            40_000 + step * 4_000,
            pace=128 + 6 * wave + step,
            volume=-28 + 0.6 * wave,
            pause=0.22 + 0.02 * (step % 5),
            language=language,
        )
        add(measured, 40_000 + step * 4_000)
    add(AnswerEnded("q1", "done_button"), 62_000)
    add(QuestionAsked("q2", texts.questions[1], 2, 5, 60_000, 180_000), 64_000)
    add(HoldStarted("q2", "speech", 75_000), 66_000)
    add(AnswerStarted("q2", "spoke"), 76_000)
    for place, text in enumerate(texts.answer[:2]):
        start = 78_000 + 9_000 * place
        add(
            TranscriptFinal(f"u{place + 2}", "candidate", "speech", text, start, start + 8_000, (), "q2"),
            start + 8_300,
        )
    quotes = (
        Quote(texts.other_quote, 88_200, 91_000, "q2"),
        Quote(texts.quote, 97_100, 99_000, "q2"),
    )
    add(ScoreProposed("professional", 5.0, 0.4, quotes[:1], texts.score_reason), 92_000)
    add(ScoreProposed("communication", 6.0, 0.3, quotes[:1], texts.score_reason), 92_400)
    add(
        CoverageChanged("q2", ("situation", "action", texts.points[0]), ("task", "result", texts.points[1])),
        93_000,
    )
    add(
        FollowUpAsked(
            "f0", "q1", "clarify", texts.clarify, texts.introduction, "system", texts.clarify_reason, 1
        ),
        94_000,
    )
    add(SpeechOutStarted("o2", texts.clarify, "server"), 94_100)
    add(SpeechOutEnded("o2", "barge_in", 900), 95_000)
    add(
        TranscriptFinal("u4", "candidate", "speech", texts.answer[2], 96_000, 100_100, (), "q2", True),
        100_400,
    )
    add(ScoreProposed("professional", 6.5, 0.6, quotes, texts.score_reason), 101_000)
    add(NoteAdded("Interviewer", texts.note), 103_000)
    proposals = (
        FollowUpProposed("f1", "q2", "quantify", texts.follow_up, texts.quote, 97_100, 99_000, texts.reason),
        FollowUpProposed(
            "f2", "q2", "own_role", texts.own_role, texts.answer[0], 78_000, 86_000, texts.own_role_reason
        ),
        FollowUpProposed(
            "f3", "q2", "clarify", texts.clarify, texts.answer[1], 87_000, 95_000, texts.clarify_reason
        ),
    )
    for place, proposed in enumerate(proposals):
        add(proposed, 104_000 - 1_000 * place)
    committed = texts.answer[0]
    add(TranscriptPartial("u5", committed, texts.tentative, 105_000, 108_000), 108_400)
    view = interview.view
    states = ("done", "answering", "open", "open", "open")
    for place, item in enumerate(view["plan"]):
        item["state"] = states[place]
    view["plan"][0].update(covered=["situation", "task", "action", "result"], missing=[], follow_ups_left=1)
    view["plan"][1].update(
        covered=["situation", "action", texts.points[0]], missing=["task", "result", texts.points[1]]
    )
    as_view = [
        {"text": q.text, "start_ms": q.start_ms, "end_ms": q.end_ms, "question": q.question} for q in quotes
    ]
    view["competencies"][0].update(score=6.5, confidence=0.6, quotes=as_view, reason=texts.score_reason)
    view["competencies"][1].update(
        score=6.0,
        confidence=0.3,
        quotes=as_view[:1],
        reason=texts.score_reason,
        human={"score": 7.5, "reason": texts.note, "by": "Interviewer"},
    )
    view.update(
        status="running",
        phase="answering",
        question={
            "id": "q2",
            "index": 2,
            "total": 5,
            "text": texts.questions[1],
            "rephrased": None,
            "stage": texts.stages[1],
        },
        deadline={"kind": "answer", "ends_at_ms": 256_000, "length_ms": 180_000},
        connection={"media": "connected", "control": "connected", "since_ms": 4_000},
        total={"score": 6.3, "weight_covered": 65},
        observations=[{"kind": "backlit", "since_ms": 98_000}],
        delivery={"type": "delivery_measured"},
        follow_ups=[_follow_up(one, 104_000 - 1_000 * place) for place, one in enumerate(proposals)],
        server_now_ms=109_000,
    )
    view["delivery"] = None
    view["coverage"] = coverage(texts)
    return interview


def with_panel(language: Language) -> ScriptedInterview:
    """The same with three interviewers, seen by Ivan, who has control."""
    interview = running(language)
    interview.view["panel"] = {
        "me": "ivan",
        "takes_part": True,
        "conducts": True,
        "people": [
            {"id": "ivan", "name": "Ivan Petrov", "here": True, "conducts": True},
            {"id": "mei", "name": "Mei Chen", "here": True, "conducts": True},
            {"id": "oskar", "name": "Oskar", "here": True, "conducts": True},
        ],
        "controller": "ivan",
        "asking": [],
        "take_after_ms": None,
    }
    interview.view["bookmarks"] = []
    interview.view["decisions"] = []
    interview.view["decision_rule"] = rule()
    _with_scales(interview, language)
    return interview


def _with_scales(interview: ScriptedInterview, language: Language) -> None:
    """Sub-dimensions of the shipped job, with levels where there is a score; Ivan has given one, Mei all."""
    job = shipped_jobs()[f"production-supervisor.{language}"]
    for shown, competency in zip(interview.view["competencies"], job.competencies, strict=True):
        interview.scales[shown["id"]] = {scale.id: list(scale.anchors) for scale in competency.sub_dimensions}
        shown["human"] = None
        shown["others"] = []
        shown["sub_dimensions"] = [
            {
                "id": scale.id,
                "title": scale.title,
                "weight": scale.weight,
                "level": None if shown["score"] is None else 3.2,
                "mine": None,
                "others": [],
            }
            for scale in competency.sub_dimensions
        ]
    communication = interview.view["competencies"][1]
    communication["others"] = [{"by": "mei", "score": 7.2, "complete": True}]
    communication["human"] = {"by": "ivan", "score": 6.0, "reason": "", "whole": False, "complete": False}
    communication["sub_dimensions"][0]["mine"] = {"level": 3, "reason": ""}


def talking(language: Language) -> ScriptedInterview:
    """The panel at work: Mei asks for control, all talk, moments are marked."""
    texts = TEXTS[language]
    interview = with_panel(language)
    interview.view["panel"]["asking"] = ["mei"]
    for person, at_ms, words in (
        ("mei", 90_000, texts.reason),
        ("ivan", 93_000, texts.note),
        ("mei", 104_000, texts.clarify),
        ("oskar", 106_000, "👍"),
    ):
        interview.append(PanelMessage(person, words), at_ms)
    interview.append(BookmarkSet("b1", "mei", 97_000, texts.points[1]), 98_000)
    interview.view["bookmarks"] = [
        {"id": "b1", "at_ms": 97_000, "by": "mei", "name": "Mei Chen", "word": texts.points[1]},
        {"id": "b2", "at_ms": 104_000, "by": "ivan", "name": "Ivan Petrov", "word": ""},
    ]
    interview.view["notes"] = [{"at_ms": 103_000, "by": "oskar", "name": "Oskar", "text": texts.note}]
    return interview


def coverage(texts: Texts) -> dict[str, Any]:
    """The board in the middle of the second answer: no result yet, no figures in communication."""

    def part(*quotes: int) -> dict[str, Any]:
        return {"count": len(quotes), "quotes": list(quotes)}

    said = (
        (texts.answer[0], 78_000, 86_000),
        (texts.answer[1], 87_000, 95_000),
        (texts.quote, 97_100, 99_000),
    )
    points = [
        {"question": "q2", "text": texts.points[0], "quote": 1},
        {"question": "q2", "text": texts.points[1], "quote": None},
    ]
    star = {"situation": part(0), "task": part(), "action": part(1, 2), "result": part()}
    return {
        "quotes": [{"text": t, "start_ms": s, "end_ms": e, "question": "q2"} for t, s, e in said],
        "rows": [
            {"competency": "professional", "parts": {**star, "number": part(0)}, "points": points},
            {"competency": "communication", "parts": {**star, "number": part()}, "points": points},
            {"competency": "emergency", "parts": {}, "points": []},
            {"competency": "teamwork", "parts": {"number": part()}, "points": []},
        ],
    }


def long(language: Language, minutes: int = 60) -> ScriptedInterview:
    """An hour of transcript: one utterance every four seconds."""
    texts = TEXTS[language]
    interview = running(language)
    start = interview.view["server_now_ms"]
    for place in range(minutes * 15):
        at_ms = start + 4_000 * place
        text = f"{texts.answer[place % 3]} ({place})"
        interview.append(
            TranscriptFinal(f"x{place}", "candidate", "speech", text, at_ms, at_ms + 3_500, (), "q2"),
            at_ms + 3_800,
        )
    interview.view["server_now_ms"] = start + minutes * 60_000
    return interview


def lobby(language: Language) -> list[dict[str, Any]]:
    """Five interviews: one that needs attention, one lost, one waiting, two finished."""
    texts = TEXTS[language]
    base: dict[str, Any] = {
        "job": {"id": f"production-supervisor.{language}", "title": texts.job},
        "language": language,
        "question_total": 5,
        "attention": [],
        "total": None,
        "connection": "connected",
        "created_at": "2026-11-20T09:30:00+00:00",
        "running_ms": None,
        "report": "none",
    }
    return [
        {
            **base,
            "interview": f"demo-{language}",
            "candidate": texts.candidate,
            "status": "running",
            "phase": "answering",
            "question_index": 2,
            "attention": ["backlit"],
            "total": 6.3,
            "running_ms": 190_000,
        },
        {
            **base,
            "interview": "b",
            "candidate": "Bohdan Kovalenko",
            "status": "running",
            "phase": "thinking",
            "question_index": 4,
            "connection": "lost",
            "attention": ["no_face"],
            "total": 7.1,
            "running_ms": 1_140_000,
        },
        {
            **base,
            "interview": "c",
            "candidate": "陈思远",
            "status": "paused",
            "phase": "paused",
            "question_index": 3,
            "total": 5.8,
            "running_ms": 720_000,
        },
        {
            **base,
            "interview": "d",
            "candidate": "Chiara Moretti",
            "status": "waiting",
            "phase": "waiting",
            "question_index": None,
            "connection": "none",
        },
        {
            **base,
            "interview": "e",
            "candidate": "Dilnoza Karimova",
            "status": "ended",
            "phase": "ended",
            "question_index": 5,
            "connection": "none",
            "total": 8.2,
            "running_ms": 1_500_000,
            "report": "ready",
        },
        {
            **base,
            "interview": "f",
            "candidate": "王建国",
            "status": "ended",
            "phase": "ended",
            "question_index": 5,
            "connection": "none",
            "total": None,
        },
    ]
