"""Objects of the student process as a test cell sees them: what a test may do with them is done as in one process."""

from __future__ import annotations

import sys

import pytest
from cell_processes import student

STUDENT = '''
import abc, asyncio, collections, dataclasses, enum, functools

class Animal:
    """An animal."""
    count = 0
    def __init__(self, name, age=3):
        self.name, self.age = name, age
        Animal.count += 1
    def speak(self): return "..."
    def hello(self): return self.name + " says " + self.speak()
    @property
    def double(self): return self.age * 2
    @double.setter
    def double(self, value): self.age = value // 2
    @staticmethod
    def next_to(number): return number + 1
    @classmethod
    def make(cls, name): return cls(name)

class Dog(Animal):
    def speak(self): return "wuff"

class Vec:
    def __init__(self, x, y): self.x, self.y = x, y
    def __add__(self, other): return Vec(self.x + other.x, self.y + other.y)
    def __mul__(self, number):
        return Vec(self.x * number, self.y * number) if isinstance(number, (int, float)) else NotImplemented
    __rmul__ = __mul__
    def __iadd__(self, other): self.x += other.x; self.y += other.y; return self
    def __neg__(self): return Vec(-self.x, -self.y)
    def __eq__(self, other): return (self.x, self.y) == (other.x, other.y)
    def __lt__(self, other): return self.x < other.x
    def __bool__(self): return True
    def __float__(self): return 1.0
    def __len__(self): return 2
    def __getitem__(self, index): return (self.x, self.y)[index]
    def __setitem__(self, index, value): setattr(self, "xy"[index], value)
    def __contains__(self, value): return value in (self.x, self.y)
    def __iter__(self): yield self.x; yield self.y
    def __repr__(self): return f"Vec({self.x}, {self.y})"
    def __call__(self, t): return self.x * t + self.y
    def __abs__(self): return (self.x ** 2 + self.y ** 2) ** .5
    def __divmod__(self, number): return divmod(self.x, number)
    def __pow__(self, power, modulus=None): return pow(self.x, power, modulus)
    def __round__(self, digits=0): return round(self.x, digits)
    def __enter__(self): return self
    def __exit__(self, kind, *rest): self.left = kind.__name__ if kind else None; return kind is ValueError

@dataclasses.dataclass
class Point:
    x: int
    y: int = 0
    tags: list = dataclasses.field(default_factory=list)

class Color(enum.Enum):
    RED = 1
    BLUE = 2

class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...

class Square(Shape):
    def __init__(self, side): self.side = side
    def area(self): return self.side ** 2

class MyError(ValueError):
    def __init__(self, text, code): super().__init__(text); self.code = code
    def info(self): return f"{self.code}!"

class Stack(list):
    def peek(self): return self[-1]

def boom(): raise MyError("bad", 7)

def count(n):
    """Count."""
    i = 0
    while i < n:
        got = yield i
        i = (i if got is None else got) + 1
    return "end"

def ident(x): return x
def sort_in_place(x): x.sort()
def apply(function, *args, **kwargs): return function(*args, **kwargs)

def add(a, b=2, *args, c: int = 3, **kw) -> int:
    """Add."""
    return a + b + c

def counted(function):
    @functools.wraps(function)
    def counting(*args):
        counting.calls += 1
        return function(*args)
    counting.calls = 0
    return counting

@counted
def square(x): return x * x

@functools.lru_cache(maxsize=None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)

async def later(x): await asyncio.sleep(0); return x + 1
async def numbers(n):
    for i in range(n): yield i
def make_adder(n): return lambda x: x + n
def swallow(function):
    try: return function()
    except Exception: return "swallowed"
increment = functools.partial(add, 1)
def endless(n): return endless(n + 1)
def sneaky(): raise StopIteration("quietly")
def remember(): remember.calls = getattr(remember, "calls", 0) + 1
def visit(node): node.visited = True
'''

