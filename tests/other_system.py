"""Importing this makes of Python one of a system that is not POSIX, as far as programs can tell."""

import asyncio  # noqa: F401 - it and the next ones choose by the system when they are imported
import importlib
import os
import select
import selectors  # noqa: F401
import signal
import subprocess  # noqa: F401
import sys
import tempfile  # noqa: F401

_MODULES = ("fcntl", "grp", "pwd", "resource", "termios")
_NAMES = {
    "os": "fork getpriority getuid pidfd_open register_at_fork sched_getaffinity set_blocking sysconf",
    "select": "epoll poll",
    "signal": "SIGCHLD SIGHUP SIGIO SIGPIPE pidfd_send_signal pthread_sigmask setitimer",
}
_kill = os.kill


def _refuse(pid: int, number: int) -> None:
    assert number, "there, this is Ctrl-C for all programs of the console"
    _kill(pid, number)


for name in _MODULES:
    sys.modules[name] = None  # type: ignore[assignment]
for module, names in _NAMES.items():
    for name in names.split():
        if hasattr(sys.modules[module], name):
            delattr(importlib.import_module(module), name)
os.kill = _refuse
assert not any(map(hasattr, (os, select, signal), ("fork", "poll", "SIGHUP")))
