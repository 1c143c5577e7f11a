"""What watching costs: ``python -m loadtest watch --viewers 10``.

One candidate in video is watched (WHEP) by nobody, by all viewers, and by nobody again, in one run and
against the same server: CPU seconds of the server's processes with and without them, so that a busy
machine tells the same. The candidate is silent, or recognition, which comes in bursts, would drown what is
measured; with ``--speech`` it talks, and the figures tell how long its words took to be final. The server
has its own cores, candidate and viewers have the last one, unless ``--no-pin``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
import psutil  # type: ignore[import-untyped]
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from loadtest.candidate import Behaviour, Candidate
from loadtest.interview_media import EncodedClip, Material
from loadtest.interviews import prepare, split_cores
from loadtest.journey import Journey, percentile
from loadtest.own_server import OwnServer, own_server
from loadtest.server_watch import ServerWatch, pin

_SETTLES_S = 3.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--viewers", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=20.0, help="of each of the three parts")
    parser.add_argument("--manifest", type=Path, help="speech: path, language, transcript (TSV, WAV files)")
    parser.add_argument("--face", type=Path, help="a portrait (default: the test media's)")
    parser.set_defaults(language="en", voice_only=False)
    parser.add_argument("--speech", action="store_true", help="the candidate talks")
    parser.add_argument("--no-pin", action="store_true", help="let generator and server share cores")
    parser.add_argument("--json", type=Path, help="write the figures there as well")


def run(args: argparse.Namespace) -> int:
    figures = asyncio.run(_measure(args))
    print(json.dumps(figures, indent=2))
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")
    return 0 if figures["seen_by"] == args.viewers else 1


class Viewer:
    """Receives and counts; nothing is decoded, so that watching costs this process little."""

    def __init__(self, http: aiohttp.ClientSession, interview: str, token: str) -> None:
        self._http = http
        self._interview = interview
        self._token = token
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.has_seen = False
        self.packets = 0
        self.counted = 0
        """Packets in the part that is measured."""

    async def join(self) -> None:
        """Raises ``RuntimeError`` where the server refuses."""
        for kind in ("audio", "video"):
            self._peer.addTransceiver(kind, direction="recvonly")
        await self._peer.setLocalDescription(await self._peer.createOffer())
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/sdp"}
        for transceiver in self._peer.getTransceivers():
            # Instead of aiortc's decoder: one of its threads for each viewer would be the load measured.
            transceiver.receiver._handle_rtp_packet = self._counter(transceiver.kind)  # type: ignore[method-assign]
        path = f"/api/v1/whep/{self._interview}"
        async with self._http.post(path, data=self._peer.localDescription.sdp, headers=headers) as answer:
            if answer.status != 201:
                raise RuntimeError(f"POST {path} answered {answer.status}: {await answer.text()}")
            sdp = await answer.text()
        await self._peer.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def leave(self) -> None:
        await self._peer.close()

    def _counter(self, kind: str) -> Any:
        async def count(packet: Any, arrival_time_ms: int) -> None:
            self.packets += 1
            self.has_seen = self.has_seen or (kind == "video" and bool(packet.marker))

        return count


@dataclass(slots=True)
class Part:
    """One part of the run."""

    viewers: int
    cpu_s: float = 0.0
    seconds: float = 0.0
    finals_ms: list[float] = field(default_factory=list)
    loop_lag_p99_ms: float | None = None

    def figures(self) -> dict[str, Any]:
        return {
            "viewers": self.viewers,
            "finals": len(self.finals_ms),
            "server_cpu_percent_of_a_core": round(100 * self.cpu_s / self.seconds, 1),
            "speech_to_final_ms": percentiles(self.finals_ms),
            "loop_lag_p99_ms": self.loop_lag_p99_ms,
        }


def percentiles(times_ms: Sequence[float]) -> dict[str, int | None]:
    found = {name: percentile(times_ms, share) for name, share in (("p50", 0.5), ("p95", 0.95))}
    return {name: None if value is None else round(value) for name, value in found.items()}


async def _measure(args: argparse.Namespace) -> dict[str, Any]:
    material = prepare(args)
    if not args.speech:
        quiet = EncodedClip("quiet", "", material.room * 5)
        material = replace(material, clips=(quiet,))
    before = os.getloadavg()[0]
    generator, server_cores = (set(), set()) if args.no_pin else split_cores()
    async with own_server(2, server_cores or None) as server, aiohttp.ClientSession(server.url) as http:
        pinned = bool(generator) and pin(os.getpid(), generator)
        parts, viewers = await _watched(args, http, server, material)
    first_alone, watched, then_alone = parts
    alone = (first_alone.cpu_s + then_alone.cpu_s) / (first_alone.seconds + then_alone.seconds)
    added = watched.cpu_s / watched.seconds - alone
    packets = sum(one.counted for one in viewers) / watched.seconds
    return {
        "pinned": pinned,
        "load_average": [round(before, 1), round(os.getloadavg()[0], 1)],
        "parts": [part.figures() for part in parts],
        "alone_speech_to_final_ms": percentiles([*first_alone.finals_ms, *then_alone.finals_ms]),
        "cpu_percent_of_a_core_for_each_viewer": round(100 * added / max(1, args.viewers), 2),
        "packets_per_s_for_each_viewer": round(packets / max(1, len(viewers)), 1),
        "cpu_us_for_each_packet": round(1e6 * added / packets) if packets else None,
        "seen_by": sum(one.has_seen for one in viewers),
    }


async def _watched(
    args: argparse.Namespace, http: aiohttp.ClientSession, server: OwnServer, material: Material
) -> tuple[list[Part], list[Viewer]]:
    journey = Journey(0)
    seconds = 4 * args.seconds + 60
    behaviour = Behaviour(duration_s=seconds, talk_ratio=0.8, answer_s=seconds)
    candidate = Candidate(journey, http, server.token, material, behaviour, random.Random(7))
    talking = asyncio.create_task(candidate.run())
    interview = await _running(http, server.token)
    process = psutil.Process(server.pid)
    async with AsyncExitStack() as stack:
        alone = await _part(Part(0), args.seconds, process, http, journey)
        viewers = [Viewer(http, interview, server.token) for _ in range(args.viewers)]
        for viewer in viewers:
            stack.push_async_callback(viewer.leave)
            await viewer.join()
        watched = await _part(Part(args.viewers), args.seconds, process, http, journey, viewers)
    again = await _part(Part(0), args.seconds, process, http, journey)
    talking.cancel()
    await asyncio.gather(talking, return_exceptions=True)
    return [alone, watched, again], viewers


async def _part(
    part: Part,
    seconds: float,
    process: psutil.Process,
    http: aiohttp.ClientSession,
    journey: Journey,
    viewers: Sequence[Viewer] = (),
) -> Part:
    """The whole interview goes on meanwhile; only the viewers differ."""
    await asyncio.sleep(_SETTLES_S)
    watch = ServerWatch(http, process)
    finals = len(journey.times_ms["final"])
    await watch.look()
    for viewer in viewers:
        viewer.packets = 0
    began_s = asyncio.get_running_loop().time()
    await asyncio.sleep(seconds)
    await watch.look()
    part.seconds = asyncio.get_running_loop().time() - began_s
    part.cpu_s = watch.cpu_s[-1] - watch.cpu_s[0]
    for viewer in viewers:
        viewer.counted = viewer.packets
    part.finals_ms = journey.times_ms["final"][finals:]
    part.loop_lag_p99_ms = watch.figures().get("loop_lag_p99_ms")
    return part


async def _running(http: aiohttp.ClientSession, token: str) -> str:
    """The interview, once the candidate answers in it."""
    async with asyncio.timeout(120):
        while True:
            async with http.get("/api/v1/interviews", headers={"Authorization": f"Bearer {token}"}) as answer:
                lines = (await answer.json())["interviews"]
            for line in lines:
                if line["phase"] == "answering":
                    return str(line["interview"])
            await asyncio.sleep(0.5)
