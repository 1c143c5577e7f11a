"""The command line: help for a newcomer, errors in a sentence, a server that starts, answers and stops."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession

from media_pipeline.errors import ModelError
from media_pipeline.models import ModelFolder, Progress
from media_pipeline.models.manifest import ANSWER_READER
from server.cli import main, parser
from server.cli.models import ProgressLines
from server.tokens import Tokens, open_key_file

ROOT = Path(__file__).parents[2]
COMMANDS = ("serve", "models", "demo", "links", "invite", "token", "audit", "settings")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No VIVA_* of the machine, data in an empty folder."""
    for name in [name for name in os.environ if name.startswith("VIVA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("VIVA_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.mark.parametrize("arguments", [["--help"], *([command, "--help"] for command in COMMANDS)])
def test_help_is_whole(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 0
    text = capsys.readouterr().out
    assert "viva settings" in text
    if arguments == ["--help"]:
        assert all(re.search(rf"^    {command} +\w", text, re.M) for command in COMMANDS)


def test_every_command_is_listed_here() -> None:
    (group,) = (action for action in parser()._actions if action.dest == "command")
    assert tuple(group.choices or ()) == COMMANDS


@pytest.mark.usefixtures("environment")
def test_a_wrong_setting_stops_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIVA_PORT", "http")
    assert main(["serve"]) == 2
    captured = capsys.readouterr()
    assert captured.err == "viva: VIVA_PORT is 'http'; it must be a whole number.\n"
    assert captured.out == ""


def test_a_token_is_for_the_desk(environment: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "auditor", "--interview", "i1", "--days", "2"]) == 0
    token = capsys.readouterr().out.strip()
    tokens = Tokens(open_key_file(environment / "secret.json"))
    grant = tokens.verify(token, "desk", now=time.time())
    assert (grant.role, grant.interview) == ("auditor", "i1")
    assert 1.9 < (grant.expires_at - time.time()) / 86_400 <= 2


def test_a_persons_link_says_who_they_are_and_how_far_they_reach(
    environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scope = ["--department", "sales", "--job", "clerk.en", "--job", "clerk.zh"]
    assert main(["invite", "department_head", "--person", "h@x.org", "--name", "何女士", *scope]) == 0
    (token,) = tokens_in(capsys.readouterr().out)
    grant = Tokens(open_key_file(environment / "secret.json")).verify(token, "desk", now=time.time())
    assert (grant.role, grant.subject, grant.display_name) == ("department_head", "h@x.org", "何女士")
    assert (grant.departments, grant.jobs) == ({"sales"}, {"clerk.en", "clerk.zh"})
    assert main(["invite", "recruiter", "--person", "no such id"]) == 1
    assert "--person" in capsys.readouterr().err


def test_a_new_key_signs_and_the_old_one_verifies(
    environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["token"])
    old = capsys.readouterr().out.strip()
    before = open_key_file(environment / "secret.json")
    assert main(["token", "--rotate"]) == 0
    after = open_key_file(environment / "secret.json")
    assert after.newest != before.newest
    assert Tokens(after).verify(old, "desk", now=time.time()).role == "recruiter"


@pytest.mark.parametrize(
    "arguments", [["token", "candidate"], ["token", "--days", "0"], ["fly"], ["invite", "auditor"], []]
)
@pytest.mark.usefixtures("environment")
def test_wrong_arguments_are_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert "usage: viva" in capsys.readouterr().err


@pytest.mark.usefixtures("environment")
def test_links_of_an_unknown_interview(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["links"]) == 0
    assert "no interviews yet" in capsys.readouterr().out
    assert main(["links", "nobody"]) == 1
    assert capsys.readouterr().err == "viva: There is no interview nobody.\n"


@pytest.mark.usefixtures("environment")
def test_demo_without_a_server_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], unused_tcp_port: int
) -> None:
    monkeypatch.setenv("VIVA_PORT", str(unused_tcp_port))
    assert main(["demo"]) == 1
    assert "viva serve" in capsys.readouterr().err


@pytest.mark.usefixtures("environment")
def test_an_unknown_model_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "gpt-9000"]) == 1
    assert "gpt-9000" in capsys.readouterr().err


