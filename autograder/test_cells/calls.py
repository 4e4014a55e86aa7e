"""What the student's code was asked last, and what it gave: a few entries, so that a failed test can say it."""

import collections
import sys
from typing import Any

import show_value

MOST_KEPT = 16  # values of the student's that are recognised when a test compares them
MOST_BYTES_KEPT = 2**20  # of a value that is kept; of a larger one only its text is


class Entry:
    """One question to the student's code and what came of it."""

    def __init__(self, asked: str, verb: str) -> None:
        self.asked, self.verb = asked, verb
        self.said = ""  # what came of it; "" while there is no answer
        self.value: Any = self  # what the student's code gave or raised; itself where it is not kept

    def gave(self, value: Any) -> None:
        """Note the answer."""
        self.said = f"`{self.asked}` {self.verb} {show_value.show(value)}"
        if sys.getsizeof(value) <= MOST_BYTES_KEPT:
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

    def call(self, name: str, args: Any, kwargs: dict[str, Any]) -> Entry:
        """Note a call of a function of the student's."""
        return self._add(show_value.call(name, args, kwargs), "gave")

    def name(self, name: str) -> Entry:
        """Note that a name of the student's is read."""
        return self._add(name, "is")

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
        """What the last answered question was and gave; "" where there is none."""
        return next((entry.said for entry in reversed(self._entries) if entry.said), "")

    def _of(self, value: Any) -> Entry | None:
        return next((entry for entry in reversed(self._entries) if entry.value is value), None)

    def _add(self, asked: str, verb: str) -> Entry:
        entry = Entry(asked, verb)
        self._entries.append(entry)
        return entry
