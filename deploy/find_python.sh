#!/bin/sh
# Prints the Python to make the environment with: 3.11 or newer, able to make one, the most tried first.
set -eu
for candidate in python3.11 python3.12 python3.13 python3 python3.14 python; do
    found="$(command -v "$candidate" 2>/dev/null)" || continue
    if "$found" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "$found"
        exit 0
    fi
done
echo "Viva needs Python 3.11 or newer with its venv module. On Debian or Ubuntu, please run:" >&2
echo "  sudo apt-get update && sudo apt-get install -y python3 python3-venv" >&2
exit 1
