# %% solution account
class AccountError(Exception):
    pass


class Account:
    count = 0

    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        self.history = []
        self.count += 1

    def deposit(self, amount):
        self.balance = amount
        return self.balance

    def withdraw(self, amount):
        self.balance -= amount
        if self.balance < 0:
            raise AccountError("too much")
        return self.balance


class Savings(Account):
    def __init__(self, owner, balance=0, rate=0.01):
        self.owner = owner
        self.rate = rate

    def add_interest(self):
        self.balance += self.balance * self.rate

    def from_text(text):
        return text.split(":")

# %% solution vector
class Vector:
    def __init__(self, numbers):
        self.numbers = numbers

# %% solution temperature
class Temperature:
    def __init__(self, celsius):
        self._celsius = celsius

    def celsius(self):
        return self._celsius

    def fahrenheit(self):
        return self._celsius * 9 / 5 + 32


class Stopped:
    inside = True

# %% solution shapes
class Circle:
    def __init__(self, radius):
        self.radius = radius
        self.name = "circle"

    def area(self):
        return math.pi * self.radius**2


def total_area(shapes):
    return [shape.area() for shape in shapes]


def names_of(shapes):
    return sorted(shape.name for shape in shapes)

# %% solution linked
class Node:
    def __init__(self, value):
        self.value = value
        self.next = None


def linked(values):
    return [Node(value) for value in values]


def reverse(node):
    return node

# %% solution more_classes
import enum


class Colour(enum.Enum):
    GREEN = 1
    RED = 2
    BLUE = 3


class Sensor:
    def __init__(self, read):
        self.read = read


class Stack(list):
    def push(self, item):
        self.append(item)

    def peek(self):
        return self[-1]

    def is_empty(self):
        return len(self) == 0
