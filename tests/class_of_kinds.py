"""A class of which every second submission tries to bend a grade or to stop the run: `python tests/class_of_kinds.py`.

The honest half must be graded exactly as alone. Prints what became of each of the others, how long it held a worker,
and as its last line one JSON object; exit code 1 when the honest half is not as alone. `--endless` adds all that uses
up time, memory or disk, for some minutes of two workers.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import corpus_cases
import hostile_cases
from canvas_files import Canvas, User
from handed_in import packed

from autograder import running
from autograder.commands import grade
from autograder.course import assignment as assignments
from autograder.course import sheets
from autograder.model.assignment import Assignment
from autograder.model.report import Report
from autograder.model.submission import Submission

COURSE_DIR = Path(__file__).resolve().parents[1]
SEED = "1" * 32

# Of the corpus: guessing, points without work, and what holds a grader, by class or item and name.
TRICKS = (
    "exhausting/a_long_flat_result", "exhausting/a_result_that_unfolds", "exhausting/a_wide_result",
    "exhausting/many_objects", "exhausting/asks_on_after_every_refusal", "forging/a_frozen_network_that_says_it_learns",
    "forging/models_that_take_turns", "reading/the_formula_checker_of_the_kit",
)  # fmt: skip
# What uses up something within a few seconds of the limits of a real run.
SOON_EXHAUSTED = tuple(
    f"exhausting/{name}"
    for name in (
        "a_deep_result", "a_fork_bomb", "a_message_that_unfolds", "a_million_samples", "a_thread_bomb",
        "folders_nested_for_ever", "locks_the_interpreter", "memory_between_two_requests", "one_endless_file",
        "page_tables",
    )
)  # fmt: skip
WRONG = (
    "discriminator/four_layers_of_one_size", "discriminator/builds_alternate", "skipgram/guesses_until_right",
    "softmaxCostAndGradient/differences_with_steps_that_fit", "negSamplingCostAndGradient/central_differences",
    "word_vectors/thirty_thousand_points_wide",
)  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """What the class was, and what came of it."""

    submissions: int
    exit_code: int
    unlike: tuple[str, ...]  # of the honest ones, who is not graded as alone
    verdicts: Mapping[str, str]  # what became of each of the others, in a few words
    longest_s: float  # that one submission held a worker
    wall_s: float


def run(assignment: Assignment, folder: Path, tricks: Sequence[str], *, jobs: int = 2, weak: bool = False) -> Figures:
    """Grade the class in `folder` with these tricks of the corpus; see the module."""
    bad, texts = code_kinds(assignment, tricks), text_kinds(assignment)
    canvas = canvas_kinds()
    size = len(TRICKS) + len(WRONG) + len(texts) + len(canvas.users)
    inbox, alone = folder / "inbox", folder / "honest"
    for place in (inbox, alone):
        place.mkdir(parents=True)
    for name, data in honest(assignment, size).items():
        (inbox / name).write_bytes(data)
        (alone / name).write_bytes(data)
    for name, data in {**bad, **texts}.items():
        (inbox / f"{name}_HW4.zip").write_bytes(data)
    download, roster = folder / "submissions.zip", folder / "gradebook.csv"
    download.write_bytes(canvas.download())
    roster.write_bytes(canvas.gradebook())
    _, before = _graded(assignment, folder / "alone", [alone], roster, 1, weak)
    started = time.monotonic()
    code, after = _graded(assignment, folder / "out", [inbox, download], roster, jobs, weak)
    others = {name: report for name, report in after.items() if name not in before}
    return Figures(
        submissions=len(after),
        exit_code=code,
        unlike=tuple(name for name in before if not _same(before[name], after.get(name))),
        verdicts={name: _outcome(report) for name, report in others.items()},
        longest_s=max(report.timings_s.get("total", 0.0) for report in others.values()),
        wall_s=round(time.monotonic() - started, 1),
    )


def honest(assignment: Assignment, count: int) -> dict[str, bytes]:
    """Return zips by name with right solutions of the corpus."""
    right = corpus_cases.cases("right")
    chosen = right[:: max(1, len(right) // count)][:count]
    return {
        f"h{number:02}_HW4.zip": zipped(corpus_cases.submission(case, assignment)) for number, case in enumerate(chosen)
    }


def code_kinds(assignment: Assignment, chosen: Sequence[str]) -> dict[str, bytes]:
    """Return what tries it by code or by a plot, by a student's id."""
    names = {"MARK": "mark", "CANARY": "/nowhere/canary.txt", "KEY": 1, "GRADER_PID": 1, "ZYGOTE_PID": 1}
    tricks = {case.id: case for case in hostile_cases.cases()}
    wrong = {case.id.removeprefix("wrong/"): case for case in corpus_cases.cases("wrong")}
    found = {
        f"t{number:02}": zipped(hostile_cases.submission(tricks[name], assignment, names))
        for number, name in enumerate(chosen)
    }
    found |= {
        f"w{number:02}": zipped(corpus_cases.submission(wrong[name], assignment)) for number, name in enumerate(WRONG)
    }
    return found


