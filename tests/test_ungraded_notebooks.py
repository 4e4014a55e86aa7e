"""Notebooks that students get and nobody hands in: how they are released, and that to send them costs nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import nbformat
import pytest
import small_course
from canvas_files import Canvas, User
from download_files import Sent, blackboard, brightspace, gradescope, moodle
from handed_in import notes, packed, placed
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from autograder import intake
from autograder.course.asked import asked_for
from autograder.course.assignment import load
from autograder.grading.cache_key import CacheKeys
from autograder.handin import asked as handin_asked
from autograder.handin import notebook_match, ungraded_notebooks
from autograder.handin.answer_pictures import shown_in
from autograder.handin.check import check
from autograder.handin.fresh_run import Ran
from autograder.handin.working_folder import gather
from autograder.marking.answers import files_to_open
from autograder.model.assignment import Assignment
from autograder.model.errors import ConfigError
from autograder.model.submission import Submission
from autograder.nbgrader import release

QUESTION = "## attacks (10 points)\n\n"
ANSWER = "Both look for a small change, and one of them keeps the image in its box by a change of variables."
PARTS = ("hw4_partI", "hw4_partII")


def lab(topic: str) -> NotebookNode:
    """Return an ungraded notebook as its author saves it: after a run, with what a kernel leaves."""
    cells = [
        new_markdown_cell(f"# The {topic} of a paper\n\nYou see it run, and can say afterwards why it works."),
        new_code_cell("import hw4kit\nprint('everything is there', hw4kit.__doc__)", id="setup"),
        new_code_cell(f"SEED, IMAGES = 18739, 100  # of the {topic}", metadata={"tags": ["parameters"]}),
        *(new_markdown_cell(f"## Step {step} of {topic}\n\nNotice what becomes larger here.") for step in range(4)),
        *(new_code_cell(f"figures_{topic} = [number ** {step} for number in range(IMAGES)]") for step in range(4)),
        new_markdown_cell(f"## Three questions\n\nWrite the answers about {topic} into the sheet."),
    ]
    cells[1].outputs = [new_output("stream", text="/home/someone/course"), new_output("stream", text="noise")]
    cells[1].execution_count = 3
    cells[1].metadata["execution"] = {"iopub.status.busy": "2026-05-09T10:00:00Z"}
    info = {"name": "python", "version": "3.12.1"}
    return new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"},
                                               "language_info": info, "widgets": {"state": {"a": "b"}}})  # fmt: skip


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course with two such notebooks, one of which is called like an answer sheet."""
    return with_labs(small_course.make(tmp_path_factory.mktemp("labs") / "course", "[]"))


def with_labs(folder: Path) -> Path:
    source = folder / "source" / "hw4"
    (source / "assignment.toml").write_text('ungraded = ["labs"]\n' + (source / "assignment.toml").read_text())
    for name in ("adversarial", "attacks"):
        write(source / "labs" / f"{name}.ipynb", lab(name))
    placed(source, {
        "labs/figures.csv": b"1,2\n", "labs/word_vectors.png": b"left by a run", "hw4kit/labs/__init__.py": b"",
        "labs/.ipynb_checkpoints/attacks-checkpoint.ipynb": b"{}", "hw4kit/labs/gradients.py": b"ANSWER = 42\n",
    })  # fmt: skip
    return folder


def write(path: Path, notebook: NotebookNode) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def assignment(course: Path) -> Assignment:
    return load(course)


