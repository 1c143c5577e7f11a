"""``python -m loadtest COMMAND``: synthetic candidates and benchmarks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = {
    "speech": ("loadtest.speech", "recorded speech in real time into the recogniser"),
    "turns": ("loadtest.turns", "false cut-offs and waits at marked pauses and ends"),
    "watch": ("loadtest.watch", "what viewers of one interview cost the server"),
    "interviews": ("loadtest.interviews", "whole interviews over WebRTC against a running server"),
}
"""Command, the module behind it (with ``add_arguments(parser)`` and ``run(args) -> int``), and what it
does. Only the chosen command's module is imported: each needs other libraries."""


def main(argv: Sequence[str] | None = None) -> int:
    arguments = sys.argv[1:] if argv is None else list(argv)
    parser = argparse.ArgumentParser(prog="python -m loadtest", description=__doc__)
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    modules = {}
    for command, (module_name, summary) in COMMANDS.items():
        subparser = subparsers.add_parser(
            command, help=summary, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if arguments[:1] == [command]:
            modules[command] = import_module(module_name)
            modules[command].add_arguments(subparser)
    args = parser.parse_args(arguments)
    return int(modules[args.command].run(args))


if __name__ == "__main__":
    sys.exit(main())
