"""A student process that speaks the protocol and lies: nothing that it says changes what a test finds, or leaves it.

What it sends is written here by hand, as trees of the wire format; the frames of a real one are also changed at random.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import cell_modules
import msgpack
import pytest
from cell_processes import TestNames, forked, student

wire, peer = cell_modules.load("wire"), cell_modules.load("peer")
handles, refusals = cell_modules.load("handles"), cell_modules.load("refusals")
student_side = cell_modules.load("student_side")


class Liar:
    """Reads what the test process asks and answers what it likes."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def read(self) -> dict[str, Any]:
        """Return the parts of the next message; its values as trees."""
        head_bytes, body_bytes = wire.HEADER.unpack(self._exactly(8))
        tree = msgpack.unpackb(self._exactly(head_bytes))
        self._exactly(body_bytes)
        parts = tree["v"][1]["v"]
        return dict(zip(parts[::2], parts[1::2], strict=True))

    def send(self, *parts: Any, news: list[Any] | None = None) -> None:
        """Send a message of these names and trees in turn, and what it tells of values that it does not hold."""
        head = msgpack.packb({"t": "message", "v": [False, tree("tuple", list(parts)), news or []]})
        self._sock.sendall(wire.HEADER.pack(len(head), 0) + head)

    def answer(self, value: Any) -> None:
        """Answer the next request."""
        self.send("ticket", self.read()["ticket"], "value", value)

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """Ask the test process something; return its answer."""
        flat = [part for pair in fields.items() for part in pair]
        self.send("do", do, "ticket", 7, "with", tree("tuple", flat))
        return self.read()

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self._sock.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data


def tree(tag: str, payload: Any) -> dict[str, Any]:
    """Return the form of a value."""
    return {"t": tag, "v": payload}


def described(number: int, *description: Any) -> dict[str, Any]:
    """Return an object of the student's with its description."""
    return tree("my object", [number, list(description)])


def class_tree(number: int, name: str = "Foo", path: str = "", special: Any = (), methods: Any = ()) -> Any:
    """Return the description of a class."""
    return described(
        number, "class", name, name, path.partition(":")[0] or "__main__", None, path, [], list(special), [],
        list(methods), [], None, None, [],
    )  # fmt: skip


def thing(**of_class: Any) -> Any:
    """Return an object of a class."""
    return described(1, "object", class_tree(2, **of_class))


def function_tree(number: int, name: str = "f", attributes: Any = None, methods: Any = ()) -> Any:
    """Return the description of a function."""
    return described(
        number, "function", name, name, "__main__", None, "function", None, attributes, list(methods)
    )  # fmt: skip


def against(lie: Callable[[Liar], None], test: str) -> tuple[BaseException | None, Any]:
    """Run a test against a lying student process; return what was raised, and the test's side."""

    def serve(sock: socket.socket) -> None:
        try:
            lie(Liar(sock))
            while True:
                Liar(sock).answer(None)
        except (EOFError, OSError):
            pass

    with forked(serve) as side:
        try:
            TestNames(side).run(test)
        except BaseException as error:
            return error, side
        return None, side


LOSING = {
    "bytes_that_are_no_message": lambda liar: (liar.read(), liar._sock.sendall(b"\0" * 8 + b"rubbish" * 9)),
    "an_answer_to_nothing": lambda liar: (liar.read(), liar.send("ticket", 99, "value", 1)),
    "an_answer_without_ticket": lambda liar: (liar.read(), liar.send("value", 1)),
    "a_ticket_that_is_true": lambda liar: (liar.read(), liar.send("ticket", True, "value", 1)),
    "a_request_that_nobody_knows": lambda liar: (liar.read(), liar.ask("end")),
    "a_request_without_fields": lambda liar: (liar.read(), liar.send("do", "use", "ticket", 1, "with", 5)),
    "a_number_never_given": lambda liar: liar.answer(tree("my object", [5])),
    "a_number_of_the_test_never_given": lambda liar: liar.answer(tree("your object", 5)),
    "a_number_that_is_true": lambda liar: liar.answer(tree("my object", [True])),
    "an_unknown_kind": lambda liar: liar.answer(described(1, "module", "os")),
    "a_library_by_name": lambda liar: liar.answer(tree("library", "os:system")),
    "a_description_with_too_few_parts": lambda liar: liar.answer(described(1, "class", "Foo")),
    "an_object_whose_class_is_a_function": lambda liar: liar.answer(described(1, "object", function_tree(2))),
    "an_object_whose_class_is_data": lambda liar: liar.answer(described(1, "object", tree("list", []))),
    "an_object_whose_class_is_itself": lambda liar: liar.answer(described(1, "object", tree("my object", [1]))),
    "a_number_described_again": lambda liar: liar.answer(tree("list", [function_tree(1), function_tree(1)])),
    "a_name_with_a_zero": lambda liar: liar.answer(thing(name="a\0b")),
    "a_name_without_end": lambda liar: liar.answer(thing(name="a" * 10_000)),
    "a_signature_that_is_none": lambda liar: liar.answer(
        described(1, "function", "f", "f", "m", None, "function", [[["a b", 1, False, None, None]], None], None, [])
    ),
    "attributes_that_are_no_text": lambda liar: liar.answer(function_tree(1, attributes=tree("dict", [[1], [2]]))),
    "an_exception_of_no_class": lambda liar: liar.answer(described(1, "error", class_tree(2), 1, "", [], None, None)),
}  # fmt: skip


