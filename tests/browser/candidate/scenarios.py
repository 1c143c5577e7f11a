"""Every state of the candidate's page as data: the entry, views and records of ``docs/protocol.md``."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

ENTRY_EN: Json = {
    "interview": "i-en",
    "language": "en",
    "status": "waiting",
    "job": {
        "title": "Production Supervisor",
        "company": "Nordhafen Works",
        "description": "You lead a shift of 24 people on two assembly lines, plan staffing and material, "
        "and keep safety, quality and output in balance. You report to the plant manager.",
        "assessed": [
            "Professional knowledge of running a line",
            "Communication with the shift and with other departments",
            "How you act when something fails",
            "Teamwork",
        ],
        "minutes": 25,
        "questions": 5,
        "follow_ups_per_question": 2,
        "sign_in": "phone",
        "greeting": "Hello, I’m Hanna Berg from the plant in Nordhafen. Thank you for taking the time. "
        "There are no trick questions, we would like to hear how you work.",
    },
    "mode": "video",
    "consents": [
        {
            "purpose": "recording",
            "version": "1",
            "required": True,
            "title": "Recording",
            "text": "Your answers are recorded in sound and text and kept for 180 days, encrypted.",
        },
        {
            "purpose": "ai_analysis",
            "version": "1",
            "required": True,
            "title": "Automated analysis",
            "text": "A program writes down what you say, asks follow-ups and proposes scores with quotes. "
            "A person decides.",
        },
        {
            "purpose": "face_processing",
            "version": "1",
            "required": False,
            "title": "Picture check",
            "text": "A program checks whether you are in the picture and the light is right. "
            "It never judges your face, and nothing of it goes into a score.",
        },
        {
            "purpose": "transfer",
            "version": "1",
            "required": False,
            "title": "Passing on within the group",
            "text": "Your report may be shown to other departments of Nordhafen with a fitting position.",
        },
    ],
    "policy": "standard",
}

ENTRY_ZH: Json = {
    "interview": "i-zh",
    "language": "zh",
    "status": "waiting",
    "job": {
        "title": "生产主管",
        "company": "北港制造",
        "description": "负责两条装配线、24人班组的排班与物料，在安全、质量和产量之间取得平衡，向厂长汇报。",
        "assessed": ["生产线管理的专业知识", "与班组及其他部门的沟通", "出现故障时的应对", "团队合作"],
        "minutes": 25,
        "questions": 5,
        "follow_ups_per_question": 2,
        "sign_in": "id4",
        "greeting": "您好，我是北港工厂的李娜，感谢您抽出时间。没有刁钻的问题，我们想了解您是怎样工作的。",
    },
    "mode": "video",
    "consents": [
        {
            "purpose": "recording",
            "version": "1",
            "required": True,
            "title": "录音录像",
            "text": "您的回答会以声音和文字形式加密保存180天。",
        },
        {
            "purpose": "ai_analysis",
            "version": "1",
            "required": True,
            "title": "自动分析",
            "text": "程序会记录您说的话、提出追问，并附上原话给出评分建议，由人来决定。",
        },
        {
            "purpose": "face_processing",
            "version": "1",
            "required": False,
            "title": "画面检查",
            "text": "程序检查您是否在画面中、光线是否合适，绝不评判您的面容，也不影响评分。",
        },
        {
            "purpose": "transfer",
            "version": "1",
            "required": False,
            "title": "集团内部共享",
            "text": "您的报告可能会提供给集团内有合适职位的其他部门。",
        },
    ],
    "policy": "standard",
}

QUESTION_EN: Json = {
    "id": "q2",
    "index": 2,
    "total": 5,
    "stage": "Structured questions",
    "rephrased": None,
    "text": "Tell me about a time when you improved a production process. "
    "What did you change, and what came of it?",
}
QUESTION_ZH: Json = {
    "id": "q2",
    "index": 2,
    "total": 5,
    "stage": "结构化问题",
    "rephrased": None,
    "text": "请讲一次您改进生产流程的经历。您改变了什么，结果怎么样？",
}

CAN: Json = {
    "start_practice": False,
    "end_practice": False,
    "start": False,
    "skip_thinking": False,
    "done": True,
    "hold": True,
    "rephrase": True,
    "help": True,
    "mode": True,
    "pause": True,
    "resume": False,
    "retake": True,
    "finish": False,
    "leave": True,
}

NOW_MS = 600_000


def view(**changes: Any) -> Json:
    """A view in the middle of an answer, with ``changes``; ``can`` is merged."""
    can = {**CAN, **changes.pop("can", {})}
    held = changes.get("phase", "answering") in ("thinking", "answering", "candidate_questions")
    base: Json = {
        "phase": "answering",
        "practice": False,
        "mode": "video",
        "language": "en",
        "question": QUESTION_EN,
        "follow_up": None,
        "deadline": {"kind": "answer", "ends_at_ms": NOW_MS + 127_000, "length_ms": 180_000},
        "guard_rail": "none",
        "hold": None,
        "nudge": None,
        "speaking": None,
        "recording": held and changes.get("mode") != "text",
        "consents": dict.fromkeys(("recording", "ai_analysis", "face_processing", "transfer"), True),
        "said": [],
        "help": [],
        "can": can,
        "closing": None,
        "end_reason": None,
        "paused_by": None,
        "presence": "here",
        "server_now_ms": NOW_MS,
    }
    return {**base, **changes}


def said(*texts: str, question: str | None = "q2") -> list[Json]:
    return [{"utterance": f"said-{n}", "text": text, "question": question} for n, text in enumerate(texts)]


def partial(committed: str, tentative: str) -> Json:
    return {
        "type": "transcript_partial",
        "utterance": "now",
        "committed": committed,
        "tentative": tentative,
        "start_ms": NOW_MS - 4000,
        "end_ms": NOW_MS,
    }


WAITING: Json = view(
    phase="waiting",
    question=None,
    deadline=None,
    can={
        **dict.fromkeys(CAN, False),
        "start": True,
        "start_practice": True,
        "help": True,
        "mode": True,
        "leave": True,
    },
)
THINK = {"kind": "think", "ends_at_ms": NOW_MS + 48_000, "length_ms": 60_000}
THINKING_CAN = {"skip_thinking": True, "hold": False}

ANSWER_EN = (
    "At the time I was responsible for line two, the one with the most rework.",
    "I optimised the production process and it went much better.",
)
ANSWER_ZH = ("当时我负责二号线，返工最多的就是那条线。", "我优化了生产流程，效果好了很多。")
FOLLOW_UP_EN = {
    "id": "f1",
    "quote": "I optimised the production process and it went much better",
    "text": "By how much did it get better, and how did you measure that?",
}
FOLLOW_UP_ZH = {
    "id": "f1",
    "quote": "我优化了生产流程，效果好了很多",
    "text": "具体好了多少？您是怎样衡量的？",
}

STATES: dict[str, dict[str, Json]] = {
    "listening": {
        "en": view(
            phase="thinking",
            deadline=None,
            can=THINKING_CAN,
            speaking={"utterance": "question:q2", "text": QUESTION_EN["text"], "spoken_by": "server"},
        ),
        "zh": view(
            phase="thinking",
            deadline=None,
            can=THINKING_CAN,
            language="zh",
            question=QUESTION_ZH,
            speaking={"utterance": "question:q2", "text": QUESTION_ZH["text"], "spoken_by": "captions"},
        ),
    },
    "thinking": {
        "en": view(phase="thinking", deadline=THINK, can=THINKING_CAN),
        "zh": view(phase="thinking", deadline=THINK, can=THINKING_CAN, language="zh", question=QUESTION_ZH),
    },
    "answering": {
        "en": view(said=said(*ANSWER_EN[:1])),
        "zh": view(said=said(*ANSWER_ZH[:1]), language="zh", question=QUESTION_ZH),
    },
    "follow_up": {
        "en": view(
            said=said(*ANSWER_EN),
            follow_up=FOLLOW_UP_EN,
            speaking={"utterance": "follow_up:f1", "text": FOLLOW_UP_EN["text"], "spoken_by": "server"},
        ),
        "zh": view(said=said(*ANSWER_ZH), follow_up=FOLLOW_UP_ZH, language="zh", question=QUESTION_ZH),
    },
    "hold": {
        "en": view(said=said(*ANSWER_EN[:1]), hold={"until_ms": NOW_MS + 58_000}),
        "zh": view(
            said=said(*ANSWER_ZH[:1]), hold={"until_ms": NOW_MS + 58_000}, language="zh", question=QUESTION_ZH
        ),
    },
    "time_over": {
        "en": view(
            said=said(*ANSWER_EN),
            guard_rail="reached",
            deadline={"kind": "answer", "ends_at_ms": NOW_MS - 5000, "length_ms": 180_000},
            nudge="Take your time. When you have said what you wanted to say, press “I’m done”.",
        ),
        "zh": view(
            said=said(*ANSWER_ZH),
            guard_rail="reached",
            language="zh",
            question=QUESTION_ZH,
            deadline={"kind": "answer", "ends_at_ms": NOW_MS - 5000, "length_ms": 180_000},
            nudge="不着急，慢慢来。说完之后，请按“我说完了”。",
        ),
    },
    "text": {
        "en": view(mode="text", said=said(*ANSWER_EN[:1])),
        "zh": view(mode="text", said=said(*ANSWER_ZH[:1]), language="zh", question=QUESTION_ZH),
    },
    "rephrased": {
        "en": view(
            mode="voice",
            question={
                **QUESTION_EN,
                "rephrased": "Which process at work did you make better? Tell me what it "
                "was like before, what you did, and what was different afterwards.",
            },
        ),
        "zh": view(
            mode="voice",
            language="zh",
            question={
                **QUESTION_ZH,
                "rephrased": "您让哪个工作流程变得更好？请说说以前怎样，您做了什么，后来有什么不同。",
            },
        ),
    },
    "paused": {
        "en": view(
            phase="paused",
            paused_by="candidate",
            deadline=None,
            said=said(*ANSWER_EN[:1]),
            can={**dict.fromkeys(CAN, False), "resume": True, "help": True, "mode": True, "leave": True},
        ),
        "zh": view(
            phase="paused",
            paused_by="interviewer",
            deadline=None,
            language="zh",
            question=QUESTION_ZH,
            can={**dict.fromkeys(CAN, False), "help": True, "mode": True, "leave": True},
        ),
    },
    "practice": {
        "en": view(
            phase="practice",
            practice=True,
            can={"end_practice": True, "retake": False, "pause": False},
            question={
                "id": "practice",
                "index": 0,
                "total": 5,
                "stage": "Practice",
                "rephrased": None,
                "text": "What did you have for breakfast, and what makes a good one?",
            },
        ),
        "zh": view(
            phase="practice",
            practice=True,
            can={"end_practice": True, "retake": False, "pause": False},
            language="zh",
            question={
                "id": "practice",
                "index": 0,
                "total": 5,
                "stage": "练习",
                "rephrased": None,
                "text": "您今天早餐吃了什么？什么样的早餐算好？",
            },
        ),
    },
    "candidate_questions": {
        "en": view(
            phase="candidate_questions",
            question=None,
            deadline=None,
            can={
                **dict.fromkeys(CAN, False),
                "finish": True,
                "help": True,
                "mode": True,
                "pause": True,
                "leave": True,
            },
            help=[
                {
                    "asked": "How large is the shift?",
                    "answer": "You lead a shift of 24 people on two assembly lines.",
                    "passage": "You lead a shift of 24 people on two assembly lines, "
                    "plan staffing and material.",
                },
                {
                    "asked": "Is there a canteen?",
                    "answer": "I don’t know that. I have passed your question on.",
                    "passage": None,
                },
            ],
        ),
        "zh": view(
            phase="candidate_questions",
            question=None,
            deadline=None,
            language="zh",
            can={
                **dict.fromkeys(CAN, False),
                "finish": True,
                "help": True,
                "mode": True,
                "pause": True,
                "leave": True,
            },
            help=[
                {
                    "asked": "班组有多少人？",
                    "answer": "负责两条装配线、24人班组。",
                    "passage": "负责两条装配线、24人班组的排班与物料。",
                },
                {"asked": "有食堂吗？", "answer": None, "passage": None},
            ],
        ),
    },
    "ended": {
        "en": view(
            phase="ended",
            question=None,
            deadline=None,
            end_reason="completed",
            can=dict.fromkeys(CAN, False),
            closing="You will hear from us by Friday. "
            "If you have questions until then, Hanna Berg is glad to help.",
        ),
        "zh": view(
            phase="ended",
            question=None,
            deadline=None,
            end_reason="completed",
            can=dict.fromkeys(CAN, False),
            language="zh",
            closing="我们会在周五之前通知您。在此之前如有疑问，请联系李娜。",
        ),
    },
}
"""The interview's states by name and language. The steps before it need no view: they come from the entry."""

PARTIALS = {
    "en": partial("So I optimised the production process", "and it went"),
    "zh": partial("所以我优化了生产流程，", "效果好"),
}
