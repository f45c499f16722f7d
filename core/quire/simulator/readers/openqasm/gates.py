"""Gate calls of OpenQASM programs as gates of a circuit: definitions written out, modifiers worked in."""

from collections.abc import Mapping, Sequence
from typing import Any

from quire.simulator.readers.builder import Gate, Number, Register
from quire.simulator.readers.modifiers import PHASE, inverse, power, under_control
from quire.simulator.readers.openqasm.expressions import Expressions
from quire.simulator.readers.openqasm.library import BUILT_IN, INCLUDES, LibraryGate
from quire.simulator.readers.openqasm.values import GateDefinition, Scope

_MAX_DEPTH = 100
_MAX_CONTROLS = 64
_MAX_KEPT = 10_000
_MAX_EXPANSION = 500_000
_NO_EFFECT = ("QuantumBarrier", "Pragma", "DelayInstruction")


class Gates:
    """The gates that a program may call."""

    def __init__(self, expressions: Expressions, version: str) -> None:
        """Begins with the gates that are built in."""
        self._expressions = expressions
        self._global = expressions.scope
        self._library: dict[str, LibraryGate] = dict(BUILT_IN[version])
        self._defined: dict[str, GateDefinition] = {}
        # By name and angles: a gate's gates on the qubits 0, 1 ...
        self._kept: dict[tuple[Any, ...], Sequence[Gate]] = {}
        self._depth = 0

    def include(self, name: str, node: Any) -> None:
        """Adds the gates of an include file."""
        found = INCLUDES.get(name)
        if found is None:
            raise self._expressions.fault(node, f"there is no {name}; there are {', '.join(INCLUDES)}")
        self._library.update(found)

    def define(self, node: Any) -> None:
        """Adds a gate of the program's own."""
        name = node.name.name
        if name in self._defined:
            raise self._expressions.fault(node, f"gate {name} is defined twice")
        params, qubits = ([item.name for item in items] for items in (node.params, node.qubits))
        if len({*params, *qubits}) < len(params) + len(qubits):
            raise self._expressions.fault(node, f"two parameters of gate {name} have one name")
        self._defined[name] = GateDefinition(name, params, qubits, node.body)

    def call(self, node: Any, qubits: Sequence[Any]) -> list[Gate]:
        """The gates of a call.

        Args:
            node: The call.
            qubits: The qubits it names, one for each of its operands.
        """
        if len(set(qubits)) < len(qubits):
            raise self._expressions.fault(node, "a gate acts on one qubit twice")
        gates = self._modified(node, len(qubits))
        return [(name, tuple([qubits[place] for place in places]), params) for name, places, params in gates]

    def _modified(self, node: Any, count: int) -> Sequence[Gate]:
        """A call on the qubits 0, 1 ..., of which there are so many."""
        modifiers = [self._modifier(modifier) for modifier in node.modifiers]
        controls = sum(number for name, number in modifiers if name in ("ctrl", "negctrl"))
        if controls > min(count, _MAX_CONTROLS):
            raise self._expressions.fault(node, f"{controls} controls of a gate with {count} operands")
        params = tuple(map(self._expressions.angle, node.args))
        gates = self._base(node, params, count - controls)
        if not modifiers:
            return gates
        # The innermost modifier is the last, and its controls stand next to the gate's own qubits.
        first = controls
        gates = [
            (name, tuple(controls + place for place in places), angles) for name, places, angles in gates
        ]
        arithmetic = self._expressions.arithmetic
        for name, number in reversed(modifiers):
            if name == "inv":
                gates = inverse(gates, arithmetic)
            elif name == "pow":
                gates = power(gates, number, arithmetic)
            else:
                first -= int(number)
                places = range(first, first + int(number))
                gates = under_control(gates, places, [name == "ctrl"] * len(places))
            self._require_few(len(gates), node)
        return gates

    def _modifier(self, node: Any) -> tuple[str, Any]:
        name = str(node.modifier.value)
        if name == "pow":
            exponent = self._expressions.angle(node.argument)
            if isinstance(exponent, Register):
                raise self._expressions.fault(node, "a power that is known at run time only")
            return name, exponent
        if name == "inv":
            return name, 0
        count = 1 if node.argument is None else self._expressions.known_integer(node.argument, "the controls")
        if count < 1:
            raise self._expressions.fault(node, f"{count} controls")
        return name, count

    def _base(self, node: Any, params: tuple[Number, ...], count: int) -> Sequence[Gate]:
        """A call without its modifiers, on the qubits 0, 1 ..."""
        if type(node).__name__ == "QuantumPhase":
            if len(params) != 1 or count:
                raise self._expressions.fault(node, "gphase takes one angle, and no qubits but controls")
            return [(PHASE, (), params)]
        name = node.name.name
        definition = self._defined.get(name)
        library = None if definition else self._library.get(name)
        if definition is None and library is None:
            raise self._expressions.fault(node, f"gate {name} is not defined; which include file has it?")
        if definition is not None:
            wanted = (len(definition.params), len(definition.qubits))
        elif library is not None:
            wanted = (library.num_params, library.num_qubits)
        if wanted != (len(params), count):
            raise self._expressions.fault(
                node,
                f"gate {name} takes {wanted[0]} angles and {wanted[1]} qubits, not {len(params)} and {count}",
            )
        if library is not None:
            return library.make(self._expressions.arithmetic, params, range(count))
        return self._written_out(definition, params, node) if definition is not None else ()

    def _written_out(
        self, definition: GateDefinition, params: tuple[Number, ...], node: Any
    ) -> Sequence[Gate]:
        key = (definition.name, *params)
        gates = self._kept.get(key)
        if gates is None:
            gates = self._body(definition, dict(zip(definition.params, params, strict=True)), node)
            if not any(isinstance(angle, Register) for angle in params):
                if len(self._kept) >= _MAX_KEPT:
                    self._kept.clear()
                self._kept[key] = gates
        return gates

    def _body(self, definition: GateDefinition, params: Mapping[str, Number], node: Any) -> Sequence[Gate]:
        if self._depth >= _MAX_DEPTH:
            raise self._expressions.fault(
                node, f"gates are defined by one another more than {_MAX_DEPTH} deep"
            )
        scope = Scope(self._global, is_closed=True)
        for name, value in params.items():
            scope.bind(name, value)
        places = {name: place for place, name in enumerate(definition.qubits)}
        before, self._expressions.scope = self._expressions.scope, scope
        self._depth += 1
        gates: list[Gate] = []
        try:
            for statement in definition.body:
                if type(statement).__name__ in _NO_EFFECT:
                    continue
                gates += self._statement(statement, places)
                self._require_few(len(gates), node)
        finally:
            self._expressions.scope = before
            self._depth -= 1
        return gates

    def _statement(self, node: Any, places: Mapping[str, int]) -> Sequence[Gate]:
        if type(node).__name__ not in ("QuantumGate", "QuantumPhase"):
            raise self._expressions.fault(node, "a gate's definition holds gates alone")
        operands = [places.get(getattr(operand, "name", "")) for operand in node.qubits]
        if None in operands:
            raise self._expressions.fault(node, "a gate's definition names a qubit that is none of its own")
        return self.call(node, operands)

    def _require_few(self, count: int, node: Any) -> None:
        if count > _MAX_EXPANSION:
            raise self._expressions.fault(node, f"a gate comes to more than {_MAX_EXPANSION} operations")
