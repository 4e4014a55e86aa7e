"""Read a notebook as the grader does: what is odd about its file is said, and its cells are plain data."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from . import submission_rules as rules
from .submission_files import decoded
from .submission_rules import HINT, MUST, Finding, listed

SAVE_AGAIN = "open it in Jupyter and save it again"
CONFLICT = re.compile(r"^<{7}(?: .*)?$", re.MULTILINE)
ANSWER = "**Answer.**"
CELL_TYPES = ("code", "markdown", "raw")


@dataclass(frozen=True)
class Cell:
    """One cell; `grade_id` is "" for a cell of the student's own."""

    number: int  # from 1
    kind: str  # "code", "markdown" or "raw"
    source: str
    grade_id: str = ""
    marks: dict[str, Any] = field(default_factory=dict)  # what nbgrader noted about a given cell
    tags: tuple[str, ...] = ()
    count: int | None = None  # when it was run
    outputs: tuple[dict[str, Any], ...] = ()

    @property
    def name(self) -> str:
        """What to call the cell in a message."""
        return self.grade_id or f"cell {self.number}"

    @property
    def is_solution(self) -> bool:
        """Whether it is one of the cells to write in."""
        return bool(self.grade_id and self.marks.get("solution"))

    @property
    def is_given(self) -> bool:
        """Whether it is to be left as it is."""
        return bool(self.grade_id) and not self.is_solution

    @property
    def is_own(self) -> bool:
        """Whether the student added it."""
        return not self.grade_id

    @property
    def is_skipped(self) -> bool:
        """Whether the grader leaves it out: it trains, draws pictures, or is a visible check."""
        return self.is_given and bool(rules.SKIPPED_TAGS & set(self.tags) or self.marks.get("grade"))

    def printed(self) -> str:
        """Return the text that the cell printed when it was run."""
        return "".join(_text(output.get("text")) for output in self.outputs if output.get("output_type") == "stream")

    def shown(self) -> str:
        """Return the text that the cell printed and displayed, the progress bar among it."""
        parts = [output.get("data") for output in self.outputs]
        displayed = [_text(data.get("text/plain")) for data in parts if isinstance(data, dict)]
        return "\n".join([*displayed, self.printed()])

    def pictures(self) -> list[str]:
        """Return the PNG pictures that it showed, in base64."""
        shown = [output["data"] for output in self.outputs if isinstance(output.get("data"), dict)]
        return [_text(data["image/png"]) for data in shown if "image/png" in data]


@dataclass(frozen=True)
class Notebook:
    """The cells of one notebook."""

    name: str  # of the file
    cells: tuple[Cell, ...] = ()

    @property
    def code(self) -> list[Cell]:
        """The code cells with something in them."""
        return [cell for cell in self.cells if cell.kind == "code" and cell.source.strip()]

    def cell(self, grade_id: str) -> Cell | None:
        """Return the last cell of that id, None if there is none."""
        return next((cell for cell in reversed(self.cells) if cell.grade_id == grade_id), None)

    def answer(self, item: str) -> Cell | None:
        """Return the cell with a written answer; where Colab or copying lost its id, it is known by its first line."""
        texts = [cell for cell in self.cells if cell.kind == "markdown" and not cell.grade_id]
        marked = [cell for cell in texts if cell.source.lstrip().startswith(ANSWER)]
        return self.cell(item) or (marked[-1] if marked else None)


def read_notebook(name: str, data: bytes) -> tuple[Notebook | None, list[Finding]]:
    """Return the notebook, None if nothing can be read, and what is wrong with its file.

    Args:
        name: What to call it in messages.
        data: The file.
    """
    findings: list[Finding] = []

    def note(mark: str, text: str) -> None:
        findings.append(Finding(mark, name, text))

    text, encoding = decoded(data)
    if encoding:
        note(HINT, f"it is saved as {encoding}, not as UTF-8: {SAVE_AGAIN}.")
    if not text.lstrip().startswith("{"):
        note(MUST, "it is not a notebook: take the .ipynb file that you worked in.")
        return None, findings
    if text.count("[") + text.count("{") > rules.MAX_CONTAINERS or text.count(",") > rules.MAX_VALUES:
        note(MUST, "it holds millions of values, too many for the grader: clear all outputs and save it.")
        return None, findings
    if conflict := CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        note(MUST, f"there is an unresolved merge conflict at line {line}: choose one side, then {SAVE_AGAIN}.")
        return None, findings
    try:
        content, odd = _parsed(text)
    except (ValueError, RecursionError) as error:
        line = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        note(MUST, f"it is damaged or saved only half{line}: {SAVE_AGAIN}, or take the last good copy.")
        return None, findings
    for what in odd:
        note(MUST, f"it {what}: {SAVE_AGAIN}.")
    raw = content.get("cells")
    if not isinstance(raw, list):
        old = "is in a format of before 2015" if "worksheets" in content else "has no cells"
        note(MUST, f"it {old}: {SAVE_AGAIN}.")
        return None, findings
    findings += _file_findings(name, content, raw)
    cells = tuple(_cell(number, cell) for number, cell in enumerate(raw, start=1) if isinstance(cell, dict))
    if conflicts := [cell.name for cell in cells if CONFLICT.search(cell.source)]:
        note(MUST, f"there is an unresolved merge conflict in {listed(conflicts)}: choose one side and save.")
    return Notebook(name, cells), findings


