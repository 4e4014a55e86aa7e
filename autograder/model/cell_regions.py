"""What of the instructor's cells students do not get: regions between two lines, as nbgrader takes them out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from nbformat import NotebookNode

SOLUTION, TESTS, SCHEME = "solution", "hidden tests", "mark scheme"


class Delimiters(NamedTuple):
    """What stands in the lines before and after a region."""

    begin: str
    end: str


_SOLUTION, _TESTS, _SCHEME = (
    Delimiters(f"BEGIN {words}", f"END {words}") for words in ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME")
)


@dataclass(frozen=True)
class CellRegions:
    """The delimiters of a course, and what its students get instead of a solution; by default the kit's."""

    solution: Delimiters = _SOLUTION
    tests: Delimiters = _TESTS
    scheme: Delimiters = _SCHEME
    code_stub: str = 'raise NotImplementedError("Replace this line with your code, then run the cell again.")'
    text_stub: str = "*Replace this line with your answer.*"

    @property
    def all(self) -> dict[str, Delimiters]:
        """The delimiters by the kind of their region."""
        return {SOLUTION: self.solution, TESTS: self.tests, SCHEME: self.scheme}

    def lines(self, source: str) -> Iterator[tuple[str, str]]:
        """Yield each line of a cell and the kind of region in which it stands, "" for none; no delimiters.

        What is between the two lines of a region belongs to it, whatever else begins there.
        """
        for _, line, kind in self._numbered(source):
            yield line, kind

    def visible_lines(self, source: str) -> tuple[int, ...]:
        """Return the numbers of the lines of a cell that students get; the first line is 1."""
        return tuple(number for number, _, kind in self._numbered(source) if not kind)

    def _numbered(self, source: str) -> Iterator[tuple[int, str, str]]:
        kind = ""
        for number, line in enumerate(source.split("\n"), 1):
            if kind and self.all[kind].end in line:
                kind = ""
            elif not kind and (begun := next((each for each, (begin, _) in self.all.items() if begin in line), "")):
                kind = begun
            elif kind or not any(end in line for _, end in self.all.values()):
                yield number, line, kind

    def released(self, cell: NotebookNode) -> str:
        """Return the text of a cell as students get it."""
        stub = (self.code_stub if cell.cell_type == "code" else self.text_stub).split("\n")
        begin, end = self.solution
        lines, is_hidden, is_replaced = list[str](), False, False
        for line in cell.source.split("\n"):
            if begin in line:
                indent = line[: len(line) - len(line.lstrip())]
                lines += [indent + each for each in stub]
                is_hidden = is_replaced = True
            elif end in line:
                is_hidden = False
            elif not is_hidden:
                lines.append(line)
        if cell.metadata.get("nbgrader", {}).get("solution") and not is_replaced:
            lines = stub
        return "\n".join(line for line, kind in self.lines("\n".join(lines)) if not kind)

    def solution_in(self, cell: NotebookNode) -> str:
        """Return what students do not get of a solution cell: the regions, or all where there are none."""
        pairs = list(self.lines(cell.source))
        found = [line for line, kind in pairs if kind == SOLUTION]
        return "\n".join(found or [line for line, _ in pairs])

    def complete(self, source: str) -> str:
        """Return a cell with its regions, but without the lines that begin and end them."""
        return "\n".join(line for line, _ in self.lines(source))

    def delimiter(self) -> re.Pattern[str]:
        """Return what finds a delimiter that is left in a text."""
        words = sorted({word for pair in self.all.values() for word in pair}, key=len, reverse=True)
        return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words))
