"""The assignment as data: items and their points, notebooks, sheets, and the files that are handed in with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from nbformat import NotebookNode

from ..handin.asked import Notebook, Wanted
from .cell_regions import CellRegions
from .rubric import Rubric


class GradedBy(StrEnum):
    """Who gives the points of an item."""

    CHECKS = "checks"
    FORMULA = "formula"  # a machine looks first, then a person
    PERSON = "person"


@dataclass(frozen=True)
class Item:
    """One thing that earns points; `notebook` is its notebook or sheet."""

    id: str
    points: float
    notebook: str
    graded_by: GradedBy
    heading: str


@dataclass(frozen=True)
class TestCell:
    """A graded cell with code in it, as the instructor wrote it, hidden regions included: its item's check."""

    __test__ = False  # pytest would take the name for a class of tests

    id: str  # of the item, and nbgrader's of the cell
    points: float
    source: str
    notebook: str
    visible_lines: tuple[int, ...] = ()  # of the source, those that students get


@dataclass(frozen=True)
class SheetItem:
    """One question of a sheet; `space` is what the release offers to write in, such as an empty formula block."""

    id: str
    points: float
    question: str
    space: str
    model_answer: str
    mark_scheme: str
    rubric: Rubric  # what the mark scheme says
    has_formula: bool  # the answer holds a final formula that a machine checks first
    title: str = ""  # what its heading says; empty where that is the id

    @property
    def heading(self) -> str:
        """Text of the heading without the points."""
        return self.title or self.id


@dataclass(frozen=True)
class Sheet:
    """One of the instructor's sheets; `text` is the whole source, regions included."""

    name: str
    title: str
    text: str
    items: tuple[SheetItem, ...]


@dataclass(frozen=True)
class Assignment(Wanted):
    """The homework as its sources state it."""

    notebooks: tuple[str, ...]
    sheets: tuple[str, ...]
    course_dir: Path
    items: tuple[Item, ...]
    _notebooks: dict[str, NotebookNode] = field(repr=False, compare=False)
    _sheets: dict[str, Sheet] = field(repr=False, compare=False)
    title: str = ""
    libraries: tuple[str, ...] = ()  # loaded before student processes are forked, besides NumPy and matplotlib
    data: tuple[str, ...] = ()  # files in the data folder, relative to it
    rubrics: Mapping[str, Rubric] = field(default_factory=dict, repr=False, compare=False)  # of what persons mark
    asked_notebooks: Mapping[str, Notebook] = field(default_factory=dict, repr=False, compare=False)
    regions: CellRegions = field(default_factory=CellRegions)  # what of the notebooks' cells students do not get
    test_cells: Mapping[str, tuple[TestCell, ...]] = field(default_factory=dict, repr=False, compare=False)
    accepted_tests: frozenset[str] = frozenset()  # ids of test cells that the release says nothing about
    given_files: Mapping[str, Path] = field(default_factory=dict, repr=False, compare=False)  # beside the notebooks

    def tests(self, notebook: str) -> tuple[TestCell, ...]:
        """Return the test cells of one of the notebooks, in their order."""
        return self.test_cells.get(notebook, ())

    def asked_notebook(self, name: str) -> Notebook | None:
        """Return what students' copies of one of the notebooks are compared with."""
        return self.asked_notebooks.get(name)

    def solution_cells(self, item: Item) -> Sequence[str]:
        """Return the ids of the cells of its notebook in which students write the code of an item."""
        asked = self.asked_notebooks.get(item.notebook)
        return asked.solutions.get(item.id, ()) if asked else ()

    @cached_property
    def item_of_cell(self) -> Mapping[str, str]:
        """The item for each of these cells; the first one where one cell is graded by several."""
        return {cell: item.id for item in reversed(self.items) for cell in self.solution_cells(item)}

    @property
    def source_dir(self) -> Path:
        """Folder that holds the instructor's notebooks and the kit."""
        return self.course_dir / "source" / self.name

    @property
    def hidden_dir(self) -> Path:
        """Folder of what students never see: checks, reference mathematics, optional modules."""
        return self.course_dir / "autograder" / "assignments" / self.name

    @property
    def kit_dir(self) -> Path | None:
        """Folder of the package that students import; None when the assignment has none."""
        return self.source_dir / self.kit if self.kit else None

    @property
    def points(self) -> float:
        """Sum of the points of all items."""
        return sum(item.points for item in self.items)

    @property
    def auto_items(self) -> tuple[Item, ...]:
        """Items that hidden checks grade, in the order of the notebooks."""
        return tuple(item for item in self.items if item.graded_by == GradedBy.CHECKS)

    @property
    def person_items(self) -> tuple[Item, ...]:
        """Items that wait for a person."""
        return tuple(item for item in self.items if item.graded_by != GradedBy.CHECKS)

    @property
    def headings(self) -> dict[str, str]:
        """What people call each item, by id."""
        return {item.id: item.heading for item in self.items}

    def item(self, item_id: str) -> Item:
        """Return the item of that id. Raises KeyError for an unknown id."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)

    def title_of(self, notebook: str) -> str:
        """Return the title of one of the sheets; a notebook has none, so its name."""
        sheet = self._sheets.get(notebook)
        return sheet.title if sheet else notebook

    def source_notebook(self, name: str) -> NotebookNode:
        """Return the instructor's notebook, solutions included."""
        return self._notebooks[name]

    def sheet(self, name: str) -> Sheet:
        """Return one answer sheet, model answers included."""
        return self._sheets[name]