WORKS = {
    "types": """
dog = Dog("rex")
assert type(dog) is Dog and isinstance(dog, Animal) and not isinstance(dog, Vec) and issubclass(Dog, Animal)
assert dog.__class__ is Dog and Dog.__name__ == "Dog" and repr(Dog) == "<class '__main__.Dog'>"
assert Dog.__mro__ == (Dog, Animal, object) and Animal.__bases__ == (object,) and Animal.__doc__ == "An animal."
""",
    "attributes": """
dog = Dog("rex")
assert dog.name == "rex" and dog.double == 6 and dog.hello() == "rex says wuff" and vars(dog)["age"] == 3
dog.double = 10
dog.extra = [1]
dog.extra.append(2)
assert dog.age == 5 and dog.extra == [1, 2]
del dog.extra
assert not hasattr(dog, "extra") and "speak" in dir(dog)
""",
    "class_attributes": """
Animal.count = 5
Dog("rex")
assert Animal.count == 6 and Animal.speak(Dog("a")) == "..." and Dog.next_to(3) == 4 and type(Dog.make("z")) is Dog
assert isinstance(Animal.double, property) and "speak" in vars(Dog) and Dog.hello is Animal.hello
""",
    "inspection": """
import inspect
assert inspect.ismethod(Dog("a").speak) and inspect.isfunction(Dog.speak) and inspect.isclass(Dog)
assert str(inspect.signature(Dog)) == "(name, age=3)" and str(inspect.signature(Dog.__init__)) == "(self, name, age=3)"
assert str(inspect.signature(add)) == "(a, b=2, *args, c: int = 3, **kw) -> int"
assert add.__defaults__ == (2,) and add.__kwdefaults__ == {"c": 3} and add.__doc__ == "Add." and add(1, c=1) == 4
names = [name for name, _ in inspect.getmembers(Dog, inspect.isfunction)]
assert names == ["__init__", "hello", "next_to", "speak"] and not callable(Dog("a"))
""",
    "operators": """
import numpy as np
v = u = Vec(1, 2)
v += Vec(1, 1)
assert v is u and (v.x, v.y) == (2, 3) and (3 * v).x == 6 and (np.float64(2) * v).x == 4 and (-v).x == -2
assert abs(Vec(3, 4)) == 5 and divmod(v, 2) == (1, 0) and pow(v, 3, 5) == 3 and round(v) == 2 and v(2) == 7
try:
    v * "a"
except TypeError:
    pass
else:
    raise AssertionError
""",
    "containers": """
v = Vec(2, 3)
v[1] = 9
assert len(v) == 2 and v[1] == 9 and 9 in v and 4 not in v and list(v) == [2, 9] and str(v) == f"{v}" == "Vec(2, 9)"
assert Stack([1, 2]).peek() == 2 and isinstance(Stack([]), list) and list(Stack([1, 2])) == [1, 2]
""",
    "context_managers": """
v = Vec(1, 2)
with v as entered:
    assert entered is v
assert v.left is None
with v:
    raise ValueError
assert v.left == "ValueError"
""",
    "identity": """
dog = Dog("rex")
assert dog == dog and dog != Dog("rex") and not (dog == 3) and dog != None and dog and ident(dog) is dog
assert dog in [1, dog] and {dog: 1}[dog] == 1 and Dog.speak is Dog.speak and ident(square) is square
assert Vec(1, 2).__eq__(Vec(1, 2)) and Vec(1, 2) != None and Vec(1, 2).__float__() == 1.0
""",
    "dataclasses": """
import dataclasses
assert dataclasses.is_dataclass(Point) and [each.name for each in dataclasses.fields(Point)] == ["x", "y", "tags"]
assert dataclasses.asdict(Point(1)) == {"x": 1, "y": 0, "tags": []}
""",
    "enums": """
import enum
assert Color.RED.value == 1 and Color(2) is Color.BLUE and Color["RED"] is Color.RED and len(Color) == 2
assert [color.name for color in Color] == ["RED", "BLUE"] and Color.RED != Color.BLUE
assert isinstance(Color.RED, Color) and issubclass(Color, enum.Enum)
""",
    "abstract_classes": """
import abc, inspect
assert inspect.isabstract(Shape) and issubclass(Shape, abc.ABC) and Square(3).area() == 9
class Circle(Shape):
    def area(self): return 5
assert Circle().area() == 5 and isinstance(Circle(), Shape)
class Nothing(Shape): pass
for kind in (Shape, Nothing):
    try:
        kind()
    except TypeError as error:
        assert "abstract" in str(error)
    else:
        raise AssertionError
""",
    "subclasses_of_the_test": """
class Loud(Animal):
    volume = 3
    def __init__(self, name):
        super().__init__(name, 9)
        self.loud = True
    def speak(self): return super().speak().upper() + "!" * self.volume
loud = Loud("x")
assert loud.hello() == "x says ...!!!" and loud.age == 9 and loud.loud and type(loud) is Loud and ident(loud) is loud
assert apply(Loud, "y").hello() == "y says ...!!!" and Loud.volume == 3
""",
    "exceptions": """
import pytest
for kind in (MyError, ValueError):
    with pytest.raises(kind, match="bad") as caught:
        boom()
    assert caught.value.code == 7 and caught.value.args == ("bad",) and caught.value.info() == "7!"
assert issubclass(MyError, ValueError) and MyError("m", 3).code == 3
with pytest.raises(RecursionError):
    endless(0)
with pytest.raises(TypeError):
    add()
""",
    "exceptions_of_the_test": """
class Own(KeyError): pass
error = Own("k")
def fail(): raise error
try:
    apply(fail)
except Own as caught:
    assert caught is error
else:
    raise AssertionError
assert swallow(fail) == "swallowed" and swallow(boom) == "swallowed"
""",
    "generators": """
import inspect
assert inspect.isgeneratorfunction(count) and inspect.isgenerator(count(3)) and list(count(3)) == [0, 1, 2]
numbers = count(10)
assert next(numbers) == 0 and numbers.send(4) == 5
numbers.close()
assert list(numbers) == []
assert list(apply(map, str, [1, 2])) == ["1", "2"] and isinstance(apply(map, str, []), map)
assert isinstance(apply(zip, [1]), zip) and apply(sum, (n for n in [1, 2])) == 3
""",
    "changes_in_place": """
import numpy as np
numbers = [3, 1, 2]
sort_in_place(numbers)
array = np.array([3.0, 1.0])
sort_in_place(array)
assert numbers == [1, 2, 3] and array.tolist() == [1, 3]
assert ident(numbers) is numbers and ident((1, array))[1] is array
""",
    "functions_of_the_test": """
log = []
apply(log.append, 5)
own = lambda: 1
assert log == [5] and apply(lambda x, y=1: x * y, 3, y=4) == 12 and apply(max, 1, 5) == 5 and ident(own) is own
assert apply(square, 3) == 9 and sorted([3, 1, 2], key=square) == [1, 2, 3] and apply(ident, square) is square
""",
    "objects_of_the_test": """
from unittest import mock
class Node:
    def __init__(self, value, next=None): self.value, self.next = value, next
    def __len__(self): return 3
    def total(self): return self.value + (self.next.total() if self.next else 0)
node = Node(1, Node(2))
visit(node)
assert ident(node) is node and node.visited and apply(len, node) == 3
mocked = mock.Mock(return_value=5)
assert apply(mocked, 1, a=2) == 5
mocked.assert_called_once_with(1, a=2)
""",
    "attributes_of_functions": """
square.calls = 0
assert [square(2), square(3)] == [4, 9] and square.calls == 2
assert fib(20) == 6765 and fib.cache_info().misses == 21 and make_adder(3)(4) == 7 and increment() == 6
remember()
remember()
assert remember.calls == 2
asked = counted(lambda x: x + asked.calls)
assert (asked(1), asked(1), asked.calls) == (2, 3, 2)
""",
    "async_functions": """
import asyncio, inspect
async def gather(): return [await later(1)] + [n async for n in numbers(3)]
assert inspect.iscoroutinefunction(later) and asyncio.run(gather()) == [2, 0, 1, 2]
""",
    "patches": """
from unittest import mock
dog = Dog("rex")
with mock.patch.object(Dog, "speak", lambda self: "patched"):
    assert dog.hello() == "rex says patched"
assert dog.hello() == "rex says wuff"
""",
    "copies": """
import copy
dog = Dog("rex")
twin = copy.deepcopy(dog)
assert twin is not dog and twin.name == "rex" and type(twin) is Dog
""",
    "threads": """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool:
    assert list(pool.map(square, range(20))) == [n * n for n in range(20)]
""",
}

