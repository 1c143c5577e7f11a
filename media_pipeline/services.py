"""Models, pools and processes that all sessions of a process share."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from media_pipeline.audio.voice_activity import (
    GatedVoiceActivity,
    SileroModel,
    SileroVoiceActivity,
    VoiceActivityDetector,
    WebRtcVoiceActivity,
)
from media_pipeline.audio.worker import ListeningOptions, ListeningPool
from media_pipeline.models.folder import ModelFolder
from media_pipeline.recognition.engines import RecognizerOptions, check_recognizer, load_recognizer
from media_pipeline.recognition.scheduler import RecognitionScheduler, SchedulerOptions
from media_pipeline.recognition.seam import SpeechRecognizer
from media_pipeline.rtc.options import RtcOptions
from media_pipeline.rtc.threads import MediaThreads
from media_pipeline.turns.detector import TurnDetector
from media_pipeline.turns.smart_turn import SmartTurn
from media_pipeline.vision.observer import FaceObserver, MediaPipeFaceObserver, ObserverOptions
from media_pipeline.voice.synthesizer import PiperSynthesizer, SpeechSynthesizer, VoiceOptions

_VISION_MODEL = "face-landmarker"
_VOICE_MODEL = "piper-en-joe"


@dataclass(frozen=True, slots=True)
class MediaOptions:
    """What hears, sees and speaks in this process."""

    rtc: RtcOptions = field(default_factory=RtcOptions)
    recognizer: RecognizerOptions = field(default_factory=RecognizerOptions)
    scheduler: SchedulerOptions = field(default_factory=SchedulerOptions)
    listening: ListeningOptions = field(default_factory=ListeningOptions)
    vision: bool = True
    observer: ObserverOptions = field(default_factory=ObserverOptions)
    voice: bool = True
    synthesis: VoiceOptions = field(default_factory=VoiceOptions)


@dataclass(slots=True)
class MediaServices:
    """One per process; ``start`` loads everything, ``close`` ends every thread and process."""

    options: MediaOptions
    threads: MediaThreads
    listening: ListeningPool
    silero: SileroModel
    turn_detector: TurnDetector
    recognizer: SpeechRecognizer
    scheduler: RecognitionScheduler
    observer: FaceObserver | None
    synthesizer: SpeechSynthesizer | None

    @classmethod
    async def start(cls, options: MediaOptions, models: ModelFolder) -> MediaServices:
        """Loads the models (off the event loop) and starts the helper processes.

        Raises ``ModelError`` where hearing lacks a model; without the models of vision or voice
        those parts are missing, and say so in every session.
        """
        check_recognizer(options.recognizer, models)
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(3, thread_name_prefix="viva-load") as loaders:
            load = partial(load_recognizer, options.recognizer, models)
            silero, turn_detector, recognizer, observer, synthesizer = await asyncio.gather(
                loop.run_in_executor(loaders, SileroModel.bundled),
                loop.run_in_executor(loaders, SmartTurn.from_folder, models.root),
                loop.run_in_executor(loaders, load),
                _eyes(options, models),
                _voice(options, models),
            )
        return cls(
            options=options,
            threads=MediaThreads(options.rtc),
            listening=ListeningPool(options.listening),
            silero=silero,
            turn_detector=turn_detector,
            recognizer=recognizer,
            scheduler=RecognitionScheduler(recognizer, options.scheduler),
            observer=observer,
            synthesizer=synthesizer,
        )

    def voice_activity(self) -> VoiceActivityDetector:
        """A detector for one session: the cheap gate, then Silero."""
        return GatedVoiceActivity(WebRtcVoiceActivity(), SileroVoiceActivity(self.silero))

    async def close(self) -> None:
        """Close the sessions first."""
        self.threads.close()
        await self.listening.close()
        with ThreadPoolExecutor(1, thread_name_prefix="viva-close") as closer:
            await asyncio.get_running_loop().run_in_executor(closer, self.scheduler.close)
        self.recognizer.close()
        if isinstance(self.observer, MediaPipeFaceObserver):
            await self.observer.stop()
        if isinstance(self.synthesizer, PiperSynthesizer):
            await self.synthesizer.stop()


async def _eyes(options: MediaOptions, models: ModelFolder) -> FaceObserver | None:
    if not options.vision or not models.is_installed(_VISION_MODEL):
        return None
    observer = MediaPipeFaceObserver(models.file(_VISION_MODEL), options.observer)
    await observer.start()
    return observer


async def _voice(options: MediaOptions, models: ModelFolder) -> SpeechSynthesizer | None:
    if not options.voice or not models.is_installed(_VOICE_MODEL):
        return None
    synthesizer = PiperSynthesizer(models.path(_VOICE_MODEL), options=options.synthesis)
    await synthesizer.start()
    return synthesizer