def text_kinds(assignment: Assignment) -> dict[str, bytes]:
    """Return what tries it by text or by files, by a student's id."""
    given = {name: sheets.released_text(assignment.sheet(name)) for name in assignment.sheets}

    def with_answers(text: str, **files: bytes) -> bytes:
        sent = {f"answers/{name}.md": sheet.replace("**Answer.**", f"**Answer.** {text}", 1).encode()
                for name, sheet in given.items()}  # fmt: skip
        return packed(sent | files)

    headings = "\n".join(f"## cbow_rare_word{number} (4 points)" for number in range(4_000))
    return {
        "digits": with_answers("&#" + "9" * 5_000 + ";"),
        "openers": with_answers("\\\\(" * 60_000),
        "headings": with_answers(headings),
        "damaged": with_answers("An answer.", **{"derivation.pdf": b"no PDF at all"}),
        "names": packed({f"{'x' * 200}{number}.ipynb": b"{}" for number in range(2_500)}),
    }


def canvas_kinds() -> Canvas:
    """Return a course on Canvas of people whose uploads are easily taken for somebody else's."""

    def user(number: int, name: str, login: str, file: str) -> User:
        return User(number, name, login, {number + 900: (file, packed({"hw4_partI.ipynb": b"{}"}))})

    return Canvas(
        user(11, "Doe, Ann", "ann", "ann_HW4.zip"),
        user(12, "Doe, Ann_11", "annie", "ann_HW4.zip"),
        user(13, unicodedata.normalize("NFD", "Müller, Zoë"), "zoe", "zoe_HW4.zip"),
        User(199, "Student, Test", "5f4dcc3b5aa765d61d8327deb882cf99aabbccdd", {1999: ("x_HW4.zip", b"no zip")}),
    )


def zipped(submission: Submission) -> bytes:
    """Return a submission as its student would pack it."""
    files = {f"{name}.ipynb": data for name, data in submission.notebooks.items()}
    files |= {f"answers/{name}.md": text.encode() for name, text in submission.sheets.items()}
    return packed(files | {f"{file_id}.png": data for file_id, data in submission.files.items()})


def _graded(
    assignment: Assignment, out: Path, paths: list[Path], roster: Path, jobs: int, weak: bool
) -> tuple[int, dict[str, Report]]:
    (out / ".autograder" / "hw4").mkdir(parents=True)
    (out / ".autograder" / "hw4" / "seed").write_text(SEED, encoding="ascii")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        code = grade.grade(assignment.course_dir, paths, out, jobs=jobs, roster=roster, weak=weak)
    return code, {report.student: report for report in running.Store(out, "hw4").all()}


def _same(alone: Report, among_others: Report | None) -> bool:
    parts: tuple[Callable[[Report], object], ...] = (
        lambda report: report.items, lambda report: report.awaiting_person, lambda report: report.findings,
    )  # fmt: skip
    return among_others is not None and all(part(alone) == part(among_others) for part in parts)


def _outcome(report: Report) -> str:
    if report.refused:
        return f"refused: {report.refused}"
    tried = [item for item in report.items if item.verdict.value != "not_attempted"]
    earned = ", ".join(f"{item.id} {item.score} of {item.max:g} ({item.verdict.value})" for item in tried)
    return f"{earned or 'no code'}; {len(report.awaiting_person)} answers for a person"


def main() -> int:
    """Grade the class once and print what came of it."""
    exhausting = [case.id for case in hostile_cases.cases() if case.id.startswith("exhausting/")]
    tricks = [*TRICKS, *(name for name in exhausting if name not in TRICKS)] if "--endless" in sys.argv else TRICKS
    with tempfile.TemporaryDirectory() as folder:
        figures = run(assignments.load(COURSE_DIR, "hw4"), Path(folder), tricks)
    for name, outcome in figures.verdicts.items():
        print(f"{name:10} {outcome[:200]}")
    print(json.dumps({name: value for name, value in vars(figures).items() if name != "verdicts"}))
    return 1 if figures.unlike or figures.exit_code not in (0, 1) else 0


if __name__ == "__main__":
    sys.exit(main())
