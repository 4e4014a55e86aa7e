"""What the outputs under the training cells tell a person: nothing for honest work, one line for each contradiction."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import corpus_cases
import nbformat
import pytest
from nbgrader.utils import compute_checksum

from autograder.assignments.hw4 import training
from autograder.assignments.hw4.demo import outputs
from autograder.course import loaded_package
from autograder.grading.grader import grade
from autograder.model.assignment import Assignment
from autograder.model.submission import Submission
from autograder.session.launcher import Zygote

ONE, TWO = "hw4_partI", "hw4_partII"
QUICK_ITEM = {ONE: "leaky_relu", TWO: "word_vectors"}  # evidence does not depend on which items are checked
ON_MINI = f"{TWO}: the word vectors come from the mini stand-in, not from the Treebank."

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def found(assignment: Assignment, zygote: Zygote) -> Callable[..., list[str]]:
    """Grade a notebook that was trained, changed in some way; return what was found beside the mini stand-in."""

    def look(
        name: str, *changes: Change, files: Mapping[str, bytes] = MappingProxyType({"word_vectors": b"a picture"})
    ) -> list[str]:
        cells = {
            cell.metadata.nbgrader.grade_id: cell.source
            for cell in assignment.source_notebook(name).cells
            if "nbgrader" in cell.metadata
        }
        cells["word_vectors_solution"] = f"def run_time_minutes():\n    return {outputs.minutes()}\n"
        notebook = json.loads((assignment.course_dir / "release" / "hw4" / f"{name}.ipynb").read_text())
        for cell in notebook["cells"]:
            cell["source"] = cells.get(cell["metadata"].get("nbgrader", {}).get("grade_id"), cell["source"])
        outputs.put_in(notebook, name, trained=True)
        for change in changes:
            change(notebook)
        submission = Submission("ann", {name: json.dumps(notebook).encode()}, files=files)
        report = grade(submission, assignment, "evidence", zygote, only={QUICK_ITEM[name]})
        return [finding.text for finding in report.findings if finding.text != ON_MINI]

    return look


def cell(notebook: dict[str, Any], grade_id: str) -> dict[str, Any]:
    return next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id)


def cleared(*grade_ids: str) -> Change:
    """Clear the outputs of some cells."""
    return lambda notebook: [cell(notebook, grade_id).update(outputs=[]) for grade_id in grade_ids]


def shows(grade_id: str, *outputs: Any) -> Change:
    """Let a cell show these outputs and no others."""
    return lambda notebook: cell(notebook, grade_id).update(outputs=copy.deepcopy(list(outputs)))


def said(grade_id: str, old: str, new: str) -> Change:
    """Put other words into the text that a cell printed."""

    def change(notebook: dict[str, Any]) -> None:
        for output in cell(notebook, grade_id)["outputs"]:
            if "text" in output:
                output["text"] = output["text"].replace(old, new)
        assert any(new in output.get("text", "") for output in cell(notebook, grade_id)["outputs"])

    return change


def written(item_id: str, source: str) -> Change:
    """Put other code into a solution cell."""
    return lambda notebook: cell(notebook, f"{item_id}_solution").update(source=source)


def wrong(item_id: str, folder: str) -> Change:
    """Put a wrong solution of the corpus into its cell."""
    return written(item_id, solution(f"wrong/{item_id}/{folder}"))


def solution(case: str) -> str:
    return corpus_cases.Case(corpus_cases.CORPUS / case).solution


def states(minutes: str) -> Change:
    return written("word_vectors", f"def run_time_minutes():\n    return {minutes}\n")


def error(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": []}


@pytest.mark.parametrize("name", [ONE, TWO])
def test_honest_training_leaves_nothing_to_ask(found, name) -> None:
    """A notebook that was run as it is gives no finding."""
    assert found(name) == []


@pytest.mark.parametrize(
    "case",
    [
        "negSamplingCostAndGradient/draws_first_and_replaces_targets",
        "negSamplingCostAndGradient/pure_python",
        "negSamplingCostAndGradient/row_vectors",
        "negSamplingCostAndGradient/scatter_add",
        "skipgram/comprehension_and_sums",
        "skipgram/goes_with_a_cost_function_of_columns",
        "skipgram/recursion",
    ],
)
def test_right_code_has_the_losses_of_any_right_code(found, case) -> None:
    """However it is written, the log fits to it, or cannot be compared."""
    assert found(TWO, written(case.split("/")[0], solution(f"right/{case}"))) == []


LOG = "train_word2vec"
LOSS = "in the training log the loss of iteration "
AVERAGES = wrong("skipgram", "averages_over_the_context")


def shortened(notebook: dict[str, Any]) -> None:
    training = cell(notebook, LOG)
    training["source"] = "".join(training["source"]).replace("2_000", "20")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([cleared(LOG, "look_words")], 'no outputs are saved under "Training", "Do the vectors mean anything?"'),
        ([shows(LOG, error("KeyboardInterrupt", ""))], "shows no finished training, it ended with KeyboardInterrupt."),
        ([shows(LOG, {"output_type": "stream", "text": ["still ", "at it\n", 3]})], "shows no finished training."),
        ([shows(LOG, {"output_type": "stream", "text": {"a": 1}}, {"output_type": "error"})], "with an exception"),
        ([states(f"{60 * outputs.minutes() + 60}"), said(LOG, "took 0", "took 1")], "these seem to be seconds"),
        ([states("90")], "run_time_minutes() returns 90, the training cell says"),
        ([said(LOG, "2,000 iterations, seed", "150 iterations, seed")], "training had 150 of 2,000 iterations."),
        ([shortened], 'the given training cell under "Training" was changed.'),
        ([said(LOG, "iterations, seed 18739)", "iterations, seed 7)")], LOSS),
        ([wrong("negSamplingCostAndGradient", "cost_in_bits")], LOSS),
        ([wrong("negSamplingCostAndGradient", "forgets_repeated_negatives")], LOSS),
        ([wrong("negSamplingCostAndGradient", "gradient_of_the_negatives_missing")], LOSS),
        ([AVERAGES], LOSS),
        ([wrong("skipgram", "center_gradient_overwritten")], LOSS),
    ],
)  # fmt: skip
def test_a_contradiction_in_part_two_is_one_line(found, changes, expected) -> None:
    """Missing outputs, no end of training, other minutes, fewer iterations, losses of other functions."""
    (text,) = found(TWO, *changes)

    assert text.startswith(f"{TWO}: ")
    assert expected in text
    assert text.isprintable()


@pytest.mark.parametrize(
    "changes",
    [
        [AVERAGES, said(LOG, "(data ", "(data 0")],  # not a digest
        [AVERAGES, said(LOG, "Loss by iteration (data ", "Loss of data (")],
        [AVERAGES, said(LOG, "280 words", "Each gets the whole vocabulary, 280 words")],
        [wrong("skipgram", "words_instead_of_rows")],
        [written("skipgram", "def skipgram(*args):\n    while True:\n        pass\n")],
        [written("skipgram", "def skipgram(*args):\n    import os\n    os._exit(3)\n")],
        [written("skipgram", "def skipgram(*args):\n    return 1.0, 'two', [[3]]\n")],
        [written("negSamplingCostAndGradient", "negSamplingCostAndGradient = 3\n")],
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_not_a_contradiction(found, changes) -> None:
    """Other data, the slow way of training, functions that do not run today: their points say enough."""
    assert found(TWO, *changes) == []


def test_the_training_cell_of_an_earlier_release_is_no_edit(found) -> None:
    """What counts is the checksum that the student's own release has: the cell may have been changed since."""

    def older(notebook: dict[str, Any]) -> None:
        training = cell(notebook, LOG)
        training["source"] = "".join(training["source"]).replace("2_000", "2_500")
        training["metadata"]["nbgrader"]["checksum"] = compute_checksum(nbformat.from_dict(training))

    assert found(TWO, older) == []


