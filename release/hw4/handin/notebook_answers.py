"""Find what a student answered in words in a notebook, wherever near its place it was written.

The check that students run and the pages of the marker use this one definition. The place of an answer is a cell that
was given for it. Words count as the answer, too, if they stand in new cells between the question and the next given
cell; and where nothing is there, in the cell of the question, in a code cell, in the given cell below, or in a cell
anywhere that opens with the heading of the question. So no answer is lost because of where it stands.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .answer_pictures import Picture, attached, taken_out
from .asked import GivenText
from .filled_sheet import ANSWER_MARK, is_empty
from .notebook_file import Cell
from .sheet_sections import key_of

UNTOUCHED = "*Replace this line with your answer.*"
STUBS = (
    UNTOUCHED,
    "YOUR ANSWER HERE",
)  # what a release has in the place of an answer; the second one is nbgrader's own
MOST_LOOKED_AT = 100_000  # characters of one cell; the longest answer that is asked for has 1,200
FEWEST_REPEATED = 12  # characters of a given line behind which a student may have written on
_COMMENT = re.compile(r"\s*#+ ?")
_LOOKS_LIKE_CODE = re.compile(
    r"\s*(?:(?:import|from|def|class|for|while|if|try|with|return)\b|[\w.\[\], ]+[=(\[]|[@%!])"
)
_QUOTES = ('"""', "'''", '"', "'")
_WORDS_OF_A_SENTENCE = re.compile(r"[^\W\d_]+(?:[,;:]?[ \n]+[^\s]+){3}")
_POINTS = re.compile(r"\s*[(\[][^()\[\]\n]{0,20}[)\]]\s*$")


@dataclass(frozen=True)
class Answer:
    """The answer to one item; without a word in it, `text` is empty."""

    text: str = ""
    cells: tuple[int, ...] = ()  # numbers of the submitted cells that hold it, the first is 0
    has_place: bool = False  # whether the cell that was given for it is still there
    keeps_stub: str = ""  # the line to replace, if it stands beside it
    pictures: tuple[Picture, ...] = ()  # that its cells hold
    found: str = ""  # where it stands if not in its place, as "in a new cell below its place"

    @property
    def note(self) -> str:
        """A sentence for the marker, empty for an answer in its place."""
        return f"The answer was found {self.found}." if self.found else ""


@dataclass(frozen=True)
class _Piece:
    """A part of an answer: the words of one cell."""

    index: int
    text: str
    where: str = ""


@dataclass
class _Search:
    """One submitted notebook, and which of its cells were given."""

    cells: Sequence[Cell]
    texts: Sequence[GivenText]
    known: dict[int, GivenText | None] = field(default_factory=dict)  # by number; None for given code

    def __post_init__(self) -> None:
        by_id = {text.id: text for text in self.texts if text.id}
        by_source = {text.source.strip(): text for text in self.texts if not text.is_answer}
        by_opening = _unique({_opening(text.source): text for text in self.texts if not text.is_answer}, self.texts)
        for index, cell in enumerate(self.cells):
            if cell.cell_type == "code" and not (cell.grade_id in by_id and by_id[cell.grade_id].is_answer):
                if cell.grade_id:
                    self.known[index] = None
                continue
            source = cell.source[:MOST_LOOKED_AT].strip()
            given = by_id.get(cell.grade_id or "") or by_source.get(source) or by_opening.get(_opening(source))
            if given and source:
                self.known[index] = given

    def answer(self, item: str) -> Answer:
        """Return the answer to an item."""
        places = self._places(item)
        question = self._question(item)
        area = sorted({*self._area(question), *(index for place in places for index in self._area(place))})
        below = [index for index in area if not places or index > min(places)]
        for pieces in (
            self._written(item, places, below),
            self._written(item, (), area, "in a new cell above its place"),
            self._added(question, "in the cell of the question"),
            self._as_code(area),
            self._added(self._next_text(item, [*area, *places]), "in the given cell below its place"),
            self._under_its_heading(item),
        ):
            if kept := [piece for piece in pieces if _has_words(piece.text)]:
                stub = next((stub for stub in STUBS for index in places if stub in self.cells[index].source), "")
                return self._joined(item, kept, bool(places), stub)
        return Answer(has_place=bool(places))

    def _joined(self, item: str, pieces: Sequence[_Piece], has_place: bool, keeps_stub: str) -> Answer:
        texts = dict.fromkeys(piece.text for piece in pieces)  # a copy of a cell says nothing new
        text, pictures = taken_out("\n\n".join(texts), item)
        pictures = (*(picture for piece in pieces for picture in attached(self.cells[piece.index])), *pictures)
        found = " and ".join(dict.fromkeys(piece.where for piece in pieces if piece.where))
        return Answer(text, tuple(piece.index for piece in pieces), has_place, keeps_stub, pictures, found)

    def _places(self, item: str) -> list[int]:
        """Return the cells given for the answer; where Colab lost their ids, the mark that they begin with tells."""
        found = [index for index, given in self.known.items() if given and given.id == item]
        if found:
            return found
        taken = {given.id for given in self.known.values() if given}
        open_items = [text.id for text in self.texts if text.is_answer and text.id not in taken]
        marked = [
            index
            for index, cell in enumerate(self.cells)
            if index not in self.known and cell.cell_type != "code" and cell.source.lstrip().startswith(ANSWER_MARK)
        ]
        question = self._question(item)
        if question is not None:
            return [index for index in marked if index in self._area(question)]
        return marked[-1:] if open_items == [item] else []

    def _area(self, start: int | None) -> Iterator[int]:
        """Yield the numbers of the student's own cells between a cell and the next given one."""
        if start is None:
            return
        first = self.known.get(start)
        own = first.asks if first else ""
        for index in range(start + 1, len(self.cells)):
            given = self.known.get(index)
            if index not in self.known:
                yield index
            elif given is None or given.id != own:
                return

    def _question(self, item: str) -> int | None:
        """Return the last cell that asks for an item."""
        return max((index for index, given in self.known.items() if given and given.asks == item), default=None)

    def _written(self, item: str, places: Sequence[int], others: Sequence[int], where: str = "") -> Iterator[_Piece]:
        given = next((text.source for text in self.texts if text.id == item), "")
        where = where or ("in a new cell below its place" if places else "in a new cell, as its own cell is gone")
        for index in sorted({*places, *others}):
            cell = self.cells[index]
            if index in places or cell.cell_type != "code":
                yield _Piece(index, own_words(cell.source, given), "" if index in places else where)

    def _added(self, index: int | None, where: str) -> Iterator[_Piece]:
        """Yield what a student wrote into a given cell."""
        given = self.known.get(index) if index is not None else None
        if index is not None and given and not given.is_answer:
            yield _Piece(index, added_words(self.cells[index].source, given.source), where)

    def _as_code(self, area: Sequence[int]) -> Iterator[_Piece]:
        for index in area:
            cell = self.cells[index]
            if cell.cell_type == "code" and (words := _words_of_code(cell.source[:MOST_LOOKED_AT])):
                yield _Piece(index, words, "in a code cell")

    def _next_text(self, item: str, around: Sequence[int]) -> int | None:
        """Return the given cell behind an answer, unless it belongs to another item."""
        start = max(around, default=self._question(item))
        following = next((index for index in sorted(self.known) if start is not None and index > start), None)
        given = self.known[following] if following is not None else None
        return None if given is None or given.is_answer or given.asks else following

    def _under_its_heading(self, item: str) -> Iterator[_Piece]:
        prompt = next((text.source for text in self.texts if text.asks == item), "")
        headings = {key_of(item), key_of(_POINTS.sub("", _opening(prompt)))} - {""}
        for index, cell in enumerate(self.cells):
            opening, _, rest = cell.source[:MOST_LOOKED_AT].lstrip().partition("\n")
            is_own = index not in self.known and cell.cell_type != "code"
            if is_own and key_of(_POINTS.sub("", opening[:200])) in headings:
                yield _Piece(index, own_words(rest, prompt), "in a cell elsewhere that has the heading of the question")


