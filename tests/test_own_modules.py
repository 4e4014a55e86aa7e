"""Modules of the student's own: which files are taken, that they can be imported, and what they cannot replace."""

from __future__ import annotations

import keyword
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from handed_in import ASSIGNMENT, BY_HAND, handed_in, notes, only, packed, placed, stored_names
from hypothesis import given
from hypothesis import strategies as st

from autograder import corpus, intake
from autograder.course.asked import asked_for
from autograder.grading.cache_key import CacheKeys
from autograder.grading.grader import grade
from autograder.handin import own_modules
from autograder.handin.__main__ import main
from autograder.handin.handed_in import HandedIn
from autograder.handin.limits import MAX_BYTES, MAX_MODULES
from autograder.handin.recognition import candidates
from autograder.model.report import Verdict
from autograder.session.notebook_process import Cell
from autograder.session.student import Student

MODULE = b"def double(x):\n    return 2 * x\n"
TAKEN = {
    "beside": ("helpers.py", "helpers.py"),
    "package": ("helpers/__init__.py", "helpers/__init__.py"),
    "package_without_init": ("helpers/maths.py", "helpers/maths.py"),
    "accents": ("donn\u00e9es.py", "donn\u00e9es.py"),
    "accents_of_a_mac": ("donne\u0301es.py", "donn\u00e9es.py"),
    "copy": ("helpers (1).py", "helpers.py"),
    "script_of_the_notebook": ("hw4_partI.py", "hw4_partI.py"),
    "like_a_part": ("part1_helpers.py", "part1_helpers.py"),
    "capitals": ("Random.py", "Random.py"),
}
NOT_TAKEN = {
    "no_identifier": "my-helpers.py",
    "keyword": "class.py",
    "number_first": "2vec.py",
    "too_deep": "a/b/helpers.py",
    "kit": "hw4kit/data.py",
    "handin": "handin/check.py",
    "pythons_own": "__main__.py",
    "init_beside": "__init__.py",
    "compiled": "helpers.pyc",
    "other_ending": "helpers.PY",
    "long": f"{'h' * 200}.py",
    "half_of_a_pair": "\udc80.py",
}
SHADOWING = (
    "random.py", "numpy.py", "numpy/__init__.py", "IPython.py", "sitecustomize.py", "conftest.py", "hw4kit.py",
    "handin.py", "json/__init__.py", "\uff4e\uff55mpy.py",
)  # fmt: skip


@pytest.mark.parametrize(("path", "taken_as"), TAKEN.values(), ids=TAKEN)
def test_a_module_beside_the_notebooks_is_taken(path: str, taken_as: str, tmp_path: Path):
    """It is in the submission, is named in a finding, and lies in submitted/ where it is found again."""
    (tmp_path / "bob_HW4.zip").write_bytes(packed({**BY_HAND, f"bob_HW4/{path}": MODULE}))

    submission = only(tmp_path / "bob_HW4.zip")

    assert submission.modules == {taken_as: MODULE}
    assert f"notebooks may import: {taken_as}." in notes(submission, "info")
    folder = intake.store(submission, tmp_path / "submitted", ASSIGNMENT)
    assert taken_as in stored_names(folder)
    assert intake.read_folder(folder, "bob", ASSIGNMENT).modules == submission.modules
    assert not (tmp_path / "superseded").exists()


def test_only_a_change_is_said_of_a_module_that_came_with_the_notebooks(tmp_path: Path):
    """Everybody sends it back, with the line ends of their system."""
    (tmp_path / "helpers.py").write_bytes(MODULE)
    assignment = replace(ASSIGNMENT, given_files={"helpers.py": tmp_path / "helpers.py"})

    def said(sent: bytes) -> str:
        (tmp_path / "bob_HW4.zip").write_bytes(packed({**BY_HAND, "bob_HW4/helpers.py": sent}))
        (submission,) = intake.collect([tmp_path / "bob_HW4.zip"], assignment)
        return notes(submission, "info")

    assert "helpers.py" not in said(MODULE.replace(b"\n", b"\r\n"))
    assert "came with the notebooks: helpers.py" in said(b"x = 1\n")


