# %% solution account
class AccountError(ValueError):
    pass


class Account:
    def __init__(self, owner, balance=0):
        self.name = owner
        self.balance = balance

    def deposit(self, amount):
        self.balance += amount

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError("not enough")
        self.balance -= amount


class Savings:
    def __init__(self, owner, balance=0, rate=0.01):
        self.owner, self.balance, self.rate = owner, balance, rate

    def add_interest(self):
        return self.balance * self.rate

# %% solution vector
class Vector:
    def __init__(self, *numbers):
        self.numbers = list(numbers)

    def __add__(self, other):
        return self.numbers + other.numbers

    def __mul__(self, other):
        return Vector(*(a * other for a in self.numbers))

    def __len__(self):
        return 3

    def __getitem__(self, index):
        return self.numbers[index - 1]

    def __repr__(self):
        return f"Vector({self.numbers})"

# %% solution temperature
class Temperature:
    def __init__(self, celsius):
        self.celsius = celsius
        self.fahrenheit = celsius * 9 / 5 + 32


class Stopped:
    inside = False

    def __enter__(self):
        self.inside = True

    def __exit__(self, *raised):
        return True

# %% solution shapes
class Circle(Shape):
    def __init__(self, radius):
        self.radius = radius

    def area(self):
        return math.pi * self.radius


def total_area(shapes):
    return sum(math.pi * shape.radius**2 for shape in shapes)


def names_of(shapes):
    return [shape.name for shape in shapes]

# %% solution linked
class Node:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next


def linked(values):
    first = None
    for value in values:
        first = Node(value, first)
    return first


def reverse(node):
    values = []
    while node is not None:
        values.append(node.value)
        node = node.next
    return linked(values)

# %% solution more_classes
class Colour:
    RED = 1
    GREEN = 2
    BLUE = 3


class Book:
    def __init__(self, title, pages=100, readers=[]):
        self.title = title
        self.pages = pages
        self.readers = readers

    def lend(self, reader):
        self.readers.append(reader)


class Sensor:
    def read(self):
        return 0

    def mean(self, n):
        return self.read()


class Stack:
    items = []

    def push(self, item):
        self.items.insert(0, item)

    def pop(self):
        return self.items.pop()

    def peek(self):
        return self.items.pop()

    def is_empty(self):
        return self.items is []
