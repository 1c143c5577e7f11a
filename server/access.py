"""Who may see and do what: one table and one pure function (docs/roles.md).

Every way to an interview asks ``may`` with the same three things: a verified token's ``Grant``, what is
known of the interview (``Facts``) and the action. What the table does not allow is refused; a role, an
action or a route that nobody thought of is therefore refused as well.

An interview that a person must not know of and one that does not exist are refused alike, with 403 and
the same sentence: ids stand in links and mails, and "404 here, 403 there" would tell a guesser which of
them are real. (403 also counts in the limit on refused requests, so that guessing is slow.)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, get_args

from media_pipeline.errors import ForbiddenError
from server.persons import DEFAULT_DEPARTMENT, EVERY
from server.tokens import Audience, Grant, Role

Action = Literal[
    "list",
    "watch",
    "thumbnail",
    "control",
    "speak",
    "note",
    "chat",
    "score",
    "decide",
    "report",
    "log",
    "recording",
    "audit",
    "create",
    "links",
    "assign",
    "destroy",
    "take_part",
]
ACTIONS: tuple[Action, ...] = get_args(Action)

Condition = Literal["department", "post", "assigned", "own"]
"""``department``, ``post``: one of the token's. ``assigned``: as interviewer. ``own``: its candidate."""

Because = Literal["allowed", "audience", "role", "token", "department", "post", "assigned", "own", "unknown"]

CHANGES: frozenset[Action] = frozenset(
    {
        "control",
        "speak",
        "note",
        "chat",
        "score",
        "decide",
        "create",
        "links",
        "assign",
        "destroy",
        "take_part",
    }
)
"""Actions after which something is different; all others only read."""

MEANING: Mapping[Action, str] = MappingProxyType(
    {
        "list": "see interviews in the list",
        "watch": "watch an interview live: picture, sound, transcript, scores",
        "thumbnail": "see its small picture in the list",
        "control": "steer it: pause, skip, end, more time, follow-ups, own questions",
        "speak": "join the call with the own microphone",
        "note": "add notes and bookmarks",
        "chat": "write to the others of the panel",
        "score": "give scores",
        "decide": "decide, with the reason",
        "report": "read the report",
        "log": "read the event log",
        "recording": "play the recording",
        "audit": "read the audit trail",
        "create": "order interviews",
        "links": "get the links of an interview again",
        "assign": "assign interviewers and take them off",
        "destroy": "destroy the recording",
        "take_part": "sign in and be interviewed",
    }
)

_SEES: tuple[Action, ...] = ("list", "watch", "thumbnail", "report", "log", "recording")
_JUDGES: tuple[Action, ...] = ("note", "chat", "score", "decide")
_CONDUCTS: tuple[Action, ...] = ("control", "speak")


def _rights(
    *parts: tuple[tuple[Action, ...], tuple[Condition, ...]],
) -> Mapping[Action, tuple[Condition, ...]]:
    return MappingProxyType({action: conditions for actions, conditions in parts for action in actions})


TABLE: Mapping[Role, Mapping[Action, tuple[Condition, ...]]] = MappingProxyType(
    {
        # An interviewer's link is made by the recruiter of one department: it must not open another's.
        "interviewer": _rights(((*_SEES, *_JUDGES, *_CONDUCTS), ("department", "assigned"))),
        # Departments may use the same job file: a post is a job in a department. What the candidate
        # hears comes from the assigned interviewers only, of whom the head may be one.
        "department_head": _rights(
            ((*_SEES, *_JUDGES), ("department", "post")),
            (_CONDUCTS, ("department", "post", "assigned")),
        ),
        "recruiter": _rights(((*_SEES, "create", "links", "assign", "destroy"), ("department",))),
        "auditor": _rights((("list", "report", "log", "audit"), ("department",))),
        "operator": _rights(),
        "candidate": _rights((("take_part",), ("own",))),
    }
)
"""What each role may do, and the conditions that must all hold. What is absent is refused."""

AUDIENCES: Mapping[Role, frozenset[Audience]] = MappingProxyType(
    {role: frozenset(("entry", "session") if role == "candidate" else ("desk",)) for role in get_args(Role)}
)
"""A candidate's token is no desk's, and the other way round."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an interview, or of the one that is to be made (``interview`` is empty then)."""

    interview: str
    job: str
    department: str = DEFAULT_DEPARTMENT
    interviewers: frozenset[str] = frozenset()
    """Subjects of those who are assigned."""


