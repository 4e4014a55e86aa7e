"""What `python -m handin` says of each thing that can be wrong, and that the grader then finds nothing more."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import finished_homework
import nbformat
import numpy as np
import pytest
from homework_defects import ALL, CELLS, CODE, ONE, OTHER_PLOT, PDF, TWO, Defect
from hw4kit import complaints
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from PIL import Image

from autograder import intake
from autograder.course.asked import asked_for
from autograder.grading.grader import grade
from autograder.handin import cell_plan, names, notebook_check, notebook_file, pack, png_picture, sheet_cells, slots
from autograder.handin.__main__ import main
from autograder.handin.asked import Asked, load, to_json
from autograder.handin.check import Run, check
from autograder.handin.fresh_run import Ran
from autograder.handin.problems import Unusable
from autograder.handin.working_folder import gather
from autograder.lms import canvas_names
from autograder.model.assignment import Assignment
from autograder.model.errors import SubmissionError
from autograder.model.report import Verdict
from autograder.session.launcher import Zygote
from autograder.session.student import Student

RUNNING = "Running your notebooks as the grader does, without training ..."


@pytest.fixture(scope="session")
def asked(assignment: Assignment) -> Asked:
    return asked_for(assignment)


@pytest.fixture(scope="session")
def finished(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_homework.write(assignment, tmp_path_factory.mktemp("finished") / "hw4")


@pytest.fixture
def work(finished: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "hw4"
    shutil.copytree(finished, folder, ignore=shutil.ignore_patterns("hw4kit", "handin"))
    return folder


@pytest.fixture
def found(asked: Asked, work: Path, fresh_run: Run) -> Callable[..., list[str]]:
    return lambda student="": [*map(str, check(gather(work, asked, student), asked, fresh_run))]


@pytest.fixture
def run(asked: Asked, work: Path, fresh_run: Run) -> Callable[..., int]:
    return lambda *words: main([*words], work, asked, fresh_run)


@pytest.mark.parametrize("defect", ALL, ids=lambda defect: defect.name)
def test_each_defect_is_said(
    defect: Defect, work: Path, found: Callable[..., list[str]], run: Callable[..., int]
) -> None:
    """One line says what is wrong, where, and whether it costs points; exit code 1."""
    defect.change(work)

    lines = found()

    mark, _, pattern = defect.says.partition(" ")
    assert any(re.match(f"{mark}  {pattern}", line) for line in lines), lines
    assert all(line.isprintable() and line.count("  ") == 1 and line.endswith((".", "**")) for line in lines), lines
    assert run("--check") == 1


def test_nothing_is_said_of_a_finished_homework(run: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    """It is in order, and is told how to go on."""
    code = run("--check")

    assert capsys.readouterr().out == f"{RUNNING}\nAll is in order. To pack it: python -m handin YOUR_ANDREW_ID\n"
    assert code == 0


def test_trying_things_as_the_notebooks_invite_to_is_no_defect(work: Path, found: Callable[..., list[str]]) -> None:
    """A training cell that was copied and changed, and own cells that look at what came out."""

    def try_things(notebook: NotebookNode) -> None:
        copy = nbformat.from_dict(finished_homework.cell(notebook, "train_gan"))
        copy.update(source=copy.source.replace("run =", "other ="), id="copy", execution_count=1000)
        look = new_code_cell("smallest = min(other.d_losses)\nprint(smallest, images.mean())", execution_count=1001)
        notebook.cells += [copy, look, new_code_cell("smallest - 1", execution_count=1002)]

    finished_homework.edit(work / ONE, try_things)

    assert found() == []


# --- agreement with the grader ---


def test_what_is_packed_is_graded_without_a_finding(
    work: Path, run: Callable[..., int], assignment: Assignment, zygote: Zygote, capsys: pytest.CaptureFixture[str]
) -> None:
    """No surprise is left: intake repairs nothing, every cell runs, and every check can be asked."""
    (work / "derivation.pdf").write_bytes(PDF)
    code = run("Bob")
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


def test_labs_are_neither_packed_nor_graded(
    work: Path, found: Callable[..., list[str]], run: Callable[..., int], assignment: Assignment
) -> None:
    """Run in their folder, and copied beside the notebooks under other names: as if they were not there."""
    labs = sorted((work / "labs").glob("*.ipynb"))
    (before,) = intake.collect([finished_homework.zipped_by_hand(work, work.parent / "bob_HW4.zip")], assignment)
    for path in labs:
        finished_homework.edit(path, _as_if_run)
        for name in (path.name, f"bob_{path.stem} (1).ipynb"):
            shutil.copy(path, work / name)

    (submission,) = intake.collect(
        [finished_homework.zipped_by_hand(work, work.parent / "bob_HW4.zip")], assignment
    )  # fmt: skip

    assert {f"labs/{path.name}" for path in labs} == {*assignment.ungraded_notebooks} != set()
    assert submission == before
    assert (submission.problem, {*submission.notebooks}) == (None, {*assignment.notebooks})
    assert found("bob") == []
    assert run("bob") == 0
    with zipfile.ZipFile(work / "bob_HW4.zip") as archive:
        assert sum(name.endswith(".ipynb") for name in archive.namelist()) == len(assignment.notebooks)


def test_no_text_of_a_lab_stands_below_the_heading_of_a_question(assignment: Assignment, asked: Asked) -> None:
    """Else a given cell into which a student wrote a prediction would be an answer of theirs."""
    copies = [(path, (assignment.source_dir / path).read_bytes()) for path in assignment.ungraded_notebooks]
    unknown = replace(asked, ungraded_notebooks=dict.fromkeys(assignment.ungraded_notebooks, ()))
    own = [text for copy in copies for text in sheet_cells.in_ungraded([copy], unknown)]

    assert all(text.runs for text in own)
    for form in asked.sheets.values():
        assert [*sheet_cells.lacking(form, "", own, asked.sheets.values())] == []


def _as_if_run(notebook: NotebookNode) -> None:
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            cell.update(execution_count=number, outputs=[new_output("stream", text="as if it had been run")])
    notebook.cells.insert(3, new_code_cell("print('a cell of my own')"))


def test_code_that_the_grader_cannot_run_was_said_before(
    work: Path, found: Callable[..., list[str]], asked: Asked, assignment: Assignment, zygote: Zygote
) -> None:
    """Of all defects in code at once, the grader finds none that the student has not read about."""
    for defect in CODE:
        defect.change(work)
    lines = " ".join(found())
    pack.pack(gather(work, asked), "bob", asked)

    (submission,) = intake.collect([work / "bob_HW4.zip"], assignment)
    report = grade(submission, assignment, "seed", zygote)

    lost = {item.id for item in report.items if item.verdict is not Verdict.PASSED}
    assert lost == {item.id for item in assignment.auto_items} & {defect.grader for defect in CODE}
    functions = {item: name for notebook in asked.notebooks.values() for item, name in notebook.functions.items()}
    assert {item for item in lost if functions[item] not in lines} == set()
    places = re.findall(r'of (cell \d+ under "[^"]+") could not', " ".join(finding.text for finding in report.findings))
    assert places
    assert all(f"{place}: " in lines for place in places)


@pytest.mark.parametrize("defect", [each for each in CELLS if each.grader], ids=lambda defect: defect.name)
def test_what_the_grader_reads_of_training_was_said_before(
    defect: Defect, work: Path, asked: Asked, assignment: Assignment, zygote: Zygote
) -> None:
    """Its findings for a person come as no surprise."""
    defect.change(work)
    pack.pack(gather(work, asked), "bob", asked)

    (submission,) = intake.collect([work / "bob_HW4.zip"], assignment)
    report = grade(submission, assignment, "seed", zygote)

    assert defect.grader in " ".join(finding.text for finding in report.findings)


def test_assignment_json_says_what_the_course_says(assignment: Assignment, asked: Asked, tmp_path: Path) -> None:
    """Notebooks, functions, questions, sheets and files, as the grader has them, also after it was written and read."""
    (tmp_path / "assignment.json").write_text(to_json(asked), encoding="utf-8")
    read = load(tmp_path / "assignment.json")

    assert to_json(read) == to_json(asked)
    items = {item for name in read.notebooks.values() for item in (*name.functions, *name.questions)}
    items |= {question.id for form in read.sheets.values() for question in form.questions}
    assert items == {item.id for item in assignment.items}
    formulas = {question.id for form in read.sheets.values() for question in form.questions if question.has_formula}
    assert formulas == {item.id for item in assignment.items if item.graded_by == "formula"}
    assert [(file.id, file.name, file.kind, file.required) for file in read.files] == [
        (file.id, file.name, file.kind, file.required) for file in assignment.files
    ]


IDS = st.from_regex(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?", fullmatch=True)


@given(st.one_of(IDS, st.sampled_from(["new", "hw4", "copy-2", "temp1", "a_1_2"])))
def test_an_id_that_is_taken_is_understood_by_the_grader(student: str) -> None:
    """Whoever may pack is known by the name of the zip, and each file in it has exactly the name asked for."""
    asked = Asked("hw4", {}, {}, kit="hw4kit", student_id="Andrew ID")
    if pack.wrong_with_id(student, asked):
        return
    archive = f"{asked.archive_name(student)}.zip"

    assert names.claimed_id(archive, "hw4") == student
    assert names.is_handout_name(archive, "hw4")
    assert canvas_names.canvas_name(archive) is None


def test_a_packed_name_is_the_one_asked_for(asked: Asked) -> None:
    for slot in slots.slots_of(asked):
        assert slots.slot_of(pack.packed_name(slot, "bob", asked), "bob", asked) == (slot, 0)


@pytest.mark.parametrize("student", ["", "jane doe", "new", "my-hw4", "jane@andrew.cmu.edu", "a" * 70, "é", "-x"])
def test_an_id_that_is_none_is_refused(
    student: str, work: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    """Nothing is packed, and a sentence says what to type."""
    assert run("--", student) == 2
    assert capsys.readouterr().out.strip().endswith(".")
    assert list(work.glob("*.zip")) == []


def test_given_cells_are_known_by_what_the_release_noted(finished: Path, asked: Asked) -> None:
    """The checksum is nbgrader's; a cell that lost it is not complained about."""
    for name in (ONE, TWO):
        notebook = notebook_file.read((finished / name).read_bytes())
        given = [cell for cell in notebook.cells if cell.grade_id in asked.notebooks[name.removesuffix(".ipynb")].given]

        assert notebook.findings == ()
        assert sum("checksum" in cell.metadata["nbgrader"] for cell in given) > 20
        assert all(map(notebook_file.is_as_released, given))


