"""Find in notebooks what belongs on an answer sheet: a student's own cells of text under the heading of a question.

Who knows Markdown and LaTeX may write an answer of a sheet, such as steps with mathematics, in the notebook
instead. It then counts as if it stood on the sheet, below what is written there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from . import notebook_answers, notebook_file
from .asked import Notebook, Wanted
from .filled_sheet import ITEM_HEADING, Form, is_empty
from .notebook_file import Cell
from .problems import Unusable
from .sheet_sections import GivenHeadings, split_sections

MOST_READ = 40_000  # characters of a student's own text of one notebook; the longest sheet has about 6,000


def with_cells(
    form: Form, text: str, notebooks: Mapping[str, bytes], asked: Wanted, *, others: Iterable[Form] = ()
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
    """
    headings = {match["id"] or match["title"]: match[0].rstrip() for match in ITEM_HEADING.finditer(form.text)}
    known, given = _compact(text), _all_headings(form, others)
    for name, data in notebooks.items():
        for item, section in _sections(given, data, asked.asked_notebook(name)):
            if item in headings and not is_empty(section) and _compact(section) not in known:
                text = f"{text.rstrip()}\n\n{headings[item]}\n\n*In {name}.ipynb:*\n\n{section}\n".lstrip("\n")
    return text


def _all_headings(form: Form, others: Iterable[Form]) -> GivenHeadings:
    """Return by what the answers to all sheets are recognised; where two sheets say the same, this form's counts."""
    sheets = [*(other.headings for other in others), form.headings]
    return GivenHeadings(
        {key: item for sheet in sheets for key, item in sheet.items.items()},
        frozenset(key for sheet in sheets for key in sheet.others),
        {line: item for sheet in sheets for line, item in sheet.questions.items()},
    )


def _sections(headings: GivenHeadings, data: bytes, given: Notebook | None) -> Iterator[tuple[str, str]]:
    """Yield the key and the text of each section of a student's own cells that stand below each other."""
    if given is None:
        return
    try:
        cells = notebook_file.read(data).cells
    except Unusable:
        return
    for run in _runs(cells, notebook_answers.own_texts(cells, given.texts)):
        for key, lines in split_sections(run.split("\n"), headings):
            yield key, "\n".join(lines).strip()


def _runs(cells: Sequence[Cell], own: Sequence[int]) -> Iterator[str]:
    """Yield the text of own cells with no other cell in between, as one."""
    run, last, left = list[str](), -1, MOST_READ
    for index in own:
        if index != last + 1 and run:
            yield "\n\n".join(run)
            run = []
        source = cells[index].source[:left]
        run, last, left = [*run, source], index, left - len(source)
    if run:
        yield "\n\n".join(run)


def _compact(text: str) -> str:
    return "".join(text.split())
