"""``loadtest turns``: how often a thinking candidate would be cut off, and how long an end is waited for.

Files with marked pauses and ends (:mod:`loadtest.turns_material`) run through the server's own voice
activity, end-of-turn model and patience, on media time, as fast as the machine allows. A *decision*
is the moment from which a waiting follow-up may be asked. A decision before the answer's end is a
*false cut-off*; after it, its delay counts. Patience is learned over a candidate's answers, as live.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from loadtest import turns_material as material
from loadtest.turns_material import MarkedAnswer, MarkedPause, Samples
from media_pipeline.audio.frame import FRAME_SAMPLES, SAMPLES_PER_MS, AudioFrame
from media_pipeline.audio.stream import Heard, SpeechClosed, SpeechFrame, SpeechOpened, VoiceActivityStream
from media_pipeline.audio.voice_activity import SileroModel, gated_silero
from media_pipeline.models import ModelFolder
from media_pipeline.turns.detector import SILENCE_SHOWN_MS, TurnDetector, TurnWindow
from media_pipeline.turns.patience import Patience
from media_pipeline.turns.smart_turn import SmartTurn

Gap = Callable[[Patience, float], float]
"""Silence in ms after which a policy decides, from patience and the end-of-turn probability."""

POLICIES: dict[str, Gap] = {
    "patience": lambda patience, probability: patience.follow_up_gap_ms(probability),
    "patience without end-of-turn model": lambda patience, _: patience.follow_up_gap_ms(None),
    "end-of-turn model alone (p > 0.5)": lambda _, probability: 500 if probability > 0.5 else 3_000,
    "fixed 0.6 s": lambda *_: 600,
    "fixed 1.0 s": lambda *_: 1_000,
}
"""The first is the server's; the others are what it is compared with."""

TAIL_MS = 10_000
"""Silence played after an answer's end, in which the decision must come."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__
    parser.add_argument("--manifest", type=Path, help="answers with marked pauses and ends (TSV)")
    parser.add_argument(
        "--make", type=Path, metavar="FOLDER", help="first make such answers into this folder"
    )
    parser.add_argument("--speech", type=Path, metavar="TSV", help="with --make: the speech manifest to use")
    parser.add_argument("--seed", type=int, default=1, help="with --make: another seed, other pauses")
    parser.add_argument("--answers", type=int, default=5, help="with --make: answers of each candidate")
    parser.add_argument("--noise", type=Path, nargs="*", default=[], help="files that hold no speech")
    parser.add_argument("--models", type=Path, help="model folder (default: that of `viva models`)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")


def run(args: argparse.Namespace) -> int:
    """0: measured; 2: the arguments do not fit."""
    manifest: Path | None = args.manifest
    if args.make is not None and args.speech is None:
        print("loadtest turns: --make needs --speech, a manifest of plain speech", file=sys.stderr)
        return 2
    if manifest is None and args.make is None and not args.noise:
        print("loadtest turns: give --manifest, --make or --noise", file=sys.stderr)
        return 2
    models = ModelFolder.default() if args.models is None else ModelFolder(args.models)
    silero, smart_turn = SileroModel(models.file("silero-vad-v6")), SmartTurn(models.file("smart-turn-v3.2"))
    if args.make is not None:
        clips = material.read_speech_manifest(args.speech, Listener(silero, smart_turn).trimmed)
        manifest = material.make(clips, args.make, material.MakeOptions(args.answers, seed=args.seed))
        print(f"made {manifest}")
    listener = Listener(silero, smart_turn)
    report: dict[str, Any] = {}
    if manifest is not None:
        try:
            answers = material.read_manifest(manifest)
        except (OSError, material.ManifestError) as error:
            print(f"loadtest turns: {error}", file=sys.stderr)
            return 2
        report["turns"] = measure_turns(answers, listener)
    report["noise"] = [measure_noise(name, samples, listener) for name, samples in _noises(args.noise)]
    report["cost"] = listener.cost.figures()
    print_report(report)
    if args.json is not None:
        args.json.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


# --- Listening -------------------------------------------------------------------------------------


@dataclass(slots=True)
class Cost:
    """CPU time of this thread, apart from reading files."""

    audio_ms: float = 0.0
    voice_activity_ms: float = 0.0
    turn_ms: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        return {
            "audio_s": round(self.audio_ms / 1000, 1),
            "voice_activity_cpu_ms_per_audio_s": round(
                self.voice_activity_ms / max(1, self.audio_ms) * 1000, 2
            ),
            "turn_detector_calls": len(self.turn_ms),
            "turn_detector_cpu_ms_p50": _percentile(self.turn_ms, 50),
            "turn_detector_cpu_ms_p95": _percentile(self.turn_ms, 95),
        }


@dataclass(frozen=True, slots=True)
class Pause:
    """A silence as the server heard it: when it was known, and what the model made of it."""

    begins_ms: float
    known_ms: float
    probability: float
    speech_known_ms: float
    """When the server knew that speech had resumed; infinite if it did not."""

    resumes_ms: float


class Listener:
    """The server's ears without the recogniser."""

    def __init__(self, silero: SileroModel, turn_detector: TurnDetector) -> None:
        self._silero = silero
        self._turn_detector = turn_detector
        self.cost = Cost()

    def pauses(self, samples: Samples) -> list[Pause]:
        """Every silence after speech, the last one included."""
        stream = VoiceActivityStream(gated_silero(self._silero))
        window = TurnWindow()
        found: list[Pause] = []
        for frame in frames_of(samples):
            window.add(frame)
            for item in self._accept(stream, frame):
                match item:
                    case SpeechOpened(start_ms) if found and found[-1].speech_known_ms == np.inf:
                        last = found[-1]
                        found[-1] = Pause(
                            last.begins_ms, last.known_ms, last.probability, frame.end_ms, start_ms
                        )
                    case SpeechClosed(reason="silence"):
                        shown = window.samples(until_ms=item.end_ms + SILENCE_SHOWN_MS)
                        began = time.thread_time()
                        probability = self._turn_detector.end_probability(shown)
                        self.cost.turn_ms.append((time.thread_time() - began) * 1000)
                        found.append(Pause(item.end_ms, frame.end_ms, probability, np.inf, np.inf))
        return found

    def trimmed(self, samples: Samples) -> Samples:
        """From the first to the last speech, as the detector hears it."""
        stream = VoiceActivityStream(gated_silero(self._silero))
        heard = [item for frame in frames_of(samples) for item in stream.accept(frame)] + stream.flush()
        starts = [item.start_ms for item in heard if isinstance(item, SpeechOpened)]
        ends = [item.end_ms for item in heard if isinstance(item, SpeechClosed)]
        if not starts:
            return samples
        return samples[round(starts[0] * SAMPLES_PER_MS) : round(ends[-1] * SAMPLES_PER_MS)]

    def speech_ms(self, samples: Samples) -> float:
        """How much of it would reach the recogniser."""
        stream = VoiceActivityStream(gated_silero(self._silero))
        heard = [
            item for frame in frames_of(samples) for item in self._accept(stream, frame)
        ] + stream.flush()
        return sum(item.frame.duration_ms for item in heard if isinstance(item, SpeechFrame))

    def _accept(self, stream: VoiceActivityStream, frame: AudioFrame) -> list[Heard]:
        began = time.thread_time()
        heard = stream.accept(frame)
        self.cost.voice_activity_ms += (time.thread_time() - began) * 1000
        self.cost.audio_ms += frame.duration_ms
        return heard


