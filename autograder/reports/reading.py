"""Where the homework explains an item, and what it says that is to be read for it: for the student's page."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..course import sheets
from ..course.source_notebook import PROMPT, grade_id
from ..marking.answers import question_of
from ..model.assignment import Assignment

# An entry of a list of references: "[5] Mikolov et al., ...", in a list or not.
_ENTRY = re.compile(
    r"^(?:[-*+][ \t]+|\d+\.[ \t]+)?\**\[(\d{1,2})\]\**[:.]?[ \t]+(\S.{9,400}(?:\n[ \t]{2,}\S.{0,400}){0,4})$",
    re.MULTILINE,
)
_CITED = re.compile(r"\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\](?!\()")
_HEADING = re.compile(r"^(#{1,2})\s+(?P<title>.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """Where one item is explained; all of it is the instructor's text, in markdown."""

    file: str
    section: str  # the heading above it; of a sheet its title
    heading: str  # of the item
    references: tuple[str, ...] = ()  # what its question cites, or else its sheet lists, as the homework says it


def places(assignment: Assignment) -> Mapping[str, Place]:
    """Return the place of each item."""
    everywhere = _listed("\n".join(_texts(assignment)))
    found = {}
    for item in assignment.items:
        cited = _cited(question_of(item, assignment))
        references = {number: everywhere[number] for number in cited if number in everywhere}
        if item.notebook in assignment.sheets:
            sheet = assignment.sheet(item.notebook)
            file, section = f"answers/{item.notebook}.md", sheet.title
            own = _listed(sheets.released_text(sheet))
            references = {number: own.get(number, text) for number, text in references.items()} or own
        else:
            file, section = f"{item.notebook}.ipynb", _section(assignment, item.notebook, item.id)
        lines = tuple(f"[{number}] {text}" for number, text in references.items())
        found[item.id] = Place(file, section, item.heading, lines)
    return found


def _listed(text: str) -> dict[str, str]:
    """Return the entries of the lists of references in a text by their numbers, the first of each number."""
    return {number: " ".join(entry.split()) for number, entry in reversed(_ENTRY.findall(text))}


def title_of(assignment: Assignment, name: str) -> str:
    """Return the title of a notebook or sheet; its name where it has none."""
    if name in assignment.sheets:
        return assignment.sheet(name).title
    for cell in assignment.source_notebook(name).cells:
        match = _HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        if match and match[1] == "#":
            return match["title"]
    return name


def _section(assignment: Assignment, name: str, item_id: str) -> str:
    """Return the last heading of the second level above the prompt of an item, or else above its cell."""
    section = ""
    for cell in assignment.source_notebook(name).cells:
        if grade_id(cell) in (f"{item_id}{PROMPT}", item_id):
            break
        if cell.cell_type == "markdown":
            section = next((match["title"] for match in _HEADING.finditer(cell.source) if match[1] == "##"), section)
    return section


def _cited(question: str) -> list[str]:
    """Return the numbers that a question cites, each once."""
    numbers = (number.strip() for match in _CITED.findall(question) for number in match.split(","))
    return list(dict.fromkeys(numbers))


def _texts(assignment: Assignment) -> Iterator[str]:
    """Yield what students read of the homework."""
    for name in assignment.notebooks:
        yield from (cell.source for cell in assignment.source_notebook(name).cells if cell.cell_type == "markdown")
    yield from (sheets.released_text(assignment.sheet(name)) for name in assignment.sheets)
