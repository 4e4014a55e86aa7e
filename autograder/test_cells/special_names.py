"""The names of special methods, and what becomes of each when a test uses it on an object of the student's."""

BINARY = "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and xor or".split()
ARITHMETIC = (
    *(f"__{prefix}{name}__" for name in BINARY for prefix in ("", "r", "i") if (prefix, name) != ("i", "divmod")),
    *"__neg__ __pos__ __abs__ __invert__ __round__".split(),
)
CONTAINER = (
    "__len__ __getitem__ __setitem__ __delitem__ __contains__ __iter__ __next__ __reversed__ __missing__".split()
)
CONTEXT = "__enter__ __exit__ __aenter__ __aexit__ __await__ __aiter__ __anext__".split()
TEXT = "__str__ __repr__ __format__".split()

# Asked of the student's object; what it answers is data, or an object again.
FORWARDED = frozenset([*ARITHMETIC, *CONTAINER, *CONTEXT, *TEXT, "__call__"])
COMPARISONS = {"__eq__": "==", "__ne__": "!=", "__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}
# What would make a number, a truth, an array, a path or bytes of an object. The student's class would decide which.
CONVERSIONS = {
    "__float__": "float(x)", "__int__": "int(x)", "__index__": "x as an index or a count", "__complex__": "complex(x)",
    "__bytes__": "bytes(x)", "__trunc__": "int(x)", "__floor__": "math.floor(x)", "__ceil__": "math.ceil(x)",
    "__fspath__": "x as the name of a file",
}  # fmt: skip
OTHERS = frozenset(
    "__bool__ __hash__ __init__ __new__ __post_init__ __getattr__ __set__ __get__ __class_getitem__".split()
)
ALL = FORWARDED | COMPARISONS.keys() | CONVERSIONS.keys() | OTHERS


def is_special(name: str) -> bool:
    """Return whether a name has the form of a special one."""
    return len(name) > 4 and name.startswith("__") and name.endswith("__")
