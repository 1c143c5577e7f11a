"""The event vocabulary: everything that can happen in an interview.

An interview is one ordered log of these events. State is a fold over the log; dashboards,
the report, resume after a crash, replay and tests read the same log. This module imports
nothing of ours and everything (but ``scoring``, which must not see vision) may import it.

Times are session milliseconds: monotonic, zero when the candidate first came in, media time for
everything heard or seen. Texts are verbatim. ``None`` means "not known", never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

Language = Literal["en", "zh"]
Mode = Literal["video", "voice", "text"]
Purpose = Literal["recording", "ai_analysis", "face_processing", "transfer"]
Actor = Literal["candidate", "interviewer", "system"]
Speaker = Literal["candidate", "interviewer", "system"]


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word (Chinese: one token), with its place in session time."""

    text: str
    start_ms: int
    end_ms: int
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events. ``type`` names the event on the wire and in the store."""

    type: ClassVar[str] = ""


# --- The interview ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InterviewCreated(Event):
    type: ClassVar[str] = "interview_created"
    interview: str
    job: str
    job_version: str
    language: Language
    mode: Mode
    policy: str


@dataclass(frozen=True, slots=True)
class InterviewOpened(Event):
    """The candidate is here for the first time: session time begins. The one wall-clock time of a log."""

    type: ClassVar[str] = "interview_opened"
    unix_ms: int


@dataclass(frozen=True, slots=True)
class ConsentRecorded(Event):
    type: ClassVar[str] = "consent_recorded"
    purpose: Purpose
    granted: bool
    text_version: str


@dataclass(frozen=True, slots=True)
class CandidateSignedIn(Event):
    type: ClassVar[str] = "candidate_signed_in"
    display_name: str


@dataclass(frozen=True, slots=True)
class AccommodationChosen(Event):
    """Text only, a human instead, or extra time; no reason is asked."""

    type: ClassVar[str] = "accommodation_chosen"
    kind: Literal["text", "human", "extra_time"]


@dataclass(frozen=True, slots=True)
class ConnectionChanged(Event):
    type: ClassVar[str] = "connection_changed"
    state: Literal["connected", "lost", "resumed", "replaced", "left"]
    channel: Literal["media", "control"]
    connection: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ModeChanged(Event):
    type: ClassVar[str] = "mode_changed"
    mode: Mode
    by: Actor


@dataclass(frozen=True, slots=True)
class StageEntered(Event):
    type: ClassVar[str] = "stage_entered"
    stage: str
    title: str


@dataclass(frozen=True, slots=True)
class QuestionAsked(Event):
    type: ClassVar[str] = "question_asked"
    question: str
    text: str
    index: int
    total: int
    think_ms: int
    answer_ms: int
    practice: bool = False


@dataclass(frozen=True, slots=True)
class ThinkingStarted(Event):
    type: ClassVar[str] = "thinking_started"
    question: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class AnswerStarted(Event):
    type: ClassVar[str] = "answer_started"
    question: str
    reason: Literal["spoke", "skipped_thinking", "thinking_over", "typed", "resumed"]


@dataclass(frozen=True, slots=True)
class GuardRailReached(Event):
    """The answer's time is nearly or wholly used. A warning only; nothing is cut."""

    type: ClassVar[str] = "guard_rail_reached"
    question: str
    level: Literal["soon", "reached"]


@dataclass(frozen=True, slots=True)
class HoldStarted(Event):
    """“Let me think”: the system stays silent and asks nothing until ``until_ms`` or speech."""

    type: ClassVar[str] = "hold_started"
    question: str
    source: Literal["button", "speech"]
    until_ms: int


@dataclass(frozen=True, slots=True)
class HoldEnded(Event):
    type: ClassVar[str] = "hold_ended"
    question: str
    reason: Literal["spoke", "elapsed", "done"]


@dataclass(frozen=True, slots=True)
class Nudged(Event):
    """A gentle line after a long silence. It never advances the interview."""

    type: ClassVar[str] = "nudged"
    question: str
    text: str
    silence_ms: int


@dataclass(frozen=True, slots=True)
class QuestionRephrased(Event):
    type: ClassVar[str] = "question_rephrased"
    question: str
    text: str


@dataclass(frozen=True, slots=True)
class HelpAsked(Event):
    type: ClassVar[str] = "help_asked"
    text: str