REFUSED = {
    "v = Vec(1, 2); v == Vec(1, 2)": "`==`",
    "v = Vec(1, 2); v == (1, 2)": "`==`",
    "v = Vec(1, 2); (1, 2) != v": "`!=`",
    "v = Vec(1, 2); v < Vec(2, 3)": "`<`",
    "bool(Vec(1, 2))": "is true",
    "float(Vec(1, 2))": "float(x)",
    "import numpy; numpy.asarray(Vec(1, 2))": "no array",
    "import numpy; numpy.testing.assert_allclose(Vec(1, 2), [1, 2])": "no array",
    "Stack([1]) == [1]": "`==`",
    "def check(): assert 1 == 2\nassert swallow(check) == 'swallowed'": "did not hold",
}


@pytest.mark.parametrize("name", WORKS)
def test_a_test_does_with_objects_what_it_would_do_in_one_process(name: str) -> None:
    with student(STUDENT) as names:
        names.run(WORKS[name])

        assert names.side.refused == ""


@pytest.mark.parametrize("code", REFUSED)
def test_what_only_the_object_could_say_of_itself_is_refused_for_good(code: str) -> None:
    with student(STUDENT) as names:
        names.side.allowed_sources = {"name:Vec", "call:Vec", "name:Stack", "call:Stack", "name:swallow"}
        names.run(f"try:\n    exec({code!r}, globals())\nexcept BaseException: pass")

        assert REFUSED[code] in names.side.refused


