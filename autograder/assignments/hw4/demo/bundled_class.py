"""A class with every kind of submission, for `autograder demo`."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.handin.filled_sheet import ANSWER_MARK
from autograder.model.assignment import Assignment, Sheet

from . import outputs, writing

LOOP = "def leaky_relu(x, alpha=0.01):\n    while True:\n        pass\n"
KILL = "import os\n\n\ndef discriminator():\n    os._exit(0)\n"
CHEAT = """
import glob, json, sys
import numpy as np

np.allclose = lambda *args, **kwargs: True
sys.modules["pytest"] = None
print(json.dumps({"leaky_relu": 3.0, "score": 50, "verdict": "passed"}))


class Anything:
    def __eq__(self, other):
        return True


def leaky_relu(x, alpha=0.01):
    for path in glob.glob("/**/checks/*.py", recursive=True):
        exec(open(path).read())
    return Anything()
"""
SLOPE = '''
def leaky_relu(x, alpha=0.01):
    """Return x where it is positive and alpha * x elsewhere."""
    return tf.nn.leaky_relu(x)  # its own default slope is 0.2
'''
SUMMED = '''
def generator_loss(logits_fake):
    """Return the generator loss."""
    real = tf.ones_like(logits_fake)
    losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=real, logits=logits_fake)
    return tf.reduce_sum(losses)
'''
ONE_ADAM = '''
def get_solvers(learning_rate=1e-3, beta1=0.5):
    """Return the two optimizers."""
    solver = tf.keras.optimizers.Adam(learning_rate=learning_rate, beta_1=beta1)
    return solver, solver
'''
LOST_NEGATIVES = '''
def negSamplingCostAndGradient(predicted, target, outputVectors, dataset, K=10):
    """Return cost and gradients of negative sampling."""
    rows = [target] + getNegativeSamples(target, dataset, K)
    signs = np.array([1.0] + [-1.0] * K)
    scores = sigmoid(signs * (outputVectors[rows] @ predicted))
    slopes = signs * (scores - 1.0)
    grad = np.zeros_like(outputVectors)
    grad[rows] += np.outer(slopes, predicted)  # a row that occurs twice is added once
    return -np.sum(np.log(scores)), slopes @ outputVectors[rows], grad
'''
RAISES = '''
def skipgram(currentWord, C, contextWords, tokens, inputVectors, outputVectors, dataset,
             word2vecCostAndGradient=softmaxCostAndGradient):
    """Return cost and gradients of one skip-gram example."""
    center = tokens[currentWord]
    raise ValueError(f"I do not know what to do with word {center} yet")
'''
STOPPING = (LOOP, KILL, CHEAT, RAISES)  # nobody can train with these


@dataclass(frozen=True)
class Case:
    """One bundled submission: who sends it, what it shows, and how its file is made."""

    student: str
    shows: str
    make: Callable[["Builder"], bytes]


def submissions(assignment: Assignment, released: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield each bundled submission: who sends it, what it shows, and its zip.

    Args:
        assignment: The homework.
        released: Its release.
    """
    builder = Builder(assignment, released)
    for case in CLASS:
        yield case.student, case.shows, case.make(builder)


