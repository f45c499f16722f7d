"""The warm process that workers are forked from: loads the engines once, and forks and kills on request.

It is a plain subprocess and not ``multiprocessing``'s fork server, because that one runs the user's main
module again in every child, which a script without a ``__main__`` guard does not survive.
"""

import gc
import json
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

LOAD = b"L"
"""Tells where the plug-ins are found that are to be loaded; followed by the length of that as JSON."""
FORK = b"F"
"""Asks for a worker, which is forked when all is loaded; carries its end of its socket, and the pipe of its
permits."""
HURRY = b"H"
"""Asks for the first worker as soon as the plug-ins are prepared."""
KILL = b"K"
"""Asks to kill a worker; followed by its process id."""
NUMBER = struct.Struct("!I")

# One thread per worker: engines that spawn more fight each other for the cores, and a process with threads
# cannot be forked safely.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


class _Workers:
    """Those that live, and those that are asked for.

    Attributes:
        pids: Those that have not been reaped. Only they are killed, so never a stranger's process.
        plugins: Where the plug-ins are found that they need; None before that was said.
    """

    def __init__(self, control: socket.socket) -> None:
        self.pids: set[int] = set()
        self.plugins: tuple[Place, ...] | None = None
        self._control = control
        self._messages = select.poll()
        self._messages.register(control, select.POLLIN)
        self._requests: deque[list[int]] = deque()
        self._is_hurried = False
        self._is_busy = False

    def await_plugins(self, patience: float | None) -> tuple[Place, ...]:
        """Waits until it is said what to load. From then on a signal tells of each message.

        So what cannot wait is done while engines are loaded.

        Args:
            patience: How many seconds to wait before the process ends; None for no limit.
        """
        while self.plugins is None:
            if not self._messages.poll(None if patience is None else 1000 * patience):
                os._exit(0)
            self._hear()
        self._listen()
        return self.plugins

    def _listen(self) -> None:
        import fcntl  # the pool needs this module's words also where nothing can be forked

        signal.signal(signal.SIGIO, self._signalled)
        fcntl.fcntl(self._control, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(self._control, fcntl.F_SETFL, fcntl.fcntl(self._control, fcntl.F_GETFL) | os.O_ASYNC)
        self._read()

    def _signalled(self, _signal: int, _frame: FrameType | None) -> None:
        if not self._is_busy:
            self._read()

    def _read(self) -> None:
        """Takes the messages that there are. It forks nothing, as it may interrupt an import."""
        while True:
            self._is_busy = True
            while self._messages.poll(0):
                self._hear()
            self._is_busy = False
            if not self._messages.poll(0):
                return  # who writes from here on is heard by the signal

    def fork_hurried(self) -> None:
        """Forks the first worker, if a job waits for it."""
        self._is_busy = True
        if self._is_hurried and self._requests:
            self._fork()
        self._is_busy = False
        self._read()

    def serve(self) -> None:
        """Does what it is asked, until nobody is there to ask."""
        self._is_busy = True
        while True:
            while self._requests:
                self._fork()
            self._hear()

    def _hear(self) -> None:
        message, descriptors, _, _ = socket.recv_fds(self._control, 1, 2)
        if message == FORK:
            self._requests.append(descriptors)
        elif message == HURRY:
            self._is_hurried = True
        elif message == KILL:
            self._kill(self._number())
        elif message == LOAD:
            places = json.loads(self._control.recv(self._number(), socket.MSG_WAITALL))
            self.plugins = tuple((name, place) for name, place in places)
        else:
            self.kill_all()
            # Taking the engines down in good order takes long, and who closes a workspace waits for it.
            os._exit(0)

    def _number(self) -> int:
        return int(NUMBER.unpack(self._control.recv(NUMBER.size, socket.MSG_WAITALL))[0])

    def kill_all(self) -> None:
        """Kills those that live."""
        for pid in list(self.pids):
            self._kill(pid)

    def _kill(self, pid: int) -> None:
        if pid in self.pids:
            os.kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        for pid in list(self.pids):
            try:
                ended = os.waitpid(pid, os.WNOHANG)[0]
            except ChildProcessError:
                ended = pid  # a plug-in has had the system reap all children
            if ended:
                self.pids.discard(pid)

    def _fork(self) -> None:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # whatever plug-ins have made of it
        self._reap()
        line, permits = self._requests.popleft()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                signal.signal(signal.SIGIO, signal.SIG_IGN)
                gc.freeze()  # what is there stays there, and no job has to wait until it is looked through
                gc.enable()
                self._control.close()
                for descriptor in [each for request in self._requests for each in request]:
                    os.close(descriptor)
                worker.serve(Line(socket.socket(fileno=line)), permits)
                status = 0
            finally:
                os._exit(status)
        self.pids.add(pid)
        os.close(line)
        os.close(permits)


def main(control_fd: int, patience: float | None) -> None:
    """Runs the warm process until its parent closes the control socket or dies.

    Args:
        control_fd: Our end of the control socket.
        patience: How many seconds to wait until it is said what to load; None for no limit.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for variable in _ONE_THREAD:
        os.environ[variable] = "1"
    with socket.socket(fileno=control_fd) as control:
        workers = _Workers(control)
        try:
            plugins = workers.await_plugins(patience)
            worker.prepare(plugins)
            workers.fork_hurried()
            worker.complete(plugins)
            workers.serve()
        finally:
            workers.kill_all()
