"""What a worker process does: takes tasks, runs them through the plug-ins, answers with outcomes.

The way in is a pickle (the parent is trusted); the way back is a tag and plain bytes, so that a worker that a
payload has taken over can do no more than give a wrong answer.
"""

import copyreg
import functools
import json
import logging
import os
import pickle
import signal
import struct
from collections import deque
from collections.abc import Callable
from typing import Any

import attrs

from quire.clock import processor_seconds
from quire.errors import QuireError
from quire.model import Fault, Outcome, TargetSpec, Task
from quire.plugins import Place, Relay
from quire.service.line import Line
from quire.service.permits import use
from quire.service.vigil import Vigil

_log = logging.getLogger("quire")
_NO_SENSE = Outcome(fault=Fault("WorkerDied", "the worker gave an answer that makes no sense"))

RECALL = b"R"
"""Tells a worker that what it has not begun is others' now; it says the same when it has heard."""
ROUSE = b"W"
"""Tells a worker that it will soon be sent a task, and maybe what it can do meanwhile."""
_TASK = b"T"
_CALL = struct.Struct("!QI")  # the task's number, and the length of its function; its arguments are the rest
_ANSWER = struct.Struct("!QI")  # its task's number, and the microseconds that it took of a processor
_MOST_MICROSECONDS = 2**32 - 1
_DATA = b"D"
_FAULT = b"F"


# Each task carries its function and its target, the same for thousands of them: they are taken apart and put
# together once.


@functools.lru_cache(maxsize=64)
def _packed_function(function: Callable[..., object]) -> bytes:
    return pickle.dumps(function, protocol=pickle.HIGHEST_PROTOCOL)


@functools.lru_cache(maxsize=64)
def _unpacked_function(function: bytes) -> Callable[..., Any]:
    return pickle.loads(function)  # type: ignore[no-any-return]  # noqa: S301 - written by our parent


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
def _relay(plugins: tuple[Place, ...]) -> Relay:
    relay = Relay.for_worker(plugins)
    for fault in relay.broken:
        _log.error("%s", fault, exc_info=fault)
    return relay


def prepare(plugins: tuple[Place, ...]) -> None:
    """Loads the plug-ins and what they run most payloads with.

    Args:
        plugins: Where they are found.
    """
    _told(_relay(plugins).prepare_worker)


def complete(plugins: tuple[Place, ...]) -> None:
    """Loads what else they run payloads with; see :func:`prepare`."""
    _told(_relay(plugins).complete_worker)


def _told(hook: Callable[[], None]) -> None:
    try:
        hook()
    except QuireError:
        # Only a task that needs the plug-in fails, and that one says why.
        _log.exception("a plug-in could not prepare its part of the workers")


def run_task(plugins: tuple[Place, ...], task: Task) -> Outcome:
    """Runs a task in whatever process it was brought to; see :func:`prepare` and :func:`execute`."""
    return execute(_relay(plugins), task)


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


def foresee(plugins: tuple[Place, ...], task: Task) -> None:
    """Has the plug-ins read a task that :func:`run_task` may soon run in this process."""
    try:
        _relay(plugins).foresee_payload(task)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - the run comes to the same, and says it
        _log.debug(
            "the payload of job %s could not be read before it was accepted", task.job_id, exc_info=True
        )


UNPACKABLE = (pickle.PicklingError, AttributeError, TypeError, RecursionError)
"""What :func:`packed` raises for what cannot be sent."""


def packed(arguments: object) -> bytes:
    """Arguments as a worker is sent them."""
    return pickle.dumps(arguments, protocol=pickle.HIGHEST_PROTOCOL)


def encode_task(number: int, function: Callable[..., object], arguments: bytes) -> bytes:
    """A task as it is sent to a worker.

    Args:
        number: What its answer will be known by.
        function: A hashable function of an importable module.
        arguments: What to call it with, packed.
    """
    return _encode_call(_TASK, number, function, arguments)


