"""Classes of the student's as a test sees them: real classes here, which mirror what the student process described.

So `type(x) is Dog`, `isinstance(x, Dog)` and `issubclass(Puppy, Dog)` are answered by the interpreter, of classes that
were made here; the student's metaclasses are not asked. A class that a test derives from such a class is made in the
student process, too, with methods that the test process runs.
"""

from collections.abc import Callable, Mapping
from types import FunctionType, MappingProxyType
from typing import Any

import special_names

STATE = "@state"  # the name in a class; no code can spell it
# What Python itself has in each class; read here, of the mirror.
LOCAL = frozenset(
    "__name__ __qualname__ __module__ __doc__ __signature__ __dataclass_fields__ __dataclass_params__ __flags__"
    " __instancecheck__ __subclasscheck__ __call__ __new__ __class__ __init_subclass__ __prepare__ __weakrefoffset__"
    " __basicsize__ __itemsize__ __dictoffset__ __array_ufunc__".split()
)
NOT_OF_THE_CLASS = ("__module__", "__qualname__", "__classcell__", "__dict__", "__weakref__", "__firstlineno__",
                    "__static_attributes__", "__annotations__", "__doc__")  # fmt: skip


class ClassState:
    """What is known of a mirrored class.

    Attributes:
        side: The test process's end.
        name: The name of the class.
        special: The special methods that the class and its bases define.
        own_special: Those of them that a test has defined.
        functions: The functions that stand in the class, by name, as they are read from it.
        mro: The classes that it derives from, as the student process has them.
        bases: The first of them.
        face: What `x.__class__` says of an instance, where that is not the class: a type of a library, or derived from
            one, so that `isinstance(x, keras.Model)` holds.
        real: The type of a library that this is, where it is loaded here, too.
    """

    def __init__(self, side: Any, name: str, special: frozenset[str]) -> None:
        self.side, self.name, self.special = side, name, special
        self.own_special: frozenset[str] = frozenset()
        self.functions: dict[str, Any] = {}
        self.bases: tuple[type, ...] = (object,)
        self.mro: tuple[type, ...] = (object,)
        self.face: type | None = None
        self.real: type | None = None
        self.settle: Callable[[], None] = lambda: None  # looks for `real` and `face` again: libraries are loaded late


def face_of(kind: type) -> type | None:
    """Return what `x.__class__` says of an instance of a mirrored class, where that is not the class."""
    state = state_of(kind)
    if state.real is None:  # its face may be that of a base as yet
        state.settle()
    return state.face


def state_of(kind: type) -> ClassState:
    """Return what is known of a mirrored class."""
    return type.__getattribute__(kind, STATE)


