"""The place of a store's file: made for its owner alone, before SQLite opens it; nothing of what it holds."""

import contextlib
import os
import threading
from pathlib import Path

from quire.forks import around_forks

_OWNER_ONLY = 0o600
_making = threading.Lock()
around_forks(before=_making.acquire, after_in_parent=_making.release, after_in_child=_making.release)


def make_private(path: Path) -> None:
    """Makes a store's file and its folder if there are none; the file is for its owner alone.

    SQLite gives the files that it makes beside it the same mode.

    Args:
        path: The file.

    Raises:
        OSError: They cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Closing a file takes the locks away that SQLite has on it in this process, so none may be open yet: not
    # a file that was there before, and none that another thread opens meanwhile.
    with _making, contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _OWNER_ONLY))
