"""What is wrong with a submitted file: as data, or raised if the file cannot be used at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum


class Unusable(Exception):
    """A submitted file cannot be used; the text is one sentence that tells its author what to do."""


class Level(StrEnum):
    """How much a finding matters."""

    INFO = "info"  # nothing to do
    WARNING = "warning"  # a person should look
    ERROR = "error"  # something could not be used, or not be graded


@dataclass(frozen=True)
class Finding:
    """Something a person should know."""

    level: Level
    text: str
    for_student: bool = False  # it is about the student's own files alone, so that the feedback page shows it, too


def for_student(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings as the student may read them."""
    return (replace(finding, for_student=True) for finding in findings)


MUST, HINT = "must", "hint"


@dataclass(frozen=True)
class Line:
    """What a student reads: "must" if it costs points or is refused, "hint" otherwise; the text says what to do."""

    mark: str
    text: str
    where: str = ""  # a file, or a file and a cell, where the text does not say it

    def __str__(self) -> str:
        """Return it as one line."""
        return " ".join(f"{self.mark}  {self.where + ': ' if self.where else ''}{self.text}".splitlines())
