"""From the facts of single frames to what holds: a pure state machine.

A fact begins to hold when it was seen for ``hold_ms`` on balance, and stops when it was not for as
long: every frame adds its time to an account or takes it away, so that a detector that blinks does
not make the observation flicker. Thresholds differ for beginning and stopping (hysteresis).
Expressions are compared with the person's own median, not with anybody else's face.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from statistics import median

from media_pipeline.events import Event, FaceObserved, ObservationChanged, ObservationKind
from media_pipeline.vision.facts import FaceFacts, FrameFacts
from media_pipeline.vision.policy import ALL_KINDS, EXPRESSION_KINDS, PICTURE_KINDS, ObservationPolicy


@dataclass(frozen=True, slots=True)
class Threshold:
    """Holds from ``begins`` on, until the value is back at ``ends``."""

    begins: float
    ends: float

    def holds(self, value: float, held: bool) -> bool:
        limit = self.ends if held else self.begins
        return value > limit if self.begins >= self.ends else value < limit


@dataclass(frozen=True, slots=True)
class FramingOptions:
    hold_ms: int = 800
    """For how long on balance a fact must be seen, or not, to begin or stop."""
    hold_looking_away_ms: int = 1200
    """Longer: everybody glances aside."""
    frame_counts_at_most_ms: int = 600
    """A frame stands for the time since the one before it, up to this."""
    camera_off_after_ms: int = 2500
    """Without any frame."""
    dark: Threshold = Threshold(begins=45, ends=55)
    """Mean luma of the picture, 0–255."""
    black: float = 20
    """Mean luma below which a picture without contrast is a camera that is switched off."""
    black_contrast: float = 2
    """Standard deviation of luma."""
    backlit: Threshold = Threshold(begins=60, ends=45)
    """Luma of the picture's mean over the face's."""
    backlit_face: float = 90
    """A face brighter than this is lit well enough whatever is behind it."""
    blurred: Threshold = Threshold(begins=0.010, ends=0.016)
    """Variance of the Laplacian over the variance of luma; below."""
    contrast_for_sharpness: float = 12
    """Standard deviation of luma below which there is nothing that could be sharp."""
    off_centre: Threshold = Threshold(begins=0.25, ends=0.20)
    """Distance of the face's middle from the picture's, share of the width or height."""
    too_far: Threshold = Threshold(begins=0.18, ends=0.22)
    """Height of the face, share of the picture's; below. Under about 0.13 no face is found at all."""
    too_close: Threshold = Threshold(begins=0.80, ends=0.72)
    """The same; above."""
    looking_away: Threshold = Threshold(begins=25, ends=18)
    """Degrees between the face's direction (head, and eyes in the head) and its usual one."""
    eyes_turn_deg: float = 25
    """What eyes turned as far as they go add to the head's direction."""
    smile: Threshold = Threshold(begins=0.35, ends=0.22)
    """Blendshape over the person's own median."""
    brow_lowered: Threshold = Threshold(begins=0.25, ends=0.15)
    baseline_frames: int = 8
    """Fewest frames for a baseline; before, the camera's axis and a still face stand in."""
    baseline_frames_at_most: int = 150
    """About a minute at 2.5 a second."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The person's own usual: the latest frames' values, the median counts."""

    yaw_deg: tuple[float, ...] = ()
    pitch_deg: tuple[float, ...] = ()
    smile: tuple[float, ...] = ()
    brow_lowered: tuple[float, ...] = ()

    def usual(self, values: tuple[float, ...], options: FramingOptions) -> float:
        return median(values) if len(values) >= options.baseline_frames else 0.0


@dataclass(frozen=True, slots=True)
class Account:
    """How one kind stands: time seen on balance, whether it holds, since when."""

    balance_ms: int = 0
    holds: bool = False
    since_ms: int = 0


@dataclass(frozen=True, slots=True)
class FramingState:
    policy: ObservationPolicy = field(default_factory=ObservationPolicy)
    options: FramingOptions = field(default_factory=FramingOptions)
    accounts: Mapping[ObservationKind, Account] = field(default_factory=dict)
    baseline: Baseline = field(default_factory=Baseline)
    last_looked_ms: int | None = None
    """Media time of the frame last looked at."""
    last_frame_ms: int | None = None
    """Session time at which the last frame came; None: none is expected."""

    @property
    def active(self) -> frozenset[ObservationKind]:
        return frozenset(kind for kind, account in self.accounts.items() if account.holds)


Step = tuple[FramingState, list[Event]]


