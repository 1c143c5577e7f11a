"""What the desk costs and how fast it is: ``python -m tests.benchmarks.desk shown|hour|load``."""

from __future__ import annotations

import argparse
import sys

from tests.benchmarks.desk import hour, load, shown


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.desk", description=__doc__)
    parts = parser.add_subparsers(dest="part", required=True)
    for name, module in (("shown", shown), ("hour", hour), ("load", load)):
        part = parts.add_parser(name, description=module.__doc__)
        module.add_arguments(part)
        part.set_defaults(run=module.run)
    args = parser.parse_args()
    code: int = args.run(args)
    return code


if __name__ == "__main__":
    sys.exit(main())
