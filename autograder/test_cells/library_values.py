"""What is found by more than its exact type, and the values of libraries that an assignment names."""

from collections.abc import Collection
from typing import Any

import array_values
import container_values
import numpy as np
import stdlib_values
import type_names
from value_kinds import Kind


def kinds(libraries: Collection[str]) -> list[Kind]:
    """Return the kinds of values of these libraries."""
    return []


def kind_of(value: Any) -> Kind | None:
    """Return the kind of a value whose exact type stands in no table, or None where it is no data."""
    kind = type(value)  # what a value says of its own class is not asked
    if issubclass(kind, type):
        return stdlib_values.TYPE if value in type_names.NAMES else None
    if issubclass(kind, np.dtype):
        return array_values.DTYPE
    if issubclass(kind, tuple) and container_values.is_named_tuple(value):
        return container_values.NAMED_TUPLE
    return None
