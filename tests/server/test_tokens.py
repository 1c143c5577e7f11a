"""Tokens: what is signed comes back, anything else is refused, keys rotate and stay private."""

from __future__ import annotations

import stat
import threading
from pathlib import Path
from typing import get_args

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.errors import AccessError, ForbiddenError, SettingError
from server.tokens import Audience, KeyRing, Role, Tokens, open_key_file, rotate_key_file

NOW = 1_800_000_000.0


@pytest.fixture
def ring() -> KeyRing:
    return KeyRing.fresh()


def entry_token(ring: KeyRing, **changed: object) -> str:
    options: dict[str, object] = {"now": NOW, "lifetime_s": 60.0, "interview": "i1", "subject": "ada"}
    return Tokens(ring).issue("candidate", "entry", **(options | changed))  # type: ignore[arg-type]


@given(
    role=st.sampled_from(get_args(Role)),
    audience=st.sampled_from(get_args(Audience)),
    subject=st.text(max_size=40),
    interview=st.none() | st.text(min_size=1, max_size=20),
    lifetime_s=st.integers(1, 10**8),
)
def test_what_was_issued_is_granted(
    role: Role, audience: Audience, subject: str, interview: str | None, lifetime_s: int
) -> None:
    tokens = Tokens(KeyRing.fresh())
    token = tokens.issue(role, audience, now=NOW, lifetime_s=lifetime_s, subject=subject, interview=interview)
    grant = tokens.verify(token, audience, now=NOW)
    assert (grant.role, grant.audience) == (role, audience)
    assert (grant.subject, grant.interview) == (subject, interview)
    assert grant.expires_at == int(NOW) + lifetime_s


@given(
    name=st.text(max_size=20),
    departments=st.frozensets(st.text(min_size=1, max_size=8)),
    jobs=st.frozensets(st.text(min_size=1, max_size=8)),
)
def test_a_persons_name_and_scope_come_back(
    name: str, departments: frozenset[str], jobs: frozenset[str]
) -> None:
    tokens = Tokens(KeyRing.fresh())
    token = tokens.issue(
        "department_head", "desk", now=NOW, lifetime_s=60, subject="hana", display_name=name,
        departments=departments, jobs=jobs,
    )  # fmt: skip
    grant = tokens.verify(token, "desk", now=NOW)
    assert (grant.display_name, grant.departments, grant.jobs) == (name or "hana", departments, jobs)


def test_a_link_of_the_time_before_departments_is_for_the_default_one(ring: KeyRing) -> None:
    claims = {"role": "recruiter", "aud": "desk", "sub": "rita", "exp": int(NOW) + 60, "jti": "x"}
    key_id, key = ring.newest
    grant = Tokens(ring).verify(jwt.encode(claims, key, headers={"kid": key_id}), "desk", now=NOW)
    assert (grant.departments, grant.jobs, grant.display_name) == ({"default"}, frozenset(), "rita")


def test_expires_by_the_callers_clock(ring: KeyRing) -> None:
    token = entry_token(ring)
    Tokens(ring).verify(token, "entry", now=NOW + 59)
    with pytest.raises(AccessError, match="expired"):
        Tokens(ring).verify(token, "entry", now=NOW + 60)


def test_a_link_is_not_a_session(ring: KeyRing) -> None:
    token = entry_token(ring)
    with pytest.raises(ForbiddenError, match="entry"):
        Tokens(ring).verify(token, "session", now=NOW)
    assert Tokens(ring).verify(token, {"session", "entry"}, now=NOW).audience == "entry"


def test_another_servers_token_is_refused(ring: KeyRing) -> None:
    with pytest.raises(AccessError):
        Tokens(KeyRing.fresh()).verify(entry_token(ring), "entry", now=NOW)


@given(place=st.integers(0, 10_000), character=st.sampled_from("AZaz09-_."))
def test_a_changed_token_is_refused(place: int, character: str) -> None:
    ring = KeyRing((("k", b"x" * 32),))
    token = entry_token(ring)
    place %= len(token) - 1  # The last character of base64url carries unused bits.
    if token[place] == character:
        return
    with pytest.raises(AccessError):
        Tokens(ring).verify(token[:place] + character + token[place + 1 :], "entry", now=NOW)


@given(st.text(max_size=200))
def test_any_text_is_refused_cleanly(text: str) -> None:
    with pytest.raises(AccessError):
        Tokens(KeyRing.fresh()).verify(text, "entry", now=NOW)


def test_an_unsigned_token_is_refused(ring: KeyRing) -> None:
    claims = {"role": "operator", "aud": "desk", "sub": "", "exp": int(NOW) + 60, "jti": "x"}
    forged = jwt.encode(claims, "", algorithm="none", headers={"kid": ring.newest[0]})
    with pytest.raises(AccessError):
        Tokens(ring).verify(forged, "desk", now=NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"role": "root"},
        {"aud": ["desk"]},
        {"aud": "door"},
        {"exp": "soon"},
        {"jti": 7},
        {"interview": 7},
        {"sub": None},
        {"name": 7},
        {"departments": "sales"},
        {"jobs": [1]},
    ],
)
def test_wrong_claims_are_refused_even_when_signed(ring: KeyRing, changed: dict[str, object]) -> None:
    claims = {"role": "operator", "aud": "desk", "sub": "", "exp": int(NOW) + 60, "jti": "x"} | changed
    key_id, key = ring.newest
    with pytest.raises(AccessError):
        Tokens(ring).verify(jwt.encode(claims, key, headers={"kid": key_id}), "desk", now=NOW)


def test_ids_differ(ring: KeyRing) -> None:
    tokens = Tokens(ring)
    ids = {tokens.verify(entry_token(ring), "entry", now=NOW).id for _ in range(20)}
    assert len(ids) == 20


class TestKeyFile:
    def test_made_once_and_private(self, tmp_path: Path) -> None:
        path = tmp_path / "new" / "secret.json"
        assert open_key_file(path) == open_key_file(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [p.name for p in path.parent.iterdir()] == ["secret.json"]

    def test_starting_together_gives_the_same_keys(self, tmp_path: Path) -> None:
        path = tmp_path / "secret.json"
        rings: list[KeyRing] = []
        threads = [threading.Thread(target=lambda: rings.append(open_key_file(path))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(rings)) == 1

    def test_rotation_keeps_old_tokens_until_the_key_is_forgotten(self, tmp_path: Path) -> None:
        path = tmp_path / "secret.json"
        old = entry_token(open_key_file(path))
        for _ in range(2):
            ring = rotate_key_file(path)
            Tokens(ring).verify(old, "entry", now=NOW)
        with pytest.raises(AccessError):
            Tokens(rotate_key_file(path)).verify(old, "entry", now=NOW)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_refused_when_others_can_read_it(self, tmp_path: Path) -> None:
        path = tmp_path / "secret.json"
        open_key_file(path)
        path.chmod(0o644)
        with pytest.raises(SettingError, match="chmod 600"):
            open_key_file(path)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{}",
            "[]",
            '{"keys": []}',
            '{"keys": [{"id": "a", "key": "AAAA"}]}',
            '{"keys": [{"id": "a"}]}',
        ],
    )
    def test_damaged_is_said(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "secret.json"
        path.write_text(text)
        path.chmod(0o600)
        with pytest.raises(SettingError, match="VIVA_SECRET_FILE"):
            open_key_file(path)