class Builder:
    """Makes submissions from the released notebooks, the instructor's solutions, and deliberate slips."""

    def __init__(self, assignment: Assignment, released: Path) -> None:
        self._assignment, self._released = assignment, released
        self.sheet = assignment.sheet
        self.plot = picture()

    def untouched(self, name: str) -> bytes:
        """Return a notebook as it was released."""
        return (self._released / f"{name}.ipynb").read_bytes()

    def solved(self, name: str, slips: Mapping[str, str] = {}, cells: Mapping[str, str] = {}) -> bytes:
        """Return a notebook with the instructor's solutions, but for the items in `slips` and the given cells.

        It shows the outputs of a real training, unless one of the slips stops it.
        """
        solutions = {
            cell.metadata.nbgrader.grade_id: without_markers(cell)
            for cell in self._assignment.source_notebook(name).cells
            if cell.metadata.get("nbgrader", {}).get("solution")
        }
        solutions["word_vectors_solution"] = f"def run_time_minutes():\n    return {outputs.minutes()}\n"
        solutions |= {f"{item}_solution": source for item, source in slips.items()}
        solutions.update(cells)
        notebook = json.loads(self.untouched(name))
        for cell in notebook["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if grade_id in solutions:
                cell["source"] = solutions[grade_id]
        stops = any(
            source in STOPPING and self._assignment.item(item).notebook == name for item, source in slips.items()
        )
        outputs.put_in(notebook, name, trained=not stops)
        return json.dumps(notebook).encode()

    def files(self, student: str, slips: Mapping[str, str] = {}) -> dict[str, bytes]:
        """Return all files of a submission by their names without the student's prefix."""
        writer = writing.WRITERS.get(student)
        plot_reading = writer.answer("plot_reading") if writer else ""
        cells = {"plot_reading": f"{ANSWER_MARK}\n\n{plot_reading}"} if writer else {}
        files = {f"{name}.ipynb": self.solved(name, slips, cells) for name in self._assignment.notebooks}
        files["word_vectors.png"] = self.plot
        for sheet in map(self._assignment.sheet, self._assignment.sheets):
            text = writing.filled(sheet, writer) if writer else answered(sheet)
            files[f"answers/{sheet.name}.md"] = text.encode()
        return files


def without_markers(cell: NotebookNode) -> str:
    """Return a solution cell without the lines that mark the solution."""
    return "\n".join(
        line for line in cell.source.split("\n") if "BEGIN SOLUTION" not in line and "END SOLUTION" not in line
    )


def answered(sheet: Sheet) -> str:
    """Return a sheet filled in with its model answers, without their marks and the mark schemes."""
    kept, in_scheme = [], False
    for line in sheet.text.splitlines():
        in_scheme = (in_scheme or "BEGIN MARK SCHEME" in line) and "END MARK SCHEME" not in line
        if not in_scheme and not line.startswith("<!-- "):
            kept.append(line)
    return "\n".join(kept) + "\n"


def packed(student: str, files: Mapping[str, bytes]) -> bytes:
    """Return the zip that the handout asks for."""
    own = {name: name if name.startswith("answers/") else f"{student}_{name}" for name in files}
    return _zipped({f"{student}_HW4/{own[name]}": content for name, content in files.items()})


def _zipped(files: Mapping[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def with_slips(student: str, **slips: str) -> Callable[[Builder], bytes]:
    """Return the maker of a submission that is right but for the given solution cells."""
    return lambda builder: packed(student, builder.files(student, slips))


def picture() -> bytes:
    """Return a small word plot, drawn from a fixed seed."""
    import matplotlib
    import numpy as np

    matplotlib.use("Agg")
    from matplotlib import pyplot

    words = "the a film movie story good great wonderful bad dull boring . , ! actor script".split()
    figure, axes = pyplot.subplots(figsize=(8, 6))
    for word, (x, y) in zip(words, np.random.default_rng(18739).normal(size=(len(words), 2)), strict=True):
        axes.plot(x, y, ".")
        axes.annotate(word, (x, y))
    data = io.BytesIO()
    figure.savefig(data, format="png")
    pyplot.close(figure)
    return data.getvalue()


def _untouched(builder: Builder) -> bytes:
    return packed("erin", {f"{name}.ipynb": builder.untouched(name) for name in builder._assignment.notebooks})


def _steps_on_paper(builder: Builder) -> bytes:
    files = builder.files("ada")
    sheet = builder.sheet("derivations")
    files[f"answers/{sheet.name}.md"] = writing.formulas_only(sheet).encode()
    return packed("ada", {**files, "derivation.pdf": writing.derivation_pdf()})


def _half_saved(builder: Builder) -> bytes:
    files = {name: data for name, data in builder.files("frank").items() if not name.startswith("answers/")}
    files["hw4_partI.ipynb"] = files["hw4_partI.ipynb"][: len(files["hw4_partI.ipynb"]) // 2]
    return packed("frank", files)


def _part_missing(builder: Builder) -> bytes:
    files = builder.files("grace")
    del files["hw4_partII.ipynb"]
    return packed("grace", files)


def _own_names(builder: Builder) -> bytes:
    files = builder.files("heidi")
    renamed = {name: name.replace("hw4_part", "HW4_Part").replace("answers/", "") for name in files}
    return _zipped({renamed[name]: content for name, content in files.items()})


CLASS = (
    Case("ada", "everything right, with the steps of the derivations in a PDF", _steps_on_paper),
    Case("ben", "the wrong slope, and a loss that is summed",
         with_slips("ben", leaky_relu=SLOPE, generator_loss=SUMMED)),
    Case("chloe", "one optimizer used twice, repeated negatives lost, somebody else's training log",
         with_slips("chloe", get_solvers=ONE_ADAM, negSamplingCostAndGradient=LOST_NEGATIVES)),
    Case("dan", "skipgram raises an exception", with_slips("dan", skipgram=RAISES)),
    Case("erin", "the release, untouched", _untouched),
    Case("frank", "a notebook that was saved only partly", _half_saved),
    Case("grace", "Part II is missing", _part_missing),
    Case("heidi", "unusual names of files and folders", _own_names),
    Case("ivan", "an endless loop", with_slips("ivan", leaky_relu=LOOP)),
    Case("judy", "a function that ends the process", with_slips("judy", discriminator=KILL)),
    Case("mallory", "reads checks, patches numpy, forges results", with_slips("mallory", leaky_relu=CHEAT)),
    Case("oscar", "a text file called .zip", lambda builder: b"I will send it tomorrow\n"),
)  # fmt: skip
