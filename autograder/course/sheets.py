"""Answer sheets: read the instructor's, release them, and turn what students made of them into notebooks.

A sheet is markdown. Under each heading `## <title> (<N> points)` are the id of the item in backticks, the question, the
line `**Answer.**`, a space to write in, a region with the model answer and a region with the mark scheme; the regions
never reach students. A heading without an id beneath it is the id itself.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from ..formats.safe_markdown import harmless
from ..handin import filled_sheet
from ..handin.filled_sheet import ANSWER_MARK, FORMULA, is_empty
from ..handin.sheet_sections import key_of
from ..model.assignment import Sheet, SheetItem
from ..model.errors import ConfigError
from . import rubric_text

NO_ANSWER = "*No answer was given.*"
SCHEME_TAG = "mark-scheme"  # of cells for the marker: they hold mark schemes, and are never released

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_ITEM_BODY = re.compile(
    r"(?P<question>.*?)^\*\*Answer\.\*\*\n(?P<space>.*?)"
    r"^<!-- BEGIN SOLUTION -->\n(?P<model_answer>.*?)^<!-- END SOLUTION -->\n\s*"
    r"^<!-- BEGIN MARK SCHEME -->\n(?P<mark_scheme>.*?)^<!-- END MARK SCHEME -->\s*",
    re.DOTALL | re.MULTILINE,
)
_REGION = re.compile(r"^<!-- BEGIN (SOLUTION|MARK SCHEME) -->\n.*?^<!-- END \1 -->\n", re.DOTALL | re.MULTILINE)
_REGION_LINE = re.compile(r"<!--\s*(?:BEGIN|END)\s+(?:SOLUTION|MARK SCHEME)\s*-->")
MAX_SHOWN = 40_000  # characters of one answer in formgrader; the longest that is asked for has 1,200
CUT = "\n\n[... cut here: the whole text is in the submitted sheet ...]"


def read_sheet(path: Path) -> Sheet:
    """Read one of the instructor's sheets. Raises ConfigError, with the item, when it is not in order."""
    try:
        text = path.read_text(encoding="utf-8")
    except ValueError as error:
        raise ConfigError(f"{path.name} is not saved as UTF-8: save it again as UTF-8.") from error
    title, *sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    if not title.startswith("# "):
        raise ConfigError(f"{path.name}: the first line must be '# ' and a title.")
    items = []
    line = 2 + title.count("\n")  # of what follows the heading of the section
    for section in sections:
        heading = section.partition("\n")[0]
        match = filled_sheet.ITEM_HEADING.match(section)
        if match:
            items.append(_read_item(path.name, match, section[match.end() :], line + match[0].count("\n") - 1))
        elif "point" in heading or _REGION_LINE.search(section):
            raise ConfigError(f"{path.name}: '{heading}' must be '## <title> (<N> points)'.")
        line += section.count("\n")
    ids = [item.id for item in items]
    if not items or len(set(ids)) < len(ids) or _REGION_LINE.search(title):
        raise ConfigError(f"{path.name}: needs items, each id once, and regions only under items; it has {ids}.")
    sheet = Sheet(path.stem, title.partition("\n")[0][2:].strip(), text, tuple(items))
    _refuse_titles(path.name, sheet)
    return sheet


def _refuse_titles(name: str, sheet: Sheet) -> None:
    """Refuse titles by which an answer would not be found, or that of two items."""
    owners = {key_of(item.id): item for item in sheet.items}
    for item in sheet.items:
        owner = owners.setdefault(key_of(item.heading), item)
        if owner is not item:
            what = "the id" if key_of(owner.id) == key_of(item.heading) else "also the title"
            raise ConfigError(
                f"{name}: the title '{item.heading}' of {item.id} is {what} of {owner.id}: write another title."
            )
    students = form(sheet)
    lines = students.text.split("\n")
    for item in sheet.items:
        alone = [line for line in lines if line.startswith(f"## {item.heading} (")]
        found = filled_sheet.read_filled(students, "\n".join([*alone, "An answer."])).answers[item.id]
        if key_of(item.heading) in students.others or found != "An answer.":
            raise ConfigError(
                f"{name}: by the title '{item.heading}' the answer to {item.id} would not be found: write another, "
                "short and in words, which is no other heading."
            )


