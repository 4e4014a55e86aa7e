"""How to make one value the same as another without replacing it."""

import array
import types
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any

import numpy as np

OTHER_WRITERS: dict[type, Callable[[Any, Any], None]] = {}  # of the types of libraries


def write_back(target: Any, value: Any) -> None:
    """Give a mutable the content of another one of its type, in place. Raises TypeError where that cannot be."""
    if type(target) is not type(value):
        raise TypeError(f"a {type(target).__name__} cannot become a {type(value).__name__}")
    if type(target) in OTHER_WRITERS:
        OTHER_WRITERS[type(target)](target, value)
    elif isinstance(target, np.ndarray):
        write_array(target, value)
    elif type(target) in (list, bytearray, array.array):
        target[:] = value
    elif type(target) is deque:
        target.clear()
        target.extend(value)
    elif type(target) in (dict, OrderedDict, Counter, defaultdict, set):
        target.clear()
        target.update(value)
    elif type(target) is types.SimpleNamespace:
        vars(target).clear()
        vars(target).update(vars(value))
    else:
        raise TypeError(f"a {type(target).__name__} does not change")


def write_array(target: Any, value: np.ndarray[Any, Any]) -> None:
    """Give an array the entries of another one, and its shape and type where they changed."""
    was_writeable = target.flags.writeable
    if target.dtype != value.dtype and target.nbytes == value.nbytes:
        target.dtype = value.dtype
    if target.dtype != value.dtype:
        raise TypeError("an array cannot get entries of another size")
    if target.size != value.size:  # other arrays may look at the same bytes
        raise TypeError("an array cannot get another number of entries")
    if target.shape != value.shape:
        target.shape = value.shape
    target.flags.writeable = True
    if isinstance(value, np.ma.MaskedArray):
        target.data[...], target.mask, target.fill_value = value.data, value.mask, value.fill_value
    else:
        target[...] = value
    target.flags.writeable = value.flags.writeable and was_writeable
