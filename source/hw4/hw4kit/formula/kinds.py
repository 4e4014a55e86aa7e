"""What the check of a formula can say."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What was found out about a formula."""

    RIGHT = "right"
    SIGN = "right up to the sign"
    TRANSPOSED = "the gradient transposed"
    WRONG_SHAPE = "a number or a matrix, not a vector"
    ONLY_TARGET = "right only for w = o"
    ONLY_OTHERS = "right only for w != o"
    OTHER_GRADIENT = "another gradient"
    WRONG_RANGE = "a sum runs over the wrong words"
    MISSING_SUM = "a sum is missing"
    EXTRA_SUM = "a sum is too much"
    FACTOR_K = "a factor K or 1/K is too much"
    TERM_SIGN = "the sign of one part is wrong"
    MISSING_TERM = "a term is missing"
    WRONG = "it differs"
    EMPTY = "nothing was written"
    NOT_UNDERSTOOD = "it cannot be read, or makes no sense"
    UNDECIDED = "it is beyond a limit, or contradicts itself"


_STATUS = {
    Kind.RIGHT: "right", Kind.EMPTY: "empty", Kind.NOT_UNDERSTOOD: "undecided", Kind.UNDECIDED: "undecided",
}  # fmt: skip


@dataclass(frozen=True)
class Result:
    """Outcome for one formula; `diagnosis` is one line."""

    kind: Kind
    diagnosis: str

    @property
    def status(self) -> str:
        """Return "right", "wrong", "undecided" (a person decides) or "empty"."""
        return _STATUS.get(self.kind, "wrong")