@pytest.fixture(scope="module")
def released(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("released") / "hw4"
    release.build(course, target)
    return target


# --- the release ---


def test_they_are_released_without_what_a_run_leaves(released: Path, course: Path):
    """Cells, tags and ids stay; outputs, counts, times, widgets, checkpoints and pictures to hand in go."""
    files = {path.relative_to(released).as_posix() for path in released.rglob("*") if "labs" in path.parts}
    notebook = nbformat.read(released / "labs" / "attacks.ipynb", as_version=4)
    source = nbformat.read(course / "source" / "hw4" / "labs" / "attacks.ipynb", as_version=4)

    assert {path for path in files if path.startswith("labs/")} == {
        "labs/attacks.ipynb", "labs/adversarial.ipynb", "labs/figures.csv",
    }  # fmt: skip
    assert [(cell.id, cell.source) for cell in notebook.cells] == [(cell.id, cell.source) for cell in source.cells]
    assert notebook.cells[2].metadata == {"tags": ["parameters"]}
    assert notebook.metadata.keys() == {"kernelspec", "language_info"}
    assert all(not cell.metadata for cell in notebook.cells if cell.id != notebook.cells[2].id)
    assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells if "outputs" in cell)
    assert "hw4kit/labs/gradients.py" in {path.relative_to(released).as_posix() for path in released.rglob("*.py")}


def test_the_release_says_by_digests_which_notebooks_they_are(released: Path, assignment: Assignment):
    """What students' check reads is what graders know, and holds no text of theirs."""
    path = released / "handin" / "assignment.json"
    known = handin_asked.load(path)

    assert known.ungraded == ["labs"]
    assert known.ungraded_notebooks == assignment.ungraded_notebooks
    assert {*map(len, known.ungraded_notebooks.values())} == {12}
    assert "Notice what" not in path.read_text()


def marked(**marks: object) -> Callable[[NotebookNode], None]:
    def mark(notebook: NotebookNode) -> None:
        notebook.cells[1].metadata["nbgrader"] = {"grade_id": "leaky_relu", "schema_version": 3, **marks}

    return mark


def added(source: str, kind: Callable[..., NotebookNode] = new_code_cell) -> Callable[[NotebookNode], None]:
    return lambda notebook: notebook.cells.append(kind(source))


def tagged(notebook: NotebookNode) -> None:
    notebook.cells[0].metadata["tags"] = ["mark-scheme"]


REFUSED = {
    "graded": (marked(grade=True, solution=False, locked=True, points=3), "cell leaky_relu is one that nbgrader grad"),
    "solution": (marked(grade=False, solution=True, locked=False), "cell leaky_relu is one that nbgrader grades"),
    "solution_region": (added("### BEGIN SOLUTION\nx = 1\n### END SOLUTION"), "cell 13 has a delimiter of a region"),
    "hidden_tests": (added("### BEGIN HIDDEN TESTS\nx\n### END HIDDEN TESTS"), "cell 13 has a delimiter of a region"),
    "mark_scheme": (tagged, "cell 1 is a mark scheme"),
    "line_of_a_solution": (added("return tf.maximum(x, alpha * x)"), "labs/attacks.ipynb, cell 13, line 1: repeats"),
    "line_of_an_answer": (
        added("L-BFGS minimises a weighted sum of distance and loss.", new_markdown_cell), "labs/attacks.ipynb, cell 13"
    ),
    "words_of_an_answer_in_a_comment": (
        added("x = 1  # so the first one minimises a weighted sum of distance and loss here"), "repeats words of the"
    ),
    "folder_of_one_machine": (added("open('/home/someone/data')"), "names a folder of one machine"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "says"), REFUSED.values(), ids=REFUSED)
def test_nothing_of_the_instructors_leaves_with_them(change, says: str, tmp_path: Path):
    """One sentence says which notebook and cell; nothing is released."""
    folder = with_labs(small_course.make(tmp_path / "course", "[]"))
    notebook = lab("attacks")
    change(notebook)
    write(folder / "source" / "hw4" / "labs" / "attacks.ipynb", notebook)

    with pytest.raises(ConfigError, match=says):
        release.build(folder, folder / "release" / "hw4")
    assert not (folder / "release").exists()


