"""What `python -m hw4kit.submit` says of each thing that can be wrong, and that the grader then finds nothing more."""

from __future__ import annotations

import ast
import functools
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import finished_homework
import handed_in
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from homework_defects import ALL, CELLS, CODE, ONE, OTHER_PLOT, PDF, TWO, Defect
from hw4kit import answer_length, submission_picture, submit
from hw4kit import submission_rules as rules
from hw4kit.submission_cells import notebook_findings, plot_findings
from hw4kit.submission_files import gather
from hw4kit.submission_notebook import is_as_released, read_notebook
from hw4kit.submission_sheets import sheet_findings
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder import intake
from autograder.formats import archive
from autograder.grading import cell_plan
from autograder.grading.grader import functions_of, grade
from autograder.handin import limits, names, notebook_file, png_picture, slots
from autograder.lms import canvas_names
from autograder.marking import rendered_pictures
from autograder.model.assignment import Assignment
from autograder.model.report import Verdict
from autograder.session.launcher import Zygote


@pytest.fixture(scope="session")
def finished(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_homework.write(assignment, tmp_path_factory.mktemp("finished") / "hw4")


@pytest.fixture(scope="module", autouse=True)
def each_picture_is_read_once() -> Iterator[None]:
    """Reading one takes a third of a second, and a hundred tests have the same two."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(submission_picture, "read_png", functools.lru_cache(submission_picture.read_png))
        yield


@pytest.fixture
def work(finished: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "hw4"
    shutil.copytree(finished, folder, ignore=shutil.ignore_patterns("hw4kit"))
    return folder


def found(folder: Path, andrew_id: str = "") -> list[str]:
    return [str(finding) for finding in submit.check(gather(folder, andrew_id))]


@pytest.mark.parametrize("defect", ALL, ids=lambda defect: defect.name)
def test_each_defect_is_said(defect: Defect, work: Path) -> None:
    """One line says what is wrong, where, and whether it costs points; exit code 1."""
    defect.change(work)

    lines = found(work)

    mark, _, pattern = defect.says.partition(" ")
    assert any(re.match(f"{mark}  {pattern}", line) for line in lines), lines
    assert all(line.isprintable() and line.count("  ") == 1 and line.endswith((".", "**")) for line in lines), lines
    assert submit.main(["--check"], work) == 1


def test_nothing_is_said_of_a_finished_homework(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is in order, and is told how to go on."""
    code = submit.main(["--check"], work)

    assert capsys.readouterr().out == "All is in order. To pack it: python -m hw4kit.submit YOUR_ANDREW_ID\n"
    assert code == 0


def test_trying_things_as_the_notebooks_invite_to_is_no_defect(work: Path) -> None:
    """A training cell that was copied and changed, and own cells that look at what came out."""

    def try_things(notebook: NotebookNode) -> None:
        copy = nbformat.from_dict(finished_homework.cell(notebook, "train_gan"))
        copy.update(source=copy.source.replace("run =", "other ="), id="copy", execution_count=1000)
        look = new_code_cell("smallest = min(other.d_losses)\nprint(smallest, images.mean())", execution_count=1001)
        notebook.cells += [copy, look, new_code_cell("smallest - 1", execution_count=1002)]

    finished_homework.edit(work / ONE, try_things)

    assert found(work) == []


# --- agreement with the grader ---


def test_what_is_packed_is_graded_without_a_finding(
    work: Path, assignment: Assignment, zygote: Zygote, capsys: pytest.CaptureFixture[str]
) -> None:
    """No surprise is left: intake repairs nothing, every cell runs, and every check can be asked."""
    (work / "my derivation.pdf").write_bytes(PDF)
    code = submit.main(["Bob"], work)
    out = capsys.readouterr().out

    (submission,) = intake.collect([work / "bob_HW4.zip"], assignment)
    report = grade(submission, assignment, "seed", zygote)

    assert (submission.student, submission.problem, submission.findings) == ("bob", None, ())
    assert submission.files["derivation"] == PDF
    assert report.findings == ()
    assert {item.id for item in report.items if item.verdict is not Verdict.PASSED} == set()
    assert {entry.formula for entry in report.awaiting_person} <= {None, "right"}
    assert out.splitlines()[-1].endswith("bob_HW4.zip")
    assert code == 0


def test_code_that_the_grader_cannot_run_was_said_before(
    work: Path, assignment: Assignment, zygote: Zygote
) -> None:  # fmt: skip
    """Of all defects in code at once, the grader finds none that the student has not read about."""
    for defect in CODE:
        defect.change(work)
    lines = " ".join(found(work))
    submit.pack(gather(work), "bob")

    (submission,) = intake.collect([work / "bob_HW4.zip"], assignment)
    report = grade(submission, assignment, "seed", zygote)

    lost = {item.id for item in report.items if item.verdict is not Verdict.PASSED}
    assert lost == {item.id for item in assignment.auto_items} & {defect.grader for defect in CODE}
    assert {name for name in lost if name not in lines} == set()
    numbers = re.findall(r"cell number (\d+)", " ".join(finding.text for finding in report.findings))
    assert numbers
    assert all(f"cell {number}: " in lines for number in numbers)


@pytest.mark.parametrize("defect", [each for each in CELLS if each.grader], ids=lambda defect: defect.name)
def test_what_the_grader_reads_of_training_was_said_before(
    defect: Defect, work: Path, assignment: Assignment, zygote: Zygote
) -> None:  # fmt: skip
    """Its findings for a person come as no surprise."""
    defect.change(work)
    submit.pack(gather(work), "bob")

    (submission,) = intake.collect([work / "bob_HW4.zip"], assignment)
    report = grade(submission, assignment, "seed", zygote)

    assert defect.grader in " ".join(finding.text for finding in report.findings)


def test_rules_agree_with_the_grader(assignment: Assignment) -> None:
    """Names, limits and tags are those of the grader."""
    items = {name: {item.id for item in assignment.items if item.notebook == name} for name in assignment.notebooks}
    written = {name: items[name] - set(functions) for name, functions in rules.FUNCTIONS.items()}

    assert assignment.notebooks == rules.NOTEBOOKS
    assert {name: functions_of(assignment.source_notebook(name)) for name in assignment.notebooks} == rules.FUNCTIONS
    assert {name: set(rules.WRITTEN.get(name, ())) for name in assignment.notebooks} == written
    assert {name: tuple(item.id for item in assignment.sheet(name).items) for name in assignment.sheets} == rules.ITEMS
    assert rules.SKIPPED_TAGS == cell_plan.SKIPPED_TAGS
    kinds = {"plot": "png", "derivation": "pdf"}
    assert {kinds.get(kind, kind): size for kind, size in rules.MAX_BYTES.items()} == limits.MAX_BYTES
    for limit in ("MAX_CELLS", "MAX_CONTAINERS", "MAX_VALUES"):
        assert getattr(rules, limit) == getattr(notebook_file, limit)
    assert (rules.MAX_RATIO, rules.RATIO_FREE_BYTES) == (archive.MAX_RATIO, archive.RATIO_FREE_BYTES)
    assert rules.MAX_PAGES == rendered_pictures.MAX_PAGES
    hidden = constants(assignment.hidden_dir / "checks" / "check_word_vectors.py")
    assert hidden["LONGEST_MINUTES"] == rules.LONGEST_MINUTES
    assert (png_picture.FEWEST_PIXELS, png_picture.INK_SHARE) == (rules.FEWEST_POINTS, rules.INK_SHARE)


def constants(path: Path) -> dict[str, object]:
    """Return the constants of a module of checks, which only the grader's own pytest can import."""
    assigned = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.Assign)]
    return {
        node.targets[0].id: eval(ast.unparse(node.value))
        for node in assigned
        if ast.unparse(node.value)[0] in "(0123456789"
    }


