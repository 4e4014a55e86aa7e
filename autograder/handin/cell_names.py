"""What cells are called in sentences: students see headings, and not ids."""

import re
from collections import Counter
from collections.abc import Sequence

from .asked import Notebook, Role
from .notebook_file import Cell

KINDS = {
    Role.RUN: "given cell", Role.TRAINING: "given cell", Role.TRY: "visible check", Role.GRADED: "graded cell",
    Role.SOLUTION: "solution",
}  # fmt: skip
HEADING = re.compile(r"^#{1,6}[ \t]+(.*?)[ \t]*$", re.MULTILINE)
POINTS = re.compile(r"\s*\([\d.]+ points?\)$")
MAX_READ = 20_000  # characters of a cell of text in which headings are looked for
MAX_HEADING = 80


def last_heading(text: str) -> str:
    """Return the last heading in a cell of text, without its points; "" for none."""
    found = HEADING.findall(text[:MAX_READ])
    return POINTS.sub("", found[-1])[:MAX_HEADING] if found else ""


def of_given(asked: Notebook) -> dict[str, str]:
    """Return what the given cells of a notebook are called, by id; the answers in words, too."""
    kinds = {cell.id: (KINDS[cell.role], asked.headings.get(cell.id, "")) for cell in asked.cells}
    total, seen = Counter(kinds.values()), Counter[tuple[str, str]]()
    names = {item: _under("your answer", asked.headings.get(item, "")) for item in asked.questions}
    for grade_id, (kind, heading) in kinds.items():
        seen[kind, heading] += 1
        number = f" {seen[kind, heading]}" if total[kind, heading] > 1 else ""
        names[grade_id] = _under(f"the {kind}{number}", heading) if heading else f"the cell {grade_id}"
    return names


def of_submitted(asked: Notebook, cells: Sequence[Cell], ids: Sequence[str | None]) -> list[str]:
    """Return what the cells of a submitted notebook are called; `ids` are those of the given cells among them."""
    given, names, heading, copies = of_given(asked), [], "", Counter(ids)
    for number, (cell, grade_id) in enumerate(zip(cells, ids, strict=True), start=1):
        if cell.cell_type != "code":
            heading = last_heading(cell.source) or heading
        name = given.get(grade_id or "", f"cell {number}")
        is_copied = grade_id in given and copies[grade_id] > 1
        names.append(f"{name} (cell {number})" if is_copied else name if grade_id in given else _under(name, heading))
    return names


def _under(cell: str, heading: str) -> str:
    return f'{cell} under "{heading}"' if heading else cell
