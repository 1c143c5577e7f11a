"""Measures the media path alone, without models: ``python -m tests.server.whip.bench``.

* ``loss``: audio missing and lag at 1 % and 5 % random loss, in virtual time;
* ``joins``: N aiortc clients join a WHIP server in a process of its own within S seconds;
* ``session``: CPU of that server for one candidate (Opus, 640×360 VP8 at 15 pictures a second), by CPU time.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import psutil  # type: ignore[import-untyped]

from loadtest.interview_media import FaceTrack, encode_face
from media_pipeline.rtc.audio_in import ContinuousAudio, TimedPacket
from media_pipeline.rtc.jitter import InOrder, JitterBuffer, MediaPacket
from media_pipeline.rtc.opus import create_decoder
from server.whip.endpoint import SDP
from tests.media import media_file
from tests.media_pipeline.rtc.peers import Caller, PacketTrack, opus_packets
from tests.server.whip.fakes import BEARER, whip_server


def loss(
    share: float, packets: Sequence[bytes], seed: int, minutes: float = 2.0
) -> tuple[float, list[float]]:
    """Share of audio missing in %, and how long after its end each frame was there, in ms.

    A packet leaves when its 20 ms are recorded; 30 to 50 ms of network are in the lag.
    """
    dice, count = random.Random(seed), int(minutes * 3_000)
    arrivals = sorted(
        (20.0 * number + 50 + 20 * dice.random(), number)
        for number in range(count)
        if not number or dice.random() >= share
    )
    buffer, audio = JitterBuffer(), ContinuousAudio(create_decoder(), 2_000)
    lags: list[float] = []

    def take(released: list[InOrder], now_ms: float) -> None:
        for in_order in released:
            for frame in audio.feed(TimedPacket(in_order, in_order.packet.timestamp / 48)):
                lags.append(now_ms - frame.end_ms)

    for at_ms, number in arrivals:
        while (deadline_ms := buffer.deadline_ms) is not None and deadline_ms <= at_ms:
            take(buffer.expire(deadline_ms), deadline_ms)
        payload = packets[number % len(packets)]
        take(buffer.push(MediaPacket(number % 65_536, 960 * number, payload, at_ms)), at_ms)
    return 100 * audio.counts.concealed_ms / (count * 20), sorted(lags)


def measure_loss() -> None:
    for share in (0.01, 0.05):
        for resilient in (True, False):
            packets = opus_packets(4, fec=resilient)
            runs = [loss(share, packets, seed) for seed in range(3)]
            missing = statistics.median(run[0] for run in runs)
            lags = runs[0][1]
            how = "with" if resilient else "without"
            print(
                f"{share:.0%} loss, {how} error correction: {missing:.2f} % missing, "
                f"lag p50 {_at(lags, 0.5):.0f}, p95 {_at(lags, 0.95):.0f}, max {lags[-1]:.0f} ms"
            )


async def measure_joins(count: int, within_s: float, port: int, pid: int) -> None:
    process = psutil.Process(pid)
    before = process.cpu_times()
    async with aiohttp.ClientSession() as http:
        callers = [Caller(PacketTrack(opus_packets(1))) for _ in range(count)]
        joining = []
        for caller in callers:
            joining.append(asyncio.create_task(join(http, caller, port)))
            await asyncio.sleep(within_s / count)
        took_ms = sorted(await asyncio.gather(*joining))
        after = process.cpu_times()
        for caller in callers:
            await caller.close()
    cpu_ms = 1000 * (after.user + after.system - before.user - before.system) / count
    print(
        f"{count} joins in {within_s} s: p50 {_at(took_ms, 0.5):.0f}, p95 {_at(took_ms, 0.95):.0f} ms; "
        f"server CPU {cpu_ms:.0f} ms a join, media of those already in included"
    )


async def join(http: aiohttp.ClientSession, caller: Caller, port: int) -> float:
    """Milliseconds from the offer being sent to the connection standing."""
    connected = asyncio.Event()

    def changed() -> None:
        if caller.peer.connectionState == "connected":
            connected.set()

    caller.peer.on("connectionstatechange", changed)
    offer = await caller.offer()
    began_s = time.perf_counter()
    token = {"Authorization": f"Bearer good-{id(caller)}"}
    url = f"http://127.0.0.1:{port}/api/v1/whip"
    async with http.post(url, data=offer, headers=BEARER | token | {"Content-Type": SDP}) as response:
        await caller.accept(await response.text())
    async with asyncio.timeout(20):
        await connected.wait()
    return (time.perf_counter() - began_s) * 1000


async def measure_session(seconds: float, port: int, pid: int, *, video: bool) -> None:
    tracks = [
        PacketTrack(opus_packets(4)),
        *([FaceTrack(encode_face(media_file("astronaut.png")))] if video else []),
    ]
    caller, process = Caller(*tracks), psutil.Process(pid)
    async with aiohttp.ClientSession() as http:
        await join(http, caller, port)
        await asyncio.sleep(2)
        before, began_s = process.cpu_times(), time.perf_counter()
        await asyncio.sleep(seconds)
        after, took_s = process.cpu_times(), time.perf_counter() - began_s
    await caller.close()
    cpu_s = after.user + after.system - before.user - before.system
    what = "audio and 640×360@15 VP8" if video else "audio"
    print(f"one session, {what}, all decoded: {100 * cpu_s / took_s:.1f} % of a core")


@asynccontextmanager
async def server() -> AsyncIterator[tuple[int, int]]:
    """The WHIP server in a process of its own: its port and process id."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __spec__.name, "serve", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline()), process.pid
    finally:
        process.terminate()
        await process.wait()


async def serve() -> None:
    async with whip_server(replace=False) as (client, _, _):
        print(client.port, flush=True)
        await asyncio.Event().wait()


async def main(args: argparse.Namespace) -> None:
    async with server() as (port, pid):
        await measure_joins(args.joins, args.within, port, pid)
        await measure_session(args.seconds, port, pid, video=False)
        if Path(media_file("astronaut.png")).exists():
            await measure_session(args.seconds, port, pid, video=True)


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="?", choices=["all", "serve"], default="all")
    parser.add_argument("--joins", type=int, default=30)
    parser.add_argument("--within", type=float, default=5.0, help="seconds")
    parser.add_argument("--seconds", type=float, default=15.0, help="of the one session")
    arguments = parser.parse_args()
    if arguments.what == "serve":
        asyncio.run(serve())
    else:
        measure_loss()
        asyncio.run(main(arguments))
