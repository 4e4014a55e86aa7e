"""What the student process says of its functions and classes: names, signatures, special methods, bases.

Nothing of it is believed beyond what a test reads there: the test process makes its own objects of it.
Only what stands in the objects is read; code of theirs, a property or a metaclass's `__getattribute__`, does not run.
"""

import dataclasses
import functools
import inspect
import itertools
import os
import sys
import types
from collections.abc import Iterator
from typing import Any

import special_names

LONGEST_NAME = 200
LONGEST_DOC = 10_000
MOST_ENTRIES = 500  # methods of a class, parameters of a function
LIBRARIES = tuple(
    {os.path.realpath(path) + os.sep for path in (sys.prefix, sys.base_prefix, os.path.dirname(os.__file__))}
)

CALLABLES = (
    types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.MethodWrapperType,
    types.WrapperDescriptorType, types.MethodDescriptorType, types.ClassMethodDescriptorType,
    type(functools.lru_cache(len)),
)  # fmt: skip
CACHE_METHODS = ("cache_info", "cache_clear", "cache_parameters")


def is_function(value: Any) -> bool:
    """Return whether a value is a function, of Python or of C."""
    return type(value) in CALLABLES or type(value).__name__ in ("_ArrayFunctionDispatcher", "cython_function_or_method")


def text_of(value: Any, name: str, most: int = LONGEST_NAME) -> str:
    """Return an attribute of an object if it is text, "" otherwise."""
    text = getattr(value, name, None)
    return text[:most] if type(text) is str else ""


def function(codec: Any, value: Any) -> list[Any]:
    """Return what there is to know of a function."""
    name = text_of(value, "__name__") or "function"
    attributes = value.__dict__ if type(value) is types.FunctionType else None
    return [
        "function", name, text_of(value, "__qualname__") or name, text_of(value, "__module__") or "__main__",
        text_of(value, "__doc__", LONGEST_DOC) or None, flavor(value), parameters(codec, value),
        codec.encode(attributes) if attributes else None,
        [[method, codec.encode(getattr(value, method))] for method in CACHE_METHODS if hasattr(value, method)],
    ]  # fmt: skip


def flavor(value: Any) -> str:
    """Return how a function runs."""
    if inspect.iscoroutinefunction(value):
        return "coroutine"
    if inspect.isasyncgenfunction(value):
        return "async generator"
    return "generator" if inspect.isgeneratorfunction(value) else "function"


def parameters(codec: Any, value: Any) -> list[Any] | None:
    """Return name, kind, default and annotation of each parameter, and the annotation of the result."""
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):
        return None
    each = [
        [parameter.name[:LONGEST_NAME], int(parameter.kind), *default(codec, parameter.default),
         annotation(codec, parameter.annotation)]
        for parameter in list(signature.parameters.values())[:MOST_ENTRIES]
    ]  # fmt: skip
    return [each, annotation(codec, signature.return_annotation)]


def default(codec: Any, value: Any) -> tuple[bool | str, Any]:
    """Return whether there is a default, and it; "factory" where a dataclass makes one in each call."""
    if value is dataclasses._HAS_DEFAULT_FACTORY:  # type: ignore[attr-defined]
        return "factory", None
    return (False, None) if value is inspect.Parameter.empty else (True, codec.encode(value))


def annotation(codec: Any, value: Any) -> Any:
    """Return an annotation: a list with a class, or the text of something else, or None where there is none."""
    if value is inspect.Parameter.empty:
        return None
    if value is None or (isinstance(value, type) and type(value) is not types.GenericAlias):
        return [codec.encode(value)]
    return value[:LONGEST_NAME] if type(value) is str else repr(value)[:LONGEST_NAME]