def test_one_that_is_no_notebook_is_refused(tmp_path: Path):
    """Grading goes on meanwhile: what students got does not change."""
    folder = with_labs(small_course.make(tmp_path / "course", "[]"))
    (folder / "source" / "hw4" / "labs" / "attacks.ipynb").write_text('{"cells": [')

    assert load(folder).ungraded_notebooks["labs/attacks.ipynb"] == []
    with pytest.raises(ConfigError, match=r"labs/attacks.ipynb is no notebook that Jupyter reads: open it"):
        release.build(folder, folder / "release" / "hw4")


@pytest.mark.parametrize(
    "value", ['["lbs"]', '["hw4kit"]', '["answers"]', '["../labs"]', '["Labs/deep"]', '"labs"', "[3]", '[""]']
)
def test_a_wrong_folder_is_refused_in_a_sentence(value: str, tmp_path: Path):
    """A mistake in the settings does not make a release that lacks a folder, or grade with less of the kit."""
    folder = with_labs(small_course.make(tmp_path / "course", "[]"))
    settings = folder / "source" / "hw4" / "assignment.toml"
    settings.write_text(settings.read_text().replace('ungraded = ["labs"]', f"ungraded = {value}"))

    with pytest.raises(ConfigError, match="ungraded"):
        load(folder)


def test_folders_that_are_not_named_stay_with_the_instructor(tmp_path: Path):
    """Notebooks in a folder of drafts or old solutions are never released, as with nbgrader."""
    folder = with_labs(small_course.make(tmp_path / "course", "[]"))
    write(folder / "source" / "hw4" / "old" / "solved.ipynb", lab("old"))
    release.build(folder, folder / "release" / "hw4")

    assert not (folder / "release" / "hw4" / "old").exists()
    assert [*load(folder).ungraded_notebooks] == ["labs/adversarial.ipynb", "labs/attacks.ipynb"]


# --- submissions ---


def ran(topic: str, change: Callable[[NotebookNode], None] = lambda notebook: None) -> bytes:
    """Return one of the notebooks as a student leaves it: with outputs, another size, and a cell of their own."""
    notebook = lab(topic)
    notebook.cells[2].source = "SEED, IMAGES = 1, 5"
    notebook.cells.insert(5, new_code_cell("print(figures_attacks[:3])", outputs=[new_output("stream", text="[1]")]))
    notebook.cells.append(new_markdown_cell("What I saw: the third picture is the sharpest."))
    change(notebook)
    return nbformat.writes(notebook).encode()


def in_colab(data: bytes) -> bytes:
    """Return a notebook as Google Colab saves it: format 4.0, ids in the metadata, a mark of its own."""
    notebook = json.loads(data)
    for cell in notebook["cells"]:
        cell["metadata"] = {"id": cell.pop("id"), "colab": {"base_uri": "https://localhost:8080/"}}
        cell["source"] = cell["source"] if isinstance(cell["source"], list) else cell["source"].splitlines(True)
    return json.dumps(notebook | {"nbformat_minor": 0, "metadata": {"colab": {"provenance": []}}}).encode()


def work(name: str, change: Callable[[NotebookNode], None] = lambda notebook: None) -> bytes:
    """Return one of the notebooks that are asked for, finished."""
    notebook = {"hw4_partI": small_course.part_one, "hw4_partII": small_course.part_two}[name]()
    notebook.cells = [cell for cell in notebook.cells if "mark-scheme" not in cell.metadata.get("tags", [])]
    change(notebook)
    return nbformat.writes(notebook).encode()


