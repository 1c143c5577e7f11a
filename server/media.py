"""The media side of the server: what hears, sees and speaks, given to interviews one by one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

from media_pipeline.cores import usable_cores
from media_pipeline.errors import CapacityError, ConflictError
from media_pipeline.models.folder import ModelFolder
from media_pipeline.models.manifest import MANIFEST
from media_pipeline.recognition.engines import RecognizerOptions
from media_pipeline.recognition.sherpa import SherpaOptions
from media_pipeline.recognition.whisper import WhisperOptions
from media_pipeline.rtc.connection import Connection
from media_pipeline.rtc.link import PeerLink
from media_pipeline.rtc.loopback import LoopbackCheck
from media_pipeline.rtc.options import IceOptions, RtcOptions
from media_pipeline.rtc.threads import MediaThreads
from media_pipeline.rtc.viewer import Viewer
from media_pipeline.services import MediaOptions, MediaServices
from media_pipeline.session import MediaSession
from media_pipeline.vision.observer import ObserverOptions
from media_pipeline.vision.policy import ObservationPolicy
from server.live.interviews import Interviews, OpenInterview
from server.live.status import status_of
from server.permits import Permits, own_interview, rights
from server.recordings import Recordings
from server.settings import MediaSettings, Settings
from server.tokens import Audience, Grant, Tokens
from server.whip.sessions import WhipPurpose


class MediaSide:
    """All media of this process. Without services (tests of the rest) every connection is refused."""

    def __init__(self, services: MediaServices | None, models: dict[str, str]) -> None:
        self.services = services
        self.models = models
        """Name and hash of every model in use, for the report."""
        self.threads = services.threads if services else MediaThreads(RtcOptions())
        self.loopback = LoopbackCheck(self.threads, _monotonic_ms)

    @classmethod
    async def start(cls, settings: Settings) -> MediaSide:
        """Load what is needed. Raises ``ModelError`` if a model is missing or not the promised one."""
        models = ModelFolder(settings.storage.models_dir)
        services = await MediaServices.start(options_of(settings), models)
        known = {model.name: model.files[0].sha256 for model in MANIFEST if models.is_installed(model.name)}
        if settings.media.recognition_folder is not None:
            known.pop(services.options.recognizer.model, None)
            known[services.recognizer.name] = "a model of the operator's own"
        return cls(services, known)

    @classmethod
    def without(cls) -> MediaSide:
        """Text only."""
        return cls(None, {})

    def session_for(self, opened: OpenInterview, recordings: Recordings | None = None) -> MediaSession:
        """The media session of one interview. Raises ``CapacityError`` when recognition is full."""
        if self.services is None:
            raise CapacityError(
                "This server takes no audio or video at the moment. Please use the text mode."
            )
        live = opened.live
        session = MediaSession(
            services=self.services,
            language=opened.job.language,
            emit=live.emit,
            now_ms=live.now_ms,
            observe=observation_policy(opened),
            recorder=recordings.recorder(opened.stored.id, live.emit) if recordings else None,
        )
        session.levels.on_level = lambda dbfs, speaking: live.show(
            "level", {"level_dbfs": round(dbfs, 1), "speaking": speaking}
        )
        return session

    def readiness(self) -> Iterator[tuple[str, str, bool]]:
        """Each part's name, its state, and whether the server is of no use without it."""
        services = self.services
        yield "recognition", "ok" if services else "missing", True
        observer = services.observer if services else None
        yield "vision", observer.state if observer else "missing", False
        voice = services.synthesizer if services else None
        yield "voice", "ok" if voice and voice.languages else "missing", False

    async def close(self) -> None:
        await self.loopback.close()
        if self.services is not None:
            await self.services.close()
        else:
            self.threads.close()


class LiveWhip:
    """``WhipSessions`` over the running interviews."""

    def __init__(self, tokens: Tokens, interviews: Interviews, unix_s: Callable[[], float]) -> None:
        self._tokens = tokens
        self._interviews = interviews
        self._unix_s = unix_s

    async def authorise(self, token: str, purpose: WhipPurpose) -> str:
        audiences: tuple[Audience, ...] = ("session",) if purpose == "interview" else ("session", "entry")
        grant = self._tokens.verify(token, audiences, now=self._unix_s())
        return own_interview(grant)

    async def open(self, interview: str, offer_sdp: str) -> Connection:
        return await self._interviews.connect(interview, offer_sdp)


