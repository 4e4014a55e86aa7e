"""Opens the marking desk in a browser: `autograder mark`."""

from pathlib import Path

from ..course import assignment as assignments
from ..course import course_settings
from ..gradebook import scores
from ..gradebook.regrade_requests import open_requests
from ..model.errors import ConfigError
from ..model.plain_text import one_line
from ..model.result_folders import ResultFolders
from .requests import say_open

DONE, NEEDS_A_PERSON = 0, 1
ADDRESS = "127.0.0.1"  # nobody else's machine reaches it


def mark(
    course_dir: Path, out: Path | None = None, *, name: str = "", marker: str | None = None, question: str = "",
    browser: bool = True, port: int = 0,
) -> int:  # fmt: skip
    """Start a Jupyter server with the desk on this machine, and open it; runs until it is stopped.

    Args:
        course_dir: The folder of the course.
        out: Where `autograder grade` put its results.
        name: The assignment.
        marker: The name of whoever marks; by default that of the account.
        question: Opens this question in place of the list of all.
        browser: Whether a browser is opened, or its address only printed.
        port: Where the server listens; 0: the first port from 8888 on that is free.

    Raises:
        ConfigError: The name is empty, nothing was graded, or nobody marks anything, or not such a question.
    """
    if marker is not None and not one_line(marker, 60):
        raise ConfigError("The name after --as is empty: write the name of whoever marks, or leave --as out.")
    assignment = assignments.load(course_dir, name)
    folders = ResultFolders((out or course_dir).resolve(), assignment.name)
    db_url = scores.url(course_settings.load(course_dir, assignment.name), folders.out)
    requests = open_requests(db_url, assignment)
    if not assignment.person_items and not requests:
        raise ConfigError(f"{assignment.name} has no question that people mark: `autograder report` shows its scores.")
    if not any(folders.results.glob("*.json")):
        raise ConfigError(f"There are no results in {folders.results}: run `autograder grade` first.")
    if question and question not in {item.id for item in assignment.person_items}:
        known = ", ".join(item.id for item in assignment.person_items)
        raise ConfigError(f"{one_line(question, 60)!r} is no question that people mark; they are {known}.")
    say_open(requests)
    from ..desk.serving import serve  # a server takes half a second to import

    path = f"/marking/{assignment.name}" + (f"/question/{question}" if question else "")
    serve(
        course_dir,
        folders.out,
        assignment.name,
        marker=marker or "",
        path=path,
        address=ADDRESS,
        port=port,
        browser=browser,
    )
    return NEEDS_A_PERSON if open_requests(db_url, assignment) else DONE
