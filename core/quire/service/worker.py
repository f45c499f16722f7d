"""What a worker process does: takes tasks, runs them through the plug-ins, answers with outcomes.

The way in is a pickle (the parent is trusted); the way back is a tag and plain bytes, so that a worker that a
payload has taken over can do no more than give a wrong answer.
"""

import copyreg
import functools
import importlib
import json
import logging
import os
import pickle
import resource
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection

import attrs

from quire.errors import QuireError
from quire.model import Fault, Outcome, TargetSpec, Task
from quire.plugins import Relay

_log = logging.getLogger("quire")

_DATA = b"D"
_FAULT = b"F"


# Each task carries its target, the same for thousands of them: it is taken apart and put together once.


@functools.lru_cache(maxsize=64)
def _packed(target: TargetSpec) -> bytes:
    return pickle.dumps(attrs.asdict(target, recurse=False), protocol=pickle.HIGHEST_PROTOCOL)


@functools.lru_cache(maxsize=64)
def _unpacked(fields: bytes) -> TargetSpec:
    return TargetSpec(**pickle.loads(fields))  # noqa: S301 - written by our parent


def _reduced(target: TargetSpec) -> tuple[Callable[[bytes], TargetSpec], tuple[bytes]]:
    return _unpacked, (_packed(target),)


copyreg.pickle(TargetSpec, _reduced)


@functools.cache
def _relay(plugin_modules: tuple[str, ...]) -> Relay:
    return Relay([importlib.import_module(name) for name in plugin_modules])


def prepare(plugin_modules: tuple[str, ...]) -> None:
    """Loads the plug-ins and what they run payloads with.

    Args:
        plugin_modules: The modules that the workspace was given besides the installed ones.
    """
    try:
        _relay(plugin_modules).prepare_worker()
    except QuireError:
        # Only a task that needs the plug-in fails, and that one says why.
        _log.exception("a plug-in could not prepare its part of the workers")


def run_task(plugin_modules: tuple[str, ...], task: Task) -> Outcome:
    """Runs a task in whatever process it was brought to; see :func:`prepare` and :func:`execute`."""
    return execute(_relay(plugin_modules), task)


def execute(relay: Relay, task: Task) -> Outcome:
    """Runs a task; whatever goes wrong becomes a fault.

    Args:
        relay: The plug-ins to run it with.
        task: The task.

    Returns:
        Its outcome.
    """
    try:
        outcome = relay.execute_payload(task)
    except (KeyboardInterrupt, SystemExit):
        raise
    except QuireError as error:
        return Outcome(fault=Fault(error.code, error.message))
    except MemoryError:
        return Outcome(fault=Fault("OutOfMemory", "the simulation did not fit into the worker's memory"))
    except BaseException as error:  # noqa: BLE001 - engines written in Rust raise panics of that kind
        return Outcome(fault=Fault("InternalError", f"the simulator failed: {error!r}"))
    if outcome is None:
        message = f"no installed simulator runs {task.input_format} for {task.target.id}"
        return Outcome(fault=Fault("InvalidInputData", message))
    return outcome


def encode_outcome(outcome: Outcome) -> bytes:
    """An outcome as a worker sends it."""
    if outcome.fault is None:
        return _DATA + outcome.data
    return _FAULT + json.dumps([outcome.fault.code, outcome.fault.message]).encode()


def decode_outcome(message: bytes) -> Outcome:
    """The outcome in a worker's message; anything else is a fault."""
    if message[:1] == _DATA:
        return Outcome(message[1:])
    try:
        code, text = json.loads(message[1:])
    except ValueError:
        code, text = "WorkerDied", "the worker gave an answer that makes no sense"
    return Outcome(fault=Fault(str(code), str(text)))


def serve(connection: Connection) -> None:
    """Runs tasks until the other end closes.

    Args:
        connection: Where requests come from and outcomes go to; the first message out is our process id.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    connection.send_bytes(str(os.getpid()).encode())
    while True:
        try:
            request = connection.recv_bytes()
        except (EOFError, ConnectionError):
            return
        function: Callable[..., Outcome]
        function, arguments = pickle.loads(request)  # noqa: S301 - written by our parent
        connection.send_bytes(encode_outcome(function(*arguments)))