def test_without_a_plot_nothing_is_claimed(found) -> None:
    assert found(TWO, cleared(LOG), files={}) == []


def test_without_all_functions_no_gan_is_claimed(found, assignment) -> None:
    unwritten = corpus_cases.unwritten(cell_source(assignment, ONE, "generator_solution"))

    assert found(ONE, cleared("train_gan"), written("generator", unwritten)) == []


def cell_source(assignment: Assignment, name: str, grade_id: str) -> str:
    cells = assignment.source_notebook(name).cells
    return next(c.source for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def finished(d_loss: str, g_loss: str) -> list[dict[str, Any]]:
    text = (
        f"7,020 steps in 2.7 minutes, 23 ms each; seed 4.\nMean losses of the last 200 steps: D {d_loss}, G {g_loss}.\n"
    )
    return [{"output_type": "stream", "name": "stdout", "text": text}]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (cleared("look_samples", "train_gan"), 'no outputs are saved under "5 Training", "Real and fake digits": '),
        (shows("train_gan", *finished("0.003", "9.100")), "the discriminator has won: its loss is 0.003 at the end"),
        (shows("train_gan", *finished("nan", "0.7")), "losses that are NaN or infinite (D nan, G 0.7)"),
        (shows("train_gan", error("CannotTrain", "`generator_loss` became nan at step 12.")),
         "shows no finished training, it ended with CannotTrain: `generator_loss` became nan at step 12."),
        (said("train_gan", " steps in", "\n12 steps in"), "the GAN was trained for 12 of "),
    ],
)  # fmt: skip
def test_a_contradiction_in_part_one_is_one_line(found, change, expected) -> None:
    """Missing outputs, a training that broke off or was shortened, a discriminator that won."""
    (text,) = found(ONE, change)

    assert text.startswith(f"{ONE}: ")
    assert expected in text