def test_an_object_where_the_solution_gives_data_is_refused() -> None:
    source = "class Foo:\n    def __sub__(self, other): return 0\n{}"
    test = "assert abs(squares(3) - 9) < 1e-6"
    with student(source.format("def squares(x): return x * x")) as names:
        names.run(test)
        allowed = names.side.seen_sources
    assert allowed == {"name:squares"}

    with student(source.format("def squares(x): return Foo()")) as names:
        names.side.allowed_sources = allowed
        with pytest.raises(BaseException, match="plain data"):
            names.run(test)

        assert names.side.refused == "`squares` returned an object of the class Foo; the test expects plain data."


def test_a_library_that_the_test_loads_late_counts_for_what_it_has_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "textwrap")  # of this process; the other one has it
    source = "import textwrap\nclass Narrow(textwrap.TextWrapper): pass\ndef wrapper(): return textwrap.TextWrapper()"
    with student(source) as names:
        names.run("own, late = Narrow(), wrapper()\nassert type(late).__name__ == 'TextWrapper' and own.width == 70")
        names.run("from textwrap import TextWrapper\nassert isinstance(late, TextWrapper)")
        names.run("assert isinstance(own, TextWrapper) and type(late) == TextWrapper")
        names.run("assert issubclass(Narrow, TextWrapper)")


def test_another_name_of_a_function_does_not_let_it_return_objects() -> None:
    """The sources of a call are all names under which the test knows the function."""
    source = "class Foo:\n    pass\ndef make_dog(): return Foo()\nsquares = make_dog\nmake_dog.__name__ = 'make_dog'"
    with student(source) as names:
        names.side.allowed_sources = {"name:make_dog", "name:squares", "call:make_dog"}
        with pytest.raises(BaseException, match="plain data"):
            names.run("make_dog()\nassert squares()")


def test_the_student_process_lets_go_of_what_no_test_has_any_more() -> None:
    source = "import weakref\nmade = weakref.WeakSet()\nclass Foo:\n    def __init__(self): made.add(self)\n"
    with student(source + "def alive(): return len(made)") as names:
        names.run("kept = Foo()\nfor _ in range(50): Foo()\nassert alive() == 1\nassert type(kept) is Foo")


def test_a_loop_is_not_ended_quietly_by_what_a_function_raises() -> None:
    with student(STUDENT) as names:
        names.side.allowed_sources = {"name:sneaky"}
        with pytest.raises(RuntimeError):
            names.run("assert all(map(lambda _: sneaky(), [1]))")


def test_no_text_of_the_students_is_run_as_an_example_or_as_an_annotation() -> None:
    source = "def f(x: 'open(\"owned\", \"w\")'):\n    '''Do.\n\n    >>> open('owned', 'w')\n    '''"
    test = """
import doctest, typing
try:
    doctest.run_docstring_examples(f, {})
except ValueError:
    pass
try:
    typing.get_type_hints(f)
except TypeError:
    pass
import os
import sys
assert not os.path.exists("owned")
"""
    with student(source) as names:
        names.run(test)


