"""Random Q# types and values of them, from a seed: what the round trips through the real compiler use."""

import random
import struct
from typing import Any

from quire_qsharp import Pauli, Result
from quire_qsharp.types import (
    UNIT,
    ArrayType,
    Field,
    QSharpType,
    ScalarType,
    StructType,
    TupleType,
)

DECLARED = """
struct Point { X : Int, Y : Double }
struct Deep { Points : Point[], Tag : String, Pair : (Bool, Result) }
newtype Named = (First : Int, Second : Double[]);
newtype Mixed = (Count : Int, (Left : Double, Right : Bool));
newtype Solo = (Only : Pauli);
newtype Bare = (Int, Double);
newtype Wrapped = Double;
namespace My.Lib { struct Far { Z : Complex } }
"""
INT, DOUBLE, BOOL = ScalarType("Int"), ScalarType("Double"), ScalarType("Bool")
POINT = StructType("Point", (Field("X", INT), Field("Y", DOUBLE)))
DEEP = StructType(
    "Deep",
    (
        Field("Points", ArrayType(POINT)),
        Field("Tag", ScalarType("String")),
        Field("Pair", TupleType((BOOL, ScalarType("Result")))),
    ),
)
NAMED = StructType("Named", (Field("First", INT), Field("Second", ArrayType(DOUBLE))), is_newtype=True)
MIXED = StructType(
    "Mixed",
    (
        Field("Count", INT),
        Field(None, TupleType((DOUBLE, BOOL)), (Field("Left", DOUBLE), Field("Right", BOOL))),
    ),
    is_newtype=True,
)
SOLO = StructType("Solo", (Field("Only", ScalarType("Pauli")),), is_newtype=True)
BARE = StructType("Bare", (Field(None, INT), Field(None, DOUBLE)), is_newtype=True)
WRAPPED = StructType("Wrapped", (Field(None, DOUBLE),), is_newtype=True)
FAR = StructType("My.Lib.Far", (Field("Z", ScalarType("Complex")),))
STRUCTS = (POINT, DEEP, NAMED, MIXED, SOLO, WRAPPED, FAR)
# The interpreter gives no value of a newtype with anonymous fields back.
ONE_WAY = (BARE,)

_SCALARS = ("Int", "BigInt", "Double", "Bool", "String", "Result", "Pauli", "Complex", "Range")
_TEXT = 'aß"\\{}$/\n\r\t\0\u2028🙂 '


def random_type(rng: random.Random, depth: int = 3, structs: tuple[StructType, ...] = STRUCTS) -> QSharpType:
    kind = rng.random()
    if depth == 0 or kind < 0.4:
        return ScalarType(rng.choice(_SCALARS))
    if kind < 0.65:
        return ArrayType(random_type(rng, depth - 1, structs))
    if kind < 0.8:
        return TupleType(tuple(random_type(rng, depth - 1, structs) for _ in range(rng.choice((1, 2, 2, 3)))))
    if kind < 0.85:
        return UNIT
    return rng.choice(structs)


def random_value(rng: random.Random, type_: QSharpType) -> Any:
    """A value in the form that ``from_result`` gives."""
    match type_:
        case ScalarType():
            return _scalar(rng, type_.name)
        case ArrayType():
            return [random_value(rng, type_.item) for _ in range(rng.choice((0, 1, 2, 4)))]
        case TupleType():
            return tuple(random_value(rng, item) for item in type_.items)
        case StructType():
            return _fields(rng, type_)
        case _:
            raise AssertionError(type_)


def _fields(rng: random.Random, type_: StructType) -> Any:
    fields = type_.fields or ()
    if type_ == BARE:
        return tuple(random_value(rng, field.type) for field in fields)
    if type_ == WRAPPED:
        return random_value(rng, fields[0].type)
    leaves = [leaf for field in fields for leaf in (field.parts or (field,))]
    return {leaf.name: random_value(rng, leaf.type) for leaf in leaves}


def _scalar(rng: random.Random, name: str) -> Any:
    match name:
        case "Int":
            return rng.choice((0, 1, -1, 2**63 - 1, -(2**63), rng.randint(-100, 100)))
        case "BigInt":
            return rng.choice((0, 2**63, -(2**64), rng.randint(-(10**40), 10**40)))
        case "Double":
            return random_double(rng)
        case "Bool":
            return rng.random() < 0.5
        case "String":
            return "".join(rng.choices(_TEXT, k=rng.randrange(8)))
        case "Result":
            return rng.choice(tuple(Result))
        case "Pauli":
            return rng.choice(tuple(Pauli))
        case "Complex":
            return complex(random_double(rng), random_double(rng))
        case _:
            start, step = rng.randint(-5, 5), rng.choice((-3, -1, 1, 2))
            return range(start, start + step * rng.randrange(5), step)


def random_double(rng: random.Random) -> float:
    """Any finite double: every exponent is as likely."""
    while True:
        number: float = struct.unpack("<d", rng.randbytes(8))[0]
        if number - number == 0.0:
            return rng.choice((number, 0.0, -0.0, 1.0, rng.uniform(-4, 4)))