@dataclass(frozen=True, slots=True)
class HelpAnswered(Event):
    """``passage`` is the sentence of the job description the answer comes from; None: passed to HR."""

    type: ClassVar[str] = "help_answered"
    text: str
    passage: str | None


@dataclass(frozen=True, slots=True)
class QuestionExtended(Event):
    """An interviewer gave more time: the clock that runs now ends at ``until_ms``."""

    type: ClassVar[str] = "question_extended"
    question: str
    clock: Literal["think", "answer"]
    added_ms: int
    until_ms: int
    by: str


@dataclass(frozen=True, slots=True)
class AnswerEnded(Event):
    type: ClassVar[str] = "answer_ended"
    question: str
    reason: Literal["done_button", "done_spoken", "skipped", "interviewer", "ended", "retake"]


@dataclass(frozen=True, slots=True)
class InterviewPaused(Event):
    type: ClassVar[str] = "interview_paused"
    by: Actor
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InterviewResumed(Event):
    type: ClassVar[str] = "interview_resumed"
    by: Actor


@dataclass(frozen=True, slots=True)
class PresenceChanged(Event):
    """Whether the candidate is there. ``asked``: it was quiet for long; ``away``: no answer came, their
    place is given up and their clocks stand still; ``here``: they have answered, or are back."""

    type: ClassVar[str] = "presence_changed"
    state: Literal["asked", "away", "here"]


@dataclass(frozen=True, slots=True)
class AttendanceChanged(Event):
    """Whether anybody who may conduct the interview has a desk open."""

    type: ClassVar[str] = "attendance_changed"
    attended: bool


@dataclass(frozen=True, slots=True)
class ResumeOffered(Event):
    """Nobody who may conduct was here for a while: the candidate may end the interviewer's pause."""

    type: ClassVar[str] = "resume_offered"


@dataclass(frozen=True, slots=True)
class InterviewEnded(Event):
    type: ClassVar[str] = "interview_ended"
    reason: Literal["completed", "candidate_left", "interviewer", "expired", "declined"]


@dataclass(frozen=True, slots=True)
class ReportReady(Event):
    type: ClassVar[str] = "report_ready"
    took_ms: int


@dataclass(frozen=True, slots=True)
class QuestionnaireAnswered(Event):
    type: ClassVar[str] = "questionnaire_answered"
    clarity: int
    comfort: int
    remark: str


# --- Hearing ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpeechStarted(Event):
    """Voice activity began; ``start_ms`` is media time (earlier than the record's own time)."""

    type: ClassVar[str] = "speech_started"
    start_ms: int


@dataclass(frozen=True, slots=True)
class SpeechEnded(Event):
    """Voice activity ended at ``end_ms`` (media time, without the endpoint's silence)."""

    type: ClassVar[str] = "speech_ended"
    end_ms: int


@dataclass(frozen=True, slots=True)
class TranscriptPartial(Event):
    """Words so far. ``committed`` never changes within an utterance; ``tentative`` may."""

    type: ClassVar[str] = "transcript_partial"
    utterance: str
    committed: str
    tentative: str
    start_ms: int
    end_ms: int
    speaker: Speaker = "candidate"


@dataclass(frozen=True, slots=True)
class TranscriptFinal(Event):
    """One utterance, done. ``overlap``: spoken over the system's own voice."""

    type: ClassVar[str] = "transcript_final"
    utterance: str
    speaker: Speaker
    source: Literal["speech", "text"]
    text: str
    start_ms: int
    end_ms: int
    words: tuple[Word, ...] = ()
    question: str | None = None
    overlap: bool = False


@dataclass(frozen=True, slots=True)
class TurnAssessed(Event):
    """Turn detector's opinion after a pause: probability that the candidate has finished."""

    type: ClassVar[str] = "turn_assessed"
    probability: float
    silence_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class DeliveryMeasured(Event):
    """Delivery against the person's own baseline. Hints for the conversation, never scores."""

    type: ClassVar[str] = "delivery_measured"
    pace: float | None
    pace_unit: Literal["words_per_minute", "characters_per_minute"]
    pace_baseline: float | None
    pause_share: float | None
    longest_pause_ms: int | None
    volume_dbfs: float | None
    volume_baseline_dbfs: float | None
    clipping_share: float | None
    talk_share: float | None
    reaction_ms: int | None
    answer_ms: int | None
    fillers_per_minute: float | None = None


# --- The interviewer's voice -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpeechOutStarted(Event):
    """``spoken_by`` is ``browser`` where the server has no voice for the language."""

    type: ClassVar[str] = "speech_out_started"
    utterance: str
    text: str
    spoken_by: Literal["server", "browser", "captions"]


