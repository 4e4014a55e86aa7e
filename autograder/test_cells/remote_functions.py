"""Functions, generators and iterators of the student's as a test sees them: real ones here, which ask.

A function has the name, the signature and the text of the student's; it holds no code of theirs.
"""

import inspect
from collections.abc import Iterator
from types import FunctionType, GeneratorType
from typing import Any

import wire
from special_names import is_special

FILE = "<the student's code>"  # where `inspect.getsource` and tracebacks find nothing
OF_BUILTINS: tuple[Any, ...] = (
    iter([]), iter(()), iter({}), iter(set()), iter(""), iter(b""), iter(bytearray()), iter(range(0)),
    iter({}.values()), iter({}.items()), iter(int, 0), reversed([]), zip(), enumerate([]),
)  # fmt: skip
ITERATORS: dict[str, type] = {type(each).__name__: type(each) for each in OF_BUILTINS}


class Annotation:
    """An annotation that is no class, or a default that is made when it is needed.

    Never text: `typing.get_type_hints` would evaluate it.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def plain_text(value: Any, default: str = "") -> str:
    """Return a text of the student's in which no `doctest` finds an example to run."""
    return value.replace(">>>", ">>>\u00a0") if type(value) is str else default


def make_function(side: Any, flavor: str, name: str, qualname: str) -> FunctionType:
    """Return a function that the student process runs."""

    def remote(*args: Any, **kwargs: Any) -> Any:
        return side.call(made, args, kwargs)

    def generator(*args: Any, **kwargs: Any) -> Any:
        return (yield from side.call(made, args, kwargs))

    async def coroutine(*args: Any, **kwargs: Any) -> Any:
        return await side.call(made, args, kwargs)

    async def async_generator(*args: Any, **kwargs: Any) -> Any:
        async for value in side.call(made, args, kwargs):
            yield value

    kinds = {"generator": generator, "coroutine": coroutine, "async generator": async_generator}
    made: Any = kinds.get(flavor, remote)
    made.__code__ = made.__code__.replace(co_name=name, co_qualname=qualname, co_filename=FILE)
    made.__name__, made.__qualname__, made.__module__ = name, qualname, "__main__"
    return made


def read_signature(codec: Any, form: Any) -> inspect.Signature | None:
    """Return the signature that a description holds. Raises WireError for what is none."""
    if form is None:
        return None
    try:
        each, result = form
        parameters = [read_parameter(codec, *parameter) for parameter in each]
        return inspect.Signature(parameters, return_annotation=read_annotation(codec, result))
    except (TypeError, ValueError) as error:
        raise wire.WireError("a signature of no known form") from error


def read_parameter(
    codec: Any, name: Any, kind: Any, has_default: Any, default: Any, annotation: Any
) -> inspect.Parameter:
    """Return one parameter of a signature."""
    value = codec.decode_default(default) if has_default is True else inspect.Parameter.empty
    if has_default == "factory":
        value = Annotation("<factory>")
    if type(name) is not str or type(kind) is not int:
        raise TypeError(name)
    return inspect.Parameter(
        name, inspect._ParameterKind(kind), default=value, annotation=read_annotation(codec, annotation)
    )


def read_annotation(codec: Any, form: Any) -> Any:
    """Return an annotation."""
    if form is None:
        return inspect.Parameter.empty
    if type(form) is str:
        return Annotation(form)
    value = codec.decode_default(form[0])
    return value if value is None or isinstance(value, type) else Annotation(type(value).__name__)


def set_defaults(function: FunctionType, signature: inspect.Signature) -> None:
    """Let a function show its signature, also by `__defaults__`; what a call leaves out is not sent."""
    function.__signature__ = signature  # type: ignore[attr-defined]
    parameters = signature.parameters.values()
    given = {each.name: each.default for each in parameters if each.default is not each.empty}
    names = {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}
    function.__defaults__ = tuple(value for name, value in given.items() if name not in names) or None
    function.__kwdefaults__ = {name: value for name, value in given.items() if name in names} or None
    hints = {each.name: each.annotation for each in parameters if each.annotation is not each.empty}
    if signature.return_annotation is not signature.empty:
        hints["return"] = signature.return_annotation
    function.__annotations__ = hints


