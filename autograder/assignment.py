"""The assignment as data: items, points and where they stand, read from source/ and answers/ and checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from . import NAME, source_cells
from .errors import ConfigError
from .written.sheets import Sheet, read_sheet

TOTAL_POINTS = 100.0


@dataclass(frozen=True)
class Item:
    """One thing that earns points; `notebook` is the notebook or the sheet it stands in."""

    id: str
    points: float
    notebook: str
    graded_by: str  # "checks", "formula" (a machine first, then a person) or "person"
    heading: str


@dataclass(frozen=True)
class Assignment:
    """The homework as its sources state it."""

    name: str
    course_dir: Path
    items: tuple[Item, ...]
    notebooks: tuple[str, ...]
    sheets: tuple[str, ...]
    _notebooks: dict[str, NotebookNode] = field(repr=False, compare=False)
    _sheets: dict[str, Sheet] = field(repr=False, compare=False)

    @property
    def source_dir(self) -> Path:
        """Folder that holds the instructor's notebooks and hw4kit."""
        return self.course_dir / "source" / self.name

    @property
    def auto_items(self) -> tuple[Item, ...]:
        """Items that hidden checks grade, in the order of the notebooks."""
        return tuple(item for item in self.items if item.graded_by == "checks")

    @property
    def person_items(self) -> tuple[Item, ...]:
        """Items that wait for a person."""
        return tuple(item for item in self.items if item.graded_by != "checks")

    def item(self, item_id: str) -> Item:
        """Return the item of that id. Raises KeyError for an unknown id."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)

    def source_notebook(self, name: str) -> NotebookNode:
        """Return the instructor's notebook, solutions included."""
        return self._notebooks[name]

    def sheet(self, name: str) -> Sheet:
        """Return one answer sheet, model answers included."""
        return self._sheets[name]


def load(course_dir: Path) -> Assignment:
    """Read the assignment of a course folder. Raises ConfigError when its sources contradict themselves."""
    course_dir = Path(course_dir).resolve()
    source_dir = course_dir / "source" / NAME
    notebook_paths = sorted(source_dir.glob("*.ipynb"))
    if not notebook_paths:
        raise ConfigError(f"There is no notebook in {source_dir}: run this in the course folder.")
    notebooks = {path.stem: source_cells.read_notebook(path) for path in notebook_paths}
    answer_sheets = {path.stem: read_sheet(path) for path in sorted((course_dir / "answers").glob("*.md"))}
    items = [item for name, notebook in notebooks.items() for item in _notebook_items(name, notebook)]
    items += [item for name, sheet in answer_sheets.items() for item in _sheet_items(name, sheet)]
    _refuse_contradictions(items)
    return Assignment(NAME, course_dir, tuple(items), tuple(notebooks), tuple(answer_sheets), notebooks, answer_sheets)


def _notebook_items(name: str, notebook: NotebookNode) -> Iterator[Item]:
    for item_id, points, title, is_marked in source_cells.graded_cells(name, notebook):
        yield Item(item_id, points, name, "person" if is_marked else "checks", title)


def _sheet_items(name: str, sheet: Sheet) -> Iterator[Item]:
    for entry in sheet.items:
        yield Item(entry.id, entry.points, name, "formula" if entry.has_formula else "person", entry.id)


def _refuse_contradictions(items: list[Item]) -> None:
    seen: dict[str, str] = {}
    for item in items:
        if item.id in seen:
            raise ConfigError(f"The id {item.id} is used twice: in {seen[item.id]} and in {item.notebook}.")
        seen[item.id] = item.notebook
    total = sum(item.points for item in items)
    if total != TOTAL_POINTS:
        raise ConfigError(f"The points of all items add up to {total:g}, not to {TOTAL_POINTS:g}.")
