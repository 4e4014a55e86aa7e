"""What the student process answers to the test process: names, calls, attributes.

Loaded by path into the process of student code, which can read and change all of it: it holds no secret.
"""

from typing import Any

import cell_shell
import object_codec
import patched
import peer
import printed
import seeds
import student_names


class StudentCodec(object_codec.ObjectCodec):
    """Gives every object that is no data a number, under which it stays here."""

    def __init__(self) -> None:
        self.objects: dict[int, Any] = {}  # alive as long as they have a number, so that no other gets their id
        self._numbers: dict[int, int] = {}

    def encode_object(self, value: Any) -> Any:
        """Return the tagged form of an object that stays here."""
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self.objects)
            self.objects[number] = value
        return {"t": "object", "v": [number, type(value).__name__[:80], getattr(value, "__name__", None)]}

    def decode_object(self, tag: str, payload: Any) -> Any:
        """Return the object of a number."""
        if tag == "object":
            return self.objects[payload]
        return super().decode_object(tag, payload)


class StudentSide(peer.Peer):
    """Answers the test process.

    Args:
        sock: The channel of the student process.
        names: The names of the notebook.
        shell: The shell in which its cells ran.
    """

    def __init__(self, sock: Any, names: dict[str, Any], shell: Any) -> None:
        super().__init__(sock, StudentCodec())
        self._names, self._shell = names, shell
        self._streams = printed.StudentStreams(self)
        for part in (self, student_names.StudentNames(names, self), seeds.StudentSeeds(), patched.StudentPatches()):
            self.handlers |= {name[3:]: getattr(part, name) for name in dir(part) if name.startswith("do_")}

    def serve(self) -> None:
        """Answer requests until the other side says that this was all; meanwhile what is printed goes there."""
        with self._streams.open():
            super().serve()

    def describe_error(self, error: BaseException) -> Any:
        """Return an exception in a form that travels."""
        return cell_shell.describe(error, __file__)

    def do_call(self, target: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        """Call a function or whatever else can be called."""
        return target(*args, **kwargs)

    def do_get_attr(self, target: Any, name: str) -> Any:
        """Return an attribute."""
        return getattr(target, name)
