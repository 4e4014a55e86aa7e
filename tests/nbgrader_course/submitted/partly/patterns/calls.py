# %% solution squares
def squares(n):
    if n < 1:
        raise ValueError
    return [i**2 for i in range(1, n + 1)]

# %% solution sum_of_squares
def sum_of_squares(n):
    return sum([i**2 for i in range(1, n + 1)])

# %% solution changes
def sort_by_length(words):
    words.sort(key=len)

# %% solution generators
def countdown(n):
    for i in range(n):
        yield n - i

# %% solution talk
def table(n):
    for i in range(n):
        print(i + 1, (i + 1) ** 2)

# %% solution signature
def area(width, height=1.0, *, unit="m"):
    """Return the area of a rectangle.
    return width * height
