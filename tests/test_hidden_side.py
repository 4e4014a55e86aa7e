"""Is the hidden side found in the course folder, and does each course keep to its own?"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy
import pytest
import small_course

from autograder.course import assignment as assignments
from autograder.course import hidden_side
from autograder.grading import check_run
from autograder.grading.cache_key import CacheKeys
from autograder.model.assignment import Assignment
from autograder.model.errors import ConfigError, GraderFault
from autograder.model.report import Verdict
from autograder.model.submission import Submission
from autograder.running import remote_cluster

CHECK = '''
from autograder.checking import item
from . import reference

@item("leaky_relu")
def test_is_right():
    """It is what the reference says."""
    assert reference.VALUE == {value}, f"it is {{reference.VALUE}}"
'''


def course(folder: Path, value: int, *, is_right: bool = True) -> Assignment:
    """Return an assignment in a course of its own, with one check and a reference."""
    made = assignments.load(small_course.make(folder))
    checks = made.hidden_dir / "checks"
    checks.mkdir(parents=True)
    (checks / "check_leaky_relu.py").write_text(CHECK.format(value=value if is_right else value + 1))
    (checks / "reference.py").write_text(f"VALUE = {value}\n")
    return made


def verdicts(assignment: Assignment) -> dict[str, list[Verdict]]:
    results = check_run.run(assignment, lambda item: pytest.fail("nobody asks"), Submission("ada"), "seed")
    return {item: [result.verdict for result in found] for item, found in results.items()}


def test_courses_of_one_process_never_mix(tmp_path):
    """Files of the same names, also of an assignment of the same name, are each course's own."""
    first, second = course(tmp_path / "one", 1), course(tmp_path / "two", 2, is_right=False)
    references = [hidden_side.module(each, "checks.reference") for each in (first, second)]

    assert [module.VALUE for module in references if module] == [1, 2]
    assert [verdicts(each) for each in (first, second, first)] == [
        {"leaky_relu": [Verdict.PASSED]}, {"leaky_relu": [Verdict.FAILED]}, {"leaky_relu": [Verdict.PASSED]}
    ]  # fmt: skip


def test_nothing_of_a_course_folder_shadows_anything(tmp_path):
    """Neither a library nor a module of the engine, and sys.path stays as it is."""
    made, path = course(tmp_path, 1), list(sys.path)
    for name in ("numpy", "checking", "autograder"):
        (made.hidden_dir / f"{name}.py").write_text("raise RuntimeError\n")
    (made.hidden_dir / "training.py").write_text("import numpy, autograder.checking\nfrom .checks import reference\n")
    training = hidden_side.module(made, "training")

    assert training is not None
    assert training.numpy is numpy
    assert sys.path == path


def test_the_hidden_side_in_this_repository_is_in_memory_once(assignment):
    assert hidden_side.module(assignment, "training") is sys.modules["autograder.assignments.hw4.training"]


def test_optional_modules_may_be_absent(tmp_path):
    assert hidden_side.module(course(tmp_path, 1), "training") is None


def test_a_module_that_cannot_be_imported_is_the_instructors_fault(tmp_path):
    made = course(tmp_path, 1)
    (made.hidden_dir / "training.py").write_text("import no_such_module\n")

    with pytest.raises(ConfigError, match="training cannot be imported: ModuleNotFoundError"):
        hidden_side.module(made, "training")


def test_an_assignment_without_checked_items_needs_no_hidden_side(tmp_path):
    made = assignments.load(small_course.make(tmp_path))
    written = replace(made, items=made.person_items)
    check_run.check_coverage(written)

    assert check_run.collect(written) == []
    assert check_run.run(written, lambda item: pytest.fail("nobody asks"), Submission("ada"), "seed") == {}
    assert set(CacheKeys(written, "seed").of(Submission("ada"))) == {"(written answers)"}


@pytest.mark.parametrize("name", ["leaky_relu", "no_such_item"])
def test_items_and_checks_belong_together(tmp_path, name):
    """The message names the file to write, or the folder to look into."""
    made = course(tmp_path, 1)
    text = (made.hidden_dir / "checks" / "check_leaky_relu.py").read_text()
    (made.hidden_dir / "checks" / "check_leaky_relu.py").write_text(text.replace('"leaky_relu"', f'"{name}"'))
    checked = replace(made, items=tuple(item for item in made.items if item.id in ("leaky_relu", "sample_noise")))
    other = {"leaky_relu": "sample_noise.*write autograder/assignments/hw4/checks/check_sample_noise.py"}

    with pytest.raises(ConfigError, match=other.get(name, "leaky_relu.*write autograder/assignments/hw4/checks/")):
        check_run.check_coverage(checked)
    with pytest.raises(ConfigError, match="checks grades the item"):
        check_run.check_coverage(replace(made, items=()))


def test_a_fault_in_one_course_is_no_fault_of_another(tmp_path):
    broken, sound = course(tmp_path / "one", 1), course(tmp_path / "two", 2)
    (broken.hidden_dir / "checks" / "check_leaky_relu.py").write_text("import no_such_module\n")

    with pytest.raises(GraderFault, match="no_such_module"):
        check_run.collect(broken)
    assert [check.item for check in check_run.collect(sound)] == ["leaky_relu"]


def test_a_worker_elsewhere_gets_the_hidden_side_with_the_course(tmp_path):
    """And uses it from there, whatever is installed on that machine."""
    files = remote_cluster.CourseFiles(course(tmp_path / "here", 1), weak=True)
    files.setup(SimpleNamespace(local_directory=str(tmp_path / "there")))
    sent = assignments.load(tmp_path / "there" / files.name)

    assert [check.item for check in check_run.collect(sent)] == ["leaky_relu"]
    assert verdicts(sent) == {"leaky_relu": [Verdict.PASSED]}
    files.teardown(None)
    assert not (tmp_path / "there" / files.name).exists()
