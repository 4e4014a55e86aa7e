"""`hw4` from end to end: what people type, what they read, and the exit code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
import small_course
import whole_gradebook

from autograder import running
from autograder.assignments.hw4 import demo
from autograder.cli import main
from autograder.nbgrader import release

CHOSEN = ("ada", "dan", "erin", "frank", "grace", "heidi", "mallory", "oscar")


@pytest.fixture(scope="module")
def inbox(assignment, course_dir, tmp_path_factory):
    """Make a part of the bundled class, with an empty folder and a stray file among it."""
    folder = tmp_path_factory.mktemp("inbox")
    released = tmp_path_factory.mktemp("release") / "hw4"
    release.build(course_dir, released, "hw4")
    builder = demo.Builder(assignment, released)
    for case in demo.CLASS:
        if case.student in CHOSEN:
            (folder / f"{case.student}_HW4.zip").write_bytes(case.make(builder))
    (folder / "peggy").mkdir()
    return folder


@pytest.fixture(scope="module")
def graded(inbox, course_dir, tmp_path_factory):
    """Grade the inbox once; return the out folder and the exit code."""
    out = tmp_path_factory.mktemp("out")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course_dir)
        code = main(["grade", str(inbox), "--out", str(out), "--jobs", "2"])
    return out, code


@pytest.fixture
def in_course(course_dir, monkeypatch):
    monkeypatch.chdir(course_dir)


def results(out):
    return {report.student: report for report in running.Store(out, "hw4").all()}


def test_each_submission_gets_what_it_earned(graded):
    """Right is full, untouched is nothing, a slip costs its item, and nobody costs anybody else anything."""
    out, code = graded
    totals = {student: report.total for student, report in results(out).items()}

    assert totals.pop("oscar") == 0
    assert totals == {"ada": 50, "dan": 44, "erin": 0, "frank": 23, "grace": 27, "heidi": 50, "mallory": 47, **{
        student: 0 for student in totals if student == "peggy"
    }}  # fmt: skip
    assert code == 1  # the broken ones need a person


def test_the_untouched_release_is_not_attempted_in_every_item(graded):
    """One line an item, not ten failures."""
    erin = results(graded[0])["erin"]

    assert {item.verdict.value for item in erin.items} == {"not_attempted"}
    assert all(len(item.checks) == 1 for item in erin.items)


def test_every_layer_was_in_force(graded):
    """The report says what confined the code."""
    for student, report in results(graded[0]).items():
        if student not in ("oscar", "peggy"):
            assert set(report.sandbox) == {"limits", "landlock", "privileges", "seccomp"}


def test_everything_that_people_open_is_there(graded):
    """Gradebook, autograded notebooks, report page and table."""
    out, _ = graded
    book = whole_gradebook.dump(f"sqlite:///{out / 'gradebook.db'}")

    assert book
    assert (out / "report" / "hw4" / "index.html").is_file()
    assert (out / "report" / "hw4" / "grades.csv").is_file()
    for name in ("hw4_partI", "hw4_partII", "adversarial", "cbow", "debiasing", "derivations"):
        assert (out / "autograded" / "ada" / "hw4" / f"{name}.ipynb").is_file()


def test_a_rerun_grades_nothing_again(graded, inbox, in_course, monkeypatch):
    """What is stored under the same hash is not repeated, and --fresh repeats it."""
    out, _ = graded
    before = {student: report.timings_s for student, report in results(out).items()}
    main(["grade", str(inbox), "--out", str(out), "--jobs", "1"])
    assert {student: report.timings_s for student, report in results(out).items()} == before

    main(["grade", str(inbox), "--out", str(out), "--jobs", "1", "--student", "ada", "--fresh"])
    after = results(out)["ada"]
    assert after.timings_s != before["ada"]
    assert after.total == 50


def test_report_is_rebuilt_from_what_is_stored(graded, in_course, capsys):
    """`autograder report` needs no submission, and writes what the run wrote that had them at hand."""
    out, _ = graded
    page = (out / "report" / "hw4" / "index.html").read_bytes()
    shutil.rmtree(out / "report")

    assert main(["report", "--out", str(out)]) == 1
    assert (out / "report" / "hw4" / "index.html").read_bytes() == page
    assert str(out / "report" / "hw4" / "index.html") in capsys.readouterr().out


@pytest.mark.parametrize("make", [None, "empty", "text"])
def test_a_path_without_a_submission_is_one_sentence(make, tmp_path, in_course, capsys):
    """A wrong path, an empty folder: one clear line and exit code 2."""
    path = tmp_path / "there"
    if make == "empty":
        path.mkdir()
    elif make == "text":
        path.mkdir()
        (path / ".DS_Store").write_text("x")

    assert main(["grade", str(path), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("autograder: ")
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def copy_course(course_dir, target):
    """Copy what a release is built from."""
    for name in ("source", "answers", "datasets", "release", "autograder/assignments/hw4"):
        shutil.copytree(course_dir / name, target / name, ignore=shutil.ignore_patterns("data", "__pycache__"))
    shutil.copy(course_dir / "nbgrader_config.py", target)


def test_the_committed_release_is_what_the_sources_build(in_course, capsys):
    """Rebuilding changes nothing."""
    assert main(["release", "--check"]) == 0


def test_a_solution_line_in_a_prompt_is_named(course_dir, tmp_path, monkeypatch, capsys):
    """A leak stops the release, with the line and where it came from."""
    copy_course(course_dir, tmp_path)
    path = tmp_path / "source" / "hw4" / "hw4_partI.ipynb"
    leaked = "return tf.maximum(x, alpha * x)"
    notebook = json.loads(path.read_text())
    prompt = next(cell for cell in notebook["cells"] if cell["id"] == "leaky_relu_prompt")
    prompt["source"] = (
        "".join(prompt["source"])
        + f"\n\n    {leaked}  # alpha < 1, so the scaled x is the larger one exactly where x is negative"
    )
    path.write_text(json.dumps(notebook))
    monkeypatch.chdir(tmp_path)

    for arguments in (["release", "--check"], ["release"]):
        assert main(arguments) == 2
        said = capsys.readouterr().err
        assert leaked in said
        assert "leaky_relu_prompt" in said


@pytest.mark.usefixtures("own_zygotes")
def test_nbgrader_gives_the_same_gradebook(course_dir, inbox, tmp_path, monkeypatch):
    """The plain commands of nbgrader, run in the course folder, arrive at the grades of `autograder grade`."""
    copy_course(course_dir, tmp_path)
    monkeypatch.chdir(tmp_path)
    main(["grade", str(inbox / "dan_HW4.zip"), str(inbox / "frank_HW4.zip"), "--jobs", "1"])
    ours = whole_gradebook.dump(small_course.db_url(tmp_path, tmp_path))
    (tmp_path / "gradebook.db").unlink()
    shutil.rmtree(tmp_path / "autograded")

    for command in ("generate_assignment", "autograde"):
        flags = ["--create"] if command == "generate_assignment" else []
        nbgrader = [sys.executable, "-m", "nbgrader", command, "hw4", "--force", *flags]
        done = subprocess.run(
            nbgrader, env=os.environ | {"PYTHONPATH": str(course_dir)}, capture_output=True, text=True, timeout=300,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
    assert whole_gradebook.dump(small_course.db_url(tmp_path, tmp_path)) == ours


def test_nbgrader_does_nothing_when_the_kit_cannot_be_loaded(course_dir, tmp_path):
    """A broken installation must not fall back to nbgrader's own grading, which runs student code unconfined."""
    copy_course(course_dir, tmp_path)
    (tmp_path / "autograder.py").write_text("raise RuntimeError('not installed')")
    nbgrader = [sys.executable, "-m", "nbgrader", "autograde", "hw4"]
    done = subprocess.run(nbgrader, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)

    assert done.returncode != 0
    assert "Nothing was done" in done.stderr


