"""What `python -m handin --check` says of this homework's outputs, beyond the rules of every homework."""

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Any

MUST, HINT = "must", "hint"
RUN_ALL = "restart the kernel, run all cells and save"
LONGEST_MINUTES = 2 * 24 * 60  # of training
REFERENCES = re.compile(r"^#{1,6}\s.*\breferences\b", re.IGNORECASE | re.MULTILINE)
HEADING = re.compile(r"^#{1,6} (.*?)(?: \(\d+ points?\))?\s*$", re.MULTILINE)
EMPTY_BULLET = re.compile(r"^\s*[-*]\s*$", re.MULTILINE)
NO = re.compile(r"^NO  (.*)$", re.MULTILINE)  # as `visible` marks what does not hold
TOOK = re.compile(r"^Training took ([\d.]+) minutes", re.MULTILINE)  # as `word2vec_training` says it
# As `gan_training` and the training cells say it; the grader reads the same.
PLANNED = re.compile(r" (?:of (\d[\d,]{0,12}) steps|so (\d[\d,]{0,12}) iterations\.)")
DONE = re.compile(
    r"^(?:(\d[\d,]{0,12}) steps in |Training took [\d.]+ minutes \((\d[\d,]{0,12}) iterations)", re.MULTILINE
)
MEAN_LOSS = re.compile(r"^Mean losses of the last \d+ steps: D (\d+\.\d+),", re.MULTILINE)
WON_BELOW = 0.1  # loss of a discriminator that is right about every image; a healthy one ends above 1
MINI = "this is the mini stand-in"  # as `data` says it
OPERATORS = {ast.Add: float.__add__, ast.Sub: float.__sub__, ast.Mult: float.__mul__, ast.Div: float.__truediv__}


def complaints(notebook: str, cells: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    """Yield mark, cell or "", and sentence for what is wrong with a notebook.

    Args:
        notebook: Its name.
        cells: With `cell_type`, `source`, `grade_id`, `printed` and `shown`, the texts below the cell.
    """
    heading = ""
    for cell in cells:
        if cell.cell_type == "markdown" and (found := HEADING.findall(cell.source)):
            heading = found[-1]
        grade_id = cell.grade_id or ""
        if grade_id.endswith("_try") and (noes := NO.findall(cell.printed)):
            text = f'the visible check under "{heading}" says NO: {noes[0][:120].rstrip(".")}.'
            yield MUST, "", f"{text} Correct it, run both cells and save."
        if grade_id.startswith("train_"):
            yield from _training(heading, cell.shown)
    if any(MINI in cell.printed for cell in cells):
        yield MUST, "", f"it was run with the mini data: get the real data (python -m hw4kit.get_data), {RUN_ALL}."
    texts = [cell.source for cell in cells if cell.cell_type == "markdown" and REFERENCES.search(cell.source)]
    if not texts:
        yield HINT, "", 'the section "References" is gone: add a text cell with that heading, and cite.'
    elif EMPTY_BULLET.search(texts[-1]):
        yield HINT, "", "the last line of References is empty: cite what you used, or delete the line."
    if notebook == "hw4_partII":
        yield from _run_time({cell.grade_id: cell for cell in cells}, cells)


def _training(heading: str, text: str) -> Iterator[tuple[str, str, str]]:
    """Yield what the grader will read of the training: that it broke off, or that the discriminator has won."""
    done, planned = ([int(max(found).replace(",", "")) for found in each.findall(text)] for each in (DONE, PLANNED))
    if done and planned and done[-1] < planned[-1]:
        steps = f"{done[-1]:,} of {planned[-1]:,} steps"
        text = f'the cell under "{heading}" trained {steps}: run it to its end, and the cells below.'
        yield HINT, "", text
        return
    losses = MEAN_LOSS.findall(text)
    if losses and float(losses[-1]) < WON_BELOW:
        text = f"the discriminator has won, its loss is {losses[-1]}: look at get_solvers and at both losses."
        yield HINT, "", text


def _run_time(known: dict[str | None, Any], cells: Sequence[Any]) -> Iterator[tuple[str, str, str]]:
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    if "training" in _names_returned(sources):
        yield MUST, "", "run_time_minutes() uses `training`, which the grader does not have: return a number, as 5.3."
        return
    minutes = stated_minutes(sources)
    if minutes is not None and not 0 < minutes <= LONGEST_MINUTES:
        yield MUST, "", f"run_time_minutes() returns {minutes:g}: return the minutes that the training cell printed."
        return
    training, look = known.get("train_word2vec"), known.get("word_vectors_try")
    if training is None or (look and NO.search(look.printed)):  # that says the same
        return
    took = TOOK.findall(training.printed)
    if minutes is not None and took and abs(minutes - float(took[-1])) > 0.2 + 0.1 * float(took[-1]):
        text = f"run_time_minutes() returns {minutes:g}, but the training cell says {took[-1]} minutes: return that."
        yield HINT, "", text


def stated_minutes(sources: Sequence[str]) -> float | None:
    """Return the number that run_time_minutes returns, None where it is not plainly written."""
    returned = _returned(sources)
    return None if returned is None else _value(returned)


def _names_returned(sources: Sequence[str]) -> set[str]:
    returned = _returned(sources)
    return set() if returned is None else {node.id for node in ast.walk(returned) if isinstance(node, ast.Name)}


def _returned(sources: Sequence[str]) -> ast.expr | None:
    """Return what stands behind the last `return` of run_time_minutes."""
    found = []
    for source in sources:
        try:
            body = ast.parse(source).body if "run_time_minutes" in source else []
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        found += [node for node in body if isinstance(node, ast.FunctionDef) and node.name == "run_time_minutes"]
    returns = [node for node in ast.walk(found[-1]) if isinstance(node, ast.Return)] if found else []
    return returns[-1].value if returns else None


def _value(node: ast.expr | None) -> float | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _value(node.operand)
        return None if value is None else -value
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        left, right = _value(node.left), _value(node.right)
        if left is None or right is None or (right == 0 and isinstance(node.op, ast.Div)):
            return None
        return OPERATORS[type(node.op)](left, right)
    return None
