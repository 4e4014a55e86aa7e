"""Look at what the cells of a notebook show: that all were run, in order and without errors, and what they printed."""

from __future__ import annotations

import base64
import itertools
import re
from collections.abc import Iterator

import numpy as np

from . import submission_picture as pictures
from . import submission_rules as rules
from .answer_length import too_long
from .submission_code import code_findings, stated_minutes
from .submission_notebook import ANSWER, Cell, Notebook, is_as_released
from .submission_rules import HINT, MUST, Finding, listed

RUN_ALL = "restart the kernel, run all cells and save"
UNTOUCHED = "*Replace this line with your answer.*"
REFERENCES = re.compile(r"^#{1,6}\s.*\breferences\b", re.IGNORECASE | re.MULTILINE)
EMPTY_BULLET = re.compile(r"^\s*[-*]\s*$", re.MULTILINE)
NO = re.compile(r"^NO  (.*)$", re.MULTILINE)  # as hw4kit.visible marks what does not hold
TOOK = re.compile(r"^Training took ([\d.]+) minutes", re.MULTILINE)  # as hw4kit.word2vec_training says it
# As hw4kit.gan_training and the training cells say it; the grader reads the same.
PLANNED = re.compile(r" (?:of (\d[\d,]{0,12}) steps|so (\d[\d,]{0,12}) iterations\.)")
DONE = re.compile(
    r"^(?:(\d[\d,]{0,12}) steps in |Training took [\d.]+ minutes \((\d[\d,]{0,12}) iterations)", re.MULTILINE
)
MEAN_LOSS = re.compile(r"^Mean losses of the last \d+ steps: D (\d+\.\d+),", re.MULTILINE)
WON_BELOW = 0.1  # loss of a discriminator that is right about every image; a healthy one ends above 1
MINI = "this is the mini stand-in"  # as hw4kit.data says it


def notebook_findings(notebook: Notebook) -> Iterator[Finding]:
    """Yield all that is wrong with a notebook that can be read, but for the file itself and the plot."""
    yield from code_findings(notebook)
    yield from _run_findings(notebook)
    yield from _training_findings(notebook)
    for cell in notebook.code:
        if cell.grade_id.endswith("_try") and (noes := _noes(cell)):
            item = cell.grade_id.removesuffix("_try")
            text = f"the visible check of {item} says NO: {noes[0][:120]}. Correct it, run both cells and save."
            yield Finding(MUST, notebook.name, text)
    if any(MINI in cell.printed() for cell in notebook.code):
        text = f"it was run with the mini data: get the real data (python -m hw4kit.get_data), {RUN_ALL}."
        yield Finding(MUST, notebook.name, text)
    given = [cell for cell in notebook.cells if cell.is_given]
    whole = {cell.grade_id for cell in given if is_as_released(cell)}  # of a cell that was copied, to try things
    if changed := [cell.name for cell in given if cell.grade_id not in whole]:
        text = f"given cells were changed: {listed(changed)}. The grader uses them as they were given."
        yield Finding(HINT, notebook.name, text)
    yield from _references(notebook)
    for item in rules.WRITTEN.get(notebook.name.removesuffix(".ipynb"), ()):
        yield from _written(notebook, item)
    if notebook.name == "hw4_partII.ipynb":
        yield from _run_time(notebook)


def _noes(cell: Cell) -> list[str]:
    """Return what a visible check found wrong; a function that is not written yet is told once, elsewhere."""
    return [line for line in NO.findall(cell.printed()) if not line.endswith("is not written yet.")]


def _run_findings(notebook: Notebook) -> Iterator[Finding]:
    # A graded cell holds one comment: whether it was run says nothing.
    cells = [cell for cell in notebook.code if not (cell.marks.get("grade") and cell.is_given)]
    if not_run := [cell.name for cell in cells if cell.count is None]:
        count = f"{len(not_run)} code cell{'s were' if len(not_run) > 1 else ' was'} not run"
        yield Finding(MUST, notebook.name, f"{count} ({listed(not_run)}): {RUN_ALL}.")
    run = [cell for cell in cells if cell.count is not None]
    for before, cell in itertools.pairwise(run):
        if (cell.count or 0) <= (before.count or 0):
            text = f"{cell.name} was run before {before.name}, so that results may be of old code: {RUN_ALL}."
            yield Finding(HINT, notebook.name, text)
            break
    bare = [cell.name for cell in run if cell.is_given and "training" in cell.tags and not cell.outputs]
    if bare:
        text = f"nothing is shown below {listed(bare)}, as if the outputs were cleared: {RUN_ALL}."
        yield Finding(HINT, notebook.name, text)
    for cell in notebook.code:
        for output in cell.outputs:
            if output.get("output_type") == "error":
                error = f"{output.get('ename', 'an error')}: {output.get('evalue', '')}".split("\n")[0][:120]
                where = f"{notebook.name}, {cell.name}"
                yield Finding(MUST, where, f"it ended in {error}. Correct it, then {RUN_ALL}.")


