"""What a homework asks for. `autograder release` writes it to assignment.json, which lies beside this file."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

from .filled_sheet import Form

FILE = "assignment.json"
SOLUTION = "_solution"  # what the id of the cell ends in that holds the function which hidden checks call


class Role(StrEnum):
    """What the grader does with a code cell of the released notebook."""

    RUN = "run"  # runs it as it was released
    TRAINING = "training"  # skips it: it trains or draws, and its outputs are kept
    TRY = "try"  # skips it: a visible check
    GRADED = "graded"  # runs its hidden checks instead
    SOLUTION = "solution"  # runs what the student wrote


@dataclass(frozen=True)
class GivenCell:
    """A code cell as students get it."""

    id: str
    role: Role
    source: str = field(default="", repr=False)
    defines: Sequence[str] = ()  # functions that are to be written in it, of a solution cell


@dataclass(frozen=True)
class GivenText:
    """A cell that holds no code, as students get it."""

    id: str  # "" where it has none
    source: str
    is_answer: bool = False  # students write their answer into it
    asks: str = ""  # the item whose question it is


@dataclass(frozen=True)
class Notebook:
    """One notebook, as far as a student's copy is compared with it."""

    functions: Mapping[str, str]  # that hidden checks call, by item
    questions: Mapping[str, str]  # to be answered in words, by item
    cells: Sequence[GivenCell] = ()  # of code, in their order
    texts: Sequence[GivenText] = ()  # the other cells, in their order
    headings: Mapping[str, str] = field(default_factory=dict)  # above the given cells of code and the answers, by id
    solutions: Mapping[str, Sequence[str]] = field(default_factory=dict)  # ids of the cells for the code of each item

    @property
    def written_in(self) -> dict[str, str]:
        """The id of the solution cell for each function that is to be written."""
        called = {
            name: next(iter(self.solutions.get(item, ())), f"{item}{SOLUTION}") for item, name in self.functions.items()
        }
        return called | {function: cell.id for cell in self.cells for function in cell.defines}

    def with_role(self, *roles: Role) -> list[str]:
        """Return the ids of the code cells of these roles."""
        return [cell.id for cell in self.cells if cell.role in roles]

    @property
    def ids(self) -> set[str]:
        """Ids of all cells."""
        return {*(cell.id for cell in self.cells), *(text.id for text in self.texts if text.id)}

    @property
    def given(self) -> set[str]:
        """Ids of all cells that are to be left as they are."""
        texts = {text.id for text in self.texts if text.id and not text.is_answer}
        return {*texts, *(cell.id for cell in self.cells if cell.role is not Role.SOLUTION)}


@dataclass(frozen=True)
class HandedInFile:
    """A file that is handed in besides notebooks and sheets; a [[files]] table of assignment.toml."""

    id: str
    name: str  # such as plot.png; students may put their id before it
    kind: str  # "png" or "pdf"
    required: bool = False
    show_with: Sequence[str] = ()  # ids of the marked items next to which a person sees it
    drawn_in: str = ""  # the notebook that makes it, as far as students are told


@dataclass(frozen=True)
class Wanted:
    """As much of a homework as it takes to tell which file is which."""

    name: str
    notebooks: Iterable[str]
    sheets: Iterable[str]
    files: Sequence[HandedInFile] = field(default=(), kw_only=True)
    kit: str = field(default="", kw_only=True)  # package next to the notebooks; "" when there is none
    student_id: str = field(default="student id", kw_only=True)  # what the course calls it
    ungraded: Sequence[str] = field(default=(), kw_only=True)  # folders, here and in the kit, of what is never graded
    # Notebooks in these folders, which nobody hands in: by their path in the release the digests of their cells.
    ungraded_notebooks: Mapping[str, Sequence[str]] = field(
        default_factory=dict, kw_only=True, repr=False, compare=False
    )

    def asked_notebook(self, name: str) -> Notebook | None:
        """Return what one of the notebooks is to hold, None if only its name is known."""
        return None

    def archive_name(self, student: str) -> str:
        """Return the name of the zip without its ending; the folder inside has the same."""
        return f"{student}_{self.name.upper()}"

    @property
    def zip_name(self) -> str:
        """What the zip of a submission is to be called, in the words of the course."""
        return f"{self.archive_name(f'<{self.student_id}>')}.zip"


@dataclass(frozen=True)
class Asked(Wanted):
    """A homework, as students have to know it."""

    notebooks: Mapping[str, Notebook]
    sheets: Mapping[str, Form]
    packages: Sequence[str] = field(default=(), kw_only=True)  # the grader has them; so may be imported
    libraries: Sequence[str] = field(default=(), kw_only=True)  # the grader has loaded them before a cell runs

    def asked_notebook(self, name: str) -> Notebook | None:
        """Return what one of the notebooks is to hold."""
        return self.notebooks.get(name)


def to_json(asked: Asked) -> str:
    """Return the text of the file."""
    return json.dumps(asdict(asked), indent=1, ensure_ascii=False) + "\n"


def load(path: Path) -> Asked:
    """Read the file. Raises OSError or ValueError when it is not there, or not what a release wrote."""
    content = json.loads(path.read_text(encoding="utf-8"))
    for entry in content["notebooks"].values():
        entry["cells"] = [GivenCell(**cell | {"role": Role(cell["role"])}) for cell in entry["cells"]]
        entry["texts"] = [GivenText(**text) for text in entry["texts"]]
    content["notebooks"] = {name: Notebook(**entry) for name, entry in content["notebooks"].items()}
    content["sheets"] = {name: Form(**entry) for name, entry in content["sheets"].items()}
    content["files"] = [HandedInFile(**entry) for entry in content["files"]]
    return Asked(**content)