def _read_item(sheet_name: str, heading: re.Match[str], body: str, line: int) -> SheetItem:
    """Return the item whose heading, id included, stands above `line`."""
    points, title = float(heading["points"]), heading["title"]
    item_id = heading["id"] or title
    if not _ID.fullmatch(item_id):
        raise ConfigError(
            f"{sheet_name}: below '## {title} ({points:g} points)' there must be the id of the item, alone on its line "
            "and in backticks, such as `rare_words`."
        )
    match = _ITEM_BODY.fullmatch(body)
    if match is None or len(_REGION_LINE.findall(body)) != 4:
        raise ConfigError(
            f"{sheet_name}: under {item_id} there must be the question, a line '{ANSWER_MARK}', one SOLUTION region "
            "and one MARK SCHEME region, in this order and with nothing after them."
        )
    parts = {name: text.strip() for name, text in match.groupdict().items()}
    missing = [name for name in ("question", "model_answer", "mark_scheme") if not parts[name]]
    if missing:
        raise ConfigError(f"{sheet_name}: {item_id} has no {' and no '.join(missing)}.")
    line += body.count("\n", 0, match.start("mark_scheme"))
    has_formula = bool(FORMULA.search(parts["space"]))
    rubric = rubric_text.read(
        item_id, points, match["mark_scheme"], has_formula=has_formula, place=sheet_name, first_line=line
    )
    if not rubric.criteria:
        raise ConfigError(
            f"{sheet_name}, line {line}: the mark scheme of {item_id} has no points: write {rubric_text.EXAMPLES}."
        )
    return SheetItem(item_id, points, **parts, rubric=rubric, has_formula=has_formula, title=title)


def released_text(sheet: Sheet) -> str:
    """Return the sheet as students get it: questions and spaces, without model answers and mark schemes."""
    return re.sub(r"\n{3,}", "\n\n\n", _REGION.sub("", sheet.text)).rstrip() + "\n"


@lru_cache(maxsize=16)
def form(sheet: Sheet) -> filled_sheet.Form:
    """Return the sheet as students know it, by which their copies are read."""
    return filled_sheet.Form(sheet.name, released_text(sheet))


def read_filled(sheet: Sheet, text: str) -> filled_sheet.Filled:
    """Sort a student's sheet into answers; see `filled_sheet.read_filled`."""
    return filled_sheet.read_filled(form(sheet), text)


def to_notebook(sheet: Sheet, filled_text: str | None) -> NotebookNode:
    """Return the sheet as a notebook with one manually graded cell per item, for nbgrader's gradebook and formgrader.

    Cells are the same, ids included, for the same sheet and text; all notebooks share those of the sheet itself.
    An answer that is empty reads `NO_ANSWER`, also when `filled_text` is None: so nbgrader sees a cell that was never
    changed, and gives it 0 without waiting for a person.
    """
    filled = read_filled(sheet, filled_text or "")
    cells = []
    for item in sheet.items:
        answer = filled.answers[item.id]
        shown = NO_ANSWER if is_empty(answer) else _shown(answer)
        cells += [*_given_cells(item), _cell(item.id, shown, grade=True, solution=True, points=item.points)]
    # Without nbgrader metadata: its OverwriteCells would put back the source of a locked cell, and so lose the words.
    if filled.references:
        cells.append(_note("references", f"**References given by the student**\n\n{_shown(filled.references)}"))
    if filled.elsewhere:
        cells.append(_note("found_elsewhere", f"**Found outside the answers**\n\n{_shown(filled.elsewhere)}"))
    kernel = NotebookNode(display_name="Python 3", language="python", name="python3")
    # nbformat's own function validates the notebook, which takes longer than all the rest.
    return NotebookNode(cells=cells, metadata=NotebookNode(kernelspec=kernel), nbformat=4, nbformat_minor=5)


def _shown(text: str) -> str:
    """Return a student's text for formgrader, which takes half a second to read 40,000 characters of markdown."""
    return harmless(text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + CUT)


@lru_cache(maxsize=64)  # there are a dozen items, and a class of submissions in which their cells are the same
def _given_cells(item: SheetItem) -> tuple[NotebookNode, NotebookNode]:
    """Return the question and the mark scheme, which all notebooks of a sheet share."""
    question = f"## {item.heading} ({item.points:g} point{'s' * (item.points != 1)})\n\n{item.question}"
    scheme = (
        f"**Mark scheme**\n\n{item.mark_scheme}\n\n"
        f"<details><summary>▸ Model answer</summary>\n\n{item.model_answer}\n\n</details>"
    )
    return (
        _cell(f"{item.id}_question", question, locked=True),
        _cell(f"{item.id}_scheme", scheme, locked=True, tags=["mark-scheme"]),
    )


def _cell(cell_id: str, source: str, tags: list[str] | None = None, **roles: bool | float) -> NotebookNode:
    roles = {"grade": False, "solution": False, "locked": False, "task": False, **roles}
    nbgrader = {"cell_type": "markdown", "grade_id": cell_id, "schema_version": 3, **roles}
    metadata = {"nbgrader": nbgrader, **({"tags": tags} if tags else {})}
    return _markdown(cell_id, source, metadata)


def _note(cell_id: str, source: str) -> NotebookNode:
    return _markdown(cell_id, source, {"editable": False, "deletable": False})


def _markdown(cell_id: str, source: str, metadata: Mapping[str, Any]) -> NotebookNode:
    return nbformat.from_dict({"cell_type": "markdown", "id": cell_id, "metadata": metadata, "source": source})
