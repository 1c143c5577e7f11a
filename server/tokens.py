"""Signed tokens: who may do what, in which interview, until when.

JWT (RFC 7519) signed with HS256. Every token names its audience, so that a link (``entry``, ``desk``)
cannot be used where a signed-in page's token (``session``) is asked for. Keys have ids (``kid``): a new
key signs from then on, older ones verify until they are forgotten. Time is passed in, never read here.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import secrets
import stat
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import jwt

from media_pipeline.durable_files import write_durably
from media_pipeline.errors import AccessError, ForbiddenError, SettingError
from server.persons import DEFAULT_DEPARTMENT

Role = Literal["candidate", "interviewer", "department_head", "recruiter", "auditor", "operator"]
Audience = Literal["entry", "session", "desk", "media"]
"""``entry``: a candidate's link. ``session``: a candidate's signed-in page. ``desk``: everyone else.
``media``: a cookie that plays one recording."""

ALGORITHM = "HS256"
KEY_BYTES = 32
KEYS_KEPT = 3
"""The signing key and the older ones that still verify."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Who a verified token speaks for, as what, and how far. ``server/access.py`` says what that allows.

    ``subject`` is the person's stable id; assignments, scores and the audit trail name it.
    ``display_name`` is what colleagues read. Times are Unix seconds.
    """

    role: Role
    audience: Audience
    subject: str
    interview: str | None
    """The only interview that it is for, if it is for one."""
    expires_at: float
    id: str
    display_name: str = ""
    departments: frozenset[str] = frozenset({DEFAULT_DEPARTMENT})
    jobs: frozenset[str] = frozenset()
    """The posts of a head of department."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Signing keys by id, the newest last; the newest signs, all verify."""

    keys: tuple[tuple[str, bytes], ...]

    @property
    def newest(self) -> tuple[str, bytes]:
        return self.keys[-1]

    def find(self, key_id: str) -> bytes | None:
        return dict(self.keys).get(key_id)

    def rotated(self) -> KeyRing:
        """A ring with a new key; the oldest is forgotten once ``KEYS_KEPT`` are there."""
        return KeyRing((*self.keys, _new_key())[-KEYS_KEPT:])

    @classmethod
    def fresh(cls) -> KeyRing:
        return cls((_new_key(),))


class Tokens:
    """Issues and verifies tokens with one key ring."""

    def __init__(self, keys: KeyRing, new_id: Callable[[], str] = lambda: secrets.token_urlsafe(9)) -> None:
        self._keys = keys
        self._new_id = new_id

    def issue(
        self,
        role: Role,
        audience: Audience,
        *,
        now: float,
        lifetime_s: float,
        subject: str = "",
        interview: str | None = None,
        display_name: str = "",
        departments: Collection[str] = (DEFAULT_DEPARTMENT,),
        jobs: Collection[str] = (),
    ) -> str:
        """A token valid from ``now`` (Unix seconds) for ``lifetime_s``."""
        key_id, key = self._keys.newest
        claims: dict[str, Any] = {
            "role": role,
            "aud": audience,
            "sub": subject,
            "iat": int(now),
            "exp": int(now + lifetime_s),
            "jti": self._new_id(),
        }
        if interview is not None:
            claims["interview"] = interview
        if display_name:
            claims["name"] = display_name
        if audience in ("desk", "media"):
            claims |= {"departments": sorted(departments), "jobs": sorted(jobs)}
        return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": key_id})

    def verify(self, token: str, audience: Audience | Collection[Audience], *, now: float) -> Grant:
        """The token's grant.

        Raises ``AccessError`` for a token that is not ours, damaged or expired, ``ForbiddenError`` for
        a good token that is meant for something else.
        """
        claims = self._claims(token)
        if now >= claims["exp"]:
            raise AccessError("The link or session has expired. Ask for a new link.")
        wanted = (audience,) if isinstance(audience, str) else tuple(audience)
        if claims["aud"] not in wanted:
            raise ForbiddenError(f"This token is for {claims['aud']}, not for {' or '.join(wanted)}.")
        return Grant(
            role=claims["role"],
            audience=claims["aud"],
            subject=claims["sub"],
            interview=claims.get("interview"),
            expires_at=float(claims["exp"]),
            id=claims["jti"],
            display_name=claims.get("name") or claims["sub"] or claims["role"],
            # Links of the time before departments name none; all that there was is in the default one.
            departments=frozenset(claims.get("departments", (DEFAULT_DEPARTMENT,))),
            jobs=frozenset(claims.get("jobs", ())),
        )

    def _claims(self, token: str) -> dict[str, Any]:
        refused = AccessError("The token is not valid here. Open the link you were sent again.")
        try:
            key = self._keys.find(str(jwt.get_unverified_header(token).get("kid", "")))
            if key is None:
                raise refused
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                # Time and audience are judged by the caller's clock and with sentences of our own.
                options={
                    "require": ["role", "aud", "sub", "exp", "jti"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                    "verify_aud": False,
                },
            )
        except (jwt.InvalidTokenError, ValueError) as error:
            raise refused from error
        if not _well_formed(claims):
            raise refused
        return claims


def _well_formed(claims: dict[str, Any]) -> bool:
    return (
        claims["role"] in get_args(Role)
        and claims["aud"] in get_args(Audience)
        and isinstance(claims["exp"], int | float)
        and isinstance(claims["jti"], str)
        and isinstance(claims.get("interview"), str | None)
        and isinstance(claims.get("name", ""), str)
        and all(_is_names(claims.get(scope, [])) for scope in ("departments", "jobs"))
    )


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _new_key() -> tuple[str, bytes]:
    return secrets.token_hex(4), secrets.token_bytes(KEY_BYTES)


# --- The file of the keys --------------------------------------------------------------------


def open_key_file(path: Path) -> KeyRing:
    """The keys of ``path``; made with mode 0600 where there are none yet.

    Two processes that start at once get the same keys. Raises ``SettingError`` if others can read the
    file or it is damaged.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            _write(path, KeyRing.fresh(), replace=False)
    return _read(path)


def rotate_key_file(path: Path) -> KeyRing:
    """Add a new key to ``path``; the server signs with it from its next start on."""
    ring = open_key_file(path).rotated()
    _write(path, ring, replace=True)
    return ring


def _write(path: Path, ring: KeyRing, *, replace: bool) -> None:
    text = json.dumps({"keys": [{"id": i, "key": base64.b64encode(key).decode()} for i, key in ring.keys]})
    write_durably(path, text.encode(), replace=replace)


def _read(path: Path) -> KeyRing:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingError(f"The secret {path} can be read by others. Run: chmod 600 {path}")
    damaged = SettingError(f"The secret {path} (VIVA_SECRET_FILE) is damaged; restore or delete it.")
    try:
        entries = json.loads(path.read_text())["keys"]
        ring = KeyRing(tuple((str(e["id"]), base64.b64decode(e["key"], validate=True)) for e in entries))
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise damaged from error
    if not ring.keys or any(len(key) < KEY_BYTES for _, key in ring.keys):
        raise damaged
    return ring
