# %% given
from dataclasses import dataclass, field
from functools import reduce

# %% solution account
class AccountError(ArithmeticError):
    def __init__(self, balance):
        super().__init__(balance)
        self.balance = balance

    def __str__(self):
        return f"no more than {self.balance}, please"


class Base:
    def note(self, amount):
        self.history.append(amount)
        return self.balance


@dataclass(eq=False)
class Account(Base):
    owner: str
    balance: float = 0
    history: list = field(default_factory=list)

    def __post_init__(self):
        type(self).made()

    @classmethod
    def made(cls):
        Account.count = getattr(Account, "count", 0) + 1

    def deposit(self, amount):
        if not amount > 0:
            raise ValueError(amount)
        self.balance = self.balance + amount
        return self.note(amount)

    def withdraw(self, amount):
        if self.balance - amount < 0:
            raise AccountError(self.balance)
        self.balance = self.balance - amount
        return self.note(-amount)


Account.count = 0


class Savings(Account):
    def __init__(self, owner, balance=0, rate=0.01):
        Account.__init__(self, owner, balance)
        self.rate = rate

    def add_interest(self):
        self.balance *= 1 + self.rate
        return self.balance

    @staticmethod
    def from_text(text):
        owner, balance, rate = text.split(":")
        return Savings(owner, rate=float(rate), balance=float(balance))

    is_rate = staticmethod(lambda value: 0 < value < 1)

# %% solution vector
class Vector:
    __slots__ = ("numbers",)

    def __init__(self, *numbers):
        self.numbers = [*numbers]

    def __add__(self, other):
        return Vector(*map(sum, zip(self.numbers, other.numbers)))

    def __sub__(self, other):
        return self + (-other)

    def __mul__(self, other):
        try:
            return sum(a * b for a, b in zip(self, other))
        except TypeError:
            return Vector(*[a * other for a in self])

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return Vector(*[-a for a in self])

    def __abs__(self):
        return math.hypot(*self.numbers)

    def __len__(self):
        return self.numbers.__len__()

    def __getitem__(self, index):
        return self.numbers[index]

    def __setitem__(self, index, number):
        self.numbers[index] = number

    def __eq__(self, other):
        return list(self) == list(other)

    def __call__(self, x):
        return reduce(lambda total, a: total * x + a, reversed(self.numbers))

    def __repr__(self):
        return "Vector" + repr(tuple(self.numbers))

    def __str__(self):
        return "<" + " ".join(str(a) for a in self.numbers) + ">"

# %% solution temperature
class Temperature:
    def __init__(self, celsius):
        self.celsius = celsius

    def get(self):
        return self.__degrees

    def set(self, value):
        if value < -273.15:
            raise ValueError(value)
        self.__degrees = value

    celsius = property(get, set)
    fahrenheit = property(lambda self: self.celsius * 1.8 + 32)


class Stopped:
    def __init__(self):
        self.inside = False

    def __enter__(self):
        self.inside = True
        return self

    def __exit__(self, *raised):
        self.inside = False
        if raised[0] is not None:
            return issubclass(raised[0], ZeroDivisionError)

# %% solution shapes
class Circle(Shape):
    def __init__(self, radius):
        self.radius = radius
        self.name = "circle"

    def area(self):
        return self.radius * self.radius * np.pi


def total_area(shapes):
    total = 0
    for shape in shapes:
        total += shape.area()
    return total


def names_of(shapes):
    pairs = [(shape.area(), shape.name) for shape in shapes]
    return [name for _, name in sorted(pairs)]

# %% solution linked
class Node:
    def __init__(self, value, next=None):
        self.value, self.next = value, next

    def __repr__(self):
        return f"Node({self.value})"


def linked(values):
    if len(values) == 0:
        return None
    return Node(values[0], linked(values[1:]))


def reverse(node):
    if node is None or node.next is None:
        return node
    first = reverse(node.next)
    node.next.next = node
    node.next = None
    return first

# %% solution more_classes
import enum
from abc import ABC, abstractmethod

Colour = enum.Enum("Colour", "RED GREEN BLUE")


class Book:
    def __init__(self, title, pages=100):
        self.title, self.pages, self.readers = title, pages, ()

    def lend(self, reader):
        self.readers = self.readers + (reader,)
        return self

    def __repr__(self):
        return f"Book(title={self.title!r}, pages={self.pages}, readers={self.readers})"


class Sensor(ABC):
    @abstractmethod
    def read(self): ...

    def mean(self, n):
        return np.mean([self.read() for _ in range(n)])


class Stack:
    def __init__(self, items=()):
        self._list = [*items]

    items = property(lambda self: tuple(self._list))

    def push(self, item):
        self._list += [item]

    def pop(self):
        item = self.peek()
        del self._list[-1]
        return item

    def peek(self):
        if not self._list:
            raise IndexError("empty")
        return self._list[len(self._list) - 1]

    def is_empty(self):
        return len(self._list) == 0

    def __len__(self):
        return len(self._list)
