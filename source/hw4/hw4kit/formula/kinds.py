"""What the check of a formula can say. It says where the notation is wrong, and never what a right formula would be."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What was found out about a formula."""

    RIGHT = "right"
    WRONG = "it differs from the gradient"
    WRONG_SHAPE = "a number, a row or a matrix, not a column vector"
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