class Attributes:
    """The attributes of functions, as `f.calls`: those that either side sets are there on both.

    A dictionary that both sides have carries them, since that of a function here holds its signature, too.
    """

    def __init__(self) -> None:
        self._carried: list[tuple[FunctionType, dict[str, Any]]] = []

    def keep(self, function: FunctionType, own: Any) -> None:
        """Let a function have the attributes that the student's has. Raises WireError for what is none."""
        if type(own) is not dict or not all(type(name) is str for name in own):
            raise wire.WireError("attributes of no known form")
        if self._of(function) is None:
            self._carried.append((function, own))
            self._give(function, own)

    def of(self, function: FunctionType) -> dict[str, Any] | None:
        """Return what carries the attributes of a function; None where it has none."""
        carrier = self._of(function)
        if carrier is None and shown(vars(function)):
            carrier = shown(vars(function))
            self._carried.append((function, carrier))
        return carrier

    def take(self) -> None:
        """Take what a test has set."""
        for function, own in self._carried:
            now = shown(vars(function))
            before = shown(own)
            if before.keys() != now.keys() or any(before[name] is not now[name] for name in now):
                for name in before.keys() - now.keys():
                    del own[name]
                own.update(now)

    def give(self) -> None:
        """Give the functions what has come for them."""
        for function, own in self._carried:
            self._give(function, own)

    def _of(self, function: FunctionType) -> dict[str, Any] | None:
        return next((own for each, own in self._carried if each is function), None)

    def _give(self, function: FunctionType, own: dict[str, Any]) -> None:
        for name in shown(vars(function)).keys() - own.keys():
            del vars(function)[name]
        vars(function).update(shown(own))


def shown(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return those attributes of a function that are the same on both sides: its signature and the like are not."""
    return {name: value for name, value in attributes.items() if not is_special(name) or name == "__wrapped__"}


# --- what runs step by step ---


def generator(side: Any, number: Any) -> Iterator[Any]:
    """Return a generator that pulls from the student's, one value at a time."""
    step = side.advance(number)
    while True:
        is_done, value = step
        if is_done:
            return value
        try:
            sent = yield value
        except GeneratorExit:
            side.close_generator(number)
            raise
        except BaseException as error:
            step = side.advance(number, error=error)
        else:
            step = side.advance(number, sent)


async def awaitable(side: Any, number: Any) -> Any:
    """Wait for something of the student's: the student process runs it to its end."""
    return side.ask("await", "call:await", target=number)


async def async_generator(side: Any, number: Any) -> Any:
    """Pull from an asynchronous generator of the student's."""
    while True:
        is_done, value = side.advance_async(number)
        if is_done:
            return
        yield value


class RemoteIterator:
    """An iterator of the student's; one value at a time."""

    def __init__(self, side: Any, number: Any, kind: type | None) -> None:
        self._side, self._number, self._kind = side, number, kind

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return self._kind or RemoteIterator

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        is_done, value = self._side.advance(self._number)
        if is_done:
            raise StopIteration(value)
        return value


# They have no word in a comparison, and each of their values is looked at: as good as a list of these.
STEPWISE = (GeneratorType, RemoteIterator, map, filter)


def iterator(side: Any, number: Any, kind: str) -> Any:
    """Return an iterator that pulls from the student's; a `map` or a `filter` is one here, too."""
    source = RemoteIterator(side, number, ITERATORS.get(kind))
    if kind == "map":
        return map(unchanged, source)
    return filter(everything, source) if kind == "filter" else source


def unchanged(value: Any) -> Any:
    """Return the value."""
    return value


def everything(value: Any) -> bool:
    """Return True."""
    return True