LOSS = "tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(tf.ones_like(logits_fake), logits_fake))"
FINE = {  # instead of a function by plain `def`
    "lambda": "generator_loss = lambda logits_fake: LOSS",
    "def_inside_if": "if True:\n    def generator_loss(logits_fake):\n        return LOSS",
    "decorated": "@tf.function\ndef generator_loss(logits_fake):\n    return LOSS",
    "alias": "def fakes(logits_fake):\n    return LOSS\n\ngenerator_loss = fakes",
    "written_below_its_stub": "def generator_loss(logits_fake):\n    raise NotImplementedError\n\n"
    "generator_loss = lambda logits_fake: LOSS",
    "pip": "!pip install tqdm\ndef generator_loss(logits_fake):\n    return LOSS",
    "help": "tf.reduce_mean?\n%time x = 3\ndef generator_loss(logits_fake):\n    return LOSS",
}


@pytest.mark.parametrize("source", FINE.values(), ids=FINE)
def test_what_the_grader_runs_is_no_complaint(source: str, work: Path, found: Callable[..., list[str]]) -> None:
    def change(notebook: NotebookNode) -> None:
        finished_homework.cell(notebook, "generator_loss_solution").source = source.replace("LOSS", LOSS)

    finished_homework.edit(work / ONE, change)

    assert found() == []