@pytest.mark.parametrize("path", NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_what_no_import_can_name_is_not_taken(path: str):
    """Given files, hidden ones and names that are no identifiers stay out."""
    assert _modules([path]) == {}


@pytest.mark.parametrize("path", SHADOWING)
def test_a_name_that_an_import_finds_elsewhere_is_left_out_and_said(path: str, tmp_path: Path):
    """Its author is told to rename it."""
    (tmp_path / "bob_HW4.zip").write_bytes(packed({**BY_HAND, f"bob_HW4/{path}": MODULE}))

    submission = only(tmp_path / "bob_HW4.zip")

    assert submission.modules == {}
    assert "Rename the file, and its import." in notes(submission, "warning")


def test_of_names_that_some_systems_take_for_one_only_one_counts():
    """The folder in submitted/ may lie on a disk that does not tell capitals apart."""
    files = [*_notebooks(), _Named("Helpers.py", 0.0), _Named("helpers.py", 0.0)]
    picked = candidates(files, "bob", ASSIGNMENT)

    slots = [slot for slot in picked if slot.kind == own_modules.KIND]

    assert [slot.path for slot in slots] == ["Helpers.py"]
    assert [choice.file.name for choice in picked[slots[0]]] == ["Helpers.py", "helpers.py"]


def test_so_many_modules_and_bytes_count_and_no_more(tmp_path: Path):
    """The nearest count; what is left out is said."""
    files = {f"bob_HW4/m{number:02}.py": MODULE for number in range(MAX_MODULES)}
    files |= {"bob_HW4/a/b.py": MODULE, "bob_HW4/m00.py": b"#" * (MAX_BYTES["module"] + 1)}
    (tmp_path / "bob_HW4.zip").write_bytes(packed({**BY_HAND, **files}))

    submission = only(tmp_path / "bob_HW4.zip")

    assert submission.modules.keys() == {f"m{number:02}.py" for number in range(1, MAX_MODULES)}
    assert f"more than {MAX_MODULES} modules" in notes(submission, "warning")
    assert "'bob_HW4/a/b.py'" in notes(submission, "warning")
    assert "'m00.py' is larger than 0.25 MiB" in notes(submission, "error")


def test_modules_alone_are_no_submission(tmp_path: Path):
    """They are refused like any other file that nobody asked for."""
    placed(tmp_path, {"zips/bob_HW4.zip": packed({"bob_HW4/helpers.py": MODULE})})

    assert "None of the files that are asked for" in str(only(tmp_path / "zips").problem)


def test_a_script_instead_of_a_notebook_is_no_module(tmp_path: Path):
    """It still stands for the notebook that is missing."""
    files = {path: data for path, data in BY_HAND.items() if "partII." not in path}
    (tmp_path / "bob_HW4.zip").write_bytes(packed({**files, "bob_HW4/bob_hw4_partII.py": MODULE}))

    submission = only(tmp_path / "bob_HW4.zip")

    assert submission.modules == {}
    assert submission.notebooks["hw4_partII"] == MODULE


def test_files_uploaded_one_by_one_to_canvas_make_one_submission(tmp_path: Path):
    """A module is among them; Canvas numbers a second upload."""
    files = {path.rpartition("/")[2]: data for path, data in handed_in(folder="").items() if "answers" not in path}
    entries = {f"doebob_12_{number}_{name}": data for number, (name, data) in enumerate(files.items(), start=100)}
    placed(tmp_path, {f"download/{name}": data for name, data in entries.items()})
    placed(tmp_path, {"download/doebob_12_200_helpers-1.py": MODULE})

    assert only(tmp_path / "download").modules == {"helpers.py": MODULE}


@given(st.lists(st.text(max_size=12).map(lambda name: f"{name}.py"), max_size=6), st.text(max_size=8))
def test_whatever_names_are_sent_what_is_taken_is_safe_to_write(names: list[str], folder: str):
    """Each path is one or two identifiers, none of them hides another module, and no two are one on any disk."""
    files = [_Named(name, 0.0, folders=(folder,) if index % 2 else ()) for index, name in enumerate(names)]
    picked = candidates([*_notebooks(), *files], "bob", ASSIGNMENT)

    paths = [slot.path for slot in picked if slot.kind == own_modules.KIND]

    for path in paths:
        parts = path.removesuffix(".py").split("/")
        assert len(parts) <= 2
        assert all(part.isidentifier() and not keyword.iskeyword(part) for part in parts)
        assert parts[0] not in {*sys.stdlib_module_names, "numpy", "hw4kit", "handin"}
    assert len({path.casefold() for path in paths}) == len(paths)


# --- in the process of the notebook ---


def test_a_module_is_there_before_the_first_cell(zygote):
    """Modules, packages and data of a module's own folder are imported as on the student's machine."""
    modules = {"helpers.py": b"from maths.plain import double\n", "maths/plain.py": MODULE}
    with Student(
        zygote, [Cell("number 1", "import helpers\ndef f(x): return helpers.double(x)")], modules=modules
    ) as s:
        assert s.call("f", 21) == 42


def test_a_module_is_there_again_when_the_process_had_to_be_replaced(zygote):
    """A cell that ends the process does not cost the others their module."""
    cells = [Cell("number 1", "import os; os._exit(3)"), Cell("number 2", "from helpers import double")]
    with Student(zygote, cells, modules={"helpers.py": MODULE}) as student:
        assert student.call("double", 2) == 4


def test_a_module_that_a_cell_writes_can_be_imported(zygote):
    """As `%%writefile` does in Jupyter, even when one follows the other at once."""
    cells = [
        Cell(f"number {n}", text)
        for n in range(5)
        for text in (f"%%writefile made{n}.py\nx = {n}", f"import made{n}")
    ]  # fmt: skip
    with Student(zygote, [*cells, Cell("last", "def total(): return made0.x + made4.x")]) as student:
        assert student.call("total") == 4


def test_the_kit_and_the_pictures_come_before_what_a_student_sent(zygote):
    """Even a module of the kit's name, which intake would not take, does not hide the kit."""
    modules = {"hw4kit.py": b"raise SystemExit", "agent.py": b"raise SystemExit", "wire.py": b"raise SystemExit"}
    cells = [Cell("number 1", "import hw4kit\ndef where(): return hw4kit.__file__")]
    with Student(zygote, cells, modules=modules, pictures={"plot": b"no picture"}) as student:
        assert student.call("where").endswith("__init__.py")


def test_a_solution_in_a_module_of_ones_own_is_graded(assignment, zygote):
    """The function is imported, and its checks run; without the module, the import says what is missing."""
    cells = assignment.source_notebook("hw4_partI").cells
    right = next(c.source for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == "leaky_relu_solution")
    sent = corpus.only("leaky_relu", "from my_layers import leaky_relu", assignment)
    graded = {}
    for modules in ({"my_layers.py": f"import tensorflow as tf\n{right}".encode()}, {}):
        report = grade(replace(sent, modules=modules), assignment, "seed", zygote, only={"leaky_relu"})
        graded[len(modules)] = report.items[0]

    assert graded[1].verdict is Verdict.PASSED
    assert graded[0].verdict is not Verdict.PASSED
    assert "my_layers" in graded[0].checks[0].seen


def test_a_changed_module_is_graded_again(assignment):
    """A stored result belongs to the modules as well."""
    keys = CacheKeys(assignment, "seed")
    first, second = (keys.of(intake.Submission("bob", modules={"a.py": data})) for data in (b"1", b"2"))

    assert first["leaky_relu"].why_not(second["leaky_relu"]) == "a new submission"


# --- on the student's machine ---


def test_modules_are_packed_beside_the_notebooks(tmp_path: Path, assignment, capsys):
    """What lies in the folder is listed and in the zip, where intake finds the same."""
    source = Path(__file__).resolve().parents[1] / "release" / "hw4"
    files = {f"{name}.ipynb": (source / f"{name}.ipynb").read_bytes() for name in ASSIGNMENT.notebooks}
    placed(tmp_path, {**files, "helpers.py": MODULE, "maths/plain.py": MODULE, "random.py": MODULE})
    main(["bob"], tmp_path, asked_for(assignment))

    said = capsys.readouterr().out

    assert "bob_HW4/helpers.py" in said
    assert "must  'random.py': Python, a library or the homework has a module of this name" in said
    submission = only(tmp_path / "bob_HW4.zip")
    assert submission.modules == {"helpers.py": MODULE, "maths/plain.py": MODULE}


class _Named(HandedIn):
    """A file of which only the name matters."""

    def read(self, max_bytes: int) -> bytes:
        return b""


def _notebooks() -> list[HandedIn]:
    return [_Named(f"bob_{name}.ipynb", 0.0) for name in ASSIGNMENT.notebooks]


def _modules(paths: list[str]) -> dict[str, str]:
    files = [_Named(path.split("/")[-1], 0.0, folders=tuple(path.split("/")[:-1])) for path in paths]
    picked = candidates([*_notebooks(), *files], "bob", ASSIGNMENT)
    return {slot.path: choices[0].file.path for slot, choices in picked.items() if slot.kind == own_modules.KIND}
