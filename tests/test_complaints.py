"""Whatever intake says of files, `python -m hw4kit.submit --check` has said before: every complaint has its defect.

Each sentence about files that intake and the reader of notebooks can say is looked up in their code. Every one of them
is either reached by a defect of `homework_defects`, which test_submit.py shows to be said to the student, or stands in
the table below, because nobody who packs with hw4kit.submit can cause it. The other modules of intake are about zips
and about who sent them: test_submit.py shows that they find nothing in a zip of hw4kit.submit.
"""

from __future__ import annotations

import ast
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import finished_homework
import pytest
from homework_defects import NAMES_AND_SIZES, NOTEBOOK_FILES, Defect

from autograder import intake
from autograder.handin import notebook_file
from autograder.intake import selection, submission
from autograder.model.assignment import Assignment
from autograder.model.errors import SubmissionError

MODULES = (notebook_file, selection, submission)
DEFECTS = [defect for defect in (*NAMES_AND_SIZES, *NOTEBOOK_FILES) if defect.grader]
SPEAKERS = ("note", "append", "Finding", "SubmissionError", "add")  # that a sentence is handed to

PACKED_OTHERWISE = (  # the zip that hw4kit.submit writes has none of it
    "The names of the notebooks lack the ",
    "The notebooks carry the id ",
    "The zip has no inner folder.",
    "A zip inside the zip was opened.",
    "Ignored, because a system or an editor made it: ",
    "Left out: ",
)
SENT_OTHERWISE = (  # more than one file was sent, or too late
    ", the later one, counts, not ",
    " came twice: the one of ",
    "Another file of this student was not used: ",
    "There are more than ",  # zips of one student
    "Canvas marks it as late.",
)
SAID_IN_ANOTHER_WAY = (
    " MiB: clear large outputs and send it again.",  # intake has refused to read so much, as large_notebook shows
)


@pytest.fixture(scope="module")
def finished(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_homework.write(assignment, tmp_path_factory.mktemp("finished") / "hw4")


@dataclass(frozen=True)
class Complaint:
    """A sentence in the code, and the lines that say it."""

    module: ModuleType
    text: str  # the longest piece of it that does not vary
    lines: frozenset[int]


def complaints(module: ModuleType) -> Iterator[Complaint]:
    """Yield the sentences that a module of the grader's can say about a submission."""
    for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in SPEAKERS:
            texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
            said = [text for text in texts if isinstance(text, str) and " " in text]
            if said:
                yield Complaint(module, max(said, key=len), frozenset(range(node.lineno, (node.end_lineno or 0) + 1)))


class Lines:
    """The lines of the modules that run while this is entered."""

    def __init__(self) -> None:
        self._run: dict[str, set[int]] = {str(module.__file__): set() for module in MODULES}

    def __enter__(self) -> Lines:
        self._before = sys.gettrace()
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._before)

    def _trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        run = self._run.get(frame.f_code.co_filename)
        if run is None:
            return None
        run.add(frame.f_lineno)
        return self._trace

    def reached(self, complaint: Complaint) -> bool:
        return bool(complaint.lines & self._run[str(complaint.module.__file__)])


def of_the_grader(defect: Defect, finished: Path, folder: Path, assignment: Assignment) -> list[str]:
    """Return what the grader says of a homework with this defect that was zipped by hand."""
    shutil.copytree(finished, folder, ignore=shutil.ignore_patterns("hw4kit"))
    defect.change(folder)
    packed = finished_homework.zipped_by_hand(folder, folder.parent / "bob_HW4.zip")
    shutil.rmtree(folder)
    (found,) = intake.collect([packed], assignment)
    texts = [finding.text for finding in found.findings]
    for data in found.notebooks.values():
        try:
            texts += [finding.text for finding in notebook_file.read(data).findings]
        except SubmissionError as error:
            texts.append(str(error))
    return texts


def test_every_complaint_of_intake_has_its_defect(finished: Path, assignment: Assignment, tmp_path: Path) -> None:
    """What the table of defects says that the grader says is true, and nothing else is left that it can say."""
    with Lines() as lines:
        said = {defect: of_the_grader(defect, finished, tmp_path / "hw4", assignment) for defect in DEFECTS}
    elsewhere = (*PACKED_OTHERWISE, *SENT_OTHERWISE, *SAID_IN_ANOTHER_WAY)
    all_of_them = [complaint for module in MODULES for complaint in complaints(module)]
    new = [complaint.text for complaint in all_of_them if not lines.reached(complaint)]

    assert [defect.name for defect, texts in said.items() if defect.grader not in " ".join(texts)] == []
    assert [text for text in new if text not in elsewhere] == []  # neither a defect nor in the tables above
    assert set(elsewhere) - {complaint.text for complaint in all_of_them} == set()  # nobody says this any more