def frames_of(samples: Samples) -> Iterable[AudioFrame]:
    for at in range(0, len(samples), FRAME_SAMPLES):
        yield AudioFrame(samples[at : at + FRAME_SAMPLES], at / SAMPLES_PER_MS)


# --- Turns -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Outcome:
    """What one policy did with all answers."""

    cut_off: list[MarkedPause] = field(default_factory=list)
    cut_off_elsewhere: int = 0
    """Decisions in silences that nobody marked: between words, as spoken."""

    delays_ms: list[float] = field(default_factory=list)
    never_decided: int = 0


def measure_turns(answers: Sequence[MarkedAnswer], listener: Listener) -> dict[str, Any]:
    outcomes = {name: Outcome() for name in POLICIES}
    learned: dict[tuple[str, str], Patience] = {}
    for answer in answers:
        samples = material.read_audio(answer.path)[: round(answer.end_ms * SAMPLES_PER_MS)]
        random = np.random.default_rng(len(samples))
        tail = material.room_noise(samples, TAIL_MS * SAMPLES_PER_MS, random)
        pauses = listener.pauses(np.concatenate((samples, tail)))
        for name, gap in POLICIES.items():
            key = (name, answer.candidate)
            learned[key] = judge(answer, pauses, gap, learned.get(key, Patience()), outcomes[name])
    marked = [pause for answer in answers for pause in answer.pauses]
    return {
        "answers": len(answers),
        "marked_pauses": len(marked),
        "policies": {name: _figures(outcome, marked, len(answers)) for name, outcome in outcomes.items()},
    }


