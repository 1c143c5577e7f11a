"""``viva serve``: bind, load, listen, say so; stop gracefully."""

from __future__ import annotations

import asyncio
import dataclasses
import gc
import logging
import signal
import socket
import time

from aiohttp import web

from media_pipeline.errors import SettingError
from server import logs
from server.app import build
from server.cli.demo import demo_interviews, shown
from server.context import CONTEXT
from server.http.access_log import AccessLogger
from server.http.access_log import log as access_log
from server.settings import Settings

log = logging.getLogger(__name__)

SHUTDOWN_S = 10.0
"""How long requests under way may take to end."""


async def serve(settings: Settings, *, demo: bool) -> None:
    """Run until SIGINT or SIGTERM. Raises ``SettingError``, ``ModelError`` or ``StoreError`` at the start."""
    began = time.monotonic()
    logs.configure(settings.http.log_level, settings.http.log_format)
    stop = _stop_on_signals()
    # Bound first, so that a taken port is said at once; nobody can connect before all is loaded.
    door = _bind(settings)
    settings = _with_port(settings, door.getsockname()[1])
    print("Viva is starting: loading models, opening the store …", flush=True)
    try:
        app = await build(settings)
    except BaseException:
        door.close()
        raise
    runner = web.AppRunner(
        app,
        access_log_class=AccessLogger,
        access_log=access_log,
        shutdown_timeout=SHUTDOWN_S,
        max_line_size=8190,
    )
    try:
        await runner.setup()
        _keep_what_is_loaded()
        await web.SockSite(runner, door).start()
        print(f"Viva is ready at {settings.public_url} after {time.monotonic() - began:.1f} s.", flush=True)
        if demo:
            given = app[CONTEXT]
            print(shown(await demo_interviews(given), given.links), flush=True)
        await stop.wait()
        print("Viva is stopping; running interviews are kept and go on at the next start.", flush=True)
    finally:
        await runner.cleanup()
        door.close()


def _keep_what_is_loaded() -> None:
    """Take what was loaded out of the garbage collector's sight.

    Dictionaries and models stay as long as the process. Looking through them for garbage holds the
    interpreter for up to 50 ms, in the middle of an answer.
    """
    gc.collect()
    gc.freeze()


def _stop_on_signals() -> asyncio.Event:
    """Set by the first SIGINT or SIGTERM; a second one ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop_once() -> None:
        stop.set()
        for signum in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(signum)

    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, stop_once)
    return stop


def _bind(settings: Settings) -> socket.socket:
    host, port = settings.http.host.strip("[]"), settings.http.port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        door = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SettingError(f"VIVA_HOST: {host} is not an address of this machine ({error}).") from error
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(address)
        door.setblocking(False)
    except OSError as error:
        door.close()
        where = f"{host}:{port} (VIVA_HOST, VIVA_PORT)"
        raise SettingError(f"Cannot listen on {where}: {error.strerror}. Is Viva running already?") from error
    return door


def _with_port(settings: Settings, port: int) -> Settings:
    """With VIVA_PORT=0 the system chooses; links need the choice."""
    return dataclasses.replace(settings, http=dataclasses.replace(settings.http, port=port))