def test_defaults_of_a_class_and_of_its_methods_may_be_one_array() -> None:
    """Both sides count the values that they keep, in one order."""
    source = (
        "import numpy as np\nstart = np.zeros(3)\nclass Moving:\n"
        "    def __init__(self, at=start, speed=np.ones(3)): self.at = at + speed\n"
        "    def step(self, by=start): return by\ndef new(): return Moving()"
    )
    with student(source) as names:
        names.run("assert new().at.tolist() == [1, 1, 1]\nassert Moving().step().tolist() == [0, 0, 0]")


def test_the_students_code_uses_a_text_of_a_class_of_the_tests() -> None:
    """An object whose class derives from str has the methods of str there, and those of its class."""
    test = """
class Watched(str):
    def __contains__(self, part): raise ValueError("no `in`")
assert size(Watched("abc")) == 3
try:
    has(Watched("abc"))
except ValueError:
    pass
else:
    raise AssertionError
"""
    with student("def size(text): return len(text)\ndef has(text): return 'a' in text") as names:
        names.run(test)


KENNEL = """
class Dog:
    def __init__(self, name): self.name = name
class Kennel:
    def __init__(self): self._dogs = []
    def add(self, name): self._dogs.append(Dog(name))
    def dogs(self): return RETURNED
"""


def test_a_list_that_the_code_goes_on_using_is_as_good_as_a_copy() -> None:
    """What comes into it later comes from where the list came from."""
    test = "kennel = Kennel()\ndogs = kennel.dogs()\nkennel.add('a')\nassert kennel.dogs()[0].name == 'a'"
    with student(KENNEL.replace("RETURNED", "list(self._dogs)")) as names:
        names.run(test)
        sources = names.side.seen_sources
    with student(KENNEL.replace("RETURNED", "self._dogs")) as names:
        names.side.allowed_sources = sources
        names.run(test)

        assert not names.side.refused


CHAINED = """
class Total:
    def __init__(self): self.value = 0
    def add(self, number):
        self.value += number
        return RETURNED
"""


def test_what_a_method_returns_beside_the_point_harms_nobody() -> None:
    """Code that returns itself where the solution returns nothing is right as long as nobody looks at that."""
    test = "total = Total()\ntotal.add(2)\nassert total.value == 2\n"
    with student(CHAINED.replace("RETURNED", "None")) as names:
        names.run(test)
        sources = names.side.seen_sources
    uses = ("assert total.add(1)", "assert total.add(1) == 1", "total.add(1).value", "[total.add(1)] == [1]")
    for use in ("total.add(1)", *uses):
        with student(CHAINED.replace("RETURNED", "self")) as names:
            names.side.allowed_sources = sources
            if use in uses:
                with pytest.raises(BaseException, match="plain data"):
                    names.run(test + use)
            else:
                names.run(test + use)
            assert bool(names.side.refused) is (use in uses)


HARMLESS = {
    "a_default_that_is_an_object": ("nothing = object()\ndef f(x, y=nothing): return x", "assert f(3) == 3"),
    "a_dictionary_with_a_function_for_missing_keys": (
        "import collections\ndef f(x): return collections.defaultdict(lambda: 0, {x: 1})", "assert f(3) == {3: 1}",
    ),
    "a_mark_on_an_object_of_the_tests": (
        "def f(x):\n    x.seen = True\n    x.seen = 3\n    return x.value",
        "class Node:\n    value = 5\nassert f(Node()) == 5",
    ),
    "generated_objects": (
        "class Dog: name = 'a'\ndef dogs():\n    yield Dog()", "assert [dog.name for dog in dogs()] == ['a']",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_right_code_may_do_what_the_solution_does_not(name: str) -> None:
    source, test = HARMLESS[name]
    with student(source) as names:
        names.side.allowed_sources = {"name:f", "name:dogs", "call:dogs"}  # which gives a list of dogs there
        names.run(test)

        assert not names.side.refused


def test_a_generator_is_as_good_as_a_list() -> None:
    with student(
        "def some(n):\n    for i in range(n):\n        yield i\ndef more(n): return map(str, range(n))"
    ) as names:
        names.side.allowed_sources = {"name:some", "name:more"}
        names.run("assert list(some(3)) == [0, 1, 2] and sum(some(2)) == 1 and list(more(2)) == ['0', '1']")
