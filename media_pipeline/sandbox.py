"""A process that cannot reach the internet.

mediapipe reports its use to its maker and offers no switch (its issue 6291), and native code that
parses a stranger's pictures deserves little trust. A worker calls ``confine`` before it imports
anything else; from then on the kernel refuses it every new socket, whatever the family: with a Unix
socket it could ask a name service that asks the network in its place. What it has is the pipes and
the memory its parent gave it.
"""

from __future__ import annotations

import errno
import os
import sys

from media_pipeline.errors import VivaError

UNAVAILABLE = os.EX_UNAVAILABLE
"""Exit status of a worker that will never be able to start on this machine."""

REFUSED: tuple[str, ...] = (
    "socket", "connect", "bind", "sendmmsg",            # no way out ...
    "io_uring_setup",                                   # ... nor around the filter
    "execve", "execveat",                               # no helper program
    "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd",  # nor somebody else's way out
    "bpf", "perf_event_open", "userfaultfd", "unshare", "setns", "mount",
)  # fmt: skip
"""System calls that fail with EACCES in a confined process."""


class SandboxError(VivaError):
    """The filter cannot be set; the sentence says what is missing."""

    code = "sandbox"
    status = 503


def confine() -> None:
    """Refuses this process, and all it may start, every system call in ``REFUSED``. For good.

    Call it before anything that starts a thread. Raises ``SandboxError`` if the kernel or the
    machine cannot do it; the caller must then not go on.
    """
    if sys.platform != "linux":
        raise SandboxError("Vision and voice need Linux: seccomp keeps their processes off the internet.")
    try:
        import pyseccomp  # noqa: PLC0415 - fails where libseccomp is missing
    except (ImportError, OSError, RuntimeError) as error:
        # pyseccomp looks for the system's libseccomp when it is imported.
        raise SandboxError(
            f"The library libseccomp is missing ({error}). Install it: apt-get install libseccomp2"
        ) from error
    try:
        rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
        rules.set_attr(pyseccomp.Attr.CTL_TSYNC, 1)  # threads that exist already, too
        for name in REFUSED:
            rules.add_rule(pyseccomp.ERRNO(errno.EACCES), name)
        rules.load()
    except OSError as error:
        raise SandboxError(f"The kernel does not take the seccomp filter: {error}.") from error


def confine_or_exit() -> None:
    """``confine`` for a worker's first line: without the filter it ends with ``UNAVAILABLE``."""
    try:
        confine()
    except SandboxError as error:
        print(error, file=sys.stderr, flush=True)
        sys.exit(UNAVAILABLE)
