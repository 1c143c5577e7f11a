"""``loadtest speech``: recorded speech in real time into the recogniser, as N staggered streams.

Each stream plays the manifest's files one after the other (0.5 s of silence before and 1 s behind each)
into ears of its own: voice activity, scheduler, engine, local agreement, exactly as the server has them.
Afterwards noises and a minute of silence are played, faster than real time, on which nothing may be said.

Manifest: one file a line, tab-separated: path (relative to the manifest), language (en, zh), transcript;
further columns are ignored. An empty transcript marks a noise. Transcripts are normalised as described in
loadtest/speech_text.py. CPU is that of the whole process, per second of recording (silence not counted).

``--compare stock`` runs faster-whisper's own ``transcribe`` on the same files, once per file for the error
rate, and on a buffer growing by a second between calls for the cost. ``--versions N`` plays each recording
so often, slightly changed (loadtest/speech_versions.py), to both.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

from loadtest.speech_streams import (
    LEAD_IN_MS,
    LEAD_OUT_MS,
    Clip,
    Ears,
    Heard,
    play,
    play_stream,
    read_clip,
)
from loadtest.speech_text import errors, tokens
from loadtest.speech_versions import VERSIONS, versions_of
from media_pipeline.audio.frame import SAMPLE_RATE
from media_pipeline.audio.voice_activity import SileroModel
from media_pipeline.audio.worker import ListeningPool
from media_pipeline.cores import usable_cores
from media_pipeline.events import Language
from media_pipeline.models import ModelFolder
from media_pipeline.recognition.scheduler import RecognitionScheduler, SchedulerOptions
from media_pipeline.recognition.whisper import WhisperOptions, WhisperRecognizer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__
    parser.add_argument("--manifest", type=Path, required=True, help="files with transcripts (TSV)")
    parser.add_argument("--streams", type=int, default=1, help="voices at the same time (default 1)")
    parser.add_argument(
        "--stagger", type=float, default=0.7, help="seconds between their starts (default 0.7)"
    )
    parser.add_argument("--compare", choices=["stock"], help="run the stock way on the same files")
    parser.add_argument("--noise", type=Path, nargs="*", default=[], help="further files without speech")
    parser.add_argument("--runs", type=int, default=1, help="repeat, and give each figure's median")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--models", type=Path, help="model folder (default: that of `viva models`)")
    parser.add_argument("--model", default="faster-whisper-base", help="name of the model's folder in it")
    parser.add_argument("--workers", type=int, default=0, help="recognition workers (default: one a core)")
    parser.add_argument("--beam", type=int, help="beam of finals (default: the server's)")
    parser.add_argument(
        "--versions",
        type=int,
        choices=range(1, len(VERSIONS) + 1),
        default=1,
        metavar=f"1–{len(VERSIONS)}",
        help="play each recording so often, a little later and at another level each time (default 1)",
    )
    parser.add_argument("--unlimited", action="store_true", help="admit every stream, whatever the load")


def run(args: argparse.Namespace) -> int:
    """0: measured; 2: the manifest cannot be used."""
    try:
        clips = read_manifest(args.manifest)
        noises = [read_clip(path, "en", "") for path in args.noise]
    except (OSError, ValueError) as error:
        print(f"loadtest speech: {error}", file=sys.stderr)
        return 2
    recorded = [clip for clip in clips if clip.transcript]
    spoken = versions_of(recorded, args.versions)
    noises += [clip for clip in clips if not clip.transcript]
    folder = (ModelFolder.default().root if args.models is None else args.models) / args.model
    runs = [asyncio.run(_measure_ours(args, folder, spoken, noises)) for _ in range(args.runs)]
    report = _median(runs)
    if args.compare == "stock":
        from loadtest import speech_stock  # noqa: PLC0415 - loads a second engine

        stock = _median([speech_stock.compare(folder, spoken, recorded, WhisperOptions().compute_type)
                         for _ in range(args.runs)])  # fmt: skip
        report["stock"] = stock
        report["against_stock"] = _against(report, stock)
    print_report(report)
    if args.json is not None:
        args.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def read_manifest(path: Path) -> list[Clip]:
    """Read the manifest and its recordings. Raises ``ValueError`` or ``OSError`` naming line and file."""
    clips = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        columns = [*line.split("\t"), "", ""]
        if columns[1] not in {"en", "zh"}:
            raise ValueError(f"{path}:{number}: the second column is the language, en or zh.")
        clips.append(read_clip(path.parent / columns[0], cast(Language, columns[1]), columns[2].strip()))
    if not clips:
        raise ValueError(f"{path} names no file.")
    return clips


# --- Measuring -------------------------------------------------------------------------------------


async def _measure_ours(
    args: argparse.Namespace, folder: Path, spoken: Sequence[Clip], noises: Sequence[Clip]
) -> dict[str, Any]:
    options = WhisperOptions(workers=args.workers)
    if args.beam is not None:
        options = WhisperOptions(workers=args.workers, final_beams={"en": args.beam, "zh": args.beam})
    engine = WhisperRecognizer(folder, options)
    scheduling = SchedulerOptions(fill=1e9) if args.unlimited else SchedulerOptions()
    scheduler, listening = RecognitionScheduler(engine, scheduling), ListeningPool()
    ears = Ears(scheduler, listening, SileroModel.bundled())
    try:
        await play(ears, spoken[0], real_time=False)  # warm the model's memory up
        cpu_s, began_s = time.process_time(), time.monotonic()
        heard = await _play_streams(ears, spoken, args.streams, args.stagger)
        cpu_s, took_s = time.process_time() - cpu_s, time.monotonic() - began_s
        report = _figures(heard, cpu_s, took_s)
        report["streams"] = args.streams
        report["scheduler"] = _scheduler_figures(scheduler)
        report["engine"] = {"name": engine.name, "workers": engine.workers, "cores": usable_cores()}
        report["noise"] = {
            clip.name: len((await play(ears, clip, real_time=False)).text)
            for clip in [*noises, *_made_noises()]
        }
    finally:
        await asyncio.to_thread(scheduler.close)
        await listening.close()
        engine.close()
    return report


async def _play_streams(ears: Ears, clips: Sequence[Clip], streams: int, stagger_s: float) -> list[Heard]:
    """Stream k begins with the k-th file (and goes round), so that not all say the same at once."""
    start_s = asyncio.get_running_loop().time() + 0.1
    heard = await asyncio.gather(
        *(
            play_stream(
                ears,
                [*clips[index % len(clips) :], *clips[: index % len(clips)]],
                index,
                start_s + index * stagger_s,
            )
            for index in range(streams)
        )
    )
    return [one for stream in heard for one in stream]


def _figures(heard: Sequence[Heard], cpu_s: float, took_s: float) -> dict[str, Any]:
    played = [one for one in heard if not one.refused]
    seconds = sum(one.clip.seconds for one in played)
    accounts = [one.account for one in played if one.account is not None]
    received = sum(account.received_ms for account in accounts)
    placed = sum(account.recognised_ms + account.silent_ms + account.queued_ms for account in accounts)
    expected = sum(one.clip.seconds * 1000 + LEAD_IN_MS + LEAD_OUT_MS for one in played)
    texts = {one.clip.name: one.text for one in played}
    return {
        "error_rate": _error_rates(played),
        "cpu_s_per_audio_s": cpu_s / seconds if seconds else None,
        "first_partial_ms": _spread(delay for one in played for delay in one.first_partial_ms),
        "word_shown_ms": _spread(delay for one in played for delay in one.word_ms),
        "final_ms": _spread(delay for one in played for delay in one.final_ms),
        "final_after_endpoint_ms": _spread(delay for one in played for delay in one.final_after_endpoint_ms),
        "partial_words_changed": _share(played, "changed_words", "partial_words"),
        "committed_words_changed": _share(played, "changed_committed_words", "committed_words"),
        "audio_s": seconds,
        "audio_lost_ms": round(max(expected - placed, received - placed), 3),
        "clips_refused": len(heard) - len(played),
        "feeding_late_ms": _spread(one.feed_late_ms for one in played),
        "took_s": took_s,
        "texts": texts,
    }


def _error_rates(played: Iterable[Heard]) -> dict[str, float]:
    counted: dict[str, list[int]] = {}
    for one in played:
        wanted = tokens(one.clip.transcript, one.clip.language)
        count = counted.setdefault(one.clip.language, [0, 0])
        count[0] += errors(wanted, tokens(one.text, one.clip.language))
        count[1] += len(wanted)
    return {language: wrong / length for language, (wrong, length) in sorted(counted.items())}


def _scheduler_figures(scheduler: RecognitionScheduler) -> dict[str, Any]:
    metrics = scheduler.metrics()
    return {
        "decoded": metrics.decoded,
        "replaced": metrics.replaced,
        "decoding_s": {kind: round(value, 3) for kind, value in metrics.decoding_s.items()},
        "highest_level": metrics.highest_level,
    }


def _spread(values: Iterable[float]) -> dict[str, float] | None:
    ordered = sorted(values)
    if not ordered:
        return None

    def at(rank: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(rank * len(ordered)))], 1)

    return {"p50": at(0.5), "p95": at(0.95), "max": round(ordered[-1], 1)}


def _share(played: Iterable[Heard], part: str, whole: str) -> float | None:
    played = list(played)
    total = sum(getattr(one, whole) for one in played)
    return sum(getattr(one, part) for one in played) / total if total else None


def _made_noises() -> list[Clip]:
    """A minute of digital silence, and noises made from a fixed seed."""
    dice = np.random.default_rng(7)
    seconds = np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE
    white = dice.normal(0, 1, len(seconds))
    brown = np.cumsum(white - white.mean())
    clicks = (dice.random(len(seconds)) < 2 / SAMPLE_RATE) * 1.0
    made = {
        "made: 60 s of silence": np.zeros(60 * SAMPLE_RATE),
        "made: white noise": 0.05 * white,
        "made: brown noise": 0.3 * brown / np.abs(brown).max(),
        "made: mains hum": 0.1 * np.sin(2 * np.pi * 50 * seconds) + 0.03 * np.sin(2 * np.pi * 150 * seconds),
        "made: clicks": 0.8 * np.convolve(clicks, np.exp(-np.arange(80) / 16), "same"),
        "made: noise in bursts": 0.2 * white * (np.sin(2 * np.pi * 0.7 * seconds) > 0.4),
    }
    return [
        Clip(name, "en" if index % 2 else "zh", "", (np.clip(wave, -1, 1) * 32_767).astype(np.int16))
        for index, (name, wave) in enumerate(made.items())
    ]


def _median(runs: Sequence[Any]) -> Any:
    """The runs' figures, each the median of its own."""
    first = runs[0]
    if isinstance(first, dict):
        return {key: _median([one[key] for one in runs if key in one]) for key in first}
    if isinstance(first, int | float) and not isinstance(first, bool):
        return statistics.median([one for one in runs if one is not None])
    return first