@dataclass(frozen=True, slots=True)
class SpeechOutEnded(Event):
    type: ClassVar[str] = "speech_out_ended"
    utterance: str
    reason: Literal["finished", "barge_in", "cancelled", "failed"]
    heard_ms: int


@dataclass(frozen=True, slots=True)
class MicrophoneChanged(Event):
    """An interviewer goes on air or off. While ``on`` the candidate hears ``by`` in person, the
    system's voice waits and no timer of the conversation runs. ``by``: a desk token's subject; ``name``:
    what they are called, empty where that is not known."""

    type: ClassVar[str] = "microphone_changed"
    on: bool
    by: str
    connection: str
    reason: Literal["asked", "replaced", "lost", "unheard", "silent", "restarted"] = "asked"
    name: str = ""


# --- Follow-ups ------------------------------------------------------------------------------

FollowUpKind = Literal[
    "quantify", "own_role", "missing_star", "clarify", "contradiction", "off_topic", "deepen"
]
FollowUpMoment = Literal["clause", "answer_end"]
"""When one may be asked: at a clause's end, or only once the answer seems finished."""


@dataclass(frozen=True, slots=True)
class FollowUpProposed(Event):
    """A follow-up worth asking, waiting for its moment. ``quote`` is verbatim from the answer."""

    type: ClassVar[str] = "follow_up_proposed"
    follow_up: str
    question: str
    kind: FollowUpKind
    text: str
    quote: str
    quote_start_ms: int
    quote_end_ms: int
    reason: str
    alternatives: tuple[str, ...] = ()
    moment: FollowUpMoment = "clause"


@dataclass(frozen=True, slots=True)
class FollowUpAsked(Event):
    """``occasion``: ``closing``: as the answer was closed; ``own``: in an interviewer's own words
    (``person``: their desk token's subject). Logs of before 2026-11-22 say that in ``reason``."""

    type: ClassVar[str] = "follow_up_asked"
    follow_up: str
    question: str
    kind: FollowUpKind
    text: str
    quote: str
    by: Literal["system", "interviewer"]
    reason: str
    budget_left: int
    occasion: Literal["moment", "closing", "own"] = "moment"
    person: str = ""


@dataclass(frozen=True, slots=True)
class FollowUpWithdrawn(Event):
    type: ClassVar[str] = "follow_up_withdrawn"
    follow_up: str
    reason: Literal["answered_meanwhile", "answer_ended", "dismissed", "replaced", "stale"]


@dataclass(frozen=True, slots=True)
class AutopilotChanged(Event):
    """``on``: the system asks follow-ups itself; off: it only proposes, an interviewer sends them."""

    type: ClassVar[str] = "autopilot_changed"
    on: bool
    by: str


# --- Seeing ----------------------------------------------------------------------------------

ObservationKind = Literal[
    "no_face",
    "several_faces",
    "dark",
    "backlit",
    "blurred",
    "off_centre",
    "too_far",
    "too_close",
    "camera_off",
    "looking_away",
    "smile",
    "brow_lowered",
]


@dataclass(frozen=True, slots=True)
class FaceObserved(Event):
    """What can be seen in one frame; shares of the frame 0–1, brightness 0–255. Transient."""

    type: ClassVar[str] = "face_observed"
    faces: int
    box: tuple[float, float, float, float] | None
    brightness: float
    sharpness: float
    looking_away: bool | None = None
    smile: bool | None = None
    brow_lowered: bool | None = None


@dataclass(frozen=True, slots=True)
class ObservationChanged(Event):
    """A physical fact that began or stopped holding. Never an emotion, never a score's input."""

    type: ClassVar[str] = "observation_changed"
    kind: ObservationKind
    active: bool
    since_ms: int


# --- Judgement -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim, time-coded words of the candidate."""

    text: str
    start_ms: int
    end_ms: int
    question: str


@dataclass(frozen=True, slots=True)
class ProposedLevel:
    """The system's level, 1–5 with one decimal, of one sub-dimension; None: insufficient evidence."""

    sub_dimension: str
    level: float | None


