"""What programs leave to the garbage collector."""

import gc
from collections.abc import Callable


def left_by(run: Callable[[], object], times: int = 10) -> list[str]:
    """The types of the objects in reference cycles that are left when something has been run.

    Args:
        run: What is run.
        times: How often.
    """
    gc.disable()
    gc.freeze()  # what is there is not what is asked about, and takes long to look through
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        for _ in range(times):
            run()
        gc.collect()
        return [type(each).__qualname__ for each in gc.garbage]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.unfreeze()
        gc.enable()
