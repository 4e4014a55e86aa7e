"""The student's objects as a test sees them: each use is a request, and truth is made here of what travelled.

The interpreter looks for special methods in the class, `remote_classes` puts them there; all other attributes come to
`__getattribute__`. So `x == y` is decided here, while a test that writes `x.__eq__(y)` calls the student's method.
"""

from collections.abc import Iterator
from typing import Any

import refusals
import special_names
from remote_classes import Mirror, face_of, state_of

# What libraries ask an object in order to make something else of it: never asked.
PROTOCOLS = ("_sympy_", "_mpmath_", "_mpf_", "_mpi_")
# Special names that are data of an object, and asked of it.
ASKED = frozenset(
    "__name__ __qualname__ __wrapped__ __version__ __file__ __self__ __func__ __defaults__ __kwdefaults__ __members__"
    " __origin__ __args__ __parameters__ __all__ __slots__ __match_args__ __cause__ __notes__ __abstractmethods__"
    " __subclasses__ __orig_bases__".split()
)


class Handle(metaclass=Mirror):
    """An object that stays in the student process."""

    __slots__ = ("__weakref__",)
    __hash__ = object.__hash__
    __array_ufunc__ = None  # so that NumPy leaves operators to the object

    def __init_subclass__(cls, **options: Any) -> None:
        """Do nothing: a library's class that this one counts as would ask for attributes while it is made."""

    def __getattribute__(self, name: str) -> Any:
        state = state_of(type(self))
        if special_names.is_special(name):
            return special_attribute(self, name)
        if name in PROTOCOLS:
            raise state.side.refuse(refusals.of_special(name, state.name))
        return state.side.ask("get_attr", f"attribute:{name}", target=self, name=name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("__class__", "__dict__"):
            raise TypeError(f"{name} of a student's object cannot be set")
        state_of(type(self)).side.ask("set_attr", target=self, name=name, value=value)

    def __delattr__(self, name: str) -> None:
        state_of(type(self)).side.ask("del_attr", target=self, name=name)

    def __dir__(self) -> list[str]:
        return names(state_of(type(self)).side.ask("dir", target=self))

    def __repr__(self) -> str:
        return text(self, "__repr__")

    def __str__(self) -> str:
        return text(self, "__str__")

    def __eq__(self, other: object) -> Any:
        return same(self, other, "__eq__")

    def __ne__(self, other: object) -> Any:
        is_same = same(self, other, "__ne__")
        return is_same if is_same is NotImplemented else not is_same

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        """Make no array."""
        raise refusal(self, "__array__")

    def __copy__(self) -> Any:
        return state_of(type(self)).side.ask("copy", "copy", target=self, deep=False)

    def __deepcopy__(self, memo: Any) -> Any:
        return state_of(type(self)).side.ask("copy", "copy", target=self, deep=True)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise refusal(self, "__reduce_ex__")


def special_attribute(handle: Any, name: str) -> Any:
    """Return an attribute with a special name that a test reads, or a library for it."""
    kind = type(handle)
    state = state_of(kind)
    if name == "__class__":
        return face_of(kind) or kind
    if name == "__dict__":
        return state.side.ask("variables", "attribute:__dict__", target=handle)
    if name in ("__signature__", "__annotations__", "__array_interface__", "__array_struct__"):
        raise AttributeError(name)
    if name not in state.own_special and (name in state.special or name in ASKED):
        return state.side.ask("get_attr", f"attribute:{name}", target=handle, name=name)
    return object.__getattribute__(handle, name)


def refusal(handle: Any, name: str) -> BaseException:
    """Return the exception for a special method that is not asked."""
    state = state_of(type(handle))
    return state.side.refuse(refusals.of_special(name, state.name))


def same(one: Any, other: Any, name: str) -> Any:
    """Return whether two values are one object, as far as that is for us to say.

    A class with an `__eq__` of its own would decide otherwise, and what it says is not believed.
    """
    if other is None:
        return False
    has_word = "__eq__" in state_of(type(one)).special
    if isinstance(type(other), Mirror):
        if has_word or "__eq__" in state_of(type(other)).special:
            raise refusal(one, name)
        return one is other
    if type(other).__module__ == "__main__":  # of the test's own: its method decides
        return NotImplemented
    if has_word:
        raise refusal(one, name)
    return NotImplemented


def text(handle: Any, name: str) -> str:
    """Return what the student's object says of itself."""
    state = state_of(type(handle))
    if state.side.lost:
        return f"<{state.name} object>"
    return state.side.ask("special", target=handle, name=name, args=(), kwargs={})


def names(answer: Any) -> list[str]:
    """Return those entries that are names."""
    return [entry for entry in answer if type(entry) is str] if type(answer) is list else []


# --- special methods that classes get ---


def state_for(value: Any) -> Any:
    """Return what is known of the class of an object; of a class with special methods of its metaclass, of it."""
    return state_of(value if isinstance(value, type) else type(value))


def forwarder(name: str) -> Any:
    """Return the special method that asks the student's object."""
    source = {"__getitem__": "item", "__next__": "iteration", "__anext__": "iteration", "__iter__": ""}
    label = source.get(name, f"operator:{name}")

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        side = state_for(self).side
        return side.ask("special", label, target=self, name=name, args=args, kwargs=kwargs)

    method.__name__ = name
    return method


def refuser(name: str) -> Any:
    """Return the special method that refuses."""

    def method(self: Any, *args: Any) -> Any:
        raise refusal(self, name)

    method.__name__ = name
    return method


def call(self: Any, *args: Any, **kwargs: Any) -> Any:
    """Call the student's object."""
    return state_for(self).side.call(self, args, kwargs)


def next_(self: Any) -> Any:
    """Return the next entry."""
    is_done, value = state_for(self).side.advance(self)
    if is_done:
        raise StopIteration(value)
    return value


def exit_(self: Any, kind: Any, error: Any, trace: Any) -> Any:
    """Leave a `with` block; what the test has on its stack stays here."""
    side = state_for(self).side
    is_over = side.ask("special", target=self, name="__exit__", args=(kind, error, None), kwargs={}) is True
    if is_over and kind is not None:
        side.refuse_to_forget(kind)
    return is_over


def contains(self: Any, value: Any) -> bool:
    """Return what the student's object says it contains."""
    side = state_for(self).side
    return side.ask("special", "operator:__contains__", target=self, name="__contains__", args=(value,), kwargs={})


FORWARDED = special_names.FORWARDED - {"__str__", "__repr__"}
SPECIAL = {"__call__": call, "__next__": next_, "__exit__": exit_, "__contains__": contains}
FORWARDERS: dict[str, Any] = {name: forwarder(name) for name in FORWARDED} | SPECIAL
REFUSERS = {name: refuser(name) for name in (*special_names.CONVERSIONS, "__lt__", "__le__", "__gt__", "__ge__")}


def each_special(special: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """Yield the special methods of a mirror class, by those that the student's class has."""
    for name in special:
        if name in FORWARDERS:
            yield name, FORWARDERS[name]
        elif name in REFUSERS:
            yield name, REFUSERS[name]
    if special & {"__bool__", "__len__"}:
        yield "__bool__", refuser("__bool__")
    if "__hash__" in special:
        yield "__hash__", None
