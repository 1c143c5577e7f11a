#!/bin/sh
# What Viva needs of the operating system beyond Python.
#
#   sh deploy/system_packages.sh run     to run the server: libseccomp (keeps the vision process off the internet)
#   sh deploy/system_packages.sh test    also for the tests: Chromium, Chinese fonts, strace, Redis
#
# Installs by itself on Debian and Ubuntu where it may (root, or sudo without a password); else it
# stops and says the exact command. Where nothing is missing it does nothing and asks nobody.
set -eu

purpose="${1:-test}"
missing=""

library() { # library NAME PACKAGE
    /sbin/ldconfig -p 2>/dev/null | grep -q "$1" || missing="$missing $2"
}
program() { # program PACKAGE NAME...
    package="$1"
    shift
    for name in "$@"; do
        command -v "$name" >/dev/null 2>&1 && return
    done
    missing="$missing $package"
}
font() { # font LANGUAGE PACKAGE
    if ! command -v fc-list >/dev/null 2>&1 || [ -z "$(fc-list ":lang=$1" 2>/dev/null)" ]; then
        missing="$missing $2"
    fi
}

if [ "$(uname -s)" = Linux ]; then
    library libseccomp.so.2 libseccomp2
    # mediapipe is linked against these, and against OpenCV with a window system; no window is opened.
    library libEGL.so.1 libegl1
    library libGLESv2.so.2 libgles2
    library libGL.so.1 libgl1
    library libglib-2.0.so.0 libglib2.0-0
    # Text layout of the report's PDF.
    library libpango-1.0.so.0 libpango-1.0-0
    library libpangoft2-1.0.so.0 libpangoft2-1.0-0
fi
if [ "$purpose" = test ]; then
    program chromium chromium chromium-browser google-chrome
    program redis-server redis-server
    program strace strace
    program iproute2 ip
    if [ "$(uname -s)" = Linux ]; then
        font zh fonts-noto-cjk
    fi
fi

[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install with your system's package manager (names as in Debian):$missing" >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    as_root="env"
elif sudo -n true 2>/dev/null; then
    as_root="sudo env"
else
    echo "Viva needs packages of the operating system. Please run:" >&2
    echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends$missing" >&2
    exit 1
fi
echo "Installing$missing"
# Services (Redis) are not started: the tests start their own on free ports.
if [ ! -e /usr/sbin/policy-rc.d ] && [ "$(id -u)" = 0 ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
$as_root DEBIAN_FRONTEND=noninteractive apt-get update -qq
# shellcheck disable=SC2086
$as_root DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
