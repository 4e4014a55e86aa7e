"""A notebook is what its cells are: copies, free names, swapped parts, and which of several files counts."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from handed_in import ASSIGNMENT, PART_1, PDF, PNG, notes, packed, placed
from hypothesis import given
from hypothesis import strategies as st

from autograder import intake
from autograder.formats.members import disk_folder, walk
from autograder.handin import limits, notebook_file, notebook_match
from autograder.handin.asked import GivenCell, GivenText, Notebook, Role
from autograder.handin.recognition import candidates
from autograder.handin.working_folder import WorkFile
from autograder.model.submission import Submission

FUNCTIONS = {"hw4_partI": ("leaky", "noise"), "hw4_partII": ("cost", "gradient", "walk")}
QUESTION = "reading"  # in part II
STUB = "def {0}(x):\n    raise NotImplementedError('write it')\n"


def asked(name: str) -> Notebook:
    functions = FUNCTIONS[name]
    given = [GivenCell("imports", Role.RUN, "import numpy"), GivenCell(f"{name}_train", Role.TRAINING, "train()")]
    texts = [GivenText(f"{name}_title", f"# {name}")]
    if name == "hw4_partII":
        texts += [
            GivenText(f"{QUESTION}_prompt", "### Reading (2 points)", asks=QUESTION),
            GivenText(QUESTION, "", is_answer=True),
        ]
    cells = [*given, *(GivenCell(f"{function}_solution", Role.SOLUTION) for function in functions)]
    return Notebook(
        {f: f for f in functions}, {QUESTION: "Why?"} if name == "hw4_partII" else {}, cells, texts
    )  # fmt: skip


LAB = replace(ASSIGNMENT, asked_notebooks={name: asked(name) for name in FUNCTIONS})


def cell(source: str, grade_id: str = "", kind: str = "code") -> dict[str, object]:
    metadata = {"nbgrader": {"grade_id": grade_id}} if grade_id else {}
    outputs = {"outputs": [], "execution_count": 1} if kind == "code" else {}
    return {"cell_type": kind, "source": source, "metadata": metadata, **outputs}


def cells(part: str, written: int = 9, *, ids: bool = True, mark: str = "") -> list[dict[str, object]]:
    """Return the cells of a part of which so many functions are written."""
    found = [cell(f"# {part}", f"{part}_title", "markdown"), cell("import numpy", "imports")]
    for number, function in enumerate(FUNCTIONS[part]):
        source = f"def {function}(x):\n    return x  # {mark}\n" if number < written else STUB.format(function)
        found.append(cell(source, f"{function}_solution"))
    found.append(cell("train()", f"{part}_train"))
    return found if ids else [each | {"metadata": {}} for each in found]


def notebook(*all_cells: list[dict[str, object]]) -> bytes:
    found = [each for some in all_cells for each in some]
    return json.dumps({"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


ONE, TWO = (notebook(cells(name)) for name in FUNCTIONS)
UNTOUCHED_1, UNTOUCHED_2 = (notebook(cells(name, 0)) for name in FUNCTIONS)
BOTH = notebook(cells("hw4_partI"), cells("hw4_partII"))
OTHER_HOMEWORK = notebook([cell("x = 1", "imports"), *(cell("y", f"lab_{number}") for number in range(9))])
FOREIGN = notebook([cell("y", f"lab_{number}") for number in range(9)])

WAYS: dict[str, dict[str, bytes]] = {
    "as_asked": {"bob_hw4_partI.ipynb": ONE, "bob_hw4_partII.ipynb": TWO},
    "free_names": {"Untitled.ipynb": ONE, "final_FINAL.ipynb": TWO},
    "free_names_without_ids": {
        "a.ipynb": notebook(cells("hw4_partI", ids=False)), "b.ipynb": notebook(cells("hw4_partII", ids=False)),
    },
    "swapped": {"hw4_partI.ipynb": TWO, "hw4_partII.ipynb": ONE},
    "swapped_with_the_id": {"bob_hw4_partI.ipynb": TWO, "bob_hw4_partII.ipynb": ONE},
    "swapped_beside_one_right_name": {"hw4_partI.ipynb": TWO, "Untitled1.ipynb": ONE},
    "solved_copy": {"hw4_partI.ipynb": UNTOUCHED_1, "hw4_partI-Copy1.ipynb": ONE, "hw4_partII.ipynb": TWO},
    "untouched_copy": {"hw4_partI.ipynb": ONE, "hw4_partI-Copy1.ipynb": UNTOUCHED_1, "hw4_partII.ipynb": TWO},
    "browsers_copy": {"hw4_partI.ipynb": UNTOUCHED_1, "hw4_partI (1).ipynb": ONE, "hw4_partII.ipynb": TWO},
    "computers_name": {"hw4_partI.ipynb": UNTOUCHED_1, "hw4_partI-MacBook-Pro.ipynb": ONE, "hw4_partII.ipynb": TWO},
    "sync": {
        "hw4_partI.sync-conflict-20260101-1200-ABC.ipynb": ONE, "hw4_partI.ipynb": UNTOUCHED_1, "hw4_partII.ipynb": TWO,
    },
    "drive": {"Copy of hw4_partI.ipynb": ONE, "Kopie von hw4_partII.ipynb": TWO, "hw4_partII.ipynb": UNTOUCHED_2},
    "more_is_written": {"hw4_partII.ipynb": notebook(cells("hw4_partII", 1)), "x.ipynb": TWO, "hw4_partI.ipynb": ONE},
    "in_folders": {"Part 1/homework.ipynb": ONE, "Part 2/homework.ipynb": TWO},
    "other_homework_beside": {"hw4_partI.ipynb": ONE, "hw4_partII.ipynb": TWO, "lab.ipynb": FOREIGN},
    "other_homework_of_the_name": {"hw4_partI.ipynb": FOREIGN, "x.ipynb": ONE, "hw4_partII.ipynb": TWO},
    "checkpoints": {
        "hw4_partI.ipynb": ONE, "hw4_partII.ipynb": TWO,
        ".ipynb_checkpoints/hw4_partI-checkpoint.ipynb": notebook(cells("hw4_partI", mark="old")),
    },
    "other_homeworks_number": {"hw3_partI.ipynb": ONE, "hw4_partII.ipynb": TWO},
    "damaged_copy": {"hw4_partI.ipynb": ONE[:-60], "hw4_partI-Copy1.ipynb": ONE, "hw4_partII.ipynb": TWO},
}  # fmt: skip


def collected(files: Mapping[str, bytes], folder: Path, name: str = "bob_HW4.zip") -> Submission:
    (folder / name).write_bytes(packed(files))
    (submission,) = intake.collect([folder / name], LAB)
    return submission


@pytest.mark.parametrize("files", WAYS.values(), ids=WAYS)
def test_the_notebook_that_was_worked_in_counts_whatever_it_is_called(files: dict[str, bytes], tmp_path: Path):
    """By cells, then by how much is written; a name decides where these do not. Nobody else's id is seen in names."""
    submission = collected(files, tmp_path)

    assert submission.problem is None
    assert {name: _functions(data) for name, data in submission.notebooks.items()} == FUNCTIONS
    assert "another" not in notes(submission)
    assert "have the id" not in notes(submission)


