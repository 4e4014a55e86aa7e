"""What a call gave that the solution's does not give: an object of the student's where the test expects data.

Right code may return itself or whatever it has made where the solution returns nothing, and a test that goes on without
a look at it has no reason to fail. Whatever else a test does with it is refused.
"""

from typing import Any

import special_names


class Unwanted:
    """Stands for such an object; it says nothing of itself but that it is no data."""

    __slots__ = ("refuse_use",)
    __array_ufunc__ = None

    def __init__(self, refuse_use: Any) -> None:
        """Take what returns the exception for a use."""
        object.__setattr__(self, "refuse_use", refuse_use)

    def __getattr__(self, name: str) -> Any:
        raise self.refuse_use()

    def __setattr__(self, name: str, value: Any) -> None:
        raise self.refuse_use()

    def __delattr__(self, name: str) -> None:
        raise self.refuse_use()


def refused(own: Unwanted, *args: Any, **kwargs: Any) -> Any:
    """Do nothing."""
    raise own.refuse_use()


USES = (special_names.FORWARDED | special_names.COMPARISONS.keys() | special_names.CONVERSIONS.keys()) - {"__call__"}
for _name in (*USES, "__bool__", "__hash__", "__array__", "__reduce_ex__", "__copy__", "__deepcopy__"):
    setattr(Unwanted, _name, refused)
