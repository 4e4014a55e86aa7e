"""The names that NumPy 1.26 had and 2.0 dropped, for notebooks that were written with NumPy 1.26.

The student process of the grader loads this file by path. It imports nothing of the package.
"""

from types import ModuleType
from typing import Any

# Students may have NumPy 1.26: TensorFlow for Intel Macs needs it. Each of these has another name that means the same.
# `np.int`, `np.float` and the like went in 1.24: they fail in the student's own notebook too.
SAME = {
    "Inf": "inf", "Infinity": "inf", "PINF": "inf", "infty": "inf", "NAN": "nan", "NaN": "nan",
    "float_": "float64", "complex_": "complex128", "cfloat": "complex128", "singlecomplex": "complex64",
    "longfloat": "longdouble", "unicode_": "str_", "string_": "bytes_",
    "product": "prod", "cumproduct": "cumprod", "sometrue": "any", "alltrue": "all", "round_": "round",
    "mat": "asmatrix",
}  # fmt: skip


def restore(numpy: ModuleType) -> None:
    """Give NumPy the names again that it no longer has."""

    def asfarray(values: Any, dtype: Any = numpy.float64) -> Any:
        is_real = numpy.issubdtype(numpy.dtype(dtype), numpy.inexact)
        return numpy.asarray(values, dtype=dtype if is_real else numpy.float64)

    def msort(values: Any) -> Any:
        return numpy.sort(values, axis=0)

    for old, new in SAME.items():
        vars(numpy).setdefault(old, getattr(numpy, new))
    for old, value in {"NINF": -numpy.inf, "asfarray": asfarray, "msort": msort}.items():
        vars(numpy).setdefault(old, value)
