"""What a test may unpickle: a file may be the student's, so it may hold data, and nothing that runs code.

A pickle calls what it names. Here only types of data can be named, and the two functions by which NumPy makes arrays;
none of them can be changed by what a pickle says next, since all are written in C.
"""

import _codecs
import _pickle
import collections
import datetime
import io
import pickle
import sys
from typing import Any

import numpy as np

SENTENCE = (
    "The test unpickles an object of {name}: a pickle of the student's could run code in its place. "
    "Let the code write data, as JSON, CSV or an array of NumPy, and read that."
)
TYPES = (
    set, frozenset, complex, bytearray, range, slice, list, dict, tuple, int, float, str, bytes, bool, object,
    collections.OrderedDict, collections.deque, collections.defaultdict, datetime.date, datetime.datetime,
    datetime.time, datetime.timedelta, datetime.timezone, np.ndarray, np.dtype,
)  # fmt: skip
NAMED: dict[tuple[str, str], Any] = {(kind.__module__, kind.__name__): kind for kind in TYPES} | {
    ("_codecs", "encode"): _codecs.encode,
    **{
        (f"numpy.{core}.multiarray", name): getattr(np._core.multiarray, name)  # type: ignore[attr-defined]
        for core in ("core", "_core")
        for name in ("_reconstruct", "scalar")
    },
}  # fmt: skip


def restrict(side: Any) -> None:
    """Let this process unpickle data only; anything else is refused."""

    def find_class(self: Any, module: str, name: str) -> Any:
        if (module, name) in NAMED:
            return NAMED[module, name]
        raise side.refuse(SENTENCE.format(name=f"{str(module)[:60]}.{str(name)[:60]}"))

    unpickler = type("Unpickler", (_pickle.Unpickler,), {"find_class": find_class})

    def load(file: Any, **options: Any) -> Any:
        """Return what a file holds."""
        return unpickler(file, **options).load()

    def loads(data: Any, /, **options: Any) -> Any:
        """Return what bytes hold."""
        return load(io.BytesIO(data), **options)

    own: dict[str, Any] = {"Unpickler": unpickler, "load": load, "loads": loads}
    for module in (pickle, _pickle):
        for name, value in own.items():
            setattr(module, name, value)
    pickle._Unpickler.find_class = find_class  # type: ignore[method-assign]
    pickle._load, pickle._loads = load, loads  # type: ignore[attr-defined]
    if "shelve" in sys.modules:
        sys.modules["shelve"].Unpickler = unpickler  # type: ignore[attr-defined]
