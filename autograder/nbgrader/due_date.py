"""Show in a release when the homework is due: below the title of its README, and of each notebook."""

import json
from pathlib import Path
from typing import Any

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from traitlets import Bool, Unicode

from ..handin import due_line
from ..model.lateness import LatePolicy

README = "README.md"


class ShowDueDate(Preprocessor):
    """Says below the title of a notebook when the homework is due; nothing where no date is set."""

    enabled = Bool(True)
    due = Unicode("", help="The date in words; `autograder release` sets it from c.LatePolicy.due.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the notebook with the date in its first cell of text that is not for an answer."""
        opening = next((cell for cell in nb.cells if cell.cell_type == "markdown" and not _is_answer(cell)), None)
        if self.due and opening is not None:
            opening.source = due_line.with_line(opening.source, self.due).rstrip("\n")
        return nb, resources


def in_words(policy: LatePolicy) -> str:
    """Return the date of the settings as students read it, "" where none is set."""
    return due_line.in_words(policy.due) if policy.due else ""


def show_in_readme(released: Path, due: str) -> None:
    """Write the date into the README of a release, if it has one."""
    path = released / README
    if due and path.is_file():
        text = due_line.with_line(path.read_text(encoding="utf-8"), due).rstrip("\n")
        path.write_text(f"{text}\n", encoding="utf-8")


def stated_in(released: Path) -> str:
    """Return the date that a release shows, "" for none. Raises nothing, whatever became of its files."""
    paths = [released / README, *sorted(released.glob("*.ipynb"))]
    return next((due for path in paths for text in _texts(path) if (due := due_line.stated_in(text))), "")


def _texts(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".ipynb":
            return [text]
        return ["".join(cell["source"]) for cell in json.loads(text)["cells"]]
    except (OSError, ValueError, LookupError, TypeError):
        return []


def _is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))