def judge(
    answer: MarkedAnswer, pauses: Sequence[Pause], gap: Gap, patience: Patience, outcome: Outcome
) -> Patience:
    """Play one answer with one policy; returns what was learned of the candidate's pauses."""
    decided = False
    for pause in pauses:
        decision_ms = max(pause.begins_ms + gap(patience, pause.probability), pause.known_ms)
        if decision_ms < pause.speech_known_ms:
            if decision_ms >= answer.end_ms:
                decided = True
                outcome.delays_ms.append(decision_ms - answer.end_ms)
                break
            # Marked by what the silence overlaps: a decision may also fall just after speech has resumed,
            # before that is known, and takes the word from somebody all the same.
            overlapping = (
                p for p in answer.pauses if p.start_ms < decision_ms and p.end_ms > pause.begins_ms
            )
            marked = next(overlapping, None)
            if marked is None:
                outcome.cut_off_elsewhere += 1
            else:
                outcome.cut_off.append(marked)
        elif pause.resumes_ms < np.inf:
            patience = patience.observe_pause(pause.resumes_ms - pause.begins_ms)
    outcome.never_decided += not decided
    return patience


def _figures(outcome: Outcome, marked: Sequence[MarkedPause], answers: int) -> dict[str, Any]:
    def share(of: Callable[[MarkedPause], bool]) -> dict[str, Any]:
        total = sum(map(of, marked))
        cut = sum(map(of, outcome.cut_off))
        return {"cut_off": cut, "of": total, "share": round(cut / total, 4) if total else None}

    return {
        "false_cut_offs": share(lambda pause: True),
        "inside_sentences": share(lambda pause: pause.kind == "inside"),
        "between_sentences": share(lambda pause: pause.kind == "between"),
        "pauses_over_2s": share(lambda pause: pause.length_ms > 2_000),
        "cut_off_in_unmarked_silences": outcome.cut_off_elsewhere,
        "decision_delay_ms_p50": _percentile(outcome.delays_ms, 50),
        "decision_delay_ms_p95": _percentile(outcome.delays_ms, 95),
        "never_decided": outcome.never_decided,
        "answers": answers,
    }


# --- Noise -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoiseFigures:
    name: str
    audio_s: float
    opened_s: float
    """Given to the recogniser, pre-roll and tail included."""


def measure_noise(name: str, samples: Samples, listener: Listener) -> dict[str, Any]:
    seconds = len(samples) / SAMPLES_PER_MS / 1000
    return asdict(NoiseFigures(name, round(seconds, 1), round(listener.speech_ms(samples) / 1000, 2)))


def _noises(files: Iterable[Path]) -> Iterable[tuple[str, Samples]]:
    yield "60 s of digital silence", np.zeros(60_000 * SAMPLES_PER_MS, np.int16)
    hum = np.random.default_rng(0).normal(0, 30, 60_000 * SAMPLES_PER_MS)
    yield "60 s of a quiet room (white noise, -61 dBFS)", hum.astype(np.int16)
    for file in files:
        yield file.name, material.read_audio(file)


# --- Printing --------------------------------------------------------------------------------------


def print_report(report: dict[str, Any]) -> None:
    turns = report.get("turns")
    if turns is not None:
        print(f"\n{turns['answers']} answers, {turns['marked_pauses']} marked pauses")
        columns = ("policy", "cut off", "inside", "between", "> 2 s", "delay p50", "p95")
        print("{:38} {:>14} {:>8} {:>8} {:>8} {:>10} {:>7}".format(*columns))
        for name, figures in turns["policies"].items():
            cut = figures["false_cut_offs"]
            shares = [
                figures[key]["share"] for key in ("inside_sentences", "between_sentences", "pauses_over_2s")
            ]
            print(
                f"{name:38} {cut['cut_off']:4d} ({_per_cent(cut['share'])}) "
                + " ".join(f"{_per_cent(share):>8}" for share in shares)
                + f" {figures['decision_delay_ms_p50']:7.0f} ms {figures['decision_delay_ms_p95']:7.0f}"
            )
    print("\nspeech opened where nobody speaks")
    for noise in report["noise"]:
        print(f"{noise['name']:46} {noise['opened_s']:6.2f} s of {noise['audio_s']:.1f} s")
    cost = report["cost"]
    print(
        f"\nvoice activity: {cost['voice_activity_cpu_ms_per_audio_s']} ms of CPU a second of audio\n"
        f"end-of-turn model: {cost['turn_detector_cpu_ms_p50']} ms of CPU a call "
        f"(p95 {cost['turn_detector_cpu_ms_p95']}, {cost['turn_detector_calls']} calls)"
    )


def _per_cent(share: float | None) -> str:
    return "-" if share is None else f"{share * 100:.1f} %"


def _percentile(values: Sequence[float], rank: float) -> float:
    return round(float(np.percentile(values, rank)), 1) if values else float("nan")
