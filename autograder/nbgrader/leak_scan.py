"""Search a released tree for anything that was meant to stay with the instructor."""

import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from ..course import sheets
from ..course.source_notebook import PROMPT, grade_id, metadata
from ..handin import asked
from ..handin.asked import SOLUTION
from ..model.assignment import Assignment
from ..model.cell_regions import SCHEME as SCHEME_KIND
from ..model.cell_regions import SOLUTION as SOLUTION_KIND
from ..model.cell_regions import CellRegions

# Shorter lines (`return loss`, `x = x + 1`) occur in any program and reveal nothing.
SIGNIFICANT_CHARACTERS = 16
# Of 160 assignments of public courses, 112 repeat some line of a solution in what students get, 21 of them a region of
# at least this many characters by nine lines in ten or so; these are solutions that were left in, or shown on purpose.
FEWEST_CHARACTERS = 24
WHOLE = 0.8
COMMON = re.compile(r"\s*(?:#|import\b|from\s+\S+\s+import\b)")  # lines that solutions share with anything else
# Folders that belong to one machine; an address such as https://host/home/page has a letter before the slash.
ABSOLUTE_PATH = re.compile(
    r"(?<![\w./~:-])/(?:home|Users|root|work|mnt|private|opt)/[\w.-]+|\b[A-Z]:\\\\?(?:Users|Documents)\b"
)


DELIMITER = CellRegions().delimiter()


@dataclass(frozen=True)
class Rules:
    """What a course says of its releases."""

    delimiter: re.Pattern[str] = DELIMITER
    may_repeat: Sequence[str] = ()  # patterns of files in which students get what is a solution elsewhere


@dataclass(frozen=True)
class Leak:
    """One place in the released tree that must not be there."""

    file: str
    place: str
    text: str
    why: str
    is_certain: bool = True  # the release is refused; else a person may have meant it

    def __str__(self) -> str:
        """Return the sentence that the instructor reads."""
        return f"{self.file}, {self.place}: {self.why}: {self.text.strip()[:160]}"


@dataclass(frozen=True)
class _Passage:
    """A piece of released text; `name` says which part of the file it is, empty for a whole file."""

    name: str
    text: str
    is_cell: bool = False  # of a notebook to be filled in, which the instructor sees as students do

    def place(self, line: int) -> str:
        return f"{self.name}, line {line}" if self.name else f"line {line}"


@dataclass(frozen=True)
class Region:
    """Lines that a release strips in one place, without their white space; `each` of them must stay hidden, or all."""

    origin: str
    lines: tuple[str, ...]
    each: bool = True

    @property
    def least(self) -> int:
        """How many of the lines say what was hidden."""
        return 1 if self.each else math.ceil(WHOLE * len(self.lines))


def secrets(assignment: Assignment) -> list[Region]:
    """Return what the release strips of notebooks and sheets.

    Of an item with a prompt cell each line stays hidden: prompt, hints and given code are written with it, line by
    line. Notebooks of other courses share many a line with their solutions, so that only the whole region counts.
    """
    found = []
    for name in assignment.notebooks:
        cells = assignment.source_notebook(name).cells
        ids = {grade_id(cell) for cell in cells}
        for number, cell in enumerate(cells, start=1):
            item = grade_id(cell).removesuffix(SOLUTION)
            each = f"{item}{PROMPT}" in ids or sheets.SCHEME_TAG in cell.metadata.get("tags", [])
            for kind, lines in _blocks(stripped_lines(cell, assignment.regions)):
                found += _region(f"{kind} in {name}.ipynb, {cell_name(cell, number)}", lines, each=each)
    for name in assignment.sheets:
        path, heading = assignment.course_dir / "answers" / f"{name}.md", "top"
        for kind, lines in _blocks(CellRegions().lines(path.read_text(encoding="utf-8"))):
            headings = [line for line in lines if line.startswith("#") and not kind]
            heading = headings[-1].lstrip("# ").split(" ")[0] if headings else heading
            if kind:
                found += _region(f"{kind} in answers/{path.name}, {heading}", lines, each=True)
    return found


def scan(released_dir: Path, hidden: Sequence[Region], course_dir: str, rules: Rules = Rules()) -> list[Leak]:
    """Return every leak under `released_dir`: stripped text, delimiters, outputs and absolute paths.

    `hidden` is what `secrets` found; `course_dir` is the folder on this machine that must not be named.
    """
    leaks: list[Leak] = []
    shown: set[Region] = set()  # in cells, whose text the rules of a submission hold once more
    paths = (path for path in released_dir.rglob("*") if path.is_file())
    for path in sorted(paths, key=lambda path: (path.suffix != ".ipynb", path)):
        file = path.relative_to(released_dir).as_posix()
        notebook = as_notebook(path)
        may_repeat = any(fnmatch(file, pattern) for pattern in rules.may_repeat)
        if notebook is not None:
            leaks += [Leak(file, *found) for found in _saved_runs(notebook)]
        for passage in _passages(path, notebook, is_filled_in=path.parent == released_dir):
            for region, found in _repeated(passage, hidden):
                is_known = region in shown and path.name == asked.FILE
                shown |= {region} if passage.is_cell and not region.each else set()
                if not is_known and not may_repeat:
                    leaks.append(Leak(file, *found, is_certain=region.each or not passage.is_cell))
            leaks += [Leak(file, *found) for found in _tell_tales(passage, course_dir, rules.delimiter)]
    return leaks


