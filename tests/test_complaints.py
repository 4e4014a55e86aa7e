"""Whatever the grader says of files and notebooks, `python -m handin --check` has said before, in the same words."""

from __future__ import annotations

import shutil
from pathlib import Path

import finished_homework
import pytest
from homework_defects import NAMES_AND_SIZES, NOTEBOOK_FILES, Defect

from autograder import intake
from autograder.course.asked import asked_for
from autograder.handin import notebook_file
from autograder.handin.check import Run, check
from autograder.handin.problems import Unusable
from autograder.handin.working_folder import gather
from autograder.model.assignment import Assignment

GIVEN = (
    "hw4kit",
    "handin",
    "datasets",
    "README.md",
    "requirements.txt",
    "requirements-labs.txt",
)  # nobody puts an id before these


@pytest.fixture(scope="module")
def finished(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_homework.write(assignment, tmp_path_factory.mktemp("finished") / "hw4")


def of_the_grader(packed: Path, assignment: Assignment) -> list[str]:
    """Return what the grader says of a homework that was zipped by hand, where files carry an id before their names."""
    (found,) = intake.collect([packed], assignment)
    texts = [finding.text for finding in found.findings]
    for data in found.notebooks.values():
        try:
            texts += [finding.text for finding in notebook_file.read(data).findings]
        except Unusable as error:
            texts.append(str(error))
    return [text.replace("bob_HW4/", "").replace("bob_", "") for text in texts]


@pytest.mark.parametrize("defect", [*NAMES_AND_SIZES, *NOTEBOOK_FILES], ids=lambda defect: defect.name)
def test_the_student_reads_what_the_grader_says(
    defect: Defect, finished: Path, assignment: Assignment, fresh_run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "hw4"
    shutil.copytree(
        finished,
        folder,
        ignore=shutil.ignore_patterns("hw4kit", "handin", "datasets", "README.md", "requirements*.txt"),
    )
    defect.change(folder)
    asked = asked_for(assignment)
    said = [line.text.replace("bob_", "") for line in check(gather(folder, asked), asked, fresh_run)]
    graders = of_the_grader(finished_homework.zipped_by_hand(folder, tmp_path / "bob_HW4.zip"), assignment)

    assert defect.grader in " ".join(graders)
    if defect.name != "files_of_two":  # whose they are is known only from the name of the zip
        assert [text for text in graders if text not in said] == []