@pytest.mark.parametrize("name", LOSING)
def test_what_is_no_message_ends_the_test(name: str) -> None:
    error, side = against(LOSING[name], "x = foo\nassert True")

    assert isinstance(error, peer.Lost)
    assert side.lost


def handing(test_object: str, **asked: Any) -> tuple[dict[str, Any], Any]:
    """Let a test hand over something, and the student process use it; return its answer, and the test's side."""
    answers: list[dict[str, Any]] = []
    ours, theirs = socket.socketpair()

    def lie(liar: Liar) -> None:
        liar.answer(function_tree(1))
        liar.read()  # the call of the function, which hands over number 1, and perhaps more
        theirs.send(msgpack.packb(liar.ask("use", **asked)))
        raise EOFError

    with ours, theirs:
        _, side = against(lie, f"{test_object}\nf(own)")
        ours.setblocking(False)
        answers.append(msgpack.unpackb(ours.recv(2**16)))
    return answers[0], side


NODE = (
    "class Node:\n"
    "    secret = 42\n"
    "    def __init__(self): self.value, self._hidden = 1, 2\n"
    "    def total(self): return 3\n"
    "    def __len__(self): return 4\n"
    "own = Node()"
)
EMPTY = tree("tuple", [])
DENIED = {
    "globals_of_a_function": ("own = lambda: 1", {"number": 1, "how": "get", "name": "__globals__"}),
    "code_of_a_function": ("own = lambda: 1", {"number": 1, "how": "get", "name": "__code__"}),
    "attribute_of_a_function": ("def own(): pass\nown.secret = 1", {"number": 1, "how": "get", "name": "secret"}),
    "class_of_an_object": (NODE, {"number": 1, "how": "get", "name": "__class__"}),
    "dict_of_an_object": (NODE, {"number": 1, "how": "get", "name": "__dict__"}),
    "hidden_attribute": (NODE, {"number": 1, "how": "get", "name": "_hidden"}),
    "name_that_is_none": (NODE, {"number": 1, "how": "get", "name": "value.__class__"}),
    "special_method_of_every_object": (NODE, {"number": 1, "how": "special", "name": "__init__"}),
    "special_method_by_another_name": (NODE, {"number": 1, "how": "special", "name": "total"}),
    "class_that_was_not_handed_over": (NODE, {"number": 2, "how": "call", "name": ""}),
    "method_replaced": (NODE, {"number": 1, "how": "set", "name": "total", "args": tree("tuple", [5])}),
    "object_called": (NODE, {"number": 1, "how": "call", "name": ""}),
    "number_never_given": (NODE, {"number": 77, "how": "get", "name": "value"}),
    "number_that_is_text": (NODE, {"number": "1", "how": "get", "name": "value"}),
    "mock_forgets_its_calls": (
        "from unittest import mock\nown = mock.Mock()", {"number": 1, "how": "get", "name": "reset_mock"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DENIED)
def test_the_code_gets_at_nothing_that_was_not_handed_over(name: str) -> None:
    test, asked = DENIED[name]
    answer, _ = handing(test, **{"args": EMPTY, "kwargs": EMPTY} | asked)

    assert "error" in answer
    assert "value" not in answer


def test_the_code_uses_what_was_handed_over() -> None:
    answer, _ = handing(NODE, number=1, how="get", name="value", args=EMPTY, kwargs=EMPTY)
    assert answer["value"] == 1

    answer, _ = handing(NODE, number=1, how="special", name="__len__", args=EMPTY, kwargs=EMPTY)
    assert answer["value"] == 4


def test_objects_come_into_a_list_from_where_the_solution_gives_some_or_not_at_all() -> None:
    """An answer that is an exception, or of which nothing is expected, may tell of changes too."""
    evil = described(2, "object", class_tree(3, special=["__sub__", "__rsub__"]))
    news = tree("mine", [0, tree("list", [evil]), []])
    raised = described(
        4, "error", class_tree(5, "ValueError", "builtins:ValueError"), EMPTY, "", [], tree("dict", [[], []]), None
    )
    base = class_tree(6, "Exception", "builtins:Exception")
    raised["v"][1][1]["v"][1][6] = [base]

    def lie(liar: Liar) -> None:
        liar.answer(tree("list", [1]))
        liar.send("ticket", liar.read()["ticket"], "error", tree("tuple", [raised, EMPTY]), news=[news])

    def serve(sock: socket.socket) -> None:
        with suppress(EOFError, OSError):
            lie(Liar(sock))
            Liar(sock).answer(0)

    with forked(serve) as side:
        side.allowed_sources = {"name:bar"}
        with pytest.raises(refusals.Refused):
            TestNames(side).run("values = foo\ntry:\n    bar\nexcept ValueError:\n    pass\nassert values[0] - 9 == 0")


def test_a_change_of_a_tests_object_needs_a_solution_that_changes_it() -> None:
    def lie(liar: Liar) -> None:
        liar.answer(function_tree(1))
        liar.read()
        liar.ask("use", number=1, how="set", name="value", args=tree("tuple", [5]), kwargs=EMPTY)

    def serve(sock: socket.socket) -> None:
        lie(Liar(sock))

    with forked(serve) as side:
        side.allowed_sources = {"name:f"}
        names = TestNames(side)
        with pytest.raises(peer.Lost):
            names.run(f"{NODE}\nf(own)")

        assert "changed `value`" in side.refused
        assert names["own"].value == 1


CLAIMS = {
    "int": (thing(name="int", path="builtins:int"), "x = foo\nassert x != 5 and 5 != x and type(x) is not int"),
    "ndarray": (thing(name="ndarray", path="numpy:ndarray"), "import numpy\nnumpy.asarray(foo)"),
    "module_of_the_system": (thing(path="os:PathLike"), "import os\nassert isinstance(foo, os.PathLike)"),
    "process": (thing(path="subprocess:Popen"), "import subprocess\nassert isinstance(foo, subprocess.Popen)"),
    "checks_instances_itself": (
        thing(special=["__instancecheck__", "__subclasscheck__"]), "assert isinstance(5, type(foo))",
    ),
    "true_and_equal": (thing(special=["__eq__", "__bool__"]), "assert foo == 5"),
    "true": (thing(special=["__bool__"]), "assert foo"),
    "a_float": (thing(special=["__float__"]), "assert float(foo) == 1"),
    "hash": (thing(special=["__eq__", "__hash__"]), "assert foo in [5]"),
}  # fmt: skip


@pytest.mark.parametrize("name", CLAIMS)
def test_what_an_object_claims_to_be_makes_no_test_pass(name: str) -> None:
    claim, test = CLAIMS[name]
    error, _ = against(lambda liar: liar.answer(claim), test)

    if name == "int":
        assert error is None
    else:
        assert isinstance(error, AssertionError | refusals.Refused)


QUIET = ("builtins:SystemExit", "builtins:KeyboardInterrupt", "builtins:GeneratorExit", "unittest.case:SkipTest",
         "_pytest.outcomes:Skipped", "_pytest.outcomes:Exit")  # fmt: skip


@pytest.mark.parametrize("path", QUIET)
def test_no_exception_of_the_code_ends_a_test_quietly(path: str) -> None:
    name = path.partition(":")[2]
    base = class_tree(3, "Exception", "builtins:Exception")
    kind = class_tree(2, name, path)
    kind["v"][1][6] = [base]
    raised = tree(
        "tuple", [described(1, "error", kind, EMPTY, "", tree("list", []), tree("dict", [[], []]), None), EMPTY]
    )
    error, _ = against(lambda liar: liar.send("ticket", liar.read()["ticket"], "error", raised), "foo")

    assert isinstance(error, Exception)
    assert not isinstance(error, SystemExit | KeyboardInterrupt)


def test_requests_within_requests_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "MOST_REQUESTS", 1000)

    def lie(liar: Liar) -> None:
        liar.answer(function_tree(1))
        liar.read()
        while True:
            liar.ask("use", number=1, how="call", name="", args=EMPTY, kwargs=EMPTY)

    error, _ = against(lie, "def own(): return f(own)\nf(own)")

    assert isinstance(error, RecursionError | peer.Lost)


def test_examples_in_attributes_of_a_function_are_not_its_text() -> None:
    evil = tree("dict", [["__doc__", "__wrapped__"], [">>> 1", function_tree(2)]])
    error, _ = against(
        lambda liar: liar.answer(function_tree(1, attributes=evil, methods=[["__doc__", ">>> 2"]])),
        "assert foo.__doc__ is None",
    )

    assert error is None


class Changing(peer.wire.Channel):
    """A channel that changes its frames at random."""

    chance = random.Random()

    def send(self, message: dict[str, Any], *args: Any) -> None:
        frame = bytearray(self._codec.pack(message))
        head_bytes, _ = wire.HEADER.unpack(frame[:8])
        head = msgpack.unpackb(frame[8 : 8 + head_bytes])
        if self.chance.random() < 0.2:
            changed = msgpack.packb(mutated(head, self.chance))
            frame[: 8 + head_bytes] = wire.HEADER.pack(len(changed), len(frame) - 8 - head_bytes) + changed
        self._socket.sendall(frame)


def mutated(form: Any, chance: random.Random) -> Any:
    """Return a tree in which one part is another one."""
    if isinstance(form, dict) and "v" in form and chance.random() < 0.9:
        return {**form, "v": mutated(form["v"], chance)}
    if isinstance(form, list) and form and chance.random() < 0.9:
        place = chance.randrange(len(form))
        return [*form[:place], mutated(form[place], chance), *form[place + 1 :]]
    kinds = ["my object", "your object", "method", "property", "partial", "same", "mine", "yours", "tuple", "library"]
    others = [None, True, -1, 2**40, 0, 1, 2, 3, "", "__class__", "value", [], [[1]], b"x", 1e308]
    return chance.choice([*others, tree(chance.choice(kinds), chance.choice([1, [1], [1, []], [[], []]]))])


CHANGED_STUDENT = """
class Dog:
    def __init__(self, name): self.name = name
    def __add__(self, other): return Dog(self.name + other)
def make(f, x): x.append(f(2)); return [Dog("a"), f, x]
def count():
    yield 1
    yield Dog("b")
def fail(): raise KeyError("k")
"""
CHANGED_TEST = """
x = [1]
made = make(lambda n: n + 1, x)
(made[0] + "b").name
list(count())
made[0].name = 5
try:
    fail()
except KeyError:
    pass
class Own(Dog): pass
Own("c").name
dir(Own)
"""


@pytest.mark.parametrize("seed", range(40))
def test_frames_changed_at_random_raise_nothing_but_failures(seed: int) -> None:
    def serve(sock: socket.socket) -> None:
        names: dict[str, Any] = {"__name__": "__main__"}
        exec(CHANGED_STUDENT, names)
        side = student_side.StudentSide(sock, names, None)
        side._channel = Changing(sock, side._codec)
        Changing.chance.seed(seed)
        side.serve()

    with forked(serve) as side:
        with suppress(Exception, peer.Lost, refusals.Refused):
            TestNames(side).run(CHANGED_TEST)
        side.close()


GOES_ON = """
class Quiet:
    def __enter__(self): return self
    def __exit__(self, *what): return True
"""


def test_a_block_of_the_codes_does_not_end_an_assertion_of_the_tests() -> None:
    with student(GOES_ON) as names:
        names.run("with Quiet(): assert 1 == 2")  # as the instructor's solution may do it
        assert "caught:AssertionError" in names.side.seen_sources

        names.side.allowed_sources = names.side.seen_sources - {"caught:AssertionError"}
        with pytest.raises(refusals.Refused):
            names.run("with Quiet(): assert 1 == 2")


@pytest.mark.parametrize("path", ["builtins:type", "builtins:map", "types:CodeType", "numpy.ma:MaskedArray"])
@pytest.mark.parametrize("tag", ["partial", "method"])
def test_no_type_of_a_library_is_called_here_because_the_code_says_so(path: str, tag: str) -> None:
    kind = class_tree(1, path.partition(":")[2], path)
    parts = [kind, 5] if tag == "method" else [kind, tree("tuple", [5]), EMPTY]

    error, side = against(lambda liar: liar.answer(tree(tag, parts)), "made = foo(5)\nassert made is None")

    assert error is None or side.lost  # the liar answers None to whatever it is asked: it was, or nothing came


TELLS = """
def parts(thing):
    return [name for name in ("__self__", "__func__", "func", "args", "keywords") if hasattr(thing, name)]
def twice(thing): return thing(1), thing(2)
class Bell:
    def __init__(self): self.all = []
    def add(self, thing): self.all.append(thing)
    def remove(self, thing): self.all.remove(thing)
    def ring(self): return [each(1) for each in self.all]
"""
HIDES = """
import functools
class Own:
    expected = 9
    def method(self, x): return self.expected == x
def compare(expected, x): return expected == x
own = Own()
"""


@pytest.mark.parametrize("handed", ["own.method", "functools.partial(compare, 9)"])
def test_what_a_method_or_a_partial_of_the_tests_holds_stays_here(handed: str) -> None:
    with student(TELLS) as names:
        names.run(f"{HIDES}\nthing = {handed}\nassert parts(thing) == [] and twice(thing) == (False, False)")
        names.run("bell = Bell()\nbell.add(own.method)\nassert bell.ring() == [False]")
        names.run("bell.remove(own.method)\nassert bell.ring() == []")


def test_an_honest_process_passes_the_test_of_the_changed_ones() -> None:
    with student("def f(x): return x + 1") as names:
        names.run("assert f(1) == 2")
