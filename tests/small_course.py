"""A homework of four notebook items and two sheets, small enough to be released, graded and read in a test."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import gradebook
from autograder.course import course_settings
from autograder.course.assignment import load
from autograder.course.course_settings import CourseSettings
from autograder.course.sheets import read_sheet, released_text
from autograder.model.assignment import Assignment
from autograder.model.report import Awaiting, CheckResult, ItemResult, Report, Verdict

PROJECT = Path(__file__).resolve().parents[1]

HIDDEN_TESTS = """\
# The grader marks `{id}` here, with hidden checks that run outside this notebook. Leave this cell as it is.
### BEGIN HIDDEN TESTS
0.0  # stock nbgrader without this course's nbgrader_config.py gives 0 here, never full points
### END HIDDEN TESTS"""

LEAKY_RELU = '''\
def leaky_relu(x, alpha=0.01):
    """Return x where it is positive, alpha times x elsewhere."""
    ### BEGIN SOLUTION
    return tf.maximum(x, alpha * x)
    ### END SOLUTION'''

SAMPLE_NOISE = '''\
def sample_noise(batch_size, dim):
    """Return uniform noise on [-1, 1)."""
    ### BEGIN SOLUTION
    return tf.random.uniform((batch_size, dim), -1.0, 1.0)
    ### END SOLUTION'''

SOFTMAX = '''\
def softmaxCostAndGradient(predicted, target, outputVectors, dataset):
    """Return the cost and both gradients."""
    ### BEGIN SOLUTION
    probabilities = softmax(outputVectors @ predicted)
    return -np.log(probabilities[target]), None, None
    ### END SOLUTION'''

SETTINGS = """\
title = "A small homework"
points = 100
kit = "hw4kit"
libraries = ["tensorflow"]
sheets = ["adversarial", "derivations"]
student_id = "Andrew ID"
data = ["large.bin", "other.bin"]

[[files]]
id = "word_vectors"
name = "word_vectors.png"
kind = "png"
show_with = ["plot_reading"]

[[files]]
id = "derivation"
name = "derivation.pdf"
kind = "pdf"
show_with = ["grad_softmax_u"]
"""

ADVERSARIAL = """\
# Adversarial examples

## attacks (10 points)

> What is the difference between the two attacks? At most 120 words.

**Answer.**

<!-- BEGIN SOLUTION -->
L-BFGS minimises a weighted sum of distance and loss.
<!-- END SOLUTION -->

<!-- BEGIN MARK SCHEME -->
- **5** Names what each attack minimises.
- **5** Names the optimiser of each.
<!-- END MARK SCHEME -->
"""

DERIVATIONS = """\
# Derivations

## grad_softmax_u (10 points)

> Derive the gradient with respect to $u_w$.

**Answer.**

```formula
dJ/du_w =
```

<!-- BEGIN SOLUTION -->
The sum over the vocabulary contributes the softmax probability.

```formula
dJ/du_w = (yhat_w - y_w) v_c
```
<!-- END SOLUTION -->

<!-- BEGIN MARK SCHEME -->
- **10** Differentiates the logarithm of the normaliser.
<!-- END MARK SCHEME -->
"""


def make(folder: Path, libraries: str = '["tensorflow"]') -> Path:
    """Write the course into `folder`, with this project's nbgrader_config.py, and return the folder.

    Args:
        folder: Where to.
        libraries: What graders load for it; "[]" where nobody runs its code.
    """
    source = folder / "source" / "hw4"
    (source / "hw4kit").mkdir(parents=True)
    (source / "hw4kit" / "__init__.py").write_text('"""What students import."""\n')
    (source / "assignment.toml").write_text(SETTINGS.replace('["tensorflow"]', libraries))
    _write(source / "hw4_partI.ipynb", part_one())
    _write(source / "hw4_partII.ipynb", part_two())
    (folder / "answers").mkdir()
    (folder / "answers" / "adversarial.md").write_text(ADVERSARIAL)
    (folder / "answers" / "derivations.md").write_text(DERIVATIONS)
    (source / "README.md").write_text("# For the student\n")
    (folder / "datasets" / "data").mkdir(parents=True)
    (folder / "datasets" / "data" / "large.bin").write_bytes(b"\0" * 1000)
    script = folder / "datasets" / "get_datasets.sh"
    script.write_text("#!/bin/sh\necho fetched\n")
    script.chmod(0o755)
    shutil.copy(PROJECT / "nbgrader_config.py", folder)
    return folder


def part_one() -> NotebookNode:
    """Return the first notebook: two functions, and a training cell with a saved output."""
    training = given("train_gan", "code", "losses = [leaky_relu(1.0)]\nlosses", tags=["training"])
    training.outputs = [nbformat.v4.new_output("stream", name="stdout", text="instructor's own run\n")]
    training.execution_count = 7
    return _notebook(
        given("opening", "markdown", "# Part I\n\nYou build a GAN."),
        given("imports", "code", "import tensorflow as tf"),
        *auto_item("leaky_relu", 30, LEAKY_RELU),
        *auto_item("sample_noise", 20, SAMPLE_NOISE),
        training,
    )


