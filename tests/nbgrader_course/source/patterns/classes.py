# %% text
# Classes

# %% given
import math

import numpy as np


class Shape:
    """A shape with a name."""

    def __init__(self, name):
        self.name = name

    def area(self):
        raise NotImplementedError

    def describe(self):
        return f"{self.name} with an area of {self.area():.2f}"

# %% solution account
class AccountError(Exception):
    """Raised when there is not enough money."""


class Account:
    """An account with an owner and a balance.

    `deposit` and `withdraw` change the balance and return it; `withdraw` raises AccountError with a text that holds
    the balance. `Account.count` is the number of accounts.
    """

    ### BEGIN SOLUTION
    count = 0

    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        self.history = []
        Account.count += 1

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("an amount is above 0")
        self.balance += amount
        self.history.append(amount)
        return self.balance

    def withdraw(self, amount):
        if amount > self.balance:
            raise AccountError(f"there are only {self.balance}")
        self.balance -= amount
        self.history.append(-amount)
        return self.balance
    ### END SOLUTION


class Savings(Account):
    """An account with a rate: `add_interest` adds it, and `from_text("ada:100:0.02")` makes one."""

    ### BEGIN SOLUTION
    def __init__(self, owner, balance=0, rate=0.01):
        super().__init__(owner, balance)
        self.rate = rate

    def add_interest(self):
        return self.deposit(self.balance * self.rate)

    @classmethod
    def from_text(cls, text):
        owner, balance, rate = text.split(":")
        return cls(owner, float(balance), float(rate))

    @staticmethod
    def is_rate(value):
        return 0 < value < 1
    ### END SOLUTION

# %% test account_values 2
"""An account knows its owner and its balance"""
account = Account("ada")
assert account.owner == "ada" and account.balance == 0
assert account.deposit(50) == 50
assert account.withdraw(20) == 30 == account.balance
assert account.history == [50, -20]
account.owner = "ben"
assert account.owner == "ben"
assert Account("cleo", balance=5).balance == 5

# %% test account_raises 2
account = Account("ada", 10)
try:
    account.withdraw(11)
    raise AssertionError("did not raise")
except AccountError as error:
    assert "10" in str(error)
    assert isinstance(error, Exception)
assert account.balance == 10
import pytest

with pytest.raises(ValueError):
    account.deposit(-1)
assert issubclass(AccountError, Exception) and not issubclass(AccountError, ValueError)

# %% test account_class 2
account, other = Account("ada"), Account("ada")
assert isinstance(account, Account)
assert type(account) is Account and type(account) == type(other)
assert type(account).__name__ == "Account" == account.__class__.__name__
assert account is not other and account in [other, account]
assert hasattr(account, "deposit") and not hasattr(account, "interest")
assert callable(account.deposit) and "withdraw" in dir(account)
before = Account.count
Account("new")
assert Account.count == before + 1

# %% test savings_values 2
savings = Savings("ada", 100, rate=0.02)
assert abs(savings.add_interest() - 102) < 1e-9
assert savings.withdraw(2) == 100
made = Savings.from_text("ben:50:0.1")
assert (made.owner, made.balance, made.rate) == ("ben", 50.0, 0.1)
assert Savings.is_rate(0.5) and not Savings.is_rate(2)

# %% test savings_class 1
assert issubclass(Savings, Account)
assert isinstance(Savings("x"), Account) and not isinstance(Account("x"), Savings)
assert isinstance(Savings.from_text("ben:50:0.1"), Savings)
assert Savings.__bases__ == (Account,) and Savings.__mro__[1] is Account

# %% solution vector
class Vector:
    """A vector of numbers with +, -, a scalar product (*) of vectors, multiples, abs, len, indices and `in`."""

    ### BEGIN SOLUTION
    def __init__(self, *numbers):
        self.numbers = list(numbers)

    def __add__(self, other):
        return Vector(*(a + b for a, b in zip(self.numbers, other.numbers)))

    def __sub__(self, other):
        return self + -1 * other

    def __mul__(self, other):
        if isinstance(other, Vector):
            return sum(a * b for a, b in zip(self.numbers, other.numbers))
        return Vector(*(a * other for a in self.numbers))

    __rmul__ = __mul__

    def __neg__(self):
        return -1 * self

    def __abs__(self):
        return math.sqrt(self * self)

    def __len__(self):
        return len(self.numbers)

    def __getitem__(self, index):
        return self.numbers[index]

    def __setitem__(self, index, number):
        self.numbers[index] = number

    def __iter__(self):
        return iter(self.numbers)

    def __contains__(self, number):
        return number in self.numbers

    def __eq__(self, other):
        return isinstance(other, Vector) and self.numbers == other.numbers

    def __call__(self, x):
        return sum(a * x**i for i, a in enumerate(self.numbers))

    def __repr__(self):
        return f"Vector({', '.join(map(repr, self.numbers))})"

    def __str__(self):
        return f"<{' '.join(map(str, self.numbers))}>"
    ### END SOLUTION

