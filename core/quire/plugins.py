"""Which plug-ins a workspace has, and one typed line per hook to call them; no relay is shared."""

import functools
import importlib
from collections.abc import Callable, Sequence
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

import pluggy

from quire.errors import PluginError, QuireError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from quire.example import Example
    from quire.model import JobDetails, Outcome, Payload, SessionDetails, TargetSpec, Task
    from quire.options import Options
    from quire.results import Results
    from quire.status import JobStatus, SessionStatus
    from quire.transport.base import Transport, TransportOptions

ENTRY_POINT_GROUP = "quire"

hookimpl = pluggy.HookimplMarker("quire")

# What quire itself plugs in, in the same way as anybody else.
_DEFAULT_PLUGINS = (
    "quire.honeywell_results",
    "quire.ionq_results",
    "quire.microsoft_results",
    "quire.raw_payload",
    "quire.rigetti_results",
    "quire.service.catalog",
    "quire.simulator",
    "quire.transport.azure",
    "quire.transport.http",
    "quire.transport.local",
)


_WORKER_HOOKS = ("prepare_worker", "complete_worker", "foresee_payload", "execute_payload")

Place = tuple[str, str]
"""A plug-in's name, and where it is found: ``module:attributes``, without attributes for the module."""


@functools.cache
def _installed() -> tuple[tuple[Place, object | None, PluginError | None], ...]:
    """The plug-ins of installed distributions: (place, plug-in or None, why it is None)."""
    from importlib.metadata import entry_points

    found: list[tuple[Place, object | None, PluginError | None]] = []
    for entry in entry_points(group=ENTRY_POINT_GROUP):
        place = (entry.name, f"{entry.module}:{entry.attr or ''}")
        try:
            found.append((place, entry.load(), None))
        except Exception as error:  # noqa: BLE001 - somebody else's import may raise anything
            fault = PluginError(
                f"plug-in {entry.name!r} ({entry.value}) does not load: {error!r}", plugin=entry.name
            )
            fault.__cause__ = error
            found.append((place, None, fault))
    return tuple(found)


def _found_at(where: str) -> object:
    module, _, attributes = where.partition(":")
    found: object = importlib.import_module(module)
    for name in filter(None, attributes.split(".")):
        found = getattr(found, name)
    return found


def _name_of(plugin: object) -> str:
    """What to call a plug-in that was given: a module's name, or an object's type (there may be several)."""
    if isinstance(plugin, ModuleType):
        return plugin.__name__
    return f"{type(plugin).__qualname__} at {id(plugin):#x}"


class _Points:
    """A user's points on their way through a plug-in, which is not to blame for an error of theirs.

    Attributes:
        error: What the user's iterator raised; None if nothing.
    """

    def __init__(self, points: "Iterator[object]") -> None:
        self._points = points
        self.error: Exception | None = None

    def __iter__(self) -> "Iterator[object]":
        return self

    def __next__(self) -> object:
        try:
            return next(self._points)
        except StopIteration:
            raise
        except Exception as error:
            self.error = error
            raise


def _payloads(
    answer: "Iterator[Payload | QuireError]", plugin: str, points: _Points
) -> "Iterator[Payload | QuireError]":
    """What a plug-in makes of points; the plug-in is named in an error that is neither quire's nor theirs."""
    try:
        yield from answer
    except QuireError:
        raise
    except Exception as error:
        if error is points.error:
            raise
        raise PluginError(
            f"plug-in {plugin!r} failed in encode_points: {error!r}", plugin=plugin, hook="encode_points"
        ) from error


class _Blame:
    """A block that names the plug-in whose code lets an error out that is not quire's.

    A class and no generator: each job goes through two of them.
    """

    __slots__ = ("_culprit", "_hook")

    def __init__(self, hook: str, culprit: Callable[[str, Exception], str]) -> None:
        self._hook = hook
        self._culprit = culprit

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None or isinstance(error, QuireError) or not isinstance(error, Exception):
            return
        plugin = self._culprit(self._hook, error)
        raise PluginError(
            f"plug-in {plugin!r} failed in {self._hook}: {error!r}", plugin=plugin, hook=self._hook
        ) from error