class Mirror(type):
    """The class of mirrored classes."""

    def __new__(mcls, name: str, bases: tuple[type, ...], own: dict[str, Any], **options: Any) -> Any:
        """Make a class: of a description, with its state among `own`, or because a test derives one."""
        if STATE in own or not any(isinstance(base, Mirror) for base in bases):
            return super().__new__(mcls, name, bases, own)
        made = super().__new__(mcls, name, bases, dict(own))
        derive(made, own)
        return made

    def __init__(cls, name: str, bases: tuple[type, ...], own: dict[str, Any], **options: Any) -> None:
        super().__init__(name, bases, own)

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make an instance: in the student process."""
        return state_of(cls).side.call(cls, args, kwargs)

    def __getattribute__(cls, name: str) -> Any:
        own = type.__getattribute__(cls, "__dict__")
        if name in LOCAL or STATE not in own:
            return type.__getattribute__(cls, name)
        state = own[STATE]
        if name in state.functions:
            return state.functions[name].__get__(None, cls)
        if not special_names.is_special(name):
            return state.side.ask("get_attr", f"attribute:{name}", target=cls, name=name)
        return special_of_class(cls, state, name)

    def __setattr__(cls, name: str, value: Any) -> None:
        state = state_of(cls)
        state.side.ask("set_attr", target=cls, name=name, value=value)
        state.functions.pop(name, None)
        if isinstance(value, FunctionType) or special_names.is_special(name):
            type.__setattr__(cls, name, value)

    def __delattr__(cls, name: str) -> None:
        state_of(cls).side.ask("del_attr", target=cls, name=name)
        state_of(cls).functions.pop(name, None)
        if name in type.__getattribute__(cls, "__dict__"):
            type.__delattr__(cls, name)

    def __dir__(cls) -> list[str]:
        return state_of(cls).side.names_of(cls)

    def __repr__(cls) -> str:
        return f"<class '{cls.__module__}.{cls.__qualname__}'>"

    def __eq__(cls, other: object) -> bool:
        if cls is other or not isinstance(other, type):
            return cls is other
        face_of(cls)
        return other is state_of(cls).real

    def __hash__(cls) -> int:
        own = type.__getattribute__(cls, "__dict__")
        real = own[STATE].real if STATE in own else None
        return type.__hash__(cls) if real is None else hash(real)


def special_of_class(cls: Any, state: ClassState, name: str) -> Any:
    """Return an attribute of a class that has a special name."""
    if name == "__mro__":
        return state.mro
    if name == "__bases__":
        return state.bases
    if name == "__base__":
        return state.bases[0]
    if name == "__dict__":
        return MappingProxyType(variables(cls, state))
    if name == "__annotations__":
        raise AttributeError(name)
    if name in state.special or name in ("__members__", "__slots__", "__abstractmethods__", "__match_args__"):
        return state.side.ask("get_attr", f"attribute:{name}", target=cls, name=name)
    if name in vars(object) and not issubclass(cls, BaseException):
        return getattr(object, name)
    return type.__getattribute__(cls, name)


def variables(cls: Any, state: ClassState) -> dict[str, Any]:
    """Return what stands in a class; texts that somebody would evaluate are left out."""
    answer = state.side.ask("variables", "attribute:__dict__", target=cls)
    if not isinstance(answer, Mapping):
        return {}
    return {name: value for name, value in answer.items() if type(name) is str and name != "__annotations__"}


def is_subclass(kind: Any, of: Any) -> bool:
    """Do what `issubclass` does; a mirrored class has bases in libraries, too, which the interpreter does not see."""
    if issubclass(kind, of):
        return True
    if not isinstance(kind, Mirror):
        return False
    face_of(kind)
    return any(base in state_of(kind).mro for base in each_class(of))


def each_class(classes: Any) -> list[Any]:
    """Return the classes of the second argument of `issubclass`."""
    return [one for each in classes for one in each_class(each)] if isinstance(classes, tuple) else [classes]


# --- a class that a test derives ---


def derive(made: Any, own: dict[str, Any]) -> None:
    """Make in the student process what a test has derived from classes there."""
    bases = type.__getattribute__(made, "__bases__")
    mirrored = tuple(base for base in bases if isinstance(base, Mirror))
    side = state_of(mirrored[0]).side
    inherited = [state_of(base) for base in mirrored]
    defined: dict[str, Any] = {}
    for base in reversed(bases):
        if not isinstance(base, Mirror):  # a class of the test's alone: the student process gets what stands in it
            for kind in reversed(base.__mro__[:-1]):
                defined |= vars(kind)
    defined |= own
    defined = {name: value for name, value in defined.items() if name not in NOT_OF_THE_CLASS}
    state = ClassState(side, made.__name__, frozenset(defined).union(*(base.special for base in inherited)))
    state.own_special = frozenset(filter(special_names.is_special, defined)).union(*(s.own_special for s in inherited))
    state.functions = {name: value for name, value in defined.items() if isinstance(value, FunctionType)}
    state.bases = bases
    state.mro = (made, *dict.fromkeys(kind for base in bases for kind in base.__mro__ if kind is not object), object)
    state.face = next((base.face for base in inherited if base.face is not None), None)
    type.__setattr__(made, STATE, state)
    side.derive(made, mirrored, defined)