@pytest.mark.parametrize("files", WAYS.values(), ids=WAYS)
def test_a_stored_submission_is_read_as_it_was_stored(files: dict[str, bytes], tmp_path: Path):
    """Its names are right from then on, so nothing is replaced by storing it again."""
    submission = collected(files, tmp_path)
    folder = intake.store(submission, tmp_path / "submitted", LAB)

    again = intake.read_folder(folder, "bob", LAB)

    assert again.notebooks == submission.notebooks
    intake.store(again, tmp_path / "submitted", LAB)
    assert [path.name for path in (tmp_path / "submitted" / "bob").iterdir()] == ["hw4"]


def test_it_is_said_which_file_counts_as_what_and_why(tmp_path: Path):
    """One sentence each, for a swap, a free name, a copy, and a notebook of another homework."""
    said = notes(collected(WAYS["swapped"], tmp_path))
    assert "'hw4_partI.ipynb' was taken as hw4_partII.ipynb, whose cells it has." in said

    said = notes(collected(WAYS["solved_copy"], tmp_path))
    assert "'hw4_partI-Copy1.ipynb' counts, not 'hw4_partI.ipynb', because more of it is written (2 functions" in said

    said = notes(collected({"hw4_partI.ipynb": FOREIGN, "hw4_partII.ipynb": TWO}, tmp_path))
    assert "'hw4_partI.ipynb' has the name of hw4_partI.ipynb, but none of its cells" in said


