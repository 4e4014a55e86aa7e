"""The student's objects as the test process sees them; truth about them is made here, of what travelled."""

import builtins
from typing import Any

import object_codec
import peer
import wire

NUMBER = "_autograder_number"


class Refused(BaseException):
    """A test asked something that only the student's object could answer for itself; such a cell cannot pass."""


class Handle:
    """An object that stays in the student process."""

    def __init__(self, test_side: "TestSide", number: int) -> None:
        object.__setattr__(self, NUMBER, number)
        object.__setattr__(self, "_autograder_side", test_side)

    def __getattr__(self, name: str) -> Any:
        return self._autograder_side.ask("get_attr", f"attribute:{name}", target=self, name=name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it."""
        return self._autograder_side.ask("call", f"call:{self._name}", target=self, args=list(args), kwargs=kwargs)


class TestCodec(object_codec.ObjectCodec):
    """Makes a handle of each number, the same one for the same number."""

    def __init__(self, test_side: "TestSide") -> None:
        self._side = test_side
        self._handles: dict[int, Any] = {}

    def encode_object(self, value: Any) -> Any:
        """Return the tagged form of a handle."""
        if isinstance(value, Handle):
            return {"t": "object", "v": getattr(value, NUMBER)}
        return super().encode_object(value)

    def decode_object(self, tag: str, payload: Any) -> Any:
        """Return the handle of a number."""
        if tag != "object" or not isinstance(payload, list) or len(payload) != 3 or type(payload[0]) is not int:
            raise wire.WireError("an object of no known form")
        if payload[0] not in self._handles:
            self._handles[payload[0]] = Handle(self._side, payload[0])
            object.__setattr__(self._handles[payload[0]], "_name", payload[2])
        return self._handles[payload[0]]


class TestSide(peer.Peer):
    """The test process's end: asks the student process, and decides what of its answers is believed.

    Attributes:
        allowed_sources: Where objects that are no data may come from ("call:squares"); None: from anywhere.
        seen_sources: Where such objects came from.
        refused: The sentence of the first refusal; empty while there was none. Whatever the test does with it.
    """

    __test__ = False  # no test of pytest's

    def __init__(self, sock: Any) -> None:
        super().__init__(sock, TestCodec(self))
        self.allowed_sources: set[str] | None = None
        self.seen_sources: set[str] = set()
        self.refused = ""

    def names(self) -> list[str]:
        """Return all names of the student's notebook."""
        return self.ask("names")

    def get_name(self, name: str) -> Any:
        """Return what a name of the student's stands for. Raises KeyError when there is no such name."""
        return self.ask("get_name", f"name:{name}", name=name)

    def set_name(self, name: str, value: Any) -> None:
        """Let a name of the student's stand for something else."""
        self.ask("set_name", name=name, value=value)

    def del_name(self, name: str) -> None:
        """Delete a name of the student's. Raises KeyError when there is no such name."""
        self.ask("del_name", name=name)

    def is_students(self, value: Any) -> bool:
        """Return whether a value is an object of the student's, so that nothing is told by sending it."""
        return isinstance(value, Handle)

    def refuse(self, sentence: str) -> Refused:
        """Return the exception for something that is refused; the sentence stays."""
        self.refused = self.refused or sentence
        return Refused(sentence)

    def error_of(self, described: Any) -> BaseException:
        """Return the nearest builtin exception of what the student's code raised."""
        kinds = described.get("kinds") if isinstance(described, dict) else None
        for name in kinds if isinstance(kinds, list) else ():
            kind = getattr(builtins, name, None) if isinstance(name, str) else None
            if isinstance(kind, type) and issubclass(kind, Exception):
                return kind(str(described.get("text"))[:2000])
        return Exception("the code raised an exception")

    def describe_error(self, error: BaseException) -> Any:
        """Return an exception of the test's own in a form that travels."""
        return {"type": type(error).__name__, "text": str(error)[:200]}
