"""Whom does a program speak to? Runs it under strace and reads every destination out of the trace.

    command = traced([sys.executable, "-m", "server.cli", "serve"], folder)
    … run it, use it, end it …
    assert leaving(contacts(folder)) == []

strace follows every thread and child. Looking up a name is speaking, too: to a name server, or to a
name service's socket on this machine that asks one (see ``Contact.is_look_up``).
"""

from __future__ import annotations

import ipaddress
import re
import shutil
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_CALLS = "connect,sendto,sendmsg,sendmmsg"
_LINE = re.compile(r"^(?P<call>connect|sendto|sendmsg|sendmmsg)\((?P<arguments>.*)$")
_INET4 = re.compile(r"sin_port=htons\((\d+)\), sin_addr=inet_addr\(\"([0-9.]+)\"\)")
_INET6 = re.compile(r"sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, \"([0-9a-fA-F:.]+)\"")
_UNIX = re.compile(r"sa_family=AF_UNIX, sun_path=(@?\"[^\"]*\")")
_OTHER = re.compile(r"sa_family=(AF_[A-Z0-9]+)")
_RESULT = re.compile(r" = (-?\d+|\?)(?: (E[A-Z0-9]+))?[^=]*$")
_NAME_SERVICES = ("nscd", "systemd/resolve", "nslcd", "sssd", "avahi")
_NAME_PORTS = (53, 137, 853, 5353, 5355)


@dataclass(frozen=True, order=True)
class Contact:
    """One destination that was named to the kernel, whether or not anything arrived there."""

    call: str
    family: str
    """``AF_INET``, ``AF_INET6``, ``AF_UNIX`` or whatever it was."""
    address: str
    port: int | None
    error: str | None
    """``EACCES`` and the like; None: the kernel took it."""
    process: int

    @property
    def is_loopback(self) -> bool:
        if self.family not in ("AF_INET", "AF_INET6"):
            return self.family == "AF_UNIX"
        address = ipaddress.ip_address(self.address)
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return address.is_loopback

    @property
    def is_look_up(self) -> bool:
        """A name was looked up, wherever the answer was asked for.

        A name service that is not there was not asked (users' names are asked of them, too); the C
        library then asks a name server itself, and that is seen.
        """
        if self.family == "AF_UNIX":
            return self.error is None and any(service in self.address for service in _NAME_SERVICES)
        return self.port in _NAME_PORTS


def traced(command: Sequence[str], folder: Path, *, refused_too: bool = False) -> list[str]:
    """The command that runs ``command`` under strace, writing into the empty ``folder``.

    By default the kernel stops the program only at the calls that matter, so that it runs at nearly
    its own speed; a call that the program's own seccomp filter refuses is then refused before strace
    sees it. ``refused_too`` shows those as well (error ``EACCES``), and is slow.
    Raises ``FileNotFoundError`` where strace is not installed.
    """
    strace = shutil.which("strace")
    if strace is None:
        raise FileNotFoundError("strace is not installed. Install it: apt-get install strace")
    folder.mkdir(parents=True, exist_ok=True)
    calls = f"{_CALLS},socket" if refused_too else _CALLS
    speed = [] if refused_too else ["--seccomp-bpf"]
    # One file a thread (-ff): no line is ever broken in two by another thread's.
    return [
        strace, "-ff", "-qq", *speed, "-e", f"trace={calls}", "-e", "signal=none", "-s", "0",
        "-o", str(folder / "trace"), "--", *command,
    ]  # fmt: skip


def contacts(folder: Path) -> list[Contact]:
    """Every destination in the traces of a folder, without repetition. Raises ``ValueError`` if there
    are none: then nothing was traced."""
    traces = sorted(folder.glob("trace.*"))
    if not traces:
        raise ValueError(f"There is no trace in {folder}.")
    found = set()
    for trace in traces:
        process = int(trace.suffix[1:])
        for line in trace.read_text("utf-8", "replace").splitlines():
            found.update(read_line(line, process))
    return sorted(
        found, key=lambda contact: (contact.family, contact.address, contact.port or 0, contact.call)
    )


def refused_sockets(folder: Path) -> int:
    """How many sockets the kernel refused to make (of a trace with ``refused_too``)."""
    lines = (line for trace in folder.glob("trace.*") for line in trace.read_text().splitlines())
    return sum(1 for line in lines if line.startswith("socket(") and "EACCES" in line)


def read_line(line: str, process: int = 0) -> list[Contact]:
    """The destinations of one line of strace's output; none for a socket that was connected before."""
    match = _LINE.match(line)
    if match is None:
        return []
    call, arguments = match["call"], match["arguments"]
    result = _RESULT.search(arguments)
    error = result[2] if result is not None else None
    named = [("AF_INET", host, int(port)) for port, host in _INET4.findall(arguments)]
    named += [("AF_INET6", host, int(port)) for port, host in _INET6.findall(arguments)]
    destinations: list[tuple[str, str, int | None]] = [*named]
    destinations += [("AF_UNIX", path.replace('"', ""), None) for path in _UNIX.findall(arguments)]
    if not destinations:
        # AF_UNSPEC dissolves a connection; netlink asks the kernel about its own interfaces.
        others = set(_OTHER.findall(arguments)) - {"AF_UNSPEC", "AF_NETLINK"}
        destinations += [(family, "", None) for family in sorted(others)]
    return [Contact(call, family, host, port, error, process) for family, host, port in destinations]


def leaving(found: Iterable[Contact], peers: Collection[str] = ()) -> list[Contact]:
    """The contacts that are neither on this machine nor one of ``peers`` (addresses), and every look-up
    of a name. Empty: nothing left."""
    return [
        contact
        for contact in found
        if contact.is_look_up or not (contact.is_loopback or contact.address in peers)
    ]
