"""Answers that are no single cell of text: code that a person marks, and what a student wrote below a task."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence

from ..course.source_notebook import grade_id as id_of
from ..course.source_notebook import metadata
from ..formats import saved_outputs
from ..handin.answer_pictures import MOST, Picture, attached
from ..handin.notebook_answers import Answer
from ..handin.notebook_file import Cell, is_released_text
from .cell_matching import GivenNotebook

MOST_SHOWN = 2_000  # characters of what one cell printed and displayed, as it was saved


def find(cells: Sequence[Cell], given: GivenNotebook) -> Iterator[tuple[str, Answer]]:
    """Yield these answers of a submitted notebook by item. Never raises, whatever the cells are."""
    known = given.match(cells)
    places = {grade_id: index for index, grade_id in known.items()}
    for cell in given.notebook.cells:
        meta, item = metadata(cell), id_of(cell)
        place = places.get(item)
        if meta.get("task"):
            yield item, _joined(item, cells, [] if place is None else _below(place, cells, known.keys()))
        elif meta.get("grade") and meta.get("solution") and cell.cell_type == "code":
            is_there = place is not None and not is_released_text(cells[place], cell.source)
            yield item, _joined(item, cells, [place] if is_there and place is not None else [])


def _below(task: int, cells: Sequence[Cell], known: Iterable[int]) -> list[int]:
    """Return the student's own cells between a task and the next given cell."""
    end = min((index for index in known if index > task), default=len(cells))
    return [index for index in range(task + 1, end) if cells[index].source.strip()]


def _joined(item: str, cells: Sequence[Cell], places: Sequence[int]) -> Answer:
    text = "\n\n".join(part for place in places for part in _parts(cells[place]))
    pictures = [picture for place in places for picture in _pictures(item, cells[place])]
    return Answer(text, tuple(places), has_place=bool(places), pictures=tuple(pictures[:MOST]))


def _parts(cell: Cell) -> Iterator[str]:
    """Yield the paragraphs that show a cell, in markdown."""
    if cell.cell_type != "code":
        yield cell.source
    elif cell.source.strip():
        yield _fenced(cell.source, "python")
        if shown := saved_outputs.readable(cell.shown).strip()[:MOST_SHOWN]:
            yield f"Saved output:\n\n{_fenced(shown)}"


def _fenced(text: str, language: str = "") -> str:
    fence = "`" * max(3, 1 + max(map(len, re.findall("`*", text))))
    return f"{fence}{language}\n{text}\n{fence}"


def _pictures(item: str, cell: Cell) -> Iterator[Picture]:
    yield from attached(cell)
    for number, picture in enumerate(cell.pictures[:MOST], start=1):
        if len(picture) <= saved_outputs.MAX_PICTURE:
            try:
                yield Picture(f"{item}-figure-{number}.png", base64.b64decode("".join(picture.split()), validate=True))
            except (binascii.Error, ValueError):
                continue
