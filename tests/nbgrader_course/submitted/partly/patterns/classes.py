# %% solution account
class AccountError(Exception):
    pass


class Account:
    count = 0

    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        self.history = []
        Account.count += 1

    def deposit(self, amount):
        self.balance += amount
        self.history.append(amount)
        return self.balance

    def withdraw(self, amount):
        self.balance -= amount
        self.history.append(-amount)
        return self.balance

# %% solution shapes
class Circle(Shape):
    def __init__(self, radius):
        super().__init__("circle")
        self.radius = radius

    def area(self):
        return math.pi * self.radius**2

# %% solution linked
class Node:
    def __init__(self, value, next=None):
        self.value = value
        self.next = next


def linked(values):
    first = None
    for value in values[::-1]:
        first = Node(value, first)
    return first
