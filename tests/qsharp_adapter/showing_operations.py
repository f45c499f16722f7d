"""Operations whose programs show the whole of their argument: one rotation per number in it."""

import itertools
from collections.abc import Iterator

from quire_qsharp.types import ArrayType, QSharpType, ScalarType, StructType, TupleType

_SHOWN = {
    "Int": ["Std.Convert.IntAsDouble({0} / 65537)", "Std.Convert.IntAsDouble({0} % 65537)"],
    "BigInt": ["({0} > 0L ? 1.0 | 2.0)", "({0} % 2L == 0L ? 1.0 | 2.0)", "({0} > 1000000L ? 1.0 | 2.0)"],
    "Double": ["{0}"],
    "Bool": ["({0} ? 1.0 | 2.0)"],
    "Complex": ["{0}.Real", "{0}.Imag"],
    "Pauli": ["({0} == PauliX ? 1.0 | ({0} == PauliY ? 2.0 | ({0} == PauliZ ? 3.0 | 4.0)))"],
    "String": ['({0} == "" ? 1.0 | 2.0)'],
    "Result": ["({0} == One ? 1.0 | 2.0)"],
}


def showing_operation(name: str, type_: QSharpType) -> str:
    """Source of an operation ``name(x : type)`` that rotates a qubit by every number in ``x``."""
    body = "\n".join(_statements("x", type_, itertools.count()))
    return f"operation {name}(x : {type_}) : Result {{\n use q = Qubit();\n{body}\n MResetZ(q)\n}}\n"


def _statements(value: str, type_: QSharpType, numbers: Iterator[int]) -> Iterator[str]:
    match type_:
        case ScalarType(name="Range"):
            yield f"for i in {value} {{ Rx(Std.Convert.IntAsDouble(i), q); }}"
        case ScalarType():
            yield from (f"Rx({shown.format(value)}, q);" for shown in _SHOWN[type_.name])
        case ArrayType():
            item = f"v{next(numbers)}"
            yield f"Rx(Std.Convert.IntAsDouble(Length({value})), q);"
            yield f"for {item} in {value} {{"
            yield from _statements(item, type_.item, numbers)
            yield "}"
        case TupleType():
            names = [f"v{next(numbers)}" for _ in type_.items]
            if names:
                pattern = f"({', '.join(names)}{',' if len(names) == 1 else ''})"
                yield f"let {pattern} = {value};"
            for name, item in zip(names, type_.items, strict=True):
                yield from _statements(name, item, numbers)
        case StructType(is_newtype=True):
            bare = tuple(field.type for field in type_.fields or ())
            yield from _statements(f"{value}!", bare[0] if len(bare) == 1 else TupleType(bare), numbers)
        case StructType():
            for field in type_.fields or ():
                yield from _statements(f"{value}.{field.name}", field.type, numbers)
