"""Leave to begin a task: each is used once, by the worker or by the pool that takes it back; never by both.

They are bytes in a pipe that both read: the kernel gives each byte to one of them. So a task that a worker
may be about to begin can be taken away from it without asking, and is not run twice at once.
"""

import os

_MOST = 4096


class Permits:
    """What the pool has given to one worker and that has not been used.

    Attributes:
        descriptor: What the worker gets.
    """

    __slots__ = ("_write", "descriptor")

    def __init__(self) -> None:
        """Makes the pipe."""
        self.descriptor, self._write = os.pipe()
        os.set_blocking(self.descriptor, False)

    def give(self, count: int) -> None:
        """Lets the worker begin some more tasks.

        Args:
            count: How many; with what it has not used, a few hundred at most.
        """
        os.write(self._write, b"p" * count)

    def take_back(self) -> int:
        """Takes away what the worker has not used; how many."""
        return _read(self.descriptor, _MOST)

    def close(self) -> None:
        """Closes the pipe."""
        os.close(self.descriptor)
        os.close(self._write)


def use(descriptor: int) -> bool:
    """Uses a permit, in the worker or in its place; whether there was one."""
    return _read(descriptor, 1) == 1


def _read(descriptor: int, most: int) -> int:
    try:
        return len(os.read(descriptor, most))
    except BlockingIOError:
        return 0
