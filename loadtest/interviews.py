"""``loadtest interviews``: N synthetic candidates over real WebRTC, from sign-in to report.

Each is invited over the public API, signs in, connects audio (with in-band error correction) and 640×360
video at 15 pictures a second, answers with recorded speech, is asked follow-ups, leaves after --duration and
waits for the report; an interviewer's page watches each one. Speech and face are encoded once, before the
first candidate begins. Times are taken at the candidate's end, by its own clock.

Without --url a server of our own is started on loopback, with fresh data, on the machine's other cores; with
--url (loopback only, or --remote) its operator's token is needed: --token or VIVA_LOADTEST_TOKEN.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import ipaddress
import json
import os
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import psutil  # type: ignore[import-untyped]

from loadtest.candidate import Behaviour, Candidate
from loadtest.interview_media import EncodedClip, Material, encode_clip, encode_face, encode_room
from loadtest.interview_page import page
from loadtest.journey import STAGES, Journey, Limits, broken, limiting_resource, summary
from loadtest.own_server import OwnServer, own_server
from loadtest.server_watch import ServerWatch, pin

CAPACITY_STEPS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__
    parser.add_argument("--url", help="a running server (default: start one)")
    parser.add_argument("--token", default=os.environ.get("VIVA_LOADTEST_TOKEN"), help="recruiter's token")
    parser.add_argument("--remote", action="store_true", help="the server at --url is mine to load")
    parser.add_argument("--server-pid", type=int, help="the server's process at --url, to pin and measure")
    parser.add_argument("--sessions", type=int, default=1, help="candidates at the same time (default 1)")
    parser.add_argument(
        "--full",
        action="store_true",
        help="an own server keeps the places it gives itself by its cores, and refuses the rest",
    )
    parser.add_argument("--ramp", type=float, default=5.0, help="seconds over which they arrive (default 5)")
    parser.add_argument("--duration", type=float, default=60.0, help="seconds of each interview (default 60)")
    parser.add_argument("--barge-in", action="store_true", help="speak over every second question")
    parser.add_argument("--talk-ratio", type=float, default=0.6, help="speech in an answer (default 0.6)")
    parser.add_argument("--answer", type=float, default=25.0, help="seconds of an answer (default 25)")
    parser.add_argument("--loss", type=float, default=0.0, help="share of media packets lost, 0 to 1")
    parser.add_argument("--outage", type=float, default=0.0, help="seconds without network in the middle")
    parser.add_argument("--voice-only", action="store_true", help="no camera")
    parser.add_argument("--unwatched", action="store_true", help="no interviewer's page")
    parser.add_argument("--manifest", type=Path, help="speech: path, language, transcript (TSV)")
    parser.add_argument("--face", type=Path, help="a portrait (default: the test media's)")
    parser.add_argument("--job", default="production-supervisor.en", help="job of the interviews")
    parser.add_argument("--language", choices=["en", "zh"], default="en", help="of the job and the speech")
    parser.add_argument("--find-capacity", action="store_true", help="more sessions until a limit breaks")
    parser.add_argument("--no-pin", action="store_true", help="let generator and server share cores")
    parser.add_argument("--seed", type=int, default=1, help="of every dice (default 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page with charts there")


def run(args: argparse.Namespace) -> int:
    """0: within limits; 1: a limit broke (with --find-capacity: never); 2: cannot be run as asked."""
    try:
        check_target(args.url, remote=args.remote)
        material = prepare(args)
    except (OSError, ValueError) as error:
        print(f"loadtest interviews: {error}", file=sys.stderr)
        return 2
    steps = (
        [count for count in CAPACITY_STEPS if count >= args.sessions]
        if args.find_capacity
        else [args.sessions]
    )
    runs: list[dict[str, Any]] = []
    for sessions in steps:
        try:
            figures = asyncio.run(measure(args, material, sessions))
        except (RuntimeError, aiohttp.ClientError) as error:
            print(f"loadtest interviews: {error}", file=sys.stderr)
            return 2
        runs.append(figures)
        print_figures(figures)
        if args.find_capacity and figures["broken"]:
            break
    report = runs[-1] if not args.find_capacity else capacity(runs)
    if args.json is not None:
        args.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if args.html is not None:
        args.html.write_text(page(runs), encoding="utf-8")
    return int(bool(runs[-1]["broken"]) and not args.find_capacity)


def check_target(url: str | None, *, remote: bool) -> None:
    """Load goes to loopback unless somebody says that the server is theirs. Raises ``ValueError``."""
    host = urlsplit(url or "http://127.0.0.1").hostname or ""
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    if not local and not remote:
        raise ValueError(f"{host} is not this machine. Say --remote if the server there is yours to load.")


def prepare(args: argparse.Namespace) -> Material:
    """Encodes everything that will be sent. Raises ``OSError`` or ``ValueError`` naming the file."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "viva" / "test-media"
    if args.manifest is not None:
        clips = read_manifest(args.manifest, args.language)
    else:
        file, transcript = _DEFAULT_SPEECH[args.language]
        if not (cache / file).exists():
            raise ValueError("There is no speech to send. Give --manifest, or run: python -m tests.media")
        clips = [encode_clip(cache / file, transcript)]
    face: Path = args.face or cache / "astronaut.png"
    pictures = () if args.voice_only or not face.exists() else encode_face(face)
    return Material(tuple(clips), encode_room(), pictures)