# --- packing ---


def test_only_what_is_asked_for_is_packed(work: Path, found: Callable[..., list[str]], asked: Asked) -> None:
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

    target = pack.pack(gather(work, asked), "bob", asked)

    with zipfile.ZipFile(target) as archive:
        packed = sorted(archive.namelist())
        assert archive.testzip() is None
        assert all(entry.external_attr >> 16 == 0o644 for entry in archive.infolist())
    assert packed == sorted(
        pack.packed_name(slot, "bob", asked) for slot in slots.slots_of(asked) if slot.name != "derivation"
    )
    assert found() == ["hint  Ignored, because not part of the submission: '1608.04644.pdf'."]
    assert [path.name for path in work.iterdir() if path.name.endswith(".unfinished")] == []


def test_files_that_were_renamed_as_the_handout_says_are_taken(
    work: Path, found: Callable[..., list[str]], asked: Asked
) -> None:
    """Renamed by hand or not, the zip is the same; another's files are not passed off as one's own."""
    before = pack.pack(gather(work, asked), "bob", asked).read_bytes()
    for name in (ONE, TWO, "word_vectors.png"):
        (work / name).rename(work / f"bob_{name}")

    assert found("bob") == []
    assert pack.pack(gather(work, asked, "bob"), "bob", asked).read_bytes() == before
    assert [line for line in found("eve") if "have the id 'bob', not 'eve'" in line]