def encode_foresight(function: Callable[..., object], arguments: bytes) -> bytes:
    """What a worker is told before it may be sent a task.

    Args:
        function: What it calls at once; a hashable function of an importable module.
        arguments: What to call that with, packed; the same bytes as those of the task.
    """
    return _encode_call(ROUSE, 0, function, arguments)


def _encode_call(kind: bytes, number: int, function: Callable[..., object], arguments: bytes) -> bytes:
    name = _packed_function(function)
    return b"".join((kind, _CALL.pack(number, len(name)), name, arguments))


@attrs.frozen(eq=False)
class _Told:
    """The arguments of a task that may be sent, packed and unpacked."""

    packed: bytes = b""
    arguments: tuple[Any, ...] = ()

    def is_of(self, packed: memoryview, message: bytes) -> bool:
        """Whether they are those at the end of a message, which may be too long to be copied for that."""
        return len(packed) == len(self.packed) and message.endswith(self.packed)


def _decode_call(message: bytes) -> tuple[int, Callable[..., Any], memoryview]:
    """A call's number, its function, and its arguments as they are packed."""
    number, length = _CALL.unpack_from(message, 1)
    at = 1 + _CALL.size
    return number, _unpacked_function(message[at : at + length]), memoryview(message)[at + length :]


def _listen(message: bytes) -> _Told:
    """Does what a worker can do before it may be sent a task."""
    _, function, rest = _decode_call(message)
    told = _Told(bytes(rest), pickle.loads(rest))  # noqa: S301 - written by our parent
    function(*told.arguments)
    return told


def _run(task: bytes, told: _Told) -> bytes:
    """The answer to a task; if it was told of, it gets the very objects that were read then."""
    began = processor_seconds()
    number, function, rest = _decode_call(task)
    is_told = told.is_of(rest, task)
    arguments = told.arguments if is_told else pickle.loads(rest)  # noqa: S301 - written by our parent
    outcome: Outcome = function(*arguments)
    lead = _ANSWER.pack(number, min(round((processor_seconds() - began) * 1e6), _MOST_MICROSECONDS))
    if outcome.fault is None:
        return lead + _DATA + outcome.data
    return lead + _FAULT + json.dumps([outcome.fault.code, outcome.fault.message]).encode()


def decode_answer(message: bytes) -> tuple[int | None, float, Outcome]:
    """What a worker has sent.

    Returns:
        The number of the task that it answers, if it makes sense, the seconds of a processor that it says
        it took, and the outcome.
    """
    at = _ANSWER.size
    if len(message) <= at:
        return None, 0.0, _NO_SENSE
    number, microseconds = _ANSWER.unpack_from(message)
    seconds = microseconds / 1e6
    if message[at : at + 1] == _DATA:
        return number, seconds, Outcome(message[at + 1 :])
    try:
        code, text = json.loads(message[at + 1 :])
    except (ValueError, TypeError, RecursionError):
        return number, seconds, _NO_SENSE
    return number, seconds, Outcome(fault=Fault(_storable(str(code)), _storable(str(text))))


def _storable(text: str) -> str:
    """A text without what is no Unicode, such as the undecodable bytes of a file's name."""
    return text.encode(errors="replace").decode()


def serve(line: Line, permits: int) -> None:
    """Runs tasks, one after the other, until the other end closes.

    Args:
        line: Where tasks come from and answers go to; the first message out is our process id.
        permits: The descriptor of the permits to begin them.
    """
    import resource  # which not every system has where tasks run in the submitting thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    line.send(str(os.getpid()).encode())
    tasks: deque[bytes] = deque()
    told = _Told()
    vigil = Vigil()
    while True:
        try:
            messages = line.receive(wait=False) if tasks else vigil.next(line)
        except (EOFError, ConnectionError):
            return
        for message in messages:
            if message == RECALL:
                tasks.clear()
                line.send(RECALL)
            elif message[:1] == ROUSE:
                vigil.call()
                if len(message) > 1:
                    told = _listen(message)
            else:
                tasks.append(message)
        if tasks:
            task = tasks.popleft()
            if use(permits):
                line.send(_run(task, told))
