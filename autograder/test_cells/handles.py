"""The test process's end: asks the student process, and decides what of its answers is believed."""

from collections import deque
from types import FunctionType
from typing import Any

import changes
import handed
import numpy as np
import peer
import raised
import refusals
import remote_functions
import unwanted
import wire
from object_codec import flat, named_values
from refusals import Refused
from remote_classes import Mirror, state_of
from test_codec import CHANGED, DEFAULT, Number, TestCodec

__all__ = ["Refused", "TestSide"]

MOST_ORIGIN = 80
MOST_PLACES = 50


class TestSide(peer.Peer):
    """Asks the student process.

    Attributes:
        allowed_sources: Where objects that are no data may come from ("call:squares"); None: from anywhere.
        seen_sources: Where such objects came from.
        refused: The sentence of the first refusal; empty while there was none. Whatever the test does with it.
    """

    __test__ = False  # no test of pytest's

    def __init__(self, sock: Any, libraries: Any = ()) -> None:
        self.codec = TestCodec(self, libraries)
        super().__init__(sock, self.codec)
        self.allowed_sources: set[str] | None = None
        self.seen_sources: set[str] = set()
        self.refused = ""
        self._libraries = tuple(libraries)
        self._origins: dict[int, set[str]] = {}  # by the id of a function or an object: how its calls are named
        self._attributes = remote_functions.Attributes()
        self._places: deque[tuple[BaseException, dict[str, Any]]] = deque(maxlen=MOST_PLACES)
        self._raised: list[BaseException] = []  # in functions of the test's, on their way through the student's code
        self._step_sources: dict[int, str] = {}  # of generators and iterators, by number
        self._marks: set[tuple[int, str]] = set()  # attributes that the code has added to objects of the test's
        self.handlers["use"] = self._use
        self.settlers.append(self._attributes.take)

    def ask(self, do: str, source: str = "", /, **fields: Any) -> Any:
        """Return the answer to one request."""
        if "kwargs" in fields:
            fields["kwargs"] = flat(fields["kwargs"])
        before = len(self._raised)
        try:
            return super().ask(do, source, **fields)
        except BaseException as error:
            if self._raised[before:] and self._raised[-1] is error:
                self._raised.pop()
            raise
        finally:
            self._attributes.give()
            self._count_swallowed(before)

    # --- names ---

    def names(self) -> list[str]:
        """Return all names of the student's notebook."""
        answer = self.ask("names")
        return [name for name in answer if type(name) is str] if type(answer) is list else []

    def get_name(self, name: str) -> Any:
        """Return what a name of the student's stands for. Raises KeyError when there is no such name."""
        return self.ask("get_name", f"name:{name}", name=name)

    def get_module(self, name: str) -> Any:
        """Return a module as the student process has it."""
        return self.ask("get_module", f"name:{name}", name=name)

    def set_name(self, name: str, value: Any) -> None:
        """Let a name of the student's stand for something else: cells that run later use it, without the test."""
        if type(value) is np.random.Generator:
            bits = value.bit_generator
            self.ask("set_generator", name=name, kind=type(bits).__name__, state=bits.state)
        else:
            self.ask("set_name", name=name, value=value)

    def restore_name(self, name: str) -> None:
        """Let a name of the student's stand for what it stood for before a test changed or deleted it."""
        self.ask("restore_name", name=name)

    def del_name(self, name: str) -> None:
        """Delete a name of the student's. Raises KeyError when there is no such name."""
        self.ask("del_name", name=name)

    def is_students(self, value: Any) -> bool:
        """Return whether a value is an object that stays in the student process."""
        return self.codec.number_of_theirs(value) is not None

    def is_same_data(self, one: Any, other: Any) -> bool:
        """Return whether two values are equal data, to the last bit; what holds objects is not."""
        try:
            return changes.snapshot(one, self._libraries) == changes.snapshot(other, self._libraries)
        except (wire.WireError, TypeError):
            return False

    def place_of(self, error: BaseException) -> dict[str, Any]:
        """Return where the student's code raised an exception, as `cell_shell.describe`; empty for others."""
        return next((place for each, place in reversed(self._places) if each is error), {})

    # --- what mirrored objects ask ---

    def call(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function, a class or an object of the student's."""
        source = "|".join(sorted(self._origins.get(id(target), ()))) or "call:"
        attributes = self._attributes.of(target) if isinstance(target, FunctionType) else None
        more = {} if attributes is None else {"attributes": attributes}
        return self.ask("call", source, target=target, args=args, kwargs=kwargs, **more)

    def keep_attributes(self, function: FunctionType, own: Any) -> None:
        """Let a function have the attributes that the student's has."""
        self._attributes.keep(function, own)

    def advance(self, target: Any, sent: Any = None, error: BaseException | None = None) -> tuple[bool, Any]:
        """Return whether something has ended, and its next value or the one at its end."""
        if error is not None:
            return self._step(self.ask("throw", self._step_source(target), target=target, error=error))
        return self._step(self.ask("advance", self._step_source(target), target=target, sent=sent))

    def _step_source(self, target: Any) -> str:
        """Return what gives the values of a generator: iteration, or what gives a list of them in the solution."""
        own = self._step_sources.get(target.number, "") if type(target) is Number else ""
        return "iteration" if not own or "iteration" in (self.allowed_sources or ("iteration",)) else own

    def advance_async(self, target: Any) -> tuple[bool, Any]:
        """Return whether an asynchronous generator has ended, and its next value."""
        return self._step(self.ask("advance_async", "iteration", target=target))

    def _step(self, answer: Any) -> tuple[bool, Any]:
        if type(answer) is not tuple or len(answer) != 2 or type(answer[0]) is not bool:
            raise self.broken("a step of no known form")
        return answer

    def close_generator(self, target: Any) -> None:
        """Close a generator; one that nobody holds any more may be closed while a message is read."""
        if not self.lost and not self.is_busy():
            self.ask("close", target=target)

    def names_of(self, target: Any) -> list[str]:
        """Return the names of all attributes."""
        answer = self.ask("dir", target=target)
        return [name for name in answer if type(name) is str] if type(answer) is list else []

    def derive(self, made: type, bases: tuple[Any, ...], own: dict[str, Any]) -> None:
        """Make a class of the test's in the student process."""
        number = self.ask("subclass", name=made.__name__, bases=bases, own=flat(own))
        if type(number) is not int or self.codec.find_theirs(number) is not None:
            raise self.broken("a class of no known form")
        self.codec.keep_theirs(number, made)
        self.add_origin(made, f"call:{made.__name__}")

    def take_extras(self, target: Any, extras: Any) -> None:
        """Take in the attributes that a function has got while it was called."""
        if isinstance(target, FunctionType) and self.is_students(target):
            self._attributes.keep(target, extras)

    # --- what is believed ---

    def refuse(self, sentence: str) -> Refused:
        """Return the exception for something that is refused; the sentence stays."""
        self.refused = self.refused or sentence
        return Refused(sentence)

    def take_arrivals(self) -> list[tuple[Any, str]]:
        """Return what the last message brought that is no data."""
        arrivals, self.codec.arrivals = self.codec.arrivals, []
        return arrivals

    def judge(self, arrivals: list[tuple[Any, str]], source: str) -> None:
        """Refuse objects where the instructor's solution gave data."""
        self.codec.came_from(source)
        for value, own_source in arrivals:
            known = source or own_source if own_source == CHANGED else own_source or source
            for each in known.split("|"):
                if each:
                    self._judge_one(value, each)

    def judged(self, value: Any, arrivals: list[tuple[Any, str]], source: str) -> Any:
        """Return an answer; of a call that gave an object and nothing else, a test may leave the object aside."""
        is_object = isinstance(type(value), Mirror) and bool(arrivals)
        if is_object and all(each is value and not own for each, own in arrivals):
            is_call = source.startswith(("call:", "method:"))
            unseen = [each for each in source.split("|") if is_call and self._is_unseen(each)]
            if unseen:
                sentence = refusals.of_source(unseen[0], what_it_is(value))
                return unwanted.Unwanted(lambda: self.refuse(sentence))
        return super().judged(value, arrivals, source)

    def _judge_one(self, value: Any, source: str) -> None:
        is_harmless = type(value) in remote_functions.STEPWISE or source == DEFAULT
        if self._is_unseen(source) and not is_harmless:
            raise self.refuse(refusals.of_source(source, what_it_is(value)))
        if type(value) in remote_functions.STEPWISE and (number := self.codec.number_of_theirs(value)) is not None:
            self._step_sources[number] = source
        kind, _, name = source.partition(":")
        if kind == "name":
            self.add_origin(value, f"call:{name}")
        elif kind == "attribute":
            self.add_origin(value, f"method:{name}")
        else:
            self.add_origin(value, f"call:{name or kind}()"[:MOST_ORIGIN])

    def add_origin(self, value: Any, origin: str) -> None:
        """Note how calls of something of the student's are named."""
        if self.is_students(value):  # and so it is kept, and nothing else gets its id
            self._origins.setdefault(id(value), set()).add(origin)
        else:
            function = getattr(value, "__func__", None) if type(value).__name__ == "method" else None
            if isinstance(function, FunctionType) and self.is_students(function):
                self._origins.setdefault(id(function), set()).add(origin)

    def forget_origins(self, place: int) -> None:
        """Forget what was noted of an object that is no more; another one may get its id."""
        self._origins.pop(place, None)

    # --- what the student process asks ---

    def source_of(self, do: str, fields: dict[str, Any]) -> str:
        """Return what the arguments of a call are."""
        value = self.codec.own.get(fields.get("number")) if type(fields.get("number")) is int else None
        return f"argument:{getattr(value, '__name__', type(value).__name__)}"[:MOST_ORIGIN]

    def _use(self, number: Any = None, how: Any = None, name: Any = None, args: Any = (), kwargs: Any = ()) -> Any:
        is_change = how in ("set", "delete") and type(name) is str and not self._is_mark(number, how, name)
        if is_change and self._is_unseen(f"set:{name}"[:MOST_ORIGIN]):
            text = (
                f"The code changed `{name[:MOST_ORIGIN]}` of an object that the test handed over; it may only read it."
            )
            raise self.refuse(text)
        return handed.use(self.codec, number, how, name, args, named_values(kwargs))

    def _is_mark(self, number: Any, how: str, name: str) -> bool:
        """Return whether an attribute is one that the object of the test's has only because the code has set it."""
        value = self.codec.own.get(number) if type(number) is int else None
        if how == "set" and value is not None and not hasattr(value, name):
            self._marks.add((number, name))
        return (number, name) in self._marks

    def work_on(self, do: str, fields: dict[str, Any], arrivals: Any) -> Any:
        """Return the answer to a request; remember what the test's own code raised."""
        self._attributes.give()
        try:
            return super().work_on(do, fields, arrivals)
        except peer.Lost:
            raise
        except BaseException as error:
            self._raised.append(error)
            raise

    def _count_swallowed(self, before: int) -> None:
        """See to it that a test fails whose own assertion the student's code has caught."""
        swallowed, self._raised[before:] = self._raised[before:], []
        for error in swallowed:
            is_verdict = isinstance(error, AssertionError) or not isinstance(error, Exception)
            if is_verdict and self._is_unseen(f"caught:{type(error).__name__}"):
                self.refuse("A check that the test made of a call did not hold, and the code caught that.")

    def refuse_to_forget(self, kind: type) -> None:
        """Refuse that a `with` of the student's ends an exception of the test's where the solution's ends none."""
        if self._is_unseen(f"caught:{kind.__name__}"):
            text = f"The test met {kind.__name__[:60]} in a `with` block, and the code made it go on after it."
            raise self.refuse(text)

    # --- exceptions ---

    def describe_error(self, error: BaseException, briefly: bool = False) -> Any:
        """Return an exception of the test's own, which the student's code gets."""
        return RuntimeError("the test raised an exception") if briefly else error

    def error_of(self, described: Any) -> BaseException:
        """Return the exception for what the student's code raised."""
        if isinstance(described, BaseException):
            return described
        if type(described) is not tuple or len(described) != 2:
            return self.broken("an exception of no known form")
        error, told = described
        place = named_values(told)
        if not isinstance(error, BaseException):
            error = raised.nearest(place)
        if isinstance(error, StopIteration | StopAsyncIteration) and self._is_unseen(f"raised:{type(error).__name__}"):
            error = RuntimeError(f"{type(error).__name__}: {place.get('text')}"[:200])  # it would end a loop quietly
        self._places.append((error, place))
        return error

    def _is_unseen(self, source: str) -> bool:
        """Note a source, and return whether the instructor's solution had none like it."""
        self.seen_sources.add(source)
        return self.allowed_sources is not None and source not in self.allowed_sources


def what_it_is(value: Any) -> str:
    """Return in words what something of the student's is."""
    if isinstance(type(value), Mirror):
        return f"an object of the class {state_of(type(value)).name}"
    if isinstance(value, type):
        return "a class"
    return "a function" if callable(value) else f"a {type(value).__name__}"
