"""`autograder`: reads the command line; a command is the function of its name in commands/.

Exit code 0: done. 1: done, but something needs a person. 2: could not be done.
"""

import argparse
import gc
import importlib
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

# Nothing here needs a package: `autograder doctor` says which ones are missing.
from .commands.doctor import usable_cores
from .course.archived import is_archived, refuse_unfinished
from .course.course_folder import course_folder
from .grading import interpreter
from .handin import terminal
from .model.error_lines import error_line, on_one_line, sentence
from .model.errors import ConfigError

NOT_DONE = 2
# Student code is bound to the processor, so more than one worker a core gains nothing, and each has 0.3 GiB.
MOST_JOBS_PER_CORE = 8


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    with terminal.outlasting() as output:
        code = _run(arguments)
        if output is None:
            return code
        output.flush()
        if output.problem is not None:
            reason = f"The output cannot be written ({output.problem.strerror}): send it somewhere else."
            print(error_line(ConfigError(reason)), file=sys.stderr)
            return NOT_DONE
        return code


def _run(arguments: Sequence[str] | None) -> int:
    given = vars(_parser().parse_args(arguments))
    command, debug = given.pop("command"), given.pop("debug")
    given.pop("system", None)  # Canvas is the only one
    if "sandbox" in given:
        given["weak"] = given.pop("sandbox") == "weak"
    unheard, root = logging.NullHandler(), logging.getLogger()
    if not debug:  # libraries log pages of traceback before they raise, as nbgrader does on a full disk
        root.addHandler(unheard)
    try:
        if command != "doctor" and (problem := interpreter.problem()):  # the doctor says it among the rest
            raise ConfigError(problem)
        course_dir = Path.cwd() if command == "new" else _course_dir()
        if command != "doctor":
            _require_letters(course_dir)
        if "out" in given and command != "archive":
            course_dir = _of_its_term(course_dir, given["out"])
        function = _function(command)
        gc.freeze()  # what is imported stays: to look for garbage in it, again and again, took 7% of a run over a class
        gc.set_threshold(20_000, 20, 20)
        return function(course_dir, **given)
    except Exception as error:  # whatever it was, people read one line
        if debug:
            raise
        print(error_line(error), file=sys.stderr)
        return NOT_DONE
    except KeyboardInterrupt:
        print("autograder: Stopped. Results so far are saved; run the same command to continue.", file=sys.stderr)
        return NOT_DONE
    finally:
        root.removeHandler(unheard)


def _function(command: str) -> Callable[..., int]:
    """Return what does a command; only what this command needs is imported."""
    return getattr(importlib.import_module(f"{__package__}.commands.{command}"), command)


def _course_dir() -> Path:
    """Return the course folder: the current one or the nearest above it that has an assignment in source/."""
    try:
        here = Path.cwd()
    except OSError as error:
        raise ConfigError("The current folder is gone: change to the course folder first.") from error
    folder = course_folder(here)
    if folder is not None:
        return folder
    raise ConfigError("There is no source/<name> with notebooks here or above: change to the course folder first.")


def _of_its_term(course_dir: Path, out: Path | None) -> Path:
    """Return the folder of the course, or that of an archived term, which has its own sources and settings.

    Raises ConfigError while the results are in two places.
    """
    results = out or course_dir
    refuse_unfinished(results)
    return results.resolve() if is_archived(results) else course_dir


def _require_letters(course_dir: Path) -> None:
    """Raise ConfigError where the path of the course has letters that Python cannot read: no file could name it."""
    try:
        str(course_dir).encode()
    except UnicodeEncodeError as error:
        raise ConfigError(sentence(error)) from error


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with a command line."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        self.exit(NOT_DONE, f"autograder: {on_one_line(message)}: `{self.prog} --help` shows the options.\n")


def _jobs(text: str) -> int:
    """Return a number of workers. Raises ArgumentTypeError for one that this machine cannot have."""
    most = MOST_JOBS_PER_CORE * usable_cores()
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= number <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of workers from 1 to {most}")
    return number


