"""Makes the mirror of a class of what the student process says of it."""

import abc
import dataclasses
import functools
import types
import typing
from collections.abc import Callable
from typing import Any

import descriptions
import remote_functions
import special_names
from object_codec import name_text as text
from remote_classes import STATE, ClassState, Mirror, face_of, state_of
from remote_objects import FORWARDERS, Handle, each_special

SAFE_META = (type, abc.ABCMeta)  # classes of these are made without code of a library's
FACELESS = (object, abc.ABC, typing.Generic, typing.Protocol)  # nobody asks whether something is one of these


def make(
    codec: Any, side: Any, name: Any, qualname: Any, module: Any, doc: Any, path: Any, base_forms: Any, special: Any,
    meta_special: Any, methods: Any, properties: Any, shape: Any, fields: Any, abstract: Any,
    helper: Any = "",
) -> type:  # fmt: skip
    """Return what stands for a class. Raises WireError, TypeError or ValueError for what describes none."""
    bases = tuple(codec.mirror(form) for form in base_forms)
    real = codec.library_type(text(path))
    if real is not None and issubclass(real, BaseException):
        return real if issubclass(real, Exception) else Exception
    state = ClassState(side, text(name), frozenset(map(text, special)) & special_names.ALL)
    state.real = real
    errors = tuple(base for base in bases if issubclass(base, BaseException))
    made = error_class(state, errors) if errors else object_class(state, bases, frozenset(map(text, meta_special)))
    if not errors:
        known = functools.partial(codec.library_type, text(path)), text(helper)
        state.settle = functools.partial(settle, made, state, bases, known)
        state.settle()
    add_methods(codec, made, state, methods)  # in the order in which they were encoded: both sides count what they keep
    described = {
        "__qualname__": text(qualname), "__module__": text(module) if real is not None else "__main__",
        "__doc__": None if doc is None else remote_functions.plain_text(doc),
    }  # fmt: skip
    signature = remote_functions.read_signature(codec, shape)
    if signature is not None:
        described["__signature__"] = signature
    if fields is not None:
        described["__dataclass_fields__"] = dict(field(codec, *each) for each in fields)
    if abstract:
        described["__abstractmethods__"] = frozenset(map(text, abstract))
    for key, value in described.items():
        type.__setattr__(made, key, value)
    for key in map(text, properties):
        if key.isidentifier() and not special_names.is_special(key):
            type.__setattr__(made, key, inherited_property(made, key))
    return made


def inherited_property(kind: Any, name: str) -> property:
    """Return a property for `super()`: reading it of an object asks the object."""
    return property(lambda own: getattr(kind, name).fget(own))


def visible(kind: Any) -> type:
    """Return the type of a library where a mirror stands for one that is loaded here, too."""
    real = state_of(kind).real if STATE in type.__getattribute__(kind, "__dict__") else None
    return kind if real is None else real


def error_class(state: ClassState, bases: tuple[type, ...]) -> type:
    """Return a class of exceptions."""
    own: dict[str, Any] = {STATE: state, "__getattr__": error_attribute}
    try:
        made: type = Mirror(state.name, bases, own)
    except TypeError:  # as two bases have it in one place
        made = Mirror(state.name, bases[:1], own)
    state.bases, state.mro = bases, tuple(type.mro(made))
    return made


def error_attribute(error: Any, name: str) -> Any:
    """Return an attribute of an exception that did not come with it."""
    if special_names.is_special(name):
        raise AttributeError(name)
    return state_of(type(error)).side.ask("get_attr", f"attribute:{name}", target=error, name=name)


def object_class(state: ClassState, bases: tuple[Any, ...], meta_special: frozenset[str]) -> type:
    """Return a class of handles."""
    own = {STATE: state, "__slots__": (), **dict(each_special(state.special))}
    own.setdefault("__hash__", object.__hash__)
    made: type = metaclass(bases, meta_special)(state.name, bases or (Handle,), own)
    return made


def settle(made: type, state: ClassState, bases: tuple[Any, ...], known: tuple[Callable[[], type | None], str]) -> None:
    """Find the type of a library that a class is or derives from; a test may load it after it met the class.

    A module that lies beside the notebook is in both processes: of a class in it only `isinstance` says that it is it.
    """
    inherited = next(filter(None, map(face_of, bases)), None)
    state.real = state.real or known[0]()
    if state.real is None:
        module, _, name = known[1].partition(":")
        helper = descriptions.helper_type(module, name)
        state.face = state.face if helper is None or isinstance(helper, Mirror) else helper
        if state.face is not None:
            return
    if state.real is not None and state.real not in FACELESS:
        state.face = state.real
    elif inherited is not None:
        state.face = derived(state.name, inherited)
    state.bases = tuple(map(visible, bases)) or (object,)
    kinds = [kind for kind in type.__getattribute__(made, "__mro__") if kind is not Handle]
    state.mro = tuple(dict.fromkeys(base for kind in kinds for base in visible_bases(kind) if base is not object))
    state.mro += (object,)


def visible_bases(kind: type) -> tuple[type, ...]:
    """Return what a test sees in the place of one class among the bases of another one."""
    if not isinstance(kind, Mirror):
        return (kind,)
    real = visible(kind)
    return real.__mro__ if real is not kind else (kind,)


def metaclass(bases: tuple[Any, ...], special: frozenset[str]) -> Any:
    """Return the class of a mirror whose class has special methods of its own, as an Enum has."""
    metas = tuple(dict.fromkeys(type(base) for base in bases)) or (Mirror,)
    own = {name: FORWARDERS[name] for name in special & FORWARDERS.keys() - {"__call__", *special_names.TEXT}}
    if not own and len(metas) == 1:
        return metas[0]
    metas = tuple(meta for meta in metas if not any(other is not meta and issubclass(other, meta) for other in metas))
    return type("type", metas, own)


def derived(name: str, kind: type) -> type:
    """Return a class that derives from a type of a library and does nothing else."""
    if type(kind) not in SAFE_META or "__init_subclass__" in {key for each in kind.__mro__[:-1] for key in vars(each)}:
        return kind
    try:
        return type(kind)(name, (kind,), {"__module__": "__main__"})
    except TypeError:
        return kind


def add_methods(codec: Any, made: Any, state: ClassState, methods: Any) -> None:
    """Put functions of a class into its mirror, where `super()` looks for them."""
    for name, kind, form in methods:
        function = codec.decode(form)
        if not isinstance(function, types.FunctionType):
            continue
        side_method = {"": function, "staticmethod": staticmethod(function), "classmethod": classmethod(function)}[kind]
        name = text(name)
        state.side.add_origin(function, f"method:{name}")
        state.functions[name] = side_method
        is_text = issubclass(made, BaseException) and name in special_names.TEXT
        if not special_names.is_special(name) or name == "__init__" or is_text:
            type.__setattr__(made, name, side_method)


def field(codec: Any, name: Any, annotation: Any, has_default: Any, default: Any) -> tuple[str, Any]:
    """Return a field of a dataclass."""
    value = codec.decode_default(default) if has_default is True else dataclasses.MISSING
    made: Any = dataclasses.field() if value is dataclasses.MISSING else dataclasses.field(default=value)
    made.name, made.type = text(name), remote_functions.read_annotation(codec, annotation)
    made._field_type = dataclasses._FIELD  # type: ignore[attr-defined]
    return made.name, made
