# Results that can be iterated, indexed, read and entered for ever.
# %% given
import itertools


class Endless:
    def __iter__(self):
        return itertools.count()

    def __getitem__(self, key):
        return Endless()

    def __getattr__(self, name):
        return Endless()

    def __len__(self):
        return 10**18

    def __call__(self, *args, **kwargs):
        return Endless()

    __add__ = __radd__ = __sub__ = __rsub__ = lambda self, other: Endless()


def endless(*args):
    while True:
        yield 1


mean = unit = lambda *args: Endless()
password = best = count_lines = endless
answer = Endless()
Account = Endless