WORK = {f"ann_{name}.ipynb": work(name) for name in PARTS}
ATTACKS, ADVERSARIAL = ran("attacks"), ran("adversarial")
COPIES = {f"try {number}/attacks.ipynb": ATTACKS for number in range(8)}
WAYS: dict[str, Mapping[str, bytes]] = {
    "in_their_folder": {"labs/attacks.ipynb": ATTACKS, "labs/adversarial.ipynb": ADVERSARIAL},
    "beside_the_others": {"attacks.ipynb": ATTACKS, "adversarial.ipynb": ADVERSARIAL},
    "with_an_id": {"ann_attacks.ipynb": ATTACKS, "ann_adversarial.ipynb": ADVERSARIAL},
    "with_the_homework": {"ann_hw4_attacks.ipynb": ATTACKS, "ann_hw4_adversarial.ipynb": ADVERSARIAL},
    "copies": {"adversarial (1).ipynb": ADVERSARIAL, "attacks-Copy1.ipynb": ATTACKS, "Copy of attacks.ipynb": ATTACKS},
    "free_names": {"Untitled.ipynb": ATTACKS, "lab two.ipynb": ADVERSARIAL},
    "of_colab": {"Untitled0.ipynb": in_colab(ATTACKS), "adversarial.ipynb": in_colab(ADVERSARIAL)},
    "called_like_a_part": {"hw4_partI (1).ipynb": ATTACKS, "copies/ann_hw4_partII.ipynb": ADVERSARIAL},
    "many": COPIES,
    "what_a_run_leaves": {
        "labs/figure.png": b"\x89PNG\r\n\x1a\n", "labs/figures.csv": b"1", "labs/cache.npz": b"PK",
        "labs/photo.jpg": b"\xff\xd8\xff", "labs/attacks.html": b"<html>", "labs/drawing.svg": b"<svg/>",
        "labs/a.pdf": b"%PDF-", "labs/attacks.ipynb": ATTACKS,
    },
    "damaged": {"labs/attacks.ipynb": ATTACKS[:-40], "labs/adversarial.ipynb": b""},
    "functions_tried_in_it": {"attacks.ipynb": ran("attacks", added(small_course.LEAKY_RELU))},
    "everything_of_the_release": {
        "labs/attacks.ipynb": ATTACKS, "hw4kit/labs/__init__.py": b"", "hw4kit/labs/gradients.py": b"ANSWER = 42\n",
        "handin/check.py": b"", "datasets/get_datasets.sh": b"", "README.md": b"",
        "requirements.txt": b"", "requirements-labs.txt": b"",
    },
}  # fmt: skip
SENT = {**WORK, "ann_word_vectors.png": b"\x89PNG\r\n\x1a\nplot"}


def collected(files: Mapping[str, bytes], folder: Path, assignment: Assignment) -> Submission:
    (folder / "ann_HW4.zip").write_bytes(packed({f"ann_HW4/{path}": data for path, data in files.items()}))
    (submission,) = intake.collect([folder / "ann_HW4.zip"], assignment)
    return submission


def sheets(course: Path, **answers: str) -> dict[str, bytes]:
    return {f"answers/{name}.md": text.encode() for name, text in small_course.sheets(course, **answers).items()}


@pytest.mark.parametrize("files", WAYS.values(), ids=WAYS)
def test_sending_them_changes_nothing(files: Mapping[str, bytes], course: Path, assignment: Assignment, tmp_path: Path):
    """Whatever they are called and wherever they lie: the same work counts, and nothing is said of them."""
    without = {**SENT, **sheets(course)}
    expected = collected(without, tmp_path, assignment)

    submission = collected({**files, **without}, tmp_path, assignment)

    assert (submission.problem, submission.student) == (None, "ann")
    assert (submission.notebooks, submission.sheets) == (expected.notebooks, expected.sheets)
    assert (submission.files, submission.modules) == (expected.files, {})
    assert submission.findings == expected.findings


def test_more_copies_than_are_read_are_only_listed(assignment: Assignment, tmp_path: Path):
    """Whoever sends a hundred of them loses no point, either."""
    files = {f"try {number}/attacks.ipynb": ATTACKS for number in range(100)}

    submission = collected({**files, **SENT}, tmp_path, assignment)

    assert (submission.problem, {*submission.notebooks}) == (None, {*PARTS})
    assert notes(submission, "error") == ""


def test_pictures_of_theirs_are_not_taken_for_what_is_asked(assignment: Assignment, tmp_path: Path):
    """Else the only picture of a submission would be its plot."""
    submission = collected({**WORK, **WAYS["what_a_run_leaves"]}, tmp_path, assignment)

    assert submission.files == {}
    assert "figure" not in notes(submission)
    assert [files_to_open(item, submission, assignment, "") for item in assignment.person_items] == [[], [], []]


