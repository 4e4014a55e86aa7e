"""Search a released tree for anything that was meant to stay with the instructor."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from ..course import sheets
from ..model.assignment import Assignment

# What nbgrader and the answer sheets strip, by the word after BEGIN and END in the delimiters.
REGIONS = ("SOLUTION", "HIDDEN TESTS", "MARK SCHEME")
DELIMITER = re.compile(rf"\b(BEGIN|END) ({'|'.join(REGIONS)})\b")
# Shorter lines (`return loss`, `x = x + 1`) occur in any program and reveal nothing.
SIGNIFICANT_CHARACTERS = 16
# Folders that belong to one machine; an address such as https://host/home/page has a letter before the slash.
ABSOLUTE_PATH = re.compile(
    r"(?<![\w./~:-])/(?:home|Users|root|work|mnt|private|opt)/[\w.-]+|\b[A-Z]:\\\\?(?:Users|Documents)\b"
)


@dataclass(frozen=True)
class Leak:
    """One place in the released tree that must not be there."""

    file: str
    place: str
    text: str
    why: str

    def __str__(self) -> str:
        """Return the sentence that the instructor reads."""
        return f"{self.file}, {self.place}: {self.why}: {self.text.strip()[:160]}"


@dataclass(frozen=True)
class _Passage:
    """A piece of released text; `name` says which part of the file it is, empty for a whole file."""

    name: str
    text: str

    def place(self, line: int) -> str:
        return f"{self.name}, line {line}" if self.name else f"line {line}"


def secrets(assignment: Assignment) -> dict[str, str]:
    """Return each line that the release strips, without its white space, and where it stands in source/ or answers/."""
    found: dict[str, str] = {}
    for path in sorted(assignment.source_dir.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            label = cell_name(cell)
            for line, region in stripped_lines(cell):
                _keep(found, line, f"{region} in {path.name}, {label}")
    for name in assignment.sheets:
        path, heading = assignment.course_dir / "answers" / f"{name}.md", "top"
        for line, region in _with_regions(path.read_text(encoding="utf-8")):
            if line.startswith("#") and not region:
                heading = line.lstrip("# ").split(" ")[0]
            elif region:
                _keep(found, line, f"{region} in answers/{path.name}, {heading}")
    return found


def scan(released_dir: Path, hidden: Mapping[str, str], course_dir: str) -> list[Leak]:
    """Return every leak under `released_dir`: stripped lines, delimiters, outputs and absolute paths.

    `hidden` is what `secrets` found; `course_dir` is the folder on this machine that must not be named.
    """
    leaks: list[Leak] = []
    for path in sorted(path for path in released_dir.rglob("*") if path.is_file()):
        file = path.relative_to(released_dir).as_posix()
        notebook = as_notebook(path)
        if notebook is not None:
            leaks += [Leak(file, *found) for found in _saved_runs(notebook)]
        for passage in _passages(path, notebook):
            leaks += [Leak(file, *found) for found in _repeated_secrets(passage, hidden)]
            leaks += [Leak(file, *found) for found in _tell_tales(passage, course_dir)]
    return leaks


def _keep(found: dict[str, str], line: str, origin: str) -> None:
    text = _compact(line)
    if len(text) >= SIGNIFICANT_CHARACTERS:
        found.setdefault(text, origin)


def stripped_lines(cell: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (line, kind of region) for what nbgrader takes out of one source cell."""
    source = "".join(cell["source"])
    pairs = list(_with_regions(source))
    meta = cell["metadata"].get("nbgrader", {})
    if sheets.SCHEME_TAG in cell["metadata"].get("tags", []):
        pairs = [(line, "mark scheme") for line, _ in pairs]
    elif meta.get("solution") and not any(region == "solution" for _, region in pairs):
        pairs = [(line, "solution") for line, _ in pairs]  # ClearSolutions replaces such a cell as a whole
    yield from ((line, region) for line, region in pairs if region)


def _with_regions(text: str) -> Iterator[tuple[str, str]]:
    """Yield (line, region it lies in or "") without the delimiter lines themselves."""
    region = ""
    for line in text.splitlines():
        delimiter = DELIMITER.search(line)
        if delimiter:
            region = delimiter[2].lower() if delimiter[1] == "BEGIN" else ""
        else:
            yield line, region


def _compact(text: str) -> str:
    return "".join(text.split())


def cell_name(cell: dict[str, Any]) -> str:
    """Return what the instructor is told of where a cell is."""
    grade_id = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
    return f"cell {grade_id or cell.get('id', 'without an id')}"


def as_notebook(path: Path) -> dict[str, Any] | None:
    """Return what a notebook file holds, None for any other file."""
    if path.suffix != ".ipynb":
        return None
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, UnicodeDecodeError):
        return None
    return notebook if isinstance(notebook, dict) and isinstance(notebook.get("cells"), list) else None


def _passages(path: Path, notebook: dict[str, Any] | None) -> Iterator[_Passage]:
    """Yield the text of a file; of JSON its strings, a notebook cell by cell, so that escapes hide nothing."""
    if notebook is None and path.suffix == ".json":
        with suppress(ValueError):  # no JSON, then; UnicodeDecodeError is one of these
            yield _Passage("a text in it", "\n".join(_strings(json.loads(path.read_text(encoding="utf-8")))))
    if notebook is None:
        yield _Passage("", path.read_bytes().decode("utf-8", errors="replace"))
        return
    for cell in notebook["cells"]:
        yield _Passage(cell_name(cell), "".join(cell["source"]))
        rest = {key: value for key, value in cell.items() if key != "source"}
        yield _Passage(f"{cell_name(cell)} beside its source", "\n".join(_strings(rest)))
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


def _repeated_secrets(passage: _Passage, hidden: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield where a stripped line occurs, however it is spaced, broken over lines or wrapped in other text."""
    lines = passage.text.splitlines()
    compact_lines = [_compact(line) for line in lines]
    text = "".join(compact_lines)
    starts = list(accumulate((len(line) for line in compact_lines), initial=0))
    for secret, origin in hidden.items():
        position = text.find(secret)
        if position >= 0:
            line = bisect_right(starts, position) - 1
            yield passage.place(line + 1), lines[line], f"repeats a line of the {origin}"


def _tell_tales(passage: _Passage, course_dir: str) -> Iterator[tuple[str, str, str]]:
    for number, line in enumerate(passage.text.splitlines(), start=1):
        if DELIMITER.search(line):
            yield passage.place(number), line, "still has a delimiter of a stripped region"
        if ABSOLUTE_PATH.search(line) or course_dir in line:
            yield passage.place(number), line, "names a folder of one machine"


def _saved_runs(notebook: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for cell in notebook["cells"]:
        if cell.get("outputs") or cell.get("execution_count") is not None:
            yield cell_name(cell), f"{len(cell.get('outputs', []))} outputs", "was released with a saved run"
