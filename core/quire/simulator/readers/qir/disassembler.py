"""A script: reads LLVM bitcode on its input and writes the module as text, or says why it cannot."""

import contextlib
import sys

_MAX_BYTES = 2 * 2**30
_MAX_CPU_SECONDS = 30


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_BYTES, _MAX_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_MAX_CPU_SECONDS, _MAX_CPU_SECONDS))


def main() -> int:
    """Does so.

    Returns:
        The exit code: 0 with the text on the standard output, 1 with the reason on the standard error.
    """
    import pyqir

    with contextlib.suppress(ImportError):  # on a system without them, who started this still ends it in time
        _limit()
    try:
        module = pyqir.Module.from_bitcode(pyqir.Context(), sys.stdin.buffer.read())
        problem = module.verify()
        text = str(module)
    except BaseException as error:  # noqa: BLE001 - Rust panics derive from BaseException
        problem, text = f"{error}", ""
    if problem is not None:
        sys.stderr.write(problem)
        return 1
    sys.stdout.buffer.write(text.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
