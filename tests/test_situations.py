"""What students really send: right code that ran in their notebook is graded so, and the check says the same."""

from __future__ import annotations

from pathlib import Path

import finished_homework
import pytest
import situations
from situations import Situation

from autograder import intake
from autograder.course.asked import asked_for
from autograder.grading.grader import grade
from autograder.handin.asked import Asked
from autograder.handin.check import Run, check
from autograder.handin.problems import MUST
from autograder.handin.working_folder import gather
from autograder.model.assignment import Assignment
from autograder.session.launcher import Zygote


@pytest.fixture(scope="session")
def asked(assignment: Assignment) -> Asked:
    return asked_for(assignment)


@pytest.fixture(scope="session")
def finished(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_homework.write(assignment, tmp_path_factory.mktemp("finished") / "hw4")


@pytest.mark.parametrize("situation", situations.situations(), ids=lambda situation: situation.name)
def test_situation_is_graded_and_checked_as_its_folder_says(
    situation: Situation,
    finished: Path,
    asked: Asked,
    assignment: Assignment,
    zygote: Zygote,
    fresh_run: Run,
    tmp_path: Path,
) -> None:
    """The grader takes off what the folder lists and nothing else; the check has no `must` where nothing is lost."""
    expected = situation.expected
    folder = situations.write(situation, finished, tmp_path / "hw4", asked)
    lines = check(gather(folder, asked), asked, fresh_run)
    (submission,) = intake.collect([situations.zipped(folder, tmp_path / "bob_HW4.zip", asked)], assignment)

    report = grade(submission, assignment, "situations", zygote)

    lost = {item.id: item.max - (item.score or 0) for item in report.items if item.score != item.max}
    reasons = {item.id: item.reason for item in report.items if item.id in lost}
    said = [*(finding.text for finding in report.findings), *reasons.values()]
    assert lost == expected.lost, (reasons, said)
    for part in expected.findings:
        assert any(part in text for text in said), (part, said)
    for part in expected.check:
        assert any(part in str(line) for line in lines), (part, [*map(str, lines)])
    assert expected.is_silent == (not any(line.mark == MUST for line in lines)), [*map(str, lines)]