def test_the_data_of_the_instructor_serves_too(found, assignment, zygote, tmp_path, monkeypatch, capsys) -> None:
    """A log of real data is compared where the grader has that data."""
    training, data = load(assignment, "word2vec_training"), load(assignment, "data")
    names: dict[str, Any] = {}
    for grade_id in ("imports", "helpers", *(f"{item.id}_solution" for item in assignment.auto_items)):
        if grade_id in sources(assignment, TWO):
            exec(sources(assignment, TWO)[grade_id], names)
    write_sentences(tmp_path / "sst" / "datasetSentences.txt")
    monkeypatch.setenv("HW4_DATA", str(tmp_path))
    training.train_word2vec(
        names["skipgram"], names["negSamplingCostAndGradient"], data.load_treebank(tmp_path), iterations=3, seed=5
    )
    log = {"output_type": "stream", "name": "stdout", "text": capsys.readouterr().out.replace("(3 it", "(40,000 it")}

    assert found(TWO, shows(LOG, log), states("0.1")) == []
    (text,) = found(TWO, shows(LOG, log), states("0.1"), AVERAGES)
    assert "of iteration 1 (seed 5)" in text


def load(assignment: Assignment, name: str) -> Any:
    return loaded_package.module(assignment.kit_dir, name)


def sources(assignment: Assignment, name: str) -> dict[str, str]:
    cells = assignment.source_notebook(name).cells
    return {c.metadata.nbgrader.grade_id: c.source for c in cells if "nbgrader" in c.metadata}


def write_sentences(path: Path) -> None:
    path.parent.mkdir()
    lines = [f"{n}\t{' '.join(f'w{n * k % 37}' for k in range(1, 9))}\n" for n in range(1, 60)]
    path.write_text("".join(["sentence_index\tsentence\n", *lines]))


def test_a_fault_of_ours_costs_no_score(found, monkeypatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError("one\nhalf")

    monkeypatch.setattr(training, "findings", broken)

    assert found(TWO) == [f"{TWO}: the outputs of training could not be examined (ZeroDivisionError: one half)."]