class LiveWhep:
    """``WhepSessions`` over the running interviews: who may watch, and only as long as they may."""

    def __init__(
        self,
        tokens: Tokens,
        interviews: Interviews,
        permits: Permits,
        unix_s: Callable[[], float],
        options: RtcOptions,
    ) -> None:
        self._tokens = tokens
        self._interviews = interviews
        self._permits = permits
        self._unix_s = unix_s
        self._options = options
        self._watching: dict[str, tuple[Viewer, Grant, str]] = {}
        """Whom each open connection shows which interview."""
        interviews.watch_people(self._recheck)

    async def authorise(self, token: str, interview: str) -> str:
        grant = self._grant(token)
        await self._permits.check(grant, "watch", interview)
        return grant.id

    async def view(self, interview: str, offer_sdp: str, token: str) -> Viewer:
        """Also raises ``ConflictError`` (409) while there is nothing to see; ask again later."""
        grant = self._grant(token)
        opened = self._interviews.opened(interview)
        if opened is None:
            raise ConflictError("This interview is not being held. Try again once it runs.")
        if status_of(opened.state) not in ("running", "paused"):
            raise ConflictError("The candidate is seen only while the interview runs.")
        if opened.state.mode == "text":
            raise ConflictError("This interview is in text; there is no picture and no sound.")
        if opened.media is None or not opened.state.media.up:
            raise ConflictError("The candidate's picture and sound are not connected. Try again shortly.")
        await self._permits.require(grant, "watch", interview, by="whep")
        viewer = await Viewer.answer(
            offer_sdp, relay=opened.media.relay, options=self._options, now_ms=opened.live.now_ms
        )
        self._watching[viewer.id] = (viewer, grant, interview)
        viewer.on_closed(self._forget)
        loop, left_s = asyncio.get_running_loop(), grant.expires_at - self._unix_s()
        expiry = loop.call_later(max(0.0, left_s), viewer.close_soon, "the link has expired")
        viewer.on_closed(lambda _: expiry.cancel())
        self._recheck(interview)  # taken off while the answer was made
        return viewer

    def _forget(self, closed: PeerLink) -> None:
        self._watching.pop(closed.id, None)

    def _grant(self, token: str) -> Grant:
        return self._tokens.verify(token, "desk", now=self._unix_s())

    def _recheck(self, interview: str) -> None:
        """The interview's people are others: who may no longer watch sees nothing more, at once."""
        opened = self._interviews.opened(interview)
        for viewer, grant, watched in tuple(self._watching.values()):
            if watched == interview and (opened is None or "watch" not in rights(grant, opened.stored)):
                viewer.close_soon("not allowed any more")


def options_of(settings: Settings) -> MediaOptions:
    """The operator's settings as options of the media pipeline."""
    media = settings.media
    return MediaOptions(
        rtc=RtcOptions(ice=IceOptions(public_host=media.host or "")),
        recognizer=_recognizer_of(media),
        vision=media.vision,
        observer=ObserverOptions(frames_per_second=media.vision_fps),
        voice=media.voice,
    )


def _recognizer_of(media: MediaSettings) -> RecognizerOptions:
    """Sherpa-onnx has no "auto": it falls back to the CPU by itself where there is no GPU."""
    workers, threads = media.recognition_workers or max(1, usable_cores() - 1), media.recognition_threads
    return RecognizerOptions(
        engine="whisper" if media.recognition_engine == "whisper" else "sherpa",
        folder=media.recognition_folder,
        whisper=WhisperOptions(
            device=media.recognition_device,
            compute_type=media.recognition_precision,
            workers=workers,
            threads_per_worker=threads,
        ),
        sherpa=SherpaOptions(
            kind="sense_voice" if media.recognition_engine == "whisper" else media.recognition_engine,
            provider="cpu" if media.recognition_device == "cpu" else "cuda",
            workers=workers,
            threads_per_worker=threads,
        ),
    )


def observation_policy(opened: OpenInterview) -> ObservationPolicy:
    """What may be observed: the interview's policy, cut to the candidate's consent."""
    consent = bool(opened.state.consents.get("face_processing"))
    return ObservationPolicy.of(opened.stored.policy, face_processing=consent)


def _monotonic_ms() -> float:
    return time.monotonic() * 1000