# %% test vector_sums 2
v, w = Vector(1, 2), Vector(3, 4)
assert (v + w).numbers == [4, 6] and (w - v).numbers == [2, 2]
assert (2 * v).numbers == [2, 4] == (v * 2).numbers
assert v * w == 11 and abs(w) == 5.0
assert (-v).numbers == [-1, -2]
total = Vector(0, 0)
for each in (v, w, v):
    total += each
assert total.numbers == [5, 8]

# %% test vector_items 2
v = Vector(5, 6, 7)
assert len(v) == 3 and v[0] == 5 and v[-1] == 7
assert list(v) == [5, 6, 7] and [2 * x for x in v] == [10, 12, 14]
assert 6 in v and 8 not in v
v[1] = 0
assert v[1] == 0 and v[:2] == [5, 0]
first, *rest = v
assert first == 5 and rest == [0, 7]
assert sum(v) == 12 and max(v) == 7 and sorted(v, reverse=True) == [7, 5, 0]
with pytest.raises(IndexError):
    v[3]

# %% test vector_text 1
v = Vector(1, 2.5)
assert repr(v) == "Vector(1, 2.5)"
assert str(v) == "<1 2.5>" == f"{v}"
assert Vector(1, 0, 2)(3) == 19

# %% test vector_equal 1
v = Vector(1, 2)
assert v.__eq__(Vector(1, 2)) and not v.__eq__(Vector(1, 3))

# %% solution temperature
class Temperature:
    """A temperature in `celsius`, which may be set and is never below -273.15, and in `fahrenheit`."""

    ### BEGIN SOLUTION
    def __init__(self, celsius):
        self.celsius = celsius

    @property
    def celsius(self):
        return self._celsius

    @celsius.setter
    def celsius(self, value):
        if value < -273.15:
            raise ValueError("colder than possible")
        self._celsius = value

    @property
    def fahrenheit(self):
        return self._celsius * 9 / 5 + 32
    ### END SOLUTION


class Stopped:
    """A context manager that notes in `inside` whether its block runs, and ends a ZeroDivisionError."""

    ### BEGIN SOLUTION
    inside = False

    def __enter__(self):
        self.inside = True
        return self

    def __exit__(self, kind, error, trace):
        self.inside = False
        return kind is ZeroDivisionError
    ### END SOLUTION

# %% test temperature_properties 2
t = Temperature(100)
assert t.fahrenheit == 212
t.celsius = 0
assert t.fahrenheit == 32 and t.celsius == 0
with pytest.raises(ValueError):
    t.celsius = -300
with pytest.raises(AttributeError):
    t.fahrenheit = 1
assert isinstance(Temperature.fahrenheit, property)

# %% test stopped_context 1
with Stopped() as stopped:
    assert stopped.inside is True
    1 / 0
assert stopped.inside is False
with pytest.raises(KeyError), Stopped():
    raise KeyError("x")

# %% solution shapes
class Circle(Shape):
    """A shape with a radius; its name is "circle"."""

    ### BEGIN SOLUTION
    def __init__(self, radius):
        super().__init__("circle")
        self.radius = radius

    def area(self):
        return math.pi * self.radius**2
    ### END SOLUTION


def total_area(shapes):
    """Return the sum of the areas of all shapes."""
    ### BEGIN SOLUTION
    return sum(shape.area() for shape in shapes)
    ### END SOLUTION


def names_of(shapes):
    """Return the names of the shapes by order of their areas."""
    ### BEGIN SOLUTION
    return [shape.name for shape in sorted(shapes, key=lambda shape: shape.area())]
    ### END SOLUTION

# %% test circle_values 2
circle = Circle(2)
assert np.isclose(circle.area(), 4 * np.pi)
assert isinstance(circle, Shape) and circle.name == "circle"
assert circle.describe() == "circle with an area of 12.57"

# %% test shapes_of_the_test 2
class Square(Shape):
    def __init__(self, side):
        super().__init__("square")
        self.side = side

    def area(self):
        return self.side**2


assert total_area([]) == 0
assert total_area([Square(2), Square(3)]) == 13
assert names_of([Square(3), Circle(1)]) == ["circle", "square"]
assert Square(2).describe() == "square with an area of 4.00"

