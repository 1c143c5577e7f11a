"""A helper process with one job: questions in, answers out, started again when it dies.

The parent's side (``WorkerProcess``) and the worker's side (``serve``) of one small protocol:
length-prefixed messages over the worker's standard input and output, one answer a question, in
order; the first message of a worker is empty and means "ready". The messages are bytes: what they
mean is their users' affair, and nothing in them is ever unpickled.

A plain subprocess and not ``multiprocessing``: the worker imports nothing but its own module (a
spawned multiprocessing child imports the parent's main module first, before any filter could be
set), gets none of the server's environment, and ends when its parent does, because its input ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import struct
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from media_pipeline.errors import VivaError
from media_pipeline.sandbox import UNAVAILABLE

_LENGTH = struct.Struct("!I")
_MESSAGE_AT_MOST = 16 << 20
_KEPT_LINES = 8
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH")
_PASSED_ON_PREFIXES = ("OPENBLAS_", "OMP_")

State = Literal["starting", "ok", "missing"]
StateChanged = Callable[[State, str], None]

_log = logging.getLogger(__name__)


class WorkerDownError(VivaError):
    """The worker is not there, died over this question, or took too long and was ended."""

    code = "worker_down"
    status = 503


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    start_timeout_s: float = 30.0
    """From process start to "ready"."""
    answer_timeout_s: float = 10.0
    """A question that takes longer is taken for a hang: the process is ended and started again."""
    restart_after_s: float = 0.5
    """Pause before the first restart; doubled with each failure in a row."""
    restart_after_at_most_s: float = 30.0
    forgiven_after_s: float = 60.0
    """A process that lived this long starts the pauses over."""
    close_timeout_s: float = 2.0
    niceness: int = 0
    """Added to the process's nice value: the ears come before the eyes."""


def restart_pause_s(failures: int, options: WorkerOptions) -> float:
    """The pause before a restart after ``failures`` (≥ 1) deaths in a row."""
    return min(options.restart_after_s * 2.0 ** min(failures - 1, 30), options.restart_after_at_most_s)