def observe(state: FramingState, facts: FrameFacts, at_ms: int) -> Step:
    """One frame was looked at; ``at_ms`` is its media time. Frames older than the last are ignored."""
    last = state.last_looked_ms
    if last is not None and at_ms <= last:
        return state, []
    options = state.options
    passed = options.frame_counts_at_most_ms if last is None else at_ms - last
    passed = min(passed, options.frame_counts_at_most_ms)
    seen = _conditions(state, facts)
    state = replace(state, last_looked_ms=at_ms, baseline=_learned(state, facts, seen))
    events: list[Event] = []
    if facts.faces is not None and "no_face" in state.policy.kinds:
        events.append(_face_observed(state, facts, seen))
    for kind in sorted(state.policy.kinds - {"camera_off"}):
        state, changes = _count(state, kind, seen.get(kind), passed, at_ms)
        events += changes
    # A black frame is what a browser sends for a camera that was switched off.
    black = _is_black(facts, options)
    state, changes = _count(state, "camera_off", black, passed, at_ms)
    events += changes
    if black and "camera_off" in state.active:
        state, changes = _clear(state, state.active - {"camera_off", "dark"}, at_ms)
        events += changes
    return state, events


def frame_came(state: FramingState, now_ms: int) -> Step:
    """A frame arrived at ``now_ms``, looked at or not: the camera is on."""
    first = state.last_frame_ms is None
    state = replace(state, last_frame_ms=now_ms)
    return _set(state, "camera_off", False, now_ms) if first else (state, [])


def time_passed(state: FramingState, now_ms: int) -> Step:
    """Nothing else happened: notices that frames stopped coming."""
    last = state.last_frame_ms
    if last is None or now_ms - last < state.options.camera_off_after_ms:
        return state, []
    return camera_off(state, last)


def camera_off(state: FramingState, since_ms: int) -> Step:
    """The camera is off. Nothing else can be seen then, so nothing else holds."""
    state, events = blinded(state, since_ms)
    state = replace(state, last_frame_ms=None)
    state, changes = _set(state, "camera_off", True, since_ms)
    return state, events + changes


def blinded(state: FramingState, now_ms: int) -> Step:
    """Frames are no longer looked at: what held is not known to hold any more."""
    state, events = _clear(state, state.active - {"camera_off"}, now_ms)
    return replace(state, last_looked_ms=None), events


def set_policy(state: FramingState, policy: ObservationPolicy, now_ms: int) -> Step:
    """What may no longer be observed ends at once, and is forgotten with its baseline."""
    state, events = _clear(state, state.active - policy.kinds, now_ms)
    accounts = {kind: account for kind, account in state.accounts.items() if kind in policy.kinds}
    baseline = state.baseline if policy.kinds & EXPRESSION_KINDS else Baseline()
    return replace(state, policy=policy, accounts=accounts, baseline=baseline), events


def is_undecided(state: FramingState) -> bool:
    """Something about framing or light seems to begin or to end and was not seen for long enough yet."""
    full = state.options.hold_ms
    return any(
        0 < account.balance_ms < full
        for kind, account in state.accounts.items()
        if kind not in EXPRESSION_KINDS
    )


# --- One frame -------------------------------------------------------------------------------


def _conditions(state: FramingState, facts: FrameFacts) -> dict[ObservationKind, bool | None]:
    """What this frame shows of each kind; None: it cannot tell, the account stands still."""
    options, held = state.options, state.active
    faces = facts.faces
    face = faces[0] if faces else None
    seen: dict[ObservationKind, bool | None] = dict.fromkeys(ALL_KINDS)
    seen["dark"] = options.dark.holds(facts.brightness, "dark" in held)
    seen["blurred"] = _is_blurred(facts, face, state)
    if faces is None or _is_black(facts, options):
        return seen
    seen["no_face"] = face is None
    seen["several_faces"] = len(faces) > 1
    if face is None:
        # A face that cannot be seen is nowhere: not off centre, not far, not smiling.
        for kind in ALL_KINDS - PICTURE_KINDS - {"no_face", "several_faces"}:
            seen[kind] = False
        return seen
    seen["backlit"] = face.brightness < options.backlit_face and options.backlit.holds(
        facts.brightness - face.brightness, "backlit" in held
    )
    across = abs(face.left + face.width / 2 - 0.5)
    down = abs(face.top + face.height / 2 - 0.5)
    seen["off_centre"] = options.off_centre.holds(max(across, down), "off_centre" in held)
    seen["too_far"] = options.too_far.holds(face.height, "too_far" in held)
    seen["too_close"] = options.too_close.holds(face.height, "too_close" in held)
    seen |= _expressions(state, face)
    return seen


def _is_black(facts: FrameFacts, options: FramingOptions) -> bool:
    return facts.brightness < options.black and facts.contrast < options.black_contrast


def _is_blurred(facts: FrameFacts, face: FaceFacts | None, state: FramingState) -> bool | None:
    """Relative to contrast, so that a dim picture is not a blurred one. Where faces are looked for only
    the face counts: a soft background is nothing to remark on, and an empty wall has no edges."""
    if facts.faces == ():
        return None
    options = state.options
    contrast, sharpness = (
        (facts.contrast, facts.sharpness) if face is None else (face.contrast, face.sharpness)
    )
    if contrast < options.contrast_for_sharpness:
        return None
    return options.blurred.holds(sharpness / contrast**2, "blurred" in state.active)


