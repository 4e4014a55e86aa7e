"""What is wrong with a test cell, in one sentence with what to do: seen when it runs on the instructor's own solution.

A test cell that does not give all its points to the solution grades nobody; one that gives points to an untouched
notebook says nothing about the code.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from ..model.assignment import TestCell
from ..model.errors import GraderFault
from ..model.plain_text import one_line, points
from ..model.report import Verdict
from ..session.notebook_process import CellOutcome
from ..session.tested_notebook import TestOutcome

MAX_SEEN = 300  # characters of what was seen
CORRECT = ": correct the test or the solution."
# What only a kernel has: what was typed, what was shown, the notebook itself.
OF_A_KERNEL = re.compile(r"In|Out|_i?h|_dh|_+|_i+|_i?\d+|get_ipython|display|exit|quit")
MISSING_FILE = re.compile(r"No such file or directory: (.+)")
VALUES_OF = frozenset({"pandas", "tensorflow"})  # libraries whose values travel where an assignment names them
IMPORTED = re.compile(r"\b(?:import|from)\s+(\w+)")
READS_SOURCE = frozenset({"getsource", "getsourcelines", "getsourcefile", "__code__", "co_code"})
CLOCKS = frozenset(
    {"perf_counter", "process_time", "monotonic", "timeit", "perf_counter_ns", "time_ns", "default_timer"}
)


def unnamed_libraries(statements: Iterable[str], named: Iterable[str]) -> list[str]:
    """Return the libraries that statements import, and whose values would be data if the assignment named them."""
    imported = {found[1] for statement in statements for found in IMPORTED.finditer(statement)}
    return sorted(imported & VALUES_OF - set(named))


def with_solution(
    test: TestCell, outcome: TestOutcome, *, unnamed: Sequence[str] = (), broken: Sequence[CellOutcome] = ()
) -> str:  # fmt: skip
    """Return why a test cell does not give all its points to the instructor's own solution; "" where it does.

    Args:
        test: The test cell.
        outcome: What came of it.
        unnamed: The libraries of the notebook that `unnamed_libraries` finds.
        broken: What of the instructor's own notebook could not run.
    """
    problem = _problem(test, outcome, broken)
    if unnamed and (outcome.lost is not None or outcome.refused or problem.endswith(CORRECT)):
        names = " and ".join(f'"{name}"' for name in unnamed)
        return f"{problem} First name {names} in `libraries` of assignment.toml, so that such values travel as data."
    return problem


def _problem(test: TestCell, outcome: TestOutcome, broken: Sequence[CellOutcome]) -> str:
    if outcome.lost is not None:
        return _stopped(outcome.lost)
    if outcome.refused:
        return _ended(outcome.refused)
    if outcome.ended and outcome.points is not None:
        if outcome.points >= test.points:
            return ""
        most, given = points(test.points), points(outcome.points)
        return f"It gives {given} of {most} points to your own solution: its last value is to be {most} there."
    return _reason(test, outcome, broken)


def with_untouched(test: TestCell, outcome: TestOutcome) -> str:
    """Return that a test cell gives points to a notebook in which nothing is written; "" where it does not."""
    if outcome.lost is not None or not outcome.ended or not outcome.points:
        return ""
    most, given = points(test.points), points(outcome.points)
    share = f"{given} of its {most} points"
    if outcome.points >= test.points:
        share = "its point" if test.points == 1 else f"all its {most} points"
    return (
        f"It gives {share} to a notebook in which nothing is written: let it call what students write, and assert "
        "something that only right code makes true."
    )


def _stopped(lost: Exception) -> str:
    text = one_line(str(lost), MAX_SEEN).rstrip(".")
    verdict = getattr(lost, "verdict", None)
    if verdict is Verdict.TIMEOUT:
        return f"It was stopped with your own solution ({text}): let it do less, or give it smaller data."
    if verdict is Verdict.MEMORY:
        return f"It was stopped with your own solution ({text}): give it smaller data."
    what = (
        "The autograder could not run it" if isinstance(lost, GraderFault) else "It was stopped with your own solution"
    )
    return f"{what} ({text}): write it otherwise, or let a person mark the item."


def _reason(test: TestCell, outcome: TestOutcome, broken: Sequence[CellOutcome]) -> str:
    """Return what ended a test cell, and what to do."""
    error = outcome.error or {}
    kinds, text = set(map(str, error.get("kinds", []))), one_line(str(error.get("text", "")), MAX_SEEN)
    if outcome.hint == "faulty":  # a magic, no Python, no score: it says what to do where there is anything
        return _ended(outcome.seen)
    if outcome.hint == "skipped":
        return "It skips itself here, which gives no points: let it run without a condition."
    if "ModuleNotFoundError" in kinds or "ImportError" in kinds:
        return f"It needs what is not installed here ({text}): install it for the autograder, or test without it."
    name = re.fullmatch(r"name '(\w+)' is not defined.*", text) if "NameError" in kinds else None
    if name and OF_A_KERNEL.fullmatch(name[1]):
        return f"It reads `{name[1]}`, which only a notebook's kernel has: test what the code does."
    if name and (culprit := _breaks(name[1], broken)):
        return f"It reads `{name[1]}`, but your own notebook does not run here. {culprit}"
    if name:
        return f"It reads `{name[1]}`, which neither your notebook nor the test defines: define it in the test."
    if READS_SOURCE & set(_words(test.source)) and kinds & {"OSError", "TypeError", "AttributeError"}:
        return "It reads the source of a student's code, which may claim anything: test what the code does."
    if found := MISSING_FILE.search(text):
        return f"It reads {found[1]}, which does not lie beside the notebook: put the file there."
    if "PermissionError" in kinds:
        return f'It uses a file outside of its working folder ({text}): use a name without a folder, as "out.txt".'
    seen = one_line(outcome.seen, MAX_SEEN) or text or "it does not run to its end"
    if CLOCKS & set(_words(test.source)) or "time.time(" in test.source:
        return f"It measures time, which is another in the grader ({seen}): count calls or steps instead."
    return f"It does not pass with your own solution ({seen}){CORRECT}"


def _breaks(name: str, broken: Sequence[CellOutcome]) -> str:
    """Return what of the notebook could not run and has a name in it, and what to do; "" where nothing has."""
    word = re.compile(rf"\b{re.escape(name)}\b")
    culprit = next((found for found in broken if word.search(found.statement or found.cell.source)), None)
    if culprit is None:
        return ""
    text = culprit.text
    if culprit.verdict in (Verdict.TIMEOUT, Verdict.MEMORY):
        todo = "let it do less, or give it smaller data"
    elif "No module named" in text:
        todo = "install it for the autograder, or do without it"
    elif MISSING_FILE.search(text):
        todo = "put the file beside the notebook"
    else:
        todo = "correct it; while grading there is no network, and there are only files that lie beside the notebook"
    return f"{one_line(text, MAX_SEEN).rstrip('.')}: {todo}."


def _words(source: str) -> Iterator[str]:
    """Yield the names and attributes in a test; nothing where it is no Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def _ended(text: str) -> str:
    text = one_line(text, MAX_SEEN)
    return text if text[-1:] in ".!?" else f"{text}."
