"""Say in a few words what a value is: bounded in length and time, and without asking any object for its text.

A value of a test may hold handles, whose text the student's process would say; so only values of exactly known types
are written out.
"""

import datetime
import decimal
import fractions
from collections.abc import Iterable
from typing import Any

import numpy as np

MOST_CHARACTERS = 200  # of one value: three of them are read in one glance
MOST_ENTRIES = 12  # of a container; an array has as many numbers
MOST_DEPTH = 4
MOST_DIGITS = 40  # of an integer; more are counted
MOST_TEXT = 160  # characters of a string

BRACKETS: dict[type, str] = {list: "[]", tuple: "()", set: "{}", frozenset: "{}", dict: "{}"}
WRITTEN_BY_REPR = frozenset({type(None), bool, float, complex, range, slice, type(Ellipsis), type(NotImplemented)})
WRITTEN_BY_STR = frozenset({
    decimal.Decimal, fractions.Fraction, datetime.date, datetime.datetime, datetime.time, datetime.timedelta,
})  # fmt: skip


def show(value: Any, most: int = MOST_CHARACTERS) -> str:
    """Return a value as it is read in a sentence, in at most so many characters."""
    text = _show(value, 0)
    if len(text) > most and type(value) is np.ndarray:
        return f"an array of shape {value.shape}"
    if len(text) > most and type(value).__module__.split(".")[0] == "pandas" and hasattr(type(value), "iloc"):
        return f"a {type(value).__name__} with {len(value)} rows"
    return shortened(text, most)


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters: what is left out of a long one stood near its end."""
    if len(text) <= most:
        return text
    end = min(30, most // 4)
    return f"{text[: most - end - 5]} ... {text[len(text) - end :]}"


def one_line(text: str) -> str:
    """Return a text without line breaks and without characters that move the cursor."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def call(name: str, args: Iterable[Any], kwargs: dict[str, Any]) -> str:
    """Return a call as it is written, with its values in place of what the test wrote."""
    values = [show(value, 80) for value in args]
    values += [f"{key}={show(value, 80)}" for key, value in kwargs.items()]
    return f"{name}({shortened(', '.join(values), MOST_CHARACTERS)})"


def _show(value: Any, depth: int) -> str:
    kind = type(value)
    if kind in WRITTEN_BY_REPR:
        return repr(value)
    if kind is int:
        return _integer(value)
    if kind is str or kind is bytes:
        return repr(value[:MOST_TEXT]) + "..." * (len(value) > MOST_TEXT)
    if kind in BRACKETS:
        return _container(value, kind, depth)
    if kind in WRITTEN_BY_STR:
        return str(value)
    if isinstance(value, type):
        return f"the class {_name(value)}"
    if isinstance(value, (np.ndarray, np.generic)):
        return _array(value, kind)
    return _thing(value, kind, depth)


def _integer(value: int) -> str:
    if value.bit_length() < MOST_DIGITS * 3:
        return str(value)
    return f"an integer of about {int(value.bit_length() * 0.30103) + 1} digits"


def _container(value: Any, kind: type, depth: int) -> str:
    opening, closing = BRACKETS[kind][0], BRACKETS[kind][1]
    if not value:
        return "set()" if kind in (set, frozenset) else opening + closing
    if depth >= MOST_DEPTH:
        return f"{opening}...{closing}"
    shown = []
    for number, entry in enumerate(value.items() if kind is dict else value):
        if number == MOST_ENTRIES:
            shown.append(f"... {len(value)} entries")
            break
        if kind is dict:
            shown.append(f"{_show(entry[0], depth + 1)}: {_show(entry[1], depth + 1)}")
        else:
            shown.append(_show(entry, depth + 1))
    comma = "," if kind is tuple and len(value) == 1 else ""
    return f"{opening}{', '.join(shown)}{comma}{closing}"


def _array(value: Any, kind: type) -> str:
    array = np.asarray(value)
    if array.dtype.kind not in "biufcSUmM":
        return f"an array of shape {array.shape}"
    if array.ndim == 0:
        return _number(array[()])
    if array.size <= MOST_ENTRIES:
        return f"array({_rows(array.tolist())})"
    first = ", ".join(map(_number, array.reshape(-1)[:4]))
    return f"an array of shape {array.shape}, which begins with {first}"


def _rows(entries: Any) -> str:
    """Return the numbers of an array in brackets; NumPy's own text takes fifty times as long."""
    return f"[{', '.join(map(_rows, entries))}]" if type(entries) is list else _number(entries)


def _number(value: Any) -> str:
    return f"{value:.7g}" if isinstance(value, float) else str(value)[:MOST_DIGITS]


def _thing(value: Any, kind: type, depth: int) -> str:
    """Return what a value of any other type is called."""
    if kind.__module__.split(".")[0] == "pandas":
        return _of_pandas(value, kind, depth)
    if kind.__module__.startswith("_pytest.") and kind.__name__.startswith("Approx"):  # of `pytest.approx`
        return repr(value)
    name = getattr(value, "__name__", None) if callable(value) and not hasattr(kind, "__getattr__") else None
    if isinstance(name, str):
        return f"the function {name[:60]}"
    return f"{'an' if _name(kind)[0] in 'aeiouAEIOU' else 'a'} {_name(kind)}"


def _of_pandas(value: Any, kind: type, depth: int) -> str:
    if not hasattr(kind, "tolist") and not hasattr(kind, "iloc"):  # a point in time, an interval
        return str(value)[:MOST_TEXT]
    if value.size > MOST_ENTRIES * 2:
        columns = f" and the columns {_show(list(value.columns), 1)}" if hasattr(kind, "columns") else ""
        return f"a {kind.__name__} with {len(value)} rows{columns}"
    if not hasattr(kind, "columns"):
        return f"{kind.__name__}({_show(value.tolist(), depth + 1)})"
    names = list(value.columns)
    shown = [f"{_show(name, 2)}: {_show(value.iloc[:, place].tolist(), 2)}" for place, name in enumerate(names)]
    return f"DataFrame({{{', '.join(shown)}}})"


def _name(kind: type) -> str:
    return kind.__name__[:60] or "nameless"