def _against(ours: dict[str, Any], stock: dict[str, Any]) -> dict[str, Any]:
    return {
        "error_rate_points": {
            language: 100 * (rate - stock["error_rate"][language])
            for language, rate in ours["error_rate"].items()
        },
        "cpu_share_of_stock_streamed": ours["cpu_s_per_audio_s"] / stock["cpu_s_per_audio_s_streamed"],
    }


# --- Telling ---------------------------------------------------------------------------------------


def print_report(report: dict[str, Any]) -> None:
    engine = report["engine"]
    print(f"{engine['name']}, {engine['workers']} workers on {engine['cores']} cores, "
          f"{report['streams']} streams, {report['audio_s']:.0f} s of speech")  # fmt: skip
    for language, rate in report["error_rate"].items():
        print(f"  error rate {language:<22} {100 * rate:6.1f} %")
    print(f"  CPU per second of audio          {report['cpu_s_per_audio_s']:6.3f} s")
    for key, title in (
        ("first_partial_ms", "onset → first partial"),
        ("word_shown_ms", "word spoken → shown"),
        ("final_ms", "end of speech → final"),
        ("final_after_endpoint_ms", "  without endpoint's silence"),
        ("feeding_late_ms", "generator's own lag"),
    ):
        if (spread := report[key]) is not None:
            print(f"  {title:<30} p50 {spread['p50']:6.0f}  p95 {spread['p95']:6.0f} ms")
    for key, title in (
        ("partial_words_changed", "partial words later changed"),
        ("committed_words_changed", "committed words later changed"),
    ):
        if report[key] is not None:
            print(f"  {title:<32} {100 * report[key]:6.1f} %")
    print(f"  audio lost                       {report['audio_lost_ms']:6.0f} ms")
    print(f"  clips refused                    {report['clips_refused']:6.0f}")
    print(f"  characters emitted on noise      {sum(report['noise'].values()):6.0f}")
    if "stock" in report:
        stock, against = report["stock"], report["against_stock"]
        print("stock transcribe, same files")
        for language, rate in stock["error_rate"].items():
            points = against["error_rate_points"][language]
            print(f"  error rate {language:<22} {100 * rate:6.1f} %   ours {points:+.1f} points")
        print(f"  CPU per second of audio, once    {stock['cpu_s_per_audio_s_once']:6.3f} s")
        print(f"  the same at a 1 s cadence        {stock['cpu_s_per_audio_s_streamed']:6.3f} s   "
              f"ours 1/{1 / against['cpu_share_of_stock_streamed']:.1f}")  # fmt: skip
