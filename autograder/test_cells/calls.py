"""What the student's code was asked last, and what it gave: a few entries, so that a failed test can say it."""

import collections
import types
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import show_value

MOST_KEPT = 16  # answers that are recognised when a test compares them
MOST_LENGTH_KEPT = 10_000  # of a container, and bytes of an array; of a larger one only the text is kept


class Entry:
    """One question to the student's code and what came of it."""

    def __init__(self, asked: str, verb: str) -> None:
        self.asked, self.verb = asked, verb
        self.said = ""  # what came of it; "" while there is no answer
        self.value: Any = self  # what the student's code gave or raised; itself where it is not kept

    def gave(self, value: Any) -> None:
        """Note the answer."""
        self.said = f"`{self.asked}` {self.verb} {show_value.show(value)}"
        if is_small(value):
            self.value = value

    def raised(self, error: BaseException) -> None:
        """Note that the student's code raised this instead."""
        self.said = f"`{self.asked}` raised {type(error).__name__}"
        self.value = error


class CallLog:
    """The last questions to the student's code."""

    def __init__(self) -> None:
        self._entries: collections.deque[Entry] = collections.deque(maxlen=MOST_KEPT)

    def clear(self) -> None:
        """Forget everything: another test begins."""
        self._entries.clear()

    def ask(self, source: str, target: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Entry | None:
        """Note a question; return its entry, None for one that is not worth telling.

        Args:
            source: What is asked, as "call:squares", "name:answer", "method:norm".
            target: The object of a method or an attribute.
            args: Arguments of a call.
            kwargs: Arguments of a call that have a name.
        """
        kind, _, name = source.partition(":")
        if kind == "name":
            entry = Entry(name, "is")
        elif kind == "attribute":
            entry = Entry(f"{name_of_owner(target)}.{name}", "is")
        elif kind in ("method", "operator"):
            if type(target) is types.FunctionType and args:  # a method is asked as a function of its object
                target, *args = args
            entry = Entry(show_value.call(f"{name_of_owner(target)}.{name}", args, kwargs), "gave")
        elif kind == "call" and name:
            entry = Entry(show_value.call(name, args, kwargs), "gave")
        else:
            return None
        self._entries.append(entry)
        return entry

    def gave(self, value: Any, said: str) -> str:
        """Return which question gave this very value, as a sentence; "" where none of the last ones did."""
        entry = self._of(value)
        if entry is None:
            return ""
        return f"`{entry.asked}` {entry.verb} {said}" if said else entry.asked

    def raised_by(self, error: BaseException) -> str:
        """Return which question raised this very exception; "" where none of the last ones did."""
        entry = self._of(error)
        return entry.asked if entry is not None else ""

    @property
    def last(self) -> str:
        """What the last answered question was and gave, without names of functions; "" where there is none."""
        told = (entry for entry in reversed(self._entries) if entry.said)
        return next((entry.said for entry in told if entry.verb != "is" or not callable(entry.value)), "")

    def _of(self, value: Any) -> Entry | None:
        return next((entry for entry in reversed(self._entries) if entry.value is value), None)


def name_of_owner(target: Any) -> str:
    """Return what stands before the point: the class of an object, or the class itself."""
    return target.__name__ if issubclass(type(target), type) else type(target).__name__


def is_small(value: Any) -> bool:
    """Return whether a value may be kept for a while; what its class says of itself is not asked."""
    kind = type(value)
    if kind in (str, bytes, bytearray, list, tuple, dict, set, frozenset):
        return len(value) <= MOST_LENGTH_KEPT
    return kind is not np.ndarray or value.nbytes <= MOST_LENGTH_KEPT
