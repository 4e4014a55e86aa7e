"""How the test process reads what the student process describes, and writes what a test hands over."""

import datetime
import functools
import sys
import types
import weakref
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction
from typing import Any

import class_maker
import handed
import library_values
import object_codec
import raised
import remote_functions
import unwanted
import wire
from descriptions import CACHE_METHODS
from object_codec import name_text as text
from remote_classes import Mirror

# The libraries whose types may stand for the student's: of a data type nothing is known but what travels.
ROOTS = frozenset(
    "builtins collections datetime decimal fractions enum pathlib uuid re types functools itertools numbers abc io"
    " random statistics json string textwrap typing dataclasses array queue threading csv sqlite3 numpy pandas scipy"
    " sklearn matplotlib seaborn keras tensorflow torch torchvision networkx sympy PIL statsmodels nltk gensim"
    " requests bs4 plotly altair xarray".split()
)


# They make the same data of the same arguments in both processes.
PLAIN_TYPES = frozenset({
    bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range, slice, enumerate, zip,
    reversed, Counter, OrderedDict, defaultdict, deque, Decimal, Fraction, datetime.date, datetime.datetime,
    datetime.time, datetime.timedelta,
})  # fmt: skip


DEFAULT = "default"  # of a parameter, a field or a missing key: a test has it only where it asks for just that
CHANGED = "changed:"  # the source of what has come into a list that was here before, where no other is known


class Number:
    """The number of an object of the student's, where the object that stands for it here is not at hand."""

    def __init__(self, number: int) -> None:
        self.number = number


