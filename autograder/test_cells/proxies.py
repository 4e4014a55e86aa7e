"""What stands in the student process for functions, classes and objects that a test has handed over.

Each use of one is a request to the test process, which allows what a test means to hand over and nothing else.
"""

import functools
import importlib
import inspect
import types
from collections.abc import Callable, Iterator
from typing import Any

import special_names

Use = Callable[..., Any]  # (number, how, name, args, kwargs) -> what the test process answers


class Proxy:
    """An object of the test's."""

    __slots__ = ("__weakref__", "_number", "_use")

    def __getattr__(self, name: str) -> Any:
        """Ask for an attribute."""
        if special_names.is_special(name):
            raise AttributeError(name)
        return self._use(self._number, "get", name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._use(self._number, "set", name, (value,))

    def __delattr__(self, name: str) -> None:
        self._use(self._number, "delete", name)


class Maker:
    """Makes a proxy of each description."""

    def __init__(self, use: Use) -> None:
        self._use = use

    def function(self, number: int, name: str, qualname: str, doc: str | None, shape: Any) -> Any:
        """Return a function that the test process runs."""

        def proxy(*args: Any, **kwargs: Any) -> Any:
            return self._use(number, "call", "", args, kwargs)

        proxy.__name__, proxy.__qualname__, proxy.__doc__, proxy.__module__ = name, qualname, doc, "__main__"
        proxy.__code__ = proxy.__code__.replace(co_name=name, co_filename="<test>")
        if shape is not None:
            proxy.__signature__ = signature(shape)  # type: ignore[attr-defined]
        return proxy

    def class_(
        self, number: int, name: str, doc: str | None, bases: tuple[Any, ...], special: list[str], face: type | None
    ) -> Any:
        """Return a class for objects of one class of the test's; `face` is what `isinstance` takes them for."""
        own: dict[str, Any] = {"__slots__": (), "__doc__": doc, "__module__": "__main__"}
        for method in special:
            if method in special_names.ALL and method not in ("__init__", "__new__", "__hash__"):
                own[method] = self._special(method)
        if face is not None:
            own["__class__"] = property(lambda _: face)
        if "__eq__" in special:
            own["__hash__"] = Proxy.__hash__
        metas = tuple(dict.fromkeys(type(base) for base in bases if type(base) is not type)) or (type,)
        meta: Any = type(
            "type", metas, {"__call__": lambda _, *args, **kwargs: self._use(number, "call", "", args, kwargs)}
        )
        return meta(name, bases or (Proxy,), own)

    def error_class(self, name: str, bases: tuple[Any, ...]) -> Any:
        """Return a class of exceptions for one of the test's."""
        return type(name, bases, {"__module__": "__main__"})

    def object(self, number: int, kind: type) -> Any:
        """Return what stands for an object."""
        made: Any = object.__new__(kind)
        object.__setattr__(made, "_number", number)
        object.__setattr__(made, "_use", self._use)
        return made

    def generator(self, number: int) -> Iterator[Any]:
        """Return a generator that pulls from one of the test's."""
        sent = None
        while True:
            is_done, value = self._use(number, "advance", "", (sent,))
            if is_done:
                return value
            sent = yield value

    def _special(self, name: str) -> Any:
        def method(own: Any, *args: Any, **kwargs: Any) -> Any:
            return self._use(own._number, "special", name, args, kwargs)

        return method


def signature(shape: Any) -> inspect.Signature:
    """Return the signature that the test process describes."""
    empty = inspect.Parameter.empty
    each = [
        inspect.Parameter(name, inspect._ParameterKind(kind), default=default if has_default else empty)
        for name, kind, has_default, default in shape
    ]
    return inspect.Signature(each)


def library_object(path: str) -> Any:
    """Return what a library has under a name."""
    module, _, name = path.partition(":")
    return functools.reduce(getattr, name.split(".") if name else [], importlib.import_module(module))


def subclass(name: str, bases: tuple[Any, ...], own: dict[str, Any]) -> type:
    """Return a class that a test derives from the student's."""
    return types.new_class(name, bases, {}, lambda namespace: namespace.update(own))
