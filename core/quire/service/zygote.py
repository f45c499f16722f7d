"""The warm process that workers are forked from: loads the engines once, then forks and kills on request.

It is a plain subprocess and not ``multiprocessing``'s fork server, because that one runs the user's main
module again in every child, which a script without a ``__main__`` guard does not survive.
"""

import os
import signal
import socket
import struct
import sys
from types import FrameType

from quire.service import worker
from quire.service.line import Line

FORK = b"F"
"""Asks for a worker; carries its end of its socket, and the pipe of its permits."""
KILL = b"K"
"""Asks to kill a worker; followed by its process id as four bytes."""
PID = struct.Struct("!I")

# One thread per worker: engines that spawn more fight each other for the cores, and a process with threads
# cannot be forked safely.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


class _Children:
    """The living workers. Only what has not been reaped is killed, so never a stranger's process."""

    def __init__(self) -> None:
        self.pids: set[int] = set()

    def reap(self, _signal: int, _frame: FrameType | None) -> None:
        while self.pids:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self.pids.discard(pid)

    def kill(self, pid: int) -> None:
        if pid in self.pids:
            os.kill(pid, signal.SIGKILL)

    def fork(self, control: socket.socket, worker_fd: int, permits: int) -> None:
        # The signal waits until the child is noted, else it could be reaped before.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
                control.close()
                worker.serve(Line(socket.socket(fileno=worker_fd)), permits)
                status = 0
            finally:
                os._exit(status)
        self.pids.add(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        os.close(worker_fd)
        os.close(permits)


def _serve(control: socket.socket) -> None:
    children = _Children()
    signal.signal(signal.SIGCHLD, children.reap)
    try:
        while True:
            message, descriptors, _, _ = socket.recv_fds(control, 1, 2)
            if message == FORK:
                children.fork(control, *descriptors)
            elif message == KILL:
                children.kill(PID.unpack(control.recv(PID.size, socket.MSG_WAITALL))[0])
            else:
                return
    finally:
        for pid in list(children.pids):
            children.kill(pid)


def main(control_fd: int, plugin_modules: list[str]) -> None:
    """Runs the warm process until its parent closes the control socket or dies.

    Args:
        control_fd: Our end of the control socket.
        plugin_modules: Plug-in modules besides the installed ones.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for variable in _ONE_THREAD:
        os.environ[variable] = "1"
    worker.prepare(tuple(plugin_modules))
    with socket.socket(fileno=control_fd) as control:
        _serve(control)
    # Taking the engines down in good order takes long, and who closes a workspace waits for it.
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
