"""The warm process that workers are forked from: loads the engines once, then forks and kills on request.

It is a plain subprocess and not ``multiprocessing``'s fork server, because that one runs the user's main
module again in every child, which a script without a ``__main__`` guard does not survive.
"""

import os
import select
import signal
import socket
import struct
from collections import deque
from types import FrameType

from quire.plugins import Place
from quire.service import worker
from quire.service.line import Line

FORK = b"F"
"""Asks for a worker, which is forked when all is loaded; carries its end of its socket, and the pipe of its
permits."""
HURRY = b"H"
"""Asks for the first worker as soon as a part is loaded."""
KILL = b"K"
"""Asks to kill a worker; followed by its process id as four bytes."""
PID = struct.Struct("!I")

# One thread per worker: engines that spawn more fight each other for the cores, and a process with threads
# cannot be forked safely.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


class _Workers:
    """Those that live, and those that are asked for.

    Attributes:
        pids: The living ones. Only what has not been reaped is killed, so never a stranger's process.
    """

    def __init__(self, control: socket.socket) -> None:
        self.pids: set[int] = set()
        self._control = control
        self._asked = select.poll()
        self._asked.register(control, select.POLLIN)
        self._wanted: deque[list[int]] = deque()

    def reap(self, _signal: int, _frame: FrameType | None) -> None:
        for pid in list(self.pids):
            try:
                ended, _ = os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                ended = pid
            if ended:
                self.pids.discard(pid)

    def look(self) -> None:
        """Does what it is asked meanwhile, if it cannot wait until everything is loaded."""
        while self._asked.poll(0):
            self._hear()

    def serve(self) -> None:
        """Does what it is asked, until nobody is there to ask."""
        while True:
            while self._wanted:
                self._fork()
            self._hear()

    def _hear(self) -> None:
        message, descriptors, _, _ = socket.recv_fds(self._control, 1, 2)
        if message == FORK:
            self._wanted.append(descriptors)
        elif message == HURRY:
            if self._wanted:
                self._fork()
        elif message == KILL:
            self._kill(PID.unpack(self._control.recv(PID.size, socket.MSG_WAITALL))[0])
        else:
            self.kill_all()
            # Taking the engines down in good order takes long, and who closes a workspace waits for it.
            os._exit(0)

    def kill_all(self) -> None:
        """Kills those that live."""
        for pid in list(self.pids):
            self._kill(pid)

    def _kill(self, pid: int) -> None:
        if pid in self.pids:
            os.kill(pid, signal.SIGKILL)

    def _fork(self) -> None:
        line, permits = self._wanted.popleft()
        # The signal waits until the child is noted, else it could be reaped before.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
                self._control.close()
                for descriptor in [each for others in self._wanted for each in others]:
                    os.close(descriptor)
                worker.serve(Line(socket.socket(fileno=line)), permits)
                status = 0
            finally:
                os._exit(status)
        self.pids.add(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        os.close(line)
        os.close(permits)


def main(control_fd: int, plugins: tuple[Place, ...]) -> None:
    """Runs the warm process until its parent closes the control socket or dies.

    Args:
        control_fd: Our end of the control socket.
        plugins: Where the plug-ins are found.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for variable in _ONE_THREAD:
        os.environ[variable] = "1"
    with socket.socket(fileno=control_fd) as control:
        workers = _Workers(control)
        signal.signal(signal.SIGCHLD, workers.reap)
        worker.prepare(plugins, workers.look)
        try:
            workers.serve()
        finally:
            workers.kill_all()