def _expressions(state: FramingState, face: FaceFacts) -> dict[ObservationKind, bool | None]:
    options, baseline, held = state.options, state.baseline, state.active
    seen: dict[ObservationKind, bool | None] = {}
    direction = _direction_deg(face, options)
    if direction is not None:
        across = abs(direction[0] - baseline.usual(baseline.yaw_deg, options))
        up = abs(direction[1] - baseline.usual(baseline.pitch_deg, options))
        seen["looking_away"] = options.looking_away.holds(max(across, up), "looking_away" in held)
    if face.smile is not None:
        over = face.smile - baseline.usual(baseline.smile, options)
        seen["smile"] = options.smile.holds(over, "smile" in held)
    if face.brow_lowered is not None:
        over = face.brow_lowered - baseline.usual(baseline.brow_lowered, options)
        seen["brow_lowered"] = options.brow_lowered.holds(over, "brow_lowered" in held)
    return seen


def _direction_deg(face: FaceFacts, options: FramingOptions) -> tuple[float, float] | None:
    """Where the face looks: across and up, head and eyes together."""
    if face.yaw_deg is None or face.pitch_deg is None:
        return None
    return (
        face.yaw_deg + options.eyes_turn_deg * (face.gaze_across or 0.0),
        face.pitch_deg + options.eyes_turn_deg * (face.gaze_up or 0.0),
    )


def _learned(state: FramingState, facts: FrameFacts, seen: Mapping[ObservationKind, bool | None]) -> Baseline:
    """The baseline with this frame: only of one face, and not while it looks away."""
    options, baseline = state.options, state.baseline
    if facts.faces is None or len(facts.faces) != 1 or not state.policy.kinds & EXPRESSION_KINDS:
        return baseline
    face = facts.faces[0]
    direction = _direction_deg(face, options)
    if direction is None or face.smile is None or face.brow_lowered is None or seen["looking_away"]:
        return baseline
    keep = options.baseline_frames_at_most - 1
    return Baseline(
        (*baseline.yaw_deg[-keep:], direction[0]),
        (*baseline.pitch_deg[-keep:], direction[1]),
        (*baseline.smile[-keep:], face.smile),
        (*baseline.brow_lowered[-keep:], face.brow_lowered),
    )


def _face_observed(
    state: FramingState, facts: FrameFacts, seen: Mapping[ObservationKind, bool | None]
) -> FaceObserved:
    faces = facts.faces or ()
    face = faces[0] if faces else None

    def told(kind: ObservationKind) -> bool | None:
        return seen.get(kind) if face is not None and kind in state.policy.kinds else None

    return FaceObserved(
        faces=len(faces),
        box=None if face is None else (face.left, face.top, face.width, face.height),
        brightness=round(facts.brightness, 1),
        sharpness=round(facts.sharpness, 1),
        looking_away=told("looking_away"),
        smile=told("smile"),
        brow_lowered=told("brow_lowered"),
    )


# --- Accounts --------------------------------------------------------------------------------


def _count(state: FramingState, kind: ObservationKind, seen: bool | None, passed_ms: int, at_ms: int) -> Step:
    """Enters one frame into a kind's account."""
    if seen is None or kind not in state.policy.kinds:
        return state, []
    options = state.options
    full = options.hold_looking_away_ms if kind == "looking_away" else options.hold_ms
    account = state.accounts.get(kind, Account())
    if seen and account.balance_ms == 0:
        account = replace(account, since_ms=at_ms)
    balance = account.balance_ms + (passed_ms if seen else -passed_ms)
    balance = min(max(balance, 0), full)
    state = _with(state, kind, replace(account, balance_ms=balance))
    if balance == full and not account.holds:
        return _set(state, kind, True, account.since_ms)
    if balance == 0 and account.holds:
        return _set(state, kind, False, at_ms)
    return state, []


def _set(state: FramingState, kind: ObservationKind, active: bool, since_ms: int) -> Step:
    """Makes a kind hold or not, whatever its account; an event only if that is a change."""
    if active and kind not in state.policy.kinds:
        return state, []
    account = state.accounts.get(kind, Account())
    options = state.options
    full = options.hold_looking_away_ms if kind == "looking_away" else options.hold_ms
    changed = account.holds != active
    state = _with(state, kind, Account(full if active else 0, active, since_ms))
    return state, [ObservationChanged(kind, active, since_ms)] if changed else []


def _clear(state: FramingState, kinds: frozenset[ObservationKind], now_ms: int) -> Step:
    """None of these kinds holds any more."""
    events: list[Event] = []
    for kind in sorted(kinds):
        state, changes = _set(state, kind, False, now_ms)
        events += changes
    return state, events


def _with(state: FramingState, kind: ObservationKind, account: Account) -> FramingState:
    return replace(state, accounts={**state.accounts, kind: account})
