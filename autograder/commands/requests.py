"""Takes regrade requests in, and writes what was answered: `autograder requests`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..course import assignment as assignments
from ..course import course_settings
from ..gradebook import scores
from ..gradebook.desk_book import DeskBook
from ..gradebook.regrade_requests import count_open, regrade_requests
from ..gradebook.request_writes import Outcome
from ..intake.people import course_roster, people
from ..intake.regrade_requests import RequestReader
from ..model.plain_text import counted
from ..model.result_folders import ResultFolders
from ..reports.regrade_csv import write_regrade_csv
from ..reports.stored_class import stored_reports

DONE, NEEDS_A_PERSON = 0, 1
MOST_SHOWN = 40  # sentences about what cannot be taken


def requests(course_dir: Path, paths: Sequence[Path] = (), *, out: Path | None = None, name: str = "") -> int:
    """Read regrade requests, and write the table of all requests and answers; return the exit code.

    Raises:
        ConfigError: Nothing has been graded yet, or the gradebook cannot be used.
    """
    assignment = assignments.load(course_dir, name)
    settings = course_settings.load(course_dir, assignment.name)
    folders = ResultFolders((out or course_dir).resolve(), assignment.name)
    course, graded = course_roster(settings, folders), [entry.student for entry in stored_reports(folders)]
    db_url = scores.url(settings, folders.out)
    problems: list[str] = []
    if paths:
        reader = RequestReader(assignment, course, folders, graded)
        with DeskBook(db_url, assignment, assignment.rubrics) as book:
            for path in paths:
                reading = reader.read(path)
                outcomes = book.ask(reading.asked)
                print(f"{path}: {_in_words(outcomes)}.")
                absent = zip(reading.asked, outcomes, strict=True)
                problems += reading.problems
                problems += [
                    f"{asked.source}: nothing of {asked.student} was graded, so there is nothing to regrade."
                    for asked, outcome in absent
                    if outcome is Outcome.NOT_GRADED
                ]
    found = regrade_requests(db_url, assignment)
    _print_problems(problems)
    if table := write_regrade_csv(found, assignment, people(course, folders, found), folders.report):
        print(f"All requests and answers: {table}")
    return NEEDS_A_PERSON if say_open(count_open(found)) or problems else DONE


def say_open(number: int) -> bool:
    """Say how many requests wait, if any do; return whether they do."""
    if number:
        verb = "is" if number == 1 else "are"
        print(f"{counted(number, 'regrade request')} {verb} open. `autograder mark` shows them.")
    return bool(number)


def _in_words(outcomes: Iterable[Outcome]) -> str:
    counts = Counter(outcomes)
    new, further, known = (counts[kind] for kind in (Outcome.NEW, Outcome.FURTHER, Outcome.KNOWN))
    said = [f"{counted(new + further, 'new regrade request')}"]
    said += [f"{further} of them about an item that the student asked about before"] if further else []
    said += [f"{known} read before"] if known else []
    return ", ".join(said)


def _print_problems(problems: Sequence[str]) -> None:
    for sentence in problems[:MOST_SHOWN]:
        print(f"Not taken: {sentence}")
    if (more := len(problems) - MOST_SHOWN) > 0:
        print(f"Not taken: {counted(more, 'more row')} or file{'s' * (more != 1)}.")