class WorkerProcess:
    """Keeps one worker (``python -m module arguments…``) running.

    ``on_state`` is told on the event loop: ``ok`` when the worker is ready, ``missing`` with a
    reason when it is not there. All methods belong to one event loop.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str] = (),
        *,
        options: WorkerOptions | None = None,
        pass_fds: Sequence[int] = (),
        on_state: StateChanged | None = None,
    ) -> None:
        self._module = module
        self._arguments = tuple(arguments)
        self._options = options or WorkerOptions()
        self._pass_fds = tuple(pass_fds)
        self._on_state = on_state
        self._state: State = "starting"
        self._detail = ""
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._settled = asyncio.Event()
        self._supervisor: asyncio.Task[None] | None = None
        self._last_words: deque[str] = deque(maxlen=_KEPT_LINES)
        self._restarts = 0

    @property
    def state(self) -> State:
        return self._state

    @property
    def detail(self) -> str:
        """Why the worker is missing."""
        return self._detail

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    @property
    def restarts(self) -> int:
        """How often the worker had to be started again."""
        return self._restarts

    async def start(self) -> State:
        """Starts the worker and answers when it is ready, or known not to come (see ``state``)."""
        if self._supervisor is None:
            self._supervisor = asyncio.create_task(self._supervise(), name=f"supervise {self._module}")
        await self._settled.wait()
        return self._state

    async def ask(self, question: bytes) -> bytes:
        """One question, one answer; callers wait in line.

        Raises ``WorkerDownError``. A caller that stops waiting (is cancelled) while its question is
        with the worker costs the worker its life, since its answer would be taken for the next one's:
        shield the call where that can happen.
        """
        async with self._turn:
            process = self._process
            if self._state != "ok" or process is None or process.stdin is None or process.stdout is None:
                raise WorkerDownError(f"{self._module} is not running: {self._detail or 'starting'}.")
            try:
                async with asyncio.timeout(self._options.answer_timeout_s):
                    process.stdin.write(_LENGTH.pack(len(question)) + question)
                    await process.stdin.drain()
                    return await _read_message(process.stdout)
            except (TimeoutError, OSError, asyncio.IncompleteReadError, ValueError) as error:
                _kill(process)
                raise WorkerDownError(f"{self._module} did not answer: {type(error).__name__}.") from error
            except asyncio.CancelledError:
                _kill(process)
                raise

    async def close(self) -> None:
        """Ends the worker: asks by closing its input, insists after ``close_timeout_s``."""
        supervisor, self._supervisor = self._supervisor, None
        if supervisor is not None:
            supervisor.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await supervisor

    async def _supervise(self) -> None:
        failures = 0
        while True:
            started = time.monotonic()
            permanent = await self._live_once()
            if time.monotonic() - started >= self._options.forgiven_after_s:
                failures = 0
            failures += 1
            self._change("missing", self._detail)
            if permanent:
                return
            await asyncio.sleep(restart_pause_s(failures, self._options))
            self._restarts += 1

    async def _live_once(self) -> bool:
        """One life of the process. True: it will never come to life on this machine."""
        self._last_words.clear()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", self._module, *self._arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            pass_fds=self._pass_fds,
            env=_environment(self._options.niceness),
            limit=1 << 20,
        )  # fmt: skip
        self._process = process
        listener = asyncio.create_task(self._listen(process))
        try:
            ready = await self._wait_until_ready(process)
            if ready:
                self._change("ok", "")
            status = await process.wait()
            await listener
            self._detail = self._last_sentence(status, ready)
            _log.warning("%s ended: %s", self._module, self._detail)
            return status == UNAVAILABLE and not ready
        finally:
            self._process = None
            listener.cancel()
            await _end(process, self._options.close_timeout_s)

    async def _wait_until_ready(self, process: asyncio.subprocess.Process) -> bool:
        try:
            async with asyncio.timeout(self._options.start_timeout_s):
                return process.stdout is not None and await _read_message(process.stdout) == b""
        except TimeoutError:
            self._last_words.append(f"was not ready after {self._options.start_timeout_s:g} s")
        except asyncio.IncompleteReadError:
            # It is ending by itself: its exit status says why, so let it come to that.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._options.close_timeout_s):
                    await process.wait()
        except (OSError, ValueError):
            pass
        _kill(process)  # if it still lives it does not speak our language
        return False

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        """Reads what the worker and its libraries print, so that they never block on it."""
        while process.stderr is not None:
            try:
                line = await process.stderr.readline()
            except ValueError:  # a line over the limit
                continue
            if not line:
                return
            text = line.decode("utf-8", "replace").rstrip()
            self._last_words.append(text[:300])
            _log.debug("%s: %s", self._module, text)

    def _last_sentence(self, status: int, was_ready: bool) -> str:
        how = f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        # What native libraries print while they work would be read as the reason of a crash.
        words = "" if was_ready and status < 0 else next((w for w in reversed(self._last_words) if w), "")
        return f"{words} ({how})" if words else how

    def _change(self, state: State, detail: str) -> None:
        self._detail = detail
        changed, self._state = state != self._state, state
        self._settled.set()
        if changed and self._on_state is not None:
            self._on_state(state, detail)


def serve(answer: Callable[[bytes], bytes], prepare: Callable[[], None] | None = None) -> None:
    """The worker's side: answers questions until the input ends. Never returns before that.

    ``prepare`` loads what the job needs; "ready" is said after it. Standard output is taken away
    from everybody else first: native libraries print what they like.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if (niceness := int(os.environ.get("VIVA_WORKER_NICENESS", "0"))) > 0:
        os.nice(niceness)
    if prepare is not None:
        prepare()
    _write(answers, b"")
    while True:
        header = questions.read(_LENGTH.size)
        if len(header) < _LENGTH.size:
            return
        (length,) = _LENGTH.unpack(header)
        _write(answers, answer(questions.read(length)))


def _write(stream: BinaryIO, message: bytes) -> None:
    stream.write(_LENGTH.pack(len(message)) + message)
    stream.flush()


async def _read_message(stream: asyncio.StreamReader) -> bytes:
    (length,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
    if length > _MESSAGE_AT_MOST:
        raise ValueError(f"a message of {length} bytes")
    return await stream.readexactly(length)


def _environment(niceness: int) -> dict[str, str]:
    """What a worker may know: where things are, not the server's settings and secrets."""
    passed = {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES)
    }
    home = str(Path(__file__).resolve().parent.parent)
    passed["PYTHONPATH"] = os.pathsep.join(filter(None, [home, passed.get("PYTHONPATH", "")]))
    passed["VIVA_WORKER_NICENESS"] = str(niceness)
    return passed


def _kill(process: asyncio.subprocess.Process) -> None:
    # Not process.kill(): that may collect the exit status of one that just died, and asyncio's own
    # watcher then reports 255 instead of the reason (until asyncio waits by pidfd: Python 3.12).
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


async def _end(process: asyncio.subprocess.Process, patience_s: float) -> None:
    if process.returncode is not None:
        return
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(patience_s):
            await process.wait()
    except TimeoutError:
        _kill(process)
        await process.wait()
