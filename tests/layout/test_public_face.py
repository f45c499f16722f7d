"""What ``import quire`` offers: exactly the names that it declares, each with a meaning in words."""

import ast
import importlib
import inspect

import quire
from layout.source_tree import imports, modules


def test_the_declared_names_are_those_that_type_checkers_see() -> None:
    imported = {name for item in imports() if item.importer == "quire" for name in item.names}
    assert len(quire.__all__) == len(set(quire.__all__))
    assert {name for name in imported if name != "TYPE_CHECKING"} == set(quire.__all__) <= set(dir(quire))


def test_each_declared_name_is_what_type_checkers_see() -> None:
    for item in imports():
        if item.importer == "quire" and item.when == "typing":
            for name in item.names:
                assert getattr(quire, name) is getattr(importlib.import_module(item.imported), name)


def test_modules_are_found_and_nothing_is_made_up() -> None:
    assert quire.errors is importlib.import_module("quire.errors")
    for name in ("Wrkspace", "erors", "_errors", "__wrapped__"):
        assert not hasattr(quire, name)


def _documented_things() -> dict[str, object]:
    """The public classes and functions, and the public members of the classes, by name."""
    things: dict[str, object] = {}
    for name in quire.__all__:
        thing = getattr(quire, name)
        if inspect.isfunction(thing):
            things[name] = thing
        if inspect.isclass(thing):
            things[name] = thing
            for member, value in vars(thing).items():
                if inspect.isfunction(value) or isinstance(value, property | classmethod):
                    things[f"{name}.{member}"] = value
    return {name: thing for name, thing in things.items() if "._" not in name}


def test_every_public_thing_says_what_it_is() -> None:
    silent = [name for name, thing in _documented_things().items() if not inspect.getdoc(thing)]
    assert not silent


def test_each_built_in_plug_in_is_searched_for_and_each_searched_one_is_built_in() -> None:
    implementing = {
        name
        for name, module in modules().items()
        if module.package == "quire"
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef)
        if any(ast.unparse(mark).startswith("hookimpl") for mark in node.decorator_list)
    }
    searched = next(
        ast.literal_eval(node.value)
        for node in modules()["quire.plugins"].tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_DEFAULT_PLUGINS"
    )
    assert implementing == set(searched)
    assert list(searched) == sorted(searched)
