"""The tracer sees what a program does; otherwise "nothing leaves" would be worth nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tracing import Contact, contacts, leaving, read_line, refused_sockets, traced

_LINES = """
connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.7")}, 16) = -1 EINPROGRESS (Operation now in progress)
sendto(4, ""..., 1, 0, {sa_family=AF_INET, sin_port=htons(5353), sin_addr=inet_addr("127.0.0.1")}, 16) = 1
connect(5, {sa_family=AF_INET6, sin6_port=htons(53), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28) = 0
sendmsg(5, {msg_name={sa_family=AF_INET6, sin6_port=htons(9), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, msg_namelen=28, msg_iov=[{iov_base=""..., iov_len=1}]}, 0) = 1
connect(7, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT (No such file or directory)
connect(7, {sa_family=AF_UNIX, sun_path="/run/systemd/resolve/io.systemd.Resolve"}, 42) = 0
connect(7, {sa_family=AF_UNIX, sun_path=@"abstract"}, 11) = 0
sendmmsg(9, [{msg_hdr={msg_name=NULL, msg_namelen=0, msg_iovlen=1}, msg_len=33}], 2, MSG_NOSIGNAL) = 2
sendto(8, [{nlmsg_len=20}, ""...], 20, 0, {sa_family=AF_NETLINK, nl_pid=0, nl_groups=00000000}, 12) = 20
connect(3, {sa_family=AF_UNSPEC, sa_data=""...}, 16) = 0
connect(3, {sa_family=AF_VSOCK, svm_cid=0x2, svm_port=0x400}, 16) = 0
+++ exited with 0 +++
""".strip().splitlines()  # noqa: E501 - as strace writes them


def test_every_kind_of_line_is_read() -> None:
    found = [contact for line in _LINES for contact in read_line(line, 1)]
    assert found == [
        Contact("connect", "AF_INET", "192.0.2.7", 443, "EINPROGRESS", 1),
        Contact("sendto", "AF_INET", "127.0.0.1", 5353, None, 1),
        Contact("connect", "AF_INET6", "2001:db8::1", 53, None, 1),
        Contact("sendmsg", "AF_INET6", "::1", 9, None, 1),
        Contact("connect", "AF_UNIX", "/var/run/nscd/socket", None, "ENOENT", 1),
        Contact("connect", "AF_UNIX", "/run/systemd/resolve/io.systemd.Resolve", None, None, 1),
        Contact("connect", "AF_UNIX", "@abstract", None, None, 1),
        Contact("connect", "AF_VSOCK", "", None, None, 1),
    ]
    assert [contact.address for contact in leaving(found)] == [
        "192.0.2.7", "127.0.0.1", "2001:db8::1", "/run/systemd/resolve/io.systemd.Resolve", "",
    ]  # fmt: skip
    assert "192.0.2.7" not in {contact.address for contact in leaving(found, peers=["192.0.2.7"])}


def test_loopback_in_disguise_is_loopback() -> None:
    assert Contact("connect", "AF_INET6", "::ffff:127.0.0.1", 80, None, 1).is_loopback
    assert not Contact("connect", "AF_INET6", "::ffff:192.0.2.7", 80, None, 1).is_loopback


_PROGRAM = """
import socket, subprocess, sys, threading
def speak(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"x", ("127.0.0.1", port))
speak(40001)
thread = threading.Thread(target=speak, args=(40002,)); thread.start(); thread.join()
if len(sys.argv) < 2:
    subprocess.run([sys.executable, __file__, "child"], check=True)
else:
    # Documentation's own addresses (RFC 5737): connecting a datagram socket sends nothing.
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(("192.0.2.7", 40003))
"""


@pytest.mark.parametrize("refused_too", [False, True])
def test_threads_and_children_are_followed(tmp_path: Path, refused_too: bool) -> None:
    script = tmp_path / "program.py"
    script.write_text(_PROGRAM)
    folder = tmp_path / "trace"
    command = traced([sys.executable, str(script)], folder, refused_too=refused_too)
    subprocess.run(command, check=True, timeout=60)
    found = contacts(folder)
    assert {(contact.address, contact.port) for contact in found} == {
        ("127.0.0.1", 40001), ("127.0.0.1", 40002), ("192.0.2.7", 40003),
    }  # fmt: skip
    assert [contact.port for contact in leaving(found)] == [40003]


def test_a_look_up_is_seen(tmp_path: Path) -> None:
    program = "import socket\ntry: socket.getaddrinfo('name.invalid', 80)\nexcept OSError: pass"
    subprocess.run(traced([sys.executable, "-c", program], tmp_path), check=True, timeout=60)
    assert any(contact.is_look_up for contact in leaving(contacts(tmp_path)))


_CONFINED = """
from media_pipeline.sandbox import confine
confine()
import socket
try: socket.socket()
except OSError: pass
"""


def test_what_the_kernel_refuses_is_seen_on_request(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[1])
    command = traced([sys.executable, "-c", _CONFINED], tmp_path, refused_too=True)
    subprocess.run(command, check=True, timeout=60, env={"PYTHONPATH": root, "PATH": "/usr/bin:/bin:/sbin"})
    assert refused_sockets(tmp_path) == 1
    assert leaving(contacts(tmp_path)) == []


def test_without_a_trace_nothing_is_claimed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no trace"):
        contacts(tmp_path)