def test_of_two_that_are_written_alike_the_one_saved_last_counts(tmp_path: Path):
    """Files that were saved within a minute, as when they are copied together, are told by their names."""
    old, new = (notebook(cells("hw4_partI", mark=mark)) for mark in ("old", "new"))
    for age_s, expected in ((3600, new), (5, old)):
        folder = placed(
            tmp_path / f"bob{age_s}", {"hw4_partI.ipynb": old, "hw4_partI-Copy1.ipynb": new, "hw4_partII.ipynb": TWO}
        )
        _set_age(folder / "hw4_partI.ipynb", age_s)
        _set_age(folder / "hw4_partI-Copy1.ipynb", 0)

        assert intake.read_folder(folder, "bob", LAB).notebooks["hw4_partI"] == expected


def test_the_students_own_id_comes_before_a_notebook_of_somebody_else(tmp_path: Path):
    """However much is written in it."""
    own, other = notebook(cells("hw4_partI", 1, mark="own")), notebook(cells("hw4_partI", 2, mark="other"))
    files = {"bob_hw4_partI.ipynb": own, "ann_hw4_partI.ipynb": other, "bob_hw4_partII.ipynb": TWO}

    assert intake.read_folder(placed(tmp_path / "bob", files), "bob", LAB).notebooks["hw4_partI"] == own


def test_one_notebook_with_the_cells_of_both_counts_as_both(tmp_path: Path):
    """Each without the cells of the other, so that no training of the other runs; own cells are in both.

    A cell whose id both notebooks have, as that of the imports, goes with the cells around it.
    """
    merged = notebook(cells("hw4_partI"), [cell("mine = 1")], cells("hw4_partII"))

    submission = collected({"homework.ipynb": merged, "hw4_partII.ipynb": UNTOUCHED_2}, tmp_path)

    for name, data in submission.notebooks.items():
        sources = [each.source for each in notebook_file.read(data).cells]
        assert _functions(data) == FUNCTIONS[name]
        assert "mine = 1" in sources
        assert sources.count("train()") == sources.count("import numpy") == 1


def test_a_few_cells_of_the_other_part_make_no_second_notebook(tmp_path: Path):
    """A notebook that is missing stays missing."""
    stray = notebook(cells("hw4_partI"), cells("hw4_partII")[2:3])

    submission = collected({"hw4_partI.ipynb": stray}, tmp_path)

    assert submission.notebooks == {"hw4_partI": stray}
    assert "hw4_partII.ipynb is missing." in notes(submission)


def test_a_name_decides_where_cells_say_nothing(tmp_path: Path):
    """An empty or unreadable notebook of the right name is what its author is told about."""
    files = {"hw4_partI.ipynb": PART_1, "hw4_partII.ipynb": b"{"}

    assert collected(files, tmp_path).notebooks == {"hw4_partI": PART_1, "hw4_partII": b"{"}


def test_only_so_many_notebooks_are_read(tmp_path: Path):
    """What lies behind the limit is told by its name alone."""
    others = {f"a{number:02}.ipynb": FOREIGN for number in range(limits.MAX_NOTEBOOKS)}

    submission = collected({"bob_hw4_partII.ipynb": TWO, **others, "x/Untitled.ipynb": ONE}, tmp_path)

    assert submission.notebooks == {"hw4_partII": TWO}


# --- where a submission begins ---