HOUSE = Facts(interview="", job=EVERY, department=EVERY)
"""All interviews at once, as in the whole audit trail: for tokens of every department only."""

HIDDEN = "This interview is not yours to see, or there is none with this id. Ask for a link to it."


@dataclass(frozen=True, slots=True)
class Verdict:
    """``because`` is for the audit trail; ``sentence`` is for the person and gives nothing away."""

    allowed: bool
    because: Because
    sentence: str = ""

    def enforce(self) -> None:
        """Raise ``ForbiddenError`` unless it is allowed."""
        if not self.allowed:
            raise ForbiddenError(self.sentence)


ALLOWED = Verdict(True, "allowed")


def may(grant: Grant, action: Action, facts: Facts | None) -> Verdict:
    """Whether ``grant`` allows ``action`` on the interview; ``facts`` None: there is no such interview."""
    if grant.audience not in AUDIENCES[grant.role]:
        return Verdict(False, "audience", "This link or session is not for this page.")
    conditions = TABLE[grant.role].get(action)
    if conditions is None:
        return Verdict(False, "role", f"{_NAMES[grant.role]} may not {_short(action)}.")
    if facts is None:
        return Verdict(False, "unknown", HIDDEN)
    failed = _failed(grant, conditions, facts)
    if failed is None:
        return ALLOWED
    return Verdict(False, failed, _SENTENCES[failed] if _may_know(grant, action, facts) else HIDDEN)


def require(grant: Grant, action: Action, facts: Facts | None) -> None:
    """Raise ``ForbiddenError`` unless ``may`` allows it."""
    may(grant, action, facts).enforce()


def may_at_all(grant: Grant, action: Action) -> Verdict:
    """Whether the role ever does this, whatever the interview."""
    verdict = may(grant, action, None)
    return ALLOWED if verdict.because == "unknown" else verdict


@lru_cache(maxsize=16_384)  # a lobby asks for every line of its list, many times a second
def allowed_actions(grant: Grant, facts: Facts) -> tuple[Action, ...]:
    """Everything that ``grant`` may do with the interview: a page offers these and nothing else."""
    return tuple(action for action in ACTIONS if may(grant, action, facts).allowed)


def as_markdown() -> str:
    """The table for docs/roles.md."""
    roles = tuple(TABLE)
    lines = [
        f"| action | {' | '.join(role.replace('_', ' ') for role in roles)} |",
        f"| --- |{' --- |' * len(roles)}",
    ]
    for action in ACTIONS:
        cells = (" + ".join(TABLE[role].get(action, ("–",))) for role in roles)
        lines.append(f"| `{action}`: {MEANING[action]} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _failed(grant: Grant, conditions: tuple[Condition, ...], facts: Facts) -> Because | None:
    """The first condition that does not hold. A token for one interview opens no other, whatever its role."""
    if grant.interview is not None and grant.interview != facts.interview:
        return "token"
    return next((condition for condition in conditions if not _holds(condition, grant, facts)), None)


def _holds(condition: Condition, grant: Grant, facts: Facts) -> bool:
    match condition:
        case "department":
            return _among(facts.department, grant.departments)
        case "post":
            return _among(facts.job, grant.jobs)
        case "assigned":
            return bool(grant.subject) and grant.subject in facts.interviewers
        case "own":
            return bool(facts.interview) and grant.interview == facts.interview


def _among(name: str, scope: frozenset[str]) -> bool:
    return EVERY in scope or name in scope


def _may_know(grant: Grant, action: Action, facts: Facts) -> bool:
    """Whether a refusal may speak of the interview: it is in the person's list, or does not exist yet."""
    listed = TABLE[grant.role].get("list")
    return not facts.interview or (listed is not None and _failed(grant, listed, facts) is None)


def _short(action: Action) -> str:
    return MEANING[action].split(":", maxsplit=1)[0]


_NAMES: Mapping[Role, str] = MappingProxyType(
    {
        "candidate": "A candidate",
        "interviewer": "An interviewer",
        "department_head": "A head of department",
        "recruiter": "A recruiter",
        "auditor": "An auditor",
        "operator": "An operator",
    }
)

_SENTENCES: Mapping[Because, str] = MappingProxyType(
    {
        "token": "This link is for another interview.",
        "department": "This belongs to a department that is not yours.",
        "post": "This is a post that is not yours.",
        "assigned": "Only the interviewers who are assigned to this interview may do this.",
        "own": "This is another candidate's interview.",
    }
)


if __name__ == "__main__":
    print(as_markdown(), end="")
