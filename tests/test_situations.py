"""What students really send: right code that ran in their notebook is graded so, and the check says the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import finished_homework
import pytest
import situations
import small_course
from agreement import assert_agreement, found_in
from situations import Situation

from autograder import intake
from autograder.course.asked import asked_for
from autograder.grading.grader import grade
from autograder.handin.asked import Asked
from autograder.handin.check import Run, check
from autograder.handin.problems import MUST
from autograder.handin.working_folder import gather
from autograder.marking.rendered_pictures import RenderedPictures
from autograder.model.assignment import Assignment
from autograder.nbgrader.formgrader_notebooks import Assembler, Autograded
from autograder.session.launcher import Zygote


@pytest.fixture(scope="session")
def asked(assignment: Assignment) -> Asked:
    return asked_for(assignment)


@pytest.fixture(scope="session")
def finished(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_homework.write(assignment, tmp_path_factory.mktemp("finished") / "hw4")


@pytest.fixture(scope="session")
def assembler(assignment: Assignment) -> Iterator[Assembler]:
    with RenderedPictures() as rendered:
        yield Assembler(assignment, small_course.settings(assignment), rendered)


def _seen_by_a_marker(graded: Autograded, items: Iterable[str]) -> dict[str, str]:
    """Return by item the cells of its answer: what the student wrote, the notes, the pictures."""
    cells = [cell for notebook in graded.notebooks.values() for cell in notebook.cells]
    wanted = {item: {item, f"{item}-notes", f"{item}-pictures"} for item in items}
    return {item: "\n".join(cell.source for cell in cells if cell.get("id") in ids) for item, ids in wanted.items()}


@pytest.mark.parametrize("situation", situations.situations(), ids=lambda situation: situation.name)
def test_situation_is_graded_and_checked_as_its_folder_says(
    situation: Situation,
    finished: Path,
    asked: Asked,
    assignment: Assignment,
    zygote: Zygote,
    fresh_run: Run,
    assembler: Assembler,
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
    seen = _seen_by_a_marker(assembler.assemble(report, submission), expected.marker) if expected.marker else {}
    for item, parts in expected.marker.items():
        assert [part for part in parts if part not in seen[item]] == [], seen[item]
    assert expected.is_silent == (not any(line.mark == MUST for line in lines)), [*map(str, lines)]
    assert_agreement(report, found_in(submission, asked, fresh_run), asked)
