"""How the student process writes its objects, and what it makes of those of the test process."""

import types
from typing import Any

import descriptions
import object_codec
import proxies
import raised
import wire


class StudentCodec(object_codec.ObjectCodec):
    """Describes what is the student's, and makes proxies of what is the test's."""

    def __init__(self, maker: proxies.Maker, libraries: Any = ()) -> None:
        super().__init__(libraries)
        self._maker = maker

    def describe(self, value: Any) -> list[Any]:
        """Return the encoded description of an own object."""
        kind = type(value)
        if issubclass(kind, type):
            return descriptions.class_(self, value)
        if descriptions.is_function(value):
            return descriptions.function(self, value)
        if kind is types.GeneratorType:
            return ["generator", value.__name__, value.__qualname__]
        if kind is types.CoroutineType:
            return ["awaitable", value.__name__]
        if kind is types.AsyncGeneratorType:
            return ["async generator", value.__name__]
        if kind.__module__ in ("builtins", "itertools") and hasattr(kind, "__next__"):
            return ["iterator", kind.__name__]
        if issubclass(kind, BaseException):
            return raised.description(self, value)
        return ["object", self.own_form(kind)]

    def forget_own(self, numbers: Any) -> None:
        """Let go of own objects of which the test process has nothing any more."""
        for number in numbers:
            del self._own_numbers[id(self.own.pop(number))]

    def class_form(self, value: type) -> Any:
        """Return the form of a class with its description, even if its name alone would do."""
        number = self.number_of_theirs(value)
        return self.own_form(value) if number is None else {"t": object_codec.YOURS, "v": number}

    def decode_object(self, tag: str, payload: Any) -> Any:
        """Return the object of a form."""
        if tag == "library":
            return proxies.library_object(payload)
        return super().decode_object(tag, payload)

    def make(self, number: int, description: list[Any]) -> Any:
        """Return what stands here for a new object of the test's."""
        kind, *parts = description
        if kind == "function":
            name, qualname, doc, shape = parts
            made = self._maker.function(number, name, qualname, doc, self.decode(shape))
        elif kind == "class":
            name, doc, bases, special, helper = parts
            own = descriptions.helper_type(*helper.partition(":")[::2])  # both processes have it
            made = self._maker.class_(number, name, doc, tuple(map(self.decode, bases)), special, own)
        elif kind == "error class":
            name, bases = parts
            made = self._maker.error_class(name, tuple(map(self.decode, bases)))
        elif kind == "object":
            made = self._maker.object(number, self.decode(parts[0]))
        elif kind == "generator":
            made = self._maker.generator(number)
        elif kind == "error":
            made = raised.of_test(*map(self.decode, parts))
        else:
            raise wire.WireError("an object of no known form")
        return self.keep_theirs(number, made)
