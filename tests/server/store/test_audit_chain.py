"""The audit trail's chain: whatever is done to a row shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import given
from hypothesis import strategies as st

from server.cli.audit import audit, check_chain
from server.settings import Settings
from server.store.audit_chain import BEGINNING, FIRST, link, verify
from server.store.seam import AuditEntry, AuditRow
from server.store.sql import SqlEventStore

ENTRIES = st.lists(
    st.builds(
        AuditEntry,
        at_ms=st.integers(0, 2**53),
        actor=st.text(max_size=10),
        role=st.sampled_from(["recruiter", "auditor"]),
        action=st.text(max_size=10),
        interview=st.none() | st.text(max_size=10),
        detail=st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
    ),
    min_size=2,
    max_size=8,
)


def chain(entries: list[AuditEntry]) -> list[AuditRow]:
    rows: list[AuditRow] = []
    for number, entry in enumerate(entries, 1):
        rows.append(link(rows[-1].hash if rows else FIRST, number, entry))
    return rows


@given(ENTRIES)
def test_a_chain_as_written_is_whole(entries: list[AuditEntry]) -> None:
    rows = chain(entries)
    found = verify(rows)
    assert (found.rows, found.newest, found.broken_at) == (len(rows), rows[-1].hash, None)
    half = verify(rows[:1])
    assert verify(rows[1:], half) == found, "in batches as at once"


@given(ENTRIES, st.data())
def test_a_changed_row_is_found(entries: list[AuditEntry], data: st.DataObject) -> None:
    rows = chain(entries)
    at = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from(["actor", "action", "detail", "hash", "previous"]))
    rows[at] = replace(rows[at], **{field: getattr(rows[at], field) + "x"})
    assert verify(rows).broken_at == at + 1


@given(ENTRIES, st.data())
def test_a_row_taken_out_or_put_in_is_found(entries: list[AuditEntry], data: st.DataObject) -> None:
    rows = chain(entries)
    at = data.draw(st.integers(0, len(rows) - 2))
    assert verify(rows[:at] + rows[at + 1 :]).broken_at == at + 2
    assert verify([*rows[: at + 1], *rows[at:]]).broken_at == at + 1


@given(ENTRIES)
def test_an_end_that_was_cut_off_is_found_by_a_hash_kept_elsewhere(entries: list[AuditEntry]) -> None:
    rows = chain(entries)
    noted = rows[-1].hash
    assert verify(rows, BEGINNING, noted).expected_found
    assert not verify(rows[:-1], BEGINNING, noted).expected_found


async def test_the_command_line_follows_the_chain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings.from_environment({"VIVA_DATA_DIR": str(tmp_path), "HOME": str(tmp_path)})
    store = await SqlEventStore.open(settings.database_url)
    for number in range(3):
        await store.audit(AuditEntry(number, "rita", "recruiter", "looked", None, {"n": number}))
    newest = (await check_chain(store)).newest
    await store.close()
    assert await audit(settings, newest) == 0
    assert newest in capsys.readouterr().out
    assert await audit(settings, "0" * 63 + "1") == 1
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'viva.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER audit_no_update"))
        connection.execute(sa.text("UPDATE audit SET actor = 'nobody' WHERE number = 2"))
    engine.dispose()
    assert await audit(settings, None) == 1
    assert "Row 2 was changed" in capsys.readouterr().out


async def test_rows_from_before_the_chain_are_taken_into_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", "server.store:migrations")
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for number in range(3):
            connection.execute(
                sa.text(
                    "INSERT INTO audit (at_ms, actor, role, action, detail) VALUES (:n, 'a', 'b', 'c', '{}')"
                ),
                {"n": number},
            )
    engine.dispose()
    store = await SqlEventStore.open(url.replace("sqlite", "sqlite+aiosqlite", 1))
    await store.audit(AuditEntry(9, "rita", "recruiter", "looked"))
    found = await check_chain(store)
    assert (found.rows, found.broken_at) == (4, None)
    await store.close()
    engine = sa.create_engine(url)
    with pytest.raises(sa.exc.IntegrityError, match="append-only"), engine.begin() as connection:
        connection.execute(sa.text("UPDATE audit SET actor = 'nobody'"))
    engine.dispose()