def test_a_folder_of_students_is_told_by_what_is_in_their_notebooks(tmp_path: Path):
    """Whatever the notebooks are called."""
    placed(tmp_path, {"class/ann/Untitled.ipynb": ONE, "class/bob/work.ipynb": ONE, "class/bob/more.ipynb": TWO})

    found = {submission.student: submission for submission in intake.collect([tmp_path / "class"], LAB)}

    assert {student: [*submission.notebooks] for student, submission in found.items()} == {
        "ann": ["hw4_partI"], "bob": ["hw4_partI", "hw4_partII"]
    }  # fmt: skip


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_one_students_folder_of_free_names_is_one_submission(form: str, tmp_path: Path):
    """Also with folders in it that hold no notebook, or an old version of one."""
    files = {"Untitled.ipynb": ONE, "more.ipynb": TWO, "data/x.txt": b"", "old/Untitled.ipynb": UNTOUCHED_1}
    placed(tmp_path / "bob", files)
    (tmp_path / "bob.zip").write_bytes(packed(files))

    (submission,) = intake.collect([tmp_path / ("bob" if form == "folder" else "bob.zip")], LAB)

    assert submission.student == "bob"
    assert submission.notebooks == {"hw4_partI": ONE, "hw4_partII": TWO}


def test_of_loose_uploads_the_one_that_was_worked_in_counts(tmp_path: Path):
    """Canvas has several files of one attempt; the last of them may be the untouched original."""
    placed(tmp_path, {
        "download/doebob_12_101_hw4_partI-Copy1.ipynb": ONE, "download/doebob_12_102_hw4_partI.ipynb": UNTOUCHED_1,
        "download/doebob_12_103_Untitled.ipynb": TWO,
    })  # fmt: skip

    (submission,) = intake.collect([tmp_path / "download"], LAB)

    assert submission.notebooks == {"hw4_partI": ONE, "hw4_partII": TWO}
    assert "nothing is written in 'doebob_12_102_hw4_partI.ipynb'" in notes(submission, "warning")


# --- the text of a file ---


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: f'"grade_id": "{text}" def {text}('.encode()))
def test_whatever_a_file_holds_it_is_matched(data: bytes):
    """No bytes make it raise, and none of them is a notebook by chance."""
    assert notebook_match.match(data, LAB).names == ()
    assert notebook_match.written(data, asked("hw4_partII")) == 0


def test_what_is_written_is_counted_with_answers():
    """A definition that does more than raise, an assignment or an import, and an answer in words."""
    sources = {"cost": "def cost(x): return x", "gradient": "from mine import gradient", "walk": STUB.format("walk")}
    written = [cell(source, f"{function}_solution") for function, source in sources.items()]
    written.append(cell("### Reading (2 points)", f"{QUESTION}_prompt", "markdown"))
    written.append(cell("As rare.", QUESTION, "markdown"))

    assert notebook_match.written(notebook(written), asked("hw4_partII")) == 3
    assert notebook_match.written(UNTOUCHED_2, asked("hw4_partII")) == 0


def test_handin_and_intake_choose_alike(tmp_path: Path):
    """The student's folder and the zip of the same files have the same candidates in the same order."""
    files = {**WAYS["solved_copy"], "Untitled.ipynb": ONE, "word_vectors.png": PNG, "derivation.pdf": PDF}
    listed = {}
    placed(tmp_path, files)
    members, _ = walk(disk_folder(tmp_path))
    work = [WorkFile(path.name, path.stat().st_mtime, path) for path in sorted(tmp_path.iterdir())]
    for name, given_files in (("intake", members), ("handin", work)):
        picked = candidates(given_files, "bob", LAB)
        listed[name] = {slot: [choice.file.name for choice in choices] for slot, choices in picked.items()}

    assert listed["intake"] == listed["handin"]


def _functions(data: bytes) -> tuple[str, ...]:
    """Return which functions of the homework are written in a notebook."""
    sources = [each.source for each in notebook_file.read(data).cells]
    known = [function for functions in FUNCTIONS.values() for function in functions]
    return tuple(f for f in known if any(f"def {f}(x):\n    return" in source for source in sources))


def _set_age(path: Path, age_s: float) -> None:
    os.utime(path, (1_700_000_000 - age_s,) * 2)