_DEFAULT_SPEECH = {
    "en": ("beckett.wav", "Ever tried. Ever failed. No matter. Try again. Fail again. Fail better."),
    "zh": ("mandarin.wav", "对，这就是我，万人敬仰的太乙真人。"),
}


def read_manifest(path: Path, language: str) -> list[EncodedClip]:
    """The manifest's recordings in ``language``. Raises ``ValueError`` where there are none."""
    clips = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if len(row) >= 3 and row[1] == language and row[2].strip():
                clips.append(encode_clip(path.parent / row[0], row[2].strip()))
    if not clips:
        raise ValueError(f"{path} names no recording in {language!r} with a transcript.")
    return clips


# --- One run ---------------------------------------------------------------------------------------


async def measure(args: argparse.Namespace, material: Material, sessions: int) -> dict[str, Any]:
    """``sessions`` candidates from sign-in to report; the figures of all."""
    generator, server_cores = (set(), set()) if args.no_pin else split_cores()
    async with target(args, sessions, server_cores) as server:
        pinned = bool(generator) and pin(os.getpid(), generator)
        if server.pid and server_cores:
            pinned = pin(server.pid, server_cores) and pinned
        async with aiohttp.ClientSession(server.url, connector=aiohttp.TCPConnector(limit=0)) as http:
            process = psutil.Process(server.pid) if server.pid else None
            figures = await drive(args, material, sessions, server, ServerWatch(http, process))
        figures["pinned"] = pinned and bool(server.pid)
        figures["cores"] = {"generator": sorted(generator), "server": sorted(server_cores)}
        figures["server"]["cores_given"] = len(server_cores) or os.cpu_count()
    figures["broken"] = broken(figures, Limits(), full=args.full)
    figures["limited_by"] = limiting_resource(figures) if figures["broken"] else None
    return figures


async def drive(
    args: argparse.Namespace, material: Material, sessions: int, server: OwnServer, watch: ServerWatch
) -> dict[str, Any]:
    behaviour = Behaviour(
        duration_s=args.duration,
        talk_ratio=args.talk_ratio,
        barge_in=args.barge_in,
        answer_s=args.answer,
        loss=args.loss,
        outage_s=args.outage,
        watched=not args.unwatched,
        job=args.job,
        language=args.language,
    )
    journeys = [Journey(number) for number in range(sessions)]
    watching = asyncio.create_task(watch.run())
    telling = asyncio.create_task(tell_progress(journeys, watch))
    own, began_s, cpu_s = psutil.Process(), time.monotonic(), time.process_time()
    async with asyncio.TaskGroup() as group:
        for journey in journeys:
            candidate = Candidate(
                journey,
                watch.http,
                server.token,
                material,
                behaviour,
                random.Random(args.seed * 1_000 + journey.number),
            )
            group.create_task(candidate.run())
            await asyncio.sleep(args.ramp / max(1, sessions))
    took_s = time.monotonic() - began_s
    for task in (watching, telling):
        task.cancel()
    await watch.look()
    return summary(journeys) | {
        "behaviour": {name: getattr(behaviour, name) for name in Behaviour.__slots__},
        "ramp_s": args.ramp,
        "server": watch.figures(),
        "generator": {
            "cpu_cores": round((time.process_time() - cpu_s) / took_s, 3),
            "memory_mib": round(own.memory_info().rss / 2**20),
        },
        "not_tested": NOT_TESTED,
    }