def _region(origin: str, lines: Iterable[str], *, each: bool) -> list[Region]:
    own = [line for line in lines if each or not COMMON.match(line)]
    kept = tuple(dict.fromkeys(text for line in own if len(text := _compact(line)) >= SIGNIFICANT_CHARACTERS))
    return [Region(origin, kept, each)] if kept and (each or sum(map(len, kept)) >= FEWEST_CHARACTERS) else []


def _blocks(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Yield the kind of each region, "" for none, and its lines."""
    for kind, group in groupby(pairs, key=lambda pair: pair[1]):
        yield kind, [line for line, _ in group]


def stripped_lines(cell: NotebookNode, regions: CellRegions) -> Iterator[tuple[str, str]]:
    """Yield (line, kind of region) for what nbgrader takes out of one source cell."""
    pairs = list(regions.lines(cell.source))
    if sheets.SCHEME_TAG in cell.metadata.get("tags", []):
        pairs = [(line, SCHEME_KIND) for line, _ in pairs]
    elif metadata(cell).get("solution") and not any(kind == SOLUTION_KIND for _, kind in pairs):
        pairs = [(line, SOLUTION_KIND) for line, _ in pairs]  # ClearSolutions replaces such a cell as a whole
    yield from ((line, kind) for line, kind in pairs if kind)


def _compact(text: str) -> str:
    return "".join(text.split())


def cell_name(cell: Mapping[str, Any], number: int) -> str:
    """Return what the instructor is told of where a cell is; the first cell of a notebook has the number 1."""
    known = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
    return f"cell {known or number}"


def as_notebook(path: Path) -> dict[str, Any] | None:
    """Return what a notebook file holds, None for any other file."""
    if path.suffix != ".ipynb":
        return None
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError):
        return None
    return notebook if isinstance(notebook, dict) and isinstance(notebook.get("cells"), list) else None


def _passages(path: Path, notebook: dict[str, Any] | None, *, is_filled_in: bool) -> Iterator[_Passage]:
    """Yield the text of a file; of JSON its strings, a notebook cell by cell, so that escapes hide nothing."""
    if notebook is None and path.suffix == ".json":
        with suppress(ValueError):  # no JSON, then; UnicodeDecodeError is one of these
            content = json.loads(path.read_text(encoding="utf-8"))
            yield from (_Passage("a text in it", text) for text in _strings(content))
            return
    if notebook is None:
        yield _Passage("", path.read_bytes().decode("utf-8", errors="replace"))
        return
    for number, cell in enumerate(notebook["cells"], start=1):
        name = cell_name(cell, number)
        yield _Passage(name, "".join(cell["source"]), is_cell=is_filled_in)
        rest = {key: value for key, value in cell.items() if key != "source"}
        yield _Passage(f"{name} beside its source", "\n".join(_strings(rest)))
    yield _Passage("notebook metadata", "\n".join(_strings(notebook["metadata"])))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield key
            yield from _strings(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from _strings(entry)


def _repeated(passage: _Passage, hidden: Sequence[Region]) -> Iterator[tuple[Region, tuple[str, str, str]]]:
    """Yield where stripped text occurs, however it is spaced, broken over lines or wrapped in other text."""
    lines = passage.text.splitlines()
    compact_lines = [_compact(line) for line in lines]
    text = "".join(compact_lines)
    starts = list(accumulate((len(line) for line in compact_lines), initial=0))
    for region in hidden:
        places = [position for secret in region.lines if (position := text.find(secret)) >= 0]
        if len(places) < region.least:
            continue
        for position in places if region.each else places[:1]:
            line = bisect_right(starts, position) - 1
            what = (
                "a line of" if region.each else f"{len(places)} lines, nearly all, of" if len(places) > 1 else "all of"
            )
            yield region, (passage.place(line + 1), lines[line], f"repeats {what} the {region.origin}")


def _tell_tales(passage: _Passage, course_dir: str, delimiter: re.Pattern[str]) -> Iterator[tuple[str, str, str]]:
    for number, line in enumerate(passage.text.splitlines(), start=1):
        if delimiter.search(line):
            yield passage.place(number), line, "still has a delimiter of a stripped region"
        if ABSOLUTE_PATH.search(line) or course_dir in line:
            yield passage.place(number), line, "names a folder of one machine"


def _saved_runs(notebook: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell.get("outputs") or cell.get("execution_count") is not None:
            yield cell_name(cell, number), f"{len(cell.get('outputs', []))} outputs", "was released with a saved run"