def _unique(by_opening: dict[str, GivenText], texts: Sequence[GivenText]) -> dict[str, GivenText]:
    """Return the given cells that their first line tells from all others, as one that was changed below it."""
    openings = [_opening(text.source) for text in texts]
    return {opening: text for opening, text in by_opening.items() if opening and openings.count(opening) == 1}


def find(cells: Sequence[Cell], texts: Sequence[GivenText]) -> Mapping[str, Answer]:
    """Return the answers of a notebook by item. Never raises, whatever the cells are.

    Args:
        cells: The submitted notebook.
        texts: The cells of the notebook that hold no code, as they were given, in their order.
    """
    search = _Search(cells, texts)
    return {text.id: search.answer(text.id) for text in texts if text.is_answer}


def own_texts(cells: Sequence[Cell], texts: Sequence[GivenText]) -> list[int]:
    """Return the numbers of the cells without code that are a student's own. Never raises, whatever the cells are."""
    known = _Search(cells, texts).known
    return [index for index, cell in enumerate(cells) if index not in known and cell.cell_type != "code"]


def own_words(source: str, given: str) -> str:
    """Return an answer without the lines that were given in its place."""
    marks = (ANSWER_MARK, *STUBS)
    known = {line.strip() for line in [*given.splitlines(), *marks]} - {""}
    kept = [line for line in source.splitlines() if line.strip() not in known]
    for mark in marks:
        kept = [line.replace(mark, "", 1) for line in kept]
    return "\n".join(kept).strip()


def added_words(source: str, given: str) -> str:
    """Return the lines of a given cell that are not as given; of a line that was continued, what was added."""
    known = {line.strip() for line in given.splitlines()} - {""}
    openings = tuple(line for line in known if len(line) >= FEWEST_REPEATED)
    kept = []
    for line in source[:MOST_LOOKED_AT].splitlines():
        stripped = line.strip()
        if stripped in known:
            continue
        if stripped.startswith(openings):
            stripped = stripped[max(len(opening) for opening in openings if stripped.startswith(opening)) :]
        kept.append(stripped)
    return "\n".join(kept).strip()


def _words_of_code(source: str) -> str:
    """Return what a code cell says that holds no code: comments, a text in quotes, or plain sentences; else nothing."""
    lines = [line for line in source.strip().split("\n") if line.strip()]
    if lines and all(line.lstrip().startswith("#") for line in lines):
        words = "\n".join(_COMMENT.sub("", line, count=1) for line in lines)
    else:
        words = source.strip()
        quote = next((quote for quote in _QUOTES if words.startswith(quote) and words.endswith(quote)), "")
        words = words.strip(quote) if quote else words
        if not quote and any(_LOOKS_LIKE_CODE.match(line) for line in lines):
            return ""
    return words if _WORDS_OF_A_SENTENCE.search(words) else ""


def _opening(source: str) -> str:
    """Return the first line of a cell, as far as it tells one cell from another."""
    return source.lstrip()[:200].partition("\n")[0].strip()


def _has_words(text: str) -> bool:
    return not is_empty(text) and bool(re.search(r"\w", text))