def _parsed(text: str) -> tuple[dict[str, Any], list[str]]:
    """Return the content and what is odd about it. Raises ValueError or RecursionError when it cannot be had."""
    odd: list[str] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(found := dict(pairs)) < len(pairs):
            odd.append("repeats a key of an object")
        return found

    def constant(_: str) -> None:
        odd.append("holds NaN or Infinity, which a notebook may not")

    content, end = json.JSONDecoder(object_pairs_hook=unique, parse_constant=constant).raw_decode(text.lstrip())
    if text.lstrip()[end:].strip("\0 \t\r\n"):
        odd.append("has further text after its end")
    return content, list(dict.fromkeys(odd))


def _file_findings(name: str, content: dict[str, Any], cells: list[Any]) -> Iterator[Finding]:
    version, metadata = content.get("nbformat"), content.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    info = [metadata.get("kernelspec"), metadata.get("language_info")]
    spec, info = (entry if isinstance(entry, dict) else {} for entry in info)
    language = str(spec.get("language") or info.get("name") or "python")
    if isinstance(version, int) and version > 4:
        yield Finding(MUST, name, f"it is in format {version}, newer than the grader knows: save it as format 4.")
    if len(cells) > rules.MAX_CELLS:
        yield Finding(
            MUST, name, f"it has {len(cells):,} cells, more than {rules.MAX_CELLS:,}: delete what is too much."
        )
    typed = [isinstance(cell, dict) and cell.get("cell_type") in CELL_TYPES for cell in cells]
    if not all(typed):
        yield Finding(MUST, name, f"{typed.count(False)} of its cells are of no known type: {SAVE_AGAIN}.")
    if "python" not in language.lower():
        yield Finding(
            MUST, name, f"it was saved with a kernel for {language[:40]}: choose Python 3, run it and save it."
        )
    if "colab" in metadata:
        yield Finding(HINT, name, "it was saved by Google Colab, which the grader notes; there is nothing to do.")


def is_as_released(cell: Cell) -> bool:
    """Whether a given cell has the checksum that the release put into it (as nbgrader computes it)."""
    marks = cell.marks
    grade, solution = bool(marks.get("grade")), bool(marks.get("solution"))
    locked = not solution and (grade or bool(marks.get("locked")))
    parts = [cell.source, cell.kind, str(grade), str(solution), str(locked), cell.grade_id]
    if grade:
        points = marks.get("points")
        parts.append(str(float(points)) if isinstance(points, (int, float)) else "")
    digest = hashlib.md5("".join(parts).encode("utf-8", errors="replace"), usedforsecurity=False).hexdigest()
    return marks.get("checksum") in (None, digest)


def _cell(number: int, raw: dict[str, Any]) -> Cell:
    metadata = raw.get("metadata") if isinstance(raw.get("metadata"), dict) else {}
    marks = metadata.get("nbgrader") if isinstance(metadata.get("nbgrader"), dict) else {}
    tags, count, outputs = metadata.get("tags"), raw.get("execution_count"), raw.get("outputs")
    return Cell(
        number,
        raw["cell_type"] if raw.get("cell_type") in CELL_TYPES else "raw",
        _text(raw.get("source")).replace("\r\n", "\n"),
        str(marks.get("grade_id") or ""),
        marks,
        tuple(map(str, tags)) if isinstance(tags, list) else (),
        count if isinstance(count, int) else None,
        tuple(output for output in outputs if isinstance(output, dict)) if isinstance(outputs, list) else (),
    )


def _text(value: Any) -> str:
    lines = value if isinstance(value, list) else [value]
    return "".join(line for line in lines if isinstance(line, str))
