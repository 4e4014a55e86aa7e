"""What befalls a notebook on its way in, graded in a real process: code that can be found keeps its points."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import nbformat
import pytest

from autograder.grading.grader import grade
from autograder.model.assignment import Assignment
from autograder.model.submission import Submission
from autograder.session.launcher import Zygote

PART, ITEM = "hw4_partII", "softmaxCostAndGradient"  # something given stands in for this one
CONFLICT = "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n"
Notebook = dict[str, Any]


def cell(notebook: Notebook, grade_id: str) -> Notebook:
    return next(each for each in notebook["cells"] if grade_id_of(each) == grade_id)


def grade_id_of(each: Notebook) -> str:
    return each["metadata"].get("nbgrader", {}).get("grade_id", "")


def changed(change: Callable[[Notebook], Any]) -> Callable[[Notebook], bytes]:
    """Return what changes a notebook and writes it."""

    def written(notebook: Notebook) -> bytes:
        change(notebook)
        return json.dumps(notebook, indent=1).encode()

    return written


def without_ids(notebook: Notebook) -> None:
    for each in notebook["cells"]:
        each["metadata"] = {}
        del each["id"]


def in_format_3(notebook: Notebook) -> bytes:
    return nbformat.writes(nbformat.convert(nbformat.reads(json.dumps(notebook), 4), 3), 3).encode()


def with_solutions_only(notebook: Notebook) -> None:
    notebook["cells"] = [each for each in notebook["cells"] if grade_id_of(each).endswith("_solution")]


def renamed(notebook: Notebook) -> None:
    solution = cell(notebook, f"{ITEM}_solution")
    solution["source"] = "".join(solution["source"]).replace(f"def {ITEM}", "def negative_sampling")


def as_colab_saves_it(notebook: Notebook) -> None:
    notebook["metadata"] = {"colab": {"provenance": [], "toc_visible": True}, "accelerator": "GPU", "widgets": {}}
    notebook["nbformat_minor"] = 0
    for each in notebook["cells"]:
        each["metadata"] = {"id": each.pop("id"), "outputId": "x", "colab": {"base_uri": "https://localhost:8080/"}}


HARMLESS: dict[str, Callable[[Notebook], bytes]] = {
    "as_it_is": changed(lambda notebook: None),
    "format_3": in_format_3,
    "newer_minor_version": changed(lambda notebook: notebook.update(nbformat_minor=99)),
    "newer_version": changed(lambda notebook: notebook.update(nbformat=5)),
    "no_ids_and_no_metadata": changed(without_ids),
    "colab": changed(as_colab_saves_it),
    "another_kernel": changed(lambda notebook: notebook["metadata"].update(kernelspec={"name": "ir", "language": "R"})),
    "every_cell_twice": changed(lambda notebook: notebook["cells"].extend(notebook["cells"][:])),
    "solutions_only": changed(with_solutions_only),
    "backwards": changed(lambda notebook: notebook["cells"].reverse()),
    "a_conflict_in_another_cell": changed(
        lambda notebook: cell(notebook, "skipgram_solution").update(source=CONFLICT),
    ),
    "byte_order_mark": lambda notebook: json.dumps(notebook).encode("utf-8-sig"),
    "utf_16": lambda notebook: json.dumps(notebook).encode("utf-16"),
    "windows_line_ends": lambda notebook: json.dumps(notebook, indent=1).replace("\n", "\r\n").encode(),
    "old_mac_line_ends": lambda notebook: json.dumps(notebook, indent=1).replace("\\n", "\\r").encode(),
    "latin_1": lambda notebook: json.dumps(notebook, ensure_ascii=False).encode("latin-1", errors="replace"),
    "zeros_at_the_end": lambda notebook: json.dumps(notebook).encode() + b"\0" * 4096,
}
HARMFUL: dict[str, tuple[Callable[[Notebook], bytes], str, str]] = {
    "renamed_function": (changed(renamed), "not_attempted", f"defines no `{ITEM}`"),
    "deleted_solution": (
        changed(lambda notebook: notebook["cells"].remove(cell(notebook, f"{ITEM}_solution"))),
        "not_attempted",
        f"defines no `{ITEM}`",
    ),
    "a_conflict_in_the_solution": (
        changed(lambda notebook: cell(notebook, f"{ITEM}_solution").update(source=f"{CONFLICT}def {ITEM}(): pass")),
        "error",
        "SyntaxError",
    ),
    "a_conflict_in_the_file": (
        lambda notebook: json.dumps(notebook, indent=1).replace("\n", f"\n{CONFLICT}", 1).encode(),
        "error",
        "merge conflict",
    ),
    "half_written": (lambda notebook: json.dumps(notebook).encode()[:20_000], "error", "ends too early"),
    "a_script": (lambda notebook: b"import numpy as np\n\ndef f():\n    return 1\n", "error", "Python script"),
    "nothing": (lambda notebook: b"", "error", "empty"),
}


def graded(data: bytes, assignment: Assignment, zygote: Zygote):
    (item,) = grade(Submission("bob", notebooks={PART: data}), assignment, "damaged", zygote, only={ITEM}).items
    return item


def source(assignment: Assignment) -> Notebook:
    return json.loads(nbformat.writes(assignment.source_notebook(PART)))


@pytest.mark.parametrize("damage", HARMLESS.values(), ids=HARMLESS)
def test_right_code_keeps_its_points(damage: Callable[[Notebook], bytes], assignment: Assignment, zygote: Zygote):
    """However the file was saved, and whatever stands around the solution."""
    item = graded(damage(source(assignment)), assignment, zygote)

    assert (item.verdict.value, item.score) == ("passed", item.max), item.reason


@pytest.mark.parametrize(("damage", "verdict", "says"), HARMFUL.values(), ids=HARMFUL)
def test_what_is_lost_is_named(
    damage: Callable[[Notebook], bytes], verdict: str, says: str, assignment: Assignment, zygote: Zygote
):
    """One sentence says what is missing or what is wrong with the file."""
    item = graded(damage(source(assignment)), assignment, zygote)

    assert (item.verdict.value, item.score) == (verdict, 0.0)
    assert says in item.reason