def _checked(spec: Any) -> "TargetSpec":
    """A target as a plug-in gives it, if it is one; who calls this names the plug-in in the error."""
    from quire.model import TargetSpec

    if not isinstance(spec, TargetSpec):
        raise TypeError(f"a target is a TargetSpec, not {spec!r:.100}")
    formats: Any = spec.input_formats
    if not formats or isinstance(formats, str) or not all(isinstance(name, str) for name in formats):
        raise TypeError(f"input_formats of {spec.id} are a tuple of format ids, not {formats!r:.100}")
    return spec


class Relay:
    """The plug-ins of one workspace.

    Attributes:
        broken: Installed plug-ins that could not be loaded; the others work on without them.
    """

    def __init__(self, plugins: Sequence[object] = ()) -> None:
        """Collects quire's own plug-ins, the installed ones, and those given.

        Args:
            plugins: Further plug-ins: modules or objects with hook implementations.

        Raises:
            PluginError: One of ``plugins`` has a hook that does not exist or takes other arguments.
        """
        self._begin()
        for name in _DEFAULT_PLUGINS:
            self._register(importlib.import_module(name), name, name)
        for place, plugin, fault in _installed():
            self._register_installed(place, plugin, fault)
        for plugin in plugins:
            module = plugin.__name__ if isinstance(plugin, ModuleType) else None
            self._register(plugin, _name_of(plugin), module)

    @classmethod
    def for_worker(cls, places: "Iterable[Place]") -> "Relay":
        """The plug-ins of a worker process, and no others; one that cannot be had there disturbs no other.

        Args:
            places: What :meth:`worker_plugins` answers in the user's process.
        """
        relay = cls.__new__(cls)
        relay._begin()
        for name, where in places:
            try:
                relay._register(_found_at(where), name, where)
            except Exception as error:  # noqa: BLE001 - somebody else's import may raise anything
                fault = PluginError(f"plug-in {name!r} does not load in a worker: {error!r}", plugin=name)
                fault.__cause__ = error
                relay.broken.append(fault)
        return relay

    def _begin(self) -> None:
        from quire import hookspecs

        self._manager = pluggy.PluginManager("quire")
        self._manager.add_hookspecs(hookspecs)
        self._hook = self._manager.hook
        self.broken: list[PluginError] = []
        self._places: dict[str, str] = {}

    def _register_installed(self, place: Place, plugin: object | None, fault: PluginError | None) -> None:
        try:
            if plugin is not None:
                self._register(plugin, *place)
        except PluginError as error:
            fault = error
        if fault is not None:
            self.broken.append(fault)

    def _register(self, plugin: object, name: str, where: str | None) -> None:
        try:
            self._manager.register(plugin, name)
            self._manager.check_pending()
        except (pluggy.PluginValidationError, ValueError) as error:
            # With the other error it was there before, maybe by another name, and stays.
            if isinstance(error, pluggy.PluginValidationError) and self._manager.is_registered(plugin):
                self._manager.unregister(plugin)
            raise PluginError(f"plug-in {name} does not fit: {error}", plugin=name) from error
        if where is not None:
            self._places[name] = where

    def worker_plugins(self) -> tuple[Place, ...]:
        """Where worker processes find the plug-ins whose hooks are called there.

        An object that was given to the workspace is not among them, as it is in this process only.
        """
        needed = {name for hook in _WORKER_HOOKS for name in self.names(hook)}
        return tuple(place for place in self._places.items() if place[0] in needed)

    def names(self, hook: str) -> tuple[str, ...]:
        """The plug-ins that implement a hook, in the order in which they are asked."""
        impls = getattr(self._hook, hook).get_hookimpls()
        return tuple(impl.plugin_name for impl in reversed(impls))

    def _blame(self, hook: str) -> "_Blame":
        return _Blame(hook, self._culprit)

    def _culprit(self, hook: str, error: Exception) -> str:
        names = {
            impl.function.__code__: impl.plugin_name
            for impl in getattr(self._hook, hook).get_hookimpls()
            if hasattr(impl.function, "__code__")
        }
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code in names:
                return str(names[trace.tb_frame.f_code])
            trace = trace.tb_next
        return "unknown"

    def register_targets(self) -> dict[str, "TargetSpec"]:
        """All targets by id, sorted."""
        targets: dict[str, TargetSpec] = {}
        with self._blame("register_targets"):
            self._hook.register_targets(register=lambda spec: targets.setdefault(_checked(spec).id, spec))
        return dict(sorted(targets.items()))

    def register_examples(self) -> list["Example"]:
        """All example programs, by SDK."""
        examples: list[Example] = []
        with self._blame("register_examples"):
            self._hook.register_examples(register=examples.append)
        return sorted(examples, key=lambda example: example.sdk)

    def encode_program(self, program: object, target: "TargetSpec", options: "Options") -> "Payload | None":
        """See ``hookspecs.encode_program``."""
        with self._blame("encode_program"):
            answer: Payload | None = self._hook.encode_program(
                program=program, target=target, options=options
            )
        return answer

    def encode_points(
        self,
        program: object,
        target: "TargetSpec",
        points: "Iterator[object]",
        ahead: int,
        options: "Options",
    ) -> "Iterator[Payload | QuireError] | None":
        """See ``hookspecs.encode_points``."""
        watched = _Points(points)
        asked = {"program": program, "target": target, "points": watched, "ahead": ahead, "options": options}
        for impl in reversed(self._hook.encode_points.get_hookimpls()):
            with self._blame("encode_points"):
                answer: Any = impl.function(*(asked[name] for name in impl.argnames))
            if answer is not None:
                return _payloads(answer, impl.plugin_name, watched)
        return None

    def foresee_payload(self, task: "Task") -> None:
        """See ``hookspecs.foresee_payload``."""
        self._tell_all("foresee_payload", task=task)

    def execute_payload(self, task: "Task") -> "Outcome | None":
        """See ``hookspecs.execute_payload``."""
        with self._blame("execute_payload"):
            answer: Outcome | None = self._hook.execute_payload(task=task)
        return answer

    def decode_output(self, format: str, data: bytes, job: "JobDetails") -> "Results | None":
        """See ``hookspecs.decode_output``."""
        with self._blame("decode_output"):
            answer: Results | None = self._hook.decode_output(format=format, data=data, job=job)
        return answer

    def prepare_worker(self) -> None:
        """See ``hookspecs.prepare_worker``."""
        self._tell_all("prepare_worker")

    def complete_worker(self) -> None:
        """See ``hookspecs.complete_worker``."""
        self._tell_all("complete_worker")

    def job_changed(self, job: "JobDetails", was: "JobStatus | None") -> None:
        """See ``hookspecs.job_changed``."""
        self._tell_all("job_changed", job=job, was=was)

    def session_changed(self, session: "SessionDetails", was: "SessionStatus | None") -> None:
        """See ``hookspecs.session_changed``."""
        self._tell_all("session_changed", session=session, was=was)

    def _tell_all(self, hook: str, **news: object) -> None:
        """Tells every plug-in, also after one has failed.

        Raises:
            PluginError: Some failed; the error of the first is its cause.
        """
        failed: list[tuple[str, Exception]] = []
        for impl in reversed(getattr(self._hook, hook).get_hookimpls()):
            try:
                impl.function(*(news[name] for name in impl.argnames))
            except Exception as error:  # noqa: BLE001 - somebody else's code may raise anything
                failed.append((impl.plugin_name, error))
        if failed:
            texts = "; ".join(f"plug-in {name!r} failed in {hook}: {error!r}" for name, error in failed)
            raise PluginError(texts, plugin=failed[0][0], hook=hook) from failed[0][1]

    def open_transport(self, url: str, options: "TransportOptions") -> "Transport | None":
        """See ``hookspecs.open_transport``."""
        with self._blame("open_transport"):
            answer: Transport | None = self._hook.open_transport(url=url, options=options)
        return answer
