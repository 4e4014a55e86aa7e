"""Part II under the NumPy that Google Colab has: solutions are graded as they are under the grader's own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import corpus_cases
import finished_homework
import pytest
import situations

from autograder import corpus, intake
from autograder.course.asked import asked_for
from autograder.grading.grader import grade
from autograder.model.assignment import Assignment
from autograder.session import launcher, zygote_factory
from autograder.session.launcher import SESSION_DIR, Zygote

OTHER = Path(sys.prefix) / "other_numpy"  # `make test` installs it
ITEMS = ("softmaxCostAndGradient", "negSamplingCostAndGradient", "skipgram")
EVERY = 3  # of the wrong solutions; a third has all that NumPy does
SITUATIONS = ("arrays_of_one_number", "names_of_an_older_numpy", "packages_out_of_habit")
CASES = [
    case
    for case in [*corpus_cases.cases("right"), *corpus_cases.cases("wrong")[::EVERY]]
    if case.expected["item"] in ITEMS
]


@pytest.fixture(scope="module")
def old(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """A zygote whose student processes import the other NumPy."""
    if not (OTHER / "numpy").is_dir():
        pytest.skip(f"there is no second NumPy in {OTHER}: `make test` installs it where a package index is reached")
    folder = tmp_path_factory.mktemp("engine")
    for source in (SESSION_DIR, SESSION_DIR.parent / "handin", SESSION_DIR.parent / "test_cells"):
        shutil.copytree(source, folder / source.name, ignore=shutil.ignore_patterns("__pycache__"))
    program = folder / "session" / "zygote.py"
    text = program.read_text(encoding="utf-8")
    changed = text.replace("\ndef main", f"\nsys.path.insert(0, {str(OTHER)!r})\n\n\ndef main", 1)
    changed = changed.replace('[setup["kit_dir"], ', f'[setup["kit_dir"], {str(OTHER)!r}, ', 1)
    assert changed.count(str(OTHER)) == 2
    program.write_text(changed, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for module in (launcher, zygote_factory):
            patch.setattr(module, "SESSION_DIR", program.parent)
        with Zygote(assignment.kit_dir) as started:
            yield started


def test_it_is_another_line(old: Zygote, zygote: Zygote) -> None:
    """Otherwise the tests below would say nothing."""
    lines = {tuple(each.versions["numpy"].split(".")[:2]) for each in (old, zygote)}

    assert len(lines) == 2


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_solution_is_graded_as_its_folder_says(case: corpus_cases.Case, assignment: Assignment, old: Zygote) -> None:
    """Its score, the checks that it fails, and what they say."""
    report = grade(corpus_cases.submission(case, assignment), assignment, "corpus", old, only={case.expected["item"]})

    assert corpus.differences(case, report) == []


def test_situations_lose_nothing(assignment: Assignment, old: Zygote, tmp_path: Path) -> None:
    """What older NumPy takes is right under it, too, and the packages that students import go with it."""
    asked, finished = asked_for(assignment), finished_homework.write(assignment, tmp_path / "finished")
    chosen = [each for each in situations.situations() if each.name in SITUATIONS]
    assert len(chosen) == len(SITUATIONS)
    for situation in chosen:
        folder = situations.write(situation, finished, tmp_path / situation.name, asked)
        (sent,) = intake.collect([situations.zipped(folder, tmp_path / "bob_HW4.zip", asked)], assignment)

        report = grade(sent, assignment, "situations", old, only=set(ITEMS))

        assert [(item.id, item.score) for item in report.items] == [
            (item.id, item.points) for item in assignment.auto_items if item.id in ITEMS
        ], situation.name
