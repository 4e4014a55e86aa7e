"""What a test hands over to the student's code, and what that code may do with it.

Functions can be called. Objects of the test's own classes have their public attributes and methods, and the special
methods that these classes define; a few kinds of library objects count as such. Nothing else is ever answered: no
attribute with an underscore in front, no module, no frame, no source.
"""

import functools
import inspect
import io
import random
import sys
import types
from typing import Any
from unittest import mock

import descriptions
import numpy as np
import special_names
from remote_classes import Mirror

# Objects of these classes are lent as if a test had defined them. S could make its own, but not with this content.
LENT = (mock.NonCallableMock, io.IOBase, random.Random, np.random.Generator, np.random.RandomState)
DATA = (str, bytes, int, float, complex, list, tuple, dict, set, frozenset)  # what a test's class may derive from
NAMED_IN_STUDENT = special_names.FORWARDED | special_names.COMPARISONS.keys() | special_names.CONVERSIONS.keys() | {
    "__bool__", "__hash__",
}  # fmt: skip
UFUNC_MODULES = ("numpy", "scipy.special")


def library_path(value: Any) -> str:
    """Return the path of a function, a type or a module that any process can import; "" for anything else."""
    if isinstance(value, types.ModuleType):
        return f"{value.__name__}:" if descriptions.is_library(value.__name__) else ""
    if isinstance(value, Mirror) or not (isinstance(value, type | np.ufunc) or descriptions.is_function(value)):
        return ""
    if isinstance(value, np.ufunc):
        names = ((module, value.__name__) for module in UFUNC_MODULES if module in sys.modules)
        return next((f"{each}:{name}" for each, name in names if getattr(sys.modules[each], name, 0) is value), "")
    return "" if isinstance(value, types.MethodType) else descriptions.library_path(value)


def is_callable(value: Any) -> bool:
    """Return whether the student's code may call what was handed over."""
    return isinstance(value, type | functools.partial) or descriptions.is_function(value)


def is_own_code(codec: Any, value: Any) -> bool:
    """Return whether a method or a partial holds a function of the test's, and so perhaps what the test expects."""
    if type(value) is functools.partial:
        return is_own_code(codec, value.func)
    if type(value) is types.MethodType and codec.number_of_theirs(value.__self__) is not None:
        return False
    function = getattr(value, "__func__", value) if type(value) is types.MethodType else value
    is_function = type(function) is types.FunctionType and codec.number_of_theirs(function) is None
    return is_function and not library_path(function)


def is_lent(kind: type) -> bool:
    """Return whether objects of a class may be used: one of the test's own, or a kind that is lent."""
    return issubclass(kind, LENT) or not (kind.__module__ == "builtins" or descriptions.is_library(kind.__module__))


def describe(codec: Any, value: Any) -> list[Any]:
    """Return the encoded description of something of the test's. Raises TypeError for what is not handed over."""
    kind = type(value)
    if isinstance(value, type):
        return class_(codec, value)
    if is_callable(value):
        name = descriptions.text_of(value, "__name__") or "function"
        # Its docstring, too: what a student's decorator returns has to have it.
        doc = descriptions.text_of(value, "__doc__", descriptions.LONGEST_DOC) or None
        return ["function", name, descriptions.text_of(value, "__qualname__") or name, doc, codec.encode(shape(value))]
    if isinstance(value, BaseException):
        return error(codec, value)
    if isinstance(value, types.GeneratorType) or (hasattr(kind, "__next__") and not is_lent(kind)):
        return ["generator"]
    if not is_lent(kind) and kind is not object:  # `marker = object()` is nothing but itself
        raise TypeError(f"an object of the class {kind.__name__} cannot be handed over to the student's code: "
                        "hand over data, a function, or an object of a class that the test defines")  # fmt: skip
    return ["object", codec.class_form(kind) if not descriptions.library_path(kind) else codec.own_form(kind)]


def shape(value: Any) -> Any:
    """Return the parameters of a function; of their defaults only that there are any."""
    try:
        parameters = inspect.signature(value).parameters.values()
    except (TypeError, ValueError):
        return None
    return tuple((each.name, int(each.kind), each.default is not each.empty, ...) for each in parameters)


def class_(codec: Any, value: type) -> list[Any]:
    """Return the encoded description of a class of the test's."""
    if issubclass(value, BaseException):
        return ["error class", value.__name__, [codec.encode(base) for base in value.__bases__]]
    bases = () if issubclass(value, LENT) else value.__bases__
    forms = [codec.class_form(base) for base in bases if base is not object and is_lent(base)]
    return ["class", value.__name__, None, forms, sorted(special_of(value)), descriptions.helper_path(value)]


def special_of(kind: type) -> frozenset[str]:
    """Return the special methods of a class that the student's code may use."""
    is_whole = issubclass(kind, (*LENT, *DATA))
    kinds = kind.__mro__[:-1] if is_whole else [each for each in kind.__mro__ if is_lent(each)]
    return NAMED_IN_STUDENT.intersection(*[{name for each in kinds for name in vars(each)}])


def error(codec: Any, value: BaseException) -> list[Any]:
    """Return the encoded description of an exception; what an assertion says is nothing for the student's code."""
    says = isinstance(value, Exception) and not isinstance(value, AssertionError)
    kind = type(value) if isinstance(value, Exception) else RuntimeError
    args: tuple[Any, ...] = value.args if says else ()
    try:
        form = codec.encode(args)
    except TypeError:
        args, form = (), codec.encode(())
    return ["error", codec.encode(kind), form, str(value)[:200] if says else ""]


# --- what the student's code asks ---


def use(codec: Any, number: Any, how: Any, name: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """Do what the student's code asks of something that was handed over.

    Raises:
        AttributeError: It may not.
        BaseException: The test's own code raised it.
    """
    if type(number) is not int or number not in codec.own or type(name) is not str or type(args) is not tuple:
        raise AttributeError("nothing of this kind was handed over")
    value = codec.own[number]
    kind = type(value)
    if how == "call" and number in codec.callable_numbers:
        return value(*args, **kwargs)
    if how == "advance" and hasattr(kind, "__next__") and not is_lent(kind):
        return advance(value, *args)
    if is_callable(value) or isinstance(value, BaseException) or not is_lent(kind):
        raise AttributeError(f"{name or how} is not handed over")
    if how == "special" and name in special_of(kind):
        return iter(value) if name == "__iter__" else getattr(kind, name)(value, *args, **kwargs)
    if not is_public(name) or (issubclass(kind, mock.NonCallableMock) and hasattr(mock.NonCallableMock, name)):
        raise AttributeError(f"{name} is not handed over")  # `m.reset_mock()` would make a test forget
    if how == "get":
        return getattr(value, name)
    if how in ("set", "delete") and not callable(getattr(kind, name, None)):
        return setattr(value, name, *args) if how == "set" else delattr(value, name)
    raise AttributeError(f"{name} cannot be changed")


def is_public(name: str) -> bool:
    """Return whether a name is one that an object shows to everybody."""
    return name.isidentifier() and not name.startswith("_")


def advance(value: Any, sent: Any = None) -> tuple[bool, Any]:
    """Return whether an iterator of the test's has ended, and its next value or the value at its end."""
    try:
        return False, next(value) if sent is None else value.send(sent)
    except StopIteration as end:
        return True, end.value
