"""The whole application, put together: settings in, an aiohttp application out."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import resources
from pathlib import Path

from aiohttp import web

from media_pipeline.cores import usable_cores
from media_pipeline.models.manifest import ANSWER_READER
from scoring.answer_reader import ReadsAnswers, reader_in
from scoring.job import Job
from scoring.job_file import load_job, shipped_jobs
from scoring.warm_up import warm_up
from server import pages
from server.api import audit, entry, health, interviews, openapi, own, thumbnail
from server.api import recordings as recordings_api
from server.capacity import places
from server.context import CONTEXT, Context
from server.control.handler import control
from server.control.socket import CloseCode
from server.http.middlewares import middlewares
from server.http.signed_in import signed_in_by
from server.judge.judge import Judge
from server.judge.readings import AnswerReadings
from server.language_model.client import open_language_model
from server.live.interviews import Interviews
from server.media import LiveWhep, LiveWhip, MediaSide
from server.metrics import Metrics
from server.microphones import LiveMicrophones
from server.recordings import Recordings
from server.settings import Settings
from server.store.seam import EventStore
from server.store.sql import SqlEventStore
from server.tokens import Tokens, open_key_file
from server.whep.endpoint import WhepEndpoint
from server.whip.endpoint import WhipEndpoint
from server.whip.microphone import MicrophoneEndpoint

log = logging.getLogger(__name__)

SWEEP_EVERY_S = 60.0
TIDY_EVERY_S = 3600.0


async def build(settings: Settings, media: MediaSide | None = None) -> web.Application:
    """The application, everything it needs opened; ``cleanup`` closes it all.

    ``media``: the media side, where a test brings its own. Raises ``SettingError``, ``ModelError``,
    ``StoreError`` with a sentence for the operator.
    """
    metrics = Metrics()
    tokens = Tokens(open_key_file(settings.secret_file))
    signed_in = signed_in_by(tokens, time.time, recordings_api.COOKIE)
    app = web.Application(
        middlewares=middlewares(settings, metrics, signed_in), client_max_size=settings.http.body_limit
    )
    judge_pool = ThreadPoolExecutor(1, thread_name_prefix="judge")
    store: EventStore = await SqlEventStore.open(settings.database_url, on_commit=metrics.committed)
    recordings = Recordings.open(settings)
    media = media or await MediaSide.start(settings)
    language_model = open_language_model(settings.language_model, monotonic_ms)
    readings = AnswerReadings(partial(_answer_reader, settings))
    models = models_used(media.models, await readings.open())
    judge = Judge(judge_pool, store, unix_ms, models, language_model, readings)
    table_of = Interviews(
        store=store,
        jobs=jobs_of(settings.storage.jobs_dir),
        judge=judge,
        make_media=partial(media.session_for, recordings=recordings),
        unix_ms=unix_ms,
        monotonic_ms=monotonic_ms,
        capacity=places(settings.media.interviews, usable_cores()),
        policy=settings.interview.policy,
    )
    given = Context(settings, store, tokens, table_of, time.time, judge_pool, media, metrics, recordings)
    app[CONTEXT] = given
    whip = WhipEndpoint(LiveWhip(tokens, table_of, time.time), media.loopback)
    whep = WhepEndpoint(LiveWhep(tokens, table_of, given.permits, time.time, media.threads.options))
    microphones = MicrophoneEndpoint(LiveMicrophones(tokens, table_of, given.permits, time.time))
    app.add_routes(
        [
            *entry.routes(),
            *own.routes(),
            *interviews.routes(),
            *audit.routes(),
            *recordings_api.routes(),
            *thumbnail.routes(app),
            *openapi.routes(),
            *health.routes(),
            *whip.routes(),
            *whep.routes(),
            *microphones.routes(),
            *pages.routes(),
        ]
    )
    app.router.add_get("/api/v1/control", control)

    async def running(app: web.Application) -> AsyncIterator[None]:
        metrics.watch_loop()
        await asyncio.get_running_loop().run_in_executor(judge_pool, warm_up)
        resumed = await table_of.resume_running()
        if resumed:
            log.info("%d running interviews go on", resumed)
        sweeping = asyncio.create_task(sweep(table_of), name="sweep interviews")
        tidying = asyncio.create_task(tidy(recordings, table_of), name="tidy recordings")
        yield
        sweeping.cancel()
        tidying.cancel()
        await asyncio.gather(
            *(page.close(CloseCode.RESTART, "the server restarts") for page in tuple(given.pages))
        )
        await whep.close()
        await microphones.close()
        await whip.close()
        await table_of.close()
        await media.close()
        await recordings.close()
        if language_model is not None:
            await language_model.close()
        await store.close()
        readings.close()
        judge_pool.shutdown()
        await metrics.close()

    app.cleanup_ctx.append(running)
    return app


def _answer_reader(settings: Settings) -> ReadsAnswers | None:
    """The prepared reader, unless the operator does without."""
    wanted = settings.interview.answer_reader
    return reader_in(settings.storage.models_dir / ANSWER_READER.name) if wanted else None


def models_used(installed: Mapping[str, str], reader: str | None) -> dict[str, str]:
    """The models of the report's versions: the answer reader only where it reads; ``reader`` is its name."""
    others = {name: version for name, version in installed.items() if name != ANSWER_READER.name}
    if reader is None:
        return others
    return {**others, ANSWER_READER.name: installed.get(ANSWER_READER.name, reader)}


async def sweep(interviews: Interviews) -> None:
    """Forget interviews that are over, as long as the server runs."""
    while True:
        await asyncio.sleep(SWEEP_EVERY_S)
        try:
            await interviews.sweep()
        except Exception:
            log.exception("interviews could not be swept; trying again later")


async def tidy(recordings: Recordings, interviews: Interviews) -> None:
    """Mend what a crash cut and destroy what was kept long enough: at once, then every hour."""
    while True:
        try:
            await recordings.tidy(interviews)
        except Exception:
            log.exception("recordings could not be tidied up; trying again later")
        await asyncio.sleep(TIDY_EVERY_S)


def jobs_of(folder: Path | None) -> dict[str, tuple[Job, str]]:
    """The shipped jobs and those of ``folder``, each with its file's text. Raises ``JobFileError``."""
    shipped = resources.files("scoring") / "jobs"
    jobs = {
        job_id: (job, (shipped / f"{job_id}.yaml").read_text(encoding="utf-8"))
        for job_id, job in shipped_jobs().items()
    }
    for file in sorted(folder.glob("*.yaml")) if folder else ():
        text = file.read_text(encoding="utf-8")
        job = load_job(text, file.name.removesuffix(".yaml"))
        jobs[job.id] = (job, text)
    return jobs


def unix_ms() -> int:
    return time.time_ns() // 1_000_000


def monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000