@pytest.fixture
def asked_for(environment: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which models are asked of the installer; of all of them the answer reader cannot be had."""
    asked: list[str] = []

    def install(names: Sequence[str], **_: object) -> None:
        asked.extend(names)
        if ANSWER_READER.name in names:
            raise ModelError("The network is away.")

    monkeypatch.setattr("server.cli.models.install", install)
    monkeypatch.setenv("VIVA_MODELS_DIR", str(environment / "models"))
    return asked


def test_an_optional_model_that_cannot_be_had_is_told_and_passed_over(
    asked_for: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models"]) == 0
    assert ANSWER_READER.name in asked_for
    assert re.fullmatch(
        rf"Viva works without {ANSWER_READER.name} .*The network is away\.\n", capsys.readouterr().err
    )


def test_who_names_a_model_wants_it(asked_for: list[str]) -> None:
    assert main(["models", ANSWER_READER.name]) == 1
    assert asked_for == [ANSWER_READER.name]


def test_without_the_answer_reader_it_is_not_fetched(
    asked_for: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_ANSWER_READER", "off")
    assert main(["models"]) == 0
    assert ANSWER_READER.name not in asked_for
    assert "piper-en-joe" in asked_for


class TestProgressLines:
    STEPS = (
        Progress("voice", "fetching", 0, 2_000_000, "package"),
        Progress("voice", "fetching", 1_000_000, 2_000_000, "package"),
        Progress("voice", "verifying", 2_000_000, 2_000_000, "package"),
        Progress("voice", "installed", 2_000_000, 2_000_000, "package"),
    )

    def shown(self, stream: io.StringIO) -> str:
        lines = ProgressLines(stream)
        for step in self.STEPS:
            lines(step)
        return stream.getvalue()

    def test_a_log_gets_a_line_per_state(self) -> None:
        lines = self.shown(io.StringIO()).splitlines()
        assert len(lines) == 3
        assert "installed (2.0 MB)" in lines[-1]

    def test_a_terminal_gets_one_line_rewritten(self) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        text = self.shown(Terminal())
        assert text.count("\n") == 1
        assert "1.0 of 2.0 MB" in text


@dataclass
class Running:
    """A server process of our own."""

    process: subprocess.Popen[str]
    environment: dict[str, str]
    url: str
    started: str
    errors: Path

    def viva(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "server.cli", *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )


def start(environment: dict[str, str], errors: Path) -> Running:
    process = subprocess.Popen(
        [sys.executable, "-m", "server.cli", "serve", "--demo"],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=errors.open("a"),
        text=True,
    )
    assert process.stdout is not None
    started = ""
    while started.count("interviewer ") < 2:
        line = process.stdout.readline()
        if not line:
            process.wait()
            raise RuntimeError(f"the server ended: {started}{errors.read_text()}")
        started += line
    ready = re.search(r"ready at (http://127\.0\.0\.1:(\d+))", started)
    assert ready is not None
    return Running(process, {**environment, "VIVA_PORT": ready[2]}, ready[1], started, errors)


def stop(running: Running) -> int:
    running.process.send_signal(signal.SIGTERM)
    assert running.process.stdout is not None
    running.process.stdout.read()
    return running.process.wait()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, model_folder: ModelFolder) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("viva")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VIVA_")}
    environment |= {
        "VIVA_DATA_DIR": str(folder / "data"),
        "VIVA_MODELS_DIR": str(model_folder.root),
        "VIVA_PORT": "0",
    }
    server = start(environment, folder / "errors.txt")
    yield server
    if server.process.poll() is None:
        stop(server)


def tokens_in(text: str) -> list[str]:
    return re.findall(r"#t=(\S+)", text)


class TestServer:
    async def test_it_is_up_ready_and_measured(self, running: Running) -> None:
        async with ClientSession(running.url) as session:
            assert (await session.get("/healthz")).status == 200
            ready = await session.get("/readyz")
            assert (ready.status, (await ready.json())["ready"]) == (200, True)
            metrics = await (await session.get("/metrics")).text()
            assert "viva_event_loop_lag_seconds_bucket" in metrics
            assert "process_resident_memory_bytes" in metrics

    async def test_the_printed_links_work_at_once(self, running: Running) -> None:
        candidates, desks = tokens_in(running.started)[::2], tokens_in(running.started)[1::2]
        languages = []
        async with ClientSession(running.url) as session:
            for token in candidates:
                answer = await session.get("/api/v1/entry", headers={"Authorization": f"Bearer {token}"})
                assert answer.status == 200
                languages.append((await answer.json())["language"])
            for token in desks:
                answer = await session.get("/api/v1/interviews", headers={"Authorization": f"Bearer {token}"})
                assert answer.status == 200
            for page in ("/c/", "/i/"):
                assert (await session.get(page)).status == 200
        assert languages == ["en", "zh"]

    async def test_demo_and_links_on_the_running_server(self, running: Running) -> None:
        demo = running.viva("demo")
        assert demo.returncode == 0, demo.stderr
        assert len(tokens_in(demo.stdout)) == 4 + 3, "two interviews, and a link for each other role"
        listed = running.viva("links").stdout.splitlines()
        assert len(listed) == 4
        of_one = running.viva("links", listed[0].split()[0])
        lines = re.findall(r"^(.+?) +http", of_one.stdout, re.M)
        assert lines == ["candidate", "interviewer", "department head", "recruiter", "auditor"]
        token = tokens_in(of_one.stdout)[0]
        async with ClientSession(running.url, headers={"Authorization": f"Bearer {token}"}) as session:
            assert (await session.get("/api/v1/entry")).status == 200

    def test_a_taken_port_is_said_at_once(self, running: Running, tmp_path: Path) -> None:
        environment = {**running.environment, "VIVA_DATA_DIR": str(tmp_path)}
        second = Running(running.process, environment, running.url, "", tmp_path / "e").viva("serve")
        assert second.returncode == 2
        assert "VIVA_PORT" in second.stderr
        assert "Viva is starting" not in second.stdout

    def test_stops_on_sigterm_and_waiting_interviews_are_offered_again(self, running: Running) -> None:
        before = len(running.viva("links").stdout.splitlines())
        assert stop(running) == 0
        again = start(running.environment, running.errors)
        assert len(running.viva("links").stdout.splitlines()) == before
        assert stop(again) == 0

    def test_nothing_went_wrong_and_no_token_was_logged(self, running: Running) -> None:
        logged = running.errors.read_text()
        assert "GET /api/v1/entry 200" in logged
        for token in tokens_in(running.started):
            assert token not in logged
        assert "Traceback" not in logged
        assert "ERROR" not in logged
