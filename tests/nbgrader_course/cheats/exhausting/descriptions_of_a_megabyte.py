# Classes with thousands of methods and names of a megabyte, a new one for each answer.
# %% given
def big(*args):
    kind = type("x" * 10**6, (), {f"method_{n}": lambda self: None for n in range(5000)} | {"__doc__": "d" * 10**6})
    return [kind() for _ in range(300)]


mean = unit = best = password = count_lines = Account = big
