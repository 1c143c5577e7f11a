"""The one exception tree. Every error has a stable code and a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar


class VivaError(Exception):
    """Base of all of Viva's errors.

    ``code`` is stable and may be tested and searched for; ``str(error)`` is a sentence a person
    can act on; ``status`` is the HTTP status where the error reaches a client.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500

    reason: str = ""
    """Which refusal it is, where one ``code`` stands for many: a page has words for each, in its language."""
    values: Mapping[str, str | int | float] = MappingProxyType({})
    """What a page fills into those words."""


class SettingError(VivaError):
    """A setting is missing or wrong; the sentence names it."""

    code = "setting"


class ModelError(VivaError):
    """A model is missing, or its file is not the one that was promised."""

    code = "model"
    status = 503


class MediaError(VivaError):
    """A media connection could not be made or kept."""

    code = "media"
    status = 400


class OfferError(MediaError):
    """The SDP offer cannot be answered."""

    code = "bad_offer"
    status = 400


class CapacityError(VivaError):
    """No room for another interview now; ``retry_after_s`` says when to come back."""

    code = "capacity"
    status = 503

    def __init__(self, message: str, retry_after_s: int = 30) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class AccessError(VivaError):
    """No token, a wrong one, or one without the right."""

    code = "access"
    status = 401


class ForbiddenError(AccessError):
    code = "forbidden"
    status = 403


class NotFoundError(VivaError):
    code = "not_found"
    status = 404


class ConflictError(VivaError):
    """The thing is not in a state that allows this."""

    code = "conflict"
    status = 409


class InputError(VivaError):
    """What the client sent cannot be used; the sentence names the field."""

    code = "input"
    status = 400
