"""The command line, ``viva``: parses, reads the settings, runs one command, says errors in a sentence."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from media_pipeline.errors import SettingError, VivaError
from server.settings import Settings

if TYPE_CHECKING:
    from server.cli.links import Invited

DESCRIPTION = """\
Viva interviews candidates live in the browser: it listens, looks, asks follow-up
questions while the answer is still being given, and shows everything to the
interviewers as it happens.

A first try:
  viva models          install the models (once, about 240 MB)
  viva serve --demo    start the server and print links to demo interviews
"""

EPILOG = """\
Settings are environment variables that begin with VIVA_ (VIVA_PORT, VIVA_DATA_DIR, …);
`viva settings` lists them all with their defaults and units.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status: 0, 1 for an error, 2 for a wrong setting or argument."""
    options = parser().parse_args(arguments)
    try:
        settings = Settings.from_environment(os.environ)
        return _run(options, settings)
    except SettingError as error:
        print(f"viva: {error}", file=sys.stderr)
        return 2
    except VivaError as error:
        print(f"viva: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(options: argparse.Namespace, settings: Settings) -> int:
    # Imported here: `viva --help` and `viva settings` must not wait for the media libraries.
    match options.command:
        case "serve":
            from server.cli.serve import serve  # noqa: PLC0415

            asyncio.run(serve(settings, demo=options.demo))
        case "models":
            from server.cli.models import models  # noqa: PLC0415

            return models(settings, options.names, check=options.check)
        case "demo":
            from server.cli.demo import order_demo  # noqa: PLC0415

            asyncio.run(order_demo(settings))
        case "links":
            from server.cli.links import links  # noqa: PLC0415

            asyncio.run(links(settings, options.interview))
        case "invite":
            from server.cli.links import invite  # noqa: PLC0415

            invite(settings, _invited(options))
        case "token":
            from server.cli.links import rotate, token  # noqa: PLC0415

            if options.rotate:
                rotate(settings)
            else:
                token(settings, _invited(options))
        case "audit":
            from server.cli.audit import audit  # noqa: PLC0415

            return asyncio.run(audit(settings, options.expect))
        case "settings":
            from server.cli.settings_page import settings_page  # noqa: PLC0415

            print(settings_page(), end="")
    return 0


def parser() -> argparse.ArgumentParser:
    """Every command with its help."""
    top = argparse.ArgumentParser(
        prog="viva",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"viva {_version()}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    serve = _command(commands, "serve", "start the server", "Start the server; Ctrl-C or SIGTERM stops it.")
    serve.add_argument("--demo", action="store_true", help="make demo interviews and print their links")

    models = _command(
        commands,
        "models",
        "install the models",
        "Install the models, each file checked by its SHA-256. What is there already stays; "
        "then nothing is downloaded.",
    )
    models.add_argument("names", nargs="*", metavar="MODEL", help="only these (default: all)")
    models.add_argument(
        "--check", action="store_true", help="read every byte again, also of installed models"
    )

    _command(
        commands,
        "demo",
        "make demo interviews on the running server",
        "Make a demo interview in English and one in Chinese on the running server and print their links.",
    )

    links = _command(
        commands,
        "links",
        "list interviews, or print the links of one",
        "List the interviews; with the id of one, print the links of everybody who has to do with it.",
    )
    links.add_argument("interview", nargs="?", metavar="INTERVIEW", help="the interview's id")

    invite = _command(
        commands,
        "invite",
        "make a person's link to the interviewers' pages",
        "Print a person's own link. Whoever has it is taken for that person, with these rights.",
    )
    _person_arguments(invite, default_role=None)

    token = _command(
        commands,
        "token",
        "make an API token, or a new signing key",
        "Print a token for the REST API, to be sent as `Authorization: Bearer TOKEN`.",
    )
    _person_arguments(token, default_role="recruiter")
    token.add_argument(
        "--rotate",
        action="store_true",
        help="make a new signing key; the two before it still verify. Takes effect at the next start",
    )

    audit = _command(
        commands,
        "audit",
        "check that the audit trail is as it was written",
        "Follow the audit trail's chain of hashes and print the newest. Note it elsewhere: with --expect it "
        "is found out later whether the trail's end was cut off.",
    )
    audit.add_argument("--expect", metavar="HASH", help="a hash noted earlier that must stand in the chain")

    _command(
        commands, "settings", "list all settings", "List all settings with defaults and units (Markdown)."
    )
    return top


def _version() -> str:
    try:
        return version("viva-interview")
    except PackageNotFoundError:
        return "from an uninstalled source tree"


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, short: str, long: str
) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=short, description=long, epilog=EPILOG)


DESK_ROLES = ("interviewer", "department_head", "recruiter", "auditor", "operator")


def _person_arguments(command: argparse.ArgumentParser, default_role: str | None) -> None:
    """Who it is for, and how far it reaches; what each role may do: docs/roles.md."""
    command.add_argument(
        "role",
        nargs="?" if default_role else None,
        default=default_role,
        choices=DESK_ROLES,
        help="what it may do" + (f" (default: {default_role})" if default_role else ""),
    )
    command.add_argument(
        "--person",
        metavar="ID",
        required=default_role is None,
        help="whose it is: a staff number, a login, a mail address. Interviewers are assigned by it",
    )
    command.add_argument("--name", default="", help="the person's name, as colleagues read it")
    command.add_argument(
        "--department",
        action="append",
        metavar="NAME",
        help="for this department only; may be given several times (default: all)",
    )
    command.add_argument(
        "--job",
        action="append",
        metavar="ID",
        help="a head's post; may be given several times (default: all of the department)",
    )
    command.add_argument("--interview", metavar="ID", help="for this interview only")
    command.add_argument(
        "--days", type=_days, default=None, help="how long it works (default: VIVA_LINK_DAYS)"
    )


def _invited(options: argparse.Namespace) -> Invited:
    from server.cli.links import COMMAND_LINE, Invited  # noqa: PLC0415

    return Invited(
        role=options.role,
        subject=options.person or COMMAND_LINE.subject,
        name=options.name or ("" if options.person else COMMAND_LINE.name),
        departments=options.department or (),
        jobs=options.job or (),
        interview=options.interview,
        days=options.days,
    )


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 3650:
        raise argparse.ArgumentTypeError("must be from 1 to 3650")
    return days
