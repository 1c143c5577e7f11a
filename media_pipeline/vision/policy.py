"""What may be observed at all: the policy of the jurisdiction, cut down to what was consented to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from media_pipeline.events import ObservationKind

Look = Literal["picture", "faces", "expressions"]
"""How closely a frame is looked at: light and sharpness of the picture alone; where faces are; head
pose, smile and brows too."""

ALL_KINDS: frozenset[ObservationKind] = frozenset(get_args(ObservationKind))

PICTURE_KINDS: frozenset[ObservationKind] = frozenset({"camera_off", "dark", "blurred"})
"""Seen in the picture as a whole; no face is looked for."""

EXPRESSION_KINDS: frozenset[ObservationKind] = frozenset({"looking_away", "smile", "brow_lowered"})

FRAMING_KINDS: frozenset[ObservationKind] = ALL_KINDS - EXPRESSION_KINDS
"""Framing, light and the number of faces."""


@dataclass(frozen=True, slots=True)
class ObservationPolicy:
    """The kinds that may be observed; what is not in it is neither measured nor told."""

    kinds: frozenset[ObservationKind] = frozenset()

    @classmethod
    def of(cls, policy: str, *, face_processing: bool) -> ObservationPolicy:
        """The kinds a policy file's name and the candidate's consent leave.

        Without consent to face processing only the picture is measured, whatever the policy.
        ``standard`` allows everything, ``eu`` framing, light and number of faces; a name nobody
        knows is read as the strictest.
        """
        if not face_processing:
            return cls(PICTURE_KINDS)
        return cls(ALL_KINDS if policy == "standard" else FRAMING_KINDS)

    @property
    def look(self) -> Look | None:
        """How closely to look; None: not at all."""
        if not self.kinds - {"camera_off"}:
            return None
        if self.kinds & EXPRESSION_KINDS:
            return "expressions"
        return "faces" if self.kinds - PICTURE_KINDS else "picture"
