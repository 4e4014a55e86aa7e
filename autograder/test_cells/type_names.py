"""The types that travel by name, and by nothing else: a name that stands not in this list is never looked up."""

import array
import builtins
import collections
import datetime
import decimal
import fractions
import pathlib
import re
import types
import uuid
from typing import Any

import numpy as np

MODULES: tuple[Any, ...] = (collections, datetime, decimal, fractions, pathlib, uuid)


def standard() -> dict[str, type]:
    """Return the types of the language and of the standard library, by name."""
    named = {name: kind for name, kind in vars(builtins).items() if isinstance(kind, type) and not name.startswith("_")}
    for module in MODULES:
        own = {name: kind for name, kind in vars(module).items() if isinstance(kind, type) and name[0].isalpha()}
        named |= {f"{module.__name__}.{name}": kind for name, kind in own.items() if kind.__module__ != "enum"}
    others = {"NoneType": types.NoneType, "ellipsis": types.EllipsisType, "namespace": types.SimpleNamespace}
    return named | others | {"array.array": array.array, "re.Pattern": re.Pattern, "re.Match": re.Match}


def of_numpy() -> dict[str, type]:
    """Return NumPy's types of arrays, numbers and errors, by name."""
    abstract = [np.generic, np.number, np.integer, np.signedinteger, np.unsignedinteger, np.inexact, np.floating]
    abstract += [np.complexfloating, np.flexible, np.character]
    kinds = [*abstract, *np.sctypeDict.values(), np.ndarray, np.matrix, np.recarray, np.dtype]
    kinds += [np.random.Generator, np.random.RandomState, np.linalg.LinAlgError, np.ufunc]
    return {f"numpy.{kind.__name__}": kind for kind in kinds}


NAMED: dict[str, type] = standard() | of_numpy()
NAMES = {kind: name for name, kind in NAMED.items()}


def add(kinds: dict[str, type]) -> None:
    """Let more types travel."""
    NAMED.update(kinds)
    NAMES.update({kind: name for name, kind in kinds.items()})