def test_an_answer_may_show_a_picture_of_theirs(course: Path, assignment: Assignment, tmp_path: Path):
    """It alone is kept, where it was, and stands beside the answer; a document there is named, as anywhere else."""
    shown = sheets(course, attacks="See ![](../labs/figure.png), and why.")
    submission = collected(
        {**WORK, **shown, **WAYS["what_a_run_leaves"], "labs/mine.docx": b"PK"}, tmp_path, assignment
    )

    assert {*submission.others} == {"labs/figure.png", "labs/mine.docx"}
    assert "'labs/mine.docx' is a Word document, which is not read" in notes(submission, "warning")
    pictures, missing = shown_in(submission.sheets["adversarial"], submission.others)
    assert ([picture.name for picture in pictures], missing) == (["figure.png"], [])


def test_with_nothing_else_it_is_said_what_to_send(assignment: Assignment, tmp_path: Path):
    """Nothing that counts came in."""
    submission = collected(WAYS["in_their_folder"], tmp_path, assignment)

    assert submission.notebooks == {}
    assert submission.problem == (
        "None of the files that are asked for is in 'ann_HW4.zip': "
        "send <Andrew ID>_HW4.zip with hw4_partI.ipynb and hw4_partII.ipynb in it. "
        "Notebooks from labs/ are not handed in."
    )


def test_a_later_zip_with_nothing_else_replaces_nothing(assignment: Assignment, tmp_path: Path):
    """The work that was sent before counts, and nothing is said of the other one."""
    for name, files in {"ann_HW4.zip": WORK, "ann_HW4 (1).zip": WAYS["in_their_folder"]}.items():
        (tmp_path / name).write_bytes(packed({f"ann_HW4/{path}": data for path, data in files.items()}))

    (submission,) = intake.collect([tmp_path], assignment)

    assert (submission.problem, {*submission.notebooks}) == (None, {*PARTS})
    assert "two submissions" not in notes(submission)
    assert "attacks" not in notes(submission)


def test_one_in_the_place_of_a_part_is_named(assignment: Assignment, tmp_path: Path):
    """A student who sends the wrong file under the right name hears of it."""
    submission = collected({**WORK, "ann_hw4_partI.ipynb": ATTACKS}, tmp_path, assignment)

    assert "'ann_HW4/ann_hw4_partI.ipynb' has the name of hw4_partI.ipynb, but none of its cells" in notes(submission)


def test_work_that_is_only_in_one_of_them_counts(assignment: Assignment, tmp_path: Path):
    """Who wrote the functions there and sends nothing else is graded by them."""
    data = ran("attacks", lambda nb: [added(small_course.LEAKY_RELU)(nb), added(small_course.SAMPLE_NOISE)(nb)])

    submission = collected({"ann_hw4_partII.ipynb": work("hw4_partII"), "attacks.ipynb": data}, tmp_path, assignment)

    assert submission.notebooks["hw4_partI"] == data
    assert "'ann_HW4/attacks.ipynb' was taken as hw4_partI.ipynb, whose cells it has." in notes(submission)


def test_a_part_with_all_their_cells_in_it_is_that_part(assignment: Assignment, tmp_path: Path):
    """To mark a notebook as one of them, or to try their code in it, changes nothing: ids that are asked for decide."""
    both = work("hw4_partI", lambda notebook: notebook.cells.extend(lab("attacks").cells))
    untouched = work("hw4_partI", lambda notebook: [cell.update(source="") for cell in notebook.cells])

    submission = collected(
        {**WORK, "ann_hw4_partI.ipynb": both, "labs/attacks.ipynb": untouched}, tmp_path, assignment
    )  # fmt: skip

    assert submission.notebooks["hw4_partI"] == both