@pytest.mark.parametrize("name", ["derivation.pdf", "bob_derivation.pdf", "Derivations (2).PDF", "my derivation.pdf"])
def test_the_derivation_goes_by_any_sensible_name(name: str, work: Path, asked: Asked, fresh_run: Run) -> None:
    """A PDF that is called what it is needs no renaming."""
    (work / name).write_bytes(PDF)

    lines = check(gather(work, asked), asked, fresh_run)

    assert [line.mark for line in lines] in ([], ["hint"])
    assert PDF in gather(work, asked).content.values()


def test_a_homework_with_gaps_is_packed_and_says_so(
    work: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """A minute before the deadline, a zip with a gap is better than none."""
    (work / ONE).unlink()
    code = run("bob")

    assert "It can be submitted, but 1 of the lines above cost points" in capsys.readouterr().out
    assert code == 1
    assert (work / "bob_HW4.zip").exists()


def test_what_cannot_be_done_is_said_in_a_line(
    work: Path, run: Callable[..., int], asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    """No notebook, no folder to write to, nothing asked for: exit code 2 and no traceback."""
    assert run() == 2
    assert main(["--check"], work / "nowhere", asked) == 2
    (work / "bob_HW4.zip").mkdir()
    assert run("bob") == 2
    for name in (ONE, TWO):
        (work / name).unlink()
    assert run("eve") == 2
    assert list(work.glob("*eve*")) == []
    assert [path.name for path in work.iterdir() if "unfinished" in path.name] == []
    assert "Traceback" not in capsys.readouterr().out


# --- pictures ---


def png(picture: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", **options)
    return stream.getvalue()


WORDS = Image.open(io.BytesIO(OTHER_PLOT)).convert("RGB")
SIZE = (400, 300)
PICTURES = {
    "words": OTHER_PLOT,
    "blank": png(Image.new("RGB", SIZE, "white")),
    "one_colour": png(Image.new("RGB", SIZE, "navy")),
    "transparent": png(Image.new("RGBA", SIZE, (0, 0, 0, 0))),
    "drawn_in_transparent_black": png(
        Image.merge("RGBA", (*[Image.new("L", SIZE)] * 3, WORDS.convert("L").resize(SIZE)))
    ),
    "one_pixel": png(Image.new("RGB", (1, 1))),
    "huge": png(Image.new("1", (20_000, 20_000))),
    "large": png(WORDS.resize((5000, 4000))),
    "cut_short": OTHER_PLOT[:-500],
    "palette": png(WORDS.convert("P")),
    "palette_with_transparency": png(WORDS.convert("P"), transparency=0),
    "grey": png(WORDS.convert("L")),
    "sixteen_bits": png(Image.fromarray(np.asarray(WORDS.convert("L")).astype(np.uint16) * 257)),
    "noise": png(Image.fromarray(np.random.default_rng(3).integers(0, 256, (300, 400, 3), dtype=np.uint8))),
    "jpeg": (lambda stream: (WORDS.save(stream, "JPEG"), stream.getvalue())[1])(io.BytesIO()),
    "nothing": b"\x89PNG\r\n\x1a\n",
}


@pytest.mark.parametrize("data", PICTURES.values(), ids=PICTURES)
def test_kit_and_grader_agree_about_every_picture(
    data: bytes, work: Path, found: Callable[..., list[str]], zygote: Zygote
) -> None:
    """What the grader's confined process cannot read, or its check finds no plot in, the student has read about."""
    (work / "word_vectors.png").write_bytes(data)
    lines = " ".join(line for line in found() if line.startswith("must  word_vectors.png"))
    with Student(zygote, [], pictures={"word_vectors": data}) as student:
        try:
            picture = student.picture("word_vectors")
        except SubmissionError:
            problem = png_picture.why_unreadable(data)
        else:
            problem = png_picture.why_no_plot(picture)
            assert np.array_equal(picture, png_picture.pixels(data))

    assert problem in lines
    assert bool(problem) == any(word in lines for word in ("cannot be read", "pixels", "blank"))


def test_one_drawing_saved_twice_is_told_from_two_drawings() -> None:
    """Margins and size make no difference; other vectors do."""
    saved, shown = map(png_picture.pixels, finished_homework.plot(seed=0))
    other = png_picture.pixels(OTHER_PLOT)

    assert png_picture.likeness(saved, shown) > 0.95
    assert png_picture.likeness(saved, shown[::2, ::2]) > png_picture.SAME
    assert png_picture.likeness(saved, other) < 0.7


@given(st.binary(max_size=200))
def test_whatever_the_files_hold_nothing_breaks(asked: Asked, finished: Path, fresh_run: Run, data: bytes) -> None:
    """Any bytes in place of a file end in lines, never in an exception."""
    for content in (data, b'{"cells": [' + data, b'{"cells": [], "metadata": ' + data + b"}", OTHER_PLOT[:40] + data):
        work = gather(finished, Asked("hw4", {}, {}))
        work.content = dict.fromkeys(slots.slots_of(asked), content)
        work.chosen = gather(finished, asked).chosen
        assert all(str(line).isprintable() for line in check(work, asked, fresh_run))


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
def test_whatever_the_cells_hold_nothing_breaks(asked: Asked, cells: list[dict]) -> None:
    """Any value in place of any field of a cell ends in lines."""
    notebook, wanted = (
        notebook_file.read(json.dumps({"cells": cells, "nbformat": 4}).encode()),
        asked.notebooks["hw4_partII"],
    )

    assert all(
        text
        for _, _, text in notebook_check.complaints(wanted, notebook.cells, cell_plan.plan(wanted, notebook), Ran())
    )
    assert all(text for _, _, text in complaints.complaints("hw4_partII", notebook.cells))


def test_the_notebook_format_of_the_release_is_understood(finished: Path) -> None:
    """Nbformat and this reader see the same cells."""
    for name in (ONE, TWO):
        notebook = notebook_file.read((finished / name).read_bytes())
        reference = nbformat.read(finished / name, as_version=4)

        assert [cell.source for cell in notebook.cells] == [cell.source for cell in reference.cells]


def test_it_needs_only_what_every_notebook_has(finished: Path) -> None:
    """The release works by itself, and where TensorFlow is broken; nothing of the engine is needed."""
    code = (
        "import sys; sys.modules['autograder'] = sys.modules['tensorflow'] = None; import handin.__main__ as handin; "
    )
    code += "print(handin.main(['--check'])); print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], cwd=finished, capture_output=True, text=True, check=True)
    *_, said, exit_code, loaded = done.stdout.splitlines()

    assert (said, exit_code) == ("All is in order. To pack it: python -m handin YOUR_ANDREW_ID", "0")
    assert {"numpy", "PIL", "hw4kit"} <= set(loaded.split())
    assert not {"keras", "matplotlib", "nbformat", "nbgrader", "msgpack"} & set(loaded.split())


def test_cells_that_cannot_be_run_here_are_one_hint(work: Path, asked: Asked) -> None:
    """All else is looked at nevertheless."""
    (work / "word_vectors.png").unlink()

    def run(*_: object) -> Ran:
        raise Unusable("IPython is missing")

    lines = [*map(str, check(gather(work, asked), asked, run))]

    assert sum("your cells could not be run here: IPython is missing." in line for line in lines) == len(
        asked.notebooks
    )
    assert any(line.startswith("must") for line in lines)


def test_a_python_without_the_packages_says_which(finished: Path) -> None:
    code = "import sys, runpy; sys.modules['numpy'] = None; runpy.run_module('handin', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", code], cwd=finished, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "lacks numpy" in done.stdout
    assert "pip install -r requirements.txt" in done.stdout
    assert "Traceback" not in done.stderr