def test_an_item_without_checks_stops_the_release(course_dir, tmp_path, monkeypatch, capsys):
    """Every auto item has checks, every check has an item."""
    monkeypatch.chdir(course_dir)
    monkeypatch.setattr("autograder.grading.check_run.collect", lambda assignment: [])

    assert main(["release", "--check"]) == 2
    assert "Nothing grades the item" in capsys.readouterr().err


def test_outside_a_course_is_one_sentence(tmp_path, monkeypatch, capsys):
    """The command says where it has to be started."""
    monkeypatch.chdir(tmp_path)

    assert main(["release"]) == 2
    assert "source/<name> with notebooks" in capsys.readouterr().err


def test_doctor_names_every_layer(in_course, capsys):
    """Each layer, and nothing to do on a machine that has them all."""
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    for layer in ("limits", "landlock", "privileges", "seccomp"):
        assert f"confinement {layer}" in said


def test_a_missing_layer_stops_grading_unless_told(inbox, tmp_path, in_course, monkeypatch, capsys):
    """Without full confinement the instructor has to say so in so many words."""
    monkeypatch.setattr("autograder.session.launcher.layer_problems", lambda: {"landlock": "not in this kernel"})

    assert main(["grade", str(inbox), "--out", str(tmp_path)]) == 2
    assert "landlock (not in this kernel)" in capsys.readouterr().err
    assert main(["grade", str(inbox / "ada_HW4.zip"), "--out", str(tmp_path), "--sandbox", "weak"]) == 0
    stored = json.loads((tmp_path / "results" / "hw4" / "ada.json").read_text())
    assert stored["total"] == 50
