"""What a homework asks for. `autograder release` writes it to assignment.json, which lies beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .filled_sheet import Form

FILE = "assignment.json"


@dataclass(frozen=True)
class Notebook:
    """One notebook, as far as a student's copy is compared with it."""

    functions: Mapping[str, str]  # to be written, by item
    questions: Mapping[str, str]  # to be answered in words, by item
    given: Sequence[str] = ()  # ids of cells that are to be left as they are
    training: Sequence[str] = ()  # of these, cells that train or draw: the grader does not run them
    graded: Sequence[str] = ()  # of these, cells that hold one comment
    names: Sequence[str] = ()  # that the given cells define which the grader runs
    skipped_names: Sequence[str] = ()  # that the others define


@dataclass(frozen=True)
class File:
    """A file that is handed in beside notebooks and sheets."""

    id: str
    name: str
    kind: str  # "png" or "pdf"
    required: bool = False
    show_with: Sequence[str] = ()  # items whose answers, or steps, may be in it
    drawn_in: str = ""  # the notebook that makes it


@dataclass(frozen=True)
class Asked:
    """A homework, as students have to know it."""

    name: str
    student_id: str  # what the course calls it
    kit: str  # package beside the notebooks; "" when there is none
    notebooks: Mapping[str, Notebook]
    sheets: Mapping[str, Form]
    files: Sequence[File] = field(default=())

    def archive_name(self, student: str) -> str:
        """Return the name of the zip without its ending; the folder inside has the same."""
        return f"{student}_{self.name.upper()}"


def to_json(asked: Asked) -> str:
    """Return the text of the file."""
    return json.dumps(asdict(asked), indent=1, ensure_ascii=False) + "\n"


def load(path: Path) -> Asked:
    """Read the file. Raises OSError or ValueError when it is not there, or not what a release wrote."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return Asked(
        content["name"],
        content["student_id"],
        content["kit"],
        {name: Notebook(**entry) for name, entry in content["notebooks"].items()},
        {name: Form(**entry) for name, entry in content["sheets"].items()},
        [File(**entry) for entry in content["files"]],
    )
