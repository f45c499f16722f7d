"""The command's standard output and standard error, where they may be closed, full, or a pipe that ended."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from traceback import walk_tb
from typing import TextIO

import click

from quire.errors import QuireError


def is_terminal() -> bool:
    """Whether the standard output is a terminal; a closed one is none."""
    return sys.stdout is not None and sys.stdout.isatty()


def tell(message: str) -> None:
    """Prints a message to the standard error, if that can be written."""
    with suppress(OSError):
        click.secho(message, fg="red", err=True)
    with suppress(OSError):
        _flush(sys.__stderr__)


@contextmanager
def written() -> Iterator[None]:
    """A block at whose end all that was printed in it is written.

    Raises:
        QuireError: It cannot be written.
        SystemExit: Who read it reads no more, and needs no message.
    """
    try:
        try:
            yield
        finally:
            # click puts others in their place when a pipe has ended, which say nothing.
            with suppress(OSError):
                _flush(sys.__stderr__)
            _flush(sys.__stdout__)
    except OSError as error:
        if not _was_printing(error):
            raise
        if isinstance(error, BrokenPipeError):
            sys.exit(1)
        raise QuireError(f"the output cannot be written: {error.strerror}") from error


def _flush(stream: TextIO | None) -> None:
    """Writes what a stream holds, or gives it up."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        # The interpreter would try again at its end, and tell of it with an exit code of its own.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        raise


def _was_printing(error: OSError) -> bool:
    """Whether an error is of our printing; others are faults, and are not to pass for a full disk."""
    *_, (frame, _) = walk_tb(error.__traceback__)
    return frame.f_globals["__name__"] in (__name__, click.echo.__module__)