def _training_findings(notebook: Notebook) -> Iterator[Finding]:
    """Yield what the grader will read of the training: that it broke off, or that the discriminator has won."""
    for cell in notebook.code:
        if not cell.grade_id.startswith("train_"):
            continue
        text = cell.shown()
        done, planned = ([int(max(found).replace(",", "")) for found in each.findall(text)] for each in (DONE, PLANNED))
        if done and planned and done[-1] < planned[-1]:
            text = f"{cell.name} trained {done[-1]:,} of {planned[-1]:,} steps: run it to its end, and the cells below."
            yield Finding(HINT, notebook.name, text)
        losses = MEAN_LOSS.findall(text)
        if losses and float(losses[-1]) < WON_BELOW:
            text = f"the discriminator has won, its loss is {losses[-1]}: look at get_solvers and at both losses."
            yield Finding(HINT, notebook.name, text)


def _references(notebook: Notebook) -> Iterator[Finding]:
    texts = [cell.source for cell in notebook.cells if cell.kind == "markdown" and REFERENCES.search(cell.source)]
    if not texts:
        text = 'the section "References" is gone: add a text cell with that heading, and cite.'
        yield Finding(MUST, notebook.name, text)
    elif EMPTY_BULLET.search(texts[-1]):
        text = "the last line of References is empty: cite what you used, or delete the line if there was nothing else."
        yield Finding(HINT, notebook.name, text)


def _written(notebook: Notebook, item: str) -> Iterator[Finding]:
    cell, prompt = notebook.answer(item), notebook.cell(f"{item}_prompt")
    if cell is None:
        text = f"the cell {item}, for your answer, is gone: take it from the original notebook."
        yield Finding(MUST, notebook.name, text)
        return
    answer = cell.source.replace(ANSWER, "").replace(UNTOUCHED, "").strip()
    if not re.search(r"\w", answer):
        yield Finding(MUST, f"{notebook.name}, {item}", "there is no answer: write it below the line **Answer.**")
    elif UNTOUCHED in cell.source:
        yield Finding(HINT, f"{notebook.name}, {item}", f"the line {UNTOUCHED} still stands there: delete it.")
    if sentence := too_long(prompt.source if prompt else "", answer):
        yield Finding(MUST, f"{notebook.name}, {item}", sentence)


def _run_time(notebook: Notebook) -> Iterator[Finding]:
    minutes = stated_minutes(notebook)
    if minutes is not None and not 0 < minutes <= rules.LONGEST_MINUTES:
        text = f"run_time_minutes() returns {minutes:g}: return the minutes that the training cell printed."
        yield Finding(MUST, notebook.name, text)
        return
    training = notebook.cell("train_word2vec")
    look = notebook.cell("word_vectors_try")
    if training is None or (look and _noes(look)):  # that says the same
        return
    took = TOOK.findall(training.printed())
    if minutes is not None and took and abs(minutes - float(took[-1])) > 0.2 + 0.1 * float(took[-1]):
        text = f"run_time_minutes() returns {minutes:g}, but the training cell says {took[-1]} minutes: return that."
        yield Finding(HINT, notebook.name, text)


def plot_findings(name: str, data: bytes, notebook: Notebook | None) -> Iterator[Finding]:
    """Yield what is wrong with the plot; it has to be the drawing that the notebook shows.

    Args:
        name: What to call the plot.
        data: The file.
        notebook: Part II, None if it cannot be read.
    """
    again = "run the cell of hw4_partII.ipynb that writes it, and save the notebook"
    try:
        plot = pictures.read_png(data)
    except pictures.PictureUnfit as unfit:
        yield Finding(MUST, name, f"{unfit}: {again}.")
        return
    share = float(pictures.drawn(plot).mean())
    if min(plot.shape[:2]) < rules.FEWEST_POINTS:
        yield Finding(MUST, name, f"it has only {plot.shape[1]} x {plot.shape[0]} points: {again}.")
    elif not rules.INK_SHARE[0] <= share <= rules.INK_SHARE[1]:
        yield Finding(MUST, name, f"it shows no plot of words ({share:.1%} of it is drawn on): {again}.")
    elif notebook is not None:
        yield from _same_as_shown(name, plot, [cell for cell in notebook.code if rules.PLOT in cell.source], again)


def _same_as_shown(name: str, plot: np.ndarray, cells: list[Cell], again: str) -> Iterator[Finding]:
    shown = [picture for cell in cells for picture in cell.pictures()]
    if not shown:
        yield Finding(MUST, name, f"the notebook does not show this plot: {again}.")
        return
    for picture in reversed(shown):
        try:
            drawing = pictures.read_png(base64.b64decode(picture))
        except ValueError:  # no picture, or no base64
            continue
        if pictures.likeness(plot, drawing) >= pictures.SAME:
            return
    yield Finding(MUST, name, f"it is another drawing than the one that your notebook shows: {again}.")