@pytest.mark.parametrize("has_ids", [True, False], ids=["with_ids", "without"])
def test_a_part_finished_in_one_of_them_counts_before_a_beginning(
    has_ids: bool, assignment: Assignment, tmp_path: Path
):
    """Even where that one is called like a sheet: what is written decides, and the student hears of both."""
    finished = work("hw4_partI")
    notebook = nbformat.reads(finished.decode(), as_version=4)
    notebook.cells += lab("adversarial").cells
    for cell in notebook.cells if not has_ids else ():
        cell.metadata = {}
    merged = nbformat.writes(notebook).encode()
    begun = work("hw4_partI", lambda nb: [
        cell.update(source="") for cell in nb.cells if "def sample_noise" in cell.source
    ])  # fmt: skip

    submission = collected(
        {**WORK, "ann_hw4_partI.ipynb": begun, "labs/adversarial.ipynb": merged}, tmp_path, assignment
    )

    assert submission.notebooks["hw4_partI"] == merged
    assert "'ann_HW4/labs/adversarial.ipynb' counts, not 'ann_HW4/ann_hw4_partI.ipynb', because more" in notes(
        submission
    )


def test_what_was_given_is_not_written_by_anybody(assignment: Assignment):
    """A cell that of the release that gives a name its first value is no work, with or without an id."""
    asked = assignment.asked_notebooks["hw4_partI"]
    first = replace(asked.cells[0], id="helpers", source="leaky_relu = sample_noise = to_come", defines=())
    notebook = new_notebook(cells=[new_code_cell(first.source), new_code_cell("leaky_relu = max")])

    for number, count in ((1, 0), (2, 1)):
        data = nbformat.writes(new_notebook(cells=notebook.cells[:number])).encode()
        assert notebook_match.written(data, replace(asked, cells=(first, *asked.cells))) == count


CLASSES = {
    "folders": lambda name, files: {f"{name}/{path}": data for path, data in files.items()},
    "folders_in_a_folder": lambda name, files: {f"inbox/{name}/{path}": data for path, data in files.items()},
    "zips": lambda name, files: {f"{name}_HW4.zip": packed(files)},
    "loose_files": lambda name, files: {f"{name}_{path.rpartition('/')[2]}": data for path, data in files.items()},
}


@pytest.mark.parametrize("make", CLASSES.values(), ids=CLASSES)
def test_they_are_nobodys_work_in_a_class(make, assignment: Assignment, tmp_path: Path):
    """A class has as many students with them as without."""
    parts = {f"{name}.ipynb": work(name) for name in PARTS}
    labs = {f"labs/{name}.ipynb": data for name, data in (("attacks", ATTACKS), ("adversarial", ADVERSARIAL))}
    files = make("ann", {**parts, **labs}) | make("ben", {**parts, **labs}) | make("cem", parts)
    (tmp_path / "class.zip").write_bytes(packed(files))

    found = intake.collect([tmp_path / "class.zip"], assignment)

    assert [(each.student, each.problem, {*each.notebooks}) for each in found] == [
        (name, None, {*PARTS}) for name in ("ann", "ben", "cem")
    ]
    assert not any("attacks" in notes(each) or "adversarial" in notes(each, "warning", "error") for each in found)


def test_folders_of_one_student_are_no_class(assignment: Assignment, tmp_path: Path):
    """Work in one folder and these notebooks in another is one submission."""
    files = {f"mine/{name}.ipynb": work(name) for name in PARTS} | {"labs/attacks.ipynb": ATTACKS}
    (tmp_path / "ann_HW4.zip").write_bytes(packed(files))

    (submission,) = intake.collect([tmp_path / "ann_HW4.zip"], assignment)

    assert (submission.student, submission.problem, {*submission.notebooks}) == ("ann", None, {*PARTS})


def canvas(*sent: Sent) -> dict[str, bytes]:
    users = (
        User(each.number, f"{each.last}, {each.first}", each.login, {
            each.number * 10 + place: file for place, file in enumerate(each.files.items())
        }) for each in sent
    )  # fmt: skip
    return Canvas(*users).entries()