# %% test circle_subclassed 2
class Ring(Circle):
    def area(self):
        return super().area() - math.pi


assert np.isclose(Ring(2).area(), 3 * np.pi)
assert Ring(2).radius == 2 and isinstance(Ring(2), Circle)
assert Ring(2).describe() == "circle with an area of 9.42"

# %% solution linked
class Node:
    """A node of a linked list: a value and the next node, or None."""

    ### BEGIN SOLUTION
    def __init__(self, value, next=None):
        self.value = value
        self.next = next
    ### END SOLUTION


def linked(values):
    """Return the first node of a linked list of the values, None for no values."""
    ### BEGIN SOLUTION
    first = None
    for value in reversed(values):
        first = Node(value, first)
    return first
    ### END SOLUTION


def reverse(node):
    """Return the first node of the list turned round; its nodes stay the same objects."""
    ### BEGIN SOLUTION
    before = None
    while node is not None:
        node.next, before, node = before, node, node.next
    return before
    ### END SOLUTION

# %% test linked_values 2
def values_of(node):
    found = []
    while node is not None:
        found.append(node.value)
        node = node.next
    return found


assert linked([]) is None
assert values_of(linked([1, 2, 3])) == [1, 2, 3]
assert linked([1]).next == None and isinstance(linked([1]), Node)

# %% test reverse_identity 2
first = linked("abc")
last = first.next.next
turned = reverse(first)
assert turned is last and turned.next.next is first
assert values_of(turned) == ["c", "b", "a"] and first.next is None
assert values_of(reverse(Node(1, Node(2)))) == [2, 1]

# %% solution more_classes
import abc
import enum
from dataclasses import dataclass


class Colour(enum.Enum):
    """RED, GREEN and BLUE, with the values 1 to 3."""

    ### BEGIN SOLUTION
    RED = 1
    GREEN = 2
    BLUE = 3
    ### END SOLUTION


@dataclass
class Book:
    """A book with title, pages and the list of its readers; `lend` adds a reader and returns the book."""

    ### BEGIN SOLUTION
    title: str
    pages: int = 100
    readers: tuple = ()

    def lend(self, reader):
        self.readers += (reader,)
        return self
    ### END SOLUTION


class Sensor(abc.ABC):
    """Has an abstract method `read`, and `mean(n)`, the mean of n calls of it."""

    ### BEGIN SOLUTION
    @abc.abstractmethod
    def read(self):
        """Return a number."""

    def mean(self, n):
        return sum(self.read() for _ in range(n)) / n
    ### END SOLUTION


class Stack:
    """A stack with push, pop and peek; an empty one raises IndexError, and bool says whether anything is in it."""

    ### BEGIN SOLUTION
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)

    def pop(self):
        return self.items.pop()

    def peek(self):
        return self.items[-1]

    def is_empty(self):
        return not self.items
    ### END SOLUTION

# %% test colour_values 1
assert Colour.RED.value == 1 and Colour.BLUE.name == "BLUE"
assert [colour.value for colour in Colour] == [1, 2, 3]
assert Colour(2) is Colour.GREEN and Colour["BLUE"] is Colour.BLUE
assert Colour.RED is not Colour.BLUE and len(Colour) == 3

# %% test book_values 2
book = Book("Emma")
assert (book.title, book.pages, book.readers) == ("Emma", 100, ())
assert book.lend("ada") is book and book.readers == ("ada",)
assert repr(Book("Emma", 3)) == "Book(title='Emma', pages=3, readers=())"
book.pages = 7
assert getattr(book, "pages") == 7 and vars(book)["pages"] == 7
setattr(book, "place", "shelf")
assert book.place == "shelf" and getattr(book, "price", None) is None

# %% test sensor_subclassed 2
with pytest.raises(TypeError):
    Sensor()


class Counter(Sensor):
    def __init__(self):
        self.n = 0

    def read(self):
        self.n += 1
        return self.n


counter = Counter()
assert counter.mean(3) == 2.0 and counter.n == 3
assert isinstance(counter, Sensor) and issubclass(Counter, Sensor)

# %% test stack_values 2
stack = Stack()
assert stack.is_empty()
for item in (1, "b", [3]):
    stack.push(item)
assert stack.peek() == [3] and stack.pop() == [3] and stack.pop() == "b"
assert not stack.is_empty() and len(stack.items) == 1
with pytest.raises(IndexError):
    stack.pop(), stack.pop()
marker = object()
stack.push(marker)
assert stack.pop() is marker