@given(st.one_of(st.from_regex(rules.ANDREW_ID, fullmatch=True), st.sampled_from(["new", "hw4", "copy-2", "temp1"])))
def test_an_id_that_is_taken_is_understood_by_the_grader(andrew_id: str) -> None:
    """Whoever may pack is known by the name of the zip, and each file in it has exactly the name asked for."""
    if rules.wrong_with_id(andrew_id):
        return
    paths = {rules.packed_name(name, andrew_id) for name in [*rules.names_asked_for(), rules.DERIVATION]}
    slots = [slots.slot_of(name, andrew_id, ASSIGNMENT) for name in paths]

    assert names.claimed_id(f"{rules.archive_name(andrew_id)}.zip", "hw4") == andrew_id
    assert names.is_handout_name(f"{rules.archive_name(andrew_id)}.zip", "hw4")
    assert canvas_names.canvas_name(f"{rules.archive_name(andrew_id)}.zip") is None
    assert {rank for _, rank in slots if slots} == {0}
    assert {slot.path for slot, _ in slots} == {*rules.names_asked_for(), rules.DERIVATION}


ASSIGNMENT = Assignment("hw4", Path(), (), rules.NOTEBOOKS, rules.SHEETS, {}, {}, files=handed_in.FILES)


@pytest.mark.parametrize(
    "andrew_id", ["", "jane doe", "new", "my-hw4", "4711", "jane@andrew.cmu.edu", "a" * 40, "é", "-x"]
)
def test_an_id_that_is_none_is_refused(andrew_id: str, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is packed, and a sentence says what to type."""
    assert submit.main([f"--check={andrew_id}"] if andrew_id.startswith("--") else ["--", andrew_id], work) == 2
    assert capsys.readouterr().out.strip().endswith((".", "only."))
    assert list(work.glob("*.zip")) == []


def test_model_answers_are_not_too_long(assignment: Assignment) -> None:
    """What the instructor keeps to is what students are told."""
    for sheet in map(assignment.sheet, assignment.sheets):
        for item in sheet.items:
            assert answer_length.too_long(item.question, item.model_answer) == ""


def test_an_answer_that_is_too_long_is_told_with_both_numbers() -> None:
    """The marker is told the same."""
    told = answer_length.too_long("> In one sentence, why?", "First. Second. Third.")

    assert told.startswith("it has about 3 sentences, and the question says 1 sentence; ")


def test_given_cells_are_known_by_what_the_release_noted(finished: Path) -> None:
    """The checksum is nbgrader's; a cell that lost it is not complained about."""
    for name in (ONE, TWO):
        notebook, findings = read_notebook(name, (finished / name).read_bytes())

        assert findings == []
        assert notebook is not None
        assert sum("checksum" in each.marks for each in notebook.cells) > 30
        assert all(is_as_released(each) for each in notebook.cells if each.is_given)


# --- packing ---


def test_only_what_is_asked_for_is_packed(work: Path) -> None:
    """Data, checkpoints, caches and downloaded papers stay behind, whatever lies around."""
    for name in (
        "datasets/data/mnist/x.gz",
        "__pycache__/a.pyc",
        "word2vec_checkpoint.npz",
        "1608.04644.pdf",
        ".DS_Store",
    ):
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_bytes(b"x" * 100)
    (work / "answers" / ".ipynb_checkpoints").mkdir()

    target = submit.pack(gather(work), "bob")

    with zipfile.ZipFile(target) as archive:
        names = sorted(archive.namelist())
        assert archive.testzip() is None
        assert all(entry.external_attr >> 16 == 0o644 for entry in archive.infolist())
    assert names == sorted(rules.packed_name(name, "bob") for name in rules.names_asked_for())
    assert any("1608.04644.pdf: it is not handed in" in line for line in found(work))
    assert [path.name for path in work.iterdir() if path.name.endswith(".unfinished")] == []


def test_files_that_were_renamed_as_the_handout_says_are_taken(work: Path) -> None:
    """Renamed by hand or not, the zip is the same; another's files are not passed off as one's own."""
    before = submit.pack(gather(work), "bob").read_bytes()
    for name in (ONE, TWO, "word_vectors.png"):
        (work / name).rename(work / f"bob_{name}")

    assert found(work, "bob") == []
    assert submit.pack(gather(work, "bob"), "bob").read_bytes() == before
    assert [line for line in found(work, "eve") if "carries the id bob, not eve" in line]


@pytest.mark.parametrize(
    "name", ["derivation.pdf", "bob_derivation.pdf", "Derivations (2).PDF", "my scan.pdf", "answers/steps.pdf"]
)
def test_the_derivation_goes_by_any_sensible_name(name: str, work: Path) -> None:
    """A PDF that is called what it is needs no renaming."""
    (work / name).write_bytes(PDF)

    assert found(work) == []
    assert "derivation.pdf" in gather(work).files


def test_a_homework_with_gaps_is_packed_and_says_so(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A minute before the deadline, a zip with a gap is better than none."""
    (work / ONE).unlink()
    code = submit.main(["bob"], work)

    assert "It can be submitted, but 1 of the lines above cost points" in capsys.readouterr().out
    assert code == 1
    assert (work / "bob_HW4.zip").exists()


def test_what_cannot_be_done_is_said_in_a_line(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No notebook, no folder to write to, nothing asked for: exit code 2 and no traceback."""
    assert submit.main([], work) == 2
    assert submit.main(["--check"], work / "nowhere") == 2
    (work / "bob_HW4.zip").mkdir()
    assert submit.main(["bob"], work) == 2
    for name in (ONE, TWO):
        (work / name).unlink()
    assert submit.main(["eve"], work) == 2
    assert list(work.glob("*eve*")) == []
    assert [path.name for path in work.iterdir() if "unfinished" in path.name] == []
    assert "Traceback" not in capsys.readouterr().out


# --- pictures ---


def test_pictures_are_read_as_matplotlib_reads_them() -> None:
    """Every filter of the format is undone exactly."""
    rng = np.random.default_rng(3)
    for image in (rng.random((40, 30, 3)), np.linspace(0, 1, 3600).reshape(30, 40, 3), np.ones((20, 20, 3))):
        stream = io.BytesIO()
        plt.imsave(stream, image, format="png")
        wanted = np.round(plt.imread(io.BytesIO(stream.getvalue()))[..., :3] * 255)

        assert np.array_equal(submission_picture.read_png(stream.getvalue()), wanted)


def test_one_drawing_saved_twice_is_told_from_two_drawings() -> None:
    """Margins and size make no difference; other vectors do."""
    read = submission_picture.read_png
    saved, shown = map(read, finished_homework.plot(seed=0))
    other = read(OTHER_PLOT)

    assert submission_picture.likeness(saved, shown) > 0.95
    assert submission_picture.likeness(saved, shown[::2, ::2]) > submission_picture.SAME
    assert submission_picture.likeness(saved, other) < 0.7


@given(st.binary(max_size=200))
def test_whatever_the_files_hold_nothing_breaks(data: bytes) -> None:
    """Any bytes in place of a file end in findings, never in an exception."""
    png = submission_picture.SIGNATURE + data
    for content in (data, b'{"cells": [' + data, b'{"cells": [], "metadata": ' + data + b"}", png):
        notebook, findings = read_notebook(ONE, content)
        findings += [] if notebook is None else list(notebook_findings(notebook))
        findings += [*sheet_findings("answers/derivations.md", content, False), *plot_findings("p.png", content, None)]
        assert all(str(finding).isprintable() for finding in findings)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"cell_type": st.sampled_from(["code", "markdown"])},
            optional={
                "source": JSON
                | st.sampled_from(["def run_time_minutes(): return 1/0", "## References", "!", "%%x", "é\x00"]),
                "outputs": JSON | st.lists(st.fixed_dictionaries({"output_type": JSON, "data": JSON, "text": JSON})),
                "execution_count": JSON,
                "metadata": JSON
                | st.fixed_dictionaries(
                    {
                        "tags": JSON,
                        "nbgrader": JSON
                        | st.fixed_dictionaries(
                            {
                                "grade_id": st.sampled_from(["word_vectors_try", "plot_reading", "train_word2vec"]),
                                "grade": JSON,
                                "solution": JSON,
                                "points": JSON,
                                "checksum": JSON,
                            }
                        ),
                    }
                ),
            },
        ),
        max_size=4,
    )
)
def test_whatever_the_cells_hold_nothing_breaks(cells: list[dict]) -> None:
    """Any value in place of any field of a cell ends in findings."""
    notebook, findings = read_notebook(TWO, json.dumps({"cells": cells, "nbformat": 4}).encode())

    assert notebook is not None
    assert all(map(str, [*findings, *notebook_findings(notebook), *plot_findings("p.png", OTHER_PLOT, notebook)]))


def test_the_notebook_format_of_the_release_is_understood(finished: Path) -> None:
    """Nbformat and this reader see the same cells."""
    for name in (ONE, TWO):
        notebook, _ = read_notebook(name, (finished / name).read_bytes())
        reference = nbformat.read(finished / name, as_version=4)

        assert notebook is not None
        assert [each.source for each in notebook.cells] == [each.source for each in reference.cells]


def test_it_needs_nothing_but_numpy() -> None:
    """It runs at once, and where TensorFlow or matplotlib is broken."""
    code = "import sys, hw4kit.submit; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    source_dir = Path(submit.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=source_dir, capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if not name.startswith("_")} - sys.stdlib_module_names

    assert {"numpy", "hw4kit"} <= loaded
    assert not loaded & {"tensorflow", "keras", "matplotlib", "nbformat", "IPython", "autograder"}
