"""Say which pictures the written answers name that a marker would not see."""

from collections.abc import Collection, Iterator, Mapping

from . import answer_pictures, filled_sheet, notebook_answers, notebook_file, other_files
from .answer_pictures import Picture
from .asked import Asked
from .names import listed
from .problems import MUST, Line, Unusable
from .slots import notebook_slot, sheet_slot
from .working_folder import Work


def complaints(work: Work, asked: Asked) -> Iterator[Line]:
    """Yield what is wrong with the pictures of all answers."""
    others = {slot.path: data for slot, data in work.content.items() if slot.kind == other_files.KIND}
    for name, form in asked.sheets.items():
        if (data := work.content.get(sheet_slot(name))) is not None:
            text, _, own = answer_pictures.read_sheet(name, data)
            for item, answer in filled_sheet.read_filled(form, text).answers.items():
                yield from _of_answer(f"answers/{name}.md, {item}", answer, others, own)
    for name, notebook in asked.notebooks.items():
        if (data := work.content.get(notebook_slot(name))) is not None:
            try:
                cells = notebook_file.read(data).cells
            except Unusable:  # which is said by itself
                continue
            for item, found in notebook_answers.find(cells, notebook.texts).items():
                yield from _of_answer(f"{name}.ipynb, {item}", found.text, others, found.pictures)


def _of_answer(where: str, answer: str, others: Mapping[str, bytes], own: Collection[Picture]) -> Iterator[Line]:
    if missing := answer_pictures.shown_in(answer, others, own)[1]:
        text = (
            f"the picture {listed(missing, quote=True)} is not here, so that nobody sees it: put it beside this file."
        )
        yield Line(MUST, text, where)
    if addresses := answer_pictures.on_the_web(answer):
        text = f"the picture {listed(addresses, quote=True)} is on the web, so that nobody sees it here"
        yield Line(MUST, f"{text}: save it beside this file, and give its name alone.", where)