NOT_TESTED = [
    "the way over a real network (delay, jitter, TURN): all packets stay on this machine",
    "browsers' own congestion control and changing picture sizes",
    "many different voices and accents: the recordings given are repeated",
]


@asynccontextmanager
async def target(args: argparse.Namespace, sessions: int, cores: set[int]) -> AsyncIterator[OwnServer]:
    """The server to load: the one named, or one of our own."""
    if args.url is None:
        # Room for more than are sent: what is to be found is the machine's limit, not a setting's.
        async with own_server(None if args.full else sessions + 4, cores or None) as server:
            yield server
    elif not args.token:
        raise RuntimeError("Give --token (or VIVA_LOADTEST_TOKEN): `viva token recruiter` makes one.")
    else:
        yield OwnServer(args.url.rstrip("/"), args.token, args.server_pid or 0)


def split_cores() -> tuple[set[int], set[int]]:
    """The last core for the generator, the others for the server; nothing where there is only one."""
    cores = _cores_at_first()
    return ({cores[-1]}, set(cores[:-1])) if len(cores) > 1 else (set(), set())


@cache
def _cores_at_first() -> tuple[int, ...]:
    """Before a measurement keeps this process on the generator's core: a second one splits the same cores."""
    return tuple(sorted(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else ()


# --- What is shown ---------------------------------------------------------------------------------


async def tell_progress(journeys: list[Journey], watch: ServerWatch) -> None:
    while True:
        await asyncio.sleep(5)
        connected = sum(journey.connected for journey in journeys)
        finished = sum(journey.finished for journey in journeys)
        finals = [time for journey in journeys for time in journey.times_ms["final"]]
        troubles = sum(sum(journey.errors.values()) for journey in journeys)
        busy = watch.latest("viva_recognition_busy_share")
        print(
            f"  {connected}/{len(journeys)} connected, {finished} finished, {len(finals)} finals"
            + (f" (last {finals[-1]:.0f} ms)" if finals else "")
            + f", {troubles} errors"
            + (f", recognition {busy:.0%} busy" if busy is not None else ""),
            flush=True,
        )


def print_figures(figures: dict[str, Any]) -> None:
    server = figures["server"]
    print(
        f"\n{figures['sessions']} sessions: {figures['connected']} connected, {figures['refused']} refused, "
        f"{figures['finished']} finished; {figures['spoken_s']} s spoken, "
        f"word error rate {figures['word_error_rate']}, {figures['follow_ups']} follow-ups"
    )
    print(f"{'':14}{'count':>7}{'p50':>9}{'p95':>9}{'p99':>9}   ms")
    for stage, meaning in STAGES.items():
        row = figures["stages"][stage]
        if row["count"]:
            times = "".join(f"{row[key]:9.0f}" for key in ("p50_ms", "p95_ms", "p99_ms"))
            print(f"{stage:14}{row['count']:7}{times}   {meaning}")
    print(
        f"server: {server.get('cpu_cores')} cores ({server.get('cpu_of')}), "
        f"{server.get('memory_mib_peak')} MiB at most, loop lag p99 {server.get('loop_lag_p99_ms')} ms, "
        f"recognition busy {server.get('recognition_busy_share')}, "
        f"audio {server.get('audio_received_s')} s received, {server.get('audio_failed_s')} s lost"
    )
    where = f"cores {figures['cores']}" if figures["pinned"] else "NOT pinned to separate cores"
    print(f"generator: {figures['generator']['cpu_cores']} cores; {where}")
    for cause, count in figures["errors"].items():
        print(f"error: {cause} ×{count}")
    if figures["broken"]:
        print("broken: " + "; ".join(figures["broken"]) + f". First to run out: {figures['limited_by']}.")
    else:
        print("within limits")


def capacity(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The most sessions that held, what broke next, and every step's figures."""
    held = [figures["sessions"] for figures in runs if not figures["broken"]]
    last = runs[-1]
    found = {"capacity": max(held, default=0), "broke_at": None, "limited_by": None, "steps": runs}
    if last["broken"]:
        found |= {"broke_at": last["sessions"], "broken": last["broken"], "limited_by": last["limited_by"]}
    limited = f", limited by {found['limited_by']}" if found["limited_by"] else ""
    print(f"\ncapacity: {found['capacity']} sessions{limited}")
    return found
