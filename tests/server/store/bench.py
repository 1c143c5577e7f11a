"""How fast the store is: ``python -m tests.server.store.bench [--interviews N] [--appends N] [FOLDER]``.

N live interviews each append one record after another (a record of 500 bytes, as a transcript line is),
each waiting for its commit. Printed: appends a second, and how long one append takes.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import event

from media_pipeline.events import NoteAdded, Record
from server.store import engine
from server.store.seam import Candidate, NewInterview
from server.store.sql import SqlEventStore


async def measure(folder: Path, interviews: int, appends: int, synchronous: str) -> str:
    commits: list[int] = []
    store = await SqlEventStore.open(f"sqlite+aiosqlite:///{folder}/bench.sqlite3", on_commit=commits.append)
    _set_synchronous(store, synchronous)
    took_ms: list[float] = []

    async def one(number: int) -> None:
        name = f"i{number}"
        await store.create_interview(NewInterview(name, "j", "1", "", "en", Candidate("a"), created_at_ms=1))
        epoch = await store.take_ownership(name, "bench")
        for seq in range(1, appends + 1):
            record = Record(seq, seq, NoteAdded("bench", "n" * 450))
            began = time.perf_counter()
            await store.append(name, [record], epoch=epoch)
            took_ms.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(interviews)))
    seconds = time.perf_counter() - began
    await store.close()
    took_ms.sort()
    return (
        f"| {synchronous} | {interviews} | {len(took_ms) / seconds:.0f} | {len(took_ms) / len(commits):.1f} "
        f"| {statistics.median(took_ms):.1f} | {took_ms[int(len(took_ms) * 0.99)]:.1f} |"
    )


def _set_synchronous(store: SqlEventStore, synchronous: str) -> None:
    writer = store._engines[0]
    assert isinstance(writer, engine.InThread)

    @event.listens_for(writer.engine, "checkout")
    def set_up(connection: object, *_: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.close()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="on the disk to measure (default: temporary)")
    parser.add_argument("--interviews", type=int, nargs="*", default=[1, 8, 64])
    parser.add_argument("--appends", type=int, default=100)
    arguments = parser.parse_args()
    print(f"SQLite, WAL, busy timeout {engine.BUSY_TIMEOUT_S:.0f} s, {arguments.appends} appends each")
    print("| synchronous | interviews | appends/s | appends a commit | median ms | p99 ms |")
    print("| --- | --- | --- | --- | --- | --- |")
    for synchronous in ("FULL", "NORMAL"):
        for interviews in arguments.interviews:
            with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
                print(await measure(Path(folder), interviews, arguments.appends, synchronous), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