class TestCodec(object_codec.ObjectCodec):
    """Makes what stands for the student's objects, the same one for the same number.

    Attributes:
        arrivals: What the last message brought that is no data.
    """

    __test__ = False  # no test of pytest's

    def __init__(self, side: Any, libraries: Any = ()) -> None:
        super().__init__(libraries)
        self.side = side
        self._roots = ROOTS | {name.partition(".")[0] for name in libraries}
        self.arrivals: list[tuple[Any, str]] = []
        self.callable_numbers: set[int] = set()  # of functions and classes that a test has handed over
        self._methods: dict[tuple[int, int], types.MethodType] = {}  # of the test's, by their parts
        self._describing = 0
        self._handles: dict[int, weakref.ref[Any]] = {}
        self._gone: dict[int, type] = {}  # the classes of handles that nobody has any more, until S knows it

    # --- what a test hands over ---

    def encode_object(self, value: Any) -> Any:
        """Return the form of what a test hands over."""
        if type(value) is Number:
            return {"t": object_codec.YOURS, "v": value.number}
        if type(value) is unwanted.Unwanted:
            raise value.refuse_use()
        if self.number_of_theirs(value) is None:
            path = handed.library_path(value)
            if path:
                return {"t": "library", "v": path}
        form = self._compound_form(value) or super().encode_object(value)
        if form["t"] == object_codec.MINE and handed.is_callable(value):
            self.callable_numbers.add(form["v"][0])
        return form

    def _compound_form(self, value: Any) -> Any:
        """Return the form of a method or a partial of the test's, of which the student's code sees no part."""
        if type(value) not in (types.MethodType, functools.partial) or not handed.is_own_code(self, value):
            return None
        if type(value) is types.MethodType:  # each look at a method makes another one
            value = self._methods.setdefault((id(value.__func__), id(value.__self__)), value)
        return self.own_form(value)

    def describe(self, value: Any) -> list[Any]:
        """Return the encoded description of something of the test's."""
        return handed.describe(self, value)

    def class_form(self, value: type) -> Any:
        """Return the form of a class as the base or the class of something."""
        number = self.number_of_theirs(value)
        if number is not None:
            return {"t": object_codec.YOURS, "v": number}
        path = handed.library_path(value)
        return {"t": "library", "v": path} if path else self.own_form(value)

    # --- handles, which live as long as somebody has them ---

    def number_of_theirs(self, value: Any) -> int | None:
        """Return the number of what stands here for an object of the student's; None for anything else."""
        number = self._their_numbers.get(id(value))
        if number is not None and number in self._handles and self._handles[number]() is value:
            return number
        return super().number_of_theirs(value)

    def find_theirs(self, number: int) -> Any:
        """Return what stands here for an object of the student's; None where it was never described."""
        handle = self._handles[number]() if number in self._handles else None
        if handle is None and number in self._gone:
            return self._keep_handle(number, self._gone.pop(number))
        return super().find_theirs(number) if handle is None else handle

    def gone(self) -> tuple[int, ...]:
        """Return the numbers of objects that no test has any more; the student process may let go of them."""
        return tuple(self._gone)

    def told_gone(self, numbers: tuple[int, ...]) -> None:
        """Take it that the student process knows these to be gone."""
        for number in numbers:
            del self._gone[number]

    def _keep_handle(self, number: int, kind: type) -> Any:
        made: Any = object.__new__(kind)
        place = id(made)

        def forget(_: Any) -> None:
            del self._handles[number], self._their_numbers[place]
            self._gone[number] = kind
            self.side.forget_origins(place)

        self._handles[number] = weakref.ref(made, forget)
        self._their_numbers[place] = number
        return made

    # --- what comes from the student process ---

    def decode_object(self, tag: str, payload: Any) -> Any:
        """Return what stands for an object, and note that it came."""
        if tag == object_codec.UNFINISHED:
            return remote_functions.Annotation("...")
        value = super().decode_object(tag, payload)
        if tag == object_codec.MINE:
            if not self._describing:
                self.arrivals.append((value, ""))
            return value
        if tag in ("method", "property", "partial", "staticmethod", "classmethod"):
            self._refuse_own_types(value)
            if not self._describing:
                self.arrivals.append((value, ""))
        return value

    def _refuse_own_types(self, value: Any) -> None:
        """Raise WireError for a compound that calls a type of this process: what that makes nobody would judge."""
        for each in (getattr(value, name, None) for name in ("func", "__func__", "fget", "fset", "fdel")):
            if isinstance(each, type) and not isinstance(each, Mirror) and each not in PLAIN_TYPES:
                raise wire.WireError("an object of no known form")

    def _decode_kept(self, entries: list[Any], payload: Any) -> Any:
        """Return a value that both sides have; what is in it now counts as if it had come with that value."""
        first, before, self._describing = len(self.arrivals), self._describing, 0
        try:
            return super()._decode_kept(entries, payload)
        finally:
            self._describing = before
            if self.arrivals[first:]:
                number = payload if type(payload) is int else payload[0]
                came_from = entries[number].source or CHANGED
                self.arrivals[first:] = [(value, source or came_from) for value, source in self.arrivals[first:]]

    def came_from(self, source: str) -> None:
        """Note what gave the values that the last message brought and that can change."""
        for value in self.touched:
            entry = self.kept.find(value)
            if entry is not None and not entry.is_mine:
                entry.source = entry.source or source

    def note_hidden(self, value: Any) -> None:
        """Note that entries are masked: an array that is nothing else equals all others."""
        self.arrivals.append((value, "masked:"))

    def note_column(self, values: Any) -> None:
        """Note that entries are missing, as `pd.NA` is, which equals all others in `(column == other).all()`.

        Where the solution gives missing entries of any kind, the student's may be of that kind.
        """
        if library_values.LOADED["pandas"].has_missing(values, with_nan=self.side.allowed_sources is None):
            self.arrivals.append((values, "missing:"))

    def decode_default(self, form: Any, source: str = DEFAULT) -> Any:
        """Return what stands in a description and is a value; an object in it comes from a source of its own."""
        before, self._describing = self._describing, 0
        try:
            first = len(self.arrivals)
            value = self.decode(form)
            self.arrivals[first:] = [(each, own or source) for each, own in self.arrivals[first:]]
            return value
        finally:
            self._describing = before

    def make(self, number: int, description: list[Any]) -> Any:
        """Return what stands here for a new object of the student's."""
        makers = {
            "object": self._make_object, "class": self._make_class, "function": self._make_function,
            "generator": self._make_generator, "iterator": self._make_iterator, "awaitable": self._make_awaitable,
            "async generator": self._make_async_generator, "error": self._make_error,
        }  # fmt: skip
        kind = description[0] if description else None
        if type(kind) is not str or kind not in makers:
            raise wire.WireError("an object of no known form")
        self._describing += 1
        try:
            return makers[kind](number, *description[1:])
        except (TypeError, ValueError, RecursionError, AttributeError) as error:
            raise wire.WireError("an object of no known form") from error
        finally:
            self._describing -= 1

    def _make_object(self, number: int, class_form: Any) -> Any:
        kind = self.mirror(class_form)
        if not isinstance(kind, Mirror) or issubclass(kind, BaseException):
            raise wire.WireError("an object of no known form")
        return self._keep_handle(number, kind)

    def _make_class(self, number: int, *parts: Any) -> Any:
        return self.keep_theirs(number, class_maker.make(self, self.side, *parts))

    # --- functions and what runs step by step ---

    def _make_function(
        self, number: int, name: Any, qualname: Any, module: Any, doc: Any, flavor: Any, shape: Any,
        attributes: Any, methods: Any,
    ) -> Any:  # fmt: skip
        function = remote_functions.make_function(self.side, flavor, text(name), text(qualname))
        self.keep_theirs(number, function)
        function.__doc__ = None if doc is None else remote_functions.plain_text(doc)
        signature = remote_functions.read_signature(self, shape)
        if signature is not None:
            remote_functions.set_defaults(function, signature)
        if attributes is not None:  # in the order in which they were encoded: both sides count what they keep
            self.side.keep_attributes(function, self.decode(attributes))
        for method, form in methods:
            if method in CACHE_METHODS:
                setattr(function, method, self.decode(form))
        return function

    def _make_generator(self, number: int, name: Any, qualname: Any) -> Any:
        made = remote_functions.generator(self.side, Number(number))
        made.__name__, made.__qualname__ = text(name), text(qualname)
        return self.keep_theirs(number, made)

    def _make_iterator(self, number: int, kind: Any) -> Any:
        return self.keep_theirs(number, remote_functions.iterator(self.side, Number(number), text(kind)))

    def _make_awaitable(self, number: int, name: Any) -> Any:
        return self.keep_theirs(number, remote_functions.awaitable(self.side, Number(number)))

    def _make_async_generator(self, number: int, name: Any) -> Any:
        return self.keep_theirs(number, remote_functions.async_generator(self.side, Number(number)))

    # --- classes and exceptions ---

    def library_type(self, path: str) -> type | None:
        """Return a type that a library has under this path, if it is loaded here and one whose types may be known."""
        module, _, name = path.partition(":")
        found: Any = sys.modules.get(module) if module.partition(".")[0] in self._roots else None
        for part in name.split("."):
            found = None if found is None else vars(found).get(part)
            if not isinstance(found, type) or isinstance(found, Mirror):
                return None
        return found

    def mirror(self, form: Any) -> type:
        """Return what stands for a class here: a mirror, or an exception of the language or of a library."""
        if type(form) is not dict or form.get("t") not in (object_codec.MINE, object_codec.YOURS):
            raise wire.WireError("a class of no known form")
        kind = super().decode_object(form["t"], form.get("v"))
        if not isinstance(kind, type):
            raise wire.WireError("a class of no known form")
        return kind

    def _make_error(self, number: int, class_form: Any, args: Any, said: Any, kinds: Any, own: Any, cause: Any) -> Any:
        made = raised.of_student(
            self.mirror(class_form), self.decode_default(args, "raised"), text(said, raised.MOST_TEXT), kinds
        )
        self.keep_theirs(number, made)
        attributes = self.decode_default(own, "raised")
        if type(attributes) is not dict or not all(type(name) is str for name in attributes):
            raise wire.WireError("an exception of no known form")
        made.__dict__ = attributes
        reason = self.decode(cause)
        made.__cause__ = reason if isinstance(reason, BaseException) else None
        return made
