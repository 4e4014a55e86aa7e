"""What the student process answers to the test process: names, calls, attributes, operators, iteration.

Loaded by path into the process of student code, which can read and change all of it: it holds no secret.
"""

import asyncio
import copy
import sys
import types
from typing import Any

import patched
import peer
import printed
import proxies
import raised
import seeds
import student_codec
import student_names
from object_codec import flat, named_values

MOST_OF_A_LITERAL = 100  # characters


class StudentSide(peer.Peer):
    """Answers the test process.

    Args:
        sock: The channel of the student process.
        names: The names of the notebook.
        shell: The shell in which its cells ran.
        libraries: Of the assignment, whose values are data.
    """

    def __init__(self, sock: Any, names: dict[str, Any], shell: Any, libraries: Any = ()) -> None:
        codec = student_codec.StudentCodec(proxies.Maker(self.use), libraries)
        super().__init__(sock, codec)
        self._objects, self._shell = codec, shell
        self._loop: Any = None
        self._is_serving = False
        self._streams = printed.StudentStreams(self)
        for part in (self, student_names.StudentNames(names, self), seeds.StudentSeeds(), patched.StudentPatches()):
            self.handlers |= {name[3:]: getattr(part, name) for name in dir(part) if name.startswith("do_")}

    def serve(self) -> None:
        """Answer requests until the other side says that this was all; meanwhile what is printed goes there."""
        self._is_serving = True
        try:
            with self._streams.open():
                super().serve()
        finally:
            self._is_serving = False

    def use(self, number: int, how: str, name: str, args: tuple[Any, ...] = (), kwargs: Any = None) -> Any:
        """Let the test process use one of its objects."""
        if not self._is_serving:
            raise RuntimeError("this is a test's, and works only while the test runs")
        return self.ask("use", number=number, how=how, name=name, args=args, kwargs=flat(kwargs or {}))

    def describe_error(self, error: BaseException, briefly: bool = False) -> Any:
        """Return an exception in a form that travels."""
        described = raised.describe(error, self._objects, __file__, FILES)
        return (None, described[1]) if briefly and isinstance(described, tuple) else described

    def error_of(self, described: Any) -> BaseException:
        """Return what a function of the test's raised."""
        if isinstance(described, BaseException):
            return described
        return RuntimeError(str(described))

    # --- objects ---

    def do_call(self, target: Any, args: tuple[Any, ...], kwargs: Any, attributes: Any = None) -> Any:
        """Call a function or whatever else can be called; `attributes` is what a function has in its `__dict__`."""
        is_function = type(target) is types.FunctionType
        if is_function and attributes is not None and target.__dict__ is not attributes:
            target.__dict__ = attributes
        result = target(*map(as_literal, args), **named_values(kwargs))
        if is_function and target.__dict__:
            return peer.Answer(result, target.__dict__)
        return result

    def do_get_attr(self, target: Any, name: str) -> Any:
        """Return an attribute."""
        return getattr(target, name)

    def do_set_attr(self, target: Any, name: str, value: Any) -> None:
        """Set an attribute."""
        setattr(target, name, value)

    def do_del_attr(self, target: Any, name: str) -> None:
        """Delete an attribute."""
        delattr(target, name)

    def do_special(self, target: Any, name: str, args: tuple[Any, ...], kwargs: Any) -> Any:
        """Run a special method as the interpreter does: that of the class."""
        if name == "__iter__":
            return iter(target)
        return getattr(type(target), name)(target, *args, **named_values(kwargs))

    def do_dir(self, target: Any) -> list[str]:
        """Return the names of all attributes."""
        return [name for name in dir(target) if isinstance(name, str)]

    def do_variables(self, target: Any) -> Any:
        """Return the attributes that an object holds, or what stands in a class."""
        own = vars(target)
        return dict(own) if isinstance(own, types.MappingProxyType) else own

    def do_copy(self, target: Any, deep: bool) -> Any:
        """Return a copy of an object."""
        return copy.deepcopy(target) if deep else copy.copy(target)

    def do_subclass(self, name: str, bases: tuple[Any, ...], own: Any) -> int:
        """Make a class that a test derives from one of the student's; return its number."""
        return self._objects.number(proxies.subclass(name, bases, named_values(own)))

    # --- what runs step by step ---

    def do_advance(self, target: Any, sent: Any) -> tuple[bool, Any]:
        """Return whether an iterator or a generator has ended, and its next value or the value at its end."""
        try:
            return False, next(target) if sent is None else target.send(sent)
        except StopIteration as end:
            return True, end.value

    def do_throw(self, target: Any, error: BaseException) -> tuple[bool, Any]:
        """Raise something in a generator; answer as `advance`."""
        try:
            return False, target.throw(error)
        except StopIteration as end:
            return True, end.value

    def do_close(self, target: Any) -> None:
        """Close a generator."""
        target.close()

    def do_await(self, target: Any) -> Any:
        """Run something that can be awaited to its end."""
        self._loop = self._loop or asyncio.new_event_loop()

        async def wait() -> Any:
            return await target

        return self._loop.run_until_complete(wait())

    def do_advance_async(self, target: Any) -> tuple[bool, Any]:
        """Return whether an asynchronous generator has ended, and its next value."""
        try:
            return False, self.do_await(anext(target))
        except StopAsyncIteration:
            return True, None


FILES = frozenset([__file__, peer.__file__])


def as_literal(value: Any) -> Any:
    """Return a short text as the one object that a literal of it is: some code compares by `is`."""
    return sys.intern(value) if type(value) is str and len(value) <= MOST_OF_A_LITERAL else value