def _port(text: str) -> int:
    """Return a port. Raises ArgumentTypeError for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 1 to 65535")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="autograder", description="Release, grade and report homework.")
    parser.add_argument("--debug", action="store_true", help="show the traceback of what went wrong")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=name)
        if name not in ("new", "archive", "forget"):
            sub.add_argument(
                "--assignment", dest="name", default="", metavar="NAME", help="its folder in source/ (the only one)"
            )
        return sub

    def grading_options(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--jobs", type=_jobs, default=usable_cores(), metavar="N", help="worker processes (all cores)")
        sub.add_argument(
            "--sandbox", choices=("full", "weak"), default="full",
            help="weak: grade although this machine lacks a layer of the confinement",
        )  # fmt: skip

    roster_help = "who is in the course: a list that your system exported (the one given last)"
    out_help = "where results go (the course folder)"
    graded_help = "where `autograder grade` put its results (the course folder)"
    sub = command("new", "write a small homework to start from, into this folder")
    sub.add_argument("name", metavar="NAME", help="letters, digits and underscores")
    tests_help = "what grades it: pytest checks outside of the notebook (as by default), or nbgrader's test cells in it"
    sub.add_argument("--tests", choices=("pytest", "nbgrader"), default="pytest", help=tests_help)
    otter_help = "make the homework of this master notebook of otter-grader"
    sub.add_argument("--from-otter", type=Path, metavar="MASTER", help=otter_help)
    sub = command("release", "build release/<name> for students")
    sub.add_argument("--check", action="store_true", help="change nothing; fail if the committed release differs")
    sub = command("grade", "grade submissions: a class download, zips, folders")
    sub.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="class download, a zip, or a folder of either")
    sub.add_argument("--out", type=Path, metavar="DIR", help=out_help)
    sub.add_argument("--scheduler", metavar="tls://...", help="use this Dask scheduler instead of local workers")
    sub.add_argument("--student", metavar="ID", help="grade only this student, by id, address or name")
    sub.add_argument("--roster", type=Path, metavar="CSV", help=roster_help)
    sub.add_argument("--groups", type=Path, metavar="CSV", help="who hands in together: every member gets the grade")
    sub.add_argument("--fresh", action="store_true", help="regrade everything")
    grading_options(sub)
    sub = command("mark", "mark in a browser what people mark, one question at a time")
    sub.add_argument("--as", dest="marker", metavar="NAME", help="who marks (the name of your account)")
    sub.add_argument("--question", default="", metavar="ID", help="open this question (the list of all)")
    sub.add_argument("--out", type=Path, metavar="DIR", help=graded_help)
    sub.add_argument("--no-browser", dest="browser", action="store_false", help="print the address, open no browser")
    sub.add_argument("--port", type=_port, default=0, metavar="N", help="where the server listens (the first free one)")
    sub = command("requests", "take regrade requests in, and write the table of requests and answers")
    sub.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="a CSV list, a reply, or a folder or zip of replies",
    )
    sub.add_argument("--out", type=Path, metavar="DIR", help=graded_help)
    sub = command("report", "rebuild report/<name>/index.html and grades.csv")
    sub.add_argument("--out", type=Path, metavar="DIR", help=out_help)
    sub.add_argument("--roster", type=Path, metavar="CSV", help=roster_help)
    sub = command("feedback", "write a page for each student, and one zip of them to upload back to Canvas")
    sub.add_argument("--out", type=Path, metavar="DIR", help=graded_help)
    sub.add_argument("--model-answers", action="store_true", help="show the instructor's answers on every page")
    sub = command("export", "enter the scores into a gradebook that Canvas exported, to be imported again")
    sub.add_argument("system", choices=("canvas",), help="what the file is for")
    sub.add_argument("--template", type=Path, required=True, metavar="CSV", help="the gradebook as Canvas exported it")
    sub.add_argument("--out", type=Path, metavar="DIR", help=graded_help)
    sub.add_argument("--column", default="", metavar="NAME", help="the column to fill, if not the assignment's name")
    sub.add_argument("--partial", action="store_true", help="treat unmarked answers as 0")
    sub = command("archive", "move a term that is over into archive/NAME, with copies of what graded it")
    sub.add_argument("term", metavar="NAME", help="such as 2026-spring")
    sub.add_argument("--out", type=Path, metavar="DIR", help=graded_help)
    sub.add_argument(
        "--unfinished", action="store_true", help="although answers wait for marks or requests for answers"
    )
    sub.add_argument("--tar", action="store_true", help="write archive/NAME.tar.gz, too")
    sub = command("forget", "delete everything that is stored of one student")
    sub.add_argument("student", metavar="ID", help="as in grades.csv")
    sub.add_argument("--out", type=Path, metavar="DIR", help=graded_help)
    sub.add_argument("--delete", action="store_true", help="delete it; without this, say what would be deleted")
    command("doctor", "show what this machine has and what is missing")
    sub = command("demo", "release, grade a bundled class of every kind of submission, show the report")
    sub.add_argument("--out", type=Path, metavar="DIR", help="where the demonstration goes (demo/)")
    grading_options(sub)
    return parser


if __name__ == "__main__":
    sys.exit(main())
