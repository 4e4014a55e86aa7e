# Classes named like those of tests and of libraries, with descriptions that no class has.
# %% given
class Meta(type):
    def __getattribute__(cls, name):
        if name in ("__mro__", "__bases__"):
            return (float, object)
        if name == "__dict__":
            return {"__eq__": None, "__init__": 3, 5: 6}
        if name in ("__name__", "__qualname__"):
            return "ndarray"
        if name == "__module__":
            return "numpy"
        return type.__getattribute__(cls, name)

    def mro(cls):
        return [cls, object]

    __dir__ = lambda cls: [3, None, "x" * 10**6]


class ndarray(metaclass=Meta):
    __dir__ = lambda self: 5
    __doc__ = property(lambda self: 1 / 0)
    __eq__ = lambda self, other: True


made = type("x" * 1000, (ndarray,), {"__slots__": (), "\ud800": 1})
mean = lambda numbers: ndarray()
unit = lambda x: made()
password = lambda: made
best = lambda value_of, names: Meta
answer = ndarray()
Account = Meta
