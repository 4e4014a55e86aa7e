"""What is found by more than its exact type, and the values of libraries that an assignment names."""

import importlib
from collections.abc import Iterable
from typing import Any

import array_values
import container_values
import numpy as np
import stdlib_values
import type_names
from value_kinds import Kind

MODULES = {"pandas": "frame_values", "tensorflow": "tensor_values"}
LOADED: dict[str, Any] = {}  # of these, what is in use, by library


def load(libraries: Iterable[str]) -> None:
    """Load what the values of these libraries need. In a process of a student nothing can be loaded any more."""
    for name in sorted(MODULES.keys() & set(libraries) - LOADED.keys()):
        LOADED[name] = importlib.import_module(MODULES[name])


def kinds() -> list[Kind]:
    """Return the kinds of values of the libraries in use."""
    return [kind for module in LOADED.values() for kind in module.KINDS]


def kind_of(value: Any) -> Kind | None:
    """Return the kind of a value whose exact type stands in no table, or None where it is no data."""
    kind = type(value)  # what a value says of its own class is not asked
    if issubclass(kind, type):
        return stdlib_values.TYPE if value in type_names.NAMES else None
    if issubclass(kind, np.dtype):
        return array_values.DTYPE
    if issubclass(kind, tuple) and container_values.is_named_tuple(value):
        return container_values.NAMED_TUPLE
    return next(filter(None, (module.kind_of(value) for module in LOADED.values())), None)
