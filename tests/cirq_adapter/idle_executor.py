"""An executor for tests of what happens to jobs while none of them runs."""

from concurrent.futures import Executor, Future


class NeverRuns(Executor):
    """Takes work and does none."""

    def submit(self, fn, /, *args, **kwargs):
        return Future()
