"""What can come to the conductor: something happened, somebody commands, time has passed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from media_pipeline.events import Mode, Record

CandidateCommandName = Literal[
    "start_practice", "end_practice", "start", "skip_thinking", "done", "hold", "rephrase",
    "pause", "resume", "retake", "finish", "leave", "here",
]  # fmt: skip
InterviewerCommandName = Literal["pause", "resume", "end", "skip"]


@dataclass(frozen=True, slots=True)
class CandidateCommand:
    """A button or key of the candidate's page."""

    name: CandidateCommandName


@dataclass(frozen=True, slots=True)
class ChooseMode:
    mode: Mode


@dataclass(frozen=True, slots=True)
class AskHelp:
    """The candidate asks something: for help, or their own question at the end."""

    text: str


@dataclass(frozen=True, slots=True)
class InterviewerCommand:
    name: InterviewerCommandName


@dataclass(frozen=True, slots=True)
class SendFollowUp:
    """An interviewer sends a proposed follow-up now, or one in their own words."""

    follow_up: str
    by: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class DismissFollowUp:
    follow_up: str


@dataclass(frozen=True, slots=True)
class SwitchAutopilot:
    """``on``: follow-ups are asked by the system; off: they are only proposed to the interviewer."""

    on: bool
    by: str


@dataclass(frozen=True, slots=True)
class GiveTime:
    """An interviewer gives the open question more time."""

    added_ms: int
    by: str


@dataclass(frozen=True, slots=True)
class SwitchMicrophone:
    """An interviewer's microphone is to go on air, or off; ``lost``: its page or connection is gone."""

    connection: str
    by: str
    on: bool
    lost: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """A record was appended (and folded); does anything follow from it?"""

    record: Record


@dataclass(frozen=True, slots=True)
class TimePassed:
    """The deadline the conductor asked for is here."""


Input = (
    CandidateCommand | ChooseMode | AskHelp | InterviewerCommand | SendFollowUp | DismissFollowUp
    | SwitchAutopilot | GiveTime | SwitchMicrophone | Happened | TimePassed
)  # fmt: skip