def part_two() -> NotebookNode:
    """Return the second notebook: one function, and a question that a person marks."""
    answer = "**Answer.**\n\n<!-- BEGIN SOLUTION -->\nWords of one kind lie close to each other.\n<!-- END SOLUTION -->"
    scheme = "<!-- BEGIN MARK SCHEME -->\nOne point for each cluster that is named.\n<!-- END MARK SCHEME -->"
    return _notebook(
        given("helpers", "code", "import numpy as np"),
        *auto_item("softmaxCostAndGradient", 20, SOFTMAX),
        given("plot_reading_prompt", "markdown", "### Reading the plot (10 points)\n\nWhat do you see?"),
        _cell("plot_reading", "markdown", answer, grade=True, solution=True, points=10),
        given("plot_reading_scheme", "markdown", scheme, tags=["mark-scheme"]),
    )


def auto_item(item_id: str, points: float, solution: str) -> list[NotebookNode]:
    """Return the cells of one item that checks grade: prompt, solution, visible check, graded cell."""
    return [
        given(f"{item_id}_prompt", "markdown", f"### {item_id} ({points} points)\n\nYou write `{item_id}`."),
        _cell(f"{item_id}_solution", "code", solution, solution=True),
        given(f"{item_id}_try", "code", f"print({item_id})", tags=["try"]),
        _cell(item_id, "code", HIDDEN_TESTS.format(id=item_id), grade=True, locked=True, points=points),
    ]


def given(grade_id: str, cell_type: str, source: str, tags: list[str] | None = None) -> NotebookNode:
    """Return a locked cell."""
    cell = _cell(grade_id, cell_type, source, locked=True)
    if tags:
        cell.metadata["tags"] = tags
    return cell


def _cell(grade_id: str, cell_type: str, source: str, **kind: object) -> NotebookNode:
    meta = {"grade": False, "solution": False, "locked": False, "task": False, "grade_id": grade_id} | kind
    meta["schema_version"] = 3
    new_cell = new_code_cell if cell_type == "code" else new_markdown_cell
    return new_cell(source, id=grade_id, metadata={"nbgrader": meta})


def _notebook(*cells: NotebookNode) -> NotebookNode:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=list(cells), metadata={"kernelspec": kernel})


def _write(path: Path, notebook: NotebookNode) -> None:
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n")


def report(student: str, assignment: Assignment, **results: float | Verdict | None) -> Report:
    """Return a report in which every item has half its points, or by keyword another score, verdict or fault."""
    items = [
        _result(item.id, item.points, results.get(item.id, item.points / 2))
        for item in assignment.items
        if item.graded_by == "checks"
    ]
    awaiting = [
        Awaiting(item.id, item.points, "wrong", "A sign is wrong.", "It differs from the gradient.")
        if item.graded_by == "formula"
        else Awaiting(item.id, item.points)
        for item in assignment.items
        if item.graded_by != "checks"
    ]
    return Report(student, tuple(items), tuple(awaiting), seed="1")


def _result(item_id: str, points: float, result: float | Verdict | None) -> ItemResult:
    if result is None:
        fault = CheckResult("grader", Verdict.GRADER_FAULT, seen="The worker died.")
        return ItemResult(item_id, None, points, Verdict.GRADER_FAULT, (fault,))
    if isinstance(result, Verdict):
        return ItemResult(item_id, 0.0, points, result, (CheckResult("attempted", result),))
    sentence = "Negative inputs are multiplied by alpha."
    checks = (
        CheckResult("test_keeps_positive_inputs", Verdict.PASSED),
        CheckResult("test_scales_negative_inputs", Verdict.FAILED, 1, sentence, "You had <b>0.0</b>."),
    )
    return ItemResult(item_id, result, points, Verdict.FAILED, checks)


def grade_folder(folder: Path, student: str, assignment: Assignment) -> Report:
    """Stand in for the real grader, which would start TensorFlow: half of all points for everybody."""
    return report(student, assignment)


GRADER_FOR_OTHER_PROCESSES = """
import small_course
from autograder import running

running.grade_folder = small_course.grade_folder
"""


def settings(assignment: Assignment) -> CourseSettings:
    """Return the settings of an assignment's course."""
    return course_settings.load(assignment.course_dir)


def db_url(course: Path, out: Path) -> str:
    """Return the gradebook of a course whose results are in `out`."""
    return gradebook.url(course_settings.load(course), out)


def register(course: Path, out: Path | None = None) -> None:
    """Make the gradebook of a course, with its assignment."""
    gradebook.register(load(course), course_settings.load(course), db_url(course, out or course))


def sheets(course: Path, **answers: str) -> dict[str, str]:
    """Return the sheets as a student hands them in: `answers` by item, every other one empty."""
    filled = {}
    for path in sorted((course / "answers").glob("*.md")):
        text = released_text(read_sheet(path))
        for item, answer in answers.items():
            head, found, rest = text.partition(f"## {item} (")
            if found:
                before, mark, after = rest.partition("**Answer.**")
                text = f"{head}{found}{before}{mark}\n\n{answer}{after}"
        filled[path.stem] = text
    return filled
