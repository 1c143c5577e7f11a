"""The state of an interview: what the log adds up to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from media_pipeline.events import (
    AccommodationChosen,
    CoverageChanged,
    DeliveryMeasured,
    FollowUpProposed,
    HelpAnswered,
    Language,
    Mode,
    NoteAdded,
    ObservationKind,
    PartDegraded,
    ScoreProposed,
    SpeechOutStarted,
    TranscriptFinal,
    TranscriptPartial,
)
from media_pipeline.turns.patience import Patience
from server.panel.state import PanelState

Phase = Literal["waiting", "practice", "asking", "thinking", "answering", "candidate_questions", "ended"]
FollowUpState = Literal["proposed", "asked", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was put to this candidate."""

    question: str
    index: int
    text: str
    asked_at_ms: int
    think_ms: int = 0
    answer_ms: int = 0
    """Both with the extra time this candidate was given."""
    added_ms: int = 0
    """What an interviewer added last to the clock that runs, and when; 0: nothing."""
    added_at_ms: int = 0
    rephrased: str | None = None
    answer_started_at_ms: int | None = None
    ended_at_ms: int | None = None
    end_reason: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    proposal: FollowUpProposed
    state: FollowUpState
    at_ms: int
    by: str = "system"
    withdrawn_because: str | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel's connection: the newest one and since when it is up or down."""

    connection: str | None = None
    up: bool = False
    since_ms: int = 0


@dataclass(frozen=True, slots=True)
class OnAir:
    """An interviewer speaks with the candidate in person."""

    by: str
    name: str
    connection: str
    since_ms: int
    given_back_from_ms: int
    """The time from here on is given back to the candidate: no countdown of theirs runs."""
    heard_ms: int
    """When they were heard last."""


@dataclass(frozen=True, slots=True)
class InterviewState:
    """Everything the log says. Made only by ``evolve``."""

    seq: int = 0
    interview: str = ""
    job: str = ""
    language: Language = "en"
    mode: Mode = "video"
    policy: str = "standard"
    candidate: str = ""
    opened_unix_ms: int | None = None
    consents: dict[str, bool] = field(default_factory=dict)
    accommodations: tuple[AccommodationChosen, ...] = ()
    phase: Phase = "waiting"
    paused_since_ms: int | None = None
    paused_by: str | None = None
    end_reason: str | None = None
    ended_at_ms: int | None = None
    started_at_ms: int | None = None

    asked: tuple[Asked, ...] = ()
    thinking_until_ms: int | None = None
    guard_rail: Literal["none", "soon", "reached"] = "none"
    hold_until_ms: int | None = None
    nudge: str | None = None
    nudges: int = 0
    nudged_at_ms: int | None = None
    retakes: int = 0

    media: Channel = Channel()
    control: Channel = Channel()
    lost_since_ms: int | None = None
    back_since_ms: int | None = None
    """When the candidate came back last; silence before that was not theirs."""
    last_at_ms: int = 0
    """Time of the newest record."""

    active_at_ms: int = 0
    """When the candidate last did something, or was given something to answer."""
    presence_asked_ms: int | None = None
    """Since when the candidate has been asked whether they are there."""
    away_since_ms: int | None = None
    """Since when their place has been given up."""
    attended: bool = False
    """Somebody who may conduct has a desk open."""
    unattended_since_ms: int = 0
    resume_offered: bool = False
    """The candidate may end the interviewer's pause."""

    candidate_speaking: bool = False
    speech_started_ms: int | None = None
    speech_ended_ms: int | None = None
    heard_at_ms: int | None = None
    """Session time of the newest final of the running answer, typed or spoken."""
    final_covers_ms: int = 0
    """Media time up to which the recogniser's finals have been heard."""
    turn_probability: float | None = None
    done_said_ms: int | None = None
    partial: TranscriptPartial | None = None
    said: tuple[TranscriptFinal, ...] = ()
    patience: Patience = field(default_factory=Patience)

    speaking: SpeechOutStarted | None = None
    speaking_since_ms: int | None = None
    spoke_until_ms: int | None = None

    recording: bool = False
    """What is seen and heard is being kept just now."""

    on_air: OnAir | None = None
    in_person_until_ms: int = 0
    """When somebody spoke in person last; words from before that were said to them."""

    follow_ups: dict[str, FollowUp] = field(default_factory=dict)
    follow_up_open: str | None = None
    """The follow-up that was asked last in this answer."""
    answered_since_follow_up: bool = True

    autopilot: bool | None = None
    """What an interviewer chose; None: as the options say."""

    help: tuple[tuple[str, HelpAnswered | None], ...] = ()
    scores: dict[str, ScoreProposed] = field(default_factory=dict)
    coverage: dict[str, CoverageChanged] = field(default_factory=dict)
    observations: dict[ObservationKind, int] = field(default_factory=dict)
    delivery: DeliveryMeasured | None = None
    notes: tuple[tuple[int, NoteAdded], ...] = ()
    parts: dict[str, PartDegraded] = field(default_factory=dict)
    report_ready: bool = False
    panel: PanelState = field(default_factory=PanelState)

    @property
    def current(self) -> Asked | None:
        """The question that is on the table."""
        if self.phase in ("practice", "asking", "thinking", "answering") and self.asked:
            return self.asked[-1]
        return None

    @property
    def ended(self) -> bool:
        return self.phase == "ended"

    @property
    def paused(self) -> bool:
        return self.paused_since_ms is not None

    @property
    def away(self) -> bool:
        """The candidate's place has been given up; a press of theirs brings them back."""
        return self.away_since_ms is not None

    @property
    def extra_time(self) -> bool:
        return any(choice.kind == "extra_time" for choice in self.accommodations)

    @property
    def last_words(self) -> TranscriptFinal | None:
        """What the candidate said last."""
        return next((final for final in reversed(self.said) if final.speaker == "candidate"), None)

    def follow_ups_asked(self, question: str) -> int:
        """How much of a question's follow-up budget is used."""
        return sum(
            1
            for follow_up in self.follow_ups.values()
            if follow_up.state == "asked" and follow_up.proposal.question == question
        )

    def proposal(self) -> FollowUpProposed | None:
        """The newest proposal for the current question that waits for its moment."""
        current = self.current
        if current is None:
            return None
        for follow_up in reversed(self.follow_ups.values()):
            if follow_up.state == "proposed" and follow_up.proposal.question == current.question:
                return follow_up.proposal
        return None

    def question_at(self, at_ms: int) -> str | None:
        """The question that was on the table at ``at_ms``: whose answer words spoken then belong to."""
        for asked in reversed(self.asked):
            if asked.asked_at_ms <= at_ms:
                if asked.ended_at_ms is not None and at_ms > asked.ended_at_ms:
                    return None
                return asked.question
        return None

    def answer(self, question: str) -> tuple[TranscriptFinal, ...]:
        """What the candidate said to ``question``, without attempts given up by a retake."""
        since = max((a.asked_at_ms for a in self.asked if a.question == question), default=0)
        return tuple(
            final
            for final in self.said
            if final.question == question and final.speaker == "candidate" and final.start_ms >= since
        )
