"""`autograder new`: a homework that the engine reads as it is, and nothing else is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder import corpus
from autograder.commands.new import new
from autograder.course import assignment as assignments
from autograder.course import course_settings
from autograder.grading import release_check
from autograder.model.errors import ConfigError
from autograder.nbgrader import release as releases


def tree(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_an_empty_folder_becomes_a_course_folder(tmp_path: Path):
    """One notebook with one checked item, one sheet with one question, and settings for nbgrader."""
    new(tmp_path, "lab1")

    assignment = assignments.load(tmp_path)
    assert [(item.id, item.graded_by) for item in assignment.items] == [
        ("softmax", "checks"), ("subtract_largest", "person"),
    ]  # fmt: skip
    assert (assignment.name, assignment.notebooks, assignment.sheets) == ("lab1", ("lab1",), ("lab1_questions",))
    assert (tmp_path / "nbgrader_config.py").is_file()
    assert (assignment.hidden_dir / "checks" / "check_softmax.py").is_file()
    assert not [text for text in tree(tmp_path).values() if "NAME" in text]


def test_a_second_homework_touches_nothing_of_the_first(tmp_path: Path):
    """Also when `new` is run in a folder of the course; settings that were changed stay."""
    new(tmp_path, "lab1")
    (tmp_path / "nbgrader_config.py").write_text("mine = True\n")
    before = tree(tmp_path)

    new(tmp_path / "source" / "lab1", "lab2")

    assert assignments.names(tmp_path) == ["lab1", "lab2"]
    assert {path: text for path, text in tree(tmp_path).items() if path in before} == before


def test_settings_that_were_there_get_lines_that_stop_nbgrader_when_they_fail(tmp_path: Path, capsys):
    """Without the engine nbgrader would grade by itself, and run students' code without confinement."""
    config = tmp_path / "nbgrader_config.py"
    config.write_text("")
    new(tmp_path, "lab1")
    said = capsys.readouterr().out

    config.write_text(said.partition("at its beginning:\n\n")[2].partition("\nNext: ")[0])
    assert "raise SystemExit(" in config.read_text()
    assert course_settings.load(tmp_path, "lab1").nbgrader.GenerateAssignment.preprocessors


@pytest.mark.parametrize("name", ["1st", "lab-1", "", "../up", "lab1", "x" * 41, "l\u00e4b"])
def test_a_name_that_cannot_be_used_writes_nothing(tmp_path: Path, name: str):
    new(tmp_path, "lab1")
    before = tree(tmp_path)

    with pytest.raises(ConfigError, match="name"):
        new(tmp_path, name)

    assert tree(tmp_path) == before


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path):
    (tmp_path / "photos").mkdir()

    with pytest.raises(ConfigError, match="contains photos"):
        new(tmp_path, "lab1")

    assert [path.name for path in tmp_path.iterdir()] == ["photos"]


def test_a_homework_can_have_its_tests_in_the_notebook(tmp_path: Path):
    """Each test cell is an item, the release finds nothing wrong with it, and a wrong solution fails it."""
    new(tmp_path, "lab1", tests="nbgrader")

    assignment = assignments.load(tmp_path)
    assert [test.id for test in assignment.tests("lab1")] == [item.id for item in assignment.auto_items]
    assert not (tmp_path / "autograder").exists()
    assert release_check.problems(assignment, releases.as_released(assignment)) == ()
    cases = corpus.cases(tmp_path, "lab1")
    with corpus.Grader(tmp_path) as grader:
        assert {case.id: grader.problems(case) for case in cases} == {case.id: [] for case in cases}
    assert corpus.checks_that_nothing_fails(tmp_path) == []
