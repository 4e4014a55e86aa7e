# The student's function and the test's call each other without end.
# %% given
def best(value_of, names):
    class Name(str):
        def __hash__(self):
            return best(value_of, names)

        __eq__ = lambda self, other: best(value_of, names)

    return value_of(Name("a")) if names else None


def mean(numbers):
    return mean(numbers)