DOWNLOADS = {
    "canvas": canvas,
    "moodle": moodle,
    "moodle_flat": partial(moodle, flat=True),
    "blackboard": blackboard,
    "brightspace": brightspace,
    "gradescope": gradescope,
}


@pytest.mark.parametrize("is_zip", [False, True], ids=["loose", "zip"])
@pytest.mark.parametrize("download", DOWNLOADS.values(), ids=DOWNLOADS)
def test_a_class_download_gives_them_to_nobody(download, is_zip: bool, assignment: Assignment, tmp_path: Path):
    """Attached one by one beside the parts, or in a zip, under the names that each system makes."""
    parts = {f"{name}.ipynb": work(name) for name in PARTS}
    labs = {"attacks.ipynb": ATTACKS, "adversarial.ipynb": ADVERSARIAL, "labs.ipynb": in_colab(ATTACKS)}
    found = []
    for files in (parts, parts | labs):
        sent = {"homework.zip": packed(files)} if is_zip else files
        people = [Sent("alovelac", "Ada", "Lovelace", 11, sent), Sent("aturing", "Alan", "Turing", 12, sent)]
        (tmp_path / "class.zip").write_bytes(packed(download(*people)))
        found.append(intake.collect([tmp_path / "class.zip"], assignment))
    without, submissions = found

    assert [{*each.notebooks} for each in submissions] == [{*PARTS}] * 2
    assert [(each.student, each.problem, each.findings) for each in submissions] == [
        (each.student, None, each.findings) for each in without
    ]


@pytest.mark.parametrize(
    ("answer", "picture", "day"),
    [("", "![](other.png)", 1), (ANSWER, "", 3), ("", "![](../labs/figure.png)", 3)],
    ids=["nothing_that_counts", "an_answer", "a_picture_of_an_answer"],
)
def test_when_work_came_in_depends_on_what_counts(
    answer: str, picture: str, day: int, course: Path, assignment: Assignment, tmp_path: Path
):  # fmt: skip
    """To send them after the deadline makes nothing late, unless an answer comes with them."""
    data = ran("attacks", added(f"{QUESTION}{answer}", new_markdown_cell))
    first = Sent("ann", "Ann", "Doe", 11, {"ann_HW4.zip": packed({**WORK, **sheets(course, attacks=picture)})})
    later = {"labs/attacks.ipynb": data, "labs/figure.png": b"\x89PNG\r\n\x1a\n"}
    second = replace(first, files={"labs.zip": packed(later)}, at=first.at + timedelta(days=2))
    (tmp_path / "class.zip").write_bytes(packed(brightspace(first, second)))

    (submission,) = intake.collect([tmp_path / "class.zip"], assignment)

    assert {*submission.notebooks} == {*PARTS}
    assert submission.download is not None
    assert submission.download.submitted_at.startswith(f"2024-03-0{day}")
    assert (answer or picture) in submission.sheets["adversarial"]
    assert [*submission.others] == (["labs/figure.png"] if "labs" in picture else [])


# --- answers that stand in one of them ---


def test_an_answer_below_the_heading_of_its_question_counts(course: Path, assignment: Assignment, tmp_path: Path):
    """As in a notebook that is handed in; it is kept on the sheet, with where it was."""
    data = ran("attacks", added(f"{QUESTION}{ANSWER}", new_markdown_cell))
    sent = {**SENT, **sheets(course), "labs/attacks.ipynb": data, "attacks (1).ipynb": data}

    submission = collected(sent, tmp_path, assignment)

    assert submission.sheets["adversarial"].count(ANSWER) == 1
    assert f"*In labs/attacks.ipynb:*\n\n{ANSWER}" in submission.sheets["adversarial"]
    folder = intake.store(submission, tmp_path / "submitted", assignment)
    assert intake.read_folder(folder, "ann", assignment).sheets == submission.sheets
    assert not (folder / "labs").exists()


