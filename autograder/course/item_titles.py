"""What people call the items of a notebook: the title in the prompt, or what tells an item from those beside it."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from nbformat import NotebookNode

from .source_notebook import GradedCell, functions_in, grade_id, metadata, solutions_of

MAX_TITLE = 60
POINTS = re.compile(r"[\s:,-]*[(\[][^()\[\]]*\b(?:points?|pts?|marks?)\b[^()\[\]]*[)\]]\s*$", re.IGNORECASE)
HEADING = re.compile(
    r"^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$|^ {0,3}<h([1-6])[^>]*>(.*?)</h\3>", re.MULTILINE | re.I
)
FENCED = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)
TAG = re.compile(r"<[^>]*>")
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")
MADE_UP = re.compile(r"(?:cell-)?[0-9a-f]{6,}|cell-?\d*")  # ids that a program made


Graded = Mapping[str, tuple[NotebookNode, Sequence[GradedCell]]]  # notebooks and what earns points in them, by name


def titles(notebooks: Graded, fixed: Collection[str] = ()) -> dict[tuple[str, str], str]:
    """Return the titles of items by notebook and id; `fixed` are those on sheets.

    An item without a title in its prompt has that of the nearest heading above it. Where several items stand below one
    heading, something follows that tells them apart: the id; the function to be written, if a program made the id; or
    a number. No such title is also that of an item of another notebook, or the id of an item.
    """
    stated = {(name, cell.id): cell.title for name, (_, cells) in notebooks.items() for cell in cells if cell.title}
    found = {
        (name, item_id): title
        for name, (notebook, cells) in notebooks.items()
        for item_id, title in _below_headings(notebook, [cell.id for cell in cells if not cell.title]).items()
    }
    ids = {cell.id for _, cells in notebooks.values() for cell in cells}
    used = Counter([*fixed, *stated.values(), *found.values()])
    for (name, item_id), title in found.items():
        if title != item_id and title in ids:
            found[name, item_id] = f"{title}: {item_id}"
        elif used[title] > 1:
            found[name, item_id] = f"{title} ({name})"
    return stated | found


def _below_headings(notebook: NotebookNode, items: Sequence[str]) -> dict[str, str]:
    above, found = _above(notebook), dict[str, str]()
    groups = {
        heading: [each for each in items if above[each] == heading] for heading in {above[each] for each in items}
    }
    for heading, group in groups.items():
        if len(group) == 1:
            found[group[0]] = heading or group[0]
        elif names := _names(notebook, group):
            is_title = len(groups) == 1 or not heading  # of the whole notebook: it says nothing of one item
            found |= {each: name if is_title else f"{heading}: {name}" for each, name in names.items()}
        else:
            found |= {each: f"{heading} ({n})" if heading else each for n, each in enumerate(group, start=1)}
    return found


def _above(notebook: NotebookNode) -> dict[str, str]:
    """Return the nearest heading above each cell that has an id, or in it if it asks something; "" for none."""
    found, heading = {}, ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and not metadata(cell).get("solution"):
            heading = (headings(cell.source) or [heading])[-1]
        if grade_id(cell):
            found[grade_id(cell)] = heading
    return found


def headings(text: str) -> list[str]:
    """Return the headings of a cell of text in plain words, without their points."""
    matches = HEADING.finditer(FENCED.sub("", text))
    return [title for match in matches if (title := _plain(match[2] or match[4] or ""))]


def _plain(heading: str) -> str:
    text = EMPHASIS.sub(r"\2", LINK.sub(r"\1", TAG.sub("", heading)))
    text = POINTS.sub("", " ".join(text.split())).rstrip(" :,.")
    return text if len(text) <= MAX_TITLE else f"{text[: MAX_TITLE - 1].rstrip()}…"


def _names(notebook: NotebookNode, items: Sequence[str]) -> dict[str, str]:
    """Return what tells items of one heading from each other in words; nothing where there are none for all."""
    if not any(MADE_UP.fullmatch(item_id) for item_id in items):
        return {item_id: item_id for item_id in items}
    sources = {grade_id(cell): cell.source for cell in notebook.cells}
    grading = solutions_of(notebook)
    functions = {
        item_id: [name for cell in grading.get(item_id, ()) for name in functions_in(sources[cell])][-1:]
        for item_id in items
    }
    names = [name for found in functions.values() for name in found]
    is_clear = len(set(names)) == len(items) == len(names)
    return {item_id: found[0] for item_id, found in functions.items()} if is_clear else {}
