"""Random values through the real compiler and back: what a literal means to it is what it was made from."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from qsharp_adapter.random_values import DECLARED, ONE_WAY, STRUCTS, random_type, random_value
from qsharp_adapter.showing_operations import showing_operation
from quire import Options
from quire.service.catalog import BUILT_IN_TARGETS
from quire_qsharp import Source, from_result, to_literal
from quire_qsharp.compilation import call_at, compiled
from quire_qsharp.own_place import OwnPlace
from quire_qsharp.programs import program_of

TYPES = 250
VALUES_PER_TYPE = 8


def _exactly(value: Any) -> str:
    """A text that tells 0.0 from -0.0, True from 1, and a Result from an int; ranges by their numbers."""
    if isinstance(value, range):
        return f"range {list(value)}"
    if isinstance(value, list | tuple):
        return f"{type(value).__name__} {[_exactly(item) for item in value]}"
    if isinstance(value, dict):
        return f"dict {[(name, _exactly(item)) for name, item in value.items()]}"
    return repr(value)


@pytest.mark.parametrize("seed", range(2))
def test_a_value_comes_back_as_it_went(seed: int, make_context: Callable[..., Any]) -> None:
    rng = random.Random(seed)
    types = [random_type(rng) for _ in range(TYPES)]
    context = make_context("Unrestricted", DECLARED)
    context.eval("\n".join(f"function Same{i}(x : {t}) : {t} {{ x }}" for i, t in enumerate(types)))
    wrong = []
    for i, type_ in enumerate(types):
        values = [random_value(rng, type_) for _ in range(VALUES_PER_TYPE)]
        calls = ", ".join(f"Same{i}({to_literal(value, type_)})" for value in values)
        for value, seen in zip(values, context.eval(f"[{calls}]"), strict=True):
            if _exactly(from_result(seen, type_)) != _exactly(value):
                wrong.append((str(type_), value, seen))
    assert not wrong


def test_integers_of_any_size_come_back(make_context: Callable[..., Any]) -> None:
    rng = random.Random(3)
    context = make_context("Unrestricted", "function Same(x : BigInt[]) : BigInt[] { x }")
    values = [sign * rng.getrandbits(bits) for bits in (1, 64, 1999, 2001, 20000) for sign in (1, -1)]
    assert from_result(context.eval(f"Same({to_literal(values, 'BigInt[]')})"), "BigInt[]") == values


def test_anonymous_newtypes_are_accepted(make_context: Callable[..., Any]) -> None:
    rng = random.Random(7)
    context = make_context("Unrestricted", DECLARED)
    for type_ in ONE_WAY:
        values = [random_value(rng, type_) for _ in range(20)]
        context.eval(f"function Items(x : {type_}) : (Int, Double) {{ let (a, b) = x!; (a, b) }}")
        calls = ", ".join(f"Items({to_literal(value, type_)})" for value in values)
        assert context.eval(f"[{calls}]") == values


def test_default_types_are_those_of_the_documentation(make_context: Callable[..., Any]) -> None:
    """Values without a type: what the compiler infers for the literal holds the same value."""
    rng = random.Random(11)
    context = make_context("Unrestricted", DECLARED)
    structless = [random_type(rng, structs=(STRUCTS[0],)) for _ in range(120)]
    values = [v for v in (random_value(rng, t) for t in structless) if _has_default(v)]
    assert len(values) > 60
    seen = context.eval(f"({', '.join(map(to_literal, values))}, ())")[:-1]
    for value, found in zip(values, seen, strict=True):
        assert _exactly(from_result(found)) == _exactly(_untyped(value))


def _has_default(value: Any) -> bool:
    if isinstance(value, dict):
        return False
    if isinstance(value, list):
        # The compiler cannot infer the type of an empty array that stands alone.
        return bool(value) and all(map(_has_default, value)) and len({_shape(item) for item in value}) == 1
    if isinstance(value, tuple):
        return all(map(_has_default, value))
    return not (isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63)


def _shape(value: Any) -> Any:
    if isinstance(value, list):
        return ("list", *{_shape(item) for item in value})
    return ("tuple", *map(_shape, value)) if isinstance(value, tuple) else type(value)


def _untyped(value: Any) -> Any:
    """A range comes back as text where no type says what it is."""
    if isinstance(value, range):
        return f"<Range> {to_literal(value)}"
    if isinstance(value, list | tuple):
        return type(value)(map(_untyped, value))
    return value


def test_values_and_literals_compile_into_the_same_program(make_context: Callable[..., Any]) -> None:
    """An argument that is passed as a value means what its literal means, whichever way the adapter takes."""
    rng = random.Random(5)
    types = [random_type(rng, structs=(*STRUCTS, *ONE_WAY)) for _ in range(20)]
    texts = [showing_operation(f"Show{i}", type_) for i, type_ in enumerate(types)]
    source = Source([DECLARED, *texts])
    context = make_context("Adaptive_RIF", DECLARED, *texts)
    target = next(t for t in BUILT_IN_TARGETS if t.id == "quantinuum.sim.h1-1e")
    as_values = 0
    for i, type_ in enumerate(types):
        value = random_value(rng, type_)
        expected = str(context.compile(f"Show{i}({to_literal(value, type_)})"))
        program = program_of(source.entry_point(f"Show{i}", value), Options())
        assert compiled(program, target) == expected
        call = call_at(OwnPlace(source, target.profile), program)
        as_values += call.plain is not None
    assert 5 < as_values < 19
