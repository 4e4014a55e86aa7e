"""Find in notebooks what belongs on an answer sheet: a student's own cells of text under the heading of a question.

Who knows Markdown and LaTeX may write an answer of a sheet, such as steps with mathematics, in the notebook
instead. It then counts as if it stood on the sheet, below what is written there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from . import notebook_answers, notebook_file, ungraded_notebooks
from .asked import Wanted
from .filled_sheet import ITEM_HEADING, Form, is_empty
from .notebook_file import Cell
from .problems import Unusable
from .sheet_sections import GivenHeadings, split_sections

MOST_READ = 40_000  # characters of a student's own text of one notebook; the longest sheet has about 6,000
BETWEEN = "\n\n"  # two cells


class OwnText(NamedTuple):
    """What a student wrote into a notebook, and where: the texts of cells that stand below each other are one."""

    place: str
    runs: Sequence[str]


def with_cells(
    form: Form, text: str, notebooks: Mapping[str, bytes], asked: Wanted, *, others: Iterable[Form] = (),
    ungraded: Iterable[OwnText] = (),
) -> str:  # fmt: skip
    """Return the text of a sheet with the answers to its questions that stand in notebooks.

    Never raises, whatever the notebooks are. A section that is on the sheet as well is not repeated, so that the
    result, stored and read again, stays as it is.

    Args:
        form: The sheet as it was given.
        text: What the student handed in of it, "" for nothing.
        notebooks: The submitted notebooks by name.
        asked: Which of their cells were given.
        others: The other sheets of the homework: in a notebook an answer ends where one to another sheet begins.
        ungraded: What students wrote into notebooks that nobody hands in: an answer counts there, too.
    """
    headings = _own_headings(form)
    sources = [OwnText(f"{name}.ipynb", _own_runs(name, data, asked)) for name, data in notebooks.items()]
    for place, item, section in _answers(form, text, [*sources, *ungraded], others):
        text = f"{text.rstrip()}\n\n{headings[item]}\n\n*In {place}:*\n\n{section}\n".lstrip("\n")
    return text


def lacking(form: Form, text: str, ungraded: Iterable[OwnText], others: Iterable[Form]) -> Iterator[tuple[str, str]]:
    """Yield where an answer stands that the text of a sheet lacks, and to which question; see `with_cells`."""
    yield from ((place, item) for place, item, _ in _answers(form, text, ungraded, others))


def in_ungraded(copies: Iterable[tuple[str, bytes]], asked: Wanted) -> list[OwnText]:
    """Return what a student wrote into copies of notebooks that nobody hands in, each with its path in the release."""
    found, left = list[OwnText](), MOST_READ
    for path, data in copies:
        cells = _cells(data)
        runs = [*_runs(cells, ungraded_notebooks.own_texts(cells, asked.ungraded_notebooks[path]), left)]
        left -= sum(len(run) + len(BETWEEN) for run in runs)
        found.append(OwnText(path, runs))
    return found


def _answers(
    form: Form, text: str, sources: Iterable[OwnText], others: Iterable[Form]
) -> Iterator[tuple[str, str, str]]:
    """Yield place, question and text of each answer that the text of a sheet does not have, each once."""
    known, given, headings = _compact(text), _all_headings(form, others), _own_headings(form)
    for place, runs in sources:
        for item, section in _sections(given, runs):
            if item in headings and not is_empty(section) and _compact(section) not in known:
                yield place, item, section
                known += _compact(section)


def _own_headings(form: Form) -> dict[str, str]:
    return {match["id"] or match["title"]: match[0].rstrip() for match in ITEM_HEADING.finditer(form.text)}


def _all_headings(form: Form, others: Iterable[Form]) -> GivenHeadings:
    """Return by what the answers to all sheets are recognised; where two sheets say the same, this form's counts."""
    sheets = [*(other.headings for other in others), form.headings]
    return GivenHeadings(
        {key: item for sheet in sheets for key, item in sheet.items.items()},
        frozenset(key for sheet in sheets for key in sheet.others),
        {line: item for sheet in sheets for line, item in sheet.questions.items()},
    )


def _sections(headings: GivenHeadings, runs: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the key and the text of each section of a student's own cells that stand below each other."""
    for run in runs:
        for key, lines in split_sections(run.split("\n"), headings):
            yield key, "\n".join(lines).strip()


def _own_runs(name: str, data: bytes, asked: Wanted) -> list[str]:
    given, cells = asked.asked_notebook(name), _cells(data)
    return [] if given is None else [*_runs(cells, notebook_answers.own_texts(cells, given.texts))]


def _cells(data: bytes) -> Sequence[Cell]:
    try:
        return notebook_file.read(data).cells
    except Unusable:
        return ()


def _runs(cells: Sequence[Cell], own: Sequence[int], left: int = MOST_READ) -> Iterator[str]:
    """Yield the text of own cells with no other cell in between, as one; of all together so many characters."""
    run, last = list[str](), -1
    for index in own:
        if index != last + 1 and run:
            yield BETWEEN.join(run)
            run = []
        if left <= 0:
            break
        source = cells[index].source[:left]
        run, last, left = [*run, source], index, left - len(source) - len(BETWEEN)
    if run:
        yield BETWEEN.join(run)


def _compact(text: str) -> str:
    return "".join(text.split())