def test_what_everybody_got_is_no_answer(course: Path, assignment: Assignment, tmp_path: Path):
    """Not even below the heading of a question; neither is what stands below other headings."""
    data = ran("attacks", added("What I think of the lab.", new_markdown_cell))
    expected = collected({**SENT, **sheets(course)}, tmp_path, assignment).sheets

    assert collected({**SENT, **sheets(course), "attacks.ipynb": data}, tmp_path, assignment).sheets == expected


def checked(folder: Path, assignment: Assignment) -> list[str]:
    asked = asked_for(assignment)
    return [*map(str, check(gather(folder, asked, "ann"), asked, lambda *_: Ran()))]


def test_students_check_says_only_that_an_answer_stands_there(course: Path, assignment: Assignment, tmp_path: Path):
    """The notebooks themselves are neither packed nor named."""
    plain = placed(tmp_path / "plain", {**SENT, **sheets(course, attacks=ANSWER)})
    with_them = placed(tmp_path / "with", {
        **SENT, **sheets(course, attacks=ANSWER), **WAYS["in_their_folder"], **WAYS["with_an_id"],
        "labs/figure.png": b"\x89PNG", "labs/helpers.py": b"x = 1\n",
    })  # fmt: skip
    answered = ran("attacks", added(f"{QUESTION}{ANSWER}", new_markdown_cell))
    there = placed(tmp_path / "there", {**SENT, **sheets(course), "labs/attacks.ipynb": answered})
    asked = asked_for(assignment)

    assert checked(with_them, assignment) == checked(plain, assignment)
    assert [slot.path for slot in gather(with_them, asked, "ann").content if "labs" in slot.path] == ["labs/helpers.py"]
    line = "this notebook is not handed in: copy your answer into answers/adversarial.md."
    assert f"must  labs/attacks.ipynb, attacks: {line}" in checked(there, assignment)


# --- what is read of them ---


@given(st.lists(st.text(max_size=40), max_size=6), st.integers(0, 11))
def test_any_cells_of_ones_own_leave_one_what_it_is(course: Path, assignment: Assignment, own: list[str], place: int):
    """Cells are added, not counted against it."""
    notebook = lab("attacks")
    notebook.cells[place:place] = [new_markdown_cell(text) for text in own]

    assert ungraded_notebooks.recognised(nbformat.writes(notebook).encode(), assignment) == "labs/attacks.ipynb"


@given(st.binary(max_size=300))
def test_no_bytes_stop_the_look(assignment: Assignment, data: bytes):
    """What is no notebook is none of them."""
    assert ungraded_notebooks.recognised(data, assignment) == ""


def test_few_of_its_cells_are_not_enough(assignment: Assignment):
    """A notebook of a student's own in which one of the first cells was copied is a student's own."""
    notebook = lab("attacks")
    notebook.cells = notebook.cells[:3]

    assert notebook_match.match(nbformat.writes(notebook).encode(), assignment).ungraded == ""


# --- what graded code gets ---


def test_graded_code_has_nothing_of_them(course: Path, assignment: Assignment, tmp_path: Path):
    """Neither files in the folder, nor the folder of that name in the kit; a change there regrades nobody."""
    folder = with_labs(small_course.make(tmp_path / "course", "[]"))
    submission = Submission("ann", notebooks={name: work(name) for name in PARTS})
    homework = load(folder)
    before = CacheKeys(homework, "seed").of(submission)
    (folder / "source" / "hw4" / "hw4kit" / "labs" / "gradients.py").write_text("ANSWER = 43\n")
    write(folder / "source" / "hw4" / "labs" / "attacks.ipynb", lab("other"))
    after = CacheKeys(load(folder), "seed").of(submission)
    (folder / "source" / "hw4" / "hw4kit" / "__init__.py").write_text('"""Another kit."""\n')

    assert homework.given_files == {"README.md": folder / "source" / "hw4" / "README.md"}
    assert before == after
    assert CacheKeys(load(folder), "seed").of(submission) != after
