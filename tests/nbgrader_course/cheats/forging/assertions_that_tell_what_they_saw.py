# Exceptions have what the grader notes of its own, or say of themselves what is no text, or do not answer.
# %% given
class Liar(AssertionError):
    def __str__(self):
        return Liar

    def __getattr__(self, name):
        raise KeyError(name)


def tell(*args):
    error = AssertionError("nothing")
    error.watched = 5
    raise error


def lie(*args):
    raise Liar("nothing")


mean = count_lines = tell
unit = best = password = lie
