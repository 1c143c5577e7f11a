"""Logging: lines for people or JSON, and no token in either."""

from __future__ import annotations

import logging
import re
import sys
from typing import TextIO

import msgspec

from server.settings import LogFormat, LogLevel

_TOKEN = re.compile(r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*")
"""A JSON Web Token: base64url of ``{"`` …, twice more after a dot."""


class NoTokens(logging.Filter):
    """The last line of defence: whatever is logged by mistake, a token is not in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if _TOKEN.search(message):
            record.msg, record.args = without_tokens(message), ()
        return True


class TextLines(logging.Formatter):
    """``12:30:01 warning server.live: …``."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        return without_tokens(super().format(record))  # Tracebacks too.


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": record.created,
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return without_tokens(msgspec.json.encode(entry).decode())


def without_tokens(text: str) -> str:
    return _TOKEN.sub("[token]", text)


def configure(level: LogLevel, form: LogFormat, stream: TextIO | None = None) -> None:
    """Log everything of this process to ``stream`` (stderr)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    handler.addFilter(NoTokens())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # These tell every packet, migration and statement at info.
    for name in ("aioice", "aiortc", "alembic", "aiosqlite", "sqlalchemy", "libav", "faster_whisper"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