def library_path(value: Any) -> str:
    """Return module and name of what a library has under this name; "" for the student's own."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if type(module) is not str or type(name) is not str or not is_library(module):
        return ""
    found: Any = sys.modules[module]
    for part in name.split("."):
        found = getattr(found, part, None)
    return f"{module}:{name}" if found is value else ""


def helper_path(kind: type) -> str:
    """Return module and name of a class of a module that lies beside the notebook; "" for any other."""
    module, name = getattr(kind, "__module__", None), getattr(kind, "__qualname__", None)
    return f"{module}:{name}" if helper_type(module, name) is kind else ""


def helper_type(module: Any, name: Any) -> type | None:
    """Return the class that a module beside the notebook has here under a name, if it is loaded."""
    if type(module) is not str or type(name) is not str or module == "__main__" or is_library(module):
        return None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = None if found is None else vars(found).get(part)
        if not isinstance(found, type):
            return None
    return found


@functools.lru_cache(maxsize=1000)
def is_library(module: str) -> bool:
    """Return whether a loaded module is part of Python or of an installed library."""
    if module == "__main__" or module not in sys.modules:
        return False
    file = getattr(sys.modules[module], "__file__", None)
    return file is None or os.path.realpath(file).startswith(LIBRARIES)


def class_(codec: Any, value: type) -> list[Any]:
    """Return what there is to know of a class."""
    path = library_path(value)
    name = type.__dict__["__name__"].__get__(value)
    own = {} if path else type.__dict__["__dict__"].__get__(value)
    bases = type.__dict__["__bases__"].__get__(value)
    return [
        "class", name[:LONGEST_NAME], text_of(value, "__qualname__") or name[:LONGEST_NAME],
        text_of(value, "__module__") or "__main__", own_doc(own), path,
        [codec.class_form(base) for base in bases if base is not object],
        special_of(value), [] if type(value) is type else sorted(special_names.FORWARDED & defined(type(value), type)),
        methods(codec, own), [key for key, entry in own.items() if isinstance(entry, property)][:MOST_ENTRIES],
        None if path else parameters(codec, value), fields(codec, own),
        sorted(map(str, own.get("__abstractmethods__", ())))[:MOST_ENTRIES], helper_path(value),
    ]  # fmt: skip


def own_doc(own: Any) -> str | None:
    """Return the text that a class has about itself."""
    doc = own.get("__doc__")
    return doc[:LONGEST_DOC] if type(doc) is str else None


def defined(value: type, *but_not: type) -> set[str]:
    """Return the names that a class or its bases define, besides `object` and these."""
    kinds = [kind for kind in type.__dict__["__mro__"].__get__(value) if kind not in (object, *but_not)]
    return {name for kind in kinds for name in type.__dict__["__dict__"].__get__(kind)}


def special_of(value: type) -> list[str]:
    """Return the special methods that a class has besides those of every object."""
    found = sorted(special_names.ALL & defined(value))
    return [name for name in found if not (name == "__hash__" and value.__hash__ is not None)]


def methods(codec: Any, own: Any) -> list[Any]:
    """Return name, kind and function of the methods that stand in a class."""
    first = itertools.islice(each_method(own), MOST_ENTRIES)
    return [[name, kind, codec.encode(function)] for name, kind, function in first]


def each_method(own: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield name, kind and function of each method."""
    for name, entry in own.items():
        if type(entry) is types.FunctionType:
            yield name, "", entry
        elif type(entry) in (staticmethod, classmethod) and type(entry.__func__) is types.FunctionType:
            yield name, type(entry).__name__, entry.__func__


def fields(codec: Any, own: Any) -> list[Any] | None:
    """Return name, type and default of the fields of a dataclass."""
    found = own.get("__dataclass_fields__")
    if type(found) is not dict:
        return None
    return [
        [field.name, annotation(codec, field.type), *field_default(codec, field.default)]
        for field in list(found.values())[:MOST_ENTRIES]
        if field._field_type is dataclasses._FIELD  # type: ignore[attr-defined]
    ]


def field_default(codec: Any, value: Any) -> tuple[bool, Any]:
    """Return whether a field has a default, and it."""
    return (False, None) if value is dataclasses.MISSING else (True, codec.encode(value))