@dataclass(frozen=True, slots=True)
class ScoreProposed(Event):
    """The system's score of one competency, 0–10 with one decimal; None: insufficient evidence."""

    type: ClassVar[str] = "score_proposed"
    competency: str
    score: float | None
    confidence: float
    quotes: tuple[Quote, ...]
    reason: str
    levels: tuple[ProposedLevel, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverageChanged(Event):
    """STAR parts and expected points with evidence for one question."""

    type: ClassVar[str] = "coverage_changed"
    question: str
    covered: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoreGiven(Event):
    """A person's score for one competency as a whole, 0–10; None: insufficient evidence."""

    type: ClassVar[str] = "score_given"
    competency: str
    score: float | None
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LevelGiven(Event):
    """A person's level, 1–5, for one sub-dimension; None: insufficient evidence."""

    type: ClassVar[str] = "level_given"
    competency: str
    sub_dimension: str
    level: int | None
    by: str
    reason: str = ""


Decision = Literal["advance", "hold", "reject"]


@dataclass(frozen=True, slots=True)
class DecisionMade(Event):
    """What a person decided about the candidate, and why. The newest one holds; all are kept."""

    type: ClassVar[str] = "decision_made"
    decision: Decision
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoteAdded(Event):
    """``moment_ms``: when its writer began to type it; None: the record's own time."""

    type: ClassVar[str] = "note_added"
    by: str
    text: str
    moment_ms: int | None = None


# --- The panel: the people who interview. ``by``, ``to`` and ``person`` are a desk token's subject. ---


@dataclass(frozen=True, slots=True)
class PanelJoined(Event):
    """Somebody of the panel came for the first time, or under a new name (empty: none is known)."""

    type: ClassVar[str] = "panel_joined"
    person: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ControlAsked(Event):
    """Somebody who watches would like to conduct the interview."""

    type: ClassVar[str] = "control_asked"
    by: str


@dataclass(frozen=True, slots=True)
class ControlPassed(Event):
    """``to`` conducts from now on: the first to come, chosen by who had control, or as that one was gone."""

    type: ClassVar[str] = "control_passed"
    to: str
    by: str
    reason: Literal["first", "handed_over", "taken"]


@dataclass(frozen=True, slots=True)
class ControlDropped(Event):
    """``by`` may conduct no longer; nobody does until the next one comes, or it is passed on."""

    type: ClassVar[str] = "control_dropped"
    by: str


@dataclass(frozen=True, slots=True)
class PanelMessage(Event):
    """A word among the panel. Never shown to the candidate."""

    type: ClassVar[str] = "panel_message"
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class BookmarkSet(Event):
    """A moment worth coming back to; set again with the same ``bookmark`` it gets another word."""

    type: ClassVar[str] = "bookmark_set"
    bookmark: str
    by: str
    moment_ms: int
    word: str = ""


# --- The recording ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RecordingChanged(Event):
    """A part of the recording began or is whole on disk, or all of it was destroyed."""

    type: ClassVar[str] = "recording_changed"
    state: Literal["started", "stopped", "destroyed"]
    part: int | None = None
    """From 1."""
    by: str = ""
    reason: str = ""


# --- The machine itself ----------------------------------------------------------------------


PartDetail = Literal[
    "",
    "not_here",
    "worker_down",
    "hearing_failed",
    "words_lost",
    "words_late",
    "disk_slow",
    "disk_failed",
    "model_votes_missing",
    "model_choice_missing",
    "records_waiting",
    "judge_failed",
    "report_failed",
]
"""Why a part is late or missing, as a code: a page has the words. Logs of before 2026-11-22 hold sentences,
which are read as ``""``; what a process said when it died stands in the server's own log."""


@dataclass(frozen=True, slots=True)
class PartDegraded(Event):
    """A part is late, missing or back; shown honestly to whoever watches.

    ``count`` of ``total``: how much of it is missing, where that can be counted.
    """

    type: ClassVar[str] = "part_degraded"
    part: Literal["recognition", "vision", "voice", "media", "store", "assessment", "recording"]
    state: Literal["ok", "late", "missing"]
    detail: PartDetail = ""
    count: int | None = None
    total: int | None = None


def _subclasses() -> dict[str, type[Event]]:
    return {cls.type: cls for cls in Event.__subclasses__()}


EVENT_TYPES: dict[str, type[Event]] = _subclasses()
"""Every event class by its wire name."""

TRANSIENT: frozenset[str] = frozenset({FaceObserved.type})
"""Shown live, latest wins, not kept in the log; what matters of them is in ObservationChanged."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the log: an event with its place, its time and what caused it."""

    seq: int
    at_ms: int
    event: Event
    cause: int | None = None
