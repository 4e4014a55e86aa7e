# %% solution squares
def squares(n):
    if n < 1:
        raise TypeError("n is too small")
    return [i**2 for i in range(n)]

# %% solution sum_of_squares
def sum_of_squares(n):
    return squares(n)[-1]

# %% solution factorial
def factorial(n):
    return n * factorial(n - 1)

# %% solution changes
def sort_by_length(words):
    words.sort()
    return words


def clip(x, low, high):
    x = x.copy()
    x[x < low] = low
    return x


def move(stock, name, number):
    stock[name] = number

# %% solution same_object
def twice(items):
    return (items, items)


zeros = [0, 0, 0, 0]
alias = zeros

# %% solution chance
def roll(n):
    return random.randint(1, 6)


def noise(shape):
    return np.random.rand(*shape)


def choose(rng, items):
    return random.choice(items)

# %% solution talk
def greet(name):
    print("Hello", name)
    return True


def table(n):
    print([(i, i * i) for i in range(1, n + 1)])


def ask_age():
    print("How old?")
    return input()

# %% solution generators
def countdown(n):
    while n >= 0:
        yield n
        n -= 1


def fibonacci():
    numbers = [0, 1]
    for _ in range(5):
        numbers.append(numbers[-1] + numbers[-2])
    return numbers


def running_mean():
    yield None
    yield 4

# %% solution higher_order
def apply_twice(function, x):
    return function(function)(x)


def derivative(f, x, h=1e-5):
    return f.derivative(x)


def counted(function):
    function.calls = 0
    return function


def power(exponent):
    return exponent**2


def retry(function, times):
    return function()

# %% solution signature
def area(width, height=1, *, units="m"):
    """The area."""
    return f"{float(width * height)} m2"

# %% solution iterators
def evens(numbers):
    return filter(lambda number: number % 2, numbers)


def pairs(a, b):
    return [a, b]


def count_calls():
    global call
    call += 1


def cache(store, key, make):
    return store.get(key, make(key))


def sigmoid(x):
    return 1 / (1 + math.exp(-x))
